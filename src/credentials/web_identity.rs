use super::answer::failed;
use super::{Credentials, ProvideCredentials, assume_role, sts};
use crate::Session;
use crate::error::{Error, ErrorKind, Result};

/// A role for the bearer of a token in a file, as EKS has it. Source: botocore's `AssumeRoleWithWebIdentityProvider`.
#[derive(Debug)]
pub(crate) struct WebIdentity {
    session: Session,
    profile: String,
    /// Whether the environment may say what, before the profile does.
    environment: bool,
}

impl WebIdentity {
    pub(crate) fn new(session: Session, profile: &str, environment: bool) -> Self {
        WebIdentity { session, profile: profile.to_owned(), environment }
    }

    fn setting(&self, variable: &str, property: &str) -> Result<Option<String>> {
        if let Some(value) = self.session.environment().filled(variable).filter(|_| self.environment) {
            return Ok(Some(value));
        }
        let profiles = self.session.profiles()?;
        Ok(profiles.profiles.get(&self.profile).and_then(|profile| profile.get(property)).cloned())
    }
}

impl ProvideCredentials for WebIdentity {
    fn name(&self) -> &str {
        "web identity"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let Some(path) = self.setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")? else {
            return Ok(None);
        };
        let role = self.setting("AWS_ROLE_ARN", "role_arn")?.ok_or_else(|| {
            let message = format!(
                "The web identity token file {path} is set, but no role: set AWS_ROLE_ARN, or role_arn in the profile {}.",
                self.profile
            );
            Error::new(ErrorKind::Config, message)
        })?;
        let name = self.setting("AWS_ROLE_SESSION_NAME", "role_session_name")?;
        let name = name.unwrap_or_else(|| assume_role::session_name(&self.session));
        let file = self.session.environment().expand(&path);
        let token = std::fs::read_to_string(&file).map_err(|cause| {
            let place = format!("the web identity token file {}", file.display());
            failed(&place, "it could not be read").with_source(cause)
        })?;
        let parameters = [("RoleArn", &*role), ("RoleSessionName", &*name), ("WebIdentityToken", token.trim())];
        sts::assume(&self.session, "AssumeRoleWithWebIdentity", &parameters, None).map(Some)
    }

    fn why_none(&self) -> String {
        match self.environment {
            true => format!("neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile {} names a token file", self.profile),
            false => format!("the profile {} names no token file", self.profile),
        }
    }
}
