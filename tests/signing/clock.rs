//! Clocks that are twenty minutes off, both ways, before a server whose own is right.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::{Clock, Environment, Result, Session, Timestamp, s3};

use crate::server::{Asked, Server, answer};

/// 2026-03-01T12:00:00Z, by the server's clock.
const SERVER: i64 = 1_772_366_400;
const DATE: &str = "Date: Sun, 01 Mar 2026 12:00:00 GMT";

/// A clock that is so many seconds ahead of the server's.
#[derive(Debug)]
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(SERVER + self.0.load(Ordering::Relaxed))
    }

    fn sleep(&self, _: Duration) {}
}

fn client(server: &Server, ahead: i64) -> (s3::Client, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(ahead));
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_MAX_ATTEMPTS", "1")
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ENDPOINT_URL", server.url());
    let session = Session::builder().environment(environment).clock(Ahead(ahead.clone())).build();
    (s3::Client::new(&session).unwrap(), ahead)
}

/// Seconds after midnight of the time that a request was signed at.
fn signed_at(asked: &Asked) -> i64 {
    let time = &asked.header("x-amz-date").unwrap()[9..15];
    let two = |at: usize| time[at..at + 2].parse::<i64>().unwrap();
    two(0) * 3600 + two(2) * 60 + two(4)
}

/// Refuses what is signed more than five minutes off.
fn strict(code: &'static str) -> Server {
    Server::new(move |_, asked| match (signed_at(asked) - 12 * 3600).abs() > 300 {
        true => answer(403, &[DATE], &format!("<Error><Code>{code}</Code><Message>No.</Message></Error>")),
        false => answer(200, &[DATE], "<LocationConstraint/>"),
    })
}

#[test]
fn a_wrong_clock_is_set_right_once_and_for_all() -> Result<()> {
    for code in ["RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException", "SignatureDoesNotMatch"] {
        for ahead in [1200, -1200, 86_400 * 400 + 5_000] {
            let server = strict(code);
            let (client, _) = client(&server, ahead);
            let output = client.get_bucket_location("bucket").send()?;
            assert_eq!(output.response_metadata.attempts(), 2, "{code} {ahead}");
            assert_eq!(client.get_bucket_location("bucket").send()?.response_metadata.attempts(), 1, "{code} {ahead}");
            let times: Vec<_> = server.asked().iter().skip(1).map(signed_at).collect();
            assert_eq!(times, [43_200, 43_200], "{code} {ahead}");
            // A URL is signed by the same time.
            let url = client.get_object("bucket", "key").presign(Duration::from_secs(60))?;
            assert!(url.contains("X-Amz-Date=20260301T120000Z"), "{url}");
            // Clones share what is known.
            assert_eq!(client.clone().get_bucket_location("bucket").send()?.response_metadata.attempts(), 1);
        }
    }
    Ok(())
}

#[test]
fn an_answer_without_a_body_tells_too() -> Result<()> {
    let server = Server::new(|_, asked| match (signed_at(asked) - 12 * 3600).abs() > 300 {
        true => answer(403, &[DATE], ""),
        false => answer(200, &[DATE], ""),
    });
    let (client, _) = client(&server, 1200);
    client.head_object("bucket", "key").send()?;
    assert_eq!(server.asked().len(), 2);
    Ok(())
}

#[test]
fn a_clock_that_is_set_right_meanwhile_is_believed_again() -> Result<()> {
    let server = strict("RequestTimeTooSkewed");
    let (client, ahead) = client(&server, 1200);
    client.get_bucket_location("bucket").send()?;
    ahead.store(0, Ordering::Relaxed);
    assert_eq!(client.get_bucket_location("bucket").send()?.response_metadata.attempts(), 2);
    assert_eq!(signed_at(server.asked().last().unwrap()), 43_200);
    Ok(())
}

#[test]
fn other_refusals_stand() {
    let cases = [
        // The clock is right, or right enough.
        (0, "SignatureDoesNotMatch", DATE),
        (200, "RequestTimeTooSkewed", DATE),
        // The refusal has nothing to do with it.
        (1200, "AccessDenied", DATE),
        // The server does not say what time it is.
        (1200, "RequestTimeTooSkewed", "Date: today"),
        (1200, "RequestTimeTooSkewed", "X-Date: none"),
    ];
    for (ahead, code, date) in cases {
        let body = format!("<Error><Code>{code}</Code><Message>No.</Message></Error>");
        let server = Server::always(answer(403, &[date], &body));
        let error = client(&server, ahead).0.get_bucket_location("bucket").send().unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some(code), 1), "{ahead} {code} {date}");
    }
}

#[test]
fn who_is_refused_again_is_told() {
    let times = Arc::new(Mutex::new(0));
    let server = Server::new({
        let times = times.clone();
        move |_, _| {
            // Each time another hour.
            let mut times = times.lock().unwrap();
            *times += 1;
            let date = format!("Date: Sun, 01 Mar 2026 {:02}:00:00 GMT", *times);
            answer(403, &[&date], "<Error><Code>RequestTimeTooSkewed</Code><Message>No.</Message></Error>")
        }
    });
    let error = client(&server, 0).0.get_bucket_location("bucket").send().unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("RequestTimeTooSkewed"), 2), "{error}");
}
