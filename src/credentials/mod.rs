//! Who calls: keys, where they come from, and when they end.

mod answer;
mod assume_role;
mod cache;
mod chain;
mod command;
mod container;
mod environment;
mod exchange;
mod expiry;
mod files;
mod instance;
mod kept;
mod login;
mod origin;
mod process;
mod profile;
mod proof;
mod role;
mod services;
mod sessions;
mod sso;
mod sso_login;
mod sso_token;
mod sts;
#[cfg(test)]
mod tests;
mod web_identity;

use std::fmt;
use std::sync::Arc;

pub use chain::CredentialChain;
pub use sso_login::SsoAuthorization;

pub(crate) use cache::Cache;
pub(crate) use instance::region as instance_region;
pub(crate) use kept::Source;
pub(crate) use origin::LEGACY_STS_REGIONS;
pub(crate) use sessions::Sessions;
pub(crate) use sso_login::login as sso_login;
pub(crate) use sso_token::SsoTokens;

use crate::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::user_agent::Features;

/// A place that credentials come from. Keys themselves are one, so is what users write.
///
/// A provider is asked at the first signed call, and again when what it gave is about to end; what it gives is kept
/// between. It is never asked by two threads at once. A call that may not take longer than so long
/// ([`Config::call_timeout`](crate::Config::call_timeout)) has it asked from a thread of its own, which goes on when the call is
/// over.
///
/// ```
/// use botocore::{Credentials, Environment, ProvideCredentials, Session};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn name(&self) -> &str {
///         "vault"
///     }
///
///     fn provide(&self) -> botocore::Result<Option<Credentials>> {
///         Ok(Some(Credentials::new("AKIDEXAMPLE", "secret", None)))
///     }
/// }
///
/// let session = Session::builder().environment(Environment::empty()).credentials(Vault).build();
/// assert!(session.get_credentials()?.is_some());
/// # Ok::<(), botocore::Error>(())
/// ```
pub trait ProvideCredentials: Send + Sync + fmt::Debug {
    /// The provider's name in a [`CredentialChain`], in messages, and as [`Credentials::source`]: `env`.
    fn name(&self) -> &str;

    /// The credentials; `None` when there are none here, and the next provider may be asked.
    ///
    /// # Errors
    /// When there should be credentials here and they could not be had: then no other provider is asked.
    fn provide(&self) -> Result<Option<Credentials>>;

    /// Why there are none here, as the end of the sentence "the environment has none: …".
    fn why_none(&self) -> String {
        "it gave none".to_owned()
    }
}

impl ProvideCredentials for Credentials {
    fn name(&self) -> &str {
        "explicit"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        Ok(Some(self.clone()))
    }
}

/// Half a pair of keys.
fn partial(place: &str, missing: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("The credentials in {place} are not complete: {missing} is missing."))
}

/// An access key with its secret, and for temporary ones a session token and an end. Cheap to clone.
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
    account_id: Option<String>,
    source: Option<String>,
    features: Features,
}

impl Credentials {
    /// Keys that do not end, or whose end is not known.
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        Credentials(Arc::new(Inner {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: session_token.filter(|token| !token.is_empty()),
            expiration: None,
            account_id: None,
            source: None,
            features: Features::default(),
        }))
    }

    /// The same keys, with the moment after which the service refuses them.
    pub fn with_expiration(self, expiration: Timestamp) -> Self {
        self.change(|inner| inner.expiration = Some(expiration))
    }

    /// The same keys, with the account they belong to.
    pub fn with_account_id(self, account_id: impl Into<String>) -> Self {
        self.change(|inner| inner.account_id = Some(account_id.into()))
    }

    /// The same keys, with the name of the provider that gave them, where no other is set.
    pub(crate) fn with_source(self, name: &str) -> Self {
        if self.0.source.is_some() {
            return self;
        }
        self.change(|inner| inner.source = Some(name.to_owned()))
    }

    /// The same keys, with more features of the way they came.
    pub(crate) fn with_features(self, features: Features) -> Self {
        self.change(|inner| inner.features = inner.features.and(features))
    }

    fn change(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Inner {
            access_key_id: self.0.access_key_id.clone(),
            secret_access_key: self.0.secret_access_key.clone(),
            session_token: self.0.session_token.clone(),
            expiration: self.0.expiration,
            account_id: self.0.account_id.clone(),
            source: self.0.source.clone(),
            features: self.0.features,
        };
        change(&mut inner);
        Credentials(Arc::new(inner))
    }

    /// `AKIA…` or `ASIA…`
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret that signs.
    pub fn secret_access_key(&self) -> &str {
        &self.0.secret_access_key
    }

    /// The token of temporary keys.
    pub fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_deref()
    }

    /// When the keys end.
    pub fn expiration(&self) -> Option<Timestamp> {
        self.0.expiration
    }

    /// The account, where the source told it.
    pub fn account_id(&self) -> Option<&str> {
        self.0.account_id.as_deref()
    }

    /// The name of the provider that gave the keys: `env`, `assume-role` … as in a [`CredentialChain`]; `explicit` for keys
    /// that were given in code. Source: `method` of botocore's `Credentials`.
    pub fn source(&self) -> &str {
        self.0.source.as_deref().unwrap_or("explicit")
    }

    /// The features of the way they came, for the `User-Agent` header. Source: botocore's `useragent.py`.
    pub(crate) fn features(&self) -> Features {
        self.0.features
    }
}

/// Without secret and token.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id())
            .field("secret_access_key", &"*** hidden ***")
            .field("expiration", &self.expiration())
            .field("account_id", &self.account_id())
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}
