//! Modules for `#[serde(with = "…")]`: what serde has no word for.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

use super::mark;

macro_rules! marked {
    ($($(#[$docs:meta])* $module:ident = $mark:ident;)*) => {$(
        $(#[$docs])*
        pub mod $module {
            use super::*;

            /// Writes the value; for `#[serde(serialize_with)]`.
            ///
            /// # Errors
            /// When it is not what this module is for.
            pub fn serialize<T: Serialize + ?Sized, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(mark::$mark, value)
            }

            /// Reads the value; for `#[serde(deserialize_with)]`.
            ///
            /// # Errors
            /// When it is of another kind.
            pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
                deserializer.deserialize_newtype_struct(mark::$mark, Inner(PhantomData))
            }
        }
    )*};
}

marked! {
    /// A collection of strings as a set (SS): `#[serde(with = "dynamodb::string_set")]`. DynamoDB has no sets without elements:
    /// `#[serde(default, skip_serializing_if = "BTreeSet::is_empty")]`.
    string_set = STRING_SET;
    /// A collection of numbers as a set (NS).
    number_set = NUMBER_SET;
    /// A collection of `Vec<u8>` or [`Blob`](crate::Blob) as a set (BS).
    binary_set = BINARY_SET;
    /// What serde knows by its text, such as the decimals of other crates, as a number (N).
    number = NUMBER;
}

/// What stands inside a mark.
struct Inner<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set or a number")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

/// `Vec<u8>`, arrays and slices of bytes as binary (B), and not as a list of numbers: `#[serde(with = "dynamodb::bytes")]`.
pub mod bytes {
    use super::*;

    /// Writes bytes; for `#[serde(serialize_with)]`.
    ///
    /// # Errors
    /// None of its own.
    pub fn serialize<T: AsRef<[u8]> + ?Sized, S: Serializer>(bytes: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes.as_ref())
    }

    /// Reads bytes; for `#[serde(deserialize_with)]`.
    ///
    /// # Errors
    /// When it is no binary, or does not fit into the type.
    pub fn deserialize<'de, T: TryFrom<Vec<u8>>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let bytes = deserializer.deserialize_byte_buf(Bytes)?;
        let length = bytes.len();
        T::try_from(bytes).map_err(|_| D::Error::invalid_length(length, &"another number of bytes"))
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<u8>, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = elements.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }
}
