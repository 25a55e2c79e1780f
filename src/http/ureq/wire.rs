//! Bytes over TCP, through as many layers of TLS as there are: none, one, or two where a proxy is reached by TLS.

use std::io::{self, IoSlice, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use ureq::unversioned::transport::NextTimeout;

/// How long may be waited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    /// For single bytes to come or go.
    pub(super) each: Option<Duration>,
    /// When all must be over.
    pub(super) end: Option<Instant>,
}

impl Pause {
    pub(super) fn new(timeout: NextTimeout, each: Option<Duration>) -> Self {
        let left = (!timeout.after.is_not_happening()).then_some(*timeout.after);
        Pause { each, end: left.and_then(|left| Instant::now().checked_add(left)) }
    }

    /// For the next bytes. The system takes no pause of zero.
    fn next(self) -> io::Result<Option<Duration>> {
        let left = self.end.map(|end| end.saturating_duration_since(Instant::now()));
        match (self.each, left) {
            (_, Some(left)) if left.is_zero() => Err(io::ErrorKind::TimedOut.into()),
            (Some(each), Some(left)) => Ok(Some(each.min(left))),
            (each, left) => Ok(each.or(left).map(|pause| pause.max(Duration::from_micros(1)))),
        }
    }
}

/// What lies over the socket, and what the socket was told last.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// The last one is the innermost, with the host.
    layers: Vec<ClientConnection>,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Wire {
    pub(super) fn is_tls(&self) -> bool {
        !self.layers.is_empty()
    }

    /// Whether nothing was received that nobody has read.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.layers.iter_mut().all(|layer| {
            let state = layer.process_new_packets();
            state.is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
        })
    }

    /// Some of the bytes that come; none at the end.
    pub(super) fn read(&mut self, stream: &TcpStream, pause: Pause, buffer: &mut [u8]) -> io::Result<usize> {
        let (layers, mut socket) = self.parts(stream, pause);
        Through { layers, socket: &mut socket }.read(buffer)
    }

    pub(super) fn write_all(&mut self, stream: &TcpStream, pause: Pause, bytes: &[u8]) -> io::Result<()> {
        let (layers, mut socket) = self.parts(stream, pause);
        Through { layers, socket: &mut socket }.write_all(bytes)
    }

    /// Adds a layer: what is read and written from now on is between this side and the host of that name.
    pub(super) fn secure(
        &mut self,
        stream: &TcpStream,
        pause: Pause,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> io::Result<()> {
        let mut layer = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let (layers, mut socket) = self.parts(stream, pause);
        let mut below = Through { layers, socket: &mut socket };
        while layer.is_handshaking() {
            send(&mut layer, &mut below)?;
            if layer.is_handshaking() && !receive(&mut layer, &mut below)? {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed in the handshake"));
            }
        }
        send(&mut layer, &mut below)?;
        self.layers.push(layer);
        Ok(())
    }

    fn parts<'a>(&'a mut self, stream: &'a TcpStream, pause: Pause) -> (&'a mut [ClientConnection], Socket<'a>) {
        let (read_timeout, write_timeout) = (&mut self.read_timeout, &mut self.write_timeout);
        (&mut self.layers, Socket { stream, pause, read_timeout, write_timeout })
    }
}

/// Sends what the layer has ready.
fn send(layer: &mut ClientConnection, below: &mut Through<'_, '_>) -> io::Result<()> {
    while layer.wants_write() {
        if layer.write_tls(below)? == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

/// Takes some of what comes; `false` when there is no more.
fn receive(layer: &mut ClientConnection, below: &mut Through<'_, '_>) -> io::Result<bool> {
    let count = layer.read_tls(below)?;
    if let Err(cause) = layer.process_new_packets() {
        // The other side is told why, if it still listens.
        let _ = send(layer, below);
        return Err(io::Error::new(io::ErrorKind::InvalidData, cause));
    }
    Ok(count > 0)
}

/// The wire through some of its layers.
struct Through<'a, 'b> {
    layers: &'a mut [ClientConnection],
    socket: &'a mut Socket<'b>,
}

impl<'b> Through<'_, 'b> {
    /// The innermost layer and the way below it.
    fn split(&mut self) -> Option<(&mut ClientConnection, Through<'_, 'b>)> {
        let (layer, layers) = self.layers.split_last_mut()?;
        Some((layer, Through { layers, socket: self.socket }))
    }
}

impl Read for Through<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((layer, mut below)) = self.split() else { return self.socket.read(buffer) };
        loop {
            match layer.reader().read(buffer) {
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
            send(layer, &mut below)?;
            receive(layer, &mut below)?;
        }
    }
}

impl Write for Through<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let Some((layer, mut below)) = self.split() else { return self.socket.write_vectored(pieces) };
        let count = layer.writer().write_vectored(pieces)?;
        send(layer, &mut below)?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The socket itself, which waits no longer than it may.
struct Socket<'a> {
    stream: &'a TcpStream,
    pause: Pause,
    read_timeout: &'a mut Option<Duration>,
    write_timeout: &'a mut Option<Duration>,
}

impl Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        repeated(|| {
            let pause = self.pause.next()?;
            if pause != *self.read_timeout {
                self.stream.set_read_timeout(pause)?;
                *self.read_timeout = pause;
            }
            (&mut &*self.stream).read(buffer)
        })
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        repeated(|| {
            let pause = self.pause.next()?;
            if pause != *self.write_timeout {
                self.stream.set_write_timeout(pause)?;
                *self.write_timeout = pause;
            }
            (&mut &*self.stream).write_vectored(pieces)
        })
    }
}

/// Repeats what a signal interrupted. A time-out has one name, and not the one that means to come again.
fn repeated(mut act: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match act() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => return Err(io::ErrorKind::TimedOut.into()),
            other => return other,
        }
    }
}
