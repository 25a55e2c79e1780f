//! What single services need beside their models, as botocore 1.44.5 sends it: each expected request was printed by
//! botocore with the same parameters, keys and time.

mod bodies;
mod documents;
mod hosts;
mod query;
mod rest;
mod s3;
mod settings;

use std::time::Duration;

use botocore::{Clock, Config, Credentials, Environment, RecordedRequest, Replay, ServiceClient, Session, Timestamp};

/// A clock that stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn sleep(&self, _: Duration) {}
}

fn client<C: ServiceClient>(replay: &Replay) -> C {
    configured(replay, Config::new())
}

fn configured<C: ServiceClient>(replay: &Replay, config: Config) -> C {
    session(replay).create_client().config(config).build().unwrap()
}

/// A client of a service that lies at an endpoint of the user's own.
fn at<C: ServiceClient>(replay: &Replay, endpoint_url: &str) -> C {
    session(replay).create_client().endpoint_url(endpoint_url).build().unwrap()
}

fn session(replay: &Replay) -> Session {
    of(replay, Environment::empty(), credentials())
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret", None)
}

fn of(replay: &Replay, environment: Environment, credentials: Credentials) -> Session {
    Session::builder()
        .environment(environment.with("AWS_EC2_METADATA_DISABLED", "true"))
        .region("eu-west-1")
        .credentials(credentials)
        .transport(replay.clone())
        .clock(Still)
        .build()
}

/// An answer with a body, to whatever is asked.
fn answer(body: &str) -> Replay {
    Replay::new().answer(200, [], body)
}

/// The first line, the headers in order of their names, and the body. Left out are what is random (`User-Agent`,
/// `amz-sdk-…`), the signature itself, which other tests check, and what the transport adds. JSON is written without
/// blanks, where botocore writes some.
fn written(request: &RecordedRequest) -> String {
    const LEFT_OUT: [&str; 7] = [
        "user-agent",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "content-length",
        "transfer-encoding",
        "connection",
        "host",
    ];
    let mut lines: Vec<String> = Vec::new();
    for (name, value) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        if !LEFT_OUT.contains(&name.as_str()) {
            let value = value.split(", Signature=").next().unwrap_or_default();
            lines.push(format!("{name}: {value}"));
        }
    }
    lines.sort();
    let mut url = format!("{} {}{}", request.method, request.origin, request.path);
    if !request.query.is_empty() {
        url = format!("{url}?{}", request.query);
    }
    lines.insert(0, url);
    let body = request.text();
    match serde_json::from_str::<serde_json::Value>(&body) {
        Ok(json) if json.is_object() => lines.push(json.to_string()),
        _ if body.is_empty() => {}
        _ => lines.push(body),
    }
    lines.join("\n")
}

/// Compares the only request with what botocore sends.
#[track_caller]
fn check(replay: &Replay, expected: &str) {
    let requests = replay.requests();
    assert_eq!(requests.len(), 1);
    let expected: Vec<&str> = expected.trim().lines().map(str::trim_start).collect();
    assert_eq!(written(&requests[0]), expected.join("\n"));
}
