//! Names that take their time, hosts with several addresses, and stages that hang.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::limits::{assert_within, with_deadline};
use super::*;
use crate::http::Proxies;
use crate::http::ureq::names::Names;

/// A host with addresses of our own, and how often they were asked for.
fn found(
    options: TransportOptions,
    find: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
) -> (Arc<HttpTransport>, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let names = Names::new(move |name| {
        count.fetch_add(1, Ordering::SeqCst);
        find(name)
    });
    (Arc::new(HttpTransport::with_names(options, names)), asked)
}

fn address(origin: &str) -> SocketAddr {
    origin.strip_prefix("http://").unwrap().parse().unwrap()
}

/// An address that takes no connections and refuses none, as long as the rest is kept: its listener's queue is full.
fn silent() -> (SocketAddr, Vec<socket2::Socket>) {
    let new = || socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let listener = new();
    listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut kept = vec![listener];
    for _ in 0..4 {
        let socket = new();
        socket.set_nonblocking(true).unwrap();
        let _ = socket.connect(&address);
        kept.push(socket);
    }
    (address.as_socket().unwrap(), kept)
}

#[test]
fn a_look_up_does_not_hold_a_call_beyond_its_time() {
    let (origin, _) = echo();
    let there = address(&origin);
    let (transport, asked) = found(options(), move |_| {
        thread::sleep(Duration::from_millis(900));
        Ok(vec![there])
    });
    let start = Instant::now();
    let result = transport.send(&mut with_deadline("http://slow.example", Duration::from_millis(200)));
    assert_failure(result, TransportFailure::OutOfTime, "before slow.example had an address");
    assert_within(start, 190, 700);
    // A proxy's name as well.
    let proxies = Proxies { https: Some("http://proxy.example:3128".to_owned()), ..Proxies::default() };
    let (through, _) = found(TransportOptions { proxies, ..options() }, |_| {
        thread::sleep(Duration::from_millis(900));
        Err(io::Error::other("never mind"))
    });
    let result = through.send(&mut with_deadline("https://a.example", Duration::from_millis(200)));
    assert_failure(result, TransportFailure::OutOfTime, "had an address");
    // What was begun serves the next one, which has the patience.
    let answer = transport.send(&mut with_deadline("http://slow.example", Duration::from_secs(20))).unwrap();
    assert_eq!((answer.status, asked.load(Ordering::SeqCst)), (200, 1));
    assert_within(start, 850, 5000);
}

#[test]
fn calls_that_want_the_same_name_share_a_look_up() {
    let (transport, asked) = found(options(), |name| {
        thread::sleep(Duration::from_millis(400));
        Err(io::Error::other(format!("no {name}")))
    });
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50)
            .map(|number| {
                let transport = &transport;
                let left = Duration::from_millis(if number % 2 == 0 { 100 } else { 20_000 });
                scope.spawn(move || transport.send(&mut with_deadline("http://same.example", left)))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for (number, result) in results.into_iter().enumerate() {
        let (failure, text) = match number % 2 {
            0 => (TransportFailure::OutOfTime, "had an address"),
            _ => (TransportFailure::Dns, "same.example could not be resolved"),
        };
        assert_failure(result, failure, text);
    }
    let result = transport.send(&mut with_deadline("http://same.example", Duration::from_secs(20)));
    assert_failure(result, TransportFailure::Dns, "same.example");
    assert_eq!(asked.load(Ordering::SeqCst), 2, "a failure is kept");
}

#[test]
fn without_an_end_names_are_looked_up_by_the_calling_thread() {
    let caller = thread::current().id();
    let (origin, _) = echo();
    let there = address(&origin);
    let (transport, _) = found(options(), move |name| {
        assert_eq!((name, thread::current().id()), ("host.example:80", caller));
        Ok(vec![there])
    });
    assert_eq!(transport.send(&mut request("GET", "http://host.example", "/", "")).unwrap().status, 200);
}

#[test]
fn a_name_without_an_address() {
    let (transport, _) = found(options(), |_| Ok(Vec::new()));
    let result = transport.send(&mut request("GET", "http://empty.example", "/", ""));
    assert_failure(result, TransportFailure::Dns, "empty.example");
}

/// Each address has the whole time-out, as botocore's have; the one that hangs is not the last.
#[test]
fn an_address_that_hangs_is_followed_by_the_next() {
    let (hangs, _kept) = silent();
    let (origin, _) = echo();
    let there = address(&origin);
    let brief = TransportOptions { connect_timeout: Duration::from_millis(300), ..options() };
    let (transport, _) = found(brief.clone(), move |_| Ok(vec![hangs, hangs, there]));
    let start = Instant::now();
    assert_eq!(transport.send(&mut request("GET", "http://many.example", "/", "")).unwrap().status, 200);
    assert_within(start, 590, 1500);
    // A call that has an end leaves time for the others.
    let (transport, _) =
        found(TransportOptions { connect_timeout: Duration::from_secs(20), ..brief.clone() }, move |_| {
            Ok(vec![hangs, there])
        });
    let start = Instant::now();
    let answer = transport.send(&mut with_deadline("http://many.example", Duration::from_secs(2))).unwrap();
    assert_eq!(answer.status, 200);
    assert_within(start, 990, 2000);
    // Nobody there.
    let (transport, _) = found(brief, move |_| Ok(vec![hangs, hangs]));
    let start = Instant::now();
    let result = transport.send(&mut request("GET", "http://many.example", "/", ""));
    assert_failure(result, TransportFailure::ConnectTimeout, "No connection to many.example within 0.3 s");
    assert_within(start, 590, 1500);
    let start = Instant::now();
    let result = transport.send(&mut with_deadline("http://many.example", Duration::from_millis(400)));
    assert_failure(result, TransportFailure::OutOfTime, "before many.example was connected");
    assert_within(start, 380, 900);
}

#[test]
fn the_last_address_says_what_is_wrong() {
    let (hangs, _kept) = silent();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let refuses = listener.local_addr().unwrap();
    drop(listener);
    let brief = TransportOptions { connect_timeout: Duration::from_millis(200), ..options() };
    let (transport, _) = found(brief.clone(), move |_| Ok(vec![hangs, refuses]));
    let result = transport.send(&mut request("GET", "http://many.example", "/", ""));
    assert_failure(result, TransportFailure::Connect, "Could not connect to many.example");
    let (transport, _) = found(brief, move |_| Ok(vec![refuses, hangs]));
    let result = transport.send(&mut request("GET", "http://many.example", "/", ""));
    assert_failure(result, TransportFailure::ConnectTimeout, "many.example");
}

/// Every byte comes soon after the one before, and the whole never.
fn drips(text: &'static str) -> String {
    server(move |_, mut connection| {
        thread::spawn(move || {
            for byte in text.chars().chain(std::iter::repeat('x')).take(400) {
                connection.say(&byte.to_string());
                thread::sleep(Duration::from_millis(10));
            }
        });
    })
}

#[test]
fn a_proxy_that_hangs_or_drips() {
    let hangs = server(|_, mut connection| {
        thread::spawn(move || while connection.head().is_some() {});
    });
    for proxy in [hangs, drips("HTTP/1.1 200 OK\r\nX: ")] {
        let proxies = Proxies { https: Some(proxy), ..Proxies::default() };
        let transport = HttpTransport::new(TransportOptions { proxies, ..options() });
        let start = Instant::now();
        let result = transport.send(&mut request("GET", "https://a.example", "/", ""));
        assert_failure(result, TransportFailure::Proxy, "made no connection to a.example");
        assert_within(start, 490, 1500);
        let start = Instant::now();
        let result = transport.send(&mut with_deadline("https://a.example", Duration::from_millis(250)));
        assert_failure(result, TransportFailure::OutOfTime, "before a.example was connected");
        assert_within(start, 240, 1500);
    }
}

/// The first bytes of a TLS record, and then more of it for ever.
#[test]
fn a_handshake_that_hangs_or_drips() {
    let hangs = server_of_streams(|_, mut stream| {
        thread::spawn(move || while stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {});
    });
    for server in [hangs, drips("\u{16}\u{3}\u{3}\u{3f}\u{7f}")] {
        let origin = server.replace("http", "https");
        let start = Instant::now();
        let result = transport().send(&mut request("GET", &origin, "/", ""));
        assert_failure(result, TransportFailure::ConnectTimeout, "within 0.5 s");
        assert_within(start, 490, 1500);
        let start = Instant::now();
        let result = transport().send(&mut with_deadline(&origin, Duration::from_millis(250)));
        assert_failure(result, TransportFailure::OutOfTime, "whole call");
        assert_within(start, 240, 1500);
    }
}
