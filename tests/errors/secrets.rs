//! Keys, tokens and signatures stay out of logs, errors and `Debug`.

use std::sync::{Mutex, Once};
use std::time::Duration;

use botocore::{Credentials, Environment, Replay, Session, s3, sts};
use log::{LevelFilter, Log, Metadata, Record};

use crate::server::{Server, answer};
use crate::{ACCESS_KEY, SECRET_KEY, error, of};

const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN";

/// Every line that any crate logs, in this whole test program.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Collector;

impl Log for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}: {}", record.level(), record.target(), record.args());
        LINES.lock().unwrap().push(line);
    }

    fn flush(&self) {}
}

fn collect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Collector).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
}

fn environment(url: &str) -> Environment {
    crate::environment().with("AWS_SESSION_TOKEN", TOKEN).with("AWS_ENDPOINT_URL", url)
}

/// The signature of an `Authorization` header.
fn signature(head: &str) -> String {
    let start = head.find("Signature=").expect("the request is signed") + "Signature=".len();
    head[start..].chars().take_while(char::is_ascii_hexdigit).collect()
}

#[test]
fn logs() {
    collect();
    let answered = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>\
                    </GetCallerIdentityResponse>";
    let server = Server::new(move |number, _| match number {
        0 => answer(200, &[], answered),
        1 => answer(403, &[], "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"),
        2 => answer(503, &[], ""),
        _ => String::new(),
    });
    let session = of(environment(&server.url()));
    let sts = sts::Client::new(&session).unwrap();
    let s3 = s3::Client::new(&session).unwrap();
    sts.get_caller_identity().send().unwrap();
    let mut said = [error(s3.list_buckets().send()), error(s3.put_object("bucket", "key").body("x").send())]
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let url = s3.get_object("bucket", "key").presign(Duration::from_secs(60)).unwrap();
    assert!(url.contains("X-Amz-Signature=") && url.contains(TOKEN), "{url}");

    let mut secrets = vec![SECRET_KEY.to_owned(), TOKEN.to_owned()];
    secrets.extend(server.asked().iter().map(|asked| signature(&asked.head)));
    secrets.push(url.rsplit_once("X-Amz-Signature=").unwrap().1.to_owned());
    assert!(secrets.iter().all(|secret| secret.len() > 20), "{secrets:?}");

    let lines = LINES.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.starts_with("DEBUG botocore")), "{lines:?}");
    // At that level `ureq_proto` writes down every byte; the documentation of `HttpTransport` says so.
    said.extend(lines.into_iter().filter(|line| !line.starts_with("TRACE ureq_proto")));
    for line in &said {
        assert!(!secrets.iter().any(|secret| line.contains(secret)), "{line}");
    }
}

#[test]
fn another_logger_stays() {
    collect();
    let session = of(crate::environment());
    let failed = error(session.set_debug_logger());
    assert!(failed.to_string().starts_with("The program has a logger already"), "{failed}");
    log::warn!(target: "botocore::test", "nothing is lost");
    assert!(LINES.lock().unwrap().iter().any(|line| line == "WARN botocore::test: nothing is lost"));
}

#[test]
fn debug() {
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, Some(TOKEN.to_owned()));
    let replay = Replay::new().answer(200, [], "").answer(200, [], "");
    let session = Session::builder()
        .environment(environment("http://localhost:1"))
        .credentials(credentials.clone())
        .transport(replay.clone())
        .build();
    let client = s3::Client::new(&session).unwrap();
    client.put_object("bucket", "key").sse_customer_key("a-customer-key-of-32-characters!").send().unwrap();
    let input = client.put_object("bucket", "key").sse_customer_key("a-customer-key-of-32-characters!");
    let texts = [
        format!("{credentials:?}"),
        format!("{session:?}"),
        format!("{client:?}"),
        format!("{:?}", environment("http://localhost:1")),
        format!("{:?}", replay.requests()),
        format!("{:?}", input.input()),
    ];
    let request = &replay.requests()[0];
    let signature = signature(request.headers.get("authorization").unwrap());
    for text in &texts {
        for secret in [SECRET_KEY, TOKEN, &signature, "a-customer-key-of-32-characters!"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn passwords_of_proxies() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = listener.local_addr().unwrap();
    drop(listener);
    let session = of(crate::environment().with("HTTPS_PROXY", format!("http://user:hush-hush@{proxy}")));
    let client = sts::Client::new(&session).unwrap();
    let failed = error(client.get_caller_identity().send());
    let start = format!(
        "sts GetCallerIdentity: The proxy http://{proxy} made no connection to sts.eu-west-1.amazonaws.com (3 attempts): "
    );
    assert!(failed.to_string().starts_with(&start), "{failed}");
    for text in [failed.to_string(), format!("{session:?}"), format!("{client:?}")] {
        assert!(!text.contains("hush"), "{text}");
    }
}
