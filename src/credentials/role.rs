//! Credentials of roles, which may be kept in files between runs.

use serde_json::Value;

use super::files::{Files, Style, python, sha1};
use super::{Credentials, expiry, sts};
use crate::Session;
use crate::error::Result;

/// Seconds that what a file holds must last to be used. Source: `DEFAULT_EXPIRY_WINDOW_SECONDS` of botocore's
/// `CachedCredentialFetcher`.
const WINDOW: i64 = 15 * 60;

/// The credentials of the session's file for what was asked, else those that `ask` gives, which go to that file. Without a
/// directory for such files there are none.
pub(super) fn cached(
    session: &Session,
    asked: &Value,
    style: Style,
    place: &str,
    ask: impl FnOnce() -> Result<Value>,
) -> Result<Credentials> {
    let Some(files) = session.credential_cache_dir().map(Files::new) else { return sts::credentials(&ask()?, place) };
    let key = sha1(&python(asked, style));
    if let Some(kept) = files.read(&key).map(Value::Object)
        && lasts(session, &kept)
        && let Ok(credentials) = sts::credentials(&kept, place)
    {
        log::debug!("The credentials of a role come from {}", files.path(&key).display());
        return Ok(credentials);
    }
    let response = ask()?;
    let credentials = sts::credentials(&response, place)?;
    files.write(&key, &response);
    Ok(credentials)
}

fn lasts(session: &Session, response: &Value) -> bool {
    let end = response["Credentials"]["Expiration"].as_str().and_then(expiry::parse);
    end.is_some_and(|end| end.seconds().saturating_sub(session.clock().now().seconds()) >= WINDOW)
}
