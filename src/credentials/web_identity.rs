use serde_json::json;

use super::answer::failed;
use super::files::Style;
use super::{Credentials, ProvideCredentials, assume_role, chain, role, sts};
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

    /// A setting, and the feature id of the place it stands in.
    fn setting(&self, variable: &str, property: &str) -> Result<Option<(String, &'static str)>> {
        if let Some(value) = self.session.environment().filled(variable).filter(|_| self.environment) {
            return Ok(Some((value, "h")));
        }
        let profiles = self.session.profiles()?;
        let value = profiles.profiles.get(&self.profile).and_then(|profile| profile.get(property));
        Ok(value.filter(|value| !value.is_empty()).map(|value| (value.clone(), "q")))
    }

    /// The token is read anew each time: who put it there renews it.
    fn assume(&self, path: &str, arn: &str, name: Option<&str>) -> Result<serde_json::Value> {
        let file = self.session.environment().expand(path);
        let token = std::fs::read_to_string(&file).map_err(|cause| {
            let place = format!("the web identity token file {}", file.display());
            failed(&place, "it could not be read").with_source(cause)
        })?;
        let name = name.map_or_else(|| assume_role::session_name(&self.session), str::to_owned);
        let parameters = [("RoleArn", arn), ("RoleSessionName", &*name), ("WebIdentityToken", token.trim())];
        sts::assume(&self.session, "AssumeRoleWithWebIdentity", &parameters, None)
    }
}

impl ProvideCredentials for WebIdentity {
    fn name(&self) -> &str {
        chain::WEB_IDENTITY
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let mut features = vec!["k"];
        let mut setting = |variable, property| -> Result<Option<String>> {
            let found = self.setting(variable, property)?;
            features.extend(found.as_ref().map(|(_, feature)| *feature));
            Ok(found.map(|(value, _)| value))
        };
        let Some(path) = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")? else {
            return Ok(None);
        };
        let arn = setting("AWS_ROLE_ARN", "role_arn")?.ok_or_else(|| {
            let message = format!(
                "The web identity token file {path} is set, but no role: set AWS_ROLE_ARN, or role_arn in the profile {}.",
                self.profile
            );
            Error::new(ErrorKind::Config, message)
        })?;
        let name = setting("AWS_ROLE_SESSION_NAME", "role_session_name")?;
        let asked = match &name {
            Some(name) => json!({"RoleArn": arn, "RoleSessionName": name}),
            None => json!({"RoleArn": arn}),
        };
        let credentials = role::cached(&self.session, &asked, Style::Spaced, "STS AssumeRoleWithWebIdentity", || {
            self.assume(&path, &arn, name.as_deref())
        })?;
        Ok(Some(credentials.with_features(&features)))
    }

    fn why_none(&self) -> String {
        match self.environment {
            true => format!("neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile {} names a token file", self.profile),
            false => format!("the profile {} names no token file", self.profile),
        }
    }
}
