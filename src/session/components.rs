//! Parts that can be replaced: see [`components`](crate::components).

use std::any::Any;
use std::sync::Arc;

use super::Session;
use crate::clock::{Clock, Corrected, Skew};
use crate::components::{
    CLOCK, CREDENTIAL_PROVIDER, Component, DATA_LOADER, ENDPOINT_RESOLVER, EVENT_EMITTER, HTTP_TRANSPORT, OwnRules,
    ResolveEndpoint,
};
use crate::credentials::{Credentials, ProvideCredentials};
use crate::error::Result;
use crate::http::{Transport, TransportOptions};

impl Session {
    /// The part of that name: what was registered, else the session's own.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a name that nothing is registered under, and when the part is of
    /// another type; what the function gives that is to make it.
    pub fn get_component<T: ?Sized + Send + Sync + 'static>(&self, component: Component<T>) -> Result<Arc<T>> {
        if let Some(part) = self.inner.components.get(component)? {
            return Ok(part);
        }
        let own = self.own_component(component.name())?;
        let part = own.and_then(|own| own.downcast_ref::<Arc<T>>().cloned());
        part.ok_or_else(|| self.inner.components.unknown(component))
    }

    /// Registers a part, in place of any of the same name, for clients that are made from now on.
    pub fn register_component<T: ?Sized + Send + Sync + 'static>(&self, component: Component<T>, part: Arc<T>) {
        self.inner.components.register(component, part);
    }

    /// Registers a part that is made when it is first asked for, and once; an error is not kept.
    pub fn lazy_register_component<T: ?Sized + Send + Sync + 'static>(
        &self,
        component: Component<T>,
        make: impl Fn() -> Result<Arc<T>> + Send + Sync + 'static,
    ) {
        self.inner.components.register_lazily(component, make);
    }

    /// An `Arc` of what stands where nothing is registered.
    fn own_component(&self, name: &str) -> Result<Option<Box<dyn Any>>> {
        let part: Box<dyn Any> = if name == CLOCK.name() {
            Box::new(self.inner.clock.clone())
        } else if name == EVENT_EMITTER.name() {
            Box::new(Arc::new(self.events().clone()))
        } else if name == HTTP_TRANSPORT.name() {
            let own = self.inner.transport.clone();
            Box::new(own.unwrap_or_else(|| self.shared_transport(TransportOptions::default())))
        } else if name == ENDPOINT_RESOLVER.name() {
            Box::new(Arc::new(OwnRules) as Arc<dyn ResolveEndpoint>)
        } else if name == CREDENTIAL_PROVIDER.name() {
            Box::new(self.own_provider())
        } else if name == DATA_LOADER.name() {
            Box::new(self.data_loader()?)
        } else {
            return Ok(None);
        };
        Ok(Some(part))
    }

    /// What gives credentials where none are set.
    pub(super) fn provider(&self) -> Arc<dyn ProvideCredentials> {
        match self.inner.components.has(CREDENTIAL_PROVIDER) {
            true => Arc::new(Registered(self.without_credentials())),
            false => self.own_provider(),
        }
    }

    fn own_provider(&self) -> Arc<dyn ProvideCredentials> {
        Arc::new(self.credential_chain())
    }

    pub(crate) fn endpoint_resolver(&self) -> Result<Option<Arc<dyn ResolveEndpoint>>> {
        self.inner.components.get(ENDPOINT_RESOLVER)
    }

    /// The clock, set right by what the services that give credentials say.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.time())
    }

    /// The clock as one that can be set right.
    pub(crate) fn time(&self) -> Corrected {
        let clock = self.registered(CLOCK).unwrap_or_else(|| self.inner.clock.clone());
        Corrected::new(clock, self.inner.skew.clone())
    }

    /// By how much the clock is wrong, as those services told.
    pub(crate) fn skew(&self) -> &Arc<Skew> {
        &self.inner.skew
    }

    /// The transport that was given, for clients and providers.
    pub(crate) fn transport(&self) -> Option<Arc<dyn Transport>> {
        self.registered(HTTP_TRANSPORT).or_else(|| self.inner.transport.clone())
    }

    /// What asks for it cannot fail, so that a part that cannot be made counts as not registered; making a client fails.
    fn registered<T: ?Sized + Send + Sync + 'static>(&self, component: Component<T>) -> Option<Arc<T>> {
        self.inner.components.get(component).unwrap_or_else(|error| {
            log::warn!(target: "botocore::session", "The component {} is not used: {error}", component.name());
            None
        })
    }
}

/// The provider that is registered, made when credentials are first asked for.
#[derive(Debug)]
struct Registered(Session);

impl Registered {
    fn provider(&self) -> Result<Arc<dyn ProvideCredentials>> {
        self.0.get_component(CREDENTIAL_PROVIDER)
    }
}

impl ProvideCredentials for Registered {
    fn name(&self) -> &str {
        CREDENTIAL_PROVIDER.name()
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        self.provider()?.provide()
    }

    fn why_none(&self) -> String {
        self.provider().map_or_else(|error| error.to_string(), |provider| provider.why_none())
    }
}
