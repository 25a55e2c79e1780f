//! serde's traits for every shape, written once over [`Value`](super::Value).
//!
//! A structure is a map of the members that are there, not serde's struct: so formats without names of their own
//! (postcard, bincode) can leave members out as well, and find those that are there by name. Every member, and every
//! element of a collection that keeps nulls, is wrapped as an `Option`, which shows in such formats only: a null is
//! understood as an absent member in all others.

#[cfg(feature = "serde")]
mod metadata;
#[cfg(feature = "serde")]
mod place;
#[cfg(feature = "serde")]
mod read;
mod scalar;
#[cfg(all(
    test,
    feature = "serde",
    feature = "cloudwatch",
    feature = "dynamodb",
    feature = "ec2",
    feature = "lambda",
    feature = "s3"
))]
mod tests;
#[cfg(feature = "serde")]
mod write;

#[cfg(feature = "serde")]
use serde_core::{Deserializer, Serializer};

#[cfg(feature = "serde")]
pub(crate) use read::read;
#[cfg(feature = "serde")]
pub(crate) use write::write;

/// The newtype as which a blob's text is written, so that items of DynamoDB have its bytes. Formats pass over the name.
pub(crate) const BLOB: &str = "$botocore::Blob";

/// The name that stands for a variant that the model does not know. Source: botocore's `SDK_UNKNOWN_MEMBER`.
#[cfg(feature = "serde")]
const UNKNOWN_MEMBER: &str = "SDK_UNKNOWN_MEMBER";

/// What [`Serialize`](serde_core::Serialize) gives.
#[cfg(feature = "serde")]
pub(crate) type Written<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// What [`Deserialize`](serde_core::Deserialize) gives.
#[cfg(feature = "serde")]
pub(crate) type Read<'de, T, D> = Result<T, <D as Deserializer<'de>>::Error>;
