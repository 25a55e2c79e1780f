//! AWS without an async runtime: blocking, strongly typed clients, generated at build time.
#![forbid(unsafe_code)]

mod credentials;
mod error;
mod http;
mod operation;
mod protocol;
mod shape;

pub use credentials::Credentials;
pub use error::{Error, ErrorKind, Result};
pub use http::{Body, Headers, Request, Response, ResponseMetadata, Transport};
pub use shape::{Blob, Document, EventStream, Map, Timestamp};
