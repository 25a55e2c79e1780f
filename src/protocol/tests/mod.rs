//! The drivers against outside vectors, with shapes made up at run time.

mod answers;
mod dynamic;
mod heads;
mod hostile;
mod hostile_frames;
mod hostile_heads;
mod mutations;
mod vectors;

use std::path::PathBuf;

use serde_json::Value as Json;

fn json(path: PathBuf) -> Json {
    serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap()
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
