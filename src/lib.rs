//! AWS without an async runtime: blocking, strongly typed clients, generated at build time.
#![forbid(unsafe_code)]

mod credentials;
mod customize;
mod error;
mod http;
pub mod jmespath;
mod operation;
mod paginate;
mod shape;
#[allow(dead_code, unused_imports, reason = "call uses it next")]
mod signing;

pub use credentials::Credentials;
pub use error::{Error, ErrorKind, Result};
pub use http::{
    Body, ClientCertificate, Headers, Proxies, RecordedRequest, Replay, Request, Response, ResponseMetadata, Transport,
    TransportOptions, Verify,
};
#[doc(inline)]
pub use shape::{Blob, Document, EventStream, Map, Timestamp};
