//! Bodies that services have sent, read with the services' own models.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::dynamic::{CURRENT, Model, operation, service, top};
use super::{json, same};
use crate::http::{Body, Headers, Response};
use crate::protocol::{parse, parse_error};
use crate::suite::Suite;

/// The model of a service in this project; `None` when it is not there.
fn model(name: &str) -> Option<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name);
    let mut versions: Vec<_> = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path()).collect();
    versions.sort();
    versions.pop().map(|version| json(version.join("service-2.json")))
}

/// `AssumeRole` of `assume-role`, in a model where letters may be of any case.
fn find_operation(model: &Json, hyphenated: &str) -> Option<Json> {
    let plain = hyphenated.replace('-', "");
    let operations = model["operations"].as_object()?;
    operations.iter().find(|(name, _)| name.eq_ignore_ascii_case(&plain)).map(|(_, operation)| operation.clone())
}

/// Our way to say the same: timestamps as numbers, nothing for empty collections.
fn plain(json: &Json) -> Json {
    match json {
        Json::String(text) => match crate::Timestamp::parse(text) {
            Some(moment) if text.contains(':') => {
                json!(moment.seconds() as f64 + f64::from(moment.subsec_nanos()) / 1e9)
            }
            _ => json!(text.trim()),
        },
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| *key != "ResponseMetadata");
            Json::Object(kept.map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}

fn check(name: &str, body: Vec<u8>, status: u16, headers: Headers, expected: &Json) -> Result<(), String> {
    let case = name.split('#').next().unwrap_or_default();
    let split = case.match_indices('-').find_map(|(at, _)| Some((model(&case[..at])?, &case[at + 1..])));
    let (model, hyphenated) = split.ok_or("no model")?;
    let given = find_operation(&model, hyphenated).ok_or("no operation")?;
    let service = service(&model["metadata"]);
    let shapes = Model::new(&model["shapes"], service.protocol);
    CURRENT.set(Some(shapes));
    let response = Response { status, headers, body: Body::from(body) };
    if status >= 301 {
        let failure = parse_error(service, operation(&given), response);
        let got = json!({ "Code": failure.code, "Message": failure.message });
        let expected = json!({ "Code": expected["Error"]["Code"], "Message": expected["Error"].get("Message").cloned().unwrap_or_default() });
        return if got == expected { Ok(()) } else { Err(format!("expected {expected}, got {got}")) };
    }
    let mut output = top(shapes, &given["output"]);
    let facts = parse(service, operation(&given), response, &mut output).map_err(|error| error.to_string())?;
    let got = plain(&output.json().unwrap_or_default());
    let expected_id = expected["ResponseMetadata"]["RequestId"].as_str();
    if expected_id.is_some() && facts.request_id.as_deref() != expected_id {
        return Err(format!("request id {:?}", facts.request_id));
    }
    if same(&plain(expected), &got) {
        Ok(())
    } else {
        Err(format!("\n  expected {}\n  got      {got}", plain(expected)))
    }
}

#[test]
fn answers_of_services() {
    let Some((mut suite, root)) = Suite::open("response-parsing", "response-parsing") else {
        return;
    };
    for (folder, status) in [("xml/responses", 200), ("xml/errors", 400), ("json/errors", 400)] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let xml = folder.starts_with("xml");
            if xml && path.extension().unwrap() != "xml" {
                continue;
            }
            let mut body = std::fs::read(&path).unwrap();
            let mut headers = Headers::default();
            let expected = if xml {
                json(path.with_extension("json"))
            } else {
                let mut whole: Json = serde_json::from_slice(&body).unwrap();
                let taken = whole.as_object_mut().unwrap().remove("__headers__");
                for (name, value) in taken.iter().filter_map(Json::as_object).flatten() {
                    headers.append(name.clone(), value.as_str().unwrap());
                }
                body = whole.to_string().into_bytes();
                json(root.join("json/expected").join(path.file_name().unwrap()))
            };
            let undated = body.windows(10).any(|text| text == b"YYYY-MM-DD");
            let id = if undated { format!("{name} (a date that is none)") } else { name.clone() };
            suite.case(&id, || check(&name, body, status, headers, &expected));
        }
    }
    suite.finish();
}
