use std::borrow::Cow;

use serde_core::de::value::CowStrDeserializer;
use serde_core::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde_core::forward_to_deserialize_any;
use serde_core::ser::{Impossible, Serialize, Serializer};

use super::Mistake;
use crate::attributes::number;

type Result<T> = std::result::Result<T, Mistake>;

/// Keys of maps, which are text: of what else has one text only, that text.
pub(super) struct KeyWriter;

type No = Impossible<String, Mistake>;

fn no_key<T>(kind: &str) -> Result<T> {
    Err(Mistake::new(format!("a key of a map must be text, an integer or a truth value, and is {kind}")))
}

macro_rules! keys {
    ($($serialize:ident: $ty:ty;)*) => {$(
        fn $serialize(self, key: $ty) -> Result<String> {
            Ok(key.to_string())
        }
    )*};
}

impl Serializer for KeyWriter {
    type Ok = String;
    type Error = Mistake;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    keys! {
        serialize_bool: bool;
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_i128: i128;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_u128: u128;
        serialize_char: char;
        serialize_str: &str;
    }

    fn serialize_f32(self, _: f32) -> Result<String> {
        no_key("a float")
    }

    fn serialize_f64(self, _: f64) -> Result<String> {
        no_key("a float")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<String> {
        no_key("bytes")
    }

    fn serialize_none(self) -> Result<String> {
        no_key("nothing")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<String> {
        no_key("nothing")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<String> {
        no_key("nothing")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<String> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String> {
        no_key("a variant with a value")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No> {
        no_key("a list")
    }

    fn serialize_tuple(self, _: usize) -> Result<No> {
        no_key("a list")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No> {
        no_key("a list")
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No> {
        no_key("a variant with values")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No> {
        no_key("a map")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No> {
        no_key("a structure")
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No> {
        no_key("a variant with values")
    }
}

/// Text that stands for what is wanted: a key of a map, or a number's.
pub(super) struct Text<'de>(pub(super) Cow<'de, str>);

macro_rules! integers {
    ($($deserialize:ident: $ty:ty => $visit:ident;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match number::integer::<$ty>(&self.0) {
                Some(number) => visitor.$visit(number),
                None => Err(Mistake::invalid_value(Unexpected::Str(&self.0), &visitor)),
            }
        }
    )*};
}

macro_rules! floats {
    ($($deserialize:ident => $visit:ident;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(Mistake::invalid_value(Unexpected::Str(&self.0), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    integers! {
        deserialize_i8: i8 => visit_i8;
        deserialize_i16: i16 => visit_i16;
        deserialize_i32: i32 => visit_i32;
        deserialize_i64: i64 => visit_i64;
        deserialize_i128: i128 => visit_i128;
        deserialize_u8: u8 => visit_u8;
        deserialize_u16: u16 => visit_u16;
        deserialize_u32: u32 => visit_u32;
        deserialize_u64: u64 => visit_u64;
        deserialize_u128: u128 => visit_u128;
    }

    floats! {
        deserialize_f32 => visit_f32;
        deserialize_f64 => visit_f64;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &*self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            text => Err(Mistake::invalid_value(Unexpected::Str(text), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(CowStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
