//! What S3 and S3 Control need beside their models.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};

use super::compare::equal;
use super::customisations::config;
use super::{Client, credentials};
use crate::configuration::{ClientOptions, Environment};
use crate::http::Replay;
use crate::suite::Suite;

fn client(service: &str, case: &Json, replay: Replay) -> Result<Client, String> {
    let options = ClientOptions {
        region: Some(case["region"].as_str().unwrap_or("us-west-2").to_owned()),
        credentials: Some(credentials()),
        config: Some(config(&case["config"])?),
        ..ClientOptions::default()
    };
    Client::new(service, Environment::empty(), options, replay)
}

fn misc(case: &Json) -> Result<(), String> {
    match case["table"].as_str().unwrap_or_default() {
        "checksum-operation" => {
            let client = client("s3", case, Replay::new())?;
            let name = case["operation"].as_str().unwrap_or_default();
            let name = client.operation(name).ok_or("the operation was not emitted")?;
            let outcome = client.call(name, &case["operation_kwargs"]);
            let requests = client.replay.requests();
            let request = requests.first().ok_or(format!("no request: {outcome:?}"))?;
            let summed = request
                .headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("Content-MD5") || name.starts_with("x-amz-checksum-"));
            if summed { Ok(()) } else { Err(format!("no checksum: {:?}", request.headers)) }
        }
        "expires-header" => {
            let expires = case["expires"].as_str().unwrap_or_default();
            let client = client("s3", case, Replay::new().answer(200, [("Expires", expires)], ""))?;
            let output =
                client.call("GetObject", &json!({ "Bucket": "b", "Key": "k" })).map_err(|error| error.to_string())?;
            let right = output.get("Expires").is_some() == (case["expect_expires_header"] == true)
                && output["ExpiresString"] == expires;
            if right { Ok(()) } else { Err(format!("got {output}")) }
        }
        "content-encoding" => {
            let client = client("s3", case, Replay::new())?;
            let input =
                json!({ "Bucket": "b", "Key": "k", "Body": "Zm9v", "ContentEncoding": case["content_encoding"] });
            let outcome = client.call("PutObject", &input);
            let requests = client.replay.requests();
            let request = requests.first().ok_or(format!("no request: {outcome:?}"))?;
            let expected = match (case["expected_header"].as_str(), case["expected_header"]["$bytes"].as_str()) {
                (Some(text), _) => text.as_bytes().to_vec(),
                (None, encoded) => BASE64_STANDARD.decode(encoded.unwrap_or_default()).unwrap_or_default(),
            };
            let got = request.headers.get("Content-Encoding").map(|text| text.as_bytes().to_vec());
            equal("Content-Encoding", Some(expected), got)
        }
        table => Err(format!("there is no test of the table {table}")),
    }
}

#[test]
fn of_s3() {
    let Some((mut suite, cases)) = Suite::cases("s3-misc", "s3/misc.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap_or_default(), || misc(case));
    }
    suite.finish();
}

fn dot_segments(case: &Json) -> Result<(), String> {
    let client = client("s3", case, Replay::new())?;
    let outcome = client.call("GetObject", &json!({ "Bucket": case["bucket"], "Key": case["key"] }));
    let requests = client.replay.requests();
    let request = requests.first().ok_or(format!("no request: {outcome:?}"))?;
    equal("path", case["expected_path"].as_str().unwrap_or_default(), &request.path)?;
    let host = request.origin.split_once("://").map_or("", |(_, host)| host);
    equal("host", case["expected_hostname"].as_str().unwrap_or_default(), host)
}

#[test]
fn keys_with_dots() {
    let Some((mut suite, cases)) = Suite::cases("s3-addressing", "s3/addressing.json") else { return };
    for case in cases.iter().filter(|case| case["table"] == "dot-segments") {
        suite.case(case["id"].as_str().unwrap_or_default(), || dot_segments(case));
    }
    suite.finish();
}

fn redirect(case: &Json) -> Result<(), String> {
    let client = client("s3control", case, Replay::new())?;
    let operation = case["table"].as_str().unwrap_or_default();
    let member = if operation.contains("AccessPoint") { "Name" } else { "Bucket" };
    let outcome = client.call(operation, &json!({ member: case["arn"], "AccountId": "123456789012" }));
    let requests = client.replay.requests();
    let expected = &case["assertions"];
    let request = match (requests.first(), expected.get("exception")) {
        (None, Some(_)) => return Ok(()),
        (Some(request), None) => request,
        (request, _) => return Err(format!("expected {expected}, got {request:?} {outcome:?}")),
    };
    let host = request.origin.split_once("://").map_or("", |(_, host)| host);
    let authorization = request.headers.get("Authorization").unwrap_or_default();
    let scope = format!("/{}/aws4_request", expected["signing_name"].as_str().unwrap_or_default());
    let headers = expected["headers"].as_object().into_iter().flatten();
    let mut right = expected["netloc"].as_str().is_none_or(|netloc| netloc == host) && authorization.contains(&scope);
    headers.for_each(|(name, value)| right &= request.headers.get(name) == value.as_str());
    if right { Ok(()) } else { Err(format!("expected {expected}, got {request:?}")) }
}

#[test]
fn of_s3_control() {
    let Some((mut suite, cases)) = Suite::cases("s3control-redirects", "s3/s3control-redirects.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap_or_default(), || redirect(case));
    }
    suite.finish();
}
