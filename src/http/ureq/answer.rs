use std::io::{self, Read};

use ureq::http::HeaderValue;

use super::Answer;
use super::explain::Target;
use crate::error::Result;
use crate::http::{Body, Headers, Response};

pub(super) fn response(answer: Answer, method: &str, target: Target) -> Result<Response> {
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
    let reader = Incoming { reader: Some(body.into_reader()), target, got: 0, length };
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
    target: Target,
    got: u64,
    length: Option<u64>,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(reader) = self.reader.as_mut().filter(|_| !buffer.is_empty()) else { return Ok(0) };
        match reader.read(buffer) {
            Ok(count) => {
                self.got += count as u64;
                if Some(self.got) == self.length {
                    // Gives the connection back now: who knows the length may never read on to the end.
                    let _ = reader.read(&mut [0]);
                }
                if count == 0 || Some(self.got) == self.length {
                    self.reader = None;
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
