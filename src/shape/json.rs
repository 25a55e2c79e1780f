//! Values as JSON, in the model's member names: what a call by name takes and gives.
//!
//! | shape | JSON |
//! | --- | --- |
//! | structure, union | an object; a union has exactly one member |
//! | list, map | an array, an object |
//! | string, enum | a string |
//! | boolean | `true`, `false` |
//! | integers | a number without a fraction |
//! | floats | a number, or the strings `NaN`, `Infinity`, `-Infinity` |
//! | timestamp | RFC 3339 text; read also: a number of seconds since 1970 and the other forms that services send |
//! | blob, streamed or not | base64 text |
//! | document | the value itself |

use std::fmt::{self, Write as _};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Number, Value as Json, json};

use super::schema::{Member, Schema};
use super::{Blob, EntriesMut, ItemsMut, Slot, Timestamp, Union, Value, View};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, ResponseMetadata};

/// Fills `value`, a structure that is zero, from an object of its members. With `complete`, members that the model
/// requires must be there, and lengths and numbers must reach its minima. Source: botocore's `validate.ParamValidator`.
///
/// # Errors
/// [`ErrorKind::Serialize`] with everything that is wrong, each problem with the path of its member.
pub(crate) fn read(value: &mut dyn Value, json: &Json, complete: bool) -> Result<()> {
    let mut reader = Reader { path: String::new(), problems: Vec::new(), complete };
    match json {
        Json::Null => reader.value(value, Member::PLAIN, &Json::Object(Map::new())),
        json => reader.value(value, Member::PLAIN, json),
    }
    match reader.problems.as_slice() {
        [] => Ok(()),
        problems => {
            let text = format!("The parameters are not as the model has them: {}", problems.join("; "));
            Err(Error::new(ErrorKind::Serialize, text))
        }
    }
}

struct Reader {
    /// Of the value at hand: `Tags[1].Key`.
    path: String,
    problems: Vec<String>,
    complete: bool,
}

impl Reader {
    fn value(&mut self, value: &mut dyn Value, member: Member, json: &Json) {
        // Only a structure that breaks the glue's promise could fail, and it would be seen in every call.
        let _ = value.fill(&mut |slot| {
            self.slot(slot, member, json);
            Ok(())
        });
    }

    fn slot(&mut self, slot: Slot<'_>, member: Member, json: &Json) {
        match (slot, json) {
            (Slot::Bool(place), Json::Bool(value)) => *place = *value,
            (Slot::Integer(place), Json::Number(number)) => self.integer(place, member, number),
            (Slot::Long(place), Json::Number(number)) => self.integer(place, member, number),
            (Slot::Float(place), json) => {
                if let Some(number) = self.float(member, json) {
                    *place = number as f32;
                }
            }
            (Slot::Double(place), json) => {
                if let Some(number) = self.float(member, json) {
                    *place = number;
                }
            }
            (Slot::Str(place), Json::String(text)) => {
                self.length(member, text.chars().count(), "characters");
                place.clone_from(text);
            }
            (Slot::Blob(place), Json::String(text)) => {
                if let Some(bytes) = self.bytes(text) {
                    *place = Blob::from(bytes);
                }
            }
            (Slot::Stream(place), Json::String(text)) => {
                if let Some(bytes) = self.bytes(text) {
                    *place = Body::from(bytes);
                }
            }
            (Slot::Timestamp(place), json) => match moment(json) {
                Some(moment) => *place = moment,
                None => self.problem(&format!("must be a timestamp (RFC 3339 text), and is {}", kind(json))),
            },
            (Slot::Document(place), json) => place.clone_from(json),
            (Slot::List(items), Json::Array(array)) => self.list(items, member, array),
            (Slot::Map(entries), Json::Object(object)) => self.map(entries, member, object),
            (Slot::Structure(schema, values), Json::Object(object)) => self.structure(schema, values, object),
            (Slot::Union(union), Json::Object(object)) => self.union(union, object),
            (slot, json) => self.problem(&format!("must be {}, and is {}", wanted(&slot), kind(json))),
        }
    }

    fn structure(&mut self, schema: &'static str, values: &mut [&mut dyn Value], object: &Map<String, Json>) {
        let schema = Schema::new(schema);
        for (member, value) in schema.members().zip(values) {
            match object.get(member.name()) {
                Some(json) if !json.is_null() => self.inside(member.name(), |reader| {
                    reader.value(*value, member, json);
                }),
                _ if self.complete && member.has("required") && !member.has("token") => {
                    self.inside(member.name(), |reader| reader.problem("is required, and missing"));
                }
                _ => {}
            }
        }
        self.unknown(schema, object);
    }

    fn union(&mut self, union: &mut dyn Union, object: &Map<String, Json>) {
        let schema = Schema::new(union.schema());
        self.unknown(schema, object);
        let mut given = object.iter().filter(|(_, json)| !json.is_null());
        let (Some((name, json)), None) = (given.next(), given.next()) else {
            let names: Vec<_> = schema.members().map(Member::name).collect();
            return self.problem(&format!("must have exactly one of the members {}", names.join(", ")));
        };
        if let Some((index, member)) = schema.member(name)
            && let Some(value) = union.select(index)
        {
            self.inside(name, |reader| reader.value(value, member, json));
        }
    }

    /// Complains of members that the model does not have.
    fn unknown(&mut self, schema: Schema, object: &Map<String, Json>) {
        for name in object.keys() {
            if schema.member(name).is_none_or(|(_, member)| member.get("at=") == Some("metadata")) {
                let known: Vec<_> = schema.members().map(Member::name).collect();
                let known = match known.is_empty() {
                    true => "there are none".to_owned(),
                    false => format!("the members are {}", known.join(", ")),
                };
                self.inside(name, |reader| reader.problem(&format!("is not known ({known})")));
            }
        }
    }

    fn list(&mut self, items: &mut dyn ItemsMut, member: Member, array: &[Json]) {
        self.length(member, array.len(), "elements");
        for (index, json) in array.iter().enumerate() {
            let length = self.path.len();
            let _ = write!(self.path, "[{index}]");
            self.element(items.push(), member.element(), json, member.has("sparse"));
            self.path.truncate(length);
        }
    }

    fn map(&mut self, entries: &mut dyn EntriesMut, member: Member, object: &Map<String, Json>) {
        for (key, json) in object {
            self.length(member.key(), key.chars().count(), format_args!("characters in its key {key:?}"));
            self.inside(key, |reader| {
                reader.element(entries.insert(key), member.value(), json, member.has("sparse"));
            });
        }
    }

    fn element(&mut self, value: &mut dyn Value, member: Member, json: &Json, sparse: bool) {
        match (json, sparse) {
            (Json::Null, true) => {}
            (Json::Null, false) => self.problem("may not be null"),
            (json, _) => self.value(value, member, json),
        }
    }

    fn integer<N: TryFrom<i64>>(&mut self, place: &mut N, member: Member, number: &Number) {
        match number.as_i64().and_then(|number| Some((number, N::try_from(number).ok()?))) {
            Some((number, value)) => {
                *place = value;
                self.minimum(member, number as f64, |minimum| format!("must be at least {minimum}, and is {number}"));
            }
            None if number.is_f64() => self.problem("must be a number without a fraction"),
            None => self.problem("is too large a number"),
        }
    }

    fn float(&mut self, member: Member, json: &Json) -> Option<f64> {
        let number = match json {
            Json::Number(number) => number.as_f64(),
            Json::String(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            },
            _ => None,
        };
        match number {
            Some(number) => {
                self.minimum(member, number, |minimum| format!("must be at least {minimum}, and is {number}"));
            }
            None => self.problem(&format!("must be a number, and is {}", kind(json))),
        }
        number
    }

    fn bytes(&mut self, text: &str) -> Option<Vec<u8>> {
        let bytes = BASE64_STANDARD.decode(text).ok();
        if bytes.is_none() {
            self.problem("must be base64 text");
        }
        bytes
    }

    fn length(&mut self, member: Member, length: usize, of: impl fmt::Display) {
        self.minimum(member, length as f64, |minimum| format!("must have at least {minimum} {of}, and has {length}"));
    }

    /// The model's minimum; 1 of what becomes part of the host's name. Its maxima, and the lengths of blobs and maps,
    /// are the service's to enforce. Source: botocore's `validate.range_check`.
    fn minimum(&mut self, member: Member, number: f64, problem: impl FnOnce(f64) -> String) {
        if !self.complete {
            return;
        }
        let range = member.get("range=").and_then(|range| range.split_once(".."));
        let minimum = match range.and_then(|(minimum, _)| minimum.parse::<f64>().ok()) {
            None if member.has("host") => Some(1.0),
            minimum => minimum,
        };
        if let Some(minimum) = minimum.filter(|minimum| number < *minimum) {
            self.problem(&problem(minimum));
        }
    }

    fn inside(&mut self, name: &str, read: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        read(self);
        self.path.truncate(length);
    }

    fn problem(&mut self, what: &str) {
        let place = if self.path.is_empty() { "the whole" } else { &self.path };
        self.problems.push(format!("{place} {what}"));
    }
}

fn moment(json: &Json) -> Option<Timestamp> {
    match json {
        Json::String(text) => Timestamp::parse(text),
        Json::Number(number) => match number.as_i64() {
            Some(seconds) => Some(Timestamp::from_secs(seconds)),
            None => Timestamp::from_epoch(number.as_f64()?),
        },
        _ => None,
    }
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

fn wanted(slot: &Slot<'_>) -> &'static str {
    match slot {
        Slot::Bool(_) => "a boolean",
        Slot::Integer(_) | Slot::Long(_) | Slot::Float(_) | Slot::Double(_) => "a number",
        Slot::Str(_) => "a string",
        Slot::Blob(_) | Slot::Stream(_) => "a string (bytes in base64)",
        Slot::List(_) => "an array",
        _ => "an object",
    }
}

/// The value as JSON; `None` when it is absent. A streamed body must be in memory: see [`hold`].
pub(crate) fn write(value: &dyn Value) -> Option<Json> {
    let mut json = None;
    value.view(&mut |view| json = write_view(view));
    json
}

fn write_view(view: View<'_>) -> Option<Json> {
    Some(match view {
        View::Absent | View::Events(_) => return None,
        View::Bool(value) => json!(value),
        View::Int(value) => json!(value),
        // The shortest text of a single is another number than that of the double it becomes.
        View::Float(value) => value.to_string().parse().map_or(Json::Null, float),
        View::Double(value) => float(value),
        View::Str(value) => json!(value),
        View::Blob(value) => json!(BASE64_STANDARD.encode(value)),
        View::Timestamp(value) => json!(value.to_string()),
        View::Document(value) => value.clone(),
        View::Stream(body) => body.with_bytes(|bytes| json!(BASE64_STANDARD.encode(bytes.unwrap_or_default()))),
        View::List(items) => {
            let items = items.iter();
            items.map(|item| write(item).unwrap_or_default()).collect()
        }
        View::Map(entries) => {
            let entries = entries.iter();
            Json::Object(entries.map(|(key, value)| (key.to_owned(), write(value).unwrap_or_default())).collect())
        }
        View::Structure(schema, values) => {
            let members = Schema::new(schema).members().zip(values);
            Json::Object(
                members.filter_map(|(member, value)| Some((member.name().to_owned(), write(*value)?))).collect(),
            )
        }
        View::Union(union) => write_union(union),
        View::Metadata(metadata) => write_metadata(metadata),
    })
}

fn float(number: f64) -> Json {
    match Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => json!("NaN"),
        None if number > 0.0 => json!("Infinity"),
        None => json!("-Infinity"),
    }
}

/// Source: botocore's `SDK_UNKNOWN_MEMBER`.
fn write_union(union: &dyn Union) -> Json {
    match (union.variant(), union.unknown()) {
        (Some((index, value)), _) => {
            let name = Schema::new(union.schema()).members().nth(index).map_or("", Member::name);
            json!({ name: write(value) })
        }
        (None, Some(name)) if !name.is_empty() => json!({ "SDK_UNKNOWN_MEMBER": { "name": name } }),
        (None, _) => json!({}),
    }
}

/// Source: botocore's `ResponseMetadata`.
fn write_metadata(metadata: &ResponseMetadata) -> Json {
    let headers: Map<String, Json> =
        metadata.headers().map(|(name, value)| (name.to_ascii_lowercase(), json!(value))).collect();
    let mut json = json!({
        "HTTPStatusCode": metadata.status(),
        "HTTPHeaders": headers,
        "RetryAttempts": metadata.attempts().saturating_sub(1),
    });
    for (name, id) in [("RequestId", metadata.request_id()), ("HostId", metadata.host_id())] {
        if let Some(id) = id {
            json[name] = json!(id);
        }
    }
    for name in metadata.flags() {
        json[name] = json!(true);
    }
    json
}

/// Reads an output's streamed body into memory.
///
/// # Errors
/// What the connection says when it ends too early; [`ErrorKind::Parse`] for a body with another checksum than its own.
pub(crate) fn hold(output: &mut dyn Value) -> Result<()> {
    output.fill(&mut |slot| {
        let Slot::Structure(_, values) = slot else { return Ok(()) };
        values.iter_mut().filter(|value| streams(&***value)).try_for_each(|value| {
            value.fill(&mut |slot| {
                if let Slot::Stream(body) = slot {
                    let bytes = body.take().into_bytes()?;
                    *body = Body::from(bytes);
                }
                Ok(())
            })
        })
    })
}

pub(crate) fn streams(value: &dyn Value) -> bool {
    let mut streams = false;
    value.view(&mut |view| streams = matches!(view, View::Stream(_)));
    streams
}
