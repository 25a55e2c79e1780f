//! AWS without an async runtime: blocking, strongly typed clients, generated at build time.
#![forbid(unsafe_code)]

mod client;
mod clock;
mod config;
mod credentials;
mod error;
mod http;
mod operation;
mod session;
mod shape;

pub use clock::{Clock, SystemClock};
pub use config::{
    AccountIdEndpointMode, AddressingStyle, ChecksumMode, ClientCertificate, Config, ConfigSource, ConfigValue,
    DefaultsMode, EndpointDiscovery, Environment, Proxies, ProxiesConfig, RegionalEndpoints, Retries, RetryMode,
    S3Config, Verify,
};
pub use credentials::{Credentials, ProvideCredentials};
pub use error::{Error, ErrorKind, Result};
pub use http::{Body, Headers, Request, Response, ResponseMetadata, Transport};
pub use session::{ClientBuilder, Session, SessionBuilder};
pub use shape::{Blob, Document, EventStream, Map, Timestamp};
