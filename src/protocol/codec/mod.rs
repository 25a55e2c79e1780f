//! Values as bytes and back: one file a notation, none of which knows of requests and answers.

pub(super) mod cbor;
pub(super) mod form;
pub(super) mod json;
pub(super) mod markup;
pub(super) mod text;
pub(super) mod xml;

use std::fmt::Write as _;

use crate::error::{Error, ErrorKind, Result};
use crate::shape::Value;
use crate::shape::schema::{Member, Place, Schema};

/// How deep values may lie in each other, in requests and answers: deeper ones would endanger the stack.
const DEPTH: u32 = 128;

/// The notation of bodies, of the protocols that have a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
    Cbor,
}

impl Format {
    /// The members that travel in the body.
    pub(super) fn write(self, schema: Schema, members: &[&dyn Value]) -> Result<Vec<u8>> {
        match self {
            Format::Json => json::write(schema, members),
            Format::Xml => xml::write(schema, members),
            Format::Cbor => cbor::write(schema, members),
        }
    }

    /// A member that is the whole body; `None` when it is absent.
    pub(super) fn write_payload(self, member: Member, value: &dyn Value) -> Result<Option<Vec<u8>>> {
        match self {
            Format::Json => json::write_payload(member, value),
            Format::Xml => xml::write_payload(member, value),
            Format::Cbor => cbor::write_payload(member, value),
        }
    }

    /// Fills the members that travel in the body. An empty body has none.
    pub(super) fn read(self, bytes: &[u8], schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
        // What no member takes need not be of the notation: there are services that say `OK`.
        let wanted = schema.members().any(|member| member.place() == Place::Body);
        match self {
            _ if bytes.is_empty() || !wanted => Ok(()),
            Format::Json => json::read(bytes, schema, members),
            Format::Xml => xml::read(bytes, schema, members),
            Format::Cbor => cbor::read(bytes, schema, members),
        }
    }

    /// Fills a member that is the whole body. An empty body leaves it absent.
    pub(super) fn read_payload(self, bytes: &[u8], member: Member, place: &mut dyn Value) -> Result<()> {
        match self {
            _ if bytes.is_empty() => Ok(()),
            Format::Json => json::read_payload(bytes, member, place),
            Format::Xml => xml::read_payload(bytes, member, place),
            Format::Cbor => cbor::read_payload(bytes, member, place),
        }
    }
}

/// How deep in a value a reader or writer is, and where something failed: gathered on the way out, innermost first.
#[derive(Default)]
struct Trail {
    depth: u32,
    steps: Vec<Step>,
}

/// A reader or writer, which may go only so deep.
trait Nested {
    /// Of what goes too deep.
    const KIND: ErrorKind;

    fn trail(&mut self) -> &mut Trail;

    /// One step deeper.
    #[inline]
    fn nest<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.trail().depth == DEPTH {
            return Err(too_deep(Self::KIND));
        }
        self.trail().depth += 1;
        let result = inside(self);
        self.trail().depth -= 1;
        result
    }
}

enum Step {
    Member(&'static str),
    Index(usize),
    Key(String),
}

impl Trail {
    fn member<T>(&mut self, member: Member, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.steps.push(Step::Member(member.name()));
        }
        result
    }

    fn index<T>(&mut self, index: usize, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.steps.push(Step::Index(index));
        }
        result
    }

    fn key<T>(&mut self, key: &str, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.steps.push(Step::Key(excerpt(key, 40)));
        }
        result
    }

    /// The error with the path of the member in front of it.
    fn explain(&self, shape: &str, error: Error) -> Error {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) => _ = write!(path, ".{name}"),
                Step::Index(index) => _ = write!(path, "[{index}]"),
                Step::Key(key) => _ = write!(path, "[{key:?}]"),
            }
        }
        match (path.as_str(), shape) {
            ("", "") => error,
            ("", shape) => Error::new(error.kind(), format!("{shape}: {}", error.message())),
            (path, "") => Error::new(error.kind(), format!("member {path}: {}", error.message())),
            (path, shape) => Error::new(error.kind(), format!("{shape}: member {path}: {}", error.message())),
        }
    }
}

/// The beginning of a text that may be long.
pub(super) fn excerpt(text: &str, length: usize) -> String {
    let mut short: String = text.chars().take(length).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn too_deep(kind: ErrorKind) -> Error {
    Error::new(kind, format!("Values lie more than {DEPTH} deep in each other"))
}

/// A body that is not of the protocol at all: a proxy's page, an answer cut to nothing.
fn foreign(notation: &str, bytes: &[u8]) -> Error {
    if bytes.is_empty() {
        return Error::new(ErrorKind::Parse, format!("The body is empty, and so not {notation}"));
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]);
    let start = excerpt(text.trim_start(), 100);
    Error::new(ErrorKind::Parse, format!("The body is not {notation}: its {} bytes begin with {start:?}", bytes.len()))
}
