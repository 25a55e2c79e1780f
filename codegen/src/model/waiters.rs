use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Number, Value};

use super::Ordered;

/// `waiters-2.json`. Keys that are not here would be without effect, so they are refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Waiters {
    /// 2
    pub version: Value,
    pub waiters: Ordered<Waiter>,
}

/// What to ask, how often, and what to make of the answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Waiter {
    /// `api`, if anything.
    #[serde(default, rename = "type")]
    _kind: IgnoredAny,
    #[serde(default, rename = "description")]
    _description: IgnoredAny,
    pub operation: String,
    /// Seconds.
    pub delay: Number,
    pub max_attempts: Number,
    pub acceptors: Vec<Acceptor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptor {
    pub state: String,
    pub matcher: String,
    pub expected: Value,
    pub argument: Option<String>,
}
