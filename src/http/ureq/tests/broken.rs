//! Connections that are damaged, cut, reset or forgotten on their way, and servers that do not do their part.

use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use super::limits::{assert_within, with_deadline};
use super::tls::Authority;
use super::*;
use crate::http::ureq::socket::is_timeout;
use crate::http::{Proxies, Verify};

/// What happens to a byte on its way.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Changed,
    /// The connection is closed before it.
    Cut,
    Reset,
}

/// A gateway before `origin`, which does that to the byte of that number on the way back, for each connection as `fate` says.
fn gateway(origin: &str, fate: impl Fn(usize) -> Option<(usize, Fate)> + Send + 'static) -> String {
    let target = origin.rsplit_once("//").unwrap().1.replace("localhost", "127.0.0.1");
    let scheme = origin.split_once("://").unwrap().0.to_owned();
    let gateway = server_of_streams(move |number, stream| {
        let server = TcpStream::connect(&target).unwrap();
        let over = Arc::new(AtomicBool::new(false));
        pipe(stream.try_clone().unwrap(), server.try_clone().unwrap(), None, over.clone());
        pipe(server, stream, fate(number), over);
    });
    if scheme == "https" { gateway.replace("http://127.0.0.1", "https://localhost") } else { gateway }
}

/// Hands on what comes, until either way is over: both sockets are closed then.
fn pipe(mut from: TcpStream, mut to: TcpStream, fate: Option<(usize, Fate)>, over: Arc<AtomicBool>) {
    thread::spawn(move || {
        let (mut buffer, mut passed) = ([0; 4096], 0);
        from.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        while !over.load(Ordering::SeqCst) {
            let count = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(cause) if is_timeout(&cause) => continue,
                Err(_) => break,
            };
            let mut bytes = &mut buffer[..count];
            let here = fate.filter(|(place, _)| (passed..passed + count).contains(place));
            match here {
                Some((place, Fate::Changed)) => bytes[place - passed] ^= 0x40,
                Some((place, Fate::Cut | Fate::Reset)) => bytes = &mut bytes[..place - passed],
                None => {}
            }
            let sent = to.write_all(bytes);
            match here {
                Some((_, Fate::Reset)) => socket2::SockRef::from(&to).set_linger(Some(Duration::ZERO)).unwrap(),
                Some((_, Fate::Cut)) => {}
                _ if sent.is_ok() => {
                    passed += count;
                    continue;
                }
                _ => {}
            }
            break;
        }
        over.store(true, Ordering::SeqCst);
    });
}

/// A body in which no two places look alike.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).flat_map(|number| format!("{number}\n").into_bytes()).take(length).collect()
}

fn serves(body: Vec<u8>, config: Option<Arc<rustls::ServerConfig>>) -> String {
    let (body, tls) = (Arc::new(body), config.is_some());
    let origin = server_of_streams(move |_, stream| {
        let (body, config) = (body.clone(), config.clone());
        thread::spawn(move || {
            let mut connection = match config {
                Some(config) => Connection::new(tls::accept(&config, stream)),
                None => Connection::new(stream),
            };
            while connection.head().is_some() {
                connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()));
                let _ = connection.0.get_mut().write_all(&body);
                let _ = connection.0.get_mut().flush();
            }
        });
    });
    if tls { origin.replace("http://127.0.0.1", "https://localhost") } else { origin }
}

/// Whatever happens to single bytes, what comes out is the whole body or an error, and soon.
#[test]
fn damaged_tls_is_never_taken_for_an_answer() {
    let authority = Authority::new("damaged");
    for length in [1_000, 400_000] {
        let body = pattern(length);
        let origin = serves(body.clone(), Some(authority.server(&["localhost"])));
        let places: Vec<usize> = (0..1_400).step_by(61).chain([1_500, length / 2, length - 1, length]).collect();
        let mut errors = 0;
        for fate in [Fate::Changed, Fate::Cut, Fate::Reset] {
            for &place in &places {
                let gateway = gateway(&origin, move |_| Some((place, fate)));
                let options = TransportOptions { verify: Verify::CaFile(authority.file()), ..options() };
                let start = Instant::now();
                let answer = HttpTransport::new(options).send(&mut request("GET", &gateway, "/", ""));
                match answer.and_then(|answer| answer.body.into_bytes()) {
                    Ok(got) => assert!(got == body, "another body: {fate:?} at {place}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Transport, "{fate:?} at {place}: {error}");
                        errors += 1;
                    }
                }
                assert_within(start, 0, 3_000);
            }
        }
        assert!(errors > places.len() * 2, "{errors} errors");
    }
}

#[test]
fn a_reset_at_any_byte_of_a_plain_answer() {
    let body = pattern(300_000);
    let origin = serves(body.clone(), None);
    for fate in [Fate::Cut, Fate::Reset] {
        for place in [0, 1, 12, 30, 44, 45, 1_000, 250_000, 300_000, 300_043] {
            let gateway = gateway(&origin, move |_| Some((place, fate)));
            match transport().send(&mut request("GET", &gateway, "/", "")).and_then(|answer| answer.body.into_bytes()) {
                Ok(got) => assert!(got == body && place >= 300_000, "{fate:?} at {place}: {} bytes", got.len()),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Transport, "{fate:?} at {place}: {error}"),
            }
        }
    }
}

/// What a gateway has forgotten is silent for ever. One such connection says enough of the others.
#[test]
fn connections_that_were_forgotten_on_the_way() {
    let forgotten = Arc::new(AtomicBool::new(false));
    let (flag, made) = (forgotten.clone(), Arc::new(AtomicUsize::new(0)));
    let count = made.clone();
    let origin = server(move |_, mut connection| {
        count.fetch_add(1, Ordering::SeqCst);
        let (flag, is_old) = (flag.clone(), !flag.load(Ordering::SeqCst));
        thread::spawn(move || {
            while connection.head().is_some() {
                if is_old && flag.load(Ordering::SeqCst) {
                    continue;
                }
                thread::sleep(Duration::from_millis(50));
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
            }
        });
    });
    let transport = transport();
    let call = || transport.send(&mut request("GET", &origin, "/", "")).and_then(|answer| answer.body.read_to_string());
    thread::scope(|scope| (0..6).for_each(|_| drop(scope.spawn(|| call().unwrap()))));
    let idle = made.load(Ordering::SeqCst);
    assert!(idle > 1);
    forgotten.store(true, Ordering::SeqCst);
    assert_failure(call(), TransportFailure::ReadTimeout, "within 0.2 s");
    assert_eq!(call().unwrap(), "OK");
    assert_eq!(made.load(Ordering::SeqCst), idle + 1);
}

/// It takes connections, and of what is sent no more than the system does.
fn never_reads(config: Option<Arc<rustls::ServerConfig>>) -> String {
    let tls = config.is_some();
    let origin = server_of_streams(move |_, stream| {
        let config = config.clone();
        thread::spawn(move || {
            if let Some(config) = config {
                let mut connection = Connection::new(tls::accept(&config, stream));
                connection.head();
                thread::sleep(Duration::from_secs(4));
            } else {
                thread::sleep(Duration::from_secs(4));
                drop(stream);
            }
        });
    });
    if tls { origin.replace("http://127.0.0.1", "https://localhost") } else { origin }
}

#[test]
fn a_server_that_takes_nothing() {
    let authority = Authority::new("takes-nothing");
    for origin in [never_reads(None), never_reads(Some(authority.server(&["localhost"])))] {
        let transport = HttpTransport::new(TransportOptions { verify: Verify::CaFile(authority.file()), ..options() });
        let body = || Body::from_sized_reader(std::io::repeat(0), 1 << 30);
        let start = Instant::now();
        let result = transport.send(&mut request("PUT", &origin, "/", body()));
        assert_failure(result, TransportFailure::ReadTimeout, "took no more of the request for 0.2 s");
        assert_within(start, 190, 1_500);
        let start = Instant::now();
        let patient = TransportOptions {
            read_timeout: Duration::from_secs(20),
            verify: Verify::CaFile(authority.file()),
            ..options()
        };
        let mut request = Request { method: "PUT", body: body(), ..with_deadline(&origin, Duration::from_millis(300)) };
        assert_failure(HttpTransport::new(patient).send(&mut request), TransportFailure::OutOfTime, "whole call");
        assert_within(start, 290, 1_500);
    }
}

/// `100 Continue` without end is no answer.
#[test]
fn a_server_that_always_says_continue() {
    let origin = server(|_, mut connection| {
        thread::spawn(move || {
            connection.head();
            for _ in 0..2_000 {
                connection.say("HTTP/1.1 100 Continue\r\n\r\n");
                thread::sleep(Duration::from_millis(1));
            }
        });
    });
    for expect in [false, true] {
        let start = Instant::now();
        let mut request =
            Request { method: "PUT", body: "abc".into(), ..with_deadline(&origin, Duration::from_millis(400)) };
        if expect {
            request.headers.set("Expect", "100-continue");
        }
        assert!(transport().send(&mut request).is_err());
        assert_within(start, 0, 1_900);
    }
}

/// TLS with a host, within TLS with the proxy.
#[test]
fn a_tunnel_through_a_proxy_that_is_reached_by_tls() {
    let authority = Authority::new("tls-in-tls");
    let body = pattern(700_000);
    let origin = serves(body.clone(), Some(authority.server(&["localhost"])));
    let port = origin.rsplit_once(':').unwrap().1.to_owned();
    let config = authority.server(&["localhost"]);
    let tunnels = Arc::new(AtomicUsize::new(0));
    let count = tunnels.clone();
    let proxy = server_of_streams(move |_, stream| {
        count.fetch_add(1, Ordering::SeqCst);
        let (config, target) = (config.clone(), format!("127.0.0.1:{port}"));
        thread::spawn(move || {
            // The bytes of the tunnel: out of TLS to the host, and back.
            let raw = stream.try_clone().unwrap();
            let mut connection = tls::accept(&config, stream);
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            assert!(head.starts_with(b"CONNECT localhost:"));
            connection.write_all(b"HTTP/1.0 200 OK\r\nVia: test\r\n\r\n").unwrap();
            let mut server = TcpStream::connect(target).unwrap();
            raw.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
            server.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
            let mut buffer = vec![0; 64 * 1024];
            loop {
                match connection.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => server.write_all(&buffer[..count]).unwrap(),
                    Err(cause) if is_timeout(&cause) => {}
                    Err(_) => return,
                }
                match server.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => connection.write_all(&buffer[..count]).unwrap(),
                    Err(cause) if is_timeout(&cause) => {}
                    Err(_) => return,
                }
            }
        });
    });
    let proxies = Proxies { https: Some(proxy.replace("http://127.0.0.1", "https://localhost")), ..Proxies::default() };
    let transport = HttpTransport::new(TransportOptions {
        proxies,
        verify: Verify::CaFile(authority.file()),
        read_timeout: Duration::from_secs(5),
        connect_timeout: Duration::from_secs(5),
        ..options()
    });
    for _ in 0..3 {
        let answer = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
        assert!(answer.body.into_bytes().unwrap() == body);
    }
    assert_eq!(tunnels.load(Ordering::SeqCst), 1);
}

/// A server that closes each connection after one answer, and does or does not say so: no call is lost, nothing left open.
#[test]
fn a_server_that_closes_after_each_answer() {
    const CALLS: usize = 1_200;
    for says_so in [true, false] {
        let closed = Arc::new(AtomicUsize::new(0));
        let count = closed.clone();
        let origin = server_of_streams(move |_, stream| {
            let count = count.clone();
            thread::spawn(move || {
                let end = stream.try_clone().unwrap();
                let mut connection = Connection::new(stream);
                if let Some(head) = connection.head() {
                    if head.starts_with("PUT") {
                        connection.body(3);
                    }
                    let close = if says_so { "Connection: close\r\n" } else { "" };
                    connection.say(&format!("HTTP/1.1 200 OK\r\n{close}Content-Length: 2\r\n\r\nOK"));
                }
                let _ = end.shutdown(Shutdown::Write);
                // Until the client has closed its side as well.
                let _ = end.set_read_timeout(Some(Duration::from_secs(5)));
                while matches!(connection.0.read(&mut [0; 64]), Ok(1..)) {}
                count.fetch_add(1, Ordering::SeqCst);
            });
        });
        let transport = HttpTransport::new(TransportOptions { read_timeout: Duration::from_secs(20), ..options() });
        thread::scope(|scope| {
            for thread in 0..4 {
                let (transport, origin) = (&transport, &origin);
                scope.spawn(move || {
                    for number in 0..CALLS / 4 {
                        let (method, body) = if (thread + number) % 2 == 0 { ("GET", "") } else { ("PUT", "abc") };
                        let answer = transport.send(&mut request(method, origin, "/", body)).unwrap();
                        assert_eq!(answer.body.read_to_string().unwrap(), "OK");
                    }
                });
            }
        });
        drop(transport);
        let start = Instant::now();
        while closed.load(Ordering::SeqCst) < CALLS {
            assert!(start.elapsed() < Duration::from_secs(10), "connections are left open");
            thread::sleep(Duration::from_millis(5));
        }
    }
}
