//! Credentials in JSON, as processes and metadata services give them.

use serde_json::Value;

use super::{Credentials, expiry};
use crate::error::{Error, ErrorKind, Result};

/// The names of the members, which differ between sources.
pub(crate) struct Names {
    pub(crate) token: &'static str,
    /// Whether token and expiration must be there.
    pub(crate) temporary: bool,
}

/// Credentials of a JSON object. `source` is who answered, for messages.
pub(crate) fn credentials(answer: &Value, names: &Names, source: &str) -> Result<Credentials> {
    let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
    let required = |name: &str| text(name).ok_or_else(|| failed(source, &format!("its answer has no {name}")));
    let token = match names.temporary {
        true => Some(required(names.token)?.to_owned()),
        false => text(names.token).map(str::to_owned),
    };
    let end = if names.temporary { Some(required("Expiration")?) } else { text("Expiration") };
    let mut credentials = Credentials::new(required("AccessKeyId")?, required("SecretAccessKey")?, token);
    if let Some(end) = end {
        let moment = expiry::parse(end).ok_or_else(|| failed(source, "the Expiration of its answer is not a time"))?;
        credentials = credentials.with_expiration(moment);
    }
    Ok(match text("AccountId") {
        Some(account) => credentials.with_account_id(account),
        None => credentials,
    })
}

/// The text as JSON; the text itself, which may hold secrets, is in no message.
pub(crate) fn json(text: &str, source: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|cause| failed(source, "its answer is not JSON").with_source(cause))
}

/// A provider that should have credentials and could not give them.
pub(crate) fn failed(source: &str, problem: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("Credentials could not be had from {source}: {problem}"))
}
