//! Inputs and outputs of whole services, with members drawn at random, through formats of every kind.

use std::cell::RefCell;

use fastrand::Rng;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::read::read_into;
use super::write::is_there;
use crate::by_name::ByName;
use crate::http::{Body, Headers, ResponseMetadata};
use crate::shape::schema::Schema;
use crate::shape::{Blob, Slot, Timestamp, Value, View, json as by_name};
use crate::{cloudwatch, dynamodb, ec2, lambda, s3};

struct Service {
    names: &'static str,
    operation: fn(&str) -> Option<ByName>,
}

const SERVICES: [Service; 5] = [
    Service { names: cloudwatch::by_name::NAMES, operation: cloudwatch::by_name::operation },
    Service { names: dynamodb::by_name::NAMES, operation: dynamodb::by_name::operation },
    Service { names: ec2::by_name::NAMES, operation: ec2::by_name::operation },
    Service { names: lambda::by_name::NAMES, operation: lambda::by_name::operation },
    Service { names: s3::by_name::NAMES, operation: s3::by_name::operation },
];

/// A value as user code would hand it to serde.
struct Shown<'a>(&'a dyn Value);

impl Serialize for Shown<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::write(self.0, serializer)
    }
}

#[test]
fn what_is_written_is_what_calls_by_name_give_and_take() {
    let mut rng = Rng::with_seed(7);
    let mut checked = 0;
    for Service { names, operation } in SERVICES {
        for name in names.split(' ') {
            for output in [false, true, false, true, false, true, false, true] {
                let zero = || -> Box<dyn Value> {
                    let found = operation(name).expect("the name is one of the service's");
                    if output { found.output } else { found.input }
                };
                let mut value = zero();
                draw(&mut *value, &mut rng, 0);
                if !has_events(&*value) {
                    every_format(name, &*value, &zero);
                    checked += 1;
                }
            }
        }
    }
    // Several of each shape: tests keep but some operations of the larger services.
    assert!(checked > 1_200, "{checked} inputs and outputs");
}

/// What serde's formats read; they make it of nothing, so its zero value lies ready in [`ZERO`].
struct Read(Box<dyn Value>);

thread_local! {
    static ZERO: RefCell<Option<Box<dyn Value>>> = const { RefCell::new(None) };
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = ZERO.take().expect("the zero value lies ready");
        read_into(&mut *value, deserializer)?;
        Ok(Read(value))
    }
}

fn every_format(name: &str, value: &dyn Value, zero: &dyn Fn() -> Box<dyn Value>) {
    let expected = by_name::write(value);
    let value = Shown(value);
    let check = |format: &str, read: &dyn Fn() -> Result<Read, String>| {
        ZERO.set(Some(zero()));
        match read() {
            Ok(Read(read)) => assert_eq!(by_name::write(&*read), expected, "{name} after {format}"),
            Err(problem) => panic!("{name} from {format}: {problem}"),
        }
    };
    let tree = serde_json::to_value(&value).unwrap();
    assert_eq!(Some(&tree), expected.as_ref(), "{name}");
    check("a JSON value", &|| serde_json::from_value(tree.clone()).map_err(|problem| problem.to_string()));
    let text = serde_json::to_string(&value).unwrap();
    check("JSON text", &|| serde_json::from_str(&text).map_err(|problem| problem.to_string()));
    let mut bytes = Vec::new();
    ciborium::into_writer(&value, &mut bytes).unwrap();
    check("CBOR", &|| ciborium::from_reader(bytes.as_slice()).map_err(|problem| problem.to_string()));
    let bytes = postcard::to_allocvec(&value).unwrap();
    check("postcard", &|| postcard::from_bytes(&bytes).map_err(|problem| problem.to_string()));
}

fn draw(value: &mut dyn Value, rng: &mut Rng, depth: u32) {
    value
        .fill(&mut |slot| {
            match slot {
                Slot::Bool(place) => *place = rng.bool(),
                Slot::Integer(place) => *place = *rng.choice(&[0, 1, -1, i32::MAX, i32::MIN]).unwrap(),
                Slot::Long(place) => *place = *rng.choice(&[0, 1, -1, i64::MAX, i64::MIN]).unwrap(),
                Slot::Float(place) => *place = *rng.choice(&[0.1, -2.5, f32::MAX, f32::NAN]).unwrap(),
                Slot::Double(place) => *place = *rng.choice(&[0.1, -2.5, 3e300, f64::NEG_INFINITY]).unwrap(),
                Slot::Str(place) => *place = text(rng),
                Slot::Blob(place) => *place = Blob::from(bytes(rng)),
                Slot::Timestamp(place) => {
                    *place = Timestamp::new(rng.i64(-62_167_219_200..=253_402_300_799), rng.u32(..1_000_000_000));
                }
                Slot::Document(place) => *place = json!({ "a": [null, 1, { "b": "c" }] }),
                Slot::List(items) => (0..length(rng, depth)).for_each(|_| draw_optional(items.push(), rng, depth + 1)),
                Slot::Map(entries) => {
                    (0..length(rng, depth)).for_each(|_| draw_optional(entries.insert(&text(rng)), rng, depth + 1));
                }
                Slot::Structure(_, values) => {
                    values.iter_mut().for_each(|value| draw_optional(&mut **value, rng, depth + 1));
                }
                Slot::Union(union) => {
                    let count = Schema::new(union.schema()).members().count();
                    match union.select(rng.usize(..=count)) {
                        Some(value) => draw(value, rng, depth + 1),
                        None => union.select_unknown("Newer"),
                    }
                }
                Slot::Stream(place) => *place = Body::from(bytes(rng)),
                Slot::Events(_) => {}
                Slot::Metadata(place) => {
                    let mut headers = Headers::default();
                    headers.append("x-amz-id-2", text(rng));
                    *place = ResponseMetadata::new(200, headers, Some(text(rng)), None, rng.u32(1..4));
                }
            }
            Ok(())
        })
        .unwrap();
}

fn draw_optional(value: &mut dyn Value, rng: &mut Rng, depth: u32) {
    let mut absent = false;
    value.view(&mut |view| absent = matches!(view, View::Absent));
    if !absent || (depth < 6 && rng.bool()) {
        draw(value, rng, depth);
    }
}

fn length(rng: &mut Rng, depth: u32) -> usize {
    if depth < 6 { rng.usize(..3) } else { 0 }
}

fn text(rng: &mut Rng) -> String {
    (0..rng.usize(..6)).map(|_| rng.char(..)).collect()
}

fn bytes(rng: &mut Rng) -> Vec<u8> {
    (0..rng.usize(..6)).map(|_| rng.u8(..)).collect()
}

fn has_events(value: &dyn Value) -> bool {
    let mut events = false;
    value.view(&mut |view| match view {
        View::Events(_) => events = true,
        View::Structure(_, values) => events = values.iter().any(|value| has_events(*value)),
        _ => {}
    });
    events
}

#[test]
fn streams_of_events_are_named() {
    let output = s3::by_name::operation("SelectObjectContent").unwrap().output;
    let error = serde_json::to_value(Shown(&*output)).unwrap_err().to_string();
    assert!(error.contains("the member Payload is a stream of events"), "{error}");
}

#[test]
fn depth_is_limited() {
    // JSON has a limit of its own, so the values lie in each other in a tree.
    let deep = (0..100).fold(json!({ "BOOL": true }), |inner, _| json!({ "L": [inner] }));
    let error = serde_json::from_value::<dynamodb::types::AttributeValue>(deep).unwrap_err().to_string();
    assert!(error.contains("more than 128 deep"), "{error}");
    let fits = (0..60).fold(json!({ "BOOL": true }), |inner, _| json!({ "L": [inner] }));
    let read = serde_json::from_value::<dynamodb::types::AttributeValue>(fits.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), fits);
}

#[test]
fn metadata_of_no_answer_is_left_out() {
    let output = s3::operation::ListBucketsOutput::default();
    assert!(!is_there(&output.response_metadata));
    assert_eq!(serde_json::to_value(&output).unwrap(), json!({ "Buckets": [] }));
}
