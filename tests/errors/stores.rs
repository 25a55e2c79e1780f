//! Stores that speak S3 as it was before checksums in headers and trailers.

use std::io::Cursor;

use botocore::s3::types::{Delete, ObjectIdentifier};
use botocore::{Body, ErrorKind, s3};

use crate::server::{Asked, Server, answer};
use crate::{causes, environment, error, of, session};

fn refusal(status: u16, code: &str, message: &str) -> String {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    answer(status, &["Content-Type: application/xml"], &body)
}

/// Does what such stores do: knows no checksum but Content-MD5, and wants that of lists of keys.
fn serve(asked: &Asked) -> String {
    if asked.header("x-amz-content-sha256").is_some_and(|hash| hash.starts_with("STREAMING-UNSIGNED")) {
        return refusal(501, "NotImplemented", "STREAMING-UNSIGNED-PAYLOAD-TRAILER not implemented");
    }
    let delete = asked.line().starts_with("POST /bucket?delete");
    if delete && asked.header("content-md5").is_none() {
        return refusal(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
    }
    if !delete && asked.head.to_ascii_lowercase().contains("\nx-amz-sdk-checksum-algorithm:") {
        return refusal(400, "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm' received");
    }
    if delete { answer(200, &[], "<DeleteResult/>") } else { answer(200, &["ETag: \"1\""], "") }
}

fn delete() -> Delete {
    Delete { objects: vec![ObjectIdentifier { key: "key".to_owned(), ..Default::default() }], ..Default::default() }
}

#[test]
fn the_error_of_an_older_store_names_the_setting() {
    let server = Server::new(|_, asked| serve(asked));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let refused = [
        error(client.put_object("bucket", "key").body("text").send()),
        error(client.put_object("bucket", "key").body(Body::from_sized_reader(Cursor::new("text"), 4)).send()),
        error(client.delete_objects("bucket", delete()).send()),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Service, "{error}");
        let causes = causes(&error);
        let names = |text: &String| {
            text.contains("request_checksum_calculation = when_required")
                && text.contains("AWS_REQUEST_CHECKSUM_CALCULATION")
        };
        assert!(causes.iter().any(names), "{error}: {causes:?}");
    }
}

#[test]
fn one_setting_serves_older_stores() {
    let server = Server::new(|_, asked| serve(asked));
    let environment = environment().with("AWS_ENDPOINT_URL", server.url());
    let session = of(environment.with("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"));
    let client = s3::Client::new(&session).unwrap();
    client.put_object("bucket", "key").body("text").send().unwrap();
    client.put_object("bucket", "key").body(Body::from_seekable(Cursor::new("text")).unwrap()).send().unwrap();
    client.delete_objects("bucket", delete()).send().unwrap();
    let asked = server.asked();
    assert!(asked[..2].iter().all(|asked| !asked.head.to_ascii_lowercase().contains("checksum")), "{asked:?}");
    let sum = asked[2].header("content-md5").unwrap();
    assert_eq!(sum.len(), 24, "{sum}");
}

#[test]
fn other_errors_of_stores_do_not() {
    for (status, code, message) in [
        (403, "AccessDenied", "Access Denied"),
        (400, "BadDigest", "The CRC32 checksum you specified did not match"),
        (404, "NoSuchBucket", "No bucket"),
    ] {
        let server = Server::always(refusal(status, code, message));
        let client = s3::Client::new(&session(&server.url())).unwrap();
        let error = error(client.put_object("bucket", "key").body("text").send());
        assert!(!causes(&error).iter().any(|cause| cause.contains("request_checksum_calculation")), "{error}");
    }
}
