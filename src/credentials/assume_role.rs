use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::cache::Cache;
use super::chain::{self, CredentialChain};
use super::container::Container;
use super::environment::EnvironmentKeys;
use super::files::Style;
use super::instance::Instance;
use super::{Credentials, ProvideCredentials, role, sts};
use crate::Session;
use crate::configuration::{Profiles, Properties};
use crate::error::{Error, ErrorKind, Result};

/// The role that a profile names, assumed with the credentials of another profile or of a named source. Source:
/// botocore's `AssumeRoleProvider`.
#[derive(Debug)]
pub(crate) struct AssumeRole {
    session: Session,
    profile: String,
    /// The profiles that led here, this one the last.
    visited: Vec<String>,
    /// What the role is assumed with, which lasts as long as it does: a role may be renewed many times with one source.
    source: Mutex<Option<Arc<Cache>>>,
    /// Whether a code of a multi-factor device was used: it serves once.
    code_is_used: AtomicBool,
}

/// The name of a role's session, where none was set.
pub(super) fn session_name(session: &Session) -> String {
    format!("botocore-session-{}", session.clock().now().seconds())
}

impl AssumeRole {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        AssumeRole::after(session, Vec::new(), profile)
    }

    fn after(session: Session, mut visited: Vec<String>, profile: &str) -> Self {
        visited.push(profile.to_owned());
        let profile = profile.to_owned();
        AssumeRole { session, profile, visited, source: Mutex::default(), code_is_used: AtomicBool::new(false) }
    }

    fn role(&self, profiles: &Profiles, profile: &Properties) -> Result<Credentials> {
        let source = self.source(profiles, profile)?;
        let credentials = source.find()?.ok_or_else(|| self.without(profile, &source))?;
        let mut asked = Map::new();
        for (parameter, property) in [
            ("RoleArn", "role_arn"),
            ("RoleSessionName", "role_session_name"),
            ("ExternalId", "external_id"),
            ("SerialNumber", "mfa_serial"),
        ] {
            asked.extend(profile.get(property).map(|value| (parameter.to_owned(), value.as_str().into())));
        }
        let duration = profile.get("duration_seconds").and_then(|seconds| seconds.trim().parse::<i64>().ok());
        asked.extend(duration.map(|seconds| ("DurationSeconds".to_owned(), seconds.into())));
        let mut features = credentials.feature_ids().to_vec();
        features.extend(if profile.contains_key("credential_source") { &["p", "i"][..] } else { &["o", "n", "i"] });
        let assumed = role::cached(&self.session, &asked.clone().into(), Style::Spaced, "STS AssumeRole", || {
            self.assume(&asked, &credentials)
        })?;
        Ok(assumed.with_features(&features))
    }

    fn assume(&self, asked: &Map<String, Value>, source: &Credentials) -> Result<Value> {
        let text = |name: &str| asked.get(name).and_then(Value::as_str);
        let name = text("RoleSessionName").map_or_else(|| session_name(&self.session), str::to_owned);
        let mut parameters = vec![("RoleArn", text("RoleArn").unwrap_or_default()), ("RoleSessionName", &*name)];
        for name in ["ExternalId", "SerialNumber"] {
            parameters.extend(text(name).map(|value| (name, value)));
        }
        let duration = asked.get("DurationSeconds").map(Value::to_string);
        parameters.extend(duration.as_deref().map(|seconds| ("DurationSeconds", seconds)));
        let code = text("SerialNumber").map(|serial| self.code(serial)).transpose()?;
        parameters.extend(code.as_deref().map(|code| ("TokenCode", code)));
        let response = sts::assume(&self.session, "AssumeRole", &parameters, Some(source))?;
        self.code_is_used.store(code.is_some(), Ordering::Relaxed);
        Ok(response)
    }

    fn code(&self, serial: &str) -> Result<String> {
        if self.code_is_used.load(Ordering::Relaxed) {
            let message = format!("The role's credentials end, and cannot be renewed without a new code of {serial}.");
            return Err(Error::new(ErrorKind::Credentials, message));
        }
        self.session.ask_for_code(serial)
    }

    fn source(&self, profiles: &Profiles, profile: &Properties) -> Result<Arc<Cache>> {
        let mut kept = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = &*kept {
            return Ok(source.clone());
        }
        let provider = match (profile.get("credential_source"), profile.get("source_profile")) {
            (Some(_), Some(_)) => return Err(self.invalid("has both source_profile and credential_source")),
            (None, None) => {
                return Err(self.invalid("has a role_arn, but neither source_profile nor credential_source"));
            }
            (Some(source), None) => self.named_source(source)?,
            (None, Some(source)) => self.source_profile(profiles, source)?,
        };
        let source = Arc::new(Cache::new(provider, self.session.clock().clone()));
        *kept = Some(source.clone());
        Ok(source)
    }

    fn source_profile(&self, profiles: &Profiles, source: &str) -> Result<Arc<dyn ProvideCredentials>> {
        let Some(profile) = profiles.profiles.get(source) else {
            return Err(self.invalid(&format!("has the source_profile {source}, which does not exist")));
        };
        // A profile may be its own source when it has keys.
        let own_keys = source == self.profile && has_keys(profile);
        if self.visited.iter().any(|other| other == source) && !own_keys {
            let path = self.visited.join(" -> ");
            return Err(self.invalid(&format!("has the source_profile {source}, which leads back: {path}")));
        }
        Ok(match has_role(profile) && !has_keys(profile) {
            true => Arc::new(AssumeRole::after(self.session.clone(), self.visited.clone(), source)),
            false => Arc::new(CredentialChain::new(chain::of_profile(&self.session, source, false))),
        })
    }

    fn named_source(&self, source: &str) -> Result<Arc<dyn ProvideCredentials>> {
        let session = self.session.clone();
        match source {
            "Environment" => Ok(Arc::new(EnvironmentKeys::new(session.environment().clone()))),
            "EcsContainer" => Ok(Arc::new(Container::new(session))),
            "Ec2InstanceMetadata" => Ok(Arc::new(Instance::new(session))),
            _ => Err(self.invalid(&format!(
                "has the credential_source {source}, which is none of Environment, EcsContainer and Ec2InstanceMetadata"
            ))),
        }
    }

    /// The error of a source that has no credentials.
    fn without(&self, profile: &Properties, source: &Cache) -> Error {
        let property = if profile.contains_key("credential_source") { "credential_source" } else { "source_profile" };
        let name = profile.get(property).map_or("", String::as_str);
        self.invalid(&format!("has the {property} {name}, which has no credentials: {}", source.why_none()))
    }

    fn invalid(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Credentials, format!("The profile {} {problem}.", self.profile))
    }
}

impl ProvideCredentials for AssumeRole {
    fn name(&self) -> &str {
        chain::ASSUME_ROLE
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        match profiles.profiles.get(&self.profile) {
            Some(profile) if has_role(profile) => self.role(&profiles, profile).map(Some),
            _ => Ok(None),
        }
    }

    fn why_none(&self) -> String {
        format!("the profile {} has no role_arn", self.profile)
    }
}

/// A role with a token file is web identity's.
fn has_role(profile: &Properties) -> bool {
    profile.contains_key("role_arn") && !profile.contains_key("web_identity_token_file")
}

fn has_keys(profile: &Properties) -> bool {
    profile.contains_key("aws_access_key_id") || profile.contains_key("aws_secret_access_key")
}
