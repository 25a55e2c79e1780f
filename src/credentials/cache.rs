use std::sync::{Arc, Mutex, MutexGuard, RwLock, TryLockError};

use super::{Credentials, ProvideCredentials};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, Result};

/// Seconds before the end from which one thread refreshes while the others go on. Source: botocore's credentials.
const ADVISORY: i64 = 15 * 60;
/// Seconds before the end from which every thread waits for new ones.
const MANDATORY: i64 = 10 * 60;

/// What a provider gave, kept until it is about to end. New credentials are put in place whole.
#[derive(Debug)]
pub(crate) struct Cache {
    provider: Arc<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    present: RwLock<Option<Credentials>>,
    /// Held while the provider is asked.
    asking: Mutex<()>,
    advisory: i64,
    mandatory: i64,
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
        Cache { provider, clock, present: RwLock::new(None), asking: Mutex::new(()), advisory, mandatory }
    }

    /// Keys that stay.
    pub(crate) fn of(credentials: Credentials) -> Self {
        let cache = Cache::new(Arc::new(credentials.clone()), Arc::new(SystemClock));
        cache.publish(&credentials);
        cache
    }

    /// Credentials to sign with.
    ///
    /// # Errors
    /// When there are none: then the error says which providers were asked, and why each has none.
    pub(crate) fn get(&self) -> Result<Credentials> {
        self.find()?.ok_or_else(|| {
            let message = format!("No credentials could be found: {}.", self.provider.why_none());
            Error::new(ErrorKind::Credentials, message)
        })
    }

    /// Credentials, or `None` when the provider has none.
    pub(crate) fn find(&self) -> Result<Option<Credentials>> {
        let Some(present) = self.present() else { return self.first() };
        if self.lasts(&present, self.advisory) {
            return Ok(Some(present));
        }
        match self.asking.try_lock() {
            Ok(asking) => self.refresh(&asking, self.advisory).map(Some),
            Err(TryLockError::Poisoned(poisoned)) => self.refresh(&poisoned.into_inner(), self.advisory).map(Some),
            Err(TryLockError::WouldBlock) if self.lasts(&present, self.mandatory) => Ok(Some(present)),
            Err(TryLockError::WouldBlock) => self.refresh(&self.ask(), self.mandatory).map(Some),
        }
    }

    fn first(&self) -> Result<Option<Credentials>> {
        let _asking = self.ask();
        if let Some(present) = self.present() {
            return Ok(Some(present));
        }
        let Some(credentials) = self.provider.provide()? else { return Ok(None) };
        self.refuse_expired(&credentials)?;
        self.publish(&credentials);
        Ok(Some(credentials))
    }

    /// Asks the provider anew, unless another thread has just done so.
    fn refresh(&self, _asking: &MutexGuard<'_, ()>, window: i64) -> Result<Credentials> {
        let present = self.present();
        if let Some(present) = present.as_ref().filter(|present| self.lasts(present, window)) {
            return Ok(present.clone());
        }
        let still_good = present.filter(|present| self.lasts(present, self.mandatory));
        match (self.provider.provide(), still_good) {
            (Ok(Some(credentials)), _) => {
                self.publish(&credentials);
                self.refuse_expired(&credentials)?;
                Ok(credentials)
            }
            (Err(error), Some(present)) => {
                log::warn!("Credentials could not be refreshed, the present ones are used on: {error}");
                Ok(present)
            }
            (Ok(None), Some(present)) => Ok(present),
            (Err(error), None) => Err(error),
            (Ok(None), None) => Err(Error::new(
                ErrorKind::Credentials,
                format!("The credentials end, and the provider {} has no new ones.", self.provider.name()),
            )),
        }
    }

    fn lasts(&self, credentials: &Credentials, seconds: i64) -> bool {
        credentials.expiration().is_none_or(|end| end.seconds() - self.clock.now().seconds() >= seconds)
    }

    fn refuse_expired(&self, credentials: &Credentials) -> Result<()> {
        if self.lasts(credentials, 0) {
            return Ok(());
        }
        let message = format!("The credentials that the provider {} gave have already ended.", self.provider.name());
        Err(Error::new(ErrorKind::Credentials, message))
    }

    fn ask(&self) -> MutexGuard<'_, ()> {
        self.asking.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn present(&self) -> Option<Credentials> {
        self.present.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn publish(&self, credentials: &Credentials) {
        *self.present.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(credentials.clone());
    }
}
