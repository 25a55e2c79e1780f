//! What cases expect and what came, compared by meaning: names in any order, numbers by value.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};

use crate::http::Headers;
use crate::operation::{Protocol, Service};

pub(super) fn equal<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, got: T) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}:\n  expected {expected:?}\n  got      {got:?}")) }
}

pub(super) fn check_headers(service: &Service, expected: &Json, headers: &Headers) -> Result<(), String> {
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

pub(super) fn check_body(protocol: Protocol, expected: &str, got: &[u8]) -> Result<(), String> {
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
            let expected = BASE64_STANDARD.decode(expected).unwrap();
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
        2 => json!({ "bytes": BASE64_STANDARD.encode(take(rest, count)) }),
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
