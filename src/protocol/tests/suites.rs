//! The protocol suites: each case is an operation with its shapes, and the request or answer it must give.

use serde_json::{Value as Json, json};

use super::dynamic::{CURRENT, Dyn, Model, leak, modeled};
use super::{json, vectors};
use crate::http::{Body, Headers, Request, Response};
use crate::operation::{Operation, Protocol, Service};
use crate::protocol::codec::text::{decode_base64, encode_base64};
use crate::protocol::{host_prefix, parse, parse_error, serialize};

const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// Cases that are left out, each with its reason.
const SKIPPED: &[(&str, &str)] = &[
    ("json/3/1", "lists of types have no place for nulls, unless they are sparse"),
    ("query/11/5", "the order of a map's entries is lost in the suite's own JSON"),
    ("SDKAppliedContentEncoding_ec2Query", COMPRESSION),
    ("SDKAppliedContentEncoding_awsJson1_0", COMPRESSION),
    ("SDKAppliedContentEncoding_awsJson1_1", COMPRESSION),
    ("SDKAppliedContentEncoding_awsQuery", COMPRESSION),
    ("SDKAppliedContentEncoding_restJson1", COMPRESSION),
    ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", COMPRESSION),
    ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", COMPRESSION),
    ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", COMPRESSION),
    ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", COMPRESSION),
    ("RestJsonHttpChecksumRequired", "checksums are added after serialization"),
    ("HttpPayloadWithXmlName", ROOT),
    ("HttpPayloadWithXmlNamespace", ROOT),
    ("HttpPayloadWithXmlNamespaceAndPrefix", ROOT),
    ("XmlAttributesOnPayload", ROOT),
    ("ComplexError", "botocore, too, gives the message of an error whose shape has no such member"),
];

const COMPRESSION: &str = "requests are compressed after serialization";
const ROOT: &str = "botocore's models name a payload's element on the member, and botocore leaves this case out";

/// Requests in which botocore, which leaves these cases out, is followed instead.
const SKIPPED_REQUESTS: &[(&str, &str)] =
    &[("RestJsonHttpPayloadWithUnsetUnion", "botocore sends {} for any absent payload")];

fn protocol(name: &str) -> Protocol {
    match name {
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "smithy-rpc-v2-cbor" => Protocol::RpcV2Cbor,
        other => panic!("unknown protocol {other}"),
    }
}

pub(super) fn service(metadata: &Json) -> &'static Service {
    let text = |key: &str| leak(metadata[key].as_str().unwrap_or_default().to_owned());
    let mut traits =
        format!("target={} json={}", text("targetPrefix"), metadata["jsonVersion"].as_str().unwrap_or("1.0"));
    if metadata.get("awsQueryCompatible").is_some() {
        traits += " query-compatible";
    }
    Box::leak(Box::new(Service {
        name: "test",
        id: "Test",
        endpoint_prefix: "test",
        signing_name: "test",
        api_version: text("apiVersion"),
        protocol: protocol(metadata["protocol"].as_str().unwrap()),
        signature_version: "v4",
        auth: "",
        traits: leak(traits),
        endpoint_rules: "",
        error: modeled,
    }))
}

pub(super) fn operation(given: &Json) -> &'static Operation {
    let name = leak(given["name"].as_str().unwrap().to_owned());
    let mut traits = format!("wrapper={name}Result");
    if let Some(wrapper) = given["output"]["resultWrapper"].as_str() {
        traits = format!("wrapper={wrapper}");
    }
    if let Some(prefix) = given["endpoint"]["hostPrefix"].as_str() {
        traits += &format!(" host={prefix}");
    }
    Box::leak(Box::new(Operation {
        name,
        method: leak(given["http"]["method"].as_str().unwrap_or("POST").to_owned()),
        uri: leak(given["http"]["requestUri"].as_str().unwrap_or("/").to_owned()),
        traits: leak(traits),
    }))
}

pub(super) fn top(model: &'static Model, reference: &Json) -> Dyn {
    Dyn::top(model, leak(reference["shape"].as_str().unwrap_or_default().to_owned()), model.top(reference))
}

/// Runs each case of a folder of suites; fails with all that failed.
fn run(folder: &str, skips: &[&(&str, &str)], check: impl Fn(&Json, &Json) -> Result<(), String>) {
    // Where the suites' operations are emitted, they are run by these.
    let Some(folder) = vectors(folder).filter(|_| !cfg!(conformance)) else {
        return;
    };
    let (mut passed, mut failed, mut skipped) = (0, vec![], 0);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        for suite in json(file.clone()).as_array().unwrap() {
            for case in suite["cases"].as_array().unwrap() {
                let id = case["id"].as_str().unwrap();
                if skips.iter().any(|(skip, _)| *skip == id) {
                    skipped += 1;
                    continue;
                }
                match check(suite, case) {
                    Ok(()) => passed += 1,
                    Err(text) => failed.push(format!("{} {id}: {text}", file.file_name().unwrap().display())),
                }
            }
        }
    }
    println!("{passed} passed, {skipped} left out, {} failed", failed.len());
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, got: T) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}:\n  expected {expected:?}\n  got      {got:?}")) }
}

fn request(suite: &Json, case: &Json) -> Result<(), String> {
    let service = service(&suite["metadata"]);
    let operation = operation(&case["given"]);
    let model = Model::new(&suite["shapes"], service.protocol);
    let mut input = top(model, &case["given"]["input"]);
    let text = model.top(&case["given"]["input"]);
    if !text.is_empty() {
        input.set(&case["params"]);
    }
    let host = host_prefix(operation, &input).map_err(|error| error.to_string())?;
    let request = serialize(service, operation, &input, &mut || TOKEN.to_owned()).map_err(|error| error.to_string())?;
    let expected = &case["serialized"];
    if let Some(method) = expected["method"].as_str() {
        equal("method", method, request.method)?;
    }
    check_uri(expected, &request)?;
    check_headers(service, expected, &request.headers)?;
    if let Some(expected) = expected["host"].as_str() {
        let base = suite["clientEndpoint"].as_str().unwrap_or_default();
        let base = base.split_once("://").map_or(base, |(_, host)| host).trim_end_matches('/');
        equal("host", expected.to_owned(), host.unwrap_or_default() + base)?;
    }
    let got = request.body.into_bytes().map_err(|error| error.to_string())?;
    match expected["body"].as_str() {
        Some(expected) => check_body(service.protocol, expected, &got),
        None => Ok(()),
    }
}

fn check_uri(expected: &Json, request: &Request) -> Result<(), String> {
    let Some(uri) = expected["uri"].as_str() else {
        return Ok(());
    };
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    // What the endpoint's own path adds comes later.
    let path = path.strip_prefix("/custom").filter(|_| expected["host"].is_string()).unwrap_or(path);
    let sorted = |query: &str| {
        let mut parts: Vec<_> = query.split('&').map(|part| part.trim_end_matches('=').to_owned()).collect();
        parts.sort();
        parts
    };
    equal("path", path, &request.path)?;
    equal("query", sorted(query), sorted(&request.query))
}

pub(crate) fn check_headers(service: &Service, expected: &Json, headers: &Headers) -> Result<(), String> {
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let mut value = value.as_str().unwrap_or_default().to_owned();
        if name.eq_ignore_ascii_case("content-type") {
            match service.protocol {
                Protocol::RestXml => continue,
                Protocol::RestJson if value != "application/json" => continue,
                Protocol::Query | Protocol::Ec2 if !value.contains("charset") => value += "; charset=utf-8",
                _ => {}
            }
        }
        // botocore writes no blank after the commas of lists.
        let plain = |text: &str| text.replace(", ", ",");
        equal(name, Some(plain(&value)), headers.get(name).map(plain))?;
    }
    for name in expected["forbidHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        equal(name, None, headers.get(name))?;
    }
    for name in expected["requireHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if headers.get(name).is_none() && name != "Content-Length" {
            return Err(format!("no header {name}"));
        }
    }
    Ok(())
}

pub(crate) fn check_body(protocol: Protocol, expected: &str, got: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(got).into_owned();
    match protocol {
        Protocol::Query | Protocol::Ec2 => {
            let sorted = |text: &str| {
                let mut parts: Vec<_> = text.split('&').map(str::to_owned).collect();
                parts.sort();
                parts
            };
            equal("body", sorted(expected), sorted(&text))
        }
        Protocol::RpcV2Cbor => {
            let expected = decode_base64(expected).unwrap();
            if expected.is_empty() {
                return equal("body", expected, got.to_vec());
            }
            equal("body", cbor(&expected), cbor(got))
        }
        Protocol::RestXml if expected.starts_with('<') => equal("body", xml(expected), xml(&text)),
        Protocol::Json | Protocol::RestJson if expected.trim().starts_with(['{', '[', '"']) => {
            let parse = |text: &str| serde_json::from_str::<Json>(text).map_err(|error| format!("{error}: {text}"));
            equal("body", numbers(&parse(expected)?), numbers(&parse(&text)?))
        }
        _ => equal("body", expected, &text),
    }
}

/// All numbers as floats, which compare by value.
fn numbers(json: &Json) -> Json {
    match json {
        Json::Number(number) => json!(number.as_f64()),
        Json::Array(items) => items.iter().map(numbers).collect(),
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), numbers(value))).collect())
        }
        other => other.clone(),
    }
}

/// CBOR as JSON: maps sorted, indefinite lengths resolved. Written anew, so that it shares no fault with the reader.
fn cbor(bytes: &[u8]) -> Json {
    let mut rest = bytes;
    let item = cbor_item(&mut rest).unwrap();
    assert!(rest.is_empty());
    item
}

/// `None` for a break.
fn cbor_item(rest: &mut &[u8]) -> Option<Json> {
    fn take<'a>(rest: &mut &'a [u8], length: usize) -> &'a [u8] {
        let (taken, after) = rest.split_at(length);
        *rest = after;
        taken
    }
    let first = take(rest, 1)[0];
    let size = match first & 31 {
        24..28 => 1 << (first & 3),
        _ => 0,
    };
    let argument = take(rest, size).iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let argument = if size == 0 { u64::from(first & 31) } else { argument };
    let endless = first & 31 == 31;
    let count = if endless { usize::MAX } else { argument as usize };
    Some(match first >> 5 {
        0 => json!(argument as f64),
        1 => json!(-1.0 - argument as f64),
        2 => json!({ "bytes": encode_base64(take(rest, count)) }),
        3 => json!(std::str::from_utf8(take(rest, count)).unwrap()),
        4 => (0..count).map_while(|_| cbor_item(rest)).collect(),
        5 => {
            let mut entries = serde_json::Map::new();
            for _ in 0..count {
                let Some(key) = cbor_item(rest) else { break };
                entries.insert(key.as_str().unwrap().to_owned(), cbor_item(rest).unwrap());
            }
            entries.into()
        }
        6 => json!({ "tag": argument, "value": cbor_item(rest) }),
        _ if endless => return None,
        _ => match (size, argument) {
            (0, 20) => json!(false),
            (0, 21) => json!(true),
            (2, 0x7c00) | (4, 0x7f80_0000) | (8, 0x7ff0_0000_0000_0000) => json!("Infinity"),
            (2, 0xfc00) | (4, 0xff80_0000) | (8, 0xfff0_0000_0000_0000) => json!("-Infinity"),
            (2, 0x7e00) | (4, 0x7fc0_0000) | (8, 0x7ff8_0000_0000_0000) => json!("NaN"),
            (4, bits) => json!(f64::from(f32::from_bits(bits as u32))),
            (8, bits) => json!(f64::from_bits(bits)),
            _ => Json::Null,
        },
    })
}

/// XML as a tree with attributes and children sorted and text stripped.
fn xml(text: &str) -> String {
    use quick_xml::events::Event;
    fn element(reader: &mut quick_xml::Reader<&[u8]>) -> String {
        let (mut children, mut text) = (vec![], String::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    let mut parts: Vec<_> =
                        start.attributes_raw().split_ascii_whitespace().map(str::to_owned).collect();
                    parts.sort();
                    let name = start.name().as_ref().to_owned();
                    children.push(format!("<{name} {}>{}</{name}>", parts.join(" "), element(reader)));
                }
                Event::Text(piece) => text.push_str(&piece),
                Event::GeneralRef(name) => text.push_str(&format!("&{};", &*name)),
                Event::End(_) | Event::Eof => break,
                _ => {}
            }
        }
        children.sort();
        text.trim().to_owned() + &children.concat()
    }
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    element(&mut reader)
}

fn response(service: &Service, suite: &Json, case: &Json) -> Response {
    let given = &case["response"];
    let mut headers = Headers::default();
    for (name, value) in given["headers"].as_object().into_iter().flatten() {
        headers.append(name.clone(), value.as_str().unwrap_or_default());
    }
    let body = given["body"].as_str().unwrap_or_default();
    let events = suite["shapes"].as_object().into_iter().flatten().any(|(_, shape)| shape["eventstream"] == true);
    let body = match service.protocol {
        _ if events => Body::from(decode_base64(body).unwrap()),
        Protocol::RpcV2Cbor => Body::from(decode_base64(body).unwrap()),
        _ => Body::from(body.to_owned()),
    };
    Response { status: given["status_code"].as_u64().unwrap_or(200) as u16, headers, body }
}

/// Header members of JSON are text for us and values for the suites.
pub(crate) fn same(expected: &Json, got: &Json) -> bool {
    match (expected, got) {
        (Json::Number(expected), Json::Number(got)) => {
            let (expected, got) = (expected.as_f64().unwrap(), got.as_f64().unwrap());
            expected == got || (expected as f32 == got as f32)
        }
        (Json::Array(expected), Json::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(expected, got)| same(expected, got))
        }
        (Json::Object(expected), Json::Object(got)) => {
            expected.len() == got.len()
                && expected.iter().all(|(key, value)| got.get(key).is_some_and(|got| same(value, got)))
        }
        (expected, Json::String(text)) if !expected.is_string() => {
            serde_json::from_str::<Json>(text).is_ok_and(|got| same(expected, &got))
        }
        (expected, got) => expected == got,
    }
}

fn answer(suite: &Json, case: &Json) -> Result<(), String> {
    let service = service(&suite["metadata"]);
    let operation = operation(&case["given"]);
    let model = Model::new(&suite["shapes"], service.protocol);
    CURRENT.set(Some(model));
    let response = response(service, suite, case);
    if response.status >= 301 {
        let failure = parse_error(service, operation, response);
        equal("code", case["errorCode"].as_str().unwrap_or_default(), &failure.code)?;
        equal("message", case["errorMessage"].as_str().unwrap_or_default(), &failure.message)?;
        let got = failure.modeled.and_then(|error| error.as_any().downcast_ref::<Dyn>()?.json());
        let got = got.unwrap_or_else(|| json!({}));
        let expected = case.get("error").cloned().unwrap_or_else(|| json!({}));
        return if same(&expected, &got) { Ok(()) } else { equal("error", expected, got) };
    }
    let mut output = top(model, &case["given"]["output"]);
    parse(service, operation, response, &mut output).map_err(|error| error.to_string())?;
    output.drain().map_err(|error| error.to_string())?;
    let got = output.json().unwrap_or_default();
    let expected = case["result"].clone();
    if same(&expected, &got) { Ok(()) } else { equal("result", expected, got) }
}

#[test]
fn requests() {
    run("protocols/input", &SKIPPED.iter().chain(SKIPPED_REQUESTS).collect::<Vec<_>>(), request);
}

#[test]
fn older_requests() {
    run("protocols/legacy/input", &SKIPPED.iter().collect::<Vec<_>>(), request);
}

#[test]
fn answers() {
    run("protocols/output", &SKIPPED.iter().filter(|(_, why)| *why != ROOT).collect::<Vec<_>>(), answer);
}

#[test]
fn older_answers() {
    run("protocols/legacy/output", &SKIPPED.iter().collect::<Vec<_>>(), answer);
}
