//! Endpoints that a service tells when it is asked. Source: botocore's `EndpointDiscoveryManager`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::configuration::EndpointDiscovery;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Operation, word};

/// What a client knows of the endpoints that its service told. They hold for the client's credentials, and no model has
/// operations that make them depend on more.
pub(crate) struct Discovery {
    mode: Mode,
    known: Mutex<Known>,
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
        Discovery { mode, known: Mutex::default() }
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
    /// asks.
    ///
    /// # Errors
    /// Those of asking, but for a broken connection: then an old endpoint serves, or the rules' where none is required.
    pub(crate) fn address(
        &self,
        operation: &Operation,
        now: Duration,
        ask: &dyn Fn() -> Result<Vec<Told>>,
    ) -> Result<Option<String>> {
        if !self.concerns(operation) {
            return Ok(None);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = known.endpoints.iter().find(|told| now < told.expires) {
            return Ok(Some(fresh.address.clone()));
        }
        let paused = known.failed_until.is_some_and(|until| now < until);
        let failure = if paused { None } else { known.refresh(now, ask)? };
        if let Some(first) = known.endpoints.first() {
            return Ok(Some(first.address.clone()));
        }
        if word(operation.traits, "discovery=") != Some("required") {
            return Ok(None);
        }
        let failure = if paused { known.refresh(now, ask)? } else { failure };
        match (known.endpoints.first(), failure) {
            (Some(first), _) => Ok(Some(first.address.clone())),
            (None, failure) => {
                let error = Error::new(ErrorKind::Endpoint, "The service did not tell the operation's endpoint");
                Err(match failure {
                    Some(cause) => error.with_source(cause),
                    None => error,
                })
            }
        }
    }

    /// Drops what is known: a request was told to go elsewhere.
    pub(crate) fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).endpoints.clear();
    }
}

impl Known {
    /// Asks, and keeps the answer. A connection that failed is given back, other errors are errors.
    fn refresh(&mut self, now: Duration, ask: &dyn Fn() -> Result<Vec<Told>>) -> Result<Option<Error>> {
        match ask() {
            Ok(endpoints) => {
                *self = Known { endpoints, failed_until: None };
                Ok(None)
            }
            Err(error) if error.transport_failure().is_some() => {
                self.failed_until = Some(now + PAUSE);
                Ok(Some(error))
            }
            Err(error) => Err(error),
        }
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
        Discovery { mode, known: Mutex::default() }
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
        let at = |now| discovery.address(&REQUIRED, seconds(now), &ask).unwrap();
        assert_eq!([at(0), at(99)], [Some("host-1".to_owned()), Some("host-1".to_owned())]);
        assert_eq!(at(100).as_deref(), Some("host-2"));
        discovery.forget();
        assert_eq!(at(101).as_deref(), Some("host-3"));
        assert_eq!(discovery.address(&OPTIONAL, seconds(0), &ask).unwrap(), None);
    }

    #[test]
    fn an_old_endpoint_serves_while_asking_fails() {
        let discovery = discovery(Mode::Required);
        discovery.address(&REQUIRED, seconds(0), &|| Ok(told("old", 10))).unwrap();
        assert_eq!(discovery.address(&REQUIRED, seconds(10), &broken).unwrap().as_deref(), Some("old"));
        let never = || panic!("it is asked again too early");
        assert_eq!(discovery.address(&REQUIRED, seconds(69), &never).unwrap().as_deref(), Some("old"));
        let again = || Ok(told("new", 500));
        assert_eq!(discovery.address(&REQUIRED, seconds(70), &again).unwrap().as_deref(), Some("new"));
    }

    #[test]
    fn only_operations_that_require_it_fail_without() {
        let discovery = discovery(Mode::Always);
        assert_eq!(discovery.address(&OPTIONAL, seconds(0), &broken).unwrap(), None);
        let error = discovery.address(&REQUIRED, seconds(1), &broken).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Endpoint);
        let denied = || Err(Error::new(ErrorKind::Service, "denied"));
        assert_eq!(discovery.address(&OPTIONAL, seconds(70), &denied).unwrap_err().kind(), ErrorKind::Service);
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
