//! Events: functions of one's own that are called between the steps of a call, and may change what it does.
//!
//! The names are botocore's: the point, the service's id in lower case with hyphens, the operation
//! (`before-sign.s3.GetObject`). A handler is registered for such a name or for what it begins with, with
//! [`Session::events`](crate::Session::events) for all clients that are made later, or with
//! [`ClientMeta::events`](crate::ClientMeta::events) for one client. Its argument is the payload of the event, or
//! [`Event`] for any. An error that it gives ends the call.
//!
//! | event, in the order of a call | payload | what a handler may do |
//! | --- | --- | --- |
//! | `creating-client-class.SERVICE` | [`CreatingClient`] | register handlers with the new client |
//! | `provide-client-params.SERVICE.OPERATION` | [`ProvideClientParams`] | change or replace the input |
//! | `before-parameter-build.…` | [`BeforeParameterBuild`] | change the input |
//! | `before-endpoint-resolution.SERVICE` | [`BeforeEndpointResolution`] | change what endpoint rules see |
//! | `before-call.…` | [`BeforeCall`] | change the request; answer without sending it |
//! | `request-created.…`, at each attempt from here on | [`RequestCreated`] | change the request of the attempt |
//! | `choose-signer.…` | [`ChooseSigner`] | sign otherwise, or for another region |
//! | `before-sign.…` | [`BeforeSign`] | change what is signed |
//! | `before-send.…` | [`BeforeSend`] | answer in the server's place |
//! | `before-parse.…` | [`BeforeParse`] | change the answer |
//! | `response-received.…` | [`ResponseReceived`] | look |
//! | `needs-retry.…` | [`NeedsRetry`] | try again, or not |
//! | `after-call.…` | [`AfterCall`] | change the output |
//! | `after-call-error.…` | [`AfterCallError`] | look; give another error |
//!
//! Presigning goes as far as `before-endpoint-resolution`, then `choose-signer` and `before-sign`. A call that
//! `before-call` answers ends with `after-call`. Without handlers an event costs some five nanoseconds.
//!
//! # A header before signing
//!
//! ```
//! # #[cfg(feature = "s3")] {
//! # use botocore::{Credentials, Environment, Replay};
//! use botocore::hooks::BeforeSign;
//! use botocore::{Session, s3};
//!
//! # let replay = Replay::new().answer(200, [], "");
//! # let session = Session::builder().environment(Environment::empty()).region("eu-west-1").transport(replay.clone())
//! #     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None)).build();
//! session.events().register("before-sign.s3.PutObject", |event: &mut BeforeSign| {
//!     event.request.headers.set("x-amz-meta-written-by", "nightly");
//!     Ok(())
//! })?;
//! let s3 = s3::Client::new(&session)?;
//! s3.put_object("bucket", "key").body("text").send()?;
//! # let headers = &replay.requests()[0].headers;
//! # assert!(headers.get("authorization").unwrap().contains("x-amz-meta-written-by"));
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! # An answer without a server
//!
//! ```
//! # #[cfg(feature = "s3")] {
//! # use botocore::{Credentials, Environment, Replay};
//! use botocore::hooks::BeforeCall;
//! use botocore::{Session, s3};
//!
//! # let session = Session::builder().environment(Environment::empty()).region("eu-west-1").transport(Replay::new())
//! #     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None)).build();
//! let s3 = s3::Client::new(&session)?;
//! s3.meta().events().register("before-call.s3.GetObject", |event: &mut BeforeCall| {
//!     match event.get("Key").as_ref().and_then(|key| key.as_str()) {
//!         Some("there") => {
//!             let mut output = s3::operation::GetObjectOutput::default();
//!             output.body = "text".into();
//!             event.answer(output)?;
//!         }
//!         _ => event.refuse(404, "NoSuchKey", "It is not there."),
//!     }
//!     Ok(())
//! })?;
//! assert_eq!(s3.get_object("bucket", "there").send()?.body.read_to_string()?, "text");
//! let error = s3.get_object("bucket", "elsewhere").send().unwrap_err();
//! assert!(error.is::<s3::error::NoSuchKey>());
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! # A log of all calls
//!
//! ```
//! use botocore::Session;
//! use botocore::hooks::AfterCall;
//!
//! let session = Session::new();
//! session.events().register("after-call", |event: &mut AfterCall| {
//!     println!("{} {}: {}", event.service_name(), event.operation_name(), event.status());
//!     Ok(())
//! })?;
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! # A rule of one's own for retries
//!
//! ```
//! # #[cfg(feature = "dynamodb")] {
//! # use botocore::{Credentials, Environment, Replay};
//! use botocore::hooks::NeedsRetry;
//! use botocore::{Session, dynamodb};
//! use std::time::Duration;
//!
//! # let replay = Replay::new().answer(400, [], r#"{"__type": "ResourceNotFoundException"}"#)
//! #     .answer(200, [], r#"{"TableNames": ["t"]}"#);
//! # let session = Session::builder().environment(Environment::empty()).region("eu-west-1").transport(replay)
//! #     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None)).build();
//! session.events().register("needs-retry.dynamodb", |event: &mut NeedsRetry| {
//!     if event.code() == Some("ResourceNotFoundException") && event.attempts() < 5 {
//!         event.retry_after(Duration::from_millis(10));
//!     }
//!     Ok(())
//! })?;
//! let dynamodb = dynamodb::Client::new(&session)?;
//! assert_eq!(dynamodb.list_tables().send()?.table_names, ["t"]);
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! # Differences from botocore
//!
//! - What botocore does in handlers of its own (buckets' names, keys of server-side encryption, S3's oddities) is a part of
//!   the call here, done before the handlers of the same moment, for inputs after them.
//!   [`SessionBuilder::include_builtin_handlers`](crate::SessionBuilder::include_builtin_handlers) switches it off.
//!   Signing and retrying are parts of the call too: handlers of `request-created` come before the signature, and what a
//!   handler of `needs-retry` decides goes before the client's rule.
//! - Payloads have types, so there is no `request_signer`, `model` or `endpoint` in them; `before-parse` has no
//!   `customized_response_dict` (`after-call` changes the output).
//! - `choose-service-name`, `creating-serializer`, `getattr`, `service-data-loaded` and `docs` are about making classes when
//!   the program runs: there is nothing in Rust that they could mean. Old names of events, of services by their endpoint
//!   prefixes, are not known.

mod about;
mod emitter;
mod event;
mod handler;
mod members;
mod payload;
#[cfg(test)]
mod tests;
mod tree;

pub use about::Context;
pub use emitter::{Emitter, Registration, Response};
pub use event::{Event, Payload};
pub use handler::{Handler, IntoHandler, Outcome};
pub use payload::{
    AfterCall, AfterCallError, BeforeCall, BeforeEndpointResolution, BeforeParameterBuild, BeforeParse, BeforeSend,
    BeforeSign, ChooseSigner, CreatingClient, NeedsRetry, ProvideClientParams, RequestCreated, ResponseReceived,
    Signer,
};

pub(crate) use about::About;
pub(crate) use members::get as member;
pub(crate) use payload::Received;

/// A service in the names of events. Source: botocore's `hyphenize_service_id`.
pub(crate) fn service_part(service: &crate::operation::Service) -> String {
    service.id.replace(' ', "-").to_ascii_lowercase()
}
