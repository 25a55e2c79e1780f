//! Time-outs of single requests, the end of a whole call, and the wait for `100 Continue`.

use std::time::Instant;

use super::tls::Authority;
use super::*;
use crate::http::{Proxies, Verify};

pub(super) fn with_deadline(origin: &str, left: Duration) -> Request {
    Request { deadline: Some(Instant::now() + left), ..request("GET", origin, "/", "") }
}

/// Patient, so that only the request's own limits are felt.
fn patient() -> HttpTransport {
    let long = Duration::from_secs(20);
    HttpTransport::new(TransportOptions { connect_timeout: long, read_timeout: long, ..options() })
}

#[track_caller]
pub(super) fn assert_within(start: Instant, least: u64, most: u64) {
    let took = start.elapsed().as_millis();
    assert!((u128::from(least)..u128::from(most)).contains(&took), "{took} ms");
}

#[test]
fn one_request_waits_otherwise_than_the_rest() {
    let origin = server(|_, mut connection| {
        thread::spawn(move || {
            while let Some(head) = connection.head() {
                if head.starts_with("GET /slow") {
                    thread::sleep(Duration::from_millis(500));
                }
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
            }
        });
    });
    let slow = |transport: &HttpTransport, read_timeout| {
        let mut request = Request { read_timeout, ..request("GET", &origin, "/slow", "") };
        transport.send(&mut request).and_then(|answer| answer.body.read_to_string())
    };
    let (brief, patient) = (transport(), patient());
    assert_eq!(slow(&brief, Some(Duration::from_secs(20))).unwrap(), "1");
    // On the same connection the next one has the transport's own again.
    assert_failure(slow(&brief, None), TransportFailure::ReadTimeout, "within 0.2 s");
    assert_failure(slow(&patient, Some(Duration::from_millis(100))), TransportFailure::ReadTimeout, "within 0.1 s");
    assert_eq!(slow(&patient, None).unwrap(), "1");
}

#[test]
fn the_time_is_over_before_the_answer() {
    let origin = server(|_, mut connection| {
        connection.head();
        thread::sleep(Duration::from_secs(2));
    });
    let start = Instant::now();
    let result = patient().send(&mut with_deadline(&origin, Duration::from_millis(300)));
    assert_failure(result, TransportFailure::OutOfTime, "The time for the whole call was over before 127.0.0.1");
    assert_within(start, 290, 1500);
    // The shorter one counts.
    let result = transport().send(&mut with_deadline(&origin, Duration::from_secs(20)));
    assert_failure(result, TransportFailure::ReadTimeout, "within 0.2 s");
    let result = patient().send(&mut with_deadline(&origin, Duration::ZERO));
    assert_failure(result, TransportFailure::OutOfTime, "whole call");
}

/// Bytes that come one by one: no silence is long, and all takes for ever.
#[test]
fn the_time_is_over_within_the_body() {
    for length in ["9", "9000000"] {
        let origin = server(move |_, mut connection| {
            connection.head();
            connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"));
            for _ in 0..8 {
                connection.say("x");
                thread::sleep(Duration::from_millis(100));
            }
        });
        let start = Instant::now();
        let answer = patient().send(&mut with_deadline(&origin, Duration::from_millis(350))).unwrap();
        let result = answer.body.into_bytes();
        assert_failure(result, TransportFailure::OutOfTime, "The time for the whole call was over after");
        assert_within(start, 330, 750);
    }
}

/// A listener whose backlog takes connections, and nobody talks.
#[test]
fn the_time_is_over_before_there_is_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let start = Instant::now();
    let result = patient().send(&mut with_deadline(&origin, Duration::from_millis(300)));
    assert_failure(result, TransportFailure::OutOfTime, "The time for the whole call was over before 127.0.0.1");
    assert_within(start, 290, 1500);
    let proxies = Proxies { https: Some(origin.replace("https", "http")), ..Proxies::default() };
    let through = HttpTransport::new(TransportOptions { proxies, ..options() });
    let start = Instant::now();
    let result = through.send(&mut with_deadline("https://a.example", Duration::from_millis(150)));
    assert_failure(result, TransportFailure::OutOfTime, "The time for the whole call was over before a.example");
    assert_within(start, 140, 450);
}

#[test]
fn a_connection_forgets_the_limits_of_earlier_requests() {
    let body = "x".repeat(1_000_000);
    let origin = server(move |_, mut connection| {
        for pause in [0, 400] {
            connection.head().unwrap();
            thread::sleep(Duration::from_millis(pause));
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            thread::sleep(Duration::from_millis(pause));
            connection.say(&body);
        }
    });
    let transport = patient();
    let first = transport.send(&mut with_deadline(&origin, Duration::from_millis(300))).unwrap();
    assert_eq!(first.body.into_bytes().unwrap().len(), 1_000_000);
    let second = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
    assert_eq!(second.body.into_bytes().unwrap().len(), 1_000_000);
}

fn put(origin: &str) -> Request {
    let mut request = request("PUT", origin, "/", "abc");
    request.headers.set("Expect", "100-continue");
    request
}

#[test]
fn expect_100_continue() {
    let origin = server(|number, mut connection| {
        let head = connection.head().unwrap();
        assert!(head.to_ascii_lowercase().contains("\r\nexpect: 100-continue\r\n"));
        match number {
            0 => {
                // Squid adds headers to it.
                connection.say("HTTP/1.1 100 Continue\r\nConnection: keep-alive\r\n\r\n");
                assert_eq!(connection.body(3), b"abc");
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            _ => {
                let status = if number == 1 { "403 Forbidden" } else { "417 Expectation Failed" };
                connection.say(&format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno"));
                assert_eq!(connection.0.read(&mut [0; 9]).unwrap_or(0), 0, "the body was sent all the same");
            }
        }
    });
    let transport = transport();
    for status in [200, 403, 417] {
        assert_eq!(transport.send(&mut put(&origin)).unwrap().status, status);
    }
}

/// There is nothing to wait with: a server answers at once, or says first that it would take the body.
#[test]
fn an_empty_body_that_waits() {
    let origin = server(|number, mut connection| {
        while let Some(head) = connection.head() {
            let head = head.to_ascii_lowercase();
            assert!(
                head.contains("\r\nexpect: 100-continue\r\n") && head.contains("\r\ncontent-length: 0\r\n"),
                "{head}"
            );
            if number == 0 {
                connection.say("HTTP/1.1 100 Continue\r\n\r\n");
            }
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let transport = patient();
    let start = Instant::now();
    for _ in 0..3 {
        let body = Body::from_seekable(std::io::Cursor::new("")).unwrap();
        assert_eq!(transport.send(&mut Request { body, ..put(&origin) }).unwrap().status, 200);
    }
    assert_within(start, 0, 900);
}

/// A server that knows nothing of it just waits for the body, and gets it after a second.
#[test]
fn nobody_says_continue() {
    let origin = server(|_, mut connection| {
        connection.head().unwrap();
        assert_eq!(connection.body(3), b"abc");
        connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    for transport in [patient(), transport()] {
        let start = Instant::now();
        assert_eq!(transport.send(&mut put(&origin)).unwrap().status, 200);
        assert_within(start, 950, 3000);
    }
}

#[test]
fn waiting_within_tls() {
    let authority = Authority::new("expect");
    let config = authority.server(&["localhost"]);
    let origin = server_of_streams(move |number, stream| {
        let config = config.clone();
        thread::spawn(move || {
            let mut connection = Connection::new(tls::accept(&config, stream));
            connection.head().unwrap();
            if number == 0 {
                connection.say("HTTP/1.1 100 Continue\r\n\r\n");
            }
            if number < 2 {
                assert_eq!(connection.body(3), b"abc");
            }
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
    });
    let origin = origin.replace("http://127.0.0.1", "https://localhost");
    let transport = HttpTransport::new(TransportOptions { verify: Verify::CaFile(authority.file()), ..options() });
    for (least, most) in [(0, 900), (950, 3000), (0, 900)] {
        let start = Instant::now();
        assert_eq!(transport.send(&mut put(&origin)).unwrap().status, 200);
        assert_within(start, least, most);
    }
}
