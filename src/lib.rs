//! AWS without an async runtime: blocking, strongly typed clients, generated at build time.
#![forbid(unsafe_code)]
#![cfg_attr(without_services, allow(dead_code, unused_imports, reason = "all of it serves services, and none is on"))]

mod by_name;
mod call;
mod checksum;
mod client;
mod clock;
mod compression;
mod configuration;
#[cfg(all(test, conformance))]
mod conformance;
mod credentials;
mod customize;
mod endpoint;
mod error;
mod http;
pub mod jmespath;
mod operation;
mod paginate;
mod protocol;
mod recursion;
mod retry;
mod session;
mod shape;
mod signing;
#[cfg(test)]
mod suite;
mod user_agent;
mod wait;

pub use client::{ClientMeta, ServiceClient};
pub use clock::{Clock, SystemClock};
pub use configuration::{
    AccountIdEndpointMode, AddressingStyle, ChecksumMode, Config, ConfigSource, ConfigValue, DefaultsMode,
    EndpointDiscovery, Environment, ProxiesConfig, RegionalEndpoints, Retries, RetryMode, S3Config,
};
pub use credentials::{Credentials, ProvideCredentials};
pub use error::{Error, ErrorKind, Result};
pub use http::{
    Body, Chunks, ClientCertificate, Headers, HttpTransport, Lines, Proxies, RecordedRequest, Replay, Request,
    Response, ResponseMetadata, Transport, TransportOptions, Verify,
};
pub use paginate::{Found, Items, Paged, Pages};
pub use session::{ClientBuilder, Session, SessionBuilder};
pub use shape::{Blob, Document, EventStream, Map, Timestamp};
pub use wait::{Attempt, Waited, Waiter};

include!(concat!(env!("OUT_DIR"), "/services.rs"));
