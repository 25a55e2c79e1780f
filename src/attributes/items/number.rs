use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, Visitor};
use serde_core::ser::{Serialize, Serializer};

use super::mark;
use crate::attributes::number::Number;

/// A number (N) in items, its text in other formats.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(mark::NUMBER, self.as_str())
    }
}

/// From a number (N) of an item, and from text; in formats that people read also from their numbers.
impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(mark::NUMBER, Decimal)
    }
}

struct Decimal;

fn checked<E: Error>(number: crate::Result<Number>) -> Result<Number, E> {
    number.map_err(E::custom)
}

impl<'de> Visitor<'de> for Decimal {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Number, D::Error> {
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_any(self),
            false => deserializer.deserialize_str(self),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        checked(Number::new(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
        Ok(Number::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
        Ok(Number::from(number))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Number, E> {
        checked(Number::try_from(number))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Number, E> {
        checked(Number::try_from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        checked(Number::try_from(number))
    }
}
