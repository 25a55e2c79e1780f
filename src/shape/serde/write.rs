use serde_core::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{UNKNOWN_MEMBER, scalar};
use crate::shape::schema::{Member, Schema};
use crate::shape::{Union, Value, View};

/// Writes a value in the model's member names.
pub(crate) fn write<S: Serializer>(value: &dyn Value, serializer: S) -> Result<S::Ok, S::Error> {
    Part { value, member: Member::PLAIN }.serialize(serializer)
}

/// A value, and what the description says of its place.
#[derive(Clone, Copy)]
struct Part<'a> {
    value: &'a dyn Value,
    member: Member,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut serializer = Some(serializer);
        let mut written = None;
        self.value.view(&mut |view| {
            written = serializer.take().map(|serializer| write_view(view, self.member, serializer));
        });
        written.expect("every value shows itself once")
    }
}

/// A member, or an element that may be null.
struct Optional<'a>(Part<'a>);

impl Serialize for Optional<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_there(self.0.value) { serializer.serialize_some(&self.0) } else { serializer.serialize_none() }
    }
}

/// The name of a variant that the model does not know.
struct Unknown<'a>(&'a str);

impl Serialize for Unknown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("name", self.0)])
    }
}

fn write_view<S: Serializer>(view: View<'_>, member: Member, serializer: S) -> Result<S::Ok, S::Error> {
    match view {
        View::Absent => serializer.serialize_none(),
        View::Bool(value) => serializer.serialize_bool(value),
        View::Int(value) => serializer.serialize_i64(value),
        View::Float(value) => scalar::write_float(value, serializer),
        View::Double(value) => scalar::write_double(value, serializer),
        View::Str(value) => serializer.serialize_str(value),
        View::Blob(value) => scalar::write_bytes(value, serializer),
        View::Timestamp(value) => value.serialize(serializer),
        View::Document(value) => value.serialize(serializer),
        View::List(items) => {
            let mut list = serializer.serialize_seq(Some(items.len()))?;
            for value in items.iter() {
                let part = Part { value, member: member.element() };
                match member.has("sparse") {
                    true => list.serialize_element(&Optional(part))?,
                    false => list.serialize_element(&part)?,
                }
            }
            list.end()
        }
        View::Map(entries) => {
            let mut map = serializer.serialize_map(Some(entries.len()))?;
            for (key, value) in entries.iter() {
                let part = Part { value, member: member.value() };
                match member.has("sparse") {
                    true => map.serialize_entry(key, &Optional(part))?,
                    false => map.serialize_entry(key, &part)?,
                }
            }
            map.end()
        }
        View::Structure(schema, values) => write_structure(Schema::new(schema), values, serializer),
        View::Union(union) => write_union(union, serializer),
        View::Stream(body) => body.with_bytes(|bytes| match bytes {
            Some(bytes) => scalar::write_bytes(bytes, serializer),
            None => Err(S::Error::custom(format!(
                "the member {} is a stream that is not in memory, and can be read but once: take it out before",
                member.name()
            ))),
        }),
        View::Events(_) => Err(S::Error::custom(format!(
            "the member {} is a stream of events, which can be read but once: take it out before",
            member.name()
        ))),
        View::Metadata(metadata) => metadata.serialize(serializer),
    }
}

fn write_structure<S: Serializer>(schema: Schema, values: &[&dyn Value], serializer: S) -> Result<S::Ok, S::Error> {
    let there = values.iter().filter(|value| is_there(**value)).count();
    let mut map = serializer.serialize_map(Some(there))?;
    for (member, value) in schema.members().zip(values).filter(|(_, value)| is_there(**value)) {
        map.serialize_entry(member.name(), &Optional(Part { value: *value, member }))?;
    }
    map.end()
}

fn write_union<S: Serializer>(union: &dyn Union, serializer: S) -> Result<S::Ok, S::Error> {
    let unknown = union.unknown().filter(|name| !name.is_empty());
    let variant = union
        .variant()
        .and_then(|(index, value)| Some(Part { value, member: Schema::new(union.schema()).members().nth(index)? }));
    let mut map = serializer.serialize_map(Some(usize::from(variant.is_some() || unknown.is_some())))?;
    match (variant, unknown) {
        (Some(part), _) => map.serialize_entry(part.member.name(), &Optional(part))?,
        (None, Some(name)) => map.serialize_entry(UNKNOWN_MEMBER, &Some(Unknown(name)))?,
        (None, None) => {}
    }
    map.end()
}

/// Absent are optional members without a value, and the metadata of what was never an answer.
pub(super) fn is_there(value: &dyn Value) -> bool {
    let mut there = true;
    value.view(&mut |view| {
        there = match view {
            View::Absent => false,
            View::Metadata(metadata) => metadata.is_of_answer(),
            _ => true,
        }
    });
    there
}
