//! The faults: how each spoils an answer, where, and what is said of it.

use std::time::Duration;

use crate::operations::Answer;
use crate::server::{End, Reads, Script};
use crate::{LONG, SHORT};

/// Until where a call goes as it should.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// No head of an answer comes, so that every call is made again.
    Head,
    /// The head is right: who reads the body himself sees it break off.
    Body,
    /// An error of the service.
    Refused,
}

pub struct Fault {
    pub name: &'static str,
    pub stage: Stage,
    /// One of these is in the error's text.
    pub said: &'static [&'static str],
    pub script: fn(&Answer) -> Script,
}

impl Fault {
    /// How long the client waits for a server that it meets.
    pub fn patience(&self) -> Duration {
        if self.said == SILENT { SHORT } else { LONG }
    }
}

const CLOSED: &[&str] = &["closed the connection", "broke off"];
const SILENT: &[&str] = &["did not answer within 0.6 s", "sent nothing for 0.6 s", "took no more of the request"];
const STRANGE: &[&str] = &["answered with something that is not HTTP/1.1", "could not be talked to"];

fn head(name: &'static str, said: &'static [&'static str], script: fn(&Answer) -> Script) -> Fault {
    Fault { name, stage: Stage::Head, said, script }
}

fn body(name: &'static str, said: &'static [&'static str], script: fn(&Answer) -> Script) -> Fault {
    Fault { name, stage: Stage::Body, said, script }
}

fn refused(name: &'static str, said: &'static [&'static str], script: fn(&Answer) -> Script) -> Fault {
    Fault { name, stage: Stage::Refused, said, script }
}

/// Half of the body, which is promised whole; at least 40 bytes are missing.
fn half(answer: &Answer) -> Script {
    let half = answer.body.len() / 2;
    Script::says([answer.head(answer.body.len() + 40), answer.body[..half].to_vec()].concat())
}

/// The body in one chunk of HTTP's, and what then follows.
fn chunked(answer: &Answer, after: &str) -> Script {
    let mut bytes = answer.head_with("Transfer-Encoding: chunked");
    if !answer.body.is_empty() {
        bytes.extend(format!("{:x}\r\n", answer.body.len()).bytes());
        bytes.extend(&answer.body);
        bytes.extend(b"\r\n");
    }
    bytes.extend(after.bytes());
    Script::says(bytes)
}

fn status(status: &str, headers: &str, body: &str) -> Script {
    Script::says(format!(
        "HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

pub fn all() -> Vec<Fault> {
    vec![
        head("closed when it was made", CLOSED, |_| Script::says("").reads(Reads::Nothing)),
        head("reset when it was made", CLOSED, |_| Script::says("").reads(Reads::Nothing).ends(End::Reset)),
        head("closed after the request's line", CLOSED, |_| Script::says("").reads(Reads::Line)),
        head("closed after the request's head", CLOSED, |_| Script::says("").reads(Reads::Head)),
        head("closed within the request's body", CLOSED, |_| Script::says("").reads(Reads::Body(1000))),
        head("reset within the request's body", CLOSED, |_| Script::says("").reads(Reads::Body(1000)).ends(End::Reset)),
        head("closed without an answer", CLOSED, |_| Script::says("")),
        head("reset without an answer", CLOSED, |_| Script::says("").ends(End::Reset)),
        head("closed within the status line", CLOSED, |_| Script::says("HTTP/1.1 2")),
        head("closed after the status line", CLOSED, |_| Script::says("HTTP/1.1 200 OK\r\n")),
        head("closed within the headers", CLOSED, |_| Script::says("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Len")),
        head("reset within the headers", CLOSED, |_| Script::says("HTTP/1.1 200 OK\r\nContent-Len").ends(End::Reset)),
        head("silent", SILENT, |_| Script::says("").ends(End::Wait)),
        head("silent before the request's body is read", SILENT, |_| {
            Script::says("").reads(Reads::Head).ends(End::Wait)
        }),
        head("silent within the headers", SILENT, |_| Script::says("HTTP/1.1 200 OK\r\nETag").ends(End::Wait)),
        head("bytes of no meaning", STRANGE, |_| Script::says(&b"\0\x01\xff\xfe no answer\r\n\r\n"[..])),
        head("another protocol", STRANGE, |_| Script::says("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        head("a status that is no number", STRANGE, |_| Script::says("HTTP/1.1 OK 200\r\n\r\n")),
        head("a header without a colon", STRANGE, |_| Script::says("HTTP/1.1 200 OK\r\nno header\r\n\r\n")),
        head("a length that is no number", STRANGE, |answer| {
            Script::says([answer.head_with("Content-Length: many"), answer.body.clone()].concat())
        }),
        head("a negative length", STRANGE, |answer| Script::says(answer.head_with("Content-Length: -1"))),
        head("a length beyond all numbers", STRANGE, |answer| {
            Script::says(answer.head_with("Content-Length: 99999999999999999999"))
        }),
        head("HTTP/2", STRANGE, |_| Script::says(&b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff"[..])),
        head("interim answers, and then none", CLOSED, |_| Script::says("HTTP/1.1 102 Processing\r\n\r\n".repeat(3))),
        head("headers without end", STRANGE, |_| {
            Script::says(format!("HTTP/1.1 200 OK\r\n{}", "X-Long: yes\r\n".repeat(100_000)))
        }),
        body("closed within the answer's body", CLOSED, half),
        body("reset within the answer's body", CLOSED, |answer| half(answer).ends(End::Reset)),
        body("silent within the answer's body", SILENT, |answer| half(answer).ends(End::Wait)),
        body("closed before the last chunk", CLOSED, |answer| chunked(answer, "")),
        body("closed within a chunk", CLOSED, |answer| chunked(answer, "50\r\nno more")),
        body("reset within an answer's body without a length", CLOSED, |answer| {
            let half = answer.body[..answer.body.len() / 2].to_vec();
            Script::says([answer.head_with("Connection: close"), half].concat()).ends(End::Reset)
        }),
        body("a chunk whose length is no number", &["broke off", "closed the connection"], |answer| {
            chunked(answer, "zz\r\nwhat is this\r\n0\r\n\r\n")
        }),
        refused("500", &["(HTTP 500"], |_| status("500 Internal Server Error", "", "")),
        refused("502 with a page", &["(HTTP 502"], |_| {
            status("502 Bad Gateway", "Content-Type: text/html\r\n", "<html><p>Bad gateway</html>")
        }),
        refused("503", &["(HTTP 503"], |_| status("503 Slow Down", "x-amz-retry-after: 20\r\n", "")),
        refused("429", &["(HTTP 429"], |_| status("429 Too Many Requests", "", "")),
        refused("503, cut short", &["(HTTP 503", "closed the connection"], |_| {
            Script::says("HTTP/1.1 503 Slow Down\r\nContent-Length: 500\r\n\r\n<Error>")
        }),
    ]
}
