use std::io;
use std::time::{Duration, Instant};

use ureq::Timeout;

use super::connect::Staged;
use super::line::Broken;
use super::socket::{SLACK, is_timeout};
use crate::error::{Error, ErrorKind, Result};
use crate::http::proxy::without_user;
use crate::http::{Headers, Request, TransportFailure, TransportOptions};

/// Where a request goes, for routing and for the words of errors.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) scheme: &'static str,
    /// Host and, when it is not the scheme's own, port: the value of the header `Host`.
    pub(super) authority: String,
    pub(super) proxy: Option<String>,
    connect_timeout: Duration,
    pub(super) read_timeout: Duration,
    pub(super) deadline: Option<Instant>,
}

impl Target {
    pub(super) fn new(request: &Request, options: &TransportOptions) -> Result<Self> {
        let origin = request.origin.as_str();
        let (scheme, rest) = origin.split_once("://").unwrap_or(("", origin));
        let (scheme, port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", ":80"),
            "https" => ("https", ":443"),
            _ => return Err(bad_origin(origin)),
        };
        let authority = rest.trim_end_matches('/');
        let authority = authority.strip_suffix(port).unwrap_or(authority).to_owned();
        if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) {
            return Err(bad_origin(origin));
        }
        Ok(Target {
            scheme,
            proxy: options.proxies.for_host(scheme, &authority),
            authority,
            connect_timeout: options.connect_timeout,
            read_timeout: request.read_timeout.unwrap_or(options.read_timeout),
            deadline: request.deadline,
        })
    }

    /// Whether TLS is spoken to the proxy itself.
    pub(super) fn is_by_tls_to_proxy(&self) -> bool {
        self.proxy
            .as_deref()
            .and_then(|proxy| proxy.split_once("://"))
            .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https"))
    }

    /// How long the call may still take.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    pub(super) fn is_tls(&self) -> bool {
        self.scheme == "https"
    }

    /// What ureq says, as a sentence that names the host and the stage.
    pub(super) fn explain(&self, error: ureq::Error, headers: &Headers) -> Error {
        match error {
            ureq::Error::Other(inner) => match inner.downcast::<Staged>() {
                Ok(staged) => self.explain_connecting(staged.failure, staged.cause),
                Err(inner) => match inner.downcast::<Broken>() {
                    Ok(broken) => self.explain_io(broken.0),
                    Err(inner) => self
                        .failed(TransportFailure::Protocol, "could not be called")
                        .with_source(Said(inner.to_string())),
                },
            },
            error @ (ureq::Error::Http(_) | ureq::Error::BadUri(_)) => self.unsendable(headers, error),
            ureq::Error::Timeout(Timeout::PerRead | Timeout::RecvResponse | Timeout::RecvBody) => self.failed(
                TransportFailure::ReadTimeout,
                &format!("did not answer within {}", seconds(self.read_timeout)),
            ),
            ureq::Error::Timeout(Timeout::Global) => self.out_of_time("had answered"),
            ureq::Error::Timeout(_) => self.failed(
                TransportFailure::ReadTimeout,
                &format!("took no more of the request for {}", seconds(self.read_timeout)),
            ),
            ureq::Error::Io(cause) => self.explain_io(cause),
            error => self
                .failed(TransportFailure::Protocol, "answered with something that is not HTTP/1.1")
                .with_source(error),
        }
    }

    fn unsendable(&self, headers: &Headers, error: ureq::Error) -> Error {
        let host = &self.authority;
        let control = |value: &str| value.chars().find(|char| char.is_ascii_control() && *char != '\t');
        let found = headers.iter().find_map(|(name, value)| Some((name, control(value)?)));
        match found {
            Some((name, char)) => Error::new(
                ErrorKind::Serialize,
                format!("The request to {host} cannot be sent: its header {name} holds the control character {char:?}"),
            ),
            None => {
                let message = format!("The request to {host} has a path or a header that cannot be sent");
                Error::new(ErrorKind::Serialize, message).with_source(error)
            }
        }
    }

    fn explain_io(&self, cause: io::Error) -> Error {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, NotConnected, UnexpectedEof};
        match cause.kind() {
            UnexpectedEof => {
                self.failed(TransportFailure::ConnectionClosed, "closed the connection before it answered")
            }
            BrokenPipe | ConnectionReset | ConnectionAborted | NotConnected => self
                .failed(TransportFailure::ConnectionClosed, "closed the connection before it answered")
                .with_source(cause),
            InvalidData if self.is_tls() => {
                self.failed(TransportFailure::Tls, "broke the TLS connection").with_source(cause)
            }
            _ => self.failed(TransportFailure::ConnectionClosed, "could not be talked to").with_source(cause),
        }
    }

    fn explain_connecting(&self, failure: TransportFailure, cause: ureq::Error) -> Error {
        let host = &self.authority;
        let message = match failure {
            TransportFailure::Dns => format!("The host name of {host} could not be resolved"),
            TransportFailure::OutOfTime if matches!(cause, ureq::Error::Timeout(Timeout::Resolve)) => {
                return self.out_of_time("had an address");
            }
            TransportFailure::OutOfTime => return self.out_of_time("was connected"),
            TransportFailure::ConnectTimeout => {
                let error = format!("No connection to {host} within {}", seconds(self.connect_timeout));
                return Error::transport(failure, error);
            }
            TransportFailure::Tls => format!("The TLS connection to {host} could not be made{}", tls_hint(&cause)),
            TransportFailure::Proxy => {
                let proxy = self.proxy.as_deref().map(without_user).unwrap_or_default();
                format!("The proxy {proxy} made no connection to {host}")
            }
            _ => format!("Could not connect to {host}"),
        };
        Error::transport(failure, message).with_source(Said(plain(cause)))
    }

    /// What stopped the answer's body.
    pub(super) fn explain_body(&self, cause: io::Error, got: u64, length: Option<u64>) -> Error {
        let place = match length {
            Some(length) => format!("after {got} of {length} bytes of the body"),
            None => format!("after {got} bytes of the body"),
        };
        let inner = cause.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
        if matches!(inner, Some(ureq::Error::Timeout(_))) || is_timeout(&cause) {
            if self.left().is_some_and(|left| left < SLACK) {
                let message = format!("The time for the whole call was over {place} of {}", self.authority);
                return Error::transport(TransportFailure::OutOfTime, message);
            }
            let waited = seconds(self.read_timeout);
            return self.failed(TransportFailure::ReadTimeout, &format!("sent nothing for {waited} {place}"));
        }
        let broken = match inner {
            Some(ureq::Error::Other(inner)) => inner.downcast_ref::<Broken>(),
            _ => None,
        };
        let kind = broken.map_or(cause.kind(), |broken| broken.0.kind());
        if kind == io::ErrorKind::UnexpectedEof {
            return self.failed(TransportFailure::Body, &format!("closed the connection {place}"));
        }
        let failed = self.failed(TransportFailure::Body, &format!("broke off {place}"));
        match broken {
            Some(broken) => failed.with_source(Said(broken.to_string())),
            None => failed.with_source(cause),
        }
    }

    fn out_of_time(&self, what: &str) -> Error {
        let message = format!("The time for the whole call was over before {} {what}", self.authority);
        Error::transport(TransportFailure::OutOfTime, message)
    }

    fn failed(&self, failure: TransportFailure, what: &str) -> Error {
        Error::transport(failure, format!("{} {what}", self.authority))
    }
}

/// The text of a cause whose type stays within this folder.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);

/// A cause's text without ureq's prefixes.
fn plain(cause: ureq::Error) -> String {
    match cause {
        ureq::Error::Io(cause) => cause.to_string(),
        ureq::Error::ConnectProxyFailed(reason) => reason,
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        cause => cause.to_string(),
    }
}

fn tls_hint(cause: &ureq::Error) -> &'static str {
    let cause = cause.to_string();
    if cause.contains("UnknownIssuer") {
        ": no trusted authority signed its certificate (name a file of other authorities with verify, AWS_CA_BUNDLE, or \
        ca_bundle in the profile)"
    } else if cause.contains("CaUsedAsEndEntity") {
        ": it shows a certificate that it signed itself (name a file that holds it with verify, AWS_CA_BUNDLE, or ca_bundle \
        in the profile)"
    } else if cause.contains("InvalidContentType") {
        ": what it answers is not TLS (does it speak plain HTTP, at an http:// URL?)"
    } else {
        ""
    }
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

fn bad_origin(origin: &str) -> Error {
    let origin = without_user(origin);
    Error::new(ErrorKind::Endpoint, format!("The endpoint `{origin}` is not an http or https URL of a host"))
}
