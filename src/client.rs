//! The part that all emitted clients share: settings, rules, transport, and what a client remembers between calls.

use std::fmt;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{ClientOptions, Settings};
use crate::error::Result;
use crate::http::Transport;
use crate::operation::Service;
use crate::signing::Keys;
use crate::{Session, user_agent};

/// What the client of a service is made from; implemented by every emitted `Client`.
pub trait ServiceClient: Sized {
    #[doc(hidden)]
    fn service() -> &'static Service;
    #[doc(hidden)]
    fn from_core(core: Core) -> Self;
    #[doc(hidden)]
    fn core(&self) -> &Core;

    /// What the client is: service, region, endpoint.
    fn meta(&self) -> &ClientMeta {
        &self.core().0.meta
    }
}

/// A client before its operations have names. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    service: &'static Service,
    session: Session,
    settings: Settings,
    transport: Arc<dyn Transport>,
    keys: Keys,
    user_agent: String,
    meta: ClientMeta,
}

impl Core {
    pub(crate) fn new(session: &Session, service: &'static Service) -> Result<Core> {
        Core::with(session, service, ClientOptions::default())
    }

    pub(crate) fn with(session: &Session, service: &'static Service, options: ClientOptions) -> Result<Core> {
        let settings = Settings::resolve(session, service, &options)?;
        let transport = match session.transport() {
            Some(transport) => transport.clone(),
            None => session.shared_transport(settings.transport_options()),
        };
        let meta = ClientMeta {
            service: service.name,
            service_id: service.id,
            api_version: service.api_version,
            region: settings.region.clone(),
            endpoint_url: settings.endpoint_url.clone(),
        };
        let user_agent = user_agent::of_client(session, &settings);
        let keys = Keys::default();
        let session = session.clone();
        Ok(Core(Arc::new(Inner { service, session, settings, transport, keys, user_agent, meta })))
    }

    pub(crate) fn meta(&self) -> &ClientMeta {
        &self.0.meta
    }

    pub(crate) fn service(&self) -> &'static Service {
        self.0.service
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &**self.0.session.clock()
    }

    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.0.user_agent
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.meta.fmt(f)
    }
}

/// What a client is. Source: botocore's `client.meta`.
#[derive(Clone, Debug)]
pub struct ClientMeta {
    service: &'static str,
    service_id: &'static str,
    api_version: &'static str,
    region: Option<String>,
    endpoint_url: Option<String>,
}

impl ClientMeta {
    /// The service's name, as botocore's directory and the cargo feature: `s3`.
    pub fn service_name(&self) -> &'static str {
        self.service
    }

    /// The model's `serviceId`: `DynamoDB Streams`.
    pub fn service_id(&self) -> &'static str {
        self.service_id
    }

    /// The version of the model: `2006-03-01`.
    pub fn api_version(&self) -> &'static str {
        self.api_version
    }

    /// The region, where one is set.
    pub fn region_name(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The endpoint that was set in place of the service's own.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.endpoint_url.as_deref()
    }
}
