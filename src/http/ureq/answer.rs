use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ureq::http::{HeaderValue, Version};

use super::Answer;
use super::explain::Target;
use super::socket::{Direct, Taken};
use super::wire::Pause;
use crate::error::Result;
use crate::http::{Body, Headers, Response};

/// Bodies from this length on are read past ureq, where that can be: it saves a copy.
const LONG: u64 = 256 * 1024;

pub(super) fn response(answer: Answer, method: &str, target: Target, direct: Option<Arc<Direct>>) -> Result<Response> {
    let (head, body) = answer.into_parts();
    let status = head.status.as_u16();
    let mut headers = Headers::default();
    for (name, value) in &head.headers {
        headers.append(name.as_str().to_owned(), text(value));
    }
    if method == "HEAD" || status == 204 || status == 304 {
        return Ok(Response { status, headers, body: Body::empty() });
    }
    let length = body.content_length();
    if length == Some(0) {
        return Ok(Response { status, headers, body: Body::empty() });
    }
    let direct = direct.filter(|_| length.is_some_and(|length| length >= LONG));
    if let Some(direct) = &direct {
        direct.taken.store(true, Ordering::Relaxed);
    }
    let stays = head.version == Version::HTTP_11
        && !headers.get("connection").is_some_and(|value| value.to_ascii_lowercase().contains("close"));
    let reader = Incoming { direct, is_direct: false, stays, reader: Some(body.into_reader()), target, got: 0, length };
    let body = match length {
        Some(length) => Body::from_sized_reader(reader, length),
        None => Body::from_reader(reader),
    };
    Ok(Response { status, headers, body })
}

/// A header's value as text: UTF-8, else Latin-1 as HTTP had it.
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// The rest of an answer's body. The connection goes back to the pool at its end, and is closed when dropped earlier.
struct Incoming {
    reader: Option<ureq::BodyReader<'static>>,
    direct: Option<Arc<Direct>>,
    /// What ureq had read ahead is used up.
    is_direct: bool,
    /// The connection can be used again.
    stays: bool,
    target: Target,
    got: u64,
    length: Option<u64>,
}

impl Incoming {
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(reader) = &mut self.reader else { return Ok(0) };
        if !self.is_direct {
            match reader.read(buffer) {
                Err(cause) if is_taken(&cause) => self.is_direct = true,
                other => return other,
            }
        }
        let Some(direct) = &self.direct else { return Ok(0) };
        let pause = Pause { each: Some(self.target.read_timeout), end: self.target.deadline };
        let left = self.length.map_or(0, |length| length - self.got);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        match direct.read(&mut buffer[..most], pause)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }

    /// Lets the connection go: to the pool, when nothing is left on it.
    fn end(&mut self) {
        match &self.direct {
            Some(direct) => direct.finished.store(self.stays && Some(self.got) == self.length, Ordering::Relaxed),
            None => {
                // Who knows the length may never read on to the end, where ureq lets go.
                let _ = self.reader.as_mut().map(|reader| reader.read(&mut [0]));
            }
        }
        self.reader = None;
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.reader.is_none() {
            return Ok(0);
        }
        match self.receive(buffer) {
            Ok(count) => {
                self.got += count as u64;
                if count == 0 || Some(self.got) == self.length {
                    self.end();
                }
                Ok(count)
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Err(cause),
            Err(cause) => {
                self.reader = None;
                let kind = cause.kind();
                Err(io::Error::new(kind, self.target.explain_body(cause, self.got, self.length)))
            }
        }
    }
}

fn is_taken(cause: &io::Error) -> bool {
    let cause = cause.get_ref().and_then(|cause| cause.downcast_ref::<ureq::Error>());
    matches!(cause, Some(ureq::Error::Other(cause)) if cause.is::<Taken>())
}
