//! Requests that botocore made of each service's own model: the path's end, the query and the body must be its own.

use serde_json::Value as Json;

use super::answers::model;
use super::dynamic::Model;
use super::suites::{check_body, operation, service, top};
use super::{json, vectors};
use crate::operation::Protocol;
use crate::protocol::codec::text::decode_base64;
use crate::protocol::serialize;

/// Services whose requests are changed before or after serialization.
const CUSTOM: &[(&str, &str)] = &[
    ("s3", "the bucket goes into the host"),
    ("s3control", "the account goes into the host"),
    ("glacier", "the account has a default"),
    ("sdb", "the signature goes into the body"),
    ("timestream-query", "the record is of the request that discovers the endpoint"),
    ("timestream-write", "the record is of the request that discovers the endpoint"),
];

/// Single cases that are left out, each with its reason.
const SKIPPED: &[(&str, &str)] = &[
    ("cloudsearchdomain/Search", "the query is moved into the body later"),
    ("route53/ListResourceRecordSets", "the id's prefix is cut off later"),
    ("iam/AcquireRole", "the order of a map's entries is lost in the suite's own JSON"),
    ("sns/CreatePlatformApplication", "the order of a map's entries is lost in the suite's own JSON"),
];

fn check(case: &Json, token: &str) -> Result<(), String> {
    let name = case["service"].as_str().unwrap();
    let model = model(name).ok_or("no model")?;
    let given = &model["operations"][case["operation"].as_str().unwrap()];
    let mut metadata = model["metadata"].clone();
    metadata["protocol"] = case["protocol"].clone();
    let service = service(&metadata);
    let shapes = Model::new(&model["shapes"], service.protocol);
    let mut input = top(shapes, &given["input"]);
    if given["input"].is_object() {
        input.set(&case["params"]);
    }
    let request =
        serialize(service, operation(given), &input, &mut || token.to_owned()).map_err(|error| error.to_string())?;
    let url = case["request"]["url"].as_str().unwrap();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = &rest[rest.find('/').unwrap_or(rest.len())..];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != request.path {
        return Err(format!("path: expected {path}, got {}", request.path));
    }
    let sorted = |query: &str| {
        let mut parts: Vec<_> = query.split('&').map(str::to_owned).collect();
        parts.sort();
        parts
    };
    if sorted(query) != sorted(&request.query) {
        return Err(format!("query: expected {query}, got {}", request.query));
    }
    let content = case["request"]["headers"]["Content-Type"].as_str();
    let got = request.headers.get("Content-Type");
    if content != got {
        return Err(format!("Content-Type: expected {content:?}, got {got:?}"));
    }
    let body = request.body.into_bytes().map_err(|error| error.to_string())?;
    match (case["request"]["bodyBase64"].as_str(), case["request"]["body"].as_str()) {
        (Some(expected), _) if service.protocol != Protocol::RpcV2Cbor => {
            match decode_base64(expected).unwrap() == body {
                true => Ok(()),
                false => Err("the raw body differs".to_owned()),
            }
        }
        (Some(expected), _) | (_, Some(expected)) => check_body(service.protocol, expected, &body),
        _ => Ok(()),
    }
}

#[test]
fn recorded_requests() {
    // Where the operations are emitted, they are run by these.
    let Some(path) = vectors("requests/requests.json").filter(|_| !cfg!(conformance)) else {
        return;
    };
    let recorded = json(path);
    let token = recorded["meta"]["uuid"].as_str().unwrap();
    let (mut passed, mut failed) = (0, vec![]);
    for case in recorded["cases"].as_array().unwrap() {
        if SKIPPED.iter().any(|(id, _)| *id == case["id"])
            || CUSTOM.iter().any(|(service, _)| *service == case["service"])
            || case["params"].to_string().contains("\"$unsigned")
        {
            continue;
        }
        match std::panic::catch_unwind(|| check(case, token)).unwrap_or_else(|_| Err("panic".into())) {
            Ok(()) => passed += 1,
            Err(text) => failed.push(format!("{}: {text}", case["id"])),
        }
    }
    println!("{passed} passed");
    assert!(failed.is_empty(), "{} failed, {passed} passed:\n{}", failed.len(), failed.join("\n"));
}
