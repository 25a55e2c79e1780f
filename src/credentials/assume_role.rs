use std::sync::Mutex;

use super::chain::{Chain, of_profile};
use super::container::Container;
use super::environment::EnvironmentKeys;
use super::instance::Instance;
use super::{Credentials, ProvideCredentials, sts};
use crate::Session;
use crate::config::{Profiles, Properties};
use crate::error::{Error, ErrorKind, Result};

/// The role that a profile names, assumed with the credentials of another profile or of a named source. Source:
/// botocore's `AssumeRoleProvider`.
#[derive(Debug)]
pub(crate) struct AssumeRole {
    session: Session,
    profile: String,
    /// The profiles for which a code of a multi-factor device was asked: it serves once, and such credentials end.
    asked_for_codes: Mutex<Vec<String>>,
}

/// The name of a role's session, where none was set.
pub(crate) fn session_name(session: &Session) -> String {
    format!("botocore-session-{}", session.clock().now().seconds())
}

impl AssumeRole {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        AssumeRole { session, profile: profile.to_owned(), asked_for_codes: Mutex::default() }
    }

    fn role(&self, profiles: &Profiles, name: &str, visited: &mut Vec<String>) -> Result<Credentials> {
        let profile = &profiles.profiles[name];
        let source = match (profile.get("credential_source"), profile.get("source_profile")) {
            (Some(_), Some(_)) => return Err(invalid(name, "has both source_profile and credential_source")),
            (None, None) => {
                return Err(invalid(name, "has a role_arn, but neither source_profile nor credential_source"));
            }
            (Some(source), None) => self.named_source(name, source)?,
            (None, Some(source)) => {
                check_source(profiles, name, source, visited)?;
                visited.push(source.clone());
                self.of_profile(profiles, source, visited)?
            }
        };
        let code = self.code(name, profile)?;
        let name = profile.get("role_session_name").cloned().unwrap_or_else(|| session_name(&self.session));
        let mut parameters = vec![("RoleArn", &*profile["role_arn"]), ("RoleSessionName", &*name)];
        for (parameter, property) in [("ExternalId", "external_id"), ("SerialNumber", "mfa_serial")] {
            parameters.extend(profile.get(property).map(|value| (parameter, &**value)));
        }
        let duration = profile.get("duration_seconds").filter(|seconds| seconds.parse::<u32>().is_ok());
        parameters.extend(duration.map(|seconds| ("DurationSeconds", &**seconds)));
        parameters.extend(code.as_deref().map(|code| ("TokenCode", code)));
        sts::assume(&self.session, "AssumeRole", &parameters, Some(&source))
    }

    fn of_profile(&self, profiles: &Profiles, name: &str, visited: &mut Vec<String>) -> Result<Credentials> {
        let profile = &profiles.profiles[name];
        if has_role(profile) && !has_keys(profile) {
            return self.role(profiles, name, visited);
        }
        let chain = Chain::new(of_profile(&self.session, name, false));
        chain.provide()?.ok_or_else(|| invalid(name, "is the source of a role, and has no credentials"))
    }

    fn named_source(&self, profile: &str, source: &str) -> Result<Credentials> {
        let session = self.session.clone();
        let provider: Box<dyn ProvideCredentials> = match source {
            "Environment" => Box::new(EnvironmentKeys::new(session.environment().clone())),
            "EcsContainer" => Box::new(Container::new(session)),
            "Ec2InstanceMetadata" => Box::new(Instance::new(session)),
            _ => {
                let problem = format!(
                    "has the credential_source {source}, which is none of Environment, EcsContainer and Ec2InstanceMetadata"
                );
                return Err(invalid(profile, &problem));
            }
        };
        provider.provide()?.ok_or_else(|| {
            let message = format!(
                "The credential_source {source} of the profile {profile} has no credentials: {}.",
                provider.why_none()
            );
            Error::new(ErrorKind::Credentials, message)
        })
    }

    fn code(&self, name: &str, profile: &Properties) -> Result<Option<String>> {
        let Some(serial) = profile.get("mfa_serial") else { return Ok(None) };
        let mut asked = self.asked_for_codes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if asked.iter().any(|other| other == name) {
            let message = format!("The role's credentials end, and cannot be renewed without a new code of {serial}.");
            return Err(Error::new(ErrorKind::Credentials, message));
        }
        asked.push(name.to_owned());
        self.session.ask_for_code(serial).map(Some)
    }
}

impl ProvideCredentials for AssumeRole {
    fn name(&self) -> &str {
        "assume role"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        match profiles.profiles.get(&self.profile) {
            Some(profile) if has_role(profile) => {
                self.role(&profiles, &self.profile, &mut vec![self.profile.clone()]).map(Some)
            }
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

/// The source must exist and not lead back; a profile may be its own source when it has keys.
fn check_source(profiles: &Profiles, name: &str, source: &str, visited: &[String]) -> Result<()> {
    let Some(profile) = profiles.profiles.get(source) else {
        return Err(invalid(name, &format!("has the source_profile {source}, which does not exist")));
    };
    let own_keys = source == name && has_keys(profile);
    match visited.iter().any(|other| other == source) && !own_keys {
        true => {
            Err(invalid(name, &format!("has the source_profile {source}, which leads back: {}", visited.join(" -> "))))
        }
        false => Ok(()),
    }
}

fn invalid(profile: &str, problem: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("The profile {profile} {problem}."))
}
