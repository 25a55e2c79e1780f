//! What the module `dynamodbstreams` has beside its model.

#[path = "values/mod.rs"]
mod values;

pub use super::number::Number;
#[cfg(feature = "dynamodb-items")]
pub use values::*;

use crate::dynamodbstreams::types::AttributeValue;
