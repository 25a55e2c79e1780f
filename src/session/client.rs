//! What a client is made of.

use super::Session;
use crate::client::Core;
use crate::configuration::{ClientOptions, Config};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Verify;
use crate::operation::Service;

/// A client to be. What is not said comes from the session.
pub struct ClientBuilder<'s, C> {
    session: &'s Session,
    options: ClientOptions,
    keys: Keys,
    service: &'static Service,
    make: Box<dyn FnOnce(Core) -> C>,
}

#[derive(Default)]
struct Keys {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    account_id: Option<String>,
}

impl<'s, C> ClientBuilder<'s, C> {
    pub(super) fn new(session: &'s Session, service: &'static Service, make: impl FnOnce(Core) -> C + 'static) -> Self {
        let (options, keys) = (ClientOptions::default(), Keys::default());
        ClientBuilder { session, options, keys, service, make: Box::new(make) }
    }

    /// Sets the region.
    pub fn region_name(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Sets the version of the service's model, which must be the one that is compiled in. Default: that one.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.options.api_version = Some(version.into());
        self
    }

    /// Sets the endpoint, `http://localhost:4566`; its scheme wins over [`use_ssl`](Self::use_ssl).
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint_url = Some(url.into());
        self
    }

    /// Sets options, which are put over the session's default ones.
    pub fn config(mut self, config: Config) -> Self {
        self.options.config = Some(config);
        self
    }

    /// Sets the keys.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.options.credentials = Some(credentials);
        self
    }

    /// Sets the access key's id; the secret must be set too.
    pub fn access_key_id(mut self, id: impl Into<String>) -> Self {
        self.keys.access_key_id = Some(id.into());
        self
    }

    /// Sets the secret; the access key's id must be set too.
    pub fn secret_access_key(mut self, secret: impl Into<String>) -> Self {
        self.keys.secret_access_key = Some(secret.into());
        self
    }

    /// Sets the token of temporary keys.
    pub fn session_token(mut self, token: impl Into<String>) -> Self {
        self.keys.session_token = Some(token.into());
        self
    }

    /// Sets the account that the keys belong to.
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.keys.account_id = Some(id.into());
        self
    }

    /// Sets whether to use TLS. Default: on.
    pub fn use_ssl(mut self, on: bool) -> Self {
        self.options.use_ssl = Some(on);
        self
    }

    /// Sets whether, or by which file of certificates, the server is checked. Default: on.
    pub fn verify(mut self, verify: impl Into<Verify>) -> Self {
        self.options.verify = Some(verify.into());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When a file is malformed, the profile is not there, a setting is not valid, the API version is another one, or only one of two keys is set. Missing
    /// credentials are an error of the first call that needs them.
    pub fn build(mut self) -> Result<C> {
        if let Some(credentials) = self.keys.credentials()? {
            self.options.credentials = Some(credentials);
        }
        Ok((self.make)(Core::with(self.session, self.service, self.options)?))
    }
}

impl Keys {
    fn credentials(self) -> Result<Option<Credentials>> {
        let missing = |what| {
            Error::new(
                ErrorKind::Credentials,
                format!("The keys given to the client are not complete: {what} is missing."),
            )
        };
        match (self.access_key_id, self.secret_access_key) {
            (Some(id), Some(secret)) => {
                let credentials = Credentials::new(id, secret, self.session_token);
                Ok(Some(match self.account_id {
                    Some(account) => credentials.with_account_id(account),
                    None => credentials,
                }))
            }
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("secret_access_key")),
            (None, Some(_)) => Err(missing("access_key_id")),
        }
    }
}
