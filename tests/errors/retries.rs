//! What is sent again, what is not, and what is said when it does not help.

use std::io;

use botocore::{Body, ErrorKind, dynamodb, s3};

use crate::server::{Server, answer};
use crate::{causes, check, error, session};

#[test]
fn throttling() {
    let body = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded."}"#;
    let server = Server::always(answer(400, &["x-amzn-RequestId: R3"], body));
    let client = dynamodb::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.scan("table").send());
    check(
        &failed,
        ErrorKind::Service,
        4,
        "dynamodb Scan: ProvisionedThroughputExceededException: The level of configured provisioned throughput for the \
         table was exceeded. (HTTP 400, request id R3, 4 attempts)",
    );
    assert!(failed.is_throttling());
    assert!(failed.is::<dynamodb::error::ProvisionedThroughputExceededException>());
    assert_eq!(failed.response_metadata().unwrap().attempts(), 4);
    let numbers: Vec<_> =
        server.asked().iter().map(|asked| asked.header("amz-sdk-request").unwrap().to_owned()).collect();
    assert!(numbers[0].contains("attempt=1; max=4") && numbers[3].contains("attempt=4; max=4"), "{numbers:?}");
}

#[test]
fn what_cannot_get_better_is_sent_once() {
    let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let server = Server::always(answer(403, &[], body));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.list_buckets().send()),
        ErrorKind::Service,
        1,
        "s3 ListBuckets: AccessDenied: Access Denied (HTTP 403)",
    );
    assert_eq!(server.asked().len(), 1);
}

const SLOW_DOWN: &str = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

#[test]
fn a_body_that_cannot_be_sent_again() {
    let server = Server::always(answer(503, &[], SLOW_DOWN));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let body = Body::from_sized_reader(io::repeat(b'x'), 1000);
    let failed = error(client.put_object("bucket", "key").body(body).send());
    let cause = "it was not sent again, as the body comes from a reader that cannot go back to its start";
    check(
        &failed,
        ErrorKind::Service,
        1,
        &format!("s3 PutObject: SlowDown: Please reduce your request rate. (HTTP 503): {cause}"),
    );
    assert_eq!(causes(&failed), [cause]);
    assert_eq!(failed.code(), Some("SlowDown"));
    assert!(failed.is_throttling());
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_body_that_can_be_sent_again() {
    let server = Server::new(|number, _| match number {
        0 => answer(503, &[], SLOW_DOWN),
        _ => answer(200, &[], ""),
    });
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let body = Body::from_seekable(io::Cursor::new("twice the same")).unwrap();
    let answer = client.put_object("bucket", "key").body(body).send().unwrap();
    assert_eq!(answer.response_metadata.attempts(), 2);
    let asked = server.asked();
    assert_eq!(asked[0].body, asked[1].body);
    assert_eq!(asked[0].header("amz-sdk-invocation-id"), asked[1].header("amz-sdk-invocation-id"));
}

#[test]
fn a_body_that_fails_on_this_side() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the tape is torn"))
        }
    }
    let server = Server::always(answer(200, &[], ""));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.put_object("bucket", "key").body(Body::from_sized_reader(Broken, 10)).send());
    let text = "s3 PutObject: The request's body could not be read: the tape is torn";
    check(&failed, ErrorKind::Body, 1, text);
    assert_eq!(causes(&failed), ["the tape is torn"]);
}

#[test]
fn a_body_that_ends_too_early() {
    let server = Server::always(answer(200, &[], ""));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.put_object("bucket", "key").body(Body::from_sized_reader(&b"short"[..], 10)).send());
    check(&failed, ErrorKind::Body, 1, "s3 PutObject: The body ended after 5 of 10 bytes");
}

/// Both are told: what broke the connection, and why that was the end of it.
#[test]
fn a_connection_that_takes_the_body_away() {
    let server = Server::always("");
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let body = Body::from_sized_reader(io::repeat(b'x'), 1000);
    check(
        &error(client.put_object("bucket", "key").body(body).send()),
        ErrorKind::Transport,
        1,
        &format!(
            "s3 PutObject: {} closed the connection before it answered: it was not sent again, as the body comes from a \
             reader that cannot go back to its start",
            server.authority()
        ),
    );
}
