//! What the module `dynamodb` has beside its model.

#[allow(clippy::duplicate_mod, reason = "two types of one form, each with traits that are written for a type")]
#[path = "values/mod.rs"]
mod values;

pub use super::number::Number;
#[cfg(feature = "dynamodb-items")]
pub use values::*;

use crate::dynamodb::types::AttributeValue;
