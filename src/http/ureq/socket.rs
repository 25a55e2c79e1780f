use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ureq::unversioned::resolver::ResolvedSocketAddrs;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

/// A TCP socket as ureq wants it. Unlike ureq's own, it lets a long body be read past ureq, without a copy.
#[derive(Debug)]
pub(super) struct Socket {
    direct: Arc<Direct>,
    buffers: LazyBuffers,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

/// The socket itself, shared with the reader of an answer's body.
#[derive(Debug)]
pub(super) struct Direct {
    stream: TcpStream,
    /// From now on ureq reads nothing from the socket.
    pub(super) taken: AtomicBool,
    /// Nothing of the answer is left on the socket.
    pub(super) finished: AtomicBool,
}

impl Direct {
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.stream).read(buffer)
    }
}

/// What ureq hears of a socket that was taken from it.
#[derive(Debug, thiserror::Error)]
#[error("the body is read past ureq")]
pub(super) struct Taken;

impl Socket {
    /// Connects to the first address that answers. Each gets half of the time left, the last one all of it.
    pub(super) fn connect(addresses: &ResolvedSocketAddrs, limit: Duration, buffer: usize) -> Result<Self, Error> {
        let end = Instant::now() + limit;
        let mut failed = None;
        for (place, address) in addresses.iter().enumerate() {
            let left = end.saturating_duration_since(Instant::now());
            let share = if place + 1 == addresses.len() { left } else { left / 2 };
            match connect(*address, share) {
                Ok(stream) => return Ok(Socket::new(stream, buffer)),
                Err(cause) => failed = Some(cause),
            }
        }
        Err(failed.unwrap_or(Error::HostNotFound))
    }

    fn new(stream: TcpStream, buffer: usize) -> Self {
        let direct = Direct { stream, taken: AtomicBool::new(false), finished: AtomicBool::new(false) };
        Socket {
            direct: Arc::new(direct),
            buffers: LazyBuffers::new(buffer, buffer),
            read_timeout: None,
            write_timeout: None,
        }
    }

    pub(super) fn direct(&self) -> Arc<Direct> {
        Arc::clone(&self.direct)
    }
}

fn connect(address: SocketAddr, limit: Duration) -> Result<TcpStream, Error> {
    if limit.is_zero() {
        return Err(Error::Timeout(Timeout::Connect));
    }
    let stream = TcpStream::connect_timeout(&address, limit).map_err(|cause| match is_timeout(&cause) {
        true => Error::Timeout(Timeout::Connect),
        false => Error::Io(cause),
    })?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

pub(super) fn is_timeout(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
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
        let limit = timeout.not_zero().map(|limit| *limit);
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
        let timeout = timeout.for_read();
        let limit = timeout.not_zero().map(|limit| *limit);
        if limit != self.read_timeout {
            self.direct.stream.set_read_timeout(limit)?;
            self.read_timeout = limit;
        }
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
