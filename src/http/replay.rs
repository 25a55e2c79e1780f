use std::fmt;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Headers, Request, Response, Transport, TransportFailure};
use crate::error::{Error, Result};

/// A transport that answers from a list and keeps what it was asked: for tests and examples, without a network.
///
/// Each answer serves once. A request takes the first one left that is meant for it; with none left, it fails as if
/// nobody listened. Clones share list and record, so one goes to the client and the other stays with the test.
///
/// ```
/// use botocore::{Replay, Request, Transport};
///
/// let replay = Replay::new().answer(200, [("x-amzn-RequestId", "1")], "{}").answer_to("GET", "/missing", 404, [], "");
/// let mut request = Request { method: "GET", path: "/missing".to_owned(), ..Request::default() };
/// assert_eq!(replay.send(&mut request)?.status, 200);
/// assert_eq!(replay.send(&mut request)?.status, 404);
/// assert_eq!(replay.requests()[0].path, "/missing");
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Replay(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    answers: Vec<Answer>,
    requests: Vec<RecordedRequest>,
}

struct Answer {
    /// Method and a part of path and query; none for any request.
    asked: Option<(String, String)>,
    outcome: std::result::Result<(u16, Headers, Vec<u8>), (TransportFailure, String)>,
}

/// A request that [`Replay`] was asked.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// `GET`, `PUT` …
    pub method: &'static str,
    /// Scheme and authority.
    pub origin: String,
    /// The path as it would go on the wire.
    pub path: String,
    /// The query as it would go on the wire, without `?`.
    pub query: String,
    /// The headers, the signature among them.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
}

impl RecordedRequest {
    /// The body as text, with what is not UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Replay {
    /// A list without answers.
    pub fn new() -> Self {
        Replay::default()
    }

    /// Adds an answer to whatever is asked.
    pub fn answer<'a>(
        self,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        self.add(None, Ok((status, collect(headers), body.into())))
    }

    /// Adds an answer to a request of that method whose path and query contain `part`.
    pub fn answer_to<'a>(
        self,
        method: &str,
        part: &str,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        self.add(Some((method.to_owned(), part.to_owned())), Ok((status, collect(headers), body.into())))
    }

    /// Adds a failure on the way to whatever is asked.
    #[cfg(test)]
    pub(crate) fn fail(self, failure: TransportFailure, message: &str) -> Self {
        self.add(None, Err((failure, message.to_owned())))
    }

    /// What was asked, in order.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.clone()
    }

    /// How many answers nobody asked for.
    pub fn answers_left(&self) -> usize {
        self.lock().answers.len()
    }

    fn add(
        self,
        asked: Option<(String, String)>,
        outcome: std::result::Result<(u16, Headers, Vec<u8>), (TransportFailure, String)>,
    ) -> Self {
        self.lock().answers.push(Answer { asked, outcome });
        self
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn collect<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in pairs {
        headers.append(name.to_owned(), value);
    }
    headers
}

impl Answer {
    fn is_for(&self, request: &RecordedRequest) -> bool {
        self.asked.as_ref().is_none_or(|(method, part)| {
            method == request.method && format!("{}?{}", request.path, request.query).contains(part)
        })
    }
}

impl Transport for Replay {
    fn send(&self, request: &mut Request) -> Result<Response> {
        let mut body = Vec::new();
        request
            .body
            .read_to_end(&mut body)
            .map_err(|cause| Error::body("The request's body could not be read", cause))?;
        let asked = RecordedRequest {
            method: request.method,
            origin: request.origin.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body,
        };
        let mut inner = self.lock();
        let place = inner.answers.iter().position(|answer| answer.is_for(&asked));
        inner.requests.push(asked);
        let Some(place) = place else {
            let message = format!("No recorded answer is left for {} {}", request.method, request.url());
            return Err(Error::transport(TransportFailure::Connect, message));
        };
        match inner.answers.remove(place).outcome {
            Ok((status, headers, body)) => Ok(Response { status, headers, body: body.into() }),
            Err((failure, message)) => Err(Error::transport(failure, message)),
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        write!(f, "Replay({} requests, {} answers left)", inner.requests.len(), inner.answers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn answers_in_order_of_those_that_fit() {
        let replay = Replay::new()
            .answer_to("PUT", "b?c=", 201, [], "put")
            .answer(200, [("A", "1"), ("A", "2")], "first")
            .fail(TransportFailure::ReadTimeout, "silence");
        let send = |method, path: &str, query: &str| {
            let (path, query) = (path.to_owned(), query.to_owned());
            replay.send(&mut Request { method, path, query, body: "x".into(), ..Request::default() })
        };
        let answer = send("GET", "/a/b", "c=d").unwrap();
        assert_eq!((answer.status, answer.body.read_to_string().unwrap().as_str()), (200, "first"));
        assert_eq!(answer.headers.iter().collect::<Vec<_>>(), [("A", "1"), ("A", "2")]);
        assert_eq!(send("PUT", "/a/b", "c=d").unwrap().status, 201);
        assert_eq!(send("PUT", "/a/b", "c=d").unwrap_err().transport_failure(), Some(TransportFailure::ReadTimeout));
        assert_eq!(replay.answers_left(), 0);
        let error = send("GET", "/a", "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.to_string().contains("GET /a"), "{error}");
        assert_eq!(replay.requests().len(), 4);
        assert_eq!(replay.requests()[1].text(), "x");
    }
}
