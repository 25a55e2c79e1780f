use super::{Credentials, ProvideCredentials, chain, partial};
use crate::Session;
use crate::configuration::Properties;
use crate::error::Result;

/// Keys that stand in a profile of one of the two files. Source: botocore's `SharedCredentialProvider` and `ConfigProvider`.
#[derive(Debug)]
pub(crate) struct ProfileKeys {
    session: Session,
    profile: String,
    file: File,
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum File {
    Config,
    Credentials,
}

impl ProfileKeys {
    pub(crate) fn new(session: Session, profile: &str, file: File) -> Self {
        ProfileKeys { session, profile: profile.to_owned(), file }
    }
}

impl ProvideCredentials for ProfileKeys {
    fn name(&self) -> &str {
        match self.file {
            File::Config => chain::CONFIG_FILE,
            File::Credentials => chain::SHARED_CREDENTIALS_FILE,
        }
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        let (sections, path) = match self.file {
            File::Config => (&profiles.of_config, &profiles.config_path),
            File::Credentials => (&profiles.of_credentials, &profiles.credentials_path),
        };
        let name = &self.profile;
        match sections.get(name) {
            Some(profile) => of(profile, &format!("the profile {name} of {}", path.display())),
            None => Ok(None),
        }
    }

    fn why_none(&self) -> String {
        let name = &self.profile;
        let Ok(profiles) = self.session.profiles() else { return "it could not be read".to_owned() };
        let (sections, path) = match self.file {
            File::Config => (&profiles.of_config, &profiles.config_path),
            File::Credentials => (&profiles.of_credentials, &profiles.credentials_path),
        };
        match sections.contains_key(name) {
            true => format!("the profile {name} of {} has no aws_access_key_id", path.display()),
            false => format!("{} has no profile {name}", path.display()),
        }
    }
}

/// The keys of a profile; `place` is where it stands, for messages.
pub(crate) fn of(profile: &Properties, place: &str) -> Result<Option<Credentials>> {
    let get = |name: &str| profile.get(name).filter(|value| !value.is_empty());
    let (id, secret) = match (get("aws_access_key_id"), get("aws_secret_access_key")) {
        (Some(id), Some(secret)) => (id, secret),
        (Some(_), None) => return Err(partial(place, "aws_secret_access_key")),
        (None, Some(_)) => return Err(partial(place, "aws_access_key_id")),
        (None, None) => return Ok(None),
    };
    let token = get("aws_security_token").or_else(|| get("aws_session_token"));
    let credentials = Credentials::new(id, secret, token.cloned()).with_features(&["n"]);
    Ok(Some(match get("aws_account_id") {
        Some(account) => credentials.with_account_id(account),
        None => credentials,
    }))
}
