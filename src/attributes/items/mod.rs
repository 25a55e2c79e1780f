//! Attribute values from and into types with serde's traits, for both types `AttributeValue`.

mod key;
mod mistake;
mod read;
mod write;

/// Names of newtypes by which [`write`] and [`read`] know what serde has no word for. Other formats pass over them.
pub(crate) mod mark {
    pub(crate) const STRING_SET: &str = "$botocore::StringSet";
    pub(crate) const NUMBER_SET: &str = "$botocore::NumberSet";
    pub(crate) const BINARY_SET: &str = "$botocore::BinarySet";
    pub(crate) const NUMBER: &str = "$botocore::Number";
    pub(crate) use crate::shape::serde::BLOB;
}
mod number;
pub(super) mod with;

use serde_core::de::Deserialize;
use serde_core::ser::Serialize;

use mistake::Mistake;

use super::is_another;
use super::part::{Attribute, Part};
use crate::error::{ErrorKind, Result};
use crate::shape::Map;

/// How deep values may be in each other, here as in answers. DynamoDB itself keeps 32.
const DEEPEST: u32 = 128;

pub(crate) fn to_value<A: Attribute, T: Serialize + ?Sized>(value: &T, name: &str) -> Result<A> {
    value.serialize(write::Writer::new()).map_err(|mistake| mistake.into_error(ErrorKind::Serialize).at_member(name))
}

pub(crate) fn to_map<A: Attribute, T: Serialize + ?Sized>(value: &T) -> Result<Map<String, A>> {
    let value: A = to_value(value, "item")?;
    match value.part() {
        Part::M(entries) => Ok(entries.map(|(name, value)| (name.into_owned(), value.taken())).collect()),
        other => Err(is_another("a structure or a map", &other.kind()).at_member("item")),
    }
}

pub(crate) fn from_part<'de, A: Attribute, T: Deserialize<'de>>(part: Part<'de, A>, name: &str) -> Result<T> {
    T::deserialize(read::Reader::new(part)).map_err(|mistake| mistake.into_error(ErrorKind::Parse).at_member(name))
}
