//! Parts of a session that can be replaced, and parts of one's own, by name.
//!
//! A [`Component`] is a name with the type of what is registered under it. Clients take the parts that are registered when
//! they are made. Source: botocore's `ComponentLocator`.
//!
//! | component | what it is | without one registered |
//! | --- | --- | --- |
//! | [`CREDENTIAL_PROVIDER`], `credential_provider` | [`ProvideCredentials`]; to be registered before credentials are first asked for | botocore's chain of providers |
//! | [`ENDPOINT_RESOLVER`], `endpoint_resolver` | [`ResolveEndpoint`] | the endpoint rules of each service |
//! | [`DATA_LOADER`], `data_loader` | [`Loader`] of models | directories of the user's, then what is compiled in |
//! | [`EVENT_EMITTER`], `event_emitter` | [`Emitter`] that clients' copies are made of | the session's |
//! | [`HTTP_TRANSPORT`], `http_transport` | [`Transport`], what sends requests | `HttpTransport` with the client's settings |
//! | [`CLOCK`], `clock` | [`Clock`]: the time, and how to wait | the machine's |
//!
//! The names are botocore's but for the last two, which it does not have. Of botocore's others `token_provider`,
//! `config_store`, `user_agent_creator`, `response_parser_factory`, `exceptions_factory`, `smart_defaults_factory`,
//! `default_config_resolver` and `monitor` have nothing to stand for here: what they make has types when the program is
//! compiled, or is set by a [`Config`](crate::Config) and by session variables.
//!
//! ```
//! use botocore::components::{CLOCK, Component};
//! use botocore::{Session, SystemClock};
//! use std::sync::Arc;
//!
//! struct Tenant(&'static str);
//! const TENANT: Component<Tenant> = Component::new("my-program.tenant");
//!
//! let session = Session::new();
//! session.register_component(TENANT, Arc::new(Tenant("blue")));
//! session.lazy_register_component(CLOCK, || Ok(Arc::new(SystemClock)));
//!
//! assert_eq!(session.get_component(TENANT)?.0, "blue");
//! assert!(session.get_component(CLOCK)?.now().seconds() > 0);
//! # Ok::<(), botocore::Error>(())
//! ```

mod endpoint;
mod registry;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub(crate) use self::endpoint::OwnRules;
pub use self::endpoint::{EndpointRequest, ResolveEndpoint, ResolvedEndpoint};
pub(crate) use self::registry::Registry;
use crate::clock::Clock;
use crate::credentials::ProvideCredentials;
use crate::hooks::Emitter;
use crate::http::Transport;
use crate::model::Loader;

/// Where clients take their credentials from.
pub const CREDENTIAL_PROVIDER: Component<dyn ProvideCredentials> = Component::new("credential_provider");
/// Where requests go.
pub const ENDPOINT_RESOLVER: Component<dyn ResolveEndpoint> = Component::new("endpoint_resolver");
/// Where models and other data come from.
pub const DATA_LOADER: Component<Loader> = Component::new("data_loader");
/// Whom events are told to.
pub const EVENT_EMITTER: Component<Emitter> = Component::new("event_emitter");
/// What sends requests.
pub const HTTP_TRANSPORT: Component<dyn Transport> = Component::new("http_transport");
/// What time it is, and how to wait.
pub const CLOCK: Component<dyn Clock> = Component::new("clock");

/// The name of a part, with its type.
pub struct Component<T: ?Sized> {
    name: &'static str,
    of: PhantomData<fn() -> Arc<T>>,
}

impl<T: ?Sized + Send + Sync + 'static> Component<T> {
    /// A name of one's own. A period in it keeps it apart from this crate's.
    pub const fn new(name: &'static str) -> Self {
        Component { name, of: PhantomData }
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl<T: ?Sized> Clone for Component<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Component<T> {}

impl<T: ?Sized> fmt::Debug for Component<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Component({}: {})", self.name, std::any::type_name::<T>())
    }
}
