use std::fmt;

use super::{Fill, Members, MembersMut, See, Value};
use crate::ResponseMetadata;
use crate::error::Result;

/// What an operation answers that answers nothing of its own.
///
/// The outputs of all such operations are names of this type: there are four thousand, and each type is paid for in every build.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EmptyOutput {
    /// Status, headers and ids of the answer.
    pub response_metadata: ResponseMetadata,
}

impl Value for EmptyOutput {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(&self.response_metadata, "\nResponseMetadata at=metadata\n", see);
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(&mut self.response_metadata, "\nResponseMetadata at=metadata\n", fill)
    }
}

impl fmt::Debug for EmptyOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde_core::Serialize for EmptyOutput {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> super::serde::Written<S> {
        super::serde::write(self, serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde_core::Deserialize<'de> for EmptyOutput {
    fn deserialize<D: serde_core::Deserializer<'de>>(deserializer: D) -> super::serde::Read<'de, Self, D> {
        super::serde::read(deserializer)
    }
}
