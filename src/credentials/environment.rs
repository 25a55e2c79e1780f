use super::{Credentials, ProvideCredentials, expiry, partial};
use crate::configuration::Environment;
use crate::error::{Error, ErrorKind, Result};

/// Keys in environment variables. Source: botocore's `EnvProvider`.
#[derive(Debug)]
pub(crate) struct EnvironmentKeys {
    environment: Environment,
}

impl EnvironmentKeys {
    pub(crate) fn new(environment: Environment) -> Self {
        EnvironmentKeys { environment }
    }
}

impl ProvideCredentials for EnvironmentKeys {
    fn name(&self) -> &str {
        super::chain::ENVIRONMENT
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let get = |name| self.environment.filled(name);
        let (id, secret) = match (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => return Err(partial("the environment", "AWS_SECRET_ACCESS_KEY")),
            (None, Some(_)) => return Err(partial("the environment", "AWS_ACCESS_KEY_ID")),
            (None, None) => return Ok(None),
        };
        // botocore looks for the old name of the token first.
        let token = get("AWS_SECURITY_TOKEN").or_else(|| get("AWS_SESSION_TOKEN"));
        let mut credentials = Credentials::new(id, secret, token).with_features(&["g"]);
        if let Some(account) = get("AWS_ACCOUNT_ID") {
            credentials = credentials.with_account_id(account);
        }
        if let Some(end) = get("AWS_CREDENTIAL_EXPIRATION") {
            let moment = expiry::parse(&end).ok_or_else(|| {
                let message = format!("The environment variable AWS_CREDENTIAL_EXPIRATION is not a time: {end}");
                Error::new(ErrorKind::Credentials, message)
            })?;
            credentials = credentials.with_expiration(moment);
        }
        Ok(Some(credentials))
    }

    fn why_none(&self) -> String {
        "AWS_ACCESS_KEY_ID is not set".to_owned()
    }
}
