//! Requests and answers as bytes, and what sends them.

mod body;
mod failure;
mod headers;
mod metadata;
mod options;
mod proxy;
mod replay;
mod ureq;

use std::fmt;
use std::time::{Duration, Instant};

pub use body::{Body, Chunks, Lines};
pub use failure::TransportFailure;
pub use headers::Headers;
pub use metadata::ResponseMetadata;
pub use options::{ClientCertificate, TransportOptions, Verify};
pub use proxy::Proxies;
pub use replay::{RecordedRequest, Replay};
pub use ureq::HttpTransport;

use crate::error::Result;

/// A request, complete but for what a later step adds: first without a host, then without a signature.
#[derive(Debug, Default)]
pub struct Request {
    /// `GET`, `PUT` …
    pub method: &'static str,
    /// Scheme and authority, `https://s3.eu-west-1.amazonaws.com`, with no slash at the end. Empty until the endpoint is known.
    pub origin: String,
    /// The path as it goes on the wire, percent-encoded, beginning with `/`.
    pub path: String,
    /// The query as it goes on the wire, percent-encoded, without `?`.
    pub query: String,
    /// The headers, `Host` excepted.
    pub headers: Headers,
    /// The body; its length, when known, is sent as `Content-Length`.
    pub body: Body,
    /// Longest silence while the answer is awaited or read. Default: what the transport's own options say.
    pub read_timeout: Option<Duration>,
    /// When all must be over, the answer's body included. Default: never.
    pub deadline: Option<Instant>,
}

impl Request {
    /// The whole URL.
    pub fn url(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", self.origin, self.path, self.query)
    }
}

/// An answer whose body is still to be read.
#[derive(Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body, read from the connection as it is asked for.
    pub body: Body,
}

/// What sends a request and waits for the head of its answer.
///
/// A transport neither follows redirects nor retries, nor does it treat any status as an error.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends the request. The body is taken from its present place: before another try, the caller takes it back to its start.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`](crate::ErrorKind::Transport) with what went wrong and where.
    fn send(&self, request: &mut Request) -> Result<Response>;
}
