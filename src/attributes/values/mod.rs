//! Of both types `AttributeValue`: this file is a module of each.

mod from;
mod into;
#[cfg(feature = "dynamodb-items")]
mod items;

#[cfg(feature = "dynamodb-items")]
pub use items::*;

use super::AttributeValue;
use crate::attributes::part::{Attribute, Entries, Part, Several};
use crate::error::{Error, Result};
use crate::shape::{Blob, Map};

impl Attribute for AttributeValue {
    #[inline]
    fn s(text: String) -> Self {
        Self::S(text)
    }
    #[inline]
    fn n(number: String) -> Self {
        Self::N(number)
    }
    #[inline]
    fn b(bytes: Blob) -> Self {
        Self::B(bytes)
    }
    #[inline]
    fn ss(texts: Vec<String>) -> Self {
        Self::Ss(texts)
    }
    #[inline]
    fn ns(numbers: Vec<String>) -> Self {
        Self::Ns(numbers)
    }
    #[inline]
    fn bs(blobs: Vec<Blob>) -> Self {
        Self::Bs(blobs)
    }
    #[inline]
    fn m(entries: Map<String, Self>) -> Self {
        Self::M(entries)
    }
    #[inline]
    fn l(elements: Vec<Self>) -> Self {
        Self::L(elements)
    }
    #[inline]
    fn null() -> Self {
        Self::Null(true)
    }
    #[inline]
    fn bool(value: bool) -> Self {
        Self::Bool(value)
    }
    #[inline]
    fn part<'a>(self) -> Part<'a, Self> {
        match self {
            Self::S(text) => Part::S(text.into()),
            Self::N(number) => Part::N(number.into()),
            Self::B(bytes) => Part::B(bytes.into_vec().into()),
            Self::Ss(texts) => Part::Ss(Several::taken(texts)),
            Self::Ns(numbers) => Part::Ns(Several::taken(numbers)),
            Self::Bs(blobs) => Part::Bs(Several::taken(blobs)),
            Self::M(entries) => Part::M(Entries::Taken(entries.into_iter())),
            Self::L(elements) => Part::L(Several::taken(elements)),
            Self::Null(_) => Part::Null,
            Self::Bool(value) => Part::Bool(value),
            Self::Unknown(name) => Part::Unknown(name.into()),
        }
    }
    #[inline]
    fn part_of(&self) -> Part<'_, Self> {
        match self {
            Self::S(text) => Part::S(text.into()),
            Self::N(number) => Part::N(number.into()),
            Self::B(bytes) => Part::B((&**bytes).into()),
            Self::Ss(texts) => Part::Ss(Several::borrowed(texts)),
            Self::Ns(numbers) => Part::Ns(Several::borrowed(numbers)),
            Self::Bs(blobs) => Part::Bs(Several::borrowed(blobs)),
            Self::M(entries) => Part::M(Entries::Borrowed(entries.into_iter())),
            Self::L(elements) => Part::L(Several::borrowed(elements)),
            Self::Null(_) => Part::Null,
            Self::Bool(value) => Part::Bool(*value),
            Self::Unknown(name) => Part::Unknown(name.into()),
        }
    }
}

/// Rust values are attribute values by `From`, where all of them are, and by `TryFrom`; the other way is `TryFrom`:
///
/// | Rust | DynamoDB |
/// | --- | --- |
/// | `String`, `&str` | S |
/// | `i8` to `i64`, `u16` to `u64`, `Number`; by `TryFrom` also `i128`, `u128`, `f32`, `f64` | N |
/// | `Blob`, `Vec<u8>`, `&[u8]` | B |
/// | `BTreeSet` and `HashSet` of strings, of integers and `Number`s, of `Blob`s and `Vec<u8>`s | SS, NS, BS |
/// | `Vec`, arrays | L |
/// | `Map`, `HashMap`, `BTreeMap` with keys of text | M |
/// | `Option`, `()` | what is in it, or NULL |
/// | `bool` | BOOL |
///
/// A single `u8` goes by `Number`, since `Vec<u8>` is bytes. `Option` is read by
/// [`into_option`](Self::into_option). Sets without elements are none that DynamoDB keeps.
impl AttributeValue {
    /// The string, when it is one (S).
    #[inline]
    pub fn as_s(&self) -> Option<&str> {
        if let Self::S(text) = self { Some(text) } else { None }
    }

    /// The number's text, when it is one (N).
    #[inline]
    pub fn as_n(&self) -> Option<&str> {
        if let Self::N(number) = self { Some(number) } else { None }
    }

    /// The bytes, when it is binary (B).
    #[inline]
    pub fn as_b(&self) -> Option<&[u8]> {
        if let Self::B(bytes) = self { Some(bytes) } else { None }
    }

    /// The elements, when it is a set of strings (SS).
    #[inline]
    pub fn as_ss(&self) -> Option<&[String]> {
        if let Self::Ss(texts) = self { Some(texts) } else { None }
    }

    /// The numbers' texts, when it is a set of numbers (NS).
    #[inline]
    pub fn as_ns(&self) -> Option<&[String]> {
        if let Self::Ns(numbers) = self { Some(numbers) } else { None }
    }

    /// The elements, when it is a set of binaries (BS).
    #[inline]
    pub fn as_bs(&self) -> Option<&[Blob]> {
        if let Self::Bs(blobs) = self { Some(blobs) } else { None }
    }

    /// The entries, when it is a map (M).
    #[inline]
    pub fn as_m(&self) -> Option<&Map<String, AttributeValue>> {
        if let Self::M(entries) = self { Some(entries) } else { None }
    }

    /// The elements, when it is a list (L).
    #[inline]
    pub fn as_l(&self) -> Option<&[AttributeValue]> {
        if let Self::L(elements) = self { Some(elements) } else { None }
    }

    /// The truth value, when it is one (BOOL).
    #[inline]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Whether it is NULL.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// The value, or nothing for NULL.
    ///
    /// # Errors
    /// When it is neither NULL nor a `T`.
    #[inline]
    pub fn into_option<T>(self) -> Result<Option<T>>
    where
        T: TryFrom<AttributeValue>,
        Error: From<T::Error>,
    {
        if self.is_null() { Ok(None) } else { Ok(Some(T::try_from(self)?)) }
    }
}

/// As they stand: numbers by their text, sets in their order.
impl PartialEq for AttributeValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::S(one), Self::S(two)) | (Self::N(one), Self::N(two)) => one == two,
            (Self::Unknown(one), Self::Unknown(two)) => one == two,
            (Self::B(one), Self::B(two)) => one == two,
            (Self::Ss(one), Self::Ss(two)) | (Self::Ns(one), Self::Ns(two)) => one == two,
            (Self::Bs(one), Self::Bs(two)) => one == two,
            (Self::M(one), Self::M(two)) => one == two,
            (Self::L(one), Self::L(two)) => one == two,
            (Self::Null(one), Self::Null(two)) | (Self::Bool(one), Self::Bool(two)) => one == two,
            _ => false,
        }
    }
}
