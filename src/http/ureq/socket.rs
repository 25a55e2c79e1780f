use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

/// What all sockets of a transport have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct SocketOptions {
    /// Bytes read or written at once.
    pub(super) buffer: usize,
    /// Whether the system probes a silent connection.
    pub(super) keepalive: bool,
}

/// A TCP socket as ureq wants it. Unlike ureq's own, it lets a long body be read past ureq, without a copy.
#[derive(Debug)]
pub(super) struct Socket {
    direct: Arc<Direct>,
    buffers: LazyBuffers,
    write_timeout: Option<Duration>,
}

/// The socket itself, shared with the reader of an answer's body.
#[derive(Debug)]
pub(super) struct Direct {
    stream: TcpStream,
    /// How long the system waits in a read, as it was told last; nanoseconds, 0 for ever.
    read_timeout: AtomicU64,
    /// From now on ureq reads nothing from the socket.
    pub(super) taken: AtomicBool,
    /// Nothing of the answer is left on the socket.
    pub(super) finished: AtomicBool,
}

impl Direct {
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.stream).read(buffer)
    }

    /// Has reads end after that long.
    pub(super) fn limit_reads(&self, limit: Option<Duration>) -> io::Result<()> {
        // Zero is not allowed, and would mean no limit.
        let limit = limit.map(|limit| limit.max(Duration::from_micros(1)));
        let nanos = limit.map_or(0, |limit| u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX));
        if self.read_timeout.swap(nanos, Ordering::Relaxed) != nanos {
            self.stream.set_read_timeout(limit)?;
        }
        Ok(())
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
        let direct = Direct {
            stream,
            read_timeout: AtomicU64::new(0),
            taken: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        };
        let buffers = LazyBuffers::new(options.buffer, options.buffer);
        Ok(Socket { direct: Arc::new(direct), buffers, write_timeout: None })
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

/// The time that is left, if it ends. ureq's own `not_zero` makes a second of none.
fn limit(timeout: NextTimeout) -> Result<Option<Duration>, Error> {
    match timeout.after.is_zero() {
        true => Err(Error::Timeout(timeout.reason)),
        false => Ok(timeout.not_zero().map(|limit| *limit)),
    }
}

/// Repeats what a signal interrupted, and names the time-out.
fn retry<T>(reason: Timeout, mut act: impl FnMut() -> io::Result<T>) -> Result<T, Error> {
    loop {
        match act() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) if is_timeout(&cause) => return Err(Error::Timeout(reason)),
            other => return Ok(other?),
        }
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = timeout.for_write();
        let limit = limit(timeout)?;
        let stream = &self.direct.stream;
        if limit != self.write_timeout {
            stream.set_write_timeout(limit)?;
            self.write_timeout = limit;
        }
        let mut left = &self.buffers.output()[..amount];
        while !left.is_empty() {
            let count = retry(timeout.reason, || (&self.direct.stream).write(left))?;
            if count == 0 {
                return Err(Error::Io(io::ErrorKind::WriteZero.into()));
            }
            left = &left[count..];
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.direct.taken.load(Ordering::Relaxed) {
            return Err(Error::Other(Box::new(Taken)));
        }
        // The pause for `100 Continue` ends in sending the body, not in an error.
        let timeout = if timeout.reason == Timeout::Await100 { timeout } else { timeout.for_read() };
        self.direct.limit_reads(limit(timeout)?)?;
        let input = self.buffers.input_append_buf();
        let count = retry(timeout.reason, || (&self.direct.stream).read(input))?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    /// Whether an idle connection is still of use: silent, and not closed.
    fn is_open(&mut self) -> bool {
        let stream = &self.direct.stream;
        let quiet = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
        let silent = matches!(quiet, Err(cause) if cause.kind() == io::ErrorKind::WouldBlock);
        silent && stream.set_nonblocking(false).is_ok()
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
