//! Timestamps, CBOR items and event stream frames, one by one.

use serde_json::{Value as Json, json};

use super::dynamic::{CURRENT, Dyn, Model, service};
use super::same;
use crate::http::Body;
use crate::operation::Protocol;
use crate::protocol::codec::Format;
use crate::protocol::codec::text::{decode_base64, encode_base64};
use crate::protocol::event_stream::{self, Frame, HeaderValue};
use crate::shape::schema::Schema;
use crate::shape::{RawEvents, Slot, Timestamp, TimestampFormat, Value};
use crate::suite::Suite;

fn number(json: &Json) -> i64 {
    json.as_str().unwrap().parse().unwrap()
}

#[test]
fn timestamps() {
    let Some((mut suite, sections)) = Suite::read("timestamps", "timestamps/date_time_format_test_suite.json") else {
        return;
    };
    for (section, cases) in sections.as_object().unwrap() {
        for (index, case) in cases.as_array().unwrap().iter().filter(|case| case.is_object()).enumerate() {
            let id = case["id"].as_str().map_or_else(|| format!("{section}/{index}"), |id| format!("{section}/{id}"));
            let moment =
                Timestamp::new(number(&case["canonical_seconds"]), case["canonical_nanos"].as_u64().unwrap() as u32);
            let odd = section.contains("epoch") && moment.seconds() < 0 && moment.subsec_nanos() > 0;
            let id = if odd { id + " (fraction of a negative moment)" } else { id };
            suite.case(&id, || {
                let text = case["smithy_format_value"].as_str().unwrap_or_default();
                let micros = Timestamp::new(moment.seconds(), moment.subsec_nanos() / 1000 * 1000);
                let (expected, got) = match section.as_str() {
                    // The suite leaves zeros out; botocore writes six digits.
                    "format_date_time" => {
                        (text.to_owned(), micros.format(TimestampFormat::Iso).map(|_| micros.to_string()))
                    }
                    "format_http_date" => (text.to_owned(), moment.format(TimestampFormat::Http)),
                    "format_epoch_seconds" => (text.to_owned(), moment.format(TimestampFormat::Epoch)),
                    _ => (moment.to_string(), Timestamp::parse(text).map(|moment| moment.to_string())),
                };
                let wrong = case["error"] == true;
                let same = wrong == got.is_none() && (wrong || got.as_deref() == Some(&expected));
                if same { Ok(()) } else { Err(format!("{case}: got {got:?}")) }
            });
        }
    }
    suite.finish();
}

/// A shape for what a CBOR case expects.
fn shape(expect: &Json, name: &str, shapes: &mut Json) {
    let (kind, content) = expect.as_object().map_or(("null", &Json::Null), |object| {
        object.iter().next().map(|(kind, content)| (kind.as_str(), content)).unwrap()
    });
    shapes[name] = match kind {
        "uint" | "negint" => json!({ "type": "long" }),
        "bool" => json!({ "type": "boolean" }),
        "bytestring" => json!({ "type": "blob" }),
        "float32" | "float64" => json!({ "type": "double" }),
        "list" | "map" => {
            let inner = format!("{name}E");
            let first = match content {
                Json::Array(items) => items.first(),
                content => content.as_object().and_then(|entries| entries.values().next()),
            };
            shape(first.unwrap_or(&Json::Null), &inner, shapes);
            match kind {
                "list" => json!({ "type": "list", "sparse": true, "member": { "shape": inner } }),
                _ => json!({ "type": "map", "key": { "shape": "Key" }, "value": { "shape": inner } }),
            }
        }
        _ => json!({ "type": "string" }),
    };
}

fn plain(expect: &Json) -> Json {
    let Some((kind, content)) = expect.as_object().and_then(|object| object.iter().next()) else {
        return Json::Null;
    };
    match kind.as_str() {
        "list" => content.as_array().unwrap().iter().map(plain).collect(),
        "map" => {
            let entries = content.as_object().unwrap().iter().map(|(key, value)| (key.clone(), plain(value)));
            Json::Object(entries.filter(|(_, value)| !value.is_null()).collect())
        }
        "bytestring" => {
            let bytes: Vec<u8> = content.as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8).collect();
            json!(String::from_utf8_lossy(&bytes))
        }
        "float32" => float(f32::from_bits(content.as_u64().unwrap() as u32).into()),
        "float64" => float(f64::from_bits(content.as_u64().unwrap())),
        "null" | "undefined" => Json::Null,
        _ => content.clone(),
    }
}

fn float(number: f64) -> Json {
    if number.is_finite() { json!(number) } else { json!(crate::protocol::codec::text::double(number)) }
}

fn decode(input: &str, expect: &Json) -> Result<Option<Json>, String> {
    let digits: Vec<u8> = input.bytes().map(|digit| char::from(digit).to_digit(16).unwrap() as u8).collect();
    let item: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let mut shapes =
        json!({ "Top": { "type": "structure", "members": { "v": { "shape": "V" } } }, "Key": { "type": "string" } });
    shape(expect, "V", &mut shapes);
    let model = Model::new(&shapes, Protocol::RpcV2Cbor);
    let mut top = Dyn::top(model, "Top", model.text("Top"));
    let bytes = [&[0xa1, 0x61, b'v'], &item[..]].concat();
    let result = top.fill(&mut |slot| match slot {
        Slot::Structure(text, members) => Format::Cbor.read(&bytes, Schema::new(text), members),
        _ => Ok(()),
    });
    result.map_err(|error| error.to_string())?;
    Ok(top.json().and_then(|json| json.get("v").cloned()))
}

#[test]
fn cbor_items() {
    let Some((mut suite, cases)) = Suite::cases("cbor-decode-success-tests", "cbor/decode-success-tests.json") else {
        return;
    };
    for case in &cases {
        let (name, expect) = (case["description"].as_str().unwrap(), &case["expect"]);
        suite.case(name, || match decode(case["input"].as_str().unwrap(), expect) {
            Ok(got) if same(&plain(expect), &got.clone().unwrap_or_default()) => Ok(()),
            got => Err(format!("expected {}, got {got:?}", plain(expect))),
        });
    }
    suite.finish();
}

#[test]
fn wrong_cbor_items() {
    let Some((mut suite, cases)) = Suite::cases("cbor-decode-error-tests", "cbor/decode-error-tests.json") else {
        return;
    };
    for case in &cases {
        let input = case["input"].as_str().unwrap();
        let major = u8::from_str_radix(&input[..2], 16).unwrap() >> 5;
        let expect = match major {
            0 | 1 => json!({ "uint": 0 }),
            2 => json!({ "bytestring": [] }),
            4 => json!({ "list": [{ "uint": 0 }] }),
            5 => json!({ "map": { "k": { "uint": 0 } } }),
            7 => json!({ "float64": 0 }),
            _ => json!({ "string": "" }),
        };
        suite.case(case["description"].as_str().unwrap(), || match decode(input, &expect) {
            Ok(got) => Err(format!("{input} gave {got:?}")),
            Err(_) => Ok(()),
        });
    }
    suite.finish();
}

fn parts(parts: &Json) -> Vec<u8> {
    let part = |part: &Json| match part["base64"].as_str() {
        Some(text) => decode_base64(text).unwrap(),
        None => {
            let bytes: Vec<u8> = part["latin1"].as_str().unwrap().chars().map(|char| char as u8).collect();
            bytes.repeat(part["repeat"].as_u64().unwrap_or(1) as usize)
        }
    };
    parts.as_array().unwrap().iter().flat_map(part).collect()
}

fn header(value: &HeaderValue) -> Json {
    match value {
        HeaderValue::Bool(value) => json!({ "type": "bool", "value": value }),
        HeaderValue::Byte(value) => json!({ "type": "byte", "value": value }),
        HeaderValue::Short(value) => json!({ "type": "short", "value": value }),
        HeaderValue::Integer(value) => json!({ "type": "integer", "value": value }),
        HeaderValue::Long(value) => json!({ "type": "long", "value": value }),
        HeaderValue::Bytes(value) => json!({ "type": "bytes", "value": encode_base64(value) }),
        HeaderValue::String(value) => json!({ "type": "string", "value": value }),
        HeaderValue::Timestamp(value) => json!({ "type": "timestamp", "value": value }),
        HeaderValue::Uuid(value) => json!({ "type": "uuid", "value": encode_base64(value) }),
    }
}

#[test]
fn frames() {
    let Some((mut suite, cases)) = Suite::cases("eventstream-frames", "eventstream/frames.json") else {
        return;
    };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let (id, bytes) = (&case["id"], parts(&case["bytes"]));
            let frame = Frame::read(&mut &bytes[..]);
            if case.get("expectError").is_some() {
                assert!(frame.is_err(), "{id}: {frame:?}");
                return Ok(());
            }
            let frame = frame.unwrap().unwrap();
            let Some(expect) = case.get("expect") else {
                return Ok(());
            };
            assert_eq!(expect["payloadBase64"], encode_base64(&frame.payload), "{id}");
            for (expected, (name, value)) in expect["headers"].as_array().unwrap().iter().zip(&frame.headers) {
                let mut got = header(value);
                got["name"] = json!(name);
                assert_eq!(*expected, got, "{id}");
            }
            assert_eq!(expect["headers"].as_array().unwrap().len(), frame.headers.len(), "{id}");
            for end in 1..bytes.len() {
                let error = Frame::read(&mut &bytes[..end]).unwrap_err();
                assert_eq!(error.kind(), crate::ErrorKind::Transport, "{id} cut at {end}: {error}");
            }
            Ok(())
        });
    }
    suite.finish();
}

/// Smithy's typed events, as far as they are answers.
#[test]
fn typed_events() {
    let Some((mut suites, suite)) = Suite::read("protocols-smithy-eventstream", "protocols-smithy/eventstream.json")
    else {
        return;
    };
    let service = service(&json!({ "protocol": "rest-json" }));
    let mut shapes = suite["shapes"].clone();
    shapes["Output"] = json!({ "type": "structure", "members": { "events": { "shape": "EventStream" } } });
    let model = Model::new(&shapes, Protocol::RestJson);
    CURRENT.set(Some(model));
    for case in suite["cases"].as_array().unwrap() {
        let test = &case["test"];
        let events: Vec<&Json> = test["events"].as_array().into_iter().flatten().collect();
        // Whether the head of an answer is complete is not the stream's to say.
        let head = case["id"].as_str().unwrap().contains("MissingRequiredInitialResponse");
        let other = head
            || events.is_empty()
            || events.iter().any(|event| event["type"] == "request" || event["bytes"].is_null());
        let id = format!("{}{}", case["id"].as_str().unwrap(), if other { " (not an answer's events)" } else { "" });
        suites.case(&id, || {
            if other {
                return Err("there are no events of an answer".to_owned());
            }
            CURRENT.set(Some(model));
            let bytes: Vec<u8> =
                events.iter().flat_map(|event| decode_base64(event["bytes"].as_str().unwrap()).unwrap()).collect();
            let mut raw = RawEvents { body: Body::from(bytes), service: Some(service), ..RawEvents::default() };
            let mut got = vec![];
            let mut failure = None;
            loop {
                let mut event = Dyn::event(model, "EventStream");
                match event_stream::next(&mut raw, &mut event) {
                    Ok(true) => got.push(event.json().unwrap()),
                    Ok(false) => break,
                    Err(error) => failure = Some(error),
                }
            }
            let expected: Vec<Json> = events.iter().filter_map(|event| event.get("params")).map(moments).collect();
            let fails = test["expectation"].get("failure").is_some();
            let modeled = failure.as_ref().is_some_and(|error| error.downcast_ref::<Dyn>().is_some());
            let wanted = test["expectation"]["failure"].get("errorId").is_some();
            if fails != failure.is_some() || (wanted && !modeled) || (!fails && !same(&json!(expected), &json!(got))) {
                return Err(format!("expected {expected:?} {}, got {got:?} {failure:?}", test["expectation"]));
            }
            Ok(())
        });
    }
    suites.finish();
}

/// Timestamps as numbers.
fn moments(params: &Json) -> Json {
    match params {
        Json::String(text) if text.ends_with('Z') && text.contains('T') => {
            text.parse::<Timestamp>().map_or_else(|_| params.clone(), |moment| json!(moment.seconds()))
        }
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), moments(value))).collect())
        }
        other => other.clone(),
    }
}
