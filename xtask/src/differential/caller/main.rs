//! Makes calls by name that come as lines of JSON, and answers each with what was sent and what came of it.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::{AddressingStyle, AnyClient, Clock, Config, Credentials, Environment, Error, Request, Response, S3Config, Session, Timestamp, Transport};
use serde_json::{Value, json};

mod services;

type Call = Box<dyn Fn(&str, Value) -> botocore::Result<Value>>;

/// Keeps the request and gives the answer that the case has.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<(Value, Value)>>);

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Transport for Wire {
    fn send(&self, request: &mut Request) -> botocore::Result<Response> {
        let mut body = Vec::new();
        io::Read::read_to_end(&mut request.body, &mut body)?;
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| json!([name, value])).collect();
        let (answer, asked) = &mut *self.0.lock().unwrap();
        *asked = json!({
            "method": request.method,
            "url": request.url(),
            "headers": headers,
            "body": hex(&body),
        });
        let mut response = Response {
            status: answer["status"].as_u64().unwrap_or_default() as u16,
            body: unhex(answer["body"].as_str().unwrap_or_default()).into(),
            ..Response::default()
        };
        for header in answer["headers"].as_array().into_iter().flatten() {
            let text = |index: usize| header[index].as_str().unwrap_or_default().to_owned();
            response.headers.append(text(0), text(1));
        }
        Ok(response)
    }
}

/// The moment at which everything happens.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_714_979_289)
    }

    fn sleep(&self, _: Duration) {}
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

fn session(wire: &Wire) -> Session {
    let environment = Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true").with("AWS_MAX_ATTEMPTS", "1");
    // Of the services that take nothing else.
    let environment = ["CODECATALYST", "ACCOUNT_ACCESS"]
        .iter()
        .fold(environment, |environment, name| environment.with(format!("AWS_BEARER_TOKEN_{name}"), "bearer-token"));
    let keys = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None);
    Session::builder()
        .environment(environment)
        .region("us-east-1")
        .credentials(keys)
        .transport(wire.clone())
        .clock(Still)
        .build()
}

fn refusal(error: &Error) -> Value {
    json!({
        "kind": format!("{:?}", error.kind()),
        "text": error.to_string(),
        "code": error.code(),
        "message": error.message(),
        "fault": error.fault(),
        "status": error.status(),
        "request_id": error.request_id(),
        "host_id": error.response_metadata().and_then(|metadata| metadata.host_id()),
        "members": error.members(),
    })
}

/// A client that presigns as botocore does with `signature_version` v4.
fn presigner(service: &str, session: &Session) -> botocore::Result<AnyClient> {
    let s3 = S3Config::new().addressing_style(AddressingStyle::Virtual);
    let config = Config::new().signature_version("v4").s3(s3);
    session.create_client_by_name(service)?.config(config).build()
}

fn presigned(case: &Value, session: &Session, clients: &mut HashMap<String, AnyClient>) -> Value {
    let service = case["service"].as_str().unwrap_or_default();
    if !clients.contains_key(service) {
        match presigner(service, session) {
            Ok(client) => clients.insert(service.to_owned(), client),
            Err(error) => return json!({ "error": refusal(&error) }),
        };
    }
    let (client, operation) = (&clients[service], case["operation"].as_str().unwrap_or_default());
    let expires = Duration::from_secs(case["presign"].as_u64().unwrap_or_default());
    match panic::catch_unwind(AssertUnwindSafe(|| client.presign(operation, case["parameters"].clone(), expires))) {
        Ok(Ok(url)) => json!({ "url": url }),
        Ok(Err(error)) => json!({ "error": refusal(&error) }),
        Err(_) => json!({ "panic": true }),
    }
}

fn outcome(case: &Value, session: &Session, calls: &mut HashMap<String, Call>) -> Value {
    let service = case["service"].as_str().unwrap_or_default();
    if !calls.contains_key(service) {
        match services::client(service, session) {
            Ok(call) => calls.insert(service.to_owned(), call),
            Err(error) => return json!({ "error": refusal(&error) }),
        };
    }
    let call = &calls[service];
    let called = panic::catch_unwind(AssertUnwindSafe(|| {
        call(case["operation"].as_str().unwrap_or_default(), case["parameters"].clone())
    }));
    match called {
        Ok(Ok(output)) => json!({ "output": output }),
        Ok(Err(error)) => json!({ "error": refusal(&error) }),
        Err(_) => json!({ "panic": true }),
    }
}

fn main() -> io::Result<()> {
    let wire = Wire::default();
    let session = session(&wire);
    let (mut calls, mut presigners) = (HashMap::new(), HashMap::new());
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let mut case: Value = serde_json::from_str(&line?)?;
        *wire.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = (case["response"].take(), Value::Null);
        let mut result = match case["presign"].is_null() {
            true => outcome(&case, &session, &mut calls),
            false => presigned(&case, &session, &mut presigners),
        };
        result["request"] = wire.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).1.take();
        writeln!(out, "{result}")?;
        out.flush()?;
    }
    Ok(())
}
