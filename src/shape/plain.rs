//! Errors that say nothing but a message, or not even that: most of them, so that the traits of a type each would be a
//! tenth of all functions of the services.

use std::fmt;
use std::marker::PhantomData;

use super::{Fill, Members, MembersMut, See, Value};
use crate::error::Result;

/// What distinguishes such an error from the others.
pub trait Named: 'static {
    /// The error's description.
    const SCHEMA: &'static str;
}

/// An error with nothing but a message.
#[non_exhaustive]
pub struct ErrorMessage<N> {
    /// What the service says.
    pub message: Option<String>,
    name: PhantomData<fn() -> N>,
}

/// An error without members.
#[non_exhaustive]
pub struct BareError<N> {
    name: PhantomData<fn() -> N>,
}

impl<N: Named> Value for ErrorMessage<N> {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(&self.message, N::SCHEMA, see);
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(&mut self.message, N::SCHEMA, fill)
    }
}

impl<N: Named> Value for BareError<N> {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view((), N::SCHEMA, see);
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill((), N::SCHEMA, fill)
    }
}

impl<N> Default for ErrorMessage<N> {
    #[inline]
    fn default() -> Self {
        ErrorMessage { message: None, name: PhantomData }
    }
}

impl<N> Default for BareError<N> {
    #[inline]
    fn default() -> Self {
        BareError { name: PhantomData }
    }
}

impl<N> Clone for ErrorMessage<N> {
    #[inline]
    fn clone(&self) -> Self {
        ErrorMessage { message: self.message.clone(), name: PhantomData }
    }
}

impl<N> Clone for BareError<N> {
    #[inline]
    fn clone(&self) -> Self {
        Self::default()
    }
}

macro_rules! traits {
    ($type:ident) => {
        impl<N: Named> fmt::Debug for $type<N> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                super::debug(self, f)
            }
        }

        #[cfg(feature = "serde")]
        impl<N: Named> serde_core::Serialize for $type<N> {
            fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> super::serde::Written<S> {
                super::serde::write(self, serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de, N: Named> serde_core::Deserialize<'de> for $type<N> {
            fn deserialize<D: serde_core::Deserializer<'de>>(deserializer: D) -> super::serde::Read<'de, Self, D> {
                super::serde::read(deserializer)
            }
        }
    };
}

traits!(ErrorMessage);
traits!(BareError);
