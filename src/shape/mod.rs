//! What a shape's value is to the drivers that walk it: protocols, `Debug`, JSON, expressions.
//!
//! Generated types say only which members they have and where these travel ([`schema`]); what is done with that is
//! written once, in the drivers, over [`Value`].

mod blob;
mod copy;
mod debug;
mod document;
mod empty_output;
mod event_stream;
pub(crate) mod json;
mod map;
mod members;
mod plain;
pub(crate) mod schema;
#[cfg(any(feature = "serde", feature = "dynamodb-items"))]
pub(crate) mod serde;
mod timestamp;
#[cfg(test)]
pub(crate) mod tree;
mod value;

pub use blob::Blob;
pub use document::Document;
pub use empty_output::EmptyOutput;
pub use event_stream::EventStream;
pub use map::Map;
pub use members::{Members, MembersMut};
pub use plain::{BareError, ErrorMessage};
// Some services have no enums, and some no errors of that kind.
pub use timestamp::Timestamp;
#[allow(unused_imports)]
pub use {plain::Named, value::Text};

pub(crate) use copy::{copied, copy};
pub(crate) use debug::debug;
pub use event_stream::RawEvents;
pub(crate) use timestamp::TimestampFormat;
pub use value::{Entries, EntriesMut, Fill, Items, ItemsMut, Modeled, See, Slot, Typed, Union, Value, View};
