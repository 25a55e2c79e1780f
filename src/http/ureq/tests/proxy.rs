use std::sync::mpsc::channel;

use super::tls::Authority;
use super::*;
use crate::http::{ClientCertificate, Proxies, Verify};

fn options_through(proxy: &str) -> TransportOptions {
    let proxies = Proxies { http: Some(proxy.to_owned()), https: Some(proxy.to_owned()), no_proxy: None };
    TransportOptions { proxies, ..options() }
}

fn through(proxy: &str) -> HttpTransport {
    HttpTransport::new(options_through(proxy))
}

#[test]
fn one_that_refuses() {
    let proxy = server(|_, mut connection| {
        connection.head();
        connection.say("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    });
    let proxy = proxy.replace("://", "://me:secret@");
    let error = through(&proxy).send(&mut request("GET", "https://a.example", "/", "")).unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    assert_failure(Err::<(), _>(error), TransportFailure::Proxy, "407");
}

#[test]
fn one_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for origin in ["https://a.example", "http://a.example"] {
        assert_failure(through(&proxy).send(&mut request("GET", origin, "/", "")), TransportFailure::Proxy, &proxy);
    }
    let result = through("http://no-such-proxy.invalid").send(&mut request("GET", "https://a.example", "/", ""));
    assert_failure(result, TransportFailure::Proxy, "no-such-proxy.invalid");
}

#[test]
fn one_that_cannot_be_used() {
    for proxy in ["socks5://localhost:1", "http://", "nonsense://a"] {
        let error = through(proxy).send(&mut request("GET", "https://a.example", "/", "")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{proxy}: {error}");
    }
}

#[test]
fn https_goes_through_a_tunnel() {
    let authority = Authority::new("proxy");
    let config = authority.server(&["a.example"]);
    let (sender, heads) = channel();
    let proxy = server_of_streams(move |_, mut stream| {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        sender.send(String::from_utf8(head).unwrap()).unwrap();
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        Connection::new(tls::accept(&config, stream)).count();
    });
    let proxy = proxy.replace("://", "://me:p%40ss@");
    let options = TransportOptions { verify: Verify::CaFile(authority.file()), ..options_through(&proxy) };
    let transport = HttpTransport::new(options);
    for number in ["0", "1"] {
        let answer = transport.send(&mut request("GET", "https://a.example", "/path", "")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), number);
    }
    let head = heads.recv().unwrap();
    assert!(head.starts_with("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n"), "{head}");
    assert!(head.contains("\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n"), "{head}");
    assert!(heads.try_recv().is_err(), "a second tunnel");
}

#[test]
fn http_is_passed_on() {
    let (proxy, asked) = echo();
    let proxy = proxy.replace("://", "://me:secret@");
    let transport = through(&proxy);
    for _ in 0..2 {
        let mut request = request("PUT", "http://a.example:8080", "//key", "abc");
        request.query = "x=%2F".to_owned();
        assert_eq!(transport.send(&mut request).unwrap().body.read_to_string().unwrap(), "OK");
        let asked = asked.recv().unwrap();
        assert!(asked.starts_with("PUT http://a.example:8080//key?x=%2F HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("\r\nHost: a.example:8080\r\n"), "{asked}");
        assert!(asked.contains("\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{asked}");
        assert!(asked.ends_with("\r\n\r\nabc"), "{asked}");
    }
}

#[test]
fn hosts_that_need_none() {
    let (origin, asked) = echo();
    let proxies = Proxies { no_proxy: Some("127.0.0.1".to_owned()), ..options_through("http://127.0.0.1:1").proxies };
    let transport = HttpTransport::new(TransportOptions { proxies, ..options() });
    transport.send(&mut request("GET", &origin, "/", "")).unwrap();
    assert!(asked.recv().unwrap().starts_with("GET / HTTP/1.1\r\n"));
}

/// A proxy that is itself reached by TLS as `localhost`; it has the heads it got sent on.
fn tls_proxy(authority: &Authority, asks_client: bool, sender: std::sync::mpsc::Sender<String>) -> String {
    let config = if asks_client { authority.asking_server(&["localhost"]) } else { authority.server(&["localhost"]) };
    let proxy = server_of_streams(move |_, stream| {
        let (config, sender) = (config.clone(), sender.clone());
        thread::spawn(move || {
            let mut connection = Connection::new(tls::accept(&config, stream));
            while let Some(head) = connection.head() {
                let _ = sender.send(head);
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
            }
        });
    });
    proxy.replace("http://127.0.0.1", "https://localhost")
}

#[test]
fn one_that_is_reached_by_tls() {
    let authority = Authority::new("tls-proxy");
    let (sender, heads) = channel();
    let proxy = tls_proxy(&authority, false, sender);
    // Its authority is not among those of servers.
    let strange = through(&proxy).send(&mut request("GET", "http://a.example", "/", ""));
    assert_failure(strange, TransportFailure::Proxy, "localhost");
    for options in [
        TransportOptions { proxy_ca_bundle: Some(authority.file()), ..options_through(&proxy) },
        TransportOptions { verify: Verify::CaFile(authority.file()), ..options_through(&proxy) },
        TransportOptions { verify: Verify::Off, ..options_through(&proxy) },
    ] {
        let answer = HttpTransport::new(options).send(&mut request("GET", "http://a.example", "/key", "")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), "OK");
        assert!(heads.recv().unwrap().starts_with("GET http://a.example/key HTTP/1.1\r\n"));
    }
    let options = TransportOptions { proxy_ca_bundle: Some("/no/such/file".into()), ..options_through(&proxy) };
    let error = HttpTransport::new(options).send(&mut request("GET", "https://a.example", "/", "")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("/no/such/file"), "{error}");
}

#[test]
fn one_that_asks_who_comes() {
    let authority = Authority::new("asking-proxy");
    let (sender, heads) = channel();
    let proxy = tls_proxy(&authority, true, sender);
    let options = TransportOptions { proxy_ca_bundle: Some(authority.file()), ..options_through(&proxy) };
    assert!(HttpTransport::new(options.clone()).send(&mut request("GET", "http://a.example", "/", "")).is_err());
    let client = ClientCertificate::new(authority.client_file());
    // The one for servers is not for proxies.
    let wrong = TransportOptions { client_certificate: Some(client.clone()), ..options.clone() };
    assert!(HttpTransport::new(wrong).send(&mut request("GET", "http://a.example", "/", "")).is_err());
    let right = TransportOptions { proxy_client_certificate: Some(client), ..options };
    HttpTransport::new(right).send(&mut request("GET", "http://a.example", "/", "")).unwrap();
    assert!(heads.recv().unwrap().starts_with("GET http://a.example/"));
}

#[test]
fn one_that_gets_https_requests_as_they_are() {
    let authority = Authority::new("forwarding-proxy");
    let (sender, heads) = channel();
    let proxy = tls_proxy(&authority, false, sender);
    let proxy = proxy.replace("://", "://me:secret@");
    let options = TransportOptions {
        proxy_ca_bundle: Some(authority.file()),
        proxy_use_forwarding_for_https: true,
        ..options_through(&proxy)
    };
    let transport = HttpTransport::new(options.clone());
    for _ in 0..2 {
        let answer = transport.send(&mut request("GET", "https://a.example", "/key", "")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), "OK");
        let head = heads.recv().unwrap();
        assert!(head.starts_with("GET https://a.example/key HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{head}");
    }
    // Without it, and for a proxy that is not reached by TLS, there is a tunnel.
    let tunnel = TransportOptions { proxy_use_forwarding_for_https: false, ..options };
    assert!(HttpTransport::new(tunnel).send(&mut request("GET", "https://a.example", "/key", "")).is_err());
    assert!(heads.recv().unwrap().starts_with("CONNECT a.example:443 "));
    let (plain, asked) = echo();
    let tunnel = TransportOptions { proxy_use_forwarding_for_https: true, ..options_through(&plain) };
    assert!(HttpTransport::new(tunnel).send(&mut request("GET", "https://a.example", "/key", "")).is_err());
    assert!(asked.recv().unwrap().starts_with("CONNECT a.example:443 "));
}
