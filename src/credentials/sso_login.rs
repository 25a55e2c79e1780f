//! Logging in to IAM Identity Center by a code that the user enters in a browser (RFC 8628).
//!
//! Source: `SSOTokenFetcher` of the AWS CLI, with whose files these are one.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::failed;
use super::expiry;
use super::files::{Files, Style, python, sha1};
use super::services::{Client, Service};
use super::sso_token::{self, Token};
use crate::configuration::Properties;
use crate::error::{Error, ErrorKind, Result};
use crate::{Session, Timestamp};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds between questions, where the service names none, and those that are added when it asks for fewer questions.
/// Source: RFC 8628, section 3.5
const INTERVAL: u64 = 5;
const SLOW_DOWN: u64 = 5;
/// Seconds that a registration must last to be used. Source: `_EXPIRY_WINDOW` of the AWS CLI.
const WINDOW: i64 = 15 * 60;

/// What the user has to do to log in: open a page, and enter or confirm a code there. See [`Session::sso_login`].
#[derive(Clone)]
#[non_exhaustive]
pub struct SsoAuthorization {
    /// The code: `ABCD-EFGH`.
    pub user_code: String,
    /// The page that asks for the code.
    pub verification_uri: String,
    /// The same page with the code filled in, where the service gives that.
    pub verification_uri_complete: Option<String>,
    /// The end of the code's time.
    pub expires_at: Timestamp,
    device_code: String,
    interval: u64,
}

/// Where to log in, by profile and `sso-session`.
struct Login<'s> {
    session: &'s Session,
    /// The name of the `sso-session`; none in old profiles.
    name: Option<String>,
    start_url: String,
    region: String,
    scopes: Option<Vec<String>>,
    files: Files,
}

/// Logs in; gives the end of the token.
pub(crate) fn login(session: &Session, show: impl FnOnce(&SsoAuthorization) -> Result<()>) -> Result<Timestamp> {
    let login = Login::of_profile(session)?;
    let client = Client::new(session, Service::SsoOidc, Some(&login.region))?;
    let registration = login.registration(&client)?;
    let authorization = login.authorize(&client, &registration)?;
    let token = login.wait(&client, &registration, &authorization, show)?;
    let end = token.end;
    let key = sha1(login.name.as_ref().unwrap_or(&login.start_url));
    login.files.write(&key, &Value::Object(token.into_fields()));
    Ok(end)
}

impl<'s> Login<'s> {
    fn of_profile(session: &'s Session) -> Result<Self> {
        let profiles = session.profiles()?;
        let profile_name = session.profile_name();
        let invalid = |problem: &str| {
            Error::new(ErrorKind::Config, format!("The profile {profile_name} {problem}, so nobody can log in."))
        };
        let empty = Properties::default();
        let profile = profiles.profiles.get(&profile_name).unwrap_or(&empty);
        let name = profile.get("sso_session").cloned();
        let section = match &name {
            Some(name) => profiles
                .sso_sessions
                .get(name)
                .ok_or_else(|| invalid(&format!("names the sso-session {name}, which does not exist")))?,
            None => profile,
        };
        let required =
            |property: &str| section.get(property).cloned().ok_or_else(|| invalid(&format!("has no {property}")));
        let scopes = section.get("sso_registration_scopes").map(|scopes| {
            scopes.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect()
        });
        Ok(Login {
            session,
            name,
            start_url: required("sso_start_url")?,
            region: required("sso_region")?,
            scopes,
            files: sso_token::files(session)?,
        })
    }

    /// The registration of this program: the one in the file while it lasts, else a new one.
    fn registration(&self, client: &Client<'_>) -> Result<Value> {
        let key = sha1(&python(
            &json!({
                "tool": "botocore",
                "startUrl": self.start_url,
                "region": self.region,
                "scopes": self.scopes,
                "session_name": self.name,
            }),
            Style::Spaced,
        ));
        if let Some(kept) = self.files.read(&key).map(Value::Object).filter(|kept| self.serves(kept)) {
            return Ok(kept);
        }
        let name = match &self.name {
            Some(name) => format!("botocore-client-{name}"),
            None => format!("botocore-client-{}", self.now()),
        };
        let mut body = json!({"clientName": name, "clientType": "public"});
        if let Some(scopes) = &self.scopes {
            body["scopes"] = scopes.as_slice().into();
        }
        let answer = ask(client, "RegisterClient", "/client/register", &body)?;
        let end =
            answer["clientSecretExpiresAt"].as_i64().ok_or_else(|| lacks("RegisterClient", "clientSecretExpiresAt"))?;
        let mut registration = json!({
            "clientId": text(&answer, "RegisterClient", "clientId")?,
            "clientSecret": text(&answer, "RegisterClient", "clientSecret")?,
            "expiresAt": expiry::text(Timestamp::new(end, 0)),
        });
        if let Some(scopes) = &self.scopes {
            registration["scopes"] = scopes.as_slice().into();
        }
        self.files.write(&key, &registration);
        Ok(registration)
    }

    /// Whether a registration lasts, and is for codes of devices: the AWS CLI keeps those for redirects in the same place.
    fn serves(&self, registration: &Value) -> bool {
        let end = registration["expiresAt"].as_str().and_then(expiry::parse);
        let redirects = registration["grantTypes"].as_array().into_iter().flatten();
        registration["clientId"].is_string()
            && registration["clientSecret"].is_string()
            && end.is_some_and(|end| end.seconds() - self.now() >= WINDOW)
            && !redirects.into_iter().any(|grant| grant == "authorization_code")
    }

    fn authorize(&self, client: &Client<'_>, registration: &Value) -> Result<SsoAuthorization> {
        const ACTION: &str = "StartDeviceAuthorization";
        let body = json!({
            "clientId": registration["clientId"],
            "clientSecret": registration["clientSecret"],
            "startUrl": self.start_url,
        });
        let answer = ask(client, ACTION, "/device_authorization", &body)?;
        let lasts = answer["expiresIn"].as_i64().ok_or_else(|| lacks(ACTION, "expiresIn"))?;
        Ok(SsoAuthorization {
            user_code: text(&answer, ACTION, "userCode")?,
            verification_uri: text(&answer, ACTION, "verificationUri")?,
            verification_uri_complete: answer["verificationUriComplete"].as_str().map(str::to_owned),
            expires_at: Timestamp::new(self.now().saturating_add(lasts), 0),
            device_code: text(&answer, ACTION, "deviceCode")?,
            interval: answer["interval"].as_u64().filter(|seconds| *seconds > 0).unwrap_or(INTERVAL),
        })
    }

    /// Asks until the user has answered or the code's time is over. The first time it asks before anything is shown: who
    /// is known already need not answer.
    fn wait(
        &self,
        client: &Client<'_>,
        registration: &Value,
        authorization: &SsoAuthorization,
        show: impl FnOnce(&SsoAuthorization) -> Result<()>,
    ) -> Result<Token> {
        const ACTION: &str = "CreateToken";
        let body = json!({
            "grantType": GRANT,
            "clientId": registration["clientId"],
            "clientSecret": registration["clientSecret"],
            "deviceCode": authorization.device_code,
        });
        let mut interval = authorization.interval;
        let mut show = Some(show);
        loop {
            let refusal = match client.post(ACTION, "/token", &body)? {
                Ok(answer) => {
                    let registered = json!({
                        "startUrl": self.start_url,
                        "region": self.region,
                        "clientId": registration["clientId"],
                        "clientSecret": registration["clientSecret"],
                        "registrationExpiresAt": registration["expiresAt"],
                    });
                    let token = Token::of_answer(self.session, &answer, registered);
                    return token.ok_or_else(|| lacks(ACTION, "accessToken or expiresIn"));
                }
                Err(refusal) => refusal,
            };
            if refusal.is("SlowDownException", "slow_down") {
                interval = interval.saturating_add(SLOW_DOWN);
            } else if refusal.is("ExpiredTokenException", "expired_token") {
                return Err(self.too_late());
            } else if !refusal.is("AuthorizationPendingException", "authorization_pending") {
                return Err(client.refused(ACTION, &refusal));
            }
            if let Some(show) = show.take() {
                show(authorization)?;
            }
            if self.now() >= authorization.expires_at.seconds() {
                return Err(self.too_late());
            }
            self.session.clock().sleep(Duration::from_secs(interval));
        }
    }

    fn too_late(&self) -> Error {
        failed("SSO", "nobody entered the code in its time; log in again")
    }

    fn now(&self) -> i64 {
        self.session.clock().now().seconds()
    }
}

fn ask(client: &Client<'_>, action: &str, path: &str, body: &Value) -> Result<Value> {
    client.post(action, path, body)?.map_err(|refusal| client.refused(action, &refusal))
}

fn text(answer: &Value, action: &str, name: &str) -> Result<String> {
    answer[name].as_str().map(str::to_owned).ok_or_else(|| lacks(action, name))
}

fn lacks(action: &str, name: &str) -> Error {
    failed(&format!("SSO OIDC {action}"), &format!("its answer has no {name}"))
}

/// Without the code that is the program's own.
impl fmt::Debug for SsoAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SsoAuthorization")
            .field("user_code", &self.user_code)
            .field("verification_uri", &self.verification_uri)
            .field("verification_uri_complete", &self.verification_uri_complete)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
