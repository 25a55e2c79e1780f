//! Requests that botocore made of each service's own model: ours must be the same, signature included.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};

use super::compare::{check_body, equal};
use super::{Client, credentials};
use crate::configuration::{ClientOptions, Environment};
use crate::http::{Headers, RecordedRequest, Replay};
use crate::operation::Protocol;
use crate::suite::Suite;

/// Headers that depend on the layer below, and those of nobody's concern.
const LEFT_OUT: [&str; 4] = ["Content-Length", "Expect", "Transfer-Encoding", "Authorization"];

/// Parameters as a call by name takes them: of all that JSON cannot say only bytes and moments occur.
pub(super) fn parameters(json: &Json) -> Json {
    match json {
        Json::Object(members) if members.contains_key("$repeat") => json!(BASE64_STANDARD.encode(repeated(json))),
        Json::Object(members) => match (members.get("$blob").or(members.get("$bytes")), members.get("$timestamp")) {
            (Some(text), _) | (None, Some(text)) if members.len() == 1 => text.clone(),
            _ => Json::Object(members.iter().map(|(name, value)| (name.clone(), parameters(value))).collect()),
        },
        Json::Array(items) => items.iter().map(parameters).collect(),
        other => other.clone(),
    }
}

/// The bytes of `{"$repeat": [[b64, n], …]}`.
fn repeated(json: &Json) -> Vec<u8> {
    let parts = json["$repeat"].as_array().into_iter().flatten();
    let part = |part: &Json| {
        let bytes = BASE64_STANDARD.decode(part[0].as_str().unwrap_or_default()).unwrap_or_default();
        bytes.repeat(part[1].as_u64().unwrap_or(0) as usize)
    };
    parts.flat_map(part).collect()
}

/// Compares a request with a recorded one.
pub(super) fn check(protocol: Protocol, expected: &Json, got: &RecordedRequest) -> Result<(), String> {
    equal("method", expected["method"].as_str().unwrap_or_default(), got.method)?;
    check_url(expected["url"].as_str().unwrap_or_default(), got)?;
    let exact = check_content(protocol, expected, &got.body)?;
    let mut headers = got.headers.clone();
    headers.set("host", got.origin.split_once("://").map_or("", |(_, host)| host));
    check_headers(&expected["headers"], &headers, exact)
}

fn check_url(expected: &str, got: &RecordedRequest) -> Result<(), String> {
    let (place, query) = expected.split_once('?').unwrap_or((expected, ""));
    let sorted = |query: &str| {
        let mut parts: Vec<_> = query.split('&').map(|part| part.trim_end_matches('=').to_owned()).collect();
        parts.sort();
        parts
    };
    equal("URL", place.to_owned(), format!("{}{}", got.origin, got.path))?;
    equal("query", sorted(query), sorted(&got.query))
}

/// Whether the body is the same byte for byte, when it says the same.
fn check_content(protocol: Protocol, expected: &Json, got: &[u8]) -> Result<bool, String> {
    if let Some(text) = expected["body"].as_str() {
        check_body(protocol, text, got)?;
        return Ok(text.as_bytes() == got);
    }
    if let Some(text) = expected["bodyBase64"].as_str() {
        if protocol == Protocol::RpcV2Cbor {
            check_body(protocol, text, got)?;
        }
        let same = BASE64_STANDARD.decode(text).map_err(|error| error.to_string())? == got;
        return match same || protocol == Protocol::RpcV2Cbor {
            true => Ok(same),
            false => Err("the raw body differs".to_owned()),
        };
    }
    equal("body's length", expected["bodyLength"].as_u64(), Some(got.len() as u64))?;
    Ok(true)
}

/// `exact`: whether the body is the same byte for byte, so that hashes and the signature can be the same. Where it is not,
/// members stand in the model's order, and botocore has the caller's.
fn check_headers(expected: &Json, got: &Headers, exact: bool) -> Result<(), String> {
    for (name, value) in expected.as_object().into_iter().flatten() {
        let name_of_hash = name.to_ascii_lowercase();
        let is_hash = name_of_hash.starts_with("x-amz-checksum-")
            || matches!(name_of_hash.as_str(), "x-amz-content-sha256" | "content-md5");
        if LEFT_OUT.iter().any(|left_out| left_out.eq_ignore_ascii_case(name)) || (is_hash && !exact) {
            continue;
        }
        equal(name, value.as_str(), got.get(name))?;
    }
    match (expected["Authorization"].as_str(), got.get("Authorization")) {
        (None, None) => Ok(()),
        (Some(expected), Some(got)) if exact && !expected.contains("ECDSA") => equal("Authorization", expected, got),
        (Some(expected), Some(got)) => {
            let before = |text: &str| text.split("Signature=").next().unwrap_or_default().to_owned();
            equal("Authorization", before(expected), before(got))
        }
        (expected, got) => equal("Authorization", expected, got),
    }
}

fn request(case: &Json) -> Result<(), String> {
    let options = ClientOptions {
        region: case["region"].as_str().map(str::to_owned),
        credentials: Some(credentials()),
        ..ClientOptions::default()
    };
    let service = case["service"].as_str().unwrap_or_default();
    let client = Client::new(service, Environment::empty(), options, Replay::new())?;
    let outcome = client.call(case["operation"].as_str().unwrap_or_default(), &parameters(&case["params"]));
    match client.replay.requests().last() {
        Some(got) => check(client.emitted.service.protocol, &case["request"], got),
        None => Err(format!("no request: {:?}", outcome.unwrap_or_else(|error| json!(error.to_string())))),
    }
}

#[test]
fn recorded_requests() {
    let Some((mut suite, recorded)) = Suite::read("requests", "requests/requests.json") else {
        return;
    };
    for case in recorded["cases"].as_array().into_iter().flatten() {
        suite.case(case["id"].as_str().unwrap_or_default(), || request(case));
    }
    suite.finish();
}
