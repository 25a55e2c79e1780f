//! What goes wrong, seen from outside: each case ends in an error that says what happened, where, and what to do.

mod server;

mod answers;
mod connections;
mod credentials;
mod inputs;
mod redirects;
mod retries;
mod secrets;
mod settings;
mod stores;

use std::time::Duration;

use botocore::{Clock, Environment, Error, ErrorKind, Session, SystemClock, Timestamp};

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Keys and a region, and no instance to ask.
fn environment() -> Environment {
    nowhere()
        .with("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .with("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .with("AWS_DEFAULT_REGION", "eu-west-1")
}

/// No keys, no region, no files, no instance to ask.
fn nowhere() -> Environment {
    Environment::empty()
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_CONFIG_FILE", "/nonexistent/config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
}

/// A session that calls `url` for every service, and does not wait between attempts.
fn session(url: &str) -> Session {
    of(environment().with("AWS_ENDPOINT_URL", url))
}

fn of(environment: Environment) -> Session {
    Session::builder().environment(environment).clock(Hasty).build()
}

/// The time is right, but nobody waits.
#[derive(Debug)]
struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn sleep(&self, _: Duration) {}
}

/// The error of what must fail.
#[track_caller]
fn error<T>(result: botocore::Result<T>) -> Error {
    match result {
        Ok(_) => panic!("this should have failed"),
        Err(error) => error,
    }
}

/// Compares stage, attempts and the whole text.
#[track_caller]
fn check(error: &Error, kind: ErrorKind, attempts: u32, text: &str) {
    assert_eq!(error.to_string(), text);
    assert_eq!((error.kind(), error.attempts()), (kind, attempts), "{text}");
}

/// The texts of an error's causes, the nearest first.
fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}
