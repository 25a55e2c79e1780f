use std::fmt;

/// Why an expression cannot be read, or does not fit the value it is applied to.
///
/// The text names the expression's place, as a byte offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: usize,
    message: String,
}

/// What is wrong with an expression, in the words of the JMESPath specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not an expression.
    Syntax,
    /// There is no function of that name.
    UnknownFunction,
    /// A function got too few or too many arguments.
    Arity,
    /// A function got a value of a type that it does not take.
    Type,
    /// A value that is never right, such as a slice's step of 0.
    Value,
    /// The expression, or what it makes, goes beyond the limits here.
    Limit,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, position: usize, message: impl Into<String>) -> Self {
        Error { kind, position, message: message.into() }
    }

    /// What is wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where in the expression's text: an offset in bytes, the text's length for its end.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The text without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {} of the expression)", self.message, self.position)
    }
}

impl std::error::Error for Error {}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        crate::Error::new(crate::ErrorKind::Parse, "A JMESPath expression failed").with_source(error)
    }
}
