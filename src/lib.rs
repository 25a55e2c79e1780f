//! AWS for Rust programs that want no async runtime: blocking, strongly typed clients, generated when the crate is built
//! from the models of [botocore](https://github.com/boto/botocore) 1.44.5.
//!
//! ```no_run
//! # #[cfg(feature = "s3")]
//! fn main() -> botocore::Result<()> {
//!     let s3 = botocore::s3::Client::new(&botocore::Session::new())?;
//!     for bucket in s3.list_buckets().send()?.buckets {
//!         println!("{}", bucket.name);
//!     }
//!     Ok(())
//! }
//! # #[cfg(not(feature = "s3"))]
//! # fn main() {}
//! ```
//!
//! # Nouns
//!
//! - [`Session`]: what a process settles once: environment, `~/.aws`, profile, credentials. It reads them when they are
//!   needed, and makes clients. Its page has [the table](Session#from-python) of what botocore's methods are called here.
//! - [`model`]: what services can do, as their models say. [`Session::create_client_by_name`] makes clients of services
//!   whose names are known only when the program runs: [`AnyClient`].
//! - `Client`, one in the module of each service: its methods are the service's operations. Cheap to clone, and shared
//!   between threads. [`Session::create_client`] makes one with settings of its own, [`Config`] among them.
//! - A call, what such a method gives: required members are the method's arguments, the others are setters. `send()`
//!   sends it; `presign()` gives a URL; `pages()` and `items()` follow lists ([`Pages`], [`Items`]). `Client::call` takes an
//!   operation's name and JSON instead.
//! - An output, with public fields and [`ResponseMetadata`]. A streamed [`Body`] is read as any `io::Read`;
//!   [`EventStream`] is an iterator of events. Lists and maps are empty when the answer has none; other members that an
//!   answer may leave out are `Option`.
//! - [`Error`], one for all that can fail: `code()`, `is::<s3::error::NoSuchKey>()`, `kind()`, and a text that tells all.
//! - [`Waiter`]: asks until a resource is in a state, `s3.wait_until_object_exists(bucket, key).wait()`.
//! - [`jmespath`]: expressions over outputs and JSON.
//! - [`hooks`]: functions that are called between the steps of a call, and may change it; [`components`]: parts of a session
//!   that can be replaced; [`history`]: a record of calls.
//!
//! # Without a network
//!
//! [`stub::Stubber`] answers a client's calls from a queue of outputs and errors, and compares what they ask for: for tests
//! of the code that calls. [`Transport`] is the seam below it. [`Replay`] answers HTTP from a list and keeps the requests:
//!
//! ```
//! # #[cfg(feature = "s3")] {
//! use botocore::{Credentials, Environment, Replay, Session, s3};
//!
//! let replay = Replay::new()
//!     .answer(200, [("Content-Range", "bytes 0-4/11")], "hello")
//!     .answer(404, [], "<Error><Code>NoSuchKey</Code><Message>Not there.</Message></Error>");
//! let session = Session::builder()
//!     .environment(Environment::empty())
//!     .region("eu-west-1")
//!     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
//!     .transport(replay.clone())
//!     .build();
//! let s3 = s3::Client::new(&session)?;
//!
//! let object = s3.get_object("bucket", "key").range("bytes=0-4").send()?;
//! assert_eq!(object.body.read_to_string()?, "hello");
//! assert_eq!(replay.requests()[0].headers.get("Range"), Some("bytes=0-4"));
//!
//! let error = s3.get_object("bucket", "nope").send().unwrap_err();
//! assert!(error.is::<s3::error::NoSuchKey>());
//! assert_eq!(error.to_string(), "s3 GetObject: NoSuchKey: Not there. (HTTP 404)");
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! # Features and build settings
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `s3`, `dynamodb`, `ec2` … | the module of that service; one feature for each directory of botocore's data, none is on by default |
//! | `gzip` | compression of request bodies, where the model asks for it; services that do switch it on |
//! | `aws-lc-rs` | TLS by aws-lc-rs in place of ring; it is C, which the build compiles |
//! | `native-certs` | `Verify::System`: servers are checked by the authorities that the system trusts, where that is asked for |
//! | `cloudfront-key` | [`CloudFrontSigner`] takes a private key in PEM; otherwise a function that signs |
//! | `dynamodb-items` | items of DynamoDB from and into types with serde's traits: `dynamodb::to_item`, `dynamodb::from_item` |
//! | `s3-transfer` | files to S3 and back, in parts and several at a time: `s3::transfer` |
//! | `serde` | `Serialize` and `Deserialize` for the types of the services: see [below](#serde) |
//!
//! | environment of the build | what it does |
//! | --- | --- |
//! | `BOTOCORE_OPERATIONS="ec2=DescribeInstances,RunInstances"` | emits only these operations of the services named, what they are made of, their paginators and waiters |
//! | `BOTOCORE_MODELS=DIR` | adds or replaces models: a directory laid out as botocore's data, files as they are or packed (`.json.gz`); also `partitions.json` and `endpoints.json`. A service that botocore does not have needs no feature: its module has the directory's name |
//!
//! Both belong into `[env]` of the application's `.cargo/config.toml`, where the directory is written
//! `BOTOCORE_MODELS = { value = "models", relative = true }`. When they change, the crate is built again.
//!
//! # serde
//!
//! With the feature `serde`, structures, unions and enums, inputs, outputs and modelled errors are `Serialize` and
//! `Deserialize`, and so are [`Blob`], [`Timestamp`], [`Map`] and [`ResponseMetadata`]. The form is that of `Client::call`,
//! and nearly botocore's:
//!
//! ```
//! # #[cfg(all(feature = "serde", feature = "sts"))] {
//! use botocore::sts::types::Credentials;
//!
//! let text = r#"{
//!     "AccessKeyId": "AKIDEXAMPLE",
//!     "SecretAccessKey": "secret",
//!     "SessionToken": "token",
//!     "Expiration": "2015-08-30T12:36:00Z"
//! }"#;
//! let credentials: Credentials = serde_json::from_str(text)?;
//! assert_eq!(credentials.expiration.seconds(), 1_440_938_160);
//! assert_eq!(serde_json::to_value(&credentials)?["AccessKeyId"], "AKIDEXAMPLE");
//!
//! let error = serde_json::from_str::<Credentials>(r#"{"AccessKeyId": 7}"#).unwrap_err();
//! assert_eq!(error.to_string(), "AccessKeyId: invalid type: integer `7`, expected a string at line 1 column 17");
//! # }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! - Names are the model's. Members that are absent are left out; nulls and members that the model does not know are passed
//!   over when they are read, and a required member that is missing is an error. Errors begin with the path: `Tags[1].Key`.
//! - A timestamp is RFC 3339 text. Blobs are base64 text in formats that people read, such as JSON, and bytes in others.
//!   `NaN` and the infinities are texts in formats that people read.
//! - Policies of IAM and templates of CloudFormation are text; `Client::call` gives what they say, as botocore does.
//! - A union is a map of one member; a variant that the model does not know is kept by its name, without its value.
//! - A streamed body is written when it is in memory, and is an error otherwise; so is a stream of events.
//! - **Sensitive members are written** like all others: serializing is asking for them. `Debug` hides them.
//! - Every format will do that has maps. In one that does not say what it holds (postcard, bincode) members are found by
//!   name all the same, so that models may grow, but members that the reader does not know are an error there, and so are
//!   documents (open JSON).
//!
//! # Settings
//!
//! Each setting is looked for in code ([`ClientBuilder`], then [`Config`], then [`Session::set_config_variable`]), in the
//! environment, in the profile, and has a default: names, order and defaults are botocore's.
//!
//! | to set | in code | environment | profile |
//! | --- | --- | --- | --- |
//! | region | [`ClientBuilder::region_name`] | `AWS_DEFAULT_REGION` | `region` |
//! | profile | [`SessionBuilder::profile`] | `AWS_DEFAULT_PROFILE`, `AWS_PROFILE` | |
//! | credentials | [`SessionBuilder::credentials`], [`ClientBuilder::credentials`] | `AWS_ACCESS_KEY_ID` … | all that botocore reads: see [`CredentialChain`] |
//! | endpoint | [`ClientBuilder::endpoint_url`] | `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_S3` … | `endpoint_url`, `services` |
//! | retries | [`Config::retries`] | `AWS_RETRY_MODE`, `AWS_MAX_ATTEMPTS` | `retry_mode`, `max_attempts` |
//! | time-outs, proxies, TLS | [`Config`], [`ClientBuilder::verify`], [`SessionBuilder::verify`] | `HTTPS_PROXY`, `AWS_CA_BUNDLE` | `ca_bundle` |
//! | checksums | [`Config::request_checksum_calculation`] | `AWS_REQUEST_CHECKSUM_CALCULATION` | `request_checksum_calculation` |
//!
//! Calls are logged with the crate [`log`], at the level `debug`, without secrets. A program without a logger of its own has
//! [`Session::set_debug_logger`] and its like.
//!
//! # Differences from botocore
//!
//! - What the types show is not checked again when the program runs; a required member that is left out does not
//!   compile. Other limits of the models (lengths, patterns) are the service's to check.
//! - A request that is refused because this machine's clock is off by more than four minutes is signed again by the time
//!   of the server's answer (its header `Date`), once and whatever the retry settings; the client signs by that time from
//!   then on. So do providers of credentials, and then clients that have not been told otherwise. botocore fails.
//! - `signature_version` of `v4` or `s3v4` leaves directory buckets their sessions.
//! - An event of an [`EventStream`] that the model does not know comes by its name; botocore leaves it out. An exception in
//!   the place of an RPC service's initial response is the call's error; botocore only says that there was none.
//! - [`CloudFrontSigner`] signs cookies too.
//! - Presigned URLs and forms of S3 are of Signature Version 4, and name the region's host, which does not redirect, unless
//!   `signature_version` is `s3`: botocore takes Version 2 and the host without a region where none is set.
//! - A server's certificate that is in the file of authorities itself is accepted though it is marked as an authority's, as
//!   `openssl req -x509` makes it; rustls alone would refuse it.
//! - An answer of DynamoDB that is still damaged after all attempts is an error, in the mode `standard` too.
//! - A member of the path that is empty is an error: it would address another resource.
//! - A client without a region is made, and says so when a call needs one; botocore refuses to make it. A region given to
//!   [`ClientBuilder::region_name`] goes before that of a [`Config`] for S3 in `us-east-1` too.
//! - The time-out for connecting that a defaults mode sets holds also where a [`Config`] is given that does not name one.
//! - [`ClientMeta::region_name`] is the region that was set, never `aws-global`.
//! - `set_config_variable("parameter_validation", …)` holds for clients, as the profile's does.
//! - Where no instance's metadata service is, one attempt of a second finds that out, not two. After a refresh of credentials
//!   that failed there is a pause, [`CredentialChain`] tells of it. [`Session::sso_login`] is the AWS CLI's, not botocore's.
//!
//! # Limits
//!
//! What a service or a file sends ends in a value or an [`Error`], whatever it is; memory grows with its bytes, at most with the
//! size of the largest structure for each `{}` of a list.
//!
//! | of | limit |
//! | --- | --- |
//! | values in each other, in requests and answers, documents too | 128 deep; they need less than 1 MiB of stack |
//! | elements and members that the model does not know | in JSON as deep as those it knows; in XML and CBOR as deep as they come |
//! | an answer that is not streamed | what fits into memory: it is read whole, however long the service makes it |
//! | an event of an [`EventStream`] | 128 KiB of headers, 24 MiB of payload, checksums that are right |
//! | integers | 64 bits; `3.0` and `1e3` are integers too, `1.5` and what is longer are errors |
//! | floats | the nearest of 64 bits; beyond all of them infinity, but an error in a [`Document`] |
//! | timestamps | the years 0 to 9999 as text; as numbers at least 10<sup>15</sup> seconds around 1970 |
//! | JSON keys and XML elements that come twice | the later one counts, lists are joined; in a union they are an error |
//! | half of a surrogate pair in JSON | U+FFFD |
//! | entities of XML | its own five and characters by number: what a document type declares is not known |
//! | [`jmespath`] | 64 KiB of text, 250 steps that wait for one another, 5,000,000 values made, 256 levels |
//!
//! # Missing
//!
//! Events to a service (they need HTTP/2), and logging in to IAM Identity Center without a code (PKCE).
#![forbid(unsafe_code)]
#![cfg_attr(without_services, allow(dead_code, unused_imports, reason = "all of it serves services, and none is on"))]

mod attempts;
mod attributes;
mod by_name;
mod call;
mod checksum;
mod client;
mod clock;
pub mod components;
mod compression;
mod configuration;
#[cfg(all(test, conformance))]
mod conformance;
mod credentials;
mod customize;
mod endpoint;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod history;
pub mod hooks;
mod http;
pub mod jmespath;
mod logging;
pub mod model;
mod operation;
mod paginate;
mod presigned_url;
mod protocol;
mod recursion;
mod retry;
mod session;
mod shape;
mod signing;
pub mod stub;
#[cfg(test)]
mod suite;
mod turn;
mod user_agent;
mod wait;

pub use attempts::{FailedAttempt, RetryReason};
pub use client::{ClientMeta, ServiceClient};
pub use clock::{Clock, SystemClock};
pub use configuration::{
    AccountIdEndpointMode, AddressingStyle, ChecksumMode, Config, ConfigSource, ConfigValue, DefaultsMode,
    EndpointDiscovery, Environment, ProxiesConfig, RegionalEndpoints, Retries, RetryMode, S3Config, SessionVariable,
};
pub use credentials::{CredentialChain, Credentials, ProvideCredentials, SsoAuthorization};
pub use customize::{AuthToken, CopySource, PostForm, PresignedPost};
pub use error::{Error, ErrorKind, Result};
pub use http::{
    Body, Chunks, ClientCertificate, Headers, HttpTransport, Lines, Proxies, RecordedRequest, Replay, Request,
    Response, ResponseMetadata, Transport, TransportFailure, TransportOptions, Verify,
};
pub use logging::LogLevel;
pub use paginate::{Found, Items, Paged, Pages};
pub use presigned_url::PresignedUrl;
pub use session::{AnyClient, ClientBuilder, Session, SessionBuilder, get_session};
pub use shape::{BareError, Blob, Document, EmptyOutput, ErrorMessage, EventStream, Map, Timestamp};
pub use signing::{CloudFrontPolicy, CloudFrontSigner};
pub use wait::{Attempt, Waited, Waiter};

include!(concat!(env!("OUT_DIR"), "/services.rs"));
