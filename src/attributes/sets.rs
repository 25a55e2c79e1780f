//! What may be an element of a set.

use super::number::Number;
use super::part::{Attribute, Part};
use super::{is_another, whole};
use crate::error::Result;
use crate::shape::Blob;

/// A string, a number, or bytes.
pub trait Element: Sized {
    /// The set of these elements, in their order.
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A;
}

/// An element that can be read.
pub trait OwnedElement: Element {
    fn elements<A: Attribute>(set: A) -> Result<Vec<Self>>;
}

impl Element for &str {
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
        A::ss(elements.map(str::to_owned).collect())
    }
}

impl Element for String {
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
        A::ss(elements.collect())
    }
}

impl OwnedElement for String {
    fn elements<A: Attribute>(set: A) -> Result<Vec<Self>> {
        match set.part() {
            Part::Ss(texts) => Ok(texts.map(|text| text.text().into_owned()).collect()),
            other => Err(is_another("a set of strings (SS)", &other.kind())),
        }
    }
}

impl Element for Blob {
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
        A::bs(elements.collect())
    }
}

impl OwnedElement for Blob {
    fn elements<A: Attribute>(set: A) -> Result<Vec<Self>> {
        match set.part() {
            Part::Bs(blobs) => Ok(blobs.map(|blob| blob.bytes().into_owned().into()).collect()),
            other => Err(is_another("a set of binaries (BS)", &other.kind())),
        }
    }
}

impl Element for Vec<u8> {
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
        A::bs(elements.map(Blob::from).collect())
    }
}

impl OwnedElement for Vec<u8> {
    fn elements<A: Attribute>(set: A) -> Result<Vec<Self>> {
        Ok(Blob::elements(set)?.into_iter().map(Blob::into_vec).collect())
    }
}

impl Element for Number {
    fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
        A::ns(elements.map(String::from).collect())
    }
}

impl OwnedElement for Number {
    fn elements<A: Attribute>(set: A) -> Result<Vec<Self>> {
        Ok(numbers(set)?.into_iter().map(Number::received).collect())
    }
}

fn numbers<A: Attribute>(set: A) -> Result<Vec<String>> {
    match set.part() {
        Part::Ns(numbers) => Ok(numbers.map(|number| number.text().into_owned()).collect()),
        other => Err(is_another("a set of numbers (NS)", &other.kind())),
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Element for $integer {
            fn set<A: Attribute>(elements: impl Iterator<Item = Self>) -> A {
                A::ns(elements.map(|element| element.to_string()).collect())
            }
        }

        impl OwnedElement for $integer {
            fn elements<A: Attribute>(set: A) -> Result<Vec<Self>> {
                let read = |(index, text): (usize, String)| {
                    whole(&text, stringify!($integer)).map_err(|error| error.at_element(index))
                };
                numbers(set)?.into_iter().enumerate().map(read).collect()
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }
