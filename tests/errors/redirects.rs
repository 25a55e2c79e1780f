//! Answers that send the caller elsewhere.

use std::io;

use botocore::{Body, ErrorKind, Replay, Session, dynamodb, s3};

use crate::server::{Asked, Server, answer};
use crate::{check, environment, error, session};

/// Credentials are not handed to whoever a `Location` names.
#[test]
fn redirects_are_not_followed() {
    for (status, said) in [
        (301, "301: Moved Permanently"),
        (302, "302: Found"),
        (303, "303: See Other"),
        (307, "307: Temporary Redirect"),
        (308, "308: Permanent Redirect"),
    ] {
        let elsewhere = Server::always(answer(200, &[], "{}"));
        let location = format!("Location: {}/", elsewhere.url());
        let server = Server::always(answer(status, &[&location], ""));
        let client = dynamodb::Client::new(&session(&server.url())).unwrap();
        check(
            &error(client.scan("table").send()),
            ErrorKind::Service,
            1,
            &format!("dynamodb Scan: {said} (HTTP {status})"),
        );
        assert_eq!((server.asked().len(), elsewhere.asked().len()), (1, 0));
    }
}

/// The region in a signature's scope.
fn region(authorization: &str) -> &str {
    authorization.split('/').nth(2).expect("the scope names a region")
}

const MOVED: &str = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be \
                     addressed using the specified endpoint.</Message><Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint>\
                     <Bucket>b</Bucket><RequestId>R4</RequestId></Error>";

/// Answers as S3 does whose buckets are all in eu-central-1.
fn central(asked: &Asked, refusal: &str) -> String {
    match region(asked.header("authorization").unwrap()) {
        "eu-central-1" => answer(200, &[], "the object"),
        _ => refusal.to_owned(),
    }
}

#[test]
fn a_bucket_in_another_region_is_asked_there() {
    let malformed = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'eu-west-1' is wrong; expecting \
                     'eu-central-1'</Message><Region>eu-central-1</Region></Error>";
    for refusal in [
        answer(301, &["x-amz-bucket-region: eu-central-1"], MOVED),
        answer(307, &["x-amz-bucket-region: eu-central-1"], ""),
        answer(400, &[], malformed),
    ] {
        let server = Server::new(move |_, asked| central(asked, &refusal));
        let client = s3::Client::new(&session(&server.url())).unwrap();
        let object = client.get_object("b", "key").send().unwrap();
        assert_eq!(object.response_metadata.attempts(), 2);
        assert_eq!(object.body.read_to_string().unwrap(), "the object");
        // From now on the client knows.
        assert_eq!(client.get_object("b", "other").send().unwrap().response_metadata.attempts(), 1);
        // Of other buckets it does not.
        assert_eq!(client.get_object("c", "key").send().unwrap().response_metadata.attempts(), 2);
        assert_eq!(server.lines(), ["GET /b/key", "GET /b/key", "GET /b/other", "GET /c/key", "GET /c/key",]);
    }
}

#[test]
fn an_answer_that_does_not_say_where_lets_ask_the_bucket() {
    let server = Server::new(|_, asked| match asked.line() {
        "HEAD /b" => answer(403, &["x-amz-bucket-region: eu-central-1"], ""),
        _ => central(asked, &answer(301, &[], MOVED)),
    });
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let object = client.get_object("b", "key").send().unwrap();
    assert_eq!(object.body.read_to_string().unwrap(), "the object");
    assert_eq!(server.lines(), ["GET /b/key", "HEAD /b", "GET /b/key"]);
}

#[test]
fn answers_to_head_say_nothing_but_the_status() {
    for status in [301, 400] {
        let server = Server::new(move |_, asked| match asked.line() {
            "HEAD /b" => answer(status, &["x-amz-bucket-region: eu-central-1"], ""),
            _ => central(asked, &answer(status, &[], "")),
        });
        let client = s3::Client::new(&session(&server.url())).unwrap();
        assert_eq!(client.head_object("b", "key").send().unwrap().response_metadata.attempts(), 2);
        assert_eq!(server.lines(), ["HEAD /b/key", "HEAD /b", "HEAD /b/key"]);
    }
}

#[test]
fn the_body_goes_along() {
    let server = Server::new(|_, asked| central(asked, &answer(301, &["x-amz-bucket-region: eu-central-1"], MOVED)));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    client.put_object("b", "key").body("twice the same").send().unwrap();
    let bodies: Vec<_> = server.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies, [b"twice the same", b"twice the same"]);
}

/// The new endpoint, as its rules give it: another host.
#[test]
fn the_host_changes_with_the_region() {
    let replay = Replay::new().answer(301, [("x-amz-bucket-region", "us-west-2")], MOVED).answer(200, [], "");
    let session = Session::builder().environment(environment()).transport(replay.clone()).build();
    s3::Client::new(&session).unwrap().get_object("bucket", "key").send().unwrap();
    let origins: Vec<_> = replay.requests().into_iter().map(|request| request.origin + &request.path).collect();
    assert_eq!(
        origins,
        ["https://bucket.s3.eu-west-1.amazonaws.com/key", "https://bucket.s3.us-west-2.amazonaws.com/key",]
    );
    assert_eq!(region(replay.requests()[1].headers.get("authorization").unwrap()), "us-west-2");
}

const SAID: &str = "s3 GetObject: PermanentRedirect: The bucket you are attempting to access must be addressed using the \
                    specified endpoint. (HTTP 301, request id R4";

#[test]
fn a_bucket_that_moves_on_and_on() {
    let server = Server::new(|number, _| {
        answer(301, &[["x-amz-bucket-region: eu-central-1", "x-amz-bucket-region: us-west-2"][number % 2]], MOVED)
    });
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.get_object("b", "key").send()),
        ErrorKind::Service,
        2,
        &format!("{SAID}, 2 attempts): the bucket is in the region us-west-2, and a client of that region reaches it"),
    );
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_bucket_that_nobody_knows_the_region_of() {
    let server = Server::always(answer(301, &[], MOVED));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.get_object("b", "key").send()),
        ErrorKind::Service,
        1,
        &format!("{SAID}): the bucket is in another region, and its endpoint is b.s3.eu-central-1.amazonaws.com"),
    );
    assert_eq!(server.lines(), ["GET /b/key", "HEAD /b"]);
}

/// A name that is none never becomes a part of a host.
#[test]
fn a_region_that_is_no_name() {
    let server = Server::always(answer(301, &["x-amz-bucket-region: evil.example/"], ""));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.get_object("b", "key").send()),
        ErrorKind::Service,
        1,
        "s3 GetObject: 301: Moved Permanently (HTTP 301)",
    );
}

#[test]
fn an_access_point_is_where_its_arn_says() {
    let replay = Replay::new().answer(301, [("x-amz-bucket-region", "us-west-2")], MOVED);
    let session = Session::builder().environment(environment()).transport(replay.clone()).build();
    let arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/point";
    let failed = error(s3::Client::new(&session).unwrap().get_object(arn, "key").send());
    assert!(
        failed.to_string().ends_with("the bucket is in the region us-west-2, and a client of that region reaches it")
    );
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_body_that_cannot_go_along() {
    let server = Server::always(answer(301, &["x-amz-bucket-region: eu-central-1"], MOVED));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let body = Body::from_sized_reader(io::repeat(b'x'), 10);
    let failed = error(client.put_object("b", "key").body(body).send());
    let text = failed.to_string();
    assert!(text.contains("it was not sent again, as the body comes from a reader"), "{text}");
    assert!(
        text.ends_with("the bucket is in the region eu-central-1, and a client of that region reaches it"),
        "{text}"
    );
    assert_eq!((failed.code(), failed.attempts()), (Some("PermanentRedirect"), 1));
}
