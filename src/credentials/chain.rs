use std::sync::{Arc, OnceLock};

use super::assume_role::AssumeRole;
use super::container::Container;
use super::environment::EnvironmentKeys;
use super::instance::Instance;
use super::process::Process;
use super::profile::{File, ProfileKeys};
use super::sso::Sso;
use super::web_identity::WebIdentity;
use super::{Credentials, ProvideCredentials};
use crate::Session;
use crate::error::Result;

/// Providers, asked in their order until one has credentials; from then on only that one is asked.
#[derive(Debug)]
pub(crate) struct Chain {
    providers: Vec<Arc<dyn ProvideCredentials>>,
    chosen: OnceLock<usize>,
}

/// The providers of a session, in botocore's order (`create_credential_resolver`).
pub(crate) fn chain(session: &Session) -> Chain {
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
    Chain::new(providers)
}

/// The providers of one profile, in botocore's order (`ProfileProviderBuilder`).
/// `environment`: whether web identity is looked for in the environment too.
pub(crate) fn of_profile(session: &Session, profile: &str, environment: bool) -> Vec<Arc<dyn ProvideCredentials>> {
    vec![
        Arc::new(WebIdentity::new(session.clone(), profile, environment)),
        Arc::new(Sso::new(session.clone(), profile)),
        Arc::new(ProfileKeys::new(session.clone(), profile, File::Credentials)),
        Arc::new(Process::new(session.clone(), profile)),
        Arc::new(ProfileKeys::new(session.clone(), profile, File::Config)),
    ]
}

impl Chain {
    pub(crate) fn new(providers: Vec<Arc<dyn ProvideCredentials>>) -> Self {
        Chain { providers, chosen: OnceLock::new() }
    }
}

impl ProvideCredentials for Chain {
    fn name(&self) -> &str {
        self.chosen.get().map_or("chain", |place| self.providers[*place].name())
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        if let Some(place) = self.chosen.get() {
            return self.providers[*place].provide();
        }
        for (place, provider) in self.providers.iter().enumerate() {
            log::debug!("Looking for credentials: {}", provider.name());
            if let Some(credentials) = provider.provide()? {
                log::info!("Found credentials: {}", provider.name());
                self.chosen.get_or_init(|| place);
                return Ok(Some(credentials));
            }
        }
        Ok(None)
    }

    fn why_none(&self) -> String {
        let reasons = self.providers.iter().map(|provider| format!("{} ({})", provider.name(), provider.why_none()));
        format!("these were asked: {}", reasons.collect::<Vec<_>>().join("; "))
    }
}
