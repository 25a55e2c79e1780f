use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout, time};
use ureq::{Error, Proxy, Timeout};

use super::line::{Forward, Lease, Line, Progress};
use super::names::{Missing, Names};
use super::pool::Pool;
use super::socket::{Socket, SocketOptions};
use super::tunnel;
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
    pub(super) names: Arc<Names>,
    /// For an address, then for the proxy's word, then for TLS.
    pub(super) connect_timeout: Duration,
    pub(super) socket: SocketOptions,
    /// What servers that are reached by TLS have to prove, and are shown.
    pub(super) tls: Option<Arc<ClientConfig>>,
    /// The same for a proxy.
    pub(super) proxy_tls: Option<Arc<ClientConfig>>,
    /// Whether such a proxy gets requests to `https` URLs as they are.
    pub(super) forwards_https: bool,
}

/// Gives ureq an idle connection, or makes one: address, proxy, socket, TLS, with each error knowing its stage.
#[derive(Debug)]
pub(super) struct PoolingConnector {
    pool: Arc<Pool>,
    ways: Ways,
}

impl PoolingConnector {
    pub(super) fn new(most_idle: usize, ways: Ways) -> Self {
        PoolingConnector { pool: Arc::new(Pool::new(most_idle)), ways }
    }
}

impl Connector<()> for PoolingConnector {
    type Out = Lease;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Lease>, Error> {
        let host = details.uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
        let (line, was_idle) = match self.pool.take(&host) {
            Some(line) => (line, true),
            None => (self.ways.line(details)?, false),
        };
        Progress::begin(&line, was_idle);
        Ok(Some(Lease::new(line, Arc::clone(&self.pool), host, was_idle)))
    }
}

/// Who is at the other end of a socket.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Server,
    Proxy,
}

impl Ways {
    /// A connection for requests to the URL of `details`.
    fn line(&self, details: &ConnectionDetails) -> Result<Line, Error> {
        let end = end_of_call(details);
        match details.config.proxy() {
            None => self.open(details.uri, End::Server, end),
            Some(proxy) if details.needs_tls() && !self.forwards(proxy) => self.tunnel(details.uri, proxy, end),
            Some(proxy) => {
                let line = self.open(proxy.uri(), End::Proxy, end).map_err(staged_by_proxy)?;
                let forward = Forward { origin: origin(details.uri), authorization: authorization(proxy) };
                Ok(Line { forward: Some(forward), ..line })
            }
        }
    }

    fn forwards(&self, proxy: &Proxy) -> bool {
        self.forwards_https && proxy.uri().scheme_str() == Some("https")
    }

    /// A connection to that very host, with TLS when its scheme says so.
    fn open(&self, uri: &Uri, at: End, end: Option<Instant>) -> Result<Line, Error> {
        let addresses = self.names.find(&host_and_port(uri)?, end).map_err(unnamed)?;
        let mut socket = Socket::connect(&addresses, self.connect_timeout, end, self.socket)
            .map_err(staged(TransportFailure::Connect))?;
        if uri.scheme_str() == Some("https") {
            self.secure(&mut socket, uri, at, end).map_err(staged(TransportFailure::Tls))?;
        }
        Ok(Line { socket, forward: None })
    }

    /// A connection through a proxy that sees nothing but the host's name.
    fn tunnel(&self, uri: &Uri, proxy: &Proxy, end: Option<Instant>) -> Result<Line, Error> {
        let mut line = self.open(proxy.uri(), End::Proxy, end).map_err(staged_by_proxy)?;
        let wait = Wait::new(self.connect_timeout, end);
        tunnel::ask(&mut line.socket, &host_and_port(uri)?, authorization(proxy), wait).map_err(staged_by_proxy)?;
        self.secure(&mut line.socket, uri, End::Server, end).map_err(staged(TransportFailure::Tls))?;
        Ok(line)
    }

    fn secure(&self, socket: &mut Socket, uri: &Uri, at: End, end: Option<Instant>) -> Result<(), Error> {
        let config = match at {
            End::Server => &self.tls,
            End::Proxy => &self.proxy_tls,
        };
        let config = config.clone().ok_or(Error::Tls("there is no configuration of TLS"))?;
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| Error::Tls("the host has no name that TLS knows"))?;
        socket.secure(config, name, Wait::new(self.connect_timeout, end).left()?)
    }
}

/// How long a stage may take: as long as one may, and not beyond the call.
#[derive(Clone, Copy)]
pub(super) struct Wait {
    end: Option<Instant>,
    reason: Timeout,
}

impl Wait {
    fn new(stage: Duration, call: Option<Instant>) -> Self {
        match (Instant::now().checked_add(stage), call) {
            (Some(stage), Some(call)) if stage < call => Wait { end: Some(stage), reason: Timeout::Connect },
            (stage, None) => Wait { end: stage, reason: Timeout::Connect },
            (_, call) => Wait { end: call, reason: Timeout::Global },
        }
    }

    /// What is left of it.
    pub(super) fn left(self) -> Result<NextTimeout, Error> {
        let after = match self.end.map(|end| end.saturating_duration_since(Instant::now())) {
            Some(left) if left.is_zero() => return Err(Error::Timeout(self.reason)),
            Some(left) => time::Duration::Exact(left),
            None => time::Duration::NotHappening,
        };
        Ok(NextTimeout { after, reason: self.reason, ..NextTimeout::default() })
    }
}

/// ureq is told of no limit but the whole call's.
fn end_of_call(details: &ConnectionDetails) -> Option<Instant> {
    match details.now + details.timeout.after {
        time::Instant::Exact(end) => Some(end),
        time::Instant::AlreadyHappened => Some(Instant::now()),
        time::Instant::NotHappening => None,
    }
}

fn unnamed(missing: Missing) -> Error {
    let (failure, cause) = match missing {
        Missing::Failed(cause) => (TransportFailure::Dns, Error::Io(cause)),
        Missing::Late => (TransportFailure::OutOfTime, Error::Timeout(Timeout::Resolve)),
    };
    Error::Other(Box::new(Staged { failure, cause }))
}

fn host_and_port(uri: &Uri) -> Result<String, Error> {
    let place = uri.scheme().zip(uri.authority());
    place
        .and_then(|(scheme, authority)| DefaultResolver::host_and_port(scheme, authority))
        .ok_or_else(|| Error::BadUri("it has no host and port".to_owned()))
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
