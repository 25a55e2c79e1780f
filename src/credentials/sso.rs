use serde_json::{Value, json};

use super::answer::{self, failed};
use super::files::Style;
use super::services::{self, Client, Refusal, Service};
use super::sso_token::{self, SsoTokens};
use super::{Credentials, ProvideCredentials, chain, exchange, expiry, role};
use crate::configuration::{Profiles, Properties};
use crate::error::{Error, ErrorKind, Result};
use crate::user_agent::Features;
use crate::{Session, Timestamp};

const ACTION: &str = "GetRoleCredentials";
const SOURCE: &str = "SSO GetRoleCredentials";

/// A role of IAM Identity Center, for who has logged in. Source: botocore's `SSOProvider`.
pub(crate) struct Sso {
    session: Session,
    profile: String,
    tokens: SsoTokens,
}

impl Sso {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        let tokens = SsoTokens::new(session.clock().clone());
        Sso { session, profile: profile.to_owned(), tokens }
    }

    /// What the profile says, and its `sso_session` where it names one.
    fn settings(&self, profiles: &Profiles) -> Result<Option<Properties>> {
        let Some(profile) = profiles.profiles.get(&self.profile) else { return Ok(None) };
        if !profile.contains_key("sso_role_name") && !profile.contains_key("sso_account_id") {
            return Ok(None);
        }
        let mut settings = profile.clone();
        if let Some(name) = profile.get("sso_session") {
            let section = profiles.sso_sessions.get(name);
            let section =
                section.ok_or_else(|| self.invalid(&format!("names the sso-session {name}, which does not exist")))?;
            for (property, value) in section {
                if settings.get(property).is_some_and(|other| other != value) {
                    return Err(self.invalid(&format!("and the sso-session {name} differ in {property}")));
                }
                settings.insert(property.clone(), value.clone());
            }
        }
        let required = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"];
        let missing: Vec<_> = required.into_iter().filter(|name| !settings.contains_key(*name)).collect();
        match missing.is_empty() {
            true => Ok(Some(settings)),
            false => Err(self.invalid(&format!("is set up for SSO, but lacks {}", missing.join(", ")))),
        }
    }

    fn token(&self, settings: &Properties) -> Result<String> {
        if let Some(name) = settings.get("sso_session") {
            return self.tokens.of_session(&self.session, name, settings);
        }
        let start_url = &settings["sso_start_url"];
        let token = sso_token::read(&self.session, start_url)?;
        match token.end.seconds() > self.session.clock().now().seconds() {
            true => Ok(token.text),
            false => Err(self.unauthorized()),
        }
    }

    fn role(&self, settings: &Properties) -> Result<Credentials> {
        let mut asked = json!({"roleName": settings["sso_role_name"], "accountId": settings["sso_account_id"]});
        let (before, after) = match settings.get("sso_session") {
            Some(name) => {
                asked["sessionName"] = name.as_str().into();
                ("r", "s")
            }
            None => {
                asked["startUrl"] = settings["sso_start_url"].as_str().into();
                ("t", "u")
            }
        };
        let credentials = role::cached(&self.session, &asked, Style::Compact, SOURCE, || {
            self.ask(settings, &self.token(settings)?, Features::of_codes(&[before]))
        })?;
        Ok(credentials.with_features(Features::of_codes(&[before, after])))
    }

    fn ask(&self, settings: &Properties, token: &str, features: Features) -> Result<Value> {
        let client = Client::new(&self.session, Service::Sso, Some(&settings["sso_region"]))?.with_features(features);
        let account = &*settings["sso_account_id"];
        let query = services::form(&[("role_name", &settings["sso_role_name"]), ("account_id", account)]);
        let answer = client.call(ACTION, || {
            let mut request = exchange::request("GET", &client.url(&format!("/federation/credentials?{query}")))?;
            request.headers.set("x-amz-sso_bearer_token", token);
            Ok((request, String::new()))
        })?;
        match answer.status {
            200..=299 => {}
            401 => return Err(self.unauthorized()),
            _ => return Err(client.refused(ACTION, &Refusal::of(&answer))),
        }
        let answer = answer::json(&answer.text, SOURCE)?;
        let role = &answer["roleCredentials"];
        let text = |name: &str| role[name].as_str().ok_or_else(|| failed(SOURCE, &format!("its answer has no {name}")));
        let end = role["expiration"].as_i64().ok_or_else(|| failed(SOURCE, "its answer has no expiration"))?;
        Ok(json!({
            "ProviderType": "sso",
            "Credentials": {
                "AccessKeyId": text("accessKeyId")?,
                "SecretAccessKey": text("secretAccessKey")?,
                "SessionToken": text("sessionToken")?,
                "Expiration": expiry::text(Timestamp::new(end.div_euclid(1_000), 0)),
                "AccountId": account,
            },
        }))
    }

    fn unauthorized(&self) -> Error {
        failed(
            "SSO",
            &format!(
                "the login of the profile {0} has ended or is not valid; log in again with aws sso login --profile {0}",
                self.profile
            ),
        )
    }

    fn invalid(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Config, format!("The profile {} {problem}.", self.profile))
    }
}

impl ProvideCredentials for Sso {
    fn name(&self) -> &str {
        chain::SSO
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        let Some(settings) = self.settings(&profiles)? else { return Ok(None) };
        self.role(&settings).map(Some)
    }

    fn why_none(&self) -> String {
        format!("the profile {} has no sso_account_id", self.profile)
    }
}

impl std::fmt::Debug for Sso {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sso").field("profile", &self.profile).finish_non_exhaustive()
    }
}
