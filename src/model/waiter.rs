use std::sync::Arc;
use std::time::Duration;

use super::json::Json;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

/// What a service's waiters wait for. Cheap to clone. Source: botocore's `WaiterModel`.
#[derive(Clone, Debug)]
pub struct WaiterModel {
    json: Arc<Json>,
    service_name: Arc<str>,
}

/// One waiter: an operation that is called until its outcome is one of those named.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WaiterDescription<'a> {
    /// Empty where the model has none.
    pub description: &'a str,
    /// The operation's name in the model: `HeadBucket`.
    pub operation: &'a str,
    /// The pause between two calls.
    pub delay: Duration,
    /// How often the operation is called at most.
    pub max_attempts: u32,
    /// Outcomes, in the order in which they are looked for.
    pub acceptors: Vec<Acceptor<'a>>,
}

/// An outcome, and what it means.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptor<'a> {
    /// `success`, `failure`, `retry`
    pub state: &'a str,
    /// What is looked at: `path`, `pathAll`, `pathAny`, `status`, `error`.
    pub matcher: &'a str,
    /// What it must be.
    pub expected: Document,
    /// The JMESPath expression of the matchers that have one.
    pub argument: Option<&'a str>,
}

impl WaiterModel {
    pub(super) fn new(json: Arc<Json>, service_name: &str) -> Result<Self> {
        let version = json.get("version").and_then(Json::as_number).and_then(serde_json::Number::as_f64);
        if version != Some(2.0) {
            let version = version.map_or("unknown".to_owned(), |version| version.to_string());
            let message = format!("The waiters of {service_name} are of version {version}; only version 2 is known.");
            return Err(Error::new(ErrorKind::Data, message));
        }
        Ok(WaiterModel { json, service_name: service_name.into() })
    }

    /// The waiters' names, sorted: `BucketExists`.
    pub fn waiter_names(&self) -> Vec<&str> {
        let waiters = self.json.get("waiters").and_then(Json::as_object);
        let mut names: Vec<&str> = waiters.into_iter().flat_map(|waiters| waiters.keys()).map(|name| &**name).collect();
        names.sort_unstable();
        names
    }

    /// The waiter of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when there is none, or when it is not whole.
    pub fn get_waiter(&self, name: &str) -> Result<WaiterDescription<'_>> {
        let waiter = self
            .json
            .get("waiters")
            .and_then(|waiters| waiters.get(name))
            .ok_or_else(|| Error::new(ErrorKind::Data, format!("{} has no waiter {name}.", self.service_name)))?;
        let number = |key: &str| waiter.get(key)?.as_number()?.as_u64();
        let read = || {
            Some(WaiterDescription {
                description: waiter.text("description").unwrap_or_default(),
                operation: waiter.text("operation")?,
                delay: Duration::from_secs(number("delay")?),
                max_attempts: u32::try_from(number("maxAttempts")?).ok()?,
                acceptors: waiter.get("acceptors")?.items().iter().map(acceptor).collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(|| {
            let message = format!("The waiter {name} of {} is not whole.", self.service_name);
            Error::new(ErrorKind::Data, message)
        })
    }
}

fn acceptor(json: &Json) -> Option<Acceptor<'_>> {
    Some(Acceptor {
        state: json.text("state")?,
        matcher: json.text("matcher")?,
        expected: json.get("expected")?.document(),
        argument: json.text("argument"),
    })
}

impl Acceptor<'_> {
    /// The same in words.
    pub fn explanation(&self) -> String {
        let Acceptor { matcher, expected, .. } = self;
        let argument = self.argument.unwrap_or_default();
        match *matcher {
            "path" => format!("`{argument}` was {expected}"),
            "pathAll" => format!("`{argument}` was {expected}, all of it"),
            "pathAny" => format!("`{argument}` was {expected} at least once"),
            "status" => format!("the HTTP status was {expected}"),
            "error" => format!("the error's code was {expected}"),
            _ => format!("the matcher {matcher} is not known"),
        }
    }
}
