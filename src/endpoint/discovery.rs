//! Endpoints that a service tells when it is asked. Source: botocore's `EndpointDiscoveryManager`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::configuration::EndpointDiscovery;
use crate::error::{Error, ErrorKind, Result};
use crate::http::TransportFailure;
use crate::operation::{Operation, word};
use crate::turn::Turn;

/// What a client knows of the endpoints that its service told. They hold for the client's credentials, and no model has
/// operations that make them depend on more.
pub(crate) struct Discovery {
    mode: Mode,
    known: Mutex<Known>,
    /// Held while the service is asked.
    asking: Arc<Turn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// There is nothing to ask, or the user said where the endpoint is.
    Off,
    /// The settings forbid to ask: operations that need it are refused.
    Forbidden,
    /// For operations that need it.
    Required,
    /// For operations that know it.
    Always,
}

#[derive(Default)]
struct Known {
    endpoints: Vec<Told>,
    /// After a failure nothing is asked until then, unless it must.
    failed_until: Option<Duration>,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// A host, or a URL.
    pub(crate) address: String,
    /// Since the epoch.
    pub(crate) expires: Duration,
}

/// How long a failure stands before the service is asked again.
const PAUSE: Duration = Duration::from_secs(60);

impl Discovery {
    /// `traits` are the service's; `own_endpoint`: the user said where it is.
    pub(crate) fn of_client(traits: &'static str, setting: EndpointDiscovery, own_endpoint: bool) -> Discovery {
        let required = word(traits, "discovery=").map(|word| word == "required");
        let mode = match (required, setting) {
            _ if own_endpoint => Mode::Off,
            (None, _) => Mode::Off,
            (_, EndpointDiscovery::Enabled) => Mode::Always,
            (Some(true), EndpointDiscovery::Auto) => Mode::Required,
            (_, EndpointDiscovery::Auto | EndpointDiscovery::Disabled) => Mode::Forbidden,
        };
        Discovery { mode, known: Mutex::default(), asking: Arc::default() }
    }

    /// Whether the operation can be called.
    ///
    /// # Errors
    /// When its endpoint must be asked for, and the settings forbid that.
    pub(crate) fn check(&self, operation: &Operation) -> Result<()> {
        match (self.mode, word(operation.traits, "discovery=")) {
            (Mode::Forbidden, Some("required")) => Err(Error::new(
                ErrorKind::Endpoint,
                "The service must be asked for the operation's endpoint, and endpoint_discovery_enabled is off",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the operation's endpoint is asked for.
    pub(crate) fn concerns(&self, operation: &Operation) -> bool {
        match (self.mode, word(operation.traits, "discovery=")) {
            (_, None) | (Mode::Off | Mode::Forbidden, _) => false,
            (Mode::Required, Some(word)) => word == "required",
            (Mode::Always, Some(_)) => true,
        }
    }

    /// The operation's endpoint; `None` is the one that rules give. `now` is since the epoch. Other calls wait while one
    /// asks, but not beyond `end`.
    ///
    /// # Errors
    /// Those of asking, but for a broken connection: then an old endpoint serves, or the rules' where none is required.
    pub(crate) fn address(
        &self,
        operation: &Operation,
        now: Duration,
        end: Option<Instant>,
        ask: &dyn Fn() -> Result<Vec<Told>>,
    ) -> Result<Option<String>> {
        if !self.concerns(operation) {
            return Ok(None);
        }
        if let Some(fresh) = self.known().fresh(now) {
            return Ok(Some(fresh));
        }
        let _turn = self.asking.take(end).ok_or_else(|| {
            let message = "The time for the whole call was over before the service told the operation's endpoint";
            Error::new(ErrorKind::Endpoint, message).with_failure(TransportFailure::OutOfTime)
        })?;
        if let Some(fresh) = self.known().fresh(now) {
            return Ok(Some(fresh));
        }
        let paused = self.known().failed_until.is_some_and(|until| now < until);
        let failure = if paused { None } else { self.refresh(now, ask)? };
        if let Some(first) = self.known().first() {
            return Ok(Some(first));
        }
        if word(operation.traits, "discovery=") != Some("required") {
            return Ok(None);
        }
        let failure = if paused { self.refresh(now, ask)? } else { failure };
        match (self.known().first(), failure) {
            (Some(first), _) => Ok(Some(first)),
            (None, failure) => {
                let error = Error::new(ErrorKind::Endpoint, "The service did not tell the operation's endpoint");
                Err(match failure {
                    Some(cause) => error.with_source(cause),
                    None => error,
                })
            }
        }
    }

    /// Asks, and keeps the answer. A connection that failed is given back, other errors are errors.
    fn refresh(&self, now: Duration, ask: &dyn Fn() -> Result<Vec<Told>>) -> Result<Option<Error>> {
        match ask() {
            Ok(endpoints) => {
                *self.known() = Known { endpoints, failed_until: None };
                Ok(None)
            }
            Err(error) => match error.transport_failure() {
                // That says something of the caller's patience only.
                None | Some(TransportFailure::OutOfTime) => Err(error),
                Some(_) => {
                    self.known().failed_until = Some(now + PAUSE);
                    Ok(Some(error))
                }
            },
        }
    }

    /// Drops what is known: a request was told to go elsewhere.
    pub(crate) fn forget(&self) {
        self.known().endpoints.clear();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn fresh(&self, now: Duration) -> Option<String> {
        let fresh = self.endpoints.iter().find(|told| now < told.expires)?;
        Some(fresh.address.clone())
    }

    fn first(&self) -> Option<String> {
        Some(self.endpoints.first()?.address.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::http::TransportFailure;

    const REQUIRED: Operation = Operation { name: "Query", method: "POST", uri: "/", traits: "discovery=required" };
    const OPTIONAL: Operation = Operation { name: "Get", method: "POST", uri: "/", traits: "discovery=optional" };

    fn discovery(mode: Mode) -> Discovery {
        Discovery { mode, known: Mutex::default(), asking: Arc::default() }
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn told(address: &str, expires: u64) -> Vec<Told> {
        vec![Told { address: address.to_owned(), expires: seconds(expires) }]
    }

    fn broken() -> Result<Vec<Told>> {
        Err(Error::transport(TransportFailure::Connect, "nobody there"))
    }

    #[test]
    fn an_endpoint_is_asked_for_once_while_it_is_fresh() {
        let (discovery, asked) = (discovery(Mode::Required), Cell::new(0));
        let ask = || {
            asked.set(asked.get() + 1);
            Ok(told(&format!("host-{}", asked.get()), 100 * asked.get()))
        };
        let at = |now| discovery.address(&REQUIRED, seconds(now), None, &ask).unwrap();
        assert_eq!([at(0), at(99)], [Some("host-1".to_owned()), Some("host-1".to_owned())]);
        assert_eq!(at(100).as_deref(), Some("host-2"));
        discovery.forget();
        assert_eq!(at(101).as_deref(), Some("host-3"));
        assert_eq!(discovery.address(&OPTIONAL, seconds(0), None, &ask).unwrap(), None);
    }

    #[test]
    fn an_old_endpoint_serves_while_asking_fails() {
        let discovery = discovery(Mode::Required);
        discovery.address(&REQUIRED, seconds(0), None, &|| Ok(told("old", 10))).unwrap();
        assert_eq!(discovery.address(&REQUIRED, seconds(10), None, &broken).unwrap().as_deref(), Some("old"));
        let never = || panic!("it is asked again too early");
        assert_eq!(discovery.address(&REQUIRED, seconds(69), None, &never).unwrap().as_deref(), Some("old"));
        let again = || Ok(told("new", 500));
        assert_eq!(discovery.address(&REQUIRED, seconds(70), None, &again).unwrap().as_deref(), Some("new"));
    }

    #[test]
    fn only_operations_that_require_it_fail_without() {
        let discovery = discovery(Mode::Always);
        assert_eq!(discovery.address(&OPTIONAL, seconds(0), None, &broken).unwrap(), None);
        let error = discovery.address(&REQUIRED, seconds(1), None, &broken).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Endpoint);
        let denied = || Err(Error::new(ErrorKind::Service, "denied"));
        assert_eq!(discovery.address(&OPTIONAL, seconds(70), None, &denied).unwrap_err().kind(), ErrorKind::Service);
    }

    #[test]
    fn nobody_waits_beyond_a_call_for_the_one_who_asks() {
        let discovery = discovery(Mode::Required);
        let _asking = discovery.asking.try_take().unwrap();
        let end = Instant::now() + Duration::from_millis(50);
        let error = discovery.address(&REQUIRED, seconds(0), Some(end), &|| panic!("it is not its turn")).unwrap_err();
        assert_eq!(error.transport_failure(), Some(TransportFailure::OutOfTime));
        assert!(Instant::now() >= end);
    }

    #[test]
    fn who_ran_out_of_time_makes_nobody_pause() {
        let discovery = discovery(Mode::Required);
        let late = || Err(Error::transport(TransportFailure::OutOfTime, "too late"));
        assert!(discovery.address(&REQUIRED, seconds(0), None, &late).is_err());
        let address = discovery.address(&REQUIRED, seconds(1), None, &|| Ok(told("host", 9))).unwrap();
        assert_eq!(address.as_deref(), Some("host"));
    }

    #[test]
    fn settings_decide() {
        let mode = |traits, setting, own| Discovery::of_client(traits, setting, own).mode;
        use EndpointDiscovery::{Auto, Disabled, Enabled};
        assert_eq!(mode("discovery=required", Auto, false), Mode::Required);
        assert_eq!(mode("discovery=optional", Auto, false), Mode::Forbidden);
        assert_eq!(mode("discovery=optional", Enabled, false), Mode::Always);
        assert_eq!(mode("discovery=required", Disabled, false), Mode::Forbidden);
        assert_eq!(mode("discovery=required", Enabled, true), Mode::Off);
        assert_eq!(mode("", Enabled, false), Mode::Off);
        assert!(discovery(Mode::Forbidden).check(&REQUIRED).is_err());
        assert!(discovery(Mode::Forbidden).check(&OPTIONAL).is_ok());
    }
}
