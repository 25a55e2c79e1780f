//! Values with `Serialize` to attribute values.

use std::fmt::Display;
use std::marker::PhantomData;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::key::KeyWriter;
use super::{DEEPEST, Mistake, mark};
use crate::attributes::number::{self, Number};
use crate::attributes::part::{Attribute, Held, Part};
use crate::shape::{Blob, Map};

/// The name of the structure as which `serde_json` hands on numbers of any length (its feature `arbitrary_precision`).
const JSON_NUMBER: &str = "$serde_json::private::Number";

type Result<T> = std::result::Result<T, Mistake>;

pub(super) struct Writer<A> {
    /// How many values may still be in each other.
    left: u32,
    made: PhantomData<A>,
}

impl<A> Writer<A> {
    pub(super) fn new() -> Self {
        Writer { left: DEEPEST, made: PhantomData }
    }

    fn inner(&self) -> Result<Self> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Writer { left, made: PhantomData }),
            None => Err(Mistake::new(format!("values are more than {DEEPEST} deep in each other"))),
        }
    }
}

fn integer<A: Attribute>(number: impl Display) -> Result<A> {
    Ok(A::n(number.to_string()))
}

fn checked<A: Attribute>(number: crate::Result<Number>) -> Result<A> {
    Ok(A::n(number?.into()))
}

fn one<A: Attribute>(variant: &str, value: Result<A>) -> Result<A> {
    let value = value.map_err(|mistake| mistake.at_member(variant))?;
    Ok(A::m([(variant, value)].into()))
}

impl<A: Attribute> Serializer for Writer<A> {
    type Ok = A;
    type Error = Mistake;
    type SerializeSeq = Elements<A>;
    type SerializeTuple = Elements<A>;
    type SerializeTupleStruct = Elements<A>;
    type SerializeTupleVariant = Elements<A>;
    type SerializeMap = Members<A>;
    type SerializeStruct = Members<A>;
    type SerializeStructVariant = Members<A>;

    fn serialize_bool(self, value: bool) -> Result<A> {
        Ok(A::bool(value))
    }

    fn serialize_i8(self, number: i8) -> Result<A> {
        integer(number)
    }

    fn serialize_i16(self, number: i16) -> Result<A> {
        integer(number)
    }

    fn serialize_i32(self, number: i32) -> Result<A> {
        integer(number)
    }

    fn serialize_i64(self, number: i64) -> Result<A> {
        integer(number)
    }

    fn serialize_i128(self, number: i128) -> Result<A> {
        checked(Number::try_from(number))
    }

    fn serialize_u8(self, number: u8) -> Result<A> {
        integer(number)
    }

    fn serialize_u16(self, number: u16) -> Result<A> {
        integer(number)
    }

    fn serialize_u32(self, number: u32) -> Result<A> {
        integer(number)
    }

    fn serialize_u64(self, number: u64) -> Result<A> {
        integer(number)
    }

    fn serialize_u128(self, number: u128) -> Result<A> {
        checked(Number::try_from(number))
    }

    fn serialize_f32(self, number: f32) -> Result<A> {
        checked(Number::try_from(number))
    }

    fn serialize_f64(self, number: f64) -> Result<A> {
        checked(Number::try_from(number))
    }

    fn serialize_char(self, letter: char) -> Result<A> {
        Ok(A::s(letter.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<A> {
        Ok(A::s(text.to_owned()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<A> {
        Ok(A::b(bytes.into()))
    }

    fn serialize_none(self) -> Result<A> {
        Ok(A::null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<A> {
        value.serialize(self.inner()?)
    }

    fn serialize_unit(self) -> Result<A> {
        Ok(A::null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<A> {
        Ok(A::null())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<A> {
        Ok(A::s(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<A> {
        let value = value.serialize(self.inner()?)?;
        match name {
            mark::STRING_SET => set(value, "a string (S)", string, A::ss),
            mark::NUMBER_SET => set(value, "a number (N)", decimal, A::ns),
            mark::BINARY_SET => set(value, "binary (B)", bytes, A::bs),
            mark::NUMBER => or_null(value, "a number (N)", |value| decimal(value).map(A::n)),
            mark::BLOB => or_null(value, "base64 text", |value| base64(value).map(A::b)),
            _ => Ok(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<A> {
        one(variant, value.serialize(self.inner()?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<A>> {
        let elements = Vec::with_capacity(length.unwrap_or(0).min(4096));
        Ok(Elements { elements, inner: self.inner()?, variant: None })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<A>> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Elements<A>> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<A>> {
        Ok(Elements { variant: Some(variant), ..self.inner()?.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<A>> {
        Ok(Members { entries: Map::new(), key: None, inner: self.inner()?, variant: None, is_number: false })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<A>> {
        Ok(Members { is_number: name == JSON_NUMBER, ..self.serialize_map(None)? })
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Members<A>> {
        Ok(Members { variant: Some(variant), ..self.inner()?.serialize_map(None)? })
    }
}

/// The set of a list's elements. Null stays null, for options.
fn set<A: Attribute, T>(
    value: A,
    wanted: &str,
    element: fn(A) -> std::result::Result<T, String>,
    make: fn(Vec<T>) -> A,
) -> Result<A> {
    let elements = match value.part() {
        Part::Null => return Ok(A::null()),
        Part::L(elements) => elements,
        other => return Err(Mistake::new(format!("must be a list or a set, and is {}", other.kind()))),
    };
    let read = |(index, value): (usize, Held<'_, A>)| {
        element(value.taken())
            .map_err(|kind| Mistake::new(format!("must be {wanted}, and is {kind}")).at_element(index))
    };
    let elements = elements.enumerate().map(read).collect::<Result<Vec<T>>>()?;
    match elements.is_empty() {
        true => Err(Mistake::new("DynamoDB keeps no set without elements: leave the member out when it is empty")),
        false => Ok(make(elements)),
    }
}

fn or_null<A: Attribute>(value: A, wanted: &str, make: impl FnOnce(A) -> std::result::Result<A, String>) -> Result<A> {
    if matches!(value.part_of(), Part::Null) {
        return Ok(value);
    }
    make(value).map_err(|kind| Mistake::new(format!("must be {wanted}, and is {kind}")))
}

fn string<A: Attribute>(value: A) -> std::result::Result<String, String> {
    match value.part() {
        Part::S(text) => Ok(text.into_owned()),
        other => Err(other.kind()),
    }
}

/// A number, also as the text of one.
fn decimal<A: Attribute>(value: A) -> std::result::Result<String, String> {
    match value.part() {
        Part::N(number) => Ok(number.into_owned()),
        Part::S(text) => Number::new(text.clone()).map(String::from).map_err(|_| number::shown(&text)),
        other => Err(other.kind()),
    }
}

fn bytes<A: Attribute>(value: A) -> std::result::Result<Blob, String> {
    match value.part() {
        Part::B(bytes) => Ok(Blob::from(bytes.into_owned())),
        // As serde has a `Vec<u8>`.
        Part::L(elements) => elements
            .map(|element| byte(&element.taken()))
            .collect::<Option<Vec<u8>>>()
            .map(Blob::from)
            .ok_or_else(|| "a list (L)".to_owned()),
        other => Err(other.kind()),
    }
}

fn byte<A: Attribute>(value: &A) -> Option<u8> {
    match value.part_of() {
        Part::N(number) => number.parse().ok(),
        _ => None,
    }
}

fn base64<A: Attribute>(value: A) -> std::result::Result<Blob, String> {
    match value.part() {
        Part::S(text) => BASE64_STANDARD.decode(&*text).map(Blob::from).map_err(|problem| problem.to_string()),
        other => Err(other.kind()),
    }
}

/// A list on its way.
pub(super) struct Elements<A> {
    elements: Vec<A>,
    inner: Writer<A>,
    variant: Option<&'static str>,
}

impl<A: Attribute> Elements<A> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let index = self.elements.len();
        let inner = Writer { left: self.inner.left, made: PhantomData };
        match value.serialize(inner) {
            Ok(value) => {
                self.elements.push(value);
                Ok(())
            }
            Err(mistake) => {
                let mistake = mistake.at_element(index);
                Err(match self.variant {
                    Some(variant) => mistake.at_member(variant),
                    None => mistake,
                })
            }
        }
    }

    fn finish(self) -> Result<A> {
        let list = A::l(self.elements);
        match self.variant {
            Some(variant) => one(variant, Ok(list)),
            None => Ok(list),
        }
    }
}

macro_rules! elements {
    ($($of:ident: $push:ident;)*) => {$(
        impl<A: Attribute> $of for Elements<A> {
            type Ok = A;
            type Error = Mistake;

            fn $push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.push(value)
            }

            fn end(self) -> Result<A> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

/// A map on its way.
pub(super) struct Members<A> {
    entries: Map<String, A>,
    key: Option<String>,
    inner: Writer<A>,
    variant: Option<&'static str>,
    /// Whether it is in truth a number, as text in its only member.
    is_number: bool,
}

impl<A: Attribute> Members<A> {
    fn insert<T: Serialize + ?Sized>(&mut self, name: String, value: &T) -> Result<()> {
        let inner = Writer { left: self.inner.left, made: PhantomData };
        match value.serialize(inner) {
            Ok(value) => {
                self.entries.insert(name, value);
                Ok(())
            }
            Err(mistake) => {
                let mistake = mistake.at_member(&name);
                Err(match self.variant {
                    Some(variant) => mistake.at_member(variant),
                    None => mistake,
                })
            }
        }
    }

    fn finish(self) -> Result<A> {
        if self.is_number {
            let text = self.entries.into_iter().find_map(|(_, value)| string(value).ok());
            return checked(Number::new(text.unwrap_or_default()));
        }
        let map = A::m(self.entries);
        match self.variant {
            Some(variant) => one(variant, Ok(map)),
            None => Ok(map),
        }
    }
}

impl<A: Attribute> SerializeMap for Members<A> {
    type Ok = A;
    type Error = Mistake;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = Some(key.serialize(KeyWriter)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        match self.key.take() {
            Some(key) => self.insert(key, value),
            None => Err(Mistake::new("a value of a map came without its key")),
        }
    }

    fn end(self) -> Result<A> {
        self.finish()
    }
}

impl<A: Attribute> SerializeStruct for Members<A> {
    type Ok = A;
    type Error = Mistake;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.insert(name.to_owned(), value)
    }

    fn end(self) -> Result<A> {
        self.finish()
    }
}

impl<A: Attribute> SerializeStructVariant for Members<A> {
    type Ok = A;
    type Error = Mistake;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.insert(name.to_owned(), value)
    }

    fn end(self) -> Result<A> {
        self.finish()
    }
}
