//! The transport over the `ureq` crate; nothing outside this folder names it.

mod answer;
mod connect;
mod explain;
mod line;
mod names;
mod pool;
mod settings;
mod socket;
mod tls;
mod tunnel;
mod wire;

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::typestate::{WithBody, WithoutBody};
use ureq::{Agent, RequestBuilder, SendBody};

use self::explain::Target;
use self::line::Progress;
use self::names::Names;
use super::{Body, Request, Response, Transport, TransportFailure, TransportOptions};
use crate::error::{Error, ErrorKind, Result};

/// Sends requests over HTTP/1.1, with connections kept for further use.
///
/// Nothing is read or built before the first request: certificates only when a host is reached by TLS.
///
/// With the `log` level `trace`, the target `ureq_proto` writes down every byte of requests' heads and of answers:
/// signatures and session tokens are among them. A logger that takes `trace` should take `debug` of that target.
#[derive(Debug)]
pub struct HttpTransport {
    options: TransportOptions,
    names: Arc<Names>,
    plain: OnceLock<Agent>,
    tls: OnceLock<Agent>,
    plain_by_proxy: OnceLock<Agent>,
    tls_by_proxy: OnceLock<Agent>,
}

impl HttpTransport {
    /// A transport with these options. Nothing is opened yet.
    pub fn new(options: TransportOptions) -> Self {
        HttpTransport::with_names(options, Names::of_system())
    }

    fn with_names(options: TransportOptions, names: Names) -> Self {
        HttpTransport {
            options,
            names: Arc::new(names),
            plain: OnceLock::new(),
            tls: OnceLock::new(),
            plain_by_proxy: OnceLock::new(),
            tls_by_proxy: OnceLock::new(),
        }
    }

    fn agent(&self, target: &Target) -> Result<&Agent> {
        let place = match (target.is_tls(), target.proxy.is_some()) {
            (false, false) => &self.plain,
            (true, false) => &self.tls,
            (false, true) => &self.plain_by_proxy,
            (true, true) => &self.tls_by_proxy,
        };
        if let Some(agent) = place.get() {
            return Ok(agent);
        }
        let agent = settings::agent(&self.options, target, self.names.clone())?;
        Ok(place.get_or_init(|| agent))
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &mut Request) -> Result<Response> {
        let target = Target::new(request, &self.options)?;
        let agent = self.agent(&target)?;
        loop {
            Progress::clear();
            let mut outgoing = Outgoing::new(request)?;
            let sent = outgoing.send(agent, &target);
            let progress = Progress::take();
            let error = match sent {
                Ok(answer) => return answer::response(answer, request.method, target, progress.direct),
                Err(error) => error,
            };
            if let Some(cause) = outgoing.failed.take() {
                return Err(Error::body("The request's body could not be read", cause));
            }
            let error = target.explain(error, &request.headers);
            // A server may close an idle connection just when it is used again: that says nothing about the request.
            let unheard = progress.was_idle && !progress.heard;
            if !unheard || error.transport_failure() != Some(TransportFailure::ConnectionClosed) {
                return Err(error);
            }
            if request.body.rewind().is_err() {
                return Err(error);
            }
        }
    }
}

/// A request on its way: its head and the part of the body that is still to be read.
struct Outgoing<'a> {
    url: String,
    method: &'static str,
    headers: &'a super::Headers,
    body: &'a mut Body,
    length: Option<u64>,
    read_timeout: Option<Duration>,
    sent: u64,
    failed: Option<io::Error>,
}

impl<'a> Outgoing<'a> {
    fn new(request: &'a mut Request) -> Result<Self> {
        let url = request.url();
        let stated = request.headers.get("content-length").map(|text| {
            text.parse::<u64>().map_err(|_| {
                Error::new(
                    ErrorKind::Serialize,
                    format!("The header Content-Length is `{text}`, which is not a number"),
                )
            })
        });
        let length = match request.body.len() {
            Some(length) => Some(length),
            None => stated.transpose()?,
        };
        Ok(Outgoing {
            url,
            method: request.method,
            headers: &request.headers,
            body: &mut request.body,
            length,
            read_timeout: request.read_timeout,
            sent: 0,
            failed: None,
        })
    }

    fn send(&mut self, agent: &Agent, target: &Target) -> std::result::Result<Answer, ureq::Error> {
        let url = std::mem::take(&mut self.url);
        match self.method {
            "GET" => self.without_body(agent.get(url), target),
            "HEAD" => self.without_body(agent.head(url), target),
            "DELETE" => self.without_body(agent.delete(url), target),
            "OPTIONS" => self.without_body(agent.options(url), target),
            "POST" => self.with_body(agent.post(url), target),
            "PUT" => self.with_body(agent.put(url), target),
            "PATCH" => self.with_body(agent.patch(url), target),
            other => Err(ureq::Error::BadUri(format!("the method {other} is not supported"))),
        }
    }

    fn without_body(
        &mut self,
        builder: RequestBuilder<WithoutBody>,
        target: &Target,
    ) -> std::result::Result<Answer, ureq::Error> {
        let builder = self.head(builder, target);
        match self.length {
            Some(0) => builder.call(),
            Some(length) => {
                let builder = builder.header("content-length", length);
                builder.force_send_body().send(SendBody::from_reader(self))
            }
            None => builder.force_send_body().send(SendBody::from_reader(self)),
        }
    }

    fn with_body(
        &mut self,
        builder: RequestBuilder<WithBody>,
        target: &Target,
    ) -> std::result::Result<Answer, ureq::Error> {
        let builder = self.head(builder, target);
        match self.length {
            Some(0) => builder.header("content-length", 0u64).send(SendBody::none()),
            Some(length) => builder.header("content-length", length).send(SendBody::from_reader(self)),
            None => builder.send(SendBody::from_reader(self)),
        }
    }

    fn head<B>(&self, builder: RequestBuilder<B>, target: &Target) -> RequestBuilder<B> {
        let mut builder = builder;
        if self.read_timeout.is_some() || target.deadline.is_some() {
            let read_timeout = Some(target.read_timeout);
            builder = builder
                .config()
                .timeout_per_read(read_timeout)
                .timeout_per_write(read_timeout)
                .timeout_global(target.left())
                .build();
        }
        if self.headers.get("host").is_none() {
            builder = builder.header_raw("Host", target.authority.as_bytes());
        }
        self.headers
            .iter()
            .filter(|(name, _)| {
                !name.eq_ignore_ascii_case("content-length") && !name.eq_ignore_ascii_case("transfer-encoding")
            })
            .fold(builder, |builder, (name, value)| builder.header_raw(name, value.as_bytes()))
    }
}

type Answer = ureq::http::Response<ureq::Body>;

impl Read for Outgoing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.map_or(u64::MAX, |length| length - self.sent);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        if Progress::is_cut() {
            // Nobody listens any more; what is said no longer matters, only that it ends as announced.
            let count = if self.length.is_some() { most } else { 0 };
            self.sent += count as u64;
            return Ok(count);
        }
        let count = match self.body.read(&mut buffer[..most]) {
            Ok(0) if self.length.is_some() => {
                let (sent, length) = (self.sent, self.length.unwrap_or_default());
                Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    Error::new(ErrorKind::Body, format!("The body ended after {sent} of {length} bytes")),
                ))
            }
            other => other,
        };
        match count {
            Ok(count) => {
                self.sent += count as u64;
                Ok(count)
            }
            // Kept here, as it says nothing about the connection.
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Err(cause),
            Err(cause) => {
                self.failed = Some(cause);
                Err(io::Error::other("the request's body failed"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
