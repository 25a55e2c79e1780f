use serde_json::{Map, Value, json};

use super::answer::failed;
use super::files::{Files, sha256};
use super::proof::Key;
use super::services::{Client, Refusal, Service};
use super::{Credentials, ProvideCredentials, chain, exchange, expiry};
use crate::error::{Error, Result};
use crate::{Session, Timestamp};

/// Seconds that the token of the file must last to be used as it is. Source: `_REFRESH_THRESHOLD` of botocore's
/// `LoginCredentialFetcher`.
const THRESHOLD: i64 = 5 * 60;
const ACTION: &str = "CreateOAuth2Token";
const SOURCE: &str = "the login session";

/// Who has logged in with `aws login`, by the profile's `login_session`. Source: botocore's `LoginProvider`.
#[derive(Debug)]
pub(crate) struct Login {
    session: Session,
    profile: String,
}

impl Login {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        Login { session, profile: profile.to_owned() }
    }

    fn credentials(&self, name: &str) -> Result<Credentials> {
        let (files, key) = (self.files()?, sha256(name));
        let path = files.path(&key);
        let token = files.read(&key).ok_or_else(|| {
            failed(SOURCE, &format!("{name} has no readable file {}; log in with aws login", path.display()))
        })?;
        let required = ["accessToken", "refreshToken", "dpopKey", "clientId"];
        let missing: Vec<_> = required.into_iter().filter(|field| !token.contains_key(*field)).collect();
        if !missing.is_empty() {
            let problem = format!("the file {} lacks {}; log in with aws login", path.display(), missing.join(", "));
            return Err(failed(SOURCE, &problem));
        }
        let invalid = |what: &str| failed(SOURCE, &format!("the file {} {what}", path.display()));
        let end = token["accessToken"]["expiresAt"].as_str().and_then(expiry::parse);
        let end = end.ok_or_else(|| invalid("has no expiresAt that is a time"))?;
        if end.seconds() - self.session.clock().now().seconds() > THRESHOLD {
            return credentials(&token).ok_or_else(|| invalid("has no complete accessToken"));
        }
        let private = token["dpopKey"].as_str().and_then(Key::from_pem);
        let private = private.ok_or_else(|| invalid("has a dpopKey that is no key on the curve P-256"))?;
        let renewed = self.renew(token, &private)?;
        files.write(&key, &Value::Object(renewed.clone()));
        credentials(&renewed).ok_or_else(|| invalid("has no complete accessToken"))
    }

    /// The token with what CreateOAuth2Token gave in place of what has ended.
    fn renew(&self, mut token: Map<String, Value>, key: &Key) -> Result<Map<String, Value>> {
        let client = Client::new(&self.session, Service::Signin, token.get("signInRegion").and_then(Value::as_str))?;
        let url = client.url("/v1/token");
        let body = json!({
            "clientId": token["clientId"],
            "grantType": "refresh_token",
            "refreshToken": token["refreshToken"],
        });
        let answer = client.call(ACTION, || {
            let mut request = exchange::request("POST", &url)?;
            request.headers.set("Content-Type", "application/json");
            request.headers.set("DPoP", key.of_post(&url, self.now(), &crate::call::uuid())?);
            Ok((request, body.to_string()))
        })?;
        if !(200..300).contains(&answer.status) {
            return Err(refused(&client, &Refusal::of(&answer)));
        }
        let place = client.place(ACTION);
        let answer = super::answer::json(&answer.text, &place)?;
        let lacks = |name: &str| failed(&place, &format!("its answer has no {name}"));
        let lasts = answer["expiresIn"].as_i64().ok_or_else(|| lacks("expiresIn"))?;
        let end = Timestamp::new(self.now().saturating_add(lasts), 0);
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).ok_or_else(|| lacks(name));
        let keys = &answer["accessToken"];
        let fresh = json!({
            "accessKeyId": text(keys, "accessKeyId")?,
            "secretAccessKey": text(keys, "secretAccessKey")?,
            "sessionToken": text(keys, "sessionToken")?,
            "accountId": token["accessToken"]["accountId"],
            "expiresAt": expiry::text(end),
        });
        token.insert("accessToken".to_owned(), fresh);
        token.insert("refreshToken".to_owned(), text(&answer, "refreshToken")?.into());
        Ok(token)
    }

    fn files(&self) -> Result<Files> {
        let environment = self.session.environment();
        if let Some(directory) = environment.filled("AWS_LOGIN_CACHE_DIRECTORY") {
            return Ok(Files::new(environment.expand(&directory)));
        }
        let home = environment.home();
        let home = home.ok_or_else(|| failed(SOURCE, "there is no home directory to look for it in"))?;
        Ok(Files::new(home.join(".aws/login/cache")))
    }

    fn now(&self) -> i64 {
        self.session.clock().now().seconds()
    }
}

impl ProvideCredentials for Login {
    fn name(&self) -> &str {
        chain::LOGIN
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        let profile = profiles.profiles.get(&self.profile);
        let Some(name) = profile.and_then(|profile| profile.get("login_session")) else { return Ok(None) };
        self.credentials(name).map(|credentials| Some(credentials.with_features(&["AC", "AD"])))
    }

    fn why_none(&self) -> String {
        format!("the profile {} has no login_session", self.profile)
    }
}

fn credentials(token: &Map<String, Value>) -> Option<Credentials> {
    let keys = &token["accessToken"];
    let text = |name: &str| keys[name].as_str().filter(|text| !text.is_empty());
    let end = expiry::parse(text("expiresAt")?)?;
    let credentials =
        Credentials::new(text("accessKeyId")?, text("secretAccessKey")?, Some(text("sessionToken")?.to_owned()));
    Some(credentials.with_account_id(text("accountId")?).with_expiration(end))
}

/// The error of a refusal, with what to do about it. Source: botocore's `LoginRefreshRequired` and
/// `LoginInsufficientPermissions`.
fn refused(client: &Client<'_>, refusal: &Refusal) -> Error {
    let advice = match refusal.oauth.as_str() {
        "TOKEN_EXPIRED" => "the session has ended; log in again with aws login",
        "USER_CREDENTIALS_CHANGED" => "the user's password has changed; log in again with aws login",
        "INSUFFICIENT_PERMISSIONS" => {
            "the user lacks the permission signin:CreateOAuth2Token, which the managed policy \
             SignInLocalDevelopmentAccess gives"
        }
        _ => "log in again with aws login",
    };
    failed(&client.place(ACTION), &format!("{advice}: {refusal}"))
}
