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
/// A session and its clients ask those of [`Session::credential_chain`], unless credentials are set in code
/// ([`SessionBuilder::credentials`], [`Session::set_credentials`], [`ClientBuilder::credentials`]). Nothing is asked before
/// the first signed call. Order, names and rules are botocore's (`create_credential_resolver`):
///
/// | name | reads | asked anew |
/// | --- | --- | --- |
/// | `env` | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ACCOUNT_ID`; left out when a profile is named in code | with `AWS_CREDENTIAL_EXPIRATION` |
/// | `assume-role` | `role_arn` with `source_profile` or `credential_source`; `role_session_name`, `external_id`, `duration_seconds`, `mfa_serial` | yes; with `mfa_serial` no, a code serves once |
/// | `assume-role-with-web-identity` | `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME`, or their like in the profile | yes, the token is read anew |
/// | `sso` | `sso_session`, or `sso_start_url` and `sso_region`; `sso_account_id`, `sso_role_name`; tokens in `~/.aws/sso/cache` | yes, and the token of an `sso_session` too |
/// | `shared-credentials-file` | `aws_access_key_id` … in `~/.aws/credentials` (`AWS_SHARED_CREDENTIALS_FILE`) | no |
/// | `login` | `login_session`, of `aws login`; `~/.aws/login/cache` (`AWS_LOGIN_CACHE_DIRECTORY`) | yes |
/// | `custom-process` | `credential_process`: a program, which may take ten minutes | when it says that they end |
/// | `config-file` | `aws_access_key_id` … in `~/.aws/config` (`AWS_CONFIG_FILE`) | no |
/// | `container-role` | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`, `AWS_CONTAINER_AUTHORIZATION_TOKEN` or `…_TOKEN_FILE` | yes |
/// | `iam-role` | the instance's metadata service, version 2 and where that is not there 1; `AWS_EC2_METADATA_DISABLED`, `AWS_EC2_METADATA_SERVICE_ENDPOINT` … | yes |
///
/// Files of boto2 and of the first EC2 tools are not read.
///
/// What is found broken (half a pair of keys, a role that leads back to itself, a login that has ended, a failed program)
/// is an error, and no other provider is asked. When nobody has any, the error of the first signed call names each
/// provider and why it has none.
///
/// # Refreshing
///
/// From 15 minutes before the end, one thread asks for new credentials while the others go on; in the last 10, all wait
/// for the one that asks, and a failure is an error for those who waited. After a failure there is a pause, of a second at
/// first and of a minute at most, in which what has not ended is used on. Credentials that have ended never sign.
///
/// The calls to STS, IAM Identity Center and AWS Sign-In need no cargo feature. They follow the settings of clients:
/// `endpoint_url` of those services, `use_fips_endpoint`, `use_dualstack_endpoint`, `sts_regional_endpoints`,
/// `max_attempts`, time-outs and proxies. Roles are assumed in the region of the first client.
///
/// # Examples
///
/// The chain may be changed, and is then set as any other provider:
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
/// A profile whose role wants a code of a multi-factor device, which is asked for by a callback instead of at the terminal,
/// and kept in the AWS CLI's files, so that the next run needs no new one:
///
/// ```no_run
/// # use botocore::Session;
/// let session = Session::builder()
///     .profile("admin")
///     .mfa_prompt(|device| Ok(format!("the code of {device}")))
///     .credential_cache_dir("~/.aws/cli/cache")
///     .build();
/// ```
///
/// A login, where nobody is logged in yet:
///
/// ```no_run
/// # use botocore::Session;
/// let session = Session::builder().profile("work").build();
/// if session.get_credentials().is_err() {
///     session.sso_login(|authorization| {
///         println!("Open {} and enter {}", authorization.verification_uri, authorization.user_code);
///         Ok(())
///     })?;
/// }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// A provider of one's own, see [`ProvideCredentials`].
///
/// [`SessionBuilder::credentials`]: crate::SessionBuilder::credentials
/// [`ClientBuilder::credentials`]: crate::ClientBuilder::credentials
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
            providers.push(Arc::new(EnvironmentKeys::new(session.clone())));
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
        format!(
            "put some into the environment or a profile; these were asked: {}",
            reasons.collect::<Vec<_>>().join("; ")
        )
    }
}

impl fmt::Debug for CredentialChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialChain").field(&self.names()).finish()
    }
}
