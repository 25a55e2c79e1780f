//! Attribute values of DynamoDB from and into Rust values: `values` has plain ones, `items` those with serde's traits.
//!
//! DynamoDB and DynamoDB Streams each have a type `AttributeValue` of their own, when operations that have it are emitted.
//! What is done with either is written once, over [`Attribute`].

#![cfg_attr(
    not(any(attribute_values = "dynamodb", attribute_values = "dynamodbstreams")),
    allow(dead_code, unused_imports, unused_macros, reason = "there are no attribute values")
)]

#[cfg(attribute_values = "dynamodb")]
pub(crate) mod dynamodb;
#[cfg(attribute_values = "dynamodbstreams")]
pub(crate) mod dynamodbstreams;
#[cfg(feature = "dynamodb-items")]
mod items;
mod number;
mod part;
mod sets;

use number::Number;

use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// The error of a value of another kind: `must be a number (N), and is a string (S)`.
fn is_another(wanted: &str, found: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("must be {wanted}, and is {found}"))
}

/// The integer that a number says.
fn whole<T: FromStr + Bounds>(text: &str, ty: &str) -> Result<T> {
    number::integer(text).ok_or_else(|| {
        let text = number::shown(text);
        Error::new(ErrorKind::Parse, format!("{text} is no integer from {} to {} ({ty})", T::LEAST, T::MOST))
    })
}

/// The nearest float of a number.
fn float<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::new(ErrorKind::Parse, format!("{} is no decimal number", number::shown(text))))
}

/// The ends of an integer type.
trait Bounds {
    const LEAST: Self::Shown;
    const MOST: Self::Shown;
    type Shown: std::fmt::Display;
}

macro_rules! bounds {
    ($($integer:ty)*) => {$(
        impl Bounds for $integer {
            const LEAST: $integer = <$integer>::MIN;
            const MOST: $integer = <$integer>::MAX;
            type Shown = $integer;
        }
    )*};
}

bounds! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
