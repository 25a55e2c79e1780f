//! What the module `dynamodb` has beside its model.

#[path = "values/mod.rs"]
mod values;

pub use super::number::Number;
#[cfg(feature = "dynamodb-items")]
pub use values::*;

use crate::dynamodb::types::AttributeValue;
