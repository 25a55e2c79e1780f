//! Inputs that cannot be sent: they are refused here, and nothing is sent to the wrong place.

use std::time::Duration;

use botocore::{Error, ErrorKind, Result, s3};

use crate::server::{Server, answer};
use crate::{check, error, session};

/// The errors of calls against a server that must not be asked.
fn refused(call: impl Fn(&s3::Client) -> Result<()>) -> Error {
    let server = Server::always(answer(200, &[], ""));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let error = error(call(&client));
    assert_eq!(server.lines(), Vec::<String>::new(), "{error}");
    error
}

#[test]
fn empty_keys() {
    check(
        &refused(|client| client.delete_object("bucket", "").send().map(drop)),
        ErrorKind::Serialize,
        0,
        "s3 DeleteObject: The member Key is missing or empty: it is part of the path",
    );
    check(
        &refused(|client| client.get_object("bucket", "").send().map(drop)),
        ErrorKind::Serialize,
        0,
        "s3 GetObject: The member Key is missing or empty: it is part of the path",
    );
}

const RULE: &str =
    "it must be 1 to 255 letters, digits, periods, hyphens and underscores, or the ARN of an access point";

#[test]
fn bucket_names() {
    for bucket in
        ["", "a/b", "../other", "white space", "büro", "bucket?delete", "arn:aws:s3:::bucket", "bucket\n", ".."]
    {
        let said = format!("the bucket name {bucket:?} is not valid: {RULE}");
        check(
            &refused(|client| client.list_objects_v2(bucket).send().map(drop)),
            ErrorKind::Serialize,
            0,
            &format!("s3 ListObjectsV2: {said}"),
        );
        check(
            &refused(|client| client.delete_object(bucket, "key").send().map(drop)),
            ErrorKind::Serialize,
            0,
            &format!("s3 DeleteObject: {said}"),
        );
        check(
            &refused(|client| client.get_object(bucket, "key").presign(Duration::from_secs(60)).map(drop)),
            ErrorKind::Serialize,
            0,
            &format!("s3 GetObject: {said}"),
        );
    }
    let long = "b".repeat(256);
    let error = refused(|client| client.head_bucket(&long).send().map(drop));
    assert!(error.to_string().ends_with(RULE), "{error}");
}

#[test]
fn line_breaks_in_headers() {
    for value in ["a\r\nx-amz-acl: public-read", "a\nb", "a\rb"] {
        check(
            &refused(|client| client.put_object("bucket", "key").cache_control(value).send().map(drop)),
            ErrorKind::Serialize,
            0,
            "s3 PutObject: member CacheControl: A header cannot hold a line break",
        );
        check(
            &refused(|client| client.put_object("bucket", "key").metadata([("name", value)]).send().map(drop)),
            ErrorKind::Serialize,
            0,
            "s3 PutObject: member Metadata: A header cannot hold a line break",
        );
    }
}

#[test]
fn names_that_are_no_headers() {
    for name in ["a b", "a\r\nb", "a:b"] {
        check(
            &refused(|client| client.put_object("bucket", "key").metadata([(name, "value")]).send().map(drop)),
            ErrorKind::Serialize,
            0,
            &format!("s3 PutObject: member Metadata: {:?} is not the name of a header", format!("x-amz-meta-{name}")),
        );
    }
}

#[test]
fn control_characters_in_headers() {
    for (value, shown) in [("a\u{1}b", "'\\u{1}'"), ("a\u{7f}b", "'\\u{7f}'")] {
        let error = refused(|client| client.put_object("bucket", "key").cache_control(value).send().map(drop));
        let said = format!("cannot be sent: its header Cache-Control holds the control character {shown}");
        assert!(error.to_string().ends_with(&said), "{error}");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Serialize, 0));
    }
}

#[test]
fn metadata_beyond_ascii() {
    check(
        &refused(|client| client.put_object("bucket", "key").metadata([("name", "wert ü")]).send().map(drop)),
        ErrorKind::Serialize,
        0,
        "s3 PutObject: member Metadata: the value \"wert ü\" of \"name\" is not ASCII, and S3 keeps nothing else",
    );
}

#[test]
fn lifetimes_of_urls() {
    let presign =
        |seconds| refused(move |client| client.get_object("b", "k").presign(Duration::from_secs(seconds)).map(drop));
    for seconds in [0, 7 * 24 * 3600 + 1] {
        check(
            &presign(seconds),
            ErrorKind::Sign,
            0,
            &format!("s3 GetObject: A presigned URL lasts from 1 second to 7 days (604800 s), not {seconds} s"),
        );
    }
}

#[test]
fn files_that_are_not_there() {
    let error = error(botocore::Body::from_path("/nonexistent/file"));
    assert!(error.to_string().starts_with("The file `/nonexistent/file` could not be opened: "), "{error}");
    assert_eq!(error.kind(), ErrorKind::Body);
}

#[test]
fn a_directory_for_a_body() {
    let error = error(botocore::Body::from_path("/"));
    check(&error, ErrorKind::Body, 0, "The file `/` is a directory");
}
