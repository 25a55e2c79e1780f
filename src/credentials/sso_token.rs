//! Tokens of `aws sso login`: files in `~/.aws/sso/cache`, renewed where they can be.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::answer::failed;
use super::expiry;
use super::files::{Files, sha1};
use super::kept::{Ends, Kept, Source};
use super::services::{Client, Service};
use crate::clock::Clock;
use crate::configuration::Properties;
use crate::error::{Error, ErrorKind, Result};
use crate::{Session, Timestamp};

/// Seconds before its end from which a token is renewed. Source: `_REFRESH_WINDOW` of botocore's `SSOTokenProvider`.
const WINDOW: i64 = 15 * 60;
const SOURCE: &str = "SSO";

/// A token, and what its file says beside it.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) end: Timestamp,
    fields: Map<String, Value>,
}

impl Ends for Token {
    fn end(&self) -> Option<Timestamp> {
        Some(self.end)
    }
}

/// The token of an `sso-session`, kept until it is about to end. Source: botocore's `SSOTokenProvider`.
#[derive(Debug)]
pub(crate) struct SsoTokens(Arc<Kept<Token>>);

/// An `[sso-session NAME]` of the config file.
struct Section {
    session: Session,
    name: String,
    start_url: String,
    region: String,
}

impl Source<Token> for Section {
    fn ask(&self) -> Result<Option<Token>> {
        self.token(&self.session).map(Some)
    }

    fn name(&self) -> String {
        format!("the sso-session {}", self.name)
    }

    fn ended(&self) -> Error {
        failed(SOURCE, &format!("the token of {} has ended; log in again with {}", self.name, login(&self.name)))
    }
}

impl SsoTokens {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        SsoTokens(Arc::new(Kept::new(clock)))
    }

    /// The token of the profile's `sso_session`, for a call that must end then; `None` when the profile has none.
    ///
    /// # Errors
    /// When the session is not in the config file or lacks something, or nobody is logged in.
    pub(crate) fn of_profile(&self, session: &Session, profile: &str, end: Option<Instant>) -> Result<Option<String>> {
        let profiles = session.profiles()?;
        let Some(name) = profiles.profiles.get(profile).and_then(|profile| profile.get("sso_session")) else {
            return Ok(None);
        };
        let section = profiles.sso_sessions.get(name).ok_or_else(|| {
            let message = format!("The profile {profile} names the sso-session {name}, which does not exist.");
            Error::new(ErrorKind::Config, message)
        })?;
        self.token(session, name, section, end).map(|token| Some(token.text))
    }

    /// The token of a session.
    pub(crate) fn of_session(&self, session: &Session, name: &str, section: &Properties) -> Result<String> {
        self.token(session, name, section, None).map(|token| token.text)
    }

    pub(super) fn token(
        &self,
        session: &Session,
        name: &str,
        section: &Properties,
        end: Option<Instant>,
    ) -> Result<Token> {
        let required = |property: &str| {
            section
                .get(property)
                .cloned()
                .ok_or_else(|| Error::new(ErrorKind::Config, format!("The sso-session {name} has no {property}.")))
        };
        let (start_url, region) = (required("sso_start_url")?, required("sso_region")?);
        let section = Arc::new(Section { session: session.clone(), name: name.to_owned(), start_url, region });
        self.0.get(&section, end)?.ok_or_else(|| section.ended())
    }

    /// Lets the file be read again at once.
    pub(crate) fn forgive(&self) {
        self.0.forgive();
    }
}

impl Section {
    fn token(&self, session: &Session) -> Result<Token> {
        let token = read(session, &self.name)?;
        if token.end.seconds() - session.clock().now().seconds() >= WINDOW {
            return Ok(token);
        }
        match self.renew(session, &token) {
            Some(renewed) => {
                files(session)?.write(&sha1(&self.name), &Value::Object(renewed.fields.clone()));
                Ok(renewed)
            }
            None => Ok(token),
        }
    }

    /// A new token for an old one; `None`, logged, when it cannot be had.
    fn renew(&self, session: &Session, token: &Token) -> Option<Token> {
        let field = |name: &str| token.fields.get(name).and_then(Value::as_str);
        let (Some(id), Some(secret), Some(refresh), Some(registration)) =
            (field("clientId"), field("clientSecret"), field("refreshToken"), field("registrationExpiresAt"))
        else {
            log::info!("The SSO token cannot be renewed: its file lacks what that takes.");
            return None;
        };
        if expiry::parse(registration).is_none_or(|end| end.seconds() <= session.clock().now().seconds()) {
            log::info!("The SSO token cannot be renewed: its registration has ended.");
            return None;
        }
        let body =
            json!({"clientId": id, "clientSecret": secret, "grantType": "refresh_token", "refreshToken": refresh});
        let answer = match create_token(session, &self.region, &body) {
            Ok(answer) => answer,
            Err(error) => {
                log::warn!("The SSO token could not be renewed: {error}");
                return None;
            }
        };
        let registered = json!({
            "clientId": id, "clientSecret": secret, "registrationExpiresAt": registration,
            "startUrl": self.start_url, "region": self.region,
        });
        Token::of_answer(session, &answer, registered)
    }
}

impl Token {
    /// The token of an answer to CreateToken; `registered` is what its file says beside it.
    pub(super) fn of_answer(session: &Session, answer: &Value, registered: Value) -> Option<Token> {
        let lasts = answer["expiresIn"].as_i64()?;
        let end = Timestamp::new(session.clock().now().seconds().saturating_add(lasts), 0);
        let text = answer["accessToken"].as_str()?.to_owned();
        let Value::Object(mut fields) = registered else { return None };
        fields.insert("accessToken".to_owned(), text.as_str().into());
        fields.insert("expiresAt".to_owned(), expiry::text(end).into());
        if let Some(refresh) = answer["refreshToken"].as_str() {
            fields.insert("refreshToken".to_owned(), refresh.into());
        }
        Some(Token { text, end, fields })
    }

    /// What its file says.
    pub(super) fn into_fields(self) -> Map<String, Value> {
        self.fields
    }
}

/// The command that logs in to a session; in old profiles a start URL stands in its place.
fn login(name: &str) -> String {
    match name.contains("://") {
        true => "aws sso login".to_owned(),
        false => format!("aws sso login --sso-session {name}"),
    }
}

/// The directory of tokens.
pub(super) fn files(session: &Session) -> Result<Files> {
    let home = session.environment().home();
    let home = home.ok_or_else(|| failed(SOURCE, "there is no home directory to look for tokens in"))?;
    Ok(Files::new(home.join(".aws/sso/cache")))
}

/// Reads the token of a session or, in old profiles, of a start URL.
pub(super) fn read(session: &Session, name: &str) -> Result<Token> {
    let (files, key) = (files(session)?, sha1(name));
    let path = files.path(&key);
    let path = path.display();
    let fields = files.read(&key).ok_or_else(|| {
        let what = if files.path(&key).exists() { "is not a JSON object" } else { "does not exist" };
        failed(SOURCE, &format!("the token file {path} of {name} {what}; log in with {}", login(name)))
    })?;
    let invalid = |what: &str| failed(SOURCE, &format!("the token file {path} of {name} {what}"));
    let field = |name: &str| fields.get(name).and_then(Value::as_str);
    let text = field("accessToken").ok_or_else(|| invalid("has no accessToken"))?.to_owned();
    let end = field("expiresAt").and_then(expiry::parse).ok_or_else(|| invalid("has no expiresAt that is a time"))?;
    Ok(Token { text, end, fields })
}

fn create_token(session: &Session, region: &str, body: &Value) -> Result<Value> {
    let client = Client::new(session, Service::SsoOidc, Some(region))?;
    client.post("CreateToken", "/token", body)?.map_err(|refusal| client.refused("CreateToken", &refusal))
}

/// Without the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("end", &self.end).finish_non_exhaustive()
    }
}
