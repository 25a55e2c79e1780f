//! Tokens of `aws sso login`: a file in `~/.aws/sso/cache`, renewed where it can be.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ring::digest;
use serde_json::{Map, Value, json};

use super::answer::failed;
use super::services::{self, Service};
use super::{exchange, expiry};
use crate::config::Properties;
use crate::error::{Error, ErrorKind, Result};
use crate::{Session, Timestamp};

/// Seconds before its end from which a token is renewed.
const WINDOW: i64 = 15 * 60;
const SOURCE: &str = "SSO";

/// What the token file says.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) end: Timestamp,
    fields: Map<String, Value>,
}

/// The token of an `sso-session`, kept until it is about to end. Source: botocore's `SSOTokenProvider`.
#[derive(Default)]
pub(crate) struct SsoTokens(Mutex<Option<(String, Timestamp)>>);

impl SsoTokens {
    /// The token of the profile's `sso_session`; `None` when the profile has none.
    ///
    /// # Errors
    /// When the session is not in the config file or lacks something, or nobody is logged in.
    pub(crate) fn of_profile(&self, session: &Session, profile: &str) -> Result<Option<String>> {
        let profiles = session.profiles()?;
        let Some(name) = profiles.profiles.get(profile).and_then(|profile| profile.get("sso_session")) else {
            return Ok(None);
        };
        let section = profiles.sso_sessions.get(name).ok_or_else(|| {
            let message = format!("The profile {profile} names the sso-session {name}, which does not exist.");
            Error::new(ErrorKind::Config, message)
        })?;
        self.of_session(session, name, section).map(Some)
    }

    /// The token of a session.
    pub(crate) fn of_session(&self, session: &Session, name: &str, section: &Properties) -> Result<String> {
        let required = |property: &str| {
            section
                .get(property)
                .ok_or_else(|| Error::new(ErrorKind::Config, format!("The sso-session {name} has no {property}.")))
        };
        let (start_url, region) = (required("sso_start_url")?, required("sso_region")?);
        let now = session.clock().now().seconds();
        // Held while the token is renewed: one thread asks, the others wait.
        let mut kept = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((token, end)) = kept.as_ref().filter(|(_, end)| end.seconds() - now >= WINDOW) {
            log::debug!("The SSO token ends at {}", end.seconds());
            return Ok(token.clone());
        }
        let path = path(session, name)?;
        let mut token = read(&path, name)?;
        if token.end.seconds() - now < WINDOW
            && let Some(renewed) = renew(session, &token, start_url, region)
        {
            write(&path, &renewed.fields);
            token = renewed;
        }
        if token.end.seconds() <= now {
            return Err(failed(SOURCE, &format!("the token of {name} has ended; log in again with aws sso login")));
        }
        *kept = Some((token.text.clone(), token.end));
        Ok(token.text)
    }
}

/// Where the token of a session, or of a start URL, is.
pub(crate) fn path(session: &Session, name: &str) -> Result<PathBuf> {
    let home = session.environment().home();
    let home = home.ok_or_else(|| failed(SOURCE, "there is no home directory to look for tokens in"))?;
    let sum = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, name.as_bytes());
    let digits: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(home.join(".aws/sso/cache").join(format!("{digits}.json")))
}

/// Reads a token; `name` is whose it is.
pub(crate) fn read(path: &Path, name: &str) -> Result<Token> {
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let problem =
            format!("the token of {name} could not be read from {}; log in with aws sso login", path.display());
        failed(SOURCE, &problem).with_source(cause)
    })?;
    let invalid = |what: &str| failed(SOURCE, &format!("the token file {} {what}", path.display()));
    let fields: Map<String, Value> = serde_json::from_str(&text).map_err(|_| invalid("is not a JSON object"))?;
    let field = |name: &str| fields.get(name).and_then(Value::as_str);
    let text = field("accessToken").ok_or_else(|| invalid("has no accessToken"))?.to_owned();
    let end = field("expiresAt").and_then(expiry::parse).ok_or_else(|| invalid("has no expiresAt that is a time"))?;
    Ok(Token { text, end, fields })
}

/// A new token for an old one; `None`, logged, when it cannot be had.
fn renew(session: &Session, token: &Token, start_url: &str, region: &str) -> Option<Token> {
    let field = |name: &str| token.fields.get(name).and_then(Value::as_str);
    let now = session.clock().now();
    let (Some(id), Some(secret), Some(refresh), Some(registration)) =
        (field("clientId"), field("clientSecret"), field("refreshToken"), field("registrationExpiresAt"))
    else {
        log::info!("The SSO token cannot be renewed: its file lacks what that takes.");
        return None;
    };
    if expiry::parse(registration).is_none_or(|end| end.seconds() <= now.seconds()) {
        log::info!("The SSO token cannot be renewed: its registration has ended.");
        return None;
    }
    let body = json!({"clientId": id, "clientSecret": secret, "grantType": "refresh_token", "refreshToken": refresh});
    let answer = match create_token(session, region, body.to_string()) {
        Ok(answer) => answer,
        Err(error) => {
            log::warn!("The SSO token could not be renewed: {error}");
            return None;
        }
    };
    let end = Timestamp::new(now.seconds() + answer["expiresIn"].as_i64()?, 0);
    let text = answer["accessToken"].as_str()?.to_owned();
    let mut fields = Map::new();
    let written = [
        ("startUrl", start_url),
        ("region", region),
        ("accessToken", &text),
        ("expiresAt", &expiry::text(end)),
        ("clientId", id),
        ("clientSecret", secret),
        ("registrationExpiresAt", registration),
    ];
    fields.extend(written.map(|(name, value)| (name.to_owned(), value.into())));
    if let Some(refresh) = answer["refreshToken"].as_str() {
        fields.insert("refreshToken".to_owned(), refresh.into());
    }
    Some(Token { text, end, fields })
}

fn create_token(session: &Session, region: &str, body: String) -> Result<Value> {
    let origin = services::origin(session, Service::SsoOidc, Some(region))?;
    let request = || {
        let mut request = exchange::request("POST", &format!("{origin}/token"))?;
        request.headers.set("Content-Type", "application/json");
        request.headers.set("User-Agent", session.user_agent());
        Ok((request, body.clone()))
    };
    let answer = services::call(session, request, "SSO OIDC CreateToken")?;
    match answer.status {
        200 => super::answer::json(&answer.text, "SSO OIDC CreateToken"),
        status => Err(failed("SSO OIDC CreateToken", &format!("it answered with HTTP {status}"))),
    }
}

/// A token that cannot be written is used all the same.
fn write(path: &Path, fields: &Map<String, Value>) {
    if let Err(cause) = write_private(path, Value::Object(fields.clone()).to_string().as_bytes()) {
        log::warn!("The SSO token could not be written to {}: {cause}", path.display());
    }
}

/// Writes a file beside, for its owner only, and puts it in place whole.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;

    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&beside)?.write_all(bytes)?;
    std::fs::rename(&beside, path)
}
