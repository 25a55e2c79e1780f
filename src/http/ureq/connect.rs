use std::cell::Cell;
use std::fmt;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport,
};

use crate::http::TransportFailure;

thread_local! {
    static CONNECTED: Cell<bool> = const { Cell::new(false) };
    static HEARD: Cell<bool> = const { Cell::new(false) };
}

/// What has happened to the call that runs on this thread. The connector below is called on the thread that sends, and
/// has no other way to its caller.
pub(super) struct Progress(());

impl Progress {
    pub(super) fn begin() -> Self {
        CONNECTED.set(false);
        HEARD.set(false);
        Progress(())
    }

    /// Whether the connection was not made for this call.
    pub(super) fn was_idle_connection(&self) -> bool {
        !CONNECTED.get()
    }

    /// Whether the server sent anything.
    pub(super) fn has_heard(&self) -> bool {
        HEARD.get()
    }
}

/// Asks for a host's addresses only when a connection is made, not when an idle one is used again.
#[derive(Debug)]
pub(super) struct LateResolver(pub(super) DefaultResolver);

impl Resolver for LateResolver {
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
    move |cause| match cause {
        Error::Other(inner) if inner.is::<Staged>() => Error::Other(inner),
        Error::Timeout(_) if failure != TransportFailure::Proxy => {
            Error::Other(Box::new(Staged { failure: TransportFailure::ConnectTimeout, cause }))
        }
        cause => Error::Other(Box::new(Staged { failure, cause })),
    }
}

/// What went wrong on the way to the proxy is the proxy's failure.
fn staged_by_proxy(cause: Error) -> Error {
    match cause {
        Error::Other(inner) => match inner.downcast::<Staged>() {
            Ok(inner) => staged(TransportFailure::Proxy)(inner.cause),
            Err(inner) => staged(TransportFailure::Proxy)(Error::Other(inner)),
        },
        cause => staged(TransportFailure::Proxy)(cause),
    }
}

/// Name, proxy, socket, TLS: ureq's own connectors, but each error knows its stage.
#[derive(Debug, Default)]
pub(super) struct StagedConnector {
    resolver: DefaultResolver,
    proxy: ConnectProxyConnector,
    tcp: TcpConnector,
    tls: RustlsConnector,
}

impl Connector<()> for StagedConnector {
    type Out = Watched;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Watched>, Error> {
        CONNECTED.set(true);
        let tunnel = Connector::<()>::connect(&self.proxy, details, None).map_err(staged_by_proxy)?;
        let addrs = match tunnel {
            Some(_) => self.resolver.empty(),
            None => self
                .resolver
                .resolve(details.uri, details.config, NextTimeout::default())
                .map_err(staged(TransportFailure::Dns))?,
        };
        let details = &ConnectionDetails {
            uri: details.uri,
            addrs,
            resolver: details.resolver,
            config: details.config,
            request_level: details.request_level,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        let socket = self.tcp.connect(details, tunnel).map_err(staged(TransportFailure::Connect))?;
        let channel = self.tls.connect(details, socket).map_err(staged(TransportFailure::Tls))?;
        Ok(channel.map(|channel| Watched { channel, looked_again: false }))
    }
}

type Socket = <TcpConnector as Connector<Tunnel>>::Out;
type Tunnel = <ConnectProxyConnector as Connector<()>>::Out;
type Channel = <RustlsConnector as Connector<Socket>>::Out;

/// A connection that notes when something was heard on it.
#[derive(Debug)]
pub(super) struct Watched {
    channel: Channel,
    looked_again: bool,
}

impl Watched {
    /// Whether an answer came where `100 Continue` was awaited. It was looked at once, and ureq would now wait for more.
    fn holds_an_answer(&mut self) -> bool {
        let input = self.channel.buffers().input();
        !self.looked_again && input.starts_with(b"HTTP/1.") && input.windows(4).any(|end| end == b"\r\n\r\n")
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.channel.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.looked_again = false;
        self.channel.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.holds_an_answer() {
            self.looked_again = true;
            return Ok(true);
        }
        let progressed = self.channel.await_input(timeout)?;
        if progressed {
            HEARD.set(true);
        }
        Ok(progressed)
    }

    fn is_open(&mut self) -> bool {
        self.channel.is_open()
    }

    fn is_tls(&self) -> bool {
        self.channel.is_tls()
    }
}
