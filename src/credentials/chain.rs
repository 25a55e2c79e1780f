use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::assume_role::AssumeRole;
use super::container::Container;
use super::environment::EnvironmentKeys;
use super::instance::Instance;
use super::login::Login;
use super::process::Process;
use super::profile::{File, ProfileKeys};
use super::sso::Sso;
use super::web_identity::WebIdentity;
use super::{Credentials, ProvideCredentials};
use crate::Session;
use crate::error::{Error, ErrorKind, Result};

pub(super) const ENVIRONMENT: &str = "env";
pub(super) const ASSUME_ROLE: &str = "assume-role";
pub(super) const WEB_IDENTITY: &str = "assume-role-with-web-identity";
pub(super) const SSO: &str = "sso";
pub(super) const SHARED_CREDENTIALS_FILE: &str = "shared-credentials-file";
pub(super) const LOGIN: &str = "login";
pub(super) const PROCESS: &str = "custom-process";
pub(super) const CONFIG_FILE: &str = "config-file";
pub(super) const CONTAINER: &str = "container-role";
pub(super) const INSTANCE: &str = "iam-role";

/// Providers, asked in their order until one has credentials; from then on only that one is asked.
///
/// [`Session::credential_chain`] gives the usual one. It may be changed, and is then set as any other provider:
///
/// ```
/// use botocore::{CredentialChain, Credentials, Environment, Session};
///
/// let session = Session::builder().environment(Environment::empty()).build();
/// let mut chain = session.credential_chain();
/// assert_eq!(chain.names()[..2], ["env", "assume-role"]);
/// chain.remove("iam-role");
/// chain.insert_after("env", Credentials::new("AKIDEXAMPLE", "secret", None))?;
/// session.set_credentials(chain);
/// let credentials = session.get_credentials()?.expect("the chain has some");
/// assert_eq!((credentials.access_key_id(), credentials.source()), ("AKIDEXAMPLE", "explicit"));
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// Source: botocore's `CredentialResolver`.
#[derive(Default)]
pub struct CredentialChain {
    providers: Vec<Arc<dyn ProvideCredentials>>,
    chosen: Mutex<Option<Arc<dyn ProvideCredentials>>>,
}

impl CredentialChain {
    /// A chain of these providers.
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn ProvideCredentials>>) -> Self {
        CredentialChain { providers: providers.into_iter().collect(), chosen: Mutex::default() }
    }

    /// The providers of a session, in botocore's order (`create_credential_resolver`).
    pub(crate) fn of_session(session: &Session) -> Self {
        let mut providers: Vec<Arc<dyn ProvideCredentials>> = Vec::new();
        // A profile that is named in code wins over keys in the environment.
        let named_in_code = session.instance_variable("profile").is_some();
        if !named_in_code {
            providers.push(Arc::new(EnvironmentKeys::new(session.environment().clone())));
        }
        let profile = session.profile_name();
        providers.push(Arc::new(AssumeRole::new(session.clone(), &profile)));
        providers.extend(of_profile(session, &profile, !named_in_code));
        providers.push(Arc::new(Container::new(session.clone())));
        providers.push(Arc::new(Instance::new(session.clone())));
        CredentialChain::new(providers)
    }

    /// The names of the providers, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.providers.iter().map(|provider| provider.name()).collect()
    }

    /// The provider of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn ProvideCredentials>> {
        self.providers.iter().find(|provider| provider.name() == name)
    }

    /// Adds a provider at the end.
    pub fn push(&mut self, provider: impl ProvideCredentials + 'static) {
        self.insert(self.providers.len(), provider);
    }

    /// Adds a provider that is asked before the one of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when there is none of that name.
    pub fn insert_before(&mut self, name: &str, provider: impl ProvideCredentials + 'static) -> Result<()> {
        let place = self.place(name)?;
        self.insert(place, provider);
        Ok(())
    }

    /// Adds a provider that is asked after the one of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when there is none of that name.
    pub fn insert_after(&mut self, name: &str, provider: impl ProvideCredentials + 'static) -> Result<()> {
        let place = self.place(name)?;
        self.insert(place + 1, provider);
        Ok(())
    }

    /// Takes the provider of that name out; `None` when there is none.
    pub fn remove(&mut self, name: &str) -> Option<Arc<dyn ProvideCredentials>> {
        let place = self.place(name).ok()?;
        self.forget();
        Some(self.providers.remove(place))
    }

    fn insert(&mut self, place: usize, provider: impl ProvideCredentials + 'static) {
        self.forget();
        self.providers.insert(place, Arc::new(provider));
    }

    fn place(&self, name: &str) -> Result<usize> {
        self.providers.iter().position(|provider| provider.name() == name).ok_or_else(|| {
            let message =
                format!("The chain has no provider of credentials named {name}: it has {}.", self.names().join(", "));
            Error::new(ErrorKind::Config, message)
        })
    }

    fn forget(&mut self) {
        *self.chosen.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn chosen(&self) -> Option<Arc<dyn ProvideCredentials>> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The providers of one profile, in botocore's order (`ProfileProviderBuilder`).
/// `environment`: whether web identity is looked for in the environment too.
pub(super) fn of_profile(session: &Session, profile: &str, environment: bool) -> Vec<Arc<dyn ProvideCredentials>> {
    vec![
        Arc::new(WebIdentity::new(session.clone(), profile, environment)),
        Arc::new(Sso::new(session.clone(), profile)),
        Arc::new(ProfileKeys::new(session.clone(), profile, File::Credentials)),
        Arc::new(Login::new(session.clone(), profile)),
        Arc::new(Process::new(session.clone(), profile)),
        Arc::new(ProfileKeys::new(session.clone(), profile, File::Config)),
    ]
}

impl ProvideCredentials for CredentialChain {
    fn name(&self) -> &str {
        "chain"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        if let Some(chosen) = self.chosen() {
            return Ok(chosen.provide()?.map(|credentials| credentials.with_source(chosen.name())));
        }
        for provider in &self.providers {
            log::debug!("Looking for credentials: {}", provider.name());
            if let Some(credentials) = provider.provide()? {
                log::info!("Found credentials: {}", provider.name());
                *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(provider.clone());
                return Ok(Some(credentials.with_source(provider.name())));
            }
        }
        Ok(None)
    }

    fn why_none(&self) -> String {
        if let Some(chosen) = self.chosen() {
            return format!("{} had some, which have ended, and has no more ({})", chosen.name(), chosen.why_none());
        }
        if self.providers.is_empty() {
            return "the chain has no providers".to_owned();
        }
        let reasons = self.providers.iter().map(|provider| format!("{} ({})", provider.name(), provider.why_none()));
        format!("these were asked: {}", reasons.collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Debug for CredentialChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialChain").field(&self.names()).finish()
    }
}
