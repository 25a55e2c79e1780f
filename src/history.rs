//! A record of calls: parameters, requests, answers, as the AWS CLI keeps for its command `history`. Source: botocore's
//! `history.py`.
//!
//! | event | payload |
//! | --- | --- |
//! | `API_CALL` | `service`, `operation`, `params` |
//! | `HTTP_REQUEST`, at each attempt | `method`, `url`, `headers`, `streaming`, `length` of the body |
//! | `HTTP_RESPONSE`, at each answer | `status_code`, `headers`, `streaming`, `length` of the body, `context` |
//! | `PARSED_RESPONSE`, once an answer is read | the output's members, or `Error` |
//!
//! Other than botocore's it holds no secrets: bodies are counted, not shown, and members, headers and parameters that may
//! let their reader act for the caller are `*** hidden ***`.
//!
//! ```
//! use botocore::Document;
//! use botocore::history::{HistoryHandler, get_global_history_recorder};
//!
//! struct Print;
//!
//! impl HistoryHandler for Print {
//!     fn emit(&self, event: &str, payload: &Document, source: &str) {
//!         println!("{source} {event}: {payload}");
//!     }
//! }
//!
//! let recorder = get_global_history_recorder();
//! recorder.add_handler(Print);
//! recorder.enable();
//! ```

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use serde_json::{Map, Value as Json, json};

use crate::Document;
use crate::http::{Headers, Request, Response};
use crate::logging::{self, is_secret};
use crate::protocol::ServiceFailure;
use crate::shape::schema::{Member, Schema};
use crate::shape::{self, Value, View};

const HIDDEN: &str = "*** hidden ***";

/// Takes what is recorded, in the thread that makes the call.
pub trait HistoryHandler: Send + Sync {
    /// An event, with its payload; `source` is `BOTOCORE` for calls, and what the program says for its own.
    fn emit(&self, event: &str, payload: &Document, source: &str);
}

/// Hands calls on to its handlers, while it is enabled.
pub struct HistoryRecorder {
    enabled: AtomicBool,
    handlers: RwLock<Vec<Arc<dyn HistoryHandler>>>,
}

static RECORDER: HistoryRecorder =
    HistoryRecorder { enabled: AtomicBool::new(false), handlers: RwLock::new(Vec::new()) };

/// The recorder of the program: of all calls of all sessions.
pub fn get_global_history_recorder() -> &'static HistoryRecorder {
    &RECORDER
}

impl HistoryRecorder {
    /// Begins to record. At the start it does not.
    pub fn enable(&self) {
        self.enabled.store(true, Ordering::Release);
    }

    /// Records no more.
    pub fn disable(&self) {
        self.enabled.store(false, Ordering::Release);
    }

    /// Adds a handler.
    pub fn add_handler(&self, handler: impl HistoryHandler + 'static) {
        self.handlers.write().unwrap_or_else(|poisoned| poisoned.into_inner()).push(Arc::new(handler));
    }

    /// Hands an event on, when the recorder is enabled.
    pub fn record(&self, event: &str, payload: &Document, source: &str) {
        if self.enabled.load(Ordering::Acquire) {
            let handlers = self.handlers.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
            for handler in handlers {
                handler.emit(event, payload, source);
            }
        }
    }
}

impl fmt::Debug for HistoryRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistoryRecorder(enabled: {})", self.enabled.load(Ordering::Acquire))
    }
}

/// Records what `payload` makes, which is not called when nothing is recorded.
#[inline]
pub(crate) fn record(event: &str, payload: &dyn Fn() -> Json) {
    if RECORDER.enabled.load(Ordering::Acquire) {
        RECORDER.record(event, &payload(), "BOTOCORE");
    }
}

pub(crate) fn request(request: &Request, streaming: bool) -> Json {
    json!({
        "method": request.method,
        "url": logging::url(request),
        "headers": headers(&request.headers),
        "streaming": streaming,
        "length": request.body.len(),
    })
}

pub(crate) fn response(response: &Response, streaming: bool, operation: &str) -> Json {
    json!({
        "status_code": response.status,
        "headers": headers(&response.headers),
        "streaming": streaming,
        "length": response.body.len(),
        "context": { "operation_name": operation },
    })
}

pub(crate) fn failure(failure: &ServiceFailure) -> Json {
    json!({
        "Error": { "Code": failure.code, "Message": failure.message },
        "ResponseMetadata": { "HTTPStatusCode": failure.status, "HTTPHeaders": headers(&failure.headers) },
    })
}

/// A value as JSON, without its secrets.
pub(crate) fn members(value: &dyn Value) -> Json {
    shown(value, Member::PLAIN).unwrap_or_default()
}

fn headers(headers: &Headers) -> Json {
    let shown = |(name, value): (&str, &str)| (name.to_owned(), if is_secret(name) { HIDDEN } else { value }.into());
    Json::Object(headers.iter().map(shown).collect())
}

fn shown(value: &dyn Value, member: Member) -> Option<Json> {
    let mut json = None;
    value.view(&mut |view| {
        json = match view {
            View::Absent | View::Events(_) | View::Stream(_) | View::Metadata(_) => None,
            _ if member.has("secret") => Some(HIDDEN.into()),
            View::List(items) => {
                let items = (0..items.len()).filter_map(|at| items.item(at));
                Some(items.map(|item| shown(item, member.element()).unwrap_or_default()).collect())
            }
            View::Map(entries) => {
                let entries = (0..entries.len()).filter_map(|at| entries.entry(at));
                let shown = |(key, value): (&str, &dyn Value)| named(key, value, member.value());
                Some(Json::Object(entries.filter_map(shown).collect()))
            }
            View::Structure(schema, values) => {
                let members = Schema::new(schema).members().zip(values);
                Some(Json::Object(members.filter_map(|(member, value)| named(member.name(), *value, member)).collect()))
            }
            View::Union(union) => union.variant().map(|(at, value)| {
                let member = Schema::new(union.schema()).members().nth(at).unwrap_or(Member::PLAIN);
                Json::Object(Map::from_iter(named(member.name(), value, member)))
            }),
            _ => shape::json::write(value),
        };
    });
    json
}

/// The models do not mark every secret as one: STS's session tokens are not.
fn named(name: &str, value: &dyn Value, member: Member) -> Option<(String, Json)> {
    let json = shown(value, member)?;
    let hide = json.is_string() && is_secret(name);
    Some((name.to_owned(), if hide { HIDDEN.into() } else { json }))
}
