//! Rust values from attribute values.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::AttributeValue;
use crate::attributes::part::Attribute;
use crate::attributes::sets::OwnedElement;
use crate::attributes::{Number, float, is_another, whole};
use crate::error::{Error, Result};
use crate::shape::{Blob, Map};

macro_rules! from_owned {
    ($($to:ty: $wanted:literal, $pattern:pat => $read:expr;)*) => {$(
        impl TryFrom<AttributeValue> for $to {
            type Error = Error;

            #[inline]
            fn try_from(value: AttributeValue) -> Result<Self> {
                match value {
                    $pattern => Ok($read),
                    other => Err(is_not($wanted, &other)),
                }
            }
        }
    )*};
}

from_owned! {
    String: "a string (S)", AttributeValue::S(text) => text;
    Number: "a number (N)", AttributeValue::N(number) => Number::received(number);
    bool: "a truth value (BOOL)", AttributeValue::Bool(value) => value;
    Blob: "binary (B)", AttributeValue::B(bytes) => bytes;
    Vec<u8>: "binary (B)", AttributeValue::B(bytes) => bytes.into_vec();
    f32: "a number (N)", AttributeValue::N(number) => float(&number)?;
    f64: "a number (N)", AttributeValue::N(number) => float(&number)?;
}

macro_rules! from_borrowed {
    ($($to:ty: $wanted:literal, $pattern:pat => $read:expr;)*) => {$(
        impl<'a> TryFrom<&'a AttributeValue> for $to {
            type Error = Error;

            #[inline]
            fn try_from(value: &'a AttributeValue) -> Result<Self> {
                match value {
                    $pattern => Ok($read),
                    other => Err(is_not($wanted, other)),
                }
            }
        }
    )*};
}

from_borrowed! {
    &'a str: "a string (S)", AttributeValue::S(text) => text;
    String: "a string (S)", AttributeValue::S(text) => text.clone();
    Number: "a number (N)", AttributeValue::N(number) => Number::received(number.clone());
    bool: "a truth value (BOOL)", AttributeValue::Bool(value) => *value;
    &'a [u8]: "binary (B)", AttributeValue::B(bytes) => bytes;
    f32: "a number (N)", AttributeValue::N(number) => float(number)?;
    f64: "a number (N)", AttributeValue::N(number) => float(number)?;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        from_owned! { $integer: "a number (N)", AttributeValue::N(number) => whole(&number, stringify!($integer))?; }
        from_borrowed! { $integer: "a number (N)", AttributeValue::N(number) => whole(number, stringify!($integer))?; }
    )*};
}

// Not `u8`: vectors of it are bytes.
integers! { i8 i16 i32 i64 i128 isize u16 u32 u64 u128 usize }

impl<T> TryFrom<AttributeValue> for Vec<T>
where
    T: TryFrom<AttributeValue>,
    Error: From<T::Error>,
{
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        let AttributeValue::L(elements) = value else { return Err(is_not("a list (L)", &value)) };
        let read = |(index, element)| T::try_from(element).map_err(|error| Error::from(error).at_element(index));
        elements.into_iter().enumerate().map(read).collect()
    }
}

fn entries<T>(value: AttributeValue) -> Result<Vec<(String, T)>>
where
    T: TryFrom<AttributeValue>,
    Error: From<T::Error>,
{
    let AttributeValue::M(entries) = value else { return Err(is_not("a map (M)", &value)) };
    let read = |(name, value): (String, AttributeValue)| match T::try_from(value) {
        Ok(value) => Ok((name, value)),
        Err(error) => Err(Error::from(error).at_member(&name)),
    };
    entries.into_iter().map(read).collect()
}

impl<T> TryFrom<AttributeValue> for Map<String, T>
where
    T: TryFrom<AttributeValue>,
    Error: From<T::Error>,
{
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        Ok(entries::<T>(value)?.into_iter().collect())
    }
}

impl<T> TryFrom<AttributeValue> for BTreeMap<String, T>
where
    T: TryFrom<AttributeValue>,
    Error: From<T::Error>,
{
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        Ok(entries::<T>(value)?.into_iter().collect())
    }
}

impl<T, S: BuildHasher + Default> TryFrom<AttributeValue> for HashMap<String, T, S>
where
    T: TryFrom<AttributeValue>,
    Error: From<T::Error>,
{
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        Ok(entries::<T>(value)?.into_iter().collect())
    }
}

impl<T: OwnedElement + Ord> TryFrom<AttributeValue> for BTreeSet<T> {
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        Ok(T::elements(value)?.into_iter().collect())
    }
}

impl<T: OwnedElement + Hash + Eq, S: BuildHasher + Default> TryFrom<AttributeValue> for HashSet<T, S> {
    type Error = Error;

    #[inline]
    fn try_from(value: AttributeValue) -> Result<Self> {
        Ok(T::elements(value)?.into_iter().collect())
    }
}

fn is_not(wanted: &str, value: &AttributeValue) -> Error {
    is_another(wanted, &value.part_of().kind())
}
