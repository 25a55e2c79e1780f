//! Against servers on loopback that follow a script, mostly a bad one.

mod addresses;
mod broken;
mod limits;
mod proxy;
mod tls;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use super::HttpTransport;
use crate::error::{Error, ErrorKind};
use crate::http::{Body, Headers, Request, Response, Transport, TransportFailure, TransportOptions};

/// A server that gives each connection, with its number, to `serve`.
fn server(serve: impl Fn(usize, Connection) + Send + 'static) -> String {
    server_of_streams(move |number, stream| serve(number, Connection::new(stream)))
}

fn server_of_streams(serve: impl Fn(usize, TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            serve(number, stream.unwrap());
        }
    });
    format!("http://{authority}")
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

struct Connection(BufReader<Box<dyn Stream>>);

impl Connection {
    fn new(stream: impl Stream + 'static) -> Self {
        Connection(BufReader::new(Box::new(stream)))
    }

    /// The head of a request, or nothing when the client is gone.
    fn head(&mut self) -> Option<String> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        Some(head)
    }

    fn body(&mut self, length: usize) -> Vec<u8> {
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        body
    }

    fn say(&mut self, text: &str) {
        let _ = self.0.get_mut().write_all(text.as_bytes());
        let _ = self.0.get_mut().flush();
    }

    /// Answers each request with its number on this connection.
    fn count(mut self) {
        let mut number = 0;
        while self.head().is_some() {
            self.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}"));
            number += 1;
        }
    }
}

/// A server that answers `OK` to everything, and what it was asked.
fn echo() -> (String, Receiver<String>) {
    let (sender, receiver) = channel();
    let origin = server(move |_, mut connection| {
        while let Some(mut head) = connection.head() {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
                let mut line = String::new();
                while !line.ends_with("0\r\n\r\n") {
                    connection.0.read_line(&mut line).unwrap();
                }
                head.push_str(&line);
            }
            head.push_str(std::str::from_utf8(&connection.body(length.unwrap_or(0))).unwrap());
            let body = if head.starts_with("HEAD") { "" } else { "OK" };
            connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Case: a\r\n\r\n{body}"));
            let _ = sender.send(head);
        }
    });
    (origin, receiver)
}

fn options() -> TransportOptions {
    TransportOptions {
        connect_timeout: Duration::from_millis(500),
        read_timeout: Duration::from_millis(200),
        ..TransportOptions::default()
    }
}

fn transport() -> HttpTransport {
    HttpTransport::new(options())
}

fn request(method: &'static str, origin: &str, path: &str, body: impl Into<Body>) -> Request {
    Request { method, origin: origin.to_owned(), path: path.to_owned(), body: body.into(), ..Request::default() }
}

fn get(origin: &str) -> Result<Response, Error> {
    transport().send(&mut request("GET", origin, "/", ""))
}

fn read_all(origin: &str) -> Result<Vec<u8>, Error> {
    get(origin)?.body.into_bytes()
}

#[track_caller]
fn assert_failure<T>(result: Result<T, Error>, failure: TransportFailure, text: &str) {
    let error = result.err().expect("an error");
    assert_eq!((error.kind(), error.transport_failure()), (ErrorKind::Transport, Some(failure)), "{error}");
    assert!(error.to_string().contains(text), "`{error}` has no `{text}`");
}

#[test]
fn methods_lengths_and_header_case() {
    let (origin, asked) = echo();
    let transport = transport();
    for (method, body, length) in [
        ("GET", "", None),
        ("GET", "x", Some("1")),
        ("HEAD", "", None),
        ("DELETE", "", None),
        ("DELETE", "abc", Some("3")),
        ("OPTIONS", "", None),
        ("POST", "", Some("0")),
        ("POST", "abc", Some("3")),
        ("PUT", "", Some("0")),
        ("PUT", "abcd", Some("4")),
        ("PATCH", "ab", Some("2")),
    ] {
        let mut request = request(method, &origin, "/a", body);
        request.headers.set("X-Amz-Target", "Some.Thing");
        let answer = transport.send(&mut request).unwrap();
        assert_eq!(answer.headers.get("X-CASE"), Some("a"));
        assert_eq!(answer.body.read_to_string().unwrap(), if method == "HEAD" { "" } else { "OK" });
        let asked = asked.recv().unwrap();
        assert!(asked.starts_with(&format!("{method} /a HTTP/1.1\r\n")), "{asked}");
        assert!(asked.contains("\r\nX-Amz-Target: Some.Thing\r\n"), "{asked}");
        assert!(asked.contains(&format!("\r\nHost: {}\r\n", origin.strip_prefix("http://").unwrap())), "{asked}");
        assert!(asked.ends_with(&format!("\r\n\r\n{body}")), "{asked}");
        let lower = asked.to_ascii_lowercase();
        let sent = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(sent, length, "{asked}");
        for absent in ["user-agent", "accept", "transfer-encoding", "cookie"] {
            assert!(!lower.contains(&format!("\r\n{absent}")), "{asked}");
        }
    }
}

#[test]
fn paths_and_queries_arrive_as_written() {
    let (origin, asked) = echo();
    let transport = transport();
    for path in [
        "/",
        "//",
        "//a//b/",
        "/../a",
        "/a/./b/../c",
        "/%2F%2f",
        "/a+b%20c",
        "/%E2%82%AC",
        "/a;b=c,d:e@f&g=$!*'()~_.-",
        "/%00",
        "/a%3Fb%23c%25",
        "/..",
        "/[a]|{b}",
    ] {
        for query in ["", "a", "a=", "a=b&a=c&=", "a+b=%20&c=%2F/?", "list-type=2&prefix=%E2%82%AC"] {
            let mut request = request("GET", &origin, path, "");
            request.query = query.to_owned();
            transport.send(&mut request).unwrap().body.into_bytes().unwrap();
            let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            let asked = asked.recv().unwrap();
            assert_eq!(asked.lines().next(), Some(format!("GET {target} HTTP/1.1").as_str()));
        }
    }
}

#[test]
fn a_body_of_unknown_length_goes_in_chunks() {
    let (origin, asked) = echo();
    let mut request = request("PUT", &origin, "/", Body::from_reader(&b"streamed"[..]));
    transport().send(&mut request).unwrap();
    let asked = asked.recv().unwrap();
    assert!(asked.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked\r\n"), "{asked}");
    assert!(asked.ends_with("8\r\nstreamed\r\n0\r\n\r\n"), "{asked}");
}

#[test]
fn a_stated_length_serves_a_reader_of_unknown_length() {
    let (origin, asked) = echo();
    let mut request = request("PUT", &origin, "/", Body::from_reader(&b"streamed"[..]));
    request.headers.set("Content-Length", "8");
    transport().send(&mut request).unwrap();
    let asked = asked.recv().unwrap();
    assert!(asked.ends_with("content-length: 8\r\n\r\nstreamed"), "{asked}");
}

#[test]
fn a_body_that_ends_early_is_an_error_of_this_side() {
    let (origin, _asked) = echo();
    let body = Body::from_sized_reader(&b"short"[..], 10);
    let error = transport().send(&mut request("PUT", &origin, "/", body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body);
    assert!(error.to_string().contains("5 of 10 bytes"), "{error}");
}

#[test]
fn connections_are_used_again() {
    let (sender, numbers) = channel();
    let origin = server(move |number, mut connection| {
        while connection.head().is_some() {
            sender.send(number).unwrap();
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
        }
    });
    let transport = transport();
    for _ in 0..3 {
        let mut answer = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
        answer.body.read_exact(&mut [0; 2]).unwrap();
        assert_eq!(numbers.recv().unwrap(), 0);
    }
}

#[test]
fn an_idle_connection_that_was_closed_is_replaced_unseen() {
    // Each connection serves one request, then reads the next one and hangs up without a word.
    let origin = server(|_, mut connection| {
        thread::spawn(move || {
            connection.head().unwrap();
            connection.body(3);
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
            connection.head();
        });
    });
    let transport = transport();
    for _ in 0..3 {
        let answer = transport.send(&mut request("PUT", &origin, "/", "abc")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), "OK");
    }
    let mut once = request("PUT", &origin, "/", Body::from_sized_reader(&b"abc"[..], 3));
    assert_failure(transport.send(&mut once), TransportFailure::ConnectionClosed, "before it answered");
}

#[test]
fn a_new_connection_that_is_closed_is_an_error() {
    let origin = server(|_, mut connection| drop(connection.head()));
    assert_failure(get(&origin), TransportFailure::ConnectionClosed, "closed the connection before it answered");
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 O");
    });
    assert_failure(get(&origin), TransportFailure::ConnectionClosed, "closed the connection before it answered");
}

#[test]
fn an_address_of_version_6() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return eprintln!("left out: there is no IPv6 here") };
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || Connection::new(listener.accept().unwrap().0).count());
    let transport = transport();
    for number in ["0", "1"] {
        let answer = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), number);
    }
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_failure(get(&origin), TransportFailure::Connect, &format!("Could not connect to {}", &origin[7..]));
}

#[test]
fn no_such_name() {
    assert_failure(get("http://no-such-host.invalid"), TransportFailure::Dns, "no-such-host.invalid");
}

#[test]
fn silence_before_the_answer() {
    let origin = server(|_, mut connection| {
        connection.head();
        thread::sleep(Duration::from_secs(1));
    });
    assert_failure(get(&origin), TransportFailure::ReadTimeout, "did not answer within 0.2 s");
}

#[test]
fn silence_within_the_body() {
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
        thread::sleep(Duration::from_secs(1));
    });
    assert_failure(read_all(&origin), TransportFailure::ReadTimeout, "for 0.2 s after 3 of 9 bytes");
}

#[test]
fn a_body_that_is_cut() {
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    });
    assert_failure(read_all(&origin), TransportFailure::Body, "after 3 of 9 bytes");
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde");
    });
    assert_failure(read_all(&origin), TransportFailure::Body, "after 5 bytes");
}

#[test]
fn a_body_that_ends_with_the_connection() {
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 OK\r\n\r\nabc");
    });
    assert_eq!(read_all(&origin).unwrap(), b"abc");
}

#[test]
fn not_http() {
    for noise in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"] {
        let origin = server(move |_, mut connection| {
            connection.head();
            connection.say(noise);
        });
        assert_failure(get(&origin), TransportFailure::Protocol, "not HTTP/1.1");
    }
}

#[test]
fn redirects_and_errors_are_answers() {
    for status in [301, 307, 400, 404, 500, 503] {
        let origin = server(move |_, mut connection| {
            connection.head();
            connection.say(&format!(
                "HTTP/1.1 {status} X\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 3\r\n\r\nwhy"
            ));
        });
        let answer = get(&origin).unwrap();
        assert_eq!((answer.status, answer.body.read_to_string().unwrap().as_str()), (status, "why"));
    }
}

#[test]
fn encoded_content_stays_encoded() {
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
    });
    let answer = get(&origin).unwrap();
    assert_eq!(answer.headers.get("content-encoding"), Some("gzip"));
    assert_eq!(answer.body.len(), Some(3));
    assert_eq!(answer.body.into_bytes().unwrap(), b"abc");
}

#[test]
fn a_dropped_body_does_not_hang() {
    let origin = server(|_, mut connection| {
        thread::spawn(move || {
            connection.head();
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
            thread::sleep(Duration::from_secs(2));
        });
    });
    let started = std::time::Instant::now();
    let transport = transport();
    for _ in 0..2 {
        drop(transport.send(&mut request("GET", &origin, "/", "")).unwrap());
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn endpoints_that_are_no_urls() {
    for origin in ["", "localhost", "ftp://a", "http://", "http://a/b", "http://user@host", "http://a b"] {
        assert_eq!(get(origin).unwrap_err().kind(), ErrorKind::Endpoint, "{origin}");
    }
}

#[test]
fn headers_that_cannot_be_sent() {
    let (origin, _asked) = echo();
    for (name, value) in [("X-Bad", "a\r\nInjected: b"), ("X Bad", "a"), ("", "a")] {
        let mut request = request("GET", &origin, "/", "");
        request.headers = Headers::default();
        request.headers.set(name, value);
        assert_eq!(transport().send(&mut request).unwrap_err().kind(), ErrorKind::Serialize, "{name}");
    }
}

#[test]
fn long_bodies_come_whole_and_leave_the_connection() {
    const LENGTH: usize = 3_000_001;
    let origin = server(|number, mut connection| {
        assert_eq!(number, 0, "a second connection");
        while connection.head().is_some() {
            connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n"));
            connection.say(&"0123456789".repeat(LENGTH / 10 + 1)[..LENGTH]);
        }
    });
    let transport = transport();
    for _ in 0..3 {
        let bytes = transport.send(&mut request("GET", &origin, "/", "")).unwrap().body.into_bytes().unwrap();
        assert_eq!(bytes.len(), LENGTH);
        assert!(bytes.iter().enumerate().all(|(place, byte)| usize::from(byte - b'0') == place % 10));
    }
}

#[test]
fn a_long_body_that_is_cut_or_stalls() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n";
    let origin = server(move |_, mut connection| {
        connection.head();
        connection.say(&format!("{head}{}", "x".repeat(1_000_000)));
    });
    assert_failure(read_all(&origin), TransportFailure::Body, "after 1000000 of 9000000 bytes");
    let origin = server(move |_, mut connection| {
        connection.head();
        connection.say(&format!("{head}{}", "x".repeat(1_000_000)));
        thread::sleep(Duration::from_secs(1));
    });
    assert_failure(read_all(&origin), TransportFailure::ReadTimeout, "for 0.2 s after 1000000 of 9000000 bytes");
}

#[test]
fn a_connection_that_is_to_be_closed_is_not_used_again() {
    for length in [2, 1_000_000] {
        let origin = server(move |_, mut connection| {
            connection.head();
            connection.say(&format!("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: {length}\r\n\r\n"));
            connection.say(&"x".repeat(length));
            // Stays open: only the header says that it is over.
            thread::spawn(move || connection.head().map(|_| panic!("used again")));
        });
        let transport = transport();
        for _ in 0..2 {
            let body = Body::from_sized_reader(&b"abc"[..], 3);
            transport.send(&mut request("PUT", &origin, "/", body)).unwrap().body.into_bytes().unwrap();
        }
    }
}

#[test]
fn a_refusal_before_the_whole_request_was_read() {
    let origin = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        // What was sent is read, so that closing does not reset the connection, but no more is taken.
        let _ = connection.0.read(&mut vec![0; 1 << 20]);
    });
    // Larger than what both kernels hold.
    let body = Body::from_sized_reader(std::io::repeat(0), 1 << 30);
    match transport().send(&mut request("PUT", &origin, "/", body)) {
        Ok(answer) => assert_eq!((answer.status, answer.body.read_to_string().unwrap().as_str()), (403, "no")),
        // A reset may overtake the answer.
        Err(error) => assert_eq!(error.transport_failure(), Some(TransportFailure::ConnectionClosed), "{error}"),
    }
}

#[test]
fn more_threads_than_idle_connections() {
    let origin = server(|_, connection| drop(thread::spawn(move || connection.count())));
    let transport = HttpTransport::new(TransportOptions { max_pool_connections: 2, ..options() });
    for _ in 0..3 {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let answer = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
                        assert_eq!(answer.body.len(), Some(1));
                        answer.body.into_bytes().unwrap();
                    }
                });
            }
        });
    }
}
