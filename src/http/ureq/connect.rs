use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout, RustlsConnector, Transport,
};
use ureq::{Agent, Error, Proxy, Timeout};

use super::line::{Forward, Lease, Line, Progress};
use super::pool::Pool;
use super::socket::{Socket, SocketOptions};
use super::trust::Secured;
use crate::http::TransportFailure;

/// Finds no addresses: the connector looks for them itself, and only when it has no idle connection.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

/// An error with the stage of connecting at which it came.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) failure: TransportFailure,
    pub(super) cause: Error,
}

impl fmt::Display for Staged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl std::error::Error for Staged {}

fn staged(failure: TransportFailure) -> impl FnOnce(Error) -> Error {
    move |cause| {
        let failure = match cause {
            Error::Timeout(Timeout::Global) => TransportFailure::OutOfTime,
            Error::Timeout(_) => TransportFailure::ConnectTimeout,
            _ => failure,
        };
        Error::Other(Box::new(Staged { failure, cause }))
    }
}

/// What goes wrong on the way to the proxy is the proxy's failure.
fn staged_by_proxy(cause: Error) -> Error {
    let cause = match cause {
        Error::Other(inner) => match inner.downcast::<Staged>() {
            // The call's own end is nobody's failure.
            Ok(inner) if inner.failure == TransportFailure::OutOfTime => return Error::Other(inner),
            Ok(inner) => inner.cause,
            Err(inner) => Error::Other(inner),
        },
        Error::Timeout(Timeout::Global) => return staged(TransportFailure::OutOfTime)(cause),
        cause => cause,
    };
    Error::Other(Box::new(Staged { failure: TransportFailure::Proxy, cause }))
}

/// How connections are made.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) connect_timeout: Duration,
    pub(super) socket: SocketOptions,
    /// What a server has to prove, and is shown, where that is not the agent's matter.
    pub(super) own_tls: Option<Arc<ClientConfig>>,
    /// What a proxy that is reached by TLS has to prove, and is shown.
    pub(super) proxy_tls: Option<ProxyTls>,
    /// Whether such a proxy gets requests to `https` URLs as they are.
    pub(super) forwards_https: bool,
}

/// TLS to a proxy.
#[derive(Debug)]
pub(super) enum ProxyTls {
    OfAgent(TlsConfig),
    Own(Arc<ClientConfig>),
}

/// Gives ureq an idle connection, or makes one: address, proxy, socket, TLS, with each error knowing its stage.
#[derive(Debug)]
pub(super) struct PoolingConnector {
    pool: Arc<Pool>,
    stages: Arc<Stages>,
}

impl PoolingConnector {
    pub(super) fn new(most_idle: usize, ways: Ways) -> Self {
        let proxy_config = match &ways.proxy_tls {
            Some(ProxyTls::OfAgent(tls)) => Some(Agent::config_builder().tls_config(tls.clone()).build()),
            _ => None,
        };
        let stages = Stages {
            proxy: ConnectProxyConnector::default(),
            tls: RustlsConnector::default(),
            tls_of_proxy: RustlsConnector::default(),
            proxy_config,
            ways,
        };
        PoolingConnector { pool: Arc::new(Pool::new(most_idle)), stages: Arc::new(stages) }
    }
}

impl Connector<()> for PoolingConnector {
    type Out = Lease;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Lease>, Error> {
        let host = details.uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
        let (line, was_idle) = match self.pool.take(&host) {
            Some(line) => (line, true),
            None => (self.stages.line(details)?, false),
        };
        Progress::begin(&line, was_idle);
        Ok(Some(Lease::new(line, Arc::clone(&self.pool), host)))
    }
}

#[derive(Debug)]
struct Stages {
    proxy: ConnectProxyConnector,
    tls: RustlsConnector,
    tls_of_proxy: RustlsConnector,
    proxy_config: Option<Config>,
    ways: Ways,
}

/// Who is at the other end of a socket.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Server,
    Proxy,
}

impl Stages {
    /// A connection for requests to the URL of `details`.
    fn line(self: &Arc<Self>, details: &ConnectionDetails) -> Result<Line, Error> {
        match details.config.proxy() {
            None => self.open(details, details.uri, End::Server),
            Some(proxy) if details.needs_tls() && !self.forwards(proxy) => self.tunnel(details),
            Some(proxy) => {
                let line = self.open(details, proxy.uri(), End::Proxy).map_err(staged_by_proxy)?;
                let forward = Forward { origin: origin(details.uri), authorization: authorization(proxy) };
                Ok(Line { forward: Some(forward), ..line })
            }
        }
    }

    fn forwards(&self, proxy: &Proxy) -> bool {
        self.ways.forwards_https && proxy.uri().scheme_str() == Some("https")
    }

    /// A connection to that very host, with TLS when its scheme says so.
    fn open(&self, details: &ConnectionDetails, uri: &Uri, end: End) -> Result<Line, Error> {
        let addresses = DefaultResolver::default()
            .resolve(uri, details.config, NextTimeout::default())
            .map_err(staged(TransportFailure::Dns))?;
        let timeout = details.timeout;
        let limit =
            timeout.not_zero().map_or(self.ways.connect_timeout, |limit| (*limit).min(self.ways.connect_timeout));
        let socket = Socket::connect(&addresses, limit, timeout.reason, self.ways.socket)
            .map_err(staged(TransportFailure::Connect))?;
        let direct = socket.direct();
        let channel = self.secure(details, uri, socket, end).map_err(staged(TransportFailure::Tls))?;
        let direct = (!channel.is_tls()).then_some(direct);
        Ok(Line { channel, direct, forward: None })
    }

    /// A connection through a proxy that sees nothing but the host's name.
    fn tunnel(self: &Arc<Self>, details: &ConnectionDetails) -> Result<Line, Error> {
        let stages = Arc::clone(self);
        let to_proxy = ConnectionDetails {
            run_connector: Arc::new(move |details: &ConnectionDetails| {
                Ok(stages.open(details, details.uri, End::Proxy)?.channel)
            }),
            ..part(details, details.uri)
        };
        let tunnel = Connector::<()>::connect(&self.proxy, &to_proxy, None).map_err(staged_by_proxy)?;
        let Some(Either::B(tunnel)) = tunnel else { return Err(staged_by_proxy(Error::ConnectionFailed)) };
        let channel = self.secure(details, details.uri, tunnel, End::Server).map_err(staged(TransportFailure::Tls))?;
        Ok(Line { channel, direct: None, forward: None })
    }

    fn own(&self, end: End) -> Option<&Arc<ClientConfig>> {
        match (end, &self.ways.proxy_tls) {
            (End::Proxy, Some(ProxyTls::Own(config))) => Some(config),
            (End::Proxy, _) => None,
            (End::Server, _) => self.ways.own_tls.as_ref(),
        }
    }

    fn secure(
        &self,
        details: &ConnectionDetails,
        uri: &Uri,
        channel: impl Transport,
        end: End,
    ) -> Result<Box<dyn Transport>, Error> {
        let details = part(details, uri);
        if let Some(config) = self.own(end)
            && details.needs_tls()
            && !channel.is_tls()
        {
            return Ok(Box::new(Secured::connect(config, &details, uri, channel)?));
        }
        let channel = match (end, &self.proxy_config) {
            (End::Proxy, Some(config)) => {
                let details = ConnectionDetails { config, ..details };
                self.tls_of_proxy.connect(&details, Some(channel))
            }
            _ => self.tls.connect(&details, Some(channel)),
        };
        Ok(match channel?.ok_or(Error::ConnectionFailed)? {
            Either::A(plain) => Box::new(plain),
            Either::B(tls) => Box::new(tls),
        })
    }
}

/// The same details for another URL. Addresses are left out. What single requests have of their own is not TLS.
fn part<'a>(details: &'a ConnectionDetails, uri: &'a Uri) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri,
        addrs: details.resolver.empty(),
        resolver: details.resolver,
        config: details.config,
        request_level: false,
        now: details.now,
        timeout: details.timeout,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
    }
}

fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("http");
    format!("{scheme}://{}", uri.authority().map_or("", |authority| authority.as_str()))
}

fn authorization(proxy: &Proxy) -> Option<String> {
    let user = proxy.username()?;
    let password = proxy.password().unwrap_or_default();
    Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}
