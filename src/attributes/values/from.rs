//! Attribute values from Rust values.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;

use super::AttributeValue;
use crate::attributes::Number;
use crate::attributes::sets::Element;
use crate::error::{Error, Result};
use crate::shape::{Blob, Map};

macro_rules! from {
    ($($from:ty: |$value:ident| $to:expr;)*) => {$(
        impl From<$from> for AttributeValue {
            #[inline]
            fn from($value: $from) -> Self {
                $to
            }
        }
    )*};
}

from! {
    String: |text| Self::S(text);
    &String: |text| Self::S(text.clone());
    &str: |text| Self::S(text.to_owned());
    Number: |number| Self::N(number.into());
    bool: |value| Self::Bool(value);
    (): |_nothing| Self::Null(true);
    Blob: |bytes| Self::B(bytes);
    Vec<u8>: |bytes| Self::B(bytes.into());
    &[u8]: |bytes| Self::B(bytes.into());
}

macro_rules! from_numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for AttributeValue {
            #[inline]
            fn from(number: $number) -> Self {
                Self::N(number.to_string())
            }
        }
    )*};
}

// Not of `u8`: vectors of it are bytes.
from_numbers! { i8 i16 i32 i64 isize u16 u32 u64 usize }

macro_rules! try_from_numbers {
    ($($number:ty)*) => {$(
        impl TryFrom<$number> for AttributeValue {
            type Error = Error;

            #[inline]
            fn try_from(number: $number) -> Result<Self> {
                Ok(Number::try_from(number)?.into())
            }
        }
    )*};
}

try_from_numbers! { i128 u128 f32 f64 }

impl<const N: usize> From<&[u8; N]> for AttributeValue {
    #[inline]
    fn from(bytes: &[u8; N]) -> Self {
        Self::B(bytes.into())
    }
}

impl<T: Into<AttributeValue>> From<Option<T>> for AttributeValue {
    #[inline]
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null(true), Into::into)
    }
}

impl<T: Into<AttributeValue>> From<Vec<T>> for AttributeValue {
    #[inline]
    fn from(elements: Vec<T>) -> Self {
        Self::L(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<AttributeValue>, const N: usize> From<[T; N]> for AttributeValue {
    #[inline]
    fn from(elements: [T; N]) -> Self {
        Self::L(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<AttributeValue>> From<Map<String, T>> for AttributeValue {
    #[inline]
    fn from(entries: Map<String, T>) -> Self {
        Self::M(entries.into_iter().collect())
    }
}

impl<K: Into<String>, T: Into<AttributeValue>> From<BTreeMap<K, T>> for AttributeValue {
    #[inline]
    fn from(entries: BTreeMap<K, T>) -> Self {
        Self::M(entries.into_iter().collect())
    }
}

impl<K: Into<String>, T: Into<AttributeValue>, S: BuildHasher> From<HashMap<K, T, S>> for AttributeValue {
    #[inline]
    fn from(entries: HashMap<K, T, S>) -> Self {
        Self::M(entries.into_iter().collect())
    }
}

impl<T: Element> From<BTreeSet<T>> for AttributeValue {
    #[inline]
    fn from(elements: BTreeSet<T>) -> Self {
        T::set(elements.into_iter())
    }
}

impl<T: Element, S: BuildHasher> From<HashSet<T, S>> for AttributeValue {
    #[inline]
    fn from(elements: HashSet<T, S>) -> Self {
        T::set(elements.into_iter())
    }
}
