//! serde's traits for every shape, written once over [`Value`](super::Value).
//!
//! A structure is a map of the members that are there, not serde's struct: so formats without names of their own
//! (postcard, bincode) can leave members out as well, and find those that are there by name. Every member, and every
//! element of a collection that keeps nulls, is wrapped as an `Option`, which shows in such formats only: a null is
//! understood as an absent member in all others.

mod metadata;
mod place;
mod read;
mod scalar;
#[cfg(all(test, feature = "cloudwatch", feature = "dynamodb", feature = "ec2", feature = "lambda", feature = "s3"))]
mod tests;
mod write;

use serde_core::{Deserializer, Serializer};

pub(crate) use read::read;
pub(crate) use write::write;

/// The name that stands for a variant that the model does not know. Source: botocore's `SDK_UNKNOWN_MEMBER`.
const UNKNOWN_MEMBER: &str = "SDK_UNKNOWN_MEMBER";

/// What [`Serialize`](serde_core::Serialize) gives.
pub(crate) type Written<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// What [`Deserialize`](serde_core::Deserialize) gives.
pub(crate) type Read<'de, T, D> = Result<T, <D as Deserializer<'de>>::Error>;
