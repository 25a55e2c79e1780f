use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

use super::wire::{Pause, Wire};

/// By so much a time-out of the system may come too early.
pub(super) const SLACK: Duration = Duration::from_millis(2);

/// What all sockets of a transport have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct SocketOptions {
    /// Bytes read or written at once.
    pub(super) buffer: usize,
    /// Whether the system probes a silent connection.
    pub(super) keepalive: bool,
}

/// A connection as ureq wants it. Unlike ureq's own, it lets a long body be read past ureq, without its copies.
#[derive(Debug)]
pub(super) struct Socket {
    direct: Arc<Direct>,
    buffers: LazyBuffers,
}

/// The connection itself, shared with the reader of an answer's body.
#[derive(Debug)]
pub(super) struct Direct {
    stream: TcpStream,
    wire: Mutex<Wire>,
    /// From now on ureq reads nothing from the socket.
    pub(super) taken: AtomicBool,
    /// Nothing of the answer is left on the socket.
    pub(super) finished: AtomicBool,
}

impl Direct {
    pub(super) fn read(&self, buffer: &mut [u8], pause: Pause) -> io::Result<usize> {
        self.wire().read(&self.stream, pause, buffer)
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What ureq hears of a socket that was taken from it.
#[derive(Debug, thiserror::Error)]
#[error("the body is read past ureq")]
pub(super) struct Taken;

impl Socket {
    /// Connects to the first address that answers. Each may take `each`, as urllib3's `create_connection` has it; of a call
    /// that has an end, one that is not the last gets no more than half of what is left.
    pub(super) fn connect(
        addresses: &[SocketAddr],
        each: Duration,
        end: Option<Instant>,
        options: SocketOptions,
    ) -> Result<Self, Error> {
        let mut failed = None;
        for (place, address) in addresses.iter().enumerate() {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::Timeout(Timeout::Global));
            }
            let is_last = place + 1 == addresses.len();
            let share = left.map(|left| if is_last { left } else { left / 2 });
            let reason = if share.is_some_and(|share| share < each) { Timeout::Global } else { Timeout::Connect };
            match connect(*address, share.map_or(each, |share| share.min(each)), reason) {
                Ok(stream) => return Socket::new(stream, options),
                Err(cause) => {
                    log::debug!("No connection to {address}: {cause}");
                    failed = Some(cause);
                }
            }
        }
        Err(failed.unwrap_or(Error::HostNotFound))
    }

    fn new(stream: TcpStream, options: SocketOptions) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        if options.keepalive {
            socket2::SockRef::from(&stream).set_keepalive(true)?;
        }
        let (taken, finished) = (AtomicBool::new(false), AtomicBool::new(false));
        let direct = Direct { stream, wire: Mutex::default(), taken, finished };
        let buffers = LazyBuffers::new(options.buffer, options.buffer);
        Ok(Socket { direct: Arc::new(direct), buffers })
    }

    /// Has all that follows go through TLS.
    pub(super) fn secure(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        timeout: NextTimeout,
    ) -> Result<(), Error> {
        let pause = Pause::new(timeout, None);
        let secured = self.direct.wire().secure(&self.direct.stream, pause, config, name);
        secured.map_err(|cause| named(cause, pause, timeout.reason, timeout.reason))
    }

    pub(super) fn direct(&self) -> Arc<Direct> {
        Arc::clone(&self.direct)
    }
}

fn connect(address: SocketAddr, limit: Duration, reason: Timeout) -> Result<TcpStream, Error> {
    if limit.is_zero() {
        return Err(Error::Timeout(reason));
    }
    TcpStream::connect_timeout(&address, limit).map_err(|cause| match is_timeout(&cause) {
        true => Error::Timeout(reason),
        false => Error::Io(cause),
    })
}

pub(super) fn is_timeout(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// Names a time-out: it is the end's when that has come, else that of single bytes.
fn named(cause: io::Error, pause: Pause, end: Timeout, each: Timeout) -> Error {
    match is_timeout(&cause) {
        true if pause.end.is_some_and(|end| end <= Instant::now() + SLACK) => Error::Timeout(end),
        true => Error::Timeout(each),
        false => Error::Io(cause),
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let pause = Pause::new(timeout, timeout.per_write.map(|each| *each));
        let bytes = &self.buffers.output()[..amount];
        let sent = self.direct.wire().write_all(&self.direct.stream, pause, bytes);
        sent.map_err(|cause| named(cause, pause, timeout.reason, Timeout::PerWrite))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.direct.taken.load(Ordering::Relaxed) {
            return Err(Error::Other(Box::new(Taken)));
        }
        // The pause for `100 Continue` ends in sending the body, not in an error.
        let each = if timeout.reason == Timeout::Await100 { None } else { timeout.per_read.map(|each| *each) };
        let pause = Pause::new(timeout, each);
        let count = self.direct.read(self.buffers.input_append_buf(), pause);
        let count = count.map_err(|cause| named(cause, pause, timeout.reason, Timeout::PerRead))?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    /// Whether an idle connection is still of use: silent, and not closed.
    fn is_open(&mut self) -> bool {
        let stream = &self.direct.stream;
        let quiet = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
        let silent = matches!(quiet, Err(cause) if cause.kind() == io::ErrorKind::WouldBlock);
        silent && stream.set_nonblocking(false).is_ok() && self.direct.wire().is_quiet()
    }

    fn is_tls(&self) -> bool {
        self.direct.wire().is_tls()
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn silent_connections_are_probed_on_request() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        for keepalive in [false, true] {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let socket = Socket::new(stream, SocketOptions { buffer: 1024, keepalive }).unwrap();
            let stream = &socket.direct.stream;
            assert_eq!(socket2::SockRef::from(stream).keepalive().unwrap(), keepalive);
            assert!(stream.nodelay().unwrap());
        }
    }
}
