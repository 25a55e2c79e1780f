use std::fmt::{self, Display};

use serde_core::{de, ser};

use crate::error::{Error, ErrorKind};

/// What is wrong with a value, and where it is.
#[derive(Debug)]
pub(super) struct Mistake(Error);

impl Mistake {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Mistake(Error::new(ErrorKind::Parse, text))
    }

    pub(super) fn at_member(self, name: &str) -> Self {
        Mistake(self.0.at_member(name))
    }

    pub(super) fn at_element(self, index: usize) -> Self {
        Mistake(self.0.at_element(index))
    }

    pub(super) fn into_error(self, kind: ErrorKind) -> Error {
        self.0.of_kind(kind)
    }
}

impl From<Error> for Mistake {
    fn from(error: Error) -> Self {
        Mistake(error)
    }
}

impl Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Mistake {}

impl ser::Error for Mistake {
    fn custom<T: Display>(text: T) -> Self {
        Mistake::new(text.to_string())
    }
}

impl de::Error for Mistake {
    fn custom<T: Display>(text: T) -> Self {
        Mistake::new(text.to_string())
    }
}
