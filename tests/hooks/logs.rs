//! The loggers that a session sets, and what must not be in them.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use botocore::history::{HistoryHandler, get_global_history_recorder};
use botocore::hooks::{ChooseSigner, Event, Signer};
use botocore::{Credentials, Document, Environment, ErrorKind, LogLevel, Replay, Session, s3, sts};

use crate::Hasty;
use crate::server::{Server, answer};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN";
const BEARER: &str = "bearer-token-of-the-test";
const CUSTOMER_KEY: &str = "0123456789abcdef0123456789abcdef";
const ROLE: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
                    <SecretAccessKey>secret-of-the-role</SecretAccessKey><SessionToken>token-of-the-role</SessionToken>\
                    <Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What this thread's calls were recorded as.
#[derive(Clone)]
struct History(Arc<Mutex<Vec<(String, Document)>>>, ThreadId);

impl Default for History {
    fn default() -> Self {
        History(Arc::default(), thread::current().id())
    }
}

impl HistoryHandler for History {
    fn emit(&self, event: &str, payload: &Document, source: &str) {
        if thread::current().id() == self.1 {
            assert_eq!(source, "BOTOCORE");
            self.0.lock().unwrap().push((event.to_owned(), payload.clone()));
        }
    }
}

fn session(environment: Environment) -> Session {
    let environment = environment
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", SECRET)
        .with("AWS_SESSION_TOKEN", TOKEN)
        .with("AWS_BEARER_TOKEN_S3", BEARER)
        .with("AWS_DEFAULT_REGION", "eu-west-1");
    Session::builder().environment(environment).clock(Hasty::default()).build()
}

/// The signature of an `Authorization` header.
fn signature(head: &str) -> String {
    let start = head.find("Signature=").expect("the request is signed") + "Signature=".len();
    head[start..].chars().take_while(char::is_ascii_hexdigit).collect()
}

#[test]
fn no_secret_is_written() {
    let everything = Lines::default();
    let server = Server::new(|number, _| match number {
        0 => answer(200, &[], ROLE),
        1 => answer(200, &[], ""),
        2 => answer(503, &[], ""),
        _ => answer(403, &["x-amz-security-token: answered-token"], "<Error><Code>AccessDenied</Code></Error>"),
    });
    let session = session(Environment::empty().with("AWS_ENDPOINT_URL", server.url()));
    session.set_stream_logger_to("", LogLevel::Trace, everything.clone(), None).unwrap();
    session.events().register("*", |_: &mut Event| Ok(())).unwrap();
    let history = History::default();
    get_global_history_recorder().add_handler(history.clone());
    get_global_history_recorder().enable();

    let role =
        sts::Client::new(&session).unwrap().assume_role("arn:aws:iam::123456789012:role/r", "name").send().unwrap();
    let s3 = s3::Client::new(&session).unwrap();
    s3.put_object("bucket", "key").sse_customer_key(CUSTOMER_KEY).body("the body").send().unwrap();
    let error =
        s3.copy_object("bucket", "bucket/source", "key").copy_source_sse_customer_key(CUSTOMER_KEY).send().unwrap_err();
    let url = s3.get_object("bucket", "key").presign(Duration::from_secs(60)).unwrap();

    let replay = Replay::new().answer(200, [], "x");
    let by_bearer = Session::builder()
        .environment(Environment::empty().with("AWS_BEARER_TOKEN_S3", BEARER))
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", SECRET, None))
        .transport(replay.clone())
        .build();
    by_bearer
        .events()
        .register("choose-signer", |event: &mut ChooseSigner| {
            event.choose(Signer::Bearer);
            Ok(())
        })
        .unwrap();
    s3::Client::new(&by_bearer).unwrap().head_object("bucket", "key").send().unwrap();
    assert_eq!(replay.requests()[0].headers.get("authorization"), Some(format!("Bearer {BEARER}").as_str()));

    let recorded = history.0.lock().unwrap().clone();
    let events: Vec<_> = recorded.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(events[..4], ["API_CALL", "HTTP_REQUEST", "HTTP_RESPONSE", "PARSED_RESPONSE"]);
    assert_eq!(recorded[0].1["params"]["RoleSessionName"], "name");
    assert_eq!(recorded[3].1["Credentials"]["AccessKeyId"], "ASIAROLE");
    assert_eq!(recorded[3].1["Credentials"]["SessionToken"], "*** hidden ***");
    let recorded: String = recorded.iter().map(|(_, payload)| payload.to_string()).collect();

    let mut secrets: Vec<String> =
        [SECRET, TOKEN, BEARER, CUSTOMER_KEY, "secret-of-the-role", "token-of-the-role", "answered-token", "the body"]
            .map(str::to_owned)
            .to_vec();
    secrets.push("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".to_owned());
    secrets.extend(server.asked().iter().map(|asked| signature(&asked.head)));
    secrets.push(url.rsplit_once("X-Amz-Signature=").unwrap().1.to_owned());
    assert!(server.asked().iter().any(|asked| asked.head.contains(&secrets[8])), "the customer's key was sent");
    let said = everything.text() + &format!("{role:?} {error} {:?} {recorded}", replay.requests());
    for logger in ["hooks", "endpoint", "auth", "parsers", "retryhandler", "credentials"] {
        assert!(said.contains(&format!(" - botocore.{logger}")), "{logger} said nothing: {said}");
    }
    for secret in &secrets {
        assert!(!said.contains(secret.as_str()), "{secret} in {said}");
    }
}

#[test]
fn names_levels_and_places() {
    let (hooks, all, session) = (Lines::default(), Lines::default(), session(Environment::empty()));
    session
        .set_stream_logger_to("botocore.hooks", LogLevel::Debug, hooks.clone(), Some("[%(levelname)s] %(message)s"))
        .unwrap();
    session.set_stream_logger_to("botocore", LogLevel::Warn, all.clone(), None).unwrap();
    let error =
        session.set_stream_logger_to("botocore", LogLevel::Warn, Lines::default(), Some("%(nothing)s")).unwrap_err();
    assert!(error.to_string().contains("%(asctime)s"), "{error}");
    let path = std::env::temp_dir().join(format!("botocore-log-{}", std::process::id()));
    session.set_file_logger(LogLevel::Debug, &path).unwrap();
    session.set_file_logger(LogLevel::Debug, &path).unwrap();
    let error = session.set_file_logger(LogLevel::Debug, "/nonexistent/log").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);

    session.events().register("names.of.this.test", |_: &mut Event| Ok(())).unwrap();
    session.emit("names.of.this.test", &mut ()).unwrap();
    let line = "[DEBUG] Event names.of.this.test: calling handler ";
    assert!(hooks.text().lines().any(|text| text.starts_with(line)), "{}", hooks.text());
    assert!(!all.text().contains("names.of.this.test"));
    let file = std::fs::read_to_string(&path).unwrap();
    let lines = file.lines().filter(|text| text.contains(" - botocore.hooks - DEBUG - Event names.of.this.test:"));
    assert_eq!(lines.count(), 1, "the same file is written to once: {file}");
    std::fs::remove_file(&path).unwrap();
}
