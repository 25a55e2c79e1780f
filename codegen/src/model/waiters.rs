use serde::Deserialize;
use serde_json::Value;

use super::Ordered;

/// `waiters-2.json`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Waiters {
    pub waiters: Ordered<Waiter>,
}

/// What to ask, how often, and what to make of the answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiter {
    pub operation: String,
    /// Seconds.
    pub delay: u64,
    pub max_attempts: u32,
    pub acceptors: Vec<Acceptor>,
}

#[derive(Debug, Deserialize)]
pub struct Acceptor {
    pub state: String,
    pub matcher: String,
    pub expected: Value,
    pub argument: Option<String>,
}
