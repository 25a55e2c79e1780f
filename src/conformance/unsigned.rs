//! Operations that are called without credentials.

use serde_json::Value as Json;

use super::{Client, credentials};
use crate::configuration::{ClientOptions, Environment};
use crate::http::Replay;
use crate::suite::Suite;

fn check(case: &Json) -> Result<(), String> {
    let options = ClientOptions {
        region: Some("us-west-2".to_owned()),
        credentials: Some(credentials()),
        ..ClientOptions::default()
    };
    let client = Client::new("cognito-idp", Environment::empty(), options, Replay::new())?;
    let operation = client.operation(case["operation_name"].as_str().unwrap_or_default());
    let outcome = client.call(operation.ok_or("the operation was not emitted")?, &case["parameters"]);
    let requests = client.replay.requests();
    let request = requests.first().ok_or(format!("no request: {outcome:?}"))?;
    match request.headers.get("Authorization") {
        None => Ok(()),
        Some(_) => Err("the request is signed".to_owned()),
    }
}

#[test]
fn of_cognito() {
    let Some((mut suite, cases)) = Suite::cases("auth-scheme", "auth-scheme.json") else { return };
    for case in cases.iter().filter(|case| case["table"] == "cognito-idp-unsigned") {
        suite.case(case["id"].as_str().unwrap_or_default(), || check(case));
    }
    suite.finish();
}
