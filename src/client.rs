//! The part that all emitted clients share: settings, rules, transport, and what a client remembers between calls.

mod meta;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use crate::Session;
use crate::clock::{Clock, Corrected};
use crate::components::{CLOCK, EVENT_EMITTER, ResolveEndpoint};
use crate::configuration::{AddressingStyle, ClientOptions, RegionalEndpoints, RetryMode, Settings};
use crate::credentials::{LEGACY_STS_REGIONS, Sessions};
use crate::customize::{self, s3_endpoint};
use crate::endpoint::{BuiltIns, Cache, Discovery, Param, Partitions, REGIONS, RuleSet};
use crate::error::Result;
use crate::hooks::{self, CreatingClient, Emitter};
use crate::http::Transport;
use crate::operation::Service;
use crate::retry::{self, Policy};
use crate::signing::Keys;
use crate::user_agent::{self, UserAgent};

use meta::Details;

/// What the client of a service is made from; implemented by every emitted `Client`.
pub trait ServiceClient: Sized + 'static {
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

    /// The same client, whose calls may take that long in all: looking for credentials and for the host, every attempt, the
    /// pauses between them, and the answer with its body, also where the body is a stream. What takes longer is an error.
    /// Default: [`Config::call_timeout`], which says more.
    ///
    /// ```no_run
    /// # #[cfg(feature = "s3")] {
    /// use std::time::Duration;
    ///
    /// use botocore::{ServiceClient, Session, s3};
    ///
    /// let s3 = s3::Client::new(&Session::new())?;
    /// let buckets = s3.with_call_timeout(Duration::from_secs(5)).list_buckets().send()?;
    /// # }
    /// # Ok::<(), botocore::Error>(())
    /// ```
    ///
    /// [`Config::call_timeout`]: crate::Config::call_timeout
    fn with_call_timeout(&self, timeout: Duration) -> Self {
        let Core(inner, timeouts) = self.core();
        Self::from_core(Core(inner.clone(), Timeouts { call: Some(timeout), ..*timeouts }))
    }

    /// The same client, whose connections may stay silent for that long. Default: [`Config::read_timeout`].
    ///
    /// [`Config::read_timeout`]: crate::Config::read_timeout
    fn with_read_timeout(&self, timeout: Duration) -> Self {
        let Core(inner, timeouts) = self.core();
        Self::from_core(Core(inner.clone(), Timeouts { read: Some(timeout), ..*timeouts }))
    }
}

/// A client before its operations have names. Cheap to clone; clones share everything but their time-outs.
#[derive(Clone)]
pub struct Core(Arc<Inner>, Timeouts);

/// What one clone of a client has in place of the settings.
#[derive(Clone, Copy, Debug, Default)]
struct Timeouts {
    call: Option<Duration>,
    read: Option<Duration>,
}

struct Inner {
    service: &'static Service,
    session: Session,
    settings: Arc<Settings>,
    rules: Arc<RuleSet>,
    partitions: Arc<Partitions>,
    endpoints: Cache,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    /// What is registered in place of the rules.
    resolver: Option<Arc<dyn ResolveEndpoint>>,
    retry: Policy,
    keys: Keys,
    /// What requests are signed by, once a server has shown that the session's clock is wrong.
    time: Arc<Corrected>,
    sessions: Sessions,
    /// The regions of buckets that are not in the client's, as their refusals told.
    moved: RwLock<HashMap<String, String>>,
    user_agent: UserAgent,
    /// What stands for the region where none is set.
    region_without_region: Option<&'static str>,
    /// The region that is signed for where endpoints do not say and it is not the client's.
    signing_region: Option<&'static str>,
    discovery: Discovery,
    meta: ClientMeta,
}

impl Core {
    pub(crate) fn new(session: &Session, service: &'static Service) -> Result<Core> {
        Core::with(session, service, ClientOptions::default())
    }

    pub(crate) fn with(session: &Session, service: &'static Service, options: ClientOptions) -> Result<Core> {
        meta::check_version(session, service, options.api_version.as_deref())?;
        let settings = Arc::new(Settings::resolve(session, service, &options)?);
        let transport = match session.transport() {
            Some(transport) => transport,
            None => session.shared_transport(settings.transport_options()),
        };
        let meta = ClientMeta {
            service: service.name,
            service_id: service.id,
            api_version: service.api_version,
            region: settings.region.clone(),
            details: Details::new(session, service, &settings)?,
            events: session.get_component(EVENT_EMITTER)?.copied(),
        };
        let clock = session.get_component(CLOCK)?;
        let resolver = session.endpoint_resolver()?;
        meta.announce(service)?;
        let retry = retry_policy(&settings, service, since_epoch(&*clock));
        let Details { rules, partitions, region_without_region, .. } = &meta.details;
        let (rules, partitions, region_without_region) = (rules.clone(), partitions.clone(), *region_without_region);
        let user_agent = UserAgent::of_client(session, &settings);
        let signing_region = match (&settings.region, &settings.endpoint_url) {
            (Some(region), None) => REGIONS.signing_region(service.endpoint_prefix, region),
            _ => None,
        };
        let discovery =
            Discovery::of_client(service.traits, settings.endpoint_discovery, settings.endpoint_url.is_some());
        let keys = Keys::default();
        let time = Arc::new(Corrected::of_client(clock.clone(), session.skew().clone()));
        let sessions = Sessions::new(time.clone());
        let session = session.clone();
        Ok(Core(
            Arc::new(Inner {
                service,
                session,
                settings,
                rules,
                partitions,
                endpoints: Cache::default(),
                transport,
                clock,
                resolver,
                retry,
                keys,
                time,
                sessions,
                moved: RwLock::default(),
                user_agent,
                region_without_region,
                signing_region,
                discovery,
                meta,
            }),
            Timeouts::default(),
        ))
    }

    /// How long a call may take in all.
    pub(crate) fn call_timeout(&self) -> Option<Duration> {
        self.1.call.or(self.settings().call_timeout)
    }

    /// How long a connection may stay silent, where that is not what the settings say.
    pub(crate) fn read_timeout(&self) -> Option<Duration> {
        self.1.read
    }

    pub(crate) fn meta(&self) -> &ClientMeta {
        &self.0.meta
    }

    pub(crate) fn service(&self) -> &'static Service {
        self.0.service
    }

    #[inline]
    pub(crate) fn events(&self) -> &Emitter {
        &self.0.meta.events
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(crate) fn resolver(&self) -> Option<&dyn ResolveEndpoint> {
        self.0.resolver.as_deref()
    }

    pub(crate) fn rules(&self) -> &RuleSet {
        &self.0.rules
    }

    pub(crate) fn partitions(&self) -> &Partitions {
        &self.0.partitions
    }

    /// What the rules gave before.
    pub(crate) fn endpoints(&self) -> &Cache {
        &self.0.endpoints
    }

    pub(crate) fn retry(&self) -> &Policy {
        &self.0.retry
    }

    /// The time of the client's clock, as the retry room counts it.
    pub(crate) fn now(&self) -> Duration {
        since_epoch(self.clock())
    }

    /// What the settings give to endpoint rules. Source: botocore's `compute_endpoint_resolver_builtin_defaults`.
    pub(crate) fn built_ins<'a>(
        &'a self,
        account_id: &'a dyn Fn() -> Result<Option<String>>,
        client_context: &'a [(&'a str, Param<'a>)],
    ) -> BuiltIns<'a> {
        built_ins(self.settings(), self.0.region_without_region, account_id, client_context)
    }

    /// The region that a bucket is known to be in, when it is not the client's. The name is asked for only when there are
    /// such buckets.
    pub(crate) fn region_of(&self, bucket: impl FnOnce() -> Option<String>) -> Option<String> {
        let moved = self.0.moved.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if moved.is_empty() {
            return None;
        }
        moved.get(&bucket()?).cloned()
    }

    /// Remembers the region of a bucket.
    pub(crate) fn remember_region(&self, bucket: String, region: String) {
        self.0.moved.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(bucket, region);
    }

    /// The region that is signed for where endpoints do not say, when it is not the client's.
    pub(crate) fn signing_region(&self) -> Option<&'static str> {
        self.0.signing_region
    }

    pub(crate) fn discovery(&self) -> &Discovery {
        &self.0.discovery
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// What says the moment to sign at.
    pub(crate) fn time(&self) -> &Corrected {
        &self.0.time
    }

    /// The sessions with directory buckets.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    /// The header of the call that this thread is in.
    pub(crate) fn user_agent(&self) -> Arc<str> {
        self.0.user_agent.of_call(user_agent::current())
    }
}

/// How the client of a service retries.
pub(crate) fn retry_policy(settings: &Settings, service: &Service, now: Duration) -> Policy {
    let max_attempts = settings.max_attempts;
    match settings.retry_mode {
        RetryMode::Standard => Policy::new(service.id, retry::Mode::Standard, max_attempts, now),
        RetryMode::Adaptive => Policy::new(service.id, retry::Mode::Adaptive, max_attempts, now),
        RetryMode::Legacy => Policy::legacy(service.endpoint_prefix, max_attempts),
    }
}

/// What the settings give to endpoint rules; `stand_in` is the region where none is set.
fn built_ins<'a>(
    settings: &'a Settings,
    stand_in: Option<&'a str>,
    account_id: &'a dyn Fn() -> Result<Option<String>>,
    client_context: &'a [(&'a str, Param<'a>)],
) -> BuiltIns<'a> {
    let s3 = &settings.s3;
    let region = settings.region.as_deref();
    let endpoint = settings.endpoint_url.as_deref();
    let accelerate = s3.use_accelerate_endpoint.unwrap_or(false);
    BuiltIns {
        region: region.or(stand_in).map(Cow::Borrowed),
        use_fips: settings.use_fips && endpoint.is_none(),
        use_dual_stack: settings.use_dualstack && endpoint.is_none(),
        endpoint: endpoint.map(Cow::Borrowed),
        account_id: Some(account_id),
        account_id_endpoint_mode: Some(Cow::Borrowed(settings.account_id_endpoint_mode.as_str())),
        sts_use_global_endpoint: settings.sts_regional_endpoints == RegionalEndpoints::Legacy
            && region.is_some_and(|region| LEGACY_STS_REGIONS.contains(&region)),
        s3_use_global_endpoint: s3_endpoint::use_global_endpoint(
            region,
            s3.us_east_1_regional_endpoint.map(RegionalEndpoints::as_str),
        ),
        s3_accelerate: accelerate,
        s3_force_path_style: s3_endpoint::force_path_style(
            s3.addressing_style.map(AddressingStyle::as_str),
            accelerate,
            endpoint,
        ),
        s3_use_arn_region: s3.use_arn_region.unwrap_or(true),
        s3_control_use_arn_region: s3.use_arn_region.unwrap_or(false),
        s3_disable_multi_region_access_points: s3.disable_multiregion_access_points.unwrap_or(false),
        s3_disable_express_session_auth: Some(settings.s3_disable_express_session_auth),
        client_context,
    }
}

/// The region of a service that is the same everywhere, for clients that set none.
fn region_without_region(service: &Service, settings: &Settings) -> Option<&'static str> {
    let own = customize::default_region(service, settings.use_dualstack, settings.endpoint_url.is_some());
    if own.is_some() {
        return own;
    }
    let names = REGIONS.available_regions(service.endpoint_prefix, "aws", true);
    names.into_iter().find(|name| *name == "aws-global")
}

fn since_epoch(clock: &dyn Clock) -> Duration {
    let now = clock.now();
    Duration::new(u64::try_from(now.seconds()).unwrap_or(0), now.subsec_nanos())
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.meta.fmt(f)
    }
}

/// What a client is. Source: botocore's `client.meta`.
#[derive(Clone)]
pub struct ClientMeta {
    service: &'static str,
    service_id: &'static str,
    api_version: &'static str,
    region: Option<String>,
    details: Details,
    events: Emitter,
}

impl ClientMeta {
    fn announce(&self, service: &'static Service) -> Result<()> {
        if self.events.is_empty() {
            return Ok(());
        }
        let mut made = CreatingClient { service, region: self.region.as_deref(), events: &self.events };
        let name = format!("creating-client-class.{}", hooks::service_part(service));
        self.events.fire(&name, hooks::Payload::CreatingClient(&mut made), false)
    }

    /// The client's own emitter of events, which began as a copy of the session's: see [`hooks`].
    pub fn events(&self) -> &Emitter {
        &self.events
    }

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
}
