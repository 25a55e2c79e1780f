//! What is sent again, what is not, and what is said when it does not help.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use botocore::{
    Body, Config, Credentials, ErrorKind, ProvideCredentials, RetryReason, ServiceClient, TransportFailure, dynamodb,
    s3,
};

use crate::server::{Server, answer};
use crate::settings::Scratch;
use crate::{causes, check, environment, error, nowhere, of, session};

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

#[test]
fn each_attempt_tells_its_cause() {
    let server = Server::new(|number, _| match number {
        0 => answer(503, &["x-amz-request-id: R0"], SLOW_DOWN),
        1 => String::new(),
        2 => answer(500, &[], "<Error><Code>InternalError</Code><Message>Oh.</Message></Error>"),
        _ => answer(200, &[], ""),
    });
    let of = of(environment().with("AWS_ENDPOINT_URL", server.url()).with("AWS_MAX_ATTEMPTS", "4"));
    let client = s3::Client::new(&of).unwrap();
    let output = client.put_object("bucket", "key").body("text").send().unwrap();
    let metadata = &output.response_metadata;
    let causes: Vec<_> = metadata.failed_attempts().iter().map(|attempt| attempt.reason()).collect();
    assert_eq!(causes, [RetryReason::Throttling, RetryReason::Connection, RetryReason::Service]);
    let [first, second, third] = metadata.failed_attempts() else { panic!("{metadata:?}") };
    assert_eq!((first.error().code(), first.error().request_id()), (Some("SlowDown"), Some("R0")));
    assert_eq!((second.error().kind(), second.error().attempts()), (ErrorKind::Transport, 2));
    assert_eq!((third.error().status(), third.error().code()), (Some(500), Some("InternalError")));
    assert!(first.pause() <= Duration::from_secs(1) && second.pause() <= Duration::from_millis(100));
    assert_eq!(metadata.attempts(), 4);
    assert!(metadata.max_attempts_reached() && !metadata.retry_quota_reached());
}

#[test]
fn what_failed_for_good_tells_its_attempts() {
    let server = Server::always(answer(503, &[], SLOW_DOWN));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.list_buckets().send());
    assert_eq!(failed.failed_attempts().len(), 2);
    assert!(failed.max_attempts_reached() && !failed.retry_quota_reached());
    assert!(failed.response_metadata().unwrap().max_attempts_reached());
    // The quota of 500 lets a hundred be tried again; then it says so.
    for _ in 0..60 {
        error(client.list_buckets().send());
    }
    let last = error(client.list_buckets().send());
    assert_eq!(last.attempts(), 1);
    assert!(last.retry_quota_reached() && !last.max_attempts_reached());
}

#[test]
fn the_service_is_told_how_long_its_answer_is_of_use() {
    let server = Server::always(answer(503, &["Date: Wed, 01 Jan 2020 00:00:00 GMT"], SLOW_DOWN));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    error(client.list_buckets().send());
    error(client.with_read_timeout(Duration::from_millis(90_500)).list_buckets().send());
    let asked = server.asked();
    let told: Vec<_> = asked.iter().map(|asked| asked.header("amz-sdk-request").unwrap()).collect();
    assert_eq!(
        told,
        [
            "attempt=1; max=3",
            "ttl=20200101T000100Z; attempt=2; max=3",
            "ttl=20200101T000100Z; attempt=3; max=3",
            "attempt=1; max=3",
            "ttl=20200101T000130Z; attempt=2; max=3",
            "ttl=20200101T000130Z; attempt=3; max=3",
        ]
    );
}

/// As botocore does in this mode: rules of its own, ten attempts, and no word of them in the first request.
#[test]
fn the_mode_legacy() {
    let server = Server::always(answer(509, &[], "{}"));
    let session = of(environment().with("AWS_ENDPOINT_URL", server.url()).with("AWS_RETRY_MODE", "legacy"));
    let client = dynamodb::Client::new(&session).unwrap();
    let failed = error(client.scan("table").send());
    assert_eq!((failed.attempts(), failed.max_attempts_reached()), (10, true));
    let pauses: Vec<_> = failed.failed_attempts().iter().map(|attempt| attempt.pause().as_millis()).collect();
    assert_eq!(pauses, [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800]);
    let told: Vec<_> =
        server.asked()[..2].iter().map(|asked| asked.header("amz-sdk-request").unwrap().to_owned()).collect();
    assert_eq!(told, ["attempt=1", "attempt=2; max=10"]);

    let sent = server.asked().len();
    error(s3::Client::new(&session).unwrap().list_buckets().send());
    assert_eq!(server.asked().len() - sent, 5);
    let refused = Server::always(answer(400, &[], "{\"__type\": \"ValidationException\"}"));
    let session = of(environment().with("AWS_ENDPOINT_URL", refused.url()).with("AWS_RETRY_MODE", "legacy"));
    let failed = error(dynamodb::Client::new(&session).unwrap().scan("table").send());
    assert_eq!((failed.attempts(), failed.max_attempts_reached()), (1, false));
}

/// CRC-32 of `{}` is 2745614147.
#[test]
fn a_damaged_answer() {
    let right = || answer(200, &["x-amz-crc32: 2745614147"], "{}");
    let wrong = || answer(200, &["x-amz-crc32: 2745614147"], "{ ");
    let server = Server::new(move |number, _| if number == 0 { wrong() } else { right() });
    let client = dynamodb::Client::new(&session(&server.url())).unwrap();
    let output = client.scan("table").send().unwrap();
    let [damaged] = output.response_metadata.failed_attempts() else { panic!("{output:?}") };
    assert_eq!(damaged.reason(), RetryReason::Damage);

    for (mode, attempts) in [("standard", 4), ("legacy", 10)] {
        let server = Server::always(wrong());
        let session = of(environment().with("AWS_ENDPOINT_URL", server.url()).with("AWS_RETRY_MODE", mode));
        let failed = error(dynamodb::Client::new(&session).unwrap().scan("table").send());
        assert_eq!((failed.kind(), failed.attempts()), (ErrorKind::Body, attempts));
        let text = "its CRC-32 is 3061617162, and the header x-amz-crc32 says 2745614147";
        assert!(failed.to_string().contains(text), "{failed}");
    }
}

#[test]
fn a_call_that_may_not_take_long() {
    let server = Server::silent(Duration::from_secs(2));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let start = Instant::now();
    let failed = error(client.with_call_timeout(Duration::from_millis(300)).list_buckets().send());
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    let text = "s3 ListBuckets: The time for the whole call was over before 127.0.0.1";
    assert!(failed.to_string().starts_with(text), "{failed}");
    assert_eq!((failed.kind(), failed.attempts()), (ErrorKind::Transport, 1));
}

/// There is no waiting for what would come too late.
#[test]
fn no_time_for_another_attempt() {
    let server = Server::always(answer(503, &["x-amz-retry-after: 4000"], SLOW_DOWN));
    let session = session(&server.url());
    session.set_default_client_config(Config::new().call_timeout(Duration::from_secs(3)));
    let failed = error(s3::Client::new(&session).unwrap().list_buckets().send());
    check(
        &failed,
        ErrorKind::Service,
        1,
        "s3 ListBuckets: SlowDown: Please reduce your request rate. (HTTP 503): it was not sent again, as the call may take 3 s \
         in all, and 4.000 s more would be waited",
    );
    assert_eq!(server.asked().len(), 1);
}

/// A provider that takes a while.
#[derive(Clone, Debug, Default)]
struct Slow {
    asked: Arc<AtomicUsize>,
}

impl ProvideCredentials for Slow {
    fn name(&self) -> &str {
        "slow"
    }

    fn provide(&self) -> botocore::Result<Option<Credentials>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(1200));
        Ok(Some(Credentials::new(crate::ACCESS_KEY, crate::SECRET_KEY, None)))
    }
}

#[test]
fn credentials_that_take_longer_than_the_call_may() {
    let server = Server::always(answer(200, &[], "<ListAllMyBucketsResult/>"));
    let (session, provider) = (session(&server.url()), Slow::default());
    session.set_credentials(provider.clone());
    let client = s3::Client::new(&session).unwrap();
    let start = Instant::now();
    let failed = error(client.with_call_timeout(Duration::from_millis(200)).list_buckets().send());
    assert!(start.elapsed() < Duration::from_millis(1100), "{:?}", start.elapsed());
    check(
        &failed,
        ErrorKind::Credentials,
        0,
        "s3 ListBuckets: The time for the whole call was over before the provider slow of credentials had answered",
    );
    assert_eq!(failed.transport_failure(), Some(TransportFailure::OutOfTime));
    // What was asked for comes all the same, for the next one.
    client.with_call_timeout(Duration::from_secs(20)).list_buckets().send().unwrap();
    assert_eq!((provider.asked.load(Ordering::SeqCst), server.asked().len()), (1, 1));
}

/// A program that hangs, metadata services that accept connections and say nothing.
#[test]
fn providers_of_the_chain_that_hang() {
    let silent = Server::silent(Duration::from_secs(4));
    let scratch = Scratch::new("hang");
    let config = scratch.file("config", "[default]\ncredential_process = sleep 4\n");
    let hang = nowhere().with("AWS_DEFAULT_REGION", "eu-west-1");
    for environment in [
        hang.clone().with("AWS_CONFIG_FILE", &config),
        hang.clone().with("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/keys", silent.url())),
        hang.with("AWS_EC2_METADATA_DISABLED", "false").with("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent.url()),
    ] {
        let client = s3::Client::new(&of(environment)).unwrap();
        let start = Instant::now();
        let failed = error(client.with_call_timeout(Duration::from_millis(300)).list_buckets().send());
        assert_eq!(failed.transport_failure(), Some(TransportFailure::OutOfTime), "{failed}");
        assert!(start.elapsed() < Duration::from_millis(3500), "{:?}", start.elapsed());
    }
}
