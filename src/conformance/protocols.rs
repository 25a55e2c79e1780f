//! The protocol suites: each case is an operation with its shapes, and the request or answer it must give.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};

use super::compare::{check_body, check_headers, equal};
use super::{Client, UUID, credentials};
use crate::configuration::{ClientOptions, Environment};
use crate::http::{RecordedRequest, Replay};
use crate::protocol::tests::same;
use crate::shape::json;
use crate::suite::{Suite, entries, json as read};
use crate::{ErrorKind, Timestamp};

const ENDPOINT: &str = "https://example.com";

/// Members as a call by name takes them: the suites write blobs as text.
fn given(shapes: &Json, reference: &Json, value: &Json) -> Json {
    let shape = &shapes[reference["shape"].as_str().unwrap_or_default()];
    match (shape["type"].as_str().unwrap_or_default(), value) {
        ("blob", Json::String(text)) => json!(BASE64_STANDARD.encode(text)),
        ("structure", Json::Object(_)) if shape["document"] == true => value.clone(),
        ("structure", Json::Object(members)) => {
            let member = |name: &str, value: &Json| given(shapes, &shape["members"][name], value);
            Json::Object(members.iter().map(|(name, value)| (name.clone(), member(name, value))).collect())
        }
        ("list", Json::Array(items)) => items.iter().map(|item| given(shapes, &shape["member"], item)).collect(),
        ("map", Json::Object(entries)) => {
            let value = |value: &Json| given(shapes, &shape["value"], value);
            Json::Object(entries.iter().map(|(key, entry)| (key.clone(), value(entry))).collect())
        }
        ("string", value)
            if reference["jsonvalue"] == true && reference["location"] != "header" && !value.is_string() =>
        {
            json!(value.to_string())
        }
        _ => value.clone(),
    }
}

/// Members as the suites write them: blobs as text, timestamps as seconds.
fn answered(shapes: &Json, reference: &Json, value: &Json) -> Json {
    let shape = &shapes[reference["shape"].as_str().unwrap_or_default()];
    match (shape["type"].as_str().unwrap_or_default(), value) {
        ("blob", Json::String(text)) => {
            json!(String::from_utf8_lossy(&BASE64_STANDARD.decode(text).unwrap_or_default()))
        }
        ("timestamp", Json::String(text)) => match text.parse::<Timestamp>() {
            Ok(moment) => json!(moment.seconds() as f64 + f64::from(moment.subsec_nanos()) / 1e9),
            Err(_) => value.clone(),
        },
        ("structure", Json::Object(_)) if shape["document"] == true => value.clone(),
        ("structure", Json::Array(events)) => events.iter().map(|event| answered(shapes, reference, event)).collect(),
        ("structure", Json::Object(members)) => {
            let member = |name: &str, value: &Json| answered(shapes, &shape["members"][name], value);
            let members = members.iter().filter(|(name, _)| *name != "ResponseMetadata");
            Json::Object(members.map(|(name, value)| (name.clone(), member(name, value))).collect())
        }
        ("list", Json::Array(items)) => items.iter().map(|item| answered(shapes, &shape["member"], item)).collect(),
        ("map", Json::Object(entries)) => {
            let value = |value: &Json| answered(shapes, &shape["value"], value);
            Json::Object(entries.iter().map(|(key, entry)| (key.clone(), value(entry))).collect())
        }
        _ => value.clone(),
    }
}

/// Whether the answer is what is expected. Members that typed code always has are zero where they are not expected.
pub(super) fn fits(expected: &Json, got: &Json) -> bool {
    match (expected, got) {
        (Json::Object(expected), Json::Object(got)) => {
            expected.iter().all(|(name, value)| match got.get(name) {
                Some(got) => fits(value, got),
                None => value.is_null(),
            }) && got.iter().all(|(name, value)| expected.contains_key(name) || is_zero(value))
        }
        (Json::Array(expected), Json::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(expected, got)| fits(expected, got))
        }
        (expected, got) => same(expected, got),
    }
}

fn is_zero(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(value) => !value,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.values().all(is_zero),
    }
}

pub(super) fn client(service: &str, endpoint: &str, replay: Replay) -> Result<Client, String> {
    UUID.set("00000000-0000-4000-8000-000000000000");
    let options = ClientOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(endpoint.to_owned()),
        credentials: Some(credentials()),
        ..ClientOptions::default()
    };
    Client::new(service, Environment::empty(), options, replay)
}

pub(super) fn request(service: &str, suite: &Json, case: &Json) -> Result<(), String> {
    let endpoint = suite["clientEndpoint"].as_str().unwrap_or(ENDPOINT);
    sent(&client(service, endpoint, Replay::new())?, suite, case)
}

/// The request that a client makes of a case.
pub(super) fn sent(client: &Client, suite: &Json, case: &Json) -> Result<(), String> {
    let operation = case["given"]["name"].as_str().unwrap_or_default();
    let parameters = given(&suite["shapes"], &case["given"]["input"], &case["params"]);
    let outcome = client.call(operation, &parameters);
    let requests = client.replay.requests();
    let Some(request) = requests.first() else {
        return Err(format!("no request: {outcome:?}"));
    };
    let expected = &case["serialized"];
    if let Some(method) = expected["method"].as_str() {
        equal("method", method, request.method)?;
    }
    check_uri(expected, request)?;
    check_headers(client.emitted.service, expected, &request.headers)?;
    if let Some(host) = expected["host"].as_str() {
        let place = format!("{}{}", request.origin, request.path);
        let got = place.split_once("://").map_or("", |(_, host)| host);
        let same = got.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        equal("host", host, if same { host } else { got })?;
    }
    match expected["body"].as_str() {
        Some(body) => check_body(client.emitted.service.protocol, body, &request.body),
        None => Ok(()),
    }
}

fn check_uri(expected: &Json, request: &RecordedRequest) -> Result<(), String> {
    let Some(uri) = expected["uri"].as_str() else {
        return Ok(());
    };
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let sorted = |query: &str| {
        let mut parts: Vec<_> = query.split('&').map(|part| part.trim_end_matches('=').to_owned()).collect();
        parts.sort();
        parts
    };
    equal("path", path, &request.path)?;
    equal("query", sorted(query), sorted(&request.query))
}

pub(super) fn answer(service: &str, suite: &Json, case: &Json) -> Result<(), String> {
    let given = &case["response"];
    let status = given["status_code"].as_u64().unwrap_or(200) as u16;
    let text = given["body"].as_str().unwrap_or_default();
    let headers: Vec<(&str, &str)> = given["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
        .collect();
    let events = has_events(&suite["shapes"], &case["given"]["output"]);
    let is_binary = events || suite["metadata"]["protocol"] == "smithy-rpc-v2-cbor";
    let body = match is_binary {
        true => BASE64_STANDARD.decode(text).map_err(|error| error.to_string())?,
        false => text.as_bytes().to_vec(),
    };
    let client = client(service, ENDPOINT, Replay::new().answer(status, headers, body))?;
    let operation = case["given"]["name"].as_str().unwrap_or_default();
    let parameters = required(&suite["shapes"], &case["given"]["input"]);
    match client.call(operation, &parameters) {
        Ok(output) => {
            let mut got = answered(&suite["shapes"], &case["given"]["output"], &output);
            got.as_object_mut().map(|members| members.remove("ResponseMetadata"));
            let expected = &case["result"];
            if fits(expected, &got) { Ok(()) } else { equal("result", expected.clone(), got) }
        }
        Err(error) if error.kind() == ErrorKind::Service => {
            equal("code", case["errorCode"].as_str().unwrap_or_default(), error.code().unwrap_or_default())?;
            equal("message", case["errorMessage"].as_str().unwrap_or_default(), error.message())?;
            let got = error.modeled().and_then(|error| json::write(&*error)).unwrap_or_else(|| json!({}));
            let shape = error_shape(&suite["shapes"], error.code().unwrap_or_default());
            let got = answered(&suite["shapes"], &json!({ "shape": shape }), &got);
            let expected = case.get("error").cloned().unwrap_or_else(|| json!({}));
            if fits(&expected, &got) { Ok(()) } else { equal("error", expected, got) }
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Whether an output consists of events.
fn has_events(shapes: &Json, reference: &Json) -> bool {
    let target = |reference: &Json| &shapes[reference["shape"].as_str().unwrap_or_default()];
    let mut members = target(reference)["members"].as_object().into_iter().flatten();
    members.any(|(_, member)| target(member)["eventstream"] == true)
}

/// Something for each member that a request cannot do without.
fn required(shapes: &Json, reference: &Json) -> Json {
    let shape = &shapes[reference["shape"].as_str().unwrap_or_default()];
    let value = |name: &str| match shapes[shape["members"][name]["shape"].as_str().unwrap_or_default()]["type"].as_str()
    {
        Some("integer" | "long" | "float" | "double" | "timestamp") => json!(1),
        Some("boolean") => json!(true),
        Some("list") => json!([]),
        Some("structure" | "map") => json!({}),
        _ => json!("text"),
    };
    let names = shape["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
    Json::Object(names.map(|name| (name.to_owned(), value(name))).collect())
}

fn error_shape(shapes: &Json, code: &str) -> Json {
    let mut shapes = shapes.as_object().into_iter().flatten();
    let found = shapes
        .find(|(name, shape)| shape["exception"] == true && (name.as_str() == code || shape["error"]["code"] == code));
    found.map_or(Json::Null, |(name, _)| json!(name))
}

/// The cases of a suite, each with the service that was emitted for it: operations of one name that differ are of
/// different services.
pub(super) fn services<'a>(place: &str, path: &Path, index: usize, suite: &'a Json) -> Vec<(String, &'a Json)> {
    let kind = place.replace("protocols/", "").replace('/', "-");
    let file = path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
    let mut services: Vec<serde_json::Map<String, Json>> = Vec::new();
    let mut cases = Vec::new();
    for case in suite["cases"].as_array().into_iter().flatten() {
        let operation = case["given"]["name"].as_str().unwrap_or_default();
        let fits =
            |known: &serde_json::Map<String, Json>| known.get(operation).is_none_or(|other| *other == case["given"]);
        let variant = services.iter().position(fits).unwrap_or(services.len());
        if variant == services.len() {
            services.push(serde_json::Map::new());
        }
        services[variant].insert(operation.to_owned(), case["given"].clone());
        cases.push((format!("suite-{kind}-{file}-{index}-{variant}"), case));
    }
    cases
}

/// Runs each case of a folder of suites against the service that was emitted of it.
fn run(name: &'static str, place: &str, check: fn(&str, &Json, &Json) -> Result<(), String>) {
    let Some((mut suites, folder)) = Suite::open(name, place) else {
        return;
    };
    for path in entries(&folder) {
        for (index, suite) in read(&path).as_array().into_iter().flatten().enumerate() {
            for (service, case) in services(place, &path, index, suite) {
                let id = case["id"].as_str().unwrap_or_default();
                let ignored = if case["ignoredByBotocore"] == true { " (ignored by botocore)" } else { "" };
                suites.case(&format!("{id}{ignored}"), || check(&service, suite, case));
            }
        }
    }
    suites.finish();
}

#[test]
fn requests() {
    run("protocols-input", "protocols/input", request);
}

#[test]
fn older_requests() {
    run("protocols-legacy-input", "protocols/legacy/input", request);
}

#[test]
fn answers() {
    run("protocols-output", "protocols/output", answer);
}

#[test]
fn older_answers() {
    run("protocols-legacy-output", "protocols/legacy/output", answer);
}
