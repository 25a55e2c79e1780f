use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::pool::Pool;
use super::socket::{Direct, Socket};

/// A connection, with or without TLS, that outlives the calls on it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) socket: Socket,
    /// What a proxy that passes requests on needs to be told.
    pub(super) forward: Option<Forward>,
}

/// Goes into the head of each request that a proxy passes on, instead of a tunnel through it.
#[derive(Debug)]
pub(super) struct Forward {
    /// Scheme and authority: before the path.
    pub(super) origin: String,
    /// `Proxy-Authorization`, when the proxy's URL has a user.
    pub(super) authorization: Option<String>,
}

impl Line {
    pub(super) fn is_open(&mut self) -> bool {
        self.socket.is_open()
    }
}

thread_local! {
    static CALL: RefCell<Progress> = const { RefCell::new(Progress::NONE) };
}

/// What has happened to the call that runs on this thread. ureq opens and uses a connection on the thread that sends,
/// and has no other way to tell.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    /// The connection was not made for this call.
    pub(super) was_idle: bool,
    /// The server sent something.
    pub(super) heard: bool,
    /// The server hung up before it had the whole request.
    pub(super) cut: bool,
    pub(super) direct: Option<Arc<Direct>>,
}

impl Progress {
    const NONE: Progress = Progress { was_idle: false, heard: false, cut: false, direct: None };

    pub(super) fn begin(line: &Line, was_idle: bool) {
        Progress { was_idle, direct: Some(line.socket.direct()), ..Progress::NONE }.store();
    }

    pub(super) fn clear() {
        Progress::NONE.store();
    }

    /// What happened until now.
    pub(super) fn take() -> Self {
        CALL.with_borrow_mut(|call| std::mem::replace(call, Progress::NONE))
    }

    pub(super) fn is_cut() -> bool {
        CALL.with_borrow(|call| call.cut)
    }

    fn store(self) {
        CALL.set(self);
    }
}

/// A connection that broke, where it was not closed as it should be. ureq takes that for the end of a body whose length it
/// does not know, unless the error is wrapped.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(pub(super) io::Error);

fn broken(error: Error) -> Error {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error {
        Error::Io(cause) if matches!(cause.kind(), ConnectionAborted | ConnectionReset | UnexpectedEof) => {
            Error::Other(Box::new(Broken(cause)))
        }
        error => error,
    }
}

/// One call's use of a [`Line`]. The head of a request waits here for the first piece of its body, so that both go in
/// one packet. At the end the line goes back to the pool, if it may be used again.
#[derive(Debug)]
pub(super) struct Lease {
    line: Option<Line>,
    pool: Arc<Pool>,
    host: String,
    head: Vec<u8>,
    sent_head: bool,
    looked_again: bool,
    /// The answer itself has begun: what comes is no longer `100 Continue`.
    answered: bool,
    reusable: bool,
    cut: bool,
    /// The line was idle, and nothing has come over it since.
    unheard: bool,
}

impl Lease {
    pub(super) fn new(line: Line, pool: Arc<Pool>, host: String, was_idle: bool) -> Self {
        let direct = line.socket.direct();
        direct.taken.store(false, Ordering::Relaxed);
        direct.finished.store(false, Ordering::Relaxed);
        Lease {
            line: Some(line),
            pool,
            host,
            head: Vec::new(),
            sent_head: false,
            looked_again: false,
            answered: false,
            reusable: false,
            cut: false,
            unheard: was_idle,
        }
    }

    fn line(&mut self) -> &mut Line {
        self.line.as_mut().expect("a lease has its line until it is dropped")
    }

    /// Keeps the head back, as the proxy wants it.
    fn hold_head(&mut self, amount: usize) {
        let line = self.line.as_mut().expect("a lease has its line until it is dropped");
        let head = &line.socket.buffers().output()[..amount];
        let target = line.forward.as_ref().and_then(|_| head.iter().position(|byte| *byte == b' '));
        match (&line.forward, target) {
            (Some(forward), Some(space)) => {
                let (method, rest) = head.split_at(space + 1);
                let end = rest.windows(2).position(|end| end == b"\r\n").map_or(rest.len(), |end| end + 2);
                self.head.extend_from_slice(method);
                self.head.extend_from_slice(forward.origin.as_bytes());
                self.head.extend_from_slice(&rest[..end]);
                if let Some(authorization) = &forward.authorization {
                    self.head.extend_from_slice(format!("Proxy-Authorization: {authorization}\r\n").as_bytes());
                }
                self.head.extend_from_slice(&rest[end..]);
            }
            _ => self.head.extend_from_slice(head),
        }
    }

    /// Sends the head, if it still waits, and the first `amount` bytes of the output buffer.
    fn flush(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let head = std::mem::take(&mut self.head);
        let socket = &mut self.line().socket;
        if head.is_empty() {
            return if amount == 0 { Ok(()) } else { socket.transmit_output(amount, timeout) };
        }
        let output = socket.buffers().output();
        if head.len() + amount <= output.len() {
            output.copy_within(..amount, head.len());
            output[..head.len()].copy_from_slice(&head);
            return socket.transmit_output(head.len() + amount, timeout);
        }
        let body = output[..amount].to_vec();
        for piece in head.chunks(body.len().max(1)).chain([&body[..]]) {
            socket.buffers().output()[..piece.len()].copy_from_slice(piece);
            socket.transmit_output(piece.len(), timeout)?;
        }
        Ok(())
    }

    /// A server may refuse a request before it has read all of it, and hang up: its answer is still to be read.
    fn send(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        if self.cut {
            return Ok(());
        }
        match self.flush(amount, timeout) {
            Err(Error::Io(cause)) if matches!(cause.kind(), BrokenPipe | ConnectionAborted | ConnectionReset) => {
                self.cut = true;
                CALL.with_borrow_mut(|call| call.cut = true);
                Ok(())
            }
            other => other,
        }
    }

    /// Takes the headers out of `100 Continue`, which some proxies put there and ureq takes for a breach of HTTP. Source:
    /// botocore's `AWSConnection._consume_headers`.
    fn strip_continue(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        const LINE: &[u8] = b"HTTP/1.1 100";
        while !self.answered {
            let input = self.line().socket.buffers().input();
            if input.len() < LINE.len() {
                return Ok(());
            }
            if !(input.starts_with(b"HTTP/1.") && input[LINE.len() - 4..].starts_with(b" 100")) {
                self.answered = true;
                return Ok(());
            }
            match input.windows(4).position(|end| end == b"\r\n\r\n") {
                Some(end) => {
                    let line = input.windows(2).position(|end| end == b"\r\n").unwrap_or(end);
                    let short = [&input[..line], &input[end..]].concat();
                    let (more, changed) = (input.len() > end + 4, short.len() < input.len());
                    self.answered = more;
                    if changed {
                        self.replace_input(&short);
                    }
                    return Ok(());
                }
                None if !self.line().socket.await_input(timeout)? => return Ok(()),
                None => {}
            }
        }
        Ok(())
    }

    fn replace_input(&mut self, input: &[u8]) {
        let buffers = self.line().socket.buffers();
        buffers.input_consume(buffers.input().len());
        buffers.input_append_buf()[..input.len()].copy_from_slice(input);
        buffers.input_appended(input.len());
    }

    /// Whether an answer came where `100 Continue` was awaited. It was looked at once, and ureq would now wait for more.
    fn holds_an_answer(&mut self) -> bool {
        if self.looked_again {
            return false;
        }
        let input = self.line().socket.buffers().input();
        input.starts_with(b"HTTP/1.") && input.windows(4).any(|end| end == b"\r\n\r\n")
    }
}

impl Transport for Lease {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.line().socket.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.looked_again = false;
        if self.sent_head {
            return self.send(amount, timeout);
        }
        self.sent_head = true;
        self.hold_head(amount);
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if !self.head.is_empty() {
            self.send(0, timeout)?;
        }
        if self.holds_an_answer() {
            self.looked_again = true;
            return Ok(true);
        }
        let progressed = self.line().socket.await_input(timeout).map_err(broken)?;
        if progressed {
            self.unheard = false;
            CALL.with_borrow_mut(|call| call.heard = true);
            self.strip_continue(timeout)?;
        }
        Ok(progressed)
    }

    /// ureq asks this when an answer was read to its end, and would then keep the connection itself.
    fn is_open(&mut self) -> bool {
        self.reusable = true;
        false
    }

    fn is_tls(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.socket.is_tls())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(line) = self.line.take() else { return };
        let finished = line.socket.direct().finished.load(Ordering::Relaxed);
        if self.unheard {
            self.pool.forget(&self.host);
        } else if (self.reusable || finished) && !self.cut {
            self.pool.give(std::mem::take(&mut self.host), line);
        }
    }
}
