use std::sync::Arc;
use std::time::Instant;

use super::kept::{ADVISORY, Ends, Kept, MANDATORY, Source};
use super::{Credentials, ProvideCredentials};
use crate::Timestamp;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, Result};

/// What a provider gave, kept until it is about to end. New credentials are put in place whole. Source: botocore's
/// `RefreshableCredentials`.
#[derive(Debug)]
pub(crate) struct Cache {
    provider: Arc<Provider>,
    kept: Arc<Kept<Credentials>>,
}

#[derive(Debug)]
struct Provider(Arc<dyn ProvideCredentials>);

impl Source<Credentials> for Provider {
    fn ask(&self) -> Result<Option<Credentials>> {
        Ok(self.0.provide()?.map(|credentials| credentials.with_source(self.0.name())))
    }

    fn name(&self) -> String {
        format!("the provider {} of credentials", self.0.name())
    }

    fn ended(&self) -> Error {
        let message = format!(
            "The credentials that the provider {} gave have already ended, by this machine's clock.",
            self.0.name()
        );
        Error::new(ErrorKind::Credentials, message)
    }
}

impl Ends for Credentials {
    fn end(&self) -> Option<Timestamp> {
        self.expiration()
    }
}

impl Cache {
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, clock: Arc<dyn Clock>) -> Self {
        Cache::with_windows(provider, clock, ADVISORY, MANDATORY)
    }

    /// Windows in seconds before the end; S3 Express sessions live for minutes.
    pub(crate) fn with_windows(
        provider: Arc<dyn ProvideCredentials>,
        clock: Arc<dyn Clock>,
        advisory: i64,
        mandatory: i64,
    ) -> Self {
        let kept = Arc::new(Kept::with_windows(clock, advisory, mandatory));
        Cache { provider: Arc::new(Provider(provider)), kept }
    }

    /// Keys that stay.
    pub(crate) fn of(credentials: Credentials) -> Self {
        let cache = Cache::new(Arc::new(credentials.clone()), Arc::new(SystemClock));
        cache.kept.publish(credentials);
        cache
    }

    /// Credentials to sign with, for a call that must end then.
    ///
    /// # Errors
    /// When there are none: then the error says which providers were asked, and why each has none.
    pub(crate) fn get(&self, end: Option<Instant>) -> Result<Credentials> {
        self.kept.get(&self.provider, end)?.ok_or_else(|| {
            let message = format!("No credentials could be found: {}.", self.why_none());
            Error::new(ErrorKind::Credentials, message)
        })
    }

    /// Credentials, or `None` when the provider has none.
    pub(crate) fn find(&self) -> Result<Option<Credentials>> {
        self.kept.get(&self.provider, None)
    }

    /// Why the provider has none.
    pub(crate) fn why_none(&self) -> String {
        self.provider.0.why_none()
    }

    /// Lets the provider be asked again at once.
    pub(crate) fn forgive(&self) {
        self.kept.forgive();
    }
}
