use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::error::Error;
use crate::Timestamp;
use crate::shape::schema::Schema;
use crate::shape::{Entries, Items, Union, Value, View};

/// A value that an expression made or selected: JSON's kinds, members in their order, and the two kinds that JSON lacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Data {
    #[default]
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    Blob(Vec<u8>),
    Timestamp(Timestamp),
    List(Vec<Data>),
    Object(Vec<(String, Data)>),
}

/// A value where it lies: in JSON, in a shape's value, or in what an expression made.
#[derive(Clone, Copy)]
pub(crate) enum Item<'a> {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(&'a str),
    Blob(&'a [u8]),
    Timestamp(Timestamp),
    List(List<'a>),
    Object(Object<'a>),
}

#[derive(Clone, Copy)]
pub(crate) enum List<'a> {
    Json(&'a [Json]),
    Data(&'a [Data]),
    Typed(&'a dyn Items),
}

#[derive(Clone, Copy)]
pub(crate) enum Object<'a> {
    Json(&'a serde_json::Map<String, Json>),
    Data(&'a [(String, Data)]),
    Structure(&'static str, &'a [&'a dyn Value]),
    Map(&'a dyn Entries),
    Union(&'a dyn Union),
}

/// What is done with a value that lives only during the call: a structure's members lie on the stack of its method.
pub(crate) type Next<'n> = &'n mut dyn FnMut(Item<'_>) -> Result<(), Error>;
pub(crate) type NextEntry<'n> = &'n mut dyn FnMut(&str, Item<'_>) -> Result<(), Error>;

/// Hands a shape's value to `next`.
pub(crate) fn see(value: &dyn Value, next: Next<'_>) -> Result<(), Error> {
    let mut result = Ok(());
    value.view(&mut |view| result = next(Item::of_view(view)));
    result
}

impl<'a> Item<'a> {
    pub(crate) fn of(data: &'a Data) -> Item<'a> {
        match data {
            Data::Null => Item::Null,
            Data::Bool(value) => Item::Bool(*value),
            Data::Int(value) => Item::Int(*value),
            Data::Float(value) => Item::Float(*value),
            Data::Str(value) => Item::Str(value),
            Data::Blob(value) => Item::Blob(value),
            Data::Timestamp(value) => Item::Timestamp(*value),
            Data::List(items) => Item::List(List::Data(items)),
            Data::Object(entries) => Item::Object(Object::Data(entries)),
        }
    }

    pub(crate) fn of_json(json: &'a Json) -> Item<'a> {
        match json {
            Json::Null => Item::Null,
            Json::Bool(value) => Item::Bool(*value),
            Json::Number(number) => {
                let int = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
                int.map_or_else(|| Item::Float(number.as_f64().unwrap_or(f64::NAN)), Item::Int)
            }
            Json::String(value) => Item::Str(value),
            Json::Array(items) => Item::List(List::Json(items)),
            Json::Object(entries) => Item::Object(Object::Json(entries)),
        }
    }

    /// A stream has no value that an expression could use without reading it.
    fn of_view(view: View<'a>) -> Item<'a> {
        match view {
            View::Absent | View::Stream(_) | View::Events(_) | View::Metadata(_) => Item::Null,
            View::Bool(value) => Item::Bool(value),
            View::Int(value) => Item::Int(i128::from(value)),
            // By its shortest text, so that 0.1 stays 0.1.
            View::Float(value) => Item::Float(value.to_string().parse().unwrap_or(f64::from(value))),
            View::Double(value) => Item::Float(value),
            View::Str(value) => Item::Str(value),
            View::Blob(value) => Item::Blob(value),
            View::Timestamp(value) => Item::Timestamp(value),
            View::Document(value) => Item::of_json(value),
            View::List(items) => Item::List(List::Typed(items)),
            View::Map(entries) => Item::Object(Object::Map(entries)),
            View::Structure(schema, values) => Item::Object(Object::Structure(schema, values)),
            View::Union(union) => Item::Object(Object::Union(union)),
        }
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self, Item::Null)
    }

    /// The language's truth: not null, false, nor anything empty.
    pub(crate) fn is_true(self) -> Result<bool, Error> {
        Ok(match self {
            Item::Null | Item::Bool(false) => false,
            Item::Str(text) => !text.is_empty(),
            Item::Blob(bytes) => !bytes.is_empty(),
            Item::List(list) => list.len() > 0,
            Item::Object(object) => !object.is_empty()?,
            Item::Bool(true) | Item::Int(_) | Item::Float(_) | Item::Timestamp(_) => true,
        })
    }

    pub(crate) fn equals(self, other: Item<'_>) -> Result<bool, Error> {
        Ok(match (self, other) {
            (Item::List(one), Item::List(two)) => one.equals(two)?,
            (Item::Object(one), Item::Object(two)) => one.equals(two)?,
            (Item::Null, Item::Null) => true,
            (Item::Bool(one), Item::Bool(two)) => one == two,
            (Item::Blob(one), Item::Blob(two)) => one == two,
            _ => self.order(other) == Some(Ordering::Equal),
        })
    }

    /// The order of two numbers, texts or times.
    pub(crate) fn order(self, other: Item<'_>) -> Option<Ordering> {
        match (self, other) {
            (Item::Int(one), Item::Int(two)) => Some(one.cmp(&two)),
            (Item::Str(one), Item::Str(two)) => Some(one.cmp(two)),
            (Item::Timestamp(one), Item::Timestamp(two)) => Some(one.cmp(&two)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "as all languages compare a whole number and a fraction")]
    pub(crate) fn number(self) -> Option<f64> {
        match self {
            Item::Int(value) => Some(value as f64),
            Item::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The name of its type in the specification.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Item::Null => "null",
            Item::Bool(_) => "boolean",
            Item::Int(_) | Item::Float(_) => "number",
            Item::Str(_) | Item::Blob(_) | Item::Timestamp(_) => "string",
            Item::List(_) => "array",
            Item::Object(_) => "object",
        }
    }
}

impl List<'_> {
    pub(crate) fn len(self) -> usize {
        match self {
            List::Json(items) => items.len(),
            List::Data(items) => items.len(),
            List::Typed(items) => items.len(),
        }
    }

    /// Hands the element to `next`; null past the end.
    pub(crate) fn item(self, index: usize, next: Next<'_>) -> Result<(), Error> {
        match self {
            List::Json(items) => next(items.get(index).map_or(Item::Null, Item::of_json)),
            List::Data(items) => next(items.get(index).map_or(Item::Null, Item::of)),
            List::Typed(items) => match items.item(index) {
                Some(value) => see(value, next),
                None => next(Item::Null),
            },
        }
    }

    pub(crate) fn each(self, next: Next<'_>) -> Result<(), Error> {
        (0..self.len()).try_for_each(|index| self.item(index, next))
    }

    fn equals(self, other: List<'_>) -> Result<bool, Error> {
        let mut same = self.len() == other.len();
        for index in 0..self.len() {
            if same {
                self.item(index, &mut |one| other.item(index, &mut |two| set(&mut same, one.equals(two))))?;
            }
        }
        Ok(same)
    }
}

impl Object<'_> {
    /// Hands the entry of that name to `next`; null when there is none.
    pub(crate) fn get(self, name: &str, next: Next<'_>) -> Result<(), Error> {
        match self {
            Object::Json(entries) => next(entries.get(name).map_or(Item::Null, Item::of_json)),
            Object::Data(entries) => {
                let found = entries.iter().find(|(key, _)| key == name);
                next(found.map_or(Item::Null, |(_, value)| Item::of(value)))
            }
            Object::Structure(schema, values) => {
                match Schema::new(schema).member(name).and_then(|(index, _)| values.get(index)) {
                    Some(value) => see(*value, next),
                    None => next(Item::Null),
                }
            }
            Object::Map(entries) => {
                let found = (0..entries.len()).filter_map(|at| entries.entry(at)).find(|(key, _)| *key == name);
                match found {
                    Some((_, value)) => see(value, next),
                    None => next(Item::Null),
                }
            }
            Object::Union(union) => match union.variant() {
                Some((index, value)) if member_name(union.schema(), index) == name => see(value, next),
                _ => next(Item::Null),
            },
        }
    }

    /// Hands all entries to `next`, in order. A structure's absent members are no entries.
    pub(crate) fn each(self, next: NextEntry<'_>) -> Result<(), Error> {
        match self {
            Object::Json(entries) => entries.iter().try_for_each(|(key, value)| next(key, Item::of_json(value))),
            Object::Data(entries) => entries.iter().try_for_each(|(key, value)| next(key, Item::of(value))),
            Object::Map(entries) => entries.iter().try_for_each(|(key, value)| see(value, &mut |item| next(key, item))),
            Object::Structure(schema, values) => {
                Schema::new(schema).members().zip(values).try_for_each(|(member, value)| {
                    see(*value, &mut |item| match item {
                        Item::Null => Ok(()),
                        item => next(member.name(), item),
                    })
                })
            }
            Object::Union(union) => match union.variant() {
                Some((index, value)) => see(value, &mut |item| next(member_name(union.schema(), index), item)),
                None => Ok(()),
            },
        }
    }

    pub(crate) fn len(self) -> Result<usize, Error> {
        match self {
            Object::Json(entries) => Ok(entries.len()),
            Object::Data(entries) => Ok(entries.len()),
            Object::Map(entries) => Ok(entries.len()),
            Object::Structure(..) | Object::Union(_) => {
                let mut count = 0;
                self.each(&mut |_, _| {
                    count += 1;
                    Ok(())
                })?;
                Ok(count)
            }
        }
    }

    fn is_empty(self) -> Result<bool, Error> {
        Ok(self.len()? == 0)
    }

    fn equals(self, other: Object<'_>) -> Result<bool, Error> {
        let mut same = self.len()? == other.len()?;
        self.each(&mut |key, one| match same {
            true => other.get(key, &mut |two| set(&mut same, one.equals(two))),
            false => Ok(()),
        })?;
        Ok(same)
    }
}

fn set(place: &mut bool, value: Result<bool, Error>) -> Result<(), Error> {
    *place = value?;
    Ok(())
}

fn member_name(schema: &'static str, index: usize) -> &'static str {
    Schema::new(schema).members().nth(index).map_or("", |member| member.name())
}

impl Data {
    pub(crate) fn from_json(json: &Json) -> Data {
        match json {
            Json::Array(items) => Data::List(items.iter().map(Data::from_json).collect()),
            Json::Object(entries) => {
                Data::Object(entries.iter().map(|(key, value)| (key.clone(), Data::from_json(value))).collect())
            }
            json => Data::of_scalar(Item::of_json(json)),
        }
    }

    /// The value of an item that is neither list nor object; null for those.
    pub(super) fn of_scalar(item: Item<'_>) -> Data {
        match item {
            Item::Null | Item::List(_) | Item::Object(_) => Data::Null,
            Item::Bool(value) => Data::Bool(value),
            Item::Int(value) => Data::Int(value),
            Item::Float(value) => Data::Float(value),
            Item::Str(value) => Data::Str(value.to_owned()),
            Item::Blob(value) => Data::Blob(value.to_owned()),
            Item::Timestamp(value) => Data::Timestamp(value),
        }
    }

    /// As JSON: blobs as base64, timestamps as RFC 3339 text, numbers that JSON has not as null.
    pub(crate) fn into_json(self) -> Json {
        match self {
            Data::Null => Json::Null,
            Data::Bool(value) => Json::Bool(value),
            Data::Int(value) => int_to_json(value),
            Data::Float(value) => Json::from(value),
            Data::Str(value) => Json::String(value),
            Data::Blob(value) => Json::String(STANDARD.encode(value)),
            Data::Timestamp(value) => Json::String(value.to_string()),
            Data::List(items) => items.into_iter().map(Data::into_json).collect(),
            Data::Object(entries) => entries.into_iter().map(|(key, value)| (key, value.into_json())).collect(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "JSON's numbers beyond 64 bits are fractions in most readers")]
fn int_to_json(value: i128) -> Json {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => Json::from(value),
        (_, Ok(value)) => Json::from(value),
        _ => Json::from(value as f64),
    }
}
