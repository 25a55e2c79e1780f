//! TLS that breaks: in the handshake, and after it.

use std::io::{Cursor, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use botocore::{Error, ErrorKind, Session, s3};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, ServerConnection};

use crate::operations::{Operation, checksum};
use crate::server::{End, Reads, Script, Server};
use crate::{Directory, LONG, SHORT, environment, of, patient, promptly};

/// A server's settings, and the file with the authority that signed its certificate.
fn server_config(directory: &Directory) -> (Arc<ServerConfig>, PathBuf) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let file = directory.file("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (Arc::new(config), file)
}

fn session(url: &str, authority: &std::path::Path) -> Session {
    of(environment(url).with("AWS_CA_BUNDLE", authority.to_str().unwrap()))
}

/// What the server says of the handshake before it goes wrong.
#[derive(Clone, Copy, Debug)]
enum Handshake {
    /// So many bytes of its first flight.
    Part(usize),
    /// The first flight with a byte changed.
    Changed(usize),
    Other(&'static [u8]),
}

/// A server that gets so far, and then closes or says nothing; gives its URL and counts connections.
fn half(config: Arc<ServerConfig>, handshake: Handshake, silent: bool) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            let config = config.clone();
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                let flight = flight(config, handshake, &mut stream);
                let _ = stream.write_all(&flight);
                if silent {
                    thread::sleep(SHORT * 3);
                }
                let _ = stream.shutdown(Shutdown::Both);
            });
        }
    });
    (url, count)
}

fn flight(config: Arc<ServerConfig>, handshake: Handshake, stream: &mut TcpStream) -> Vec<u8> {
    let mut hello = [0; 16 * 1024];
    let length = stream.read(&mut hello).unwrap_or(0);
    let mut connection = ServerConnection::new(config).unwrap();
    connection.read_tls(&mut Cursor::new(&hello[..length])).unwrap();
    connection.process_new_packets().unwrap();
    let mut flight = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut flight).unwrap();
    }
    match handshake {
        Handshake::Part(length) => flight.truncate(length),
        Handshake::Changed(place) => flight[place] ^= 0x40,
        Handshake::Other(bytes) => flight = bytes.to_vec(),
    }
    flight
}

fn get(session: &Session) -> Result<String, Error> {
    s3::Client::new(session)?.get_object("bucket", "key").send()?.body.read_to_string()
}

#[test]
fn half_handshakes() {
    let directory = Directory::new();
    let (config, authority) = server_config(&directory);
    let cases = [
        Handshake::Part(0),
        Handshake::Part(3),
        Handshake::Part(90),
        Handshake::Part(200),
        Handshake::Part(500),
        Handshake::Changed(1),
        Handshake::Changed(20),
        Handshake::Changed(180),
        Handshake::Other(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Handshake::Other(&[0; 100]),
        Handshake::Other(b"\x15\x03\x03\x00\x02\x02\x28"),
    ];
    for case in cases {
        for silent in [false, true] {
            let what = format!("{case:?}, then silent: {silent}");
            let (url, count) = half(config.clone(), case, silent);
            let session = patient(session(&url, &authority), if silent { SHORT } else { LONG });
            let error = promptly(&what, move || get(&session)).unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3), "{what}: {error}");
            let host = url.trim_start_matches("https://");
            let text = error.to_string();
            let named =
                [format!("The TLS connection to {host} could not be made"), format!("No connection to {host} within")];
            assert!(named.iter().any(|named| text.contains(named)), "{what}: {text}");
            assert_eq!(count.load(Ordering::SeqCst), 3, "{what}");
        }
    }
}

#[test]
fn a_handshake_that_works_the_second_time() {
    let directory = Directory::new();
    let (config, authority) = server_config(&directory);
    let good = Script::says(Operation::Get.answer().whole());
    let server = Server::by_tls(config, move |number| match number {
        0 => Script::says("").reads(Reads::Nothing).ends(End::Reset),
        _ => good.clone(),
    });
    let session = session(server.url(), &authority);
    let path = directory.0.clone();
    let (got, attempts) = promptly("TLS", move || Operation::Get.call(&session, &path)).unwrap();
    assert!(got == Operation::Get.content());
    assert_eq!(attempts, 2);
}

/// A connection that ends without TLS's own end, within a body and at its end.
#[test]
fn tls_that_is_cut() {
    let directory = Directory::new();
    let (config, authority) = server_config(&directory);
    for operation in [Operation::Get, Operation::GetLong, Operation::Events] {
        for ends in [End::Close, End::Reset] {
            let answer = operation.answer();
            let half = [answer.head(answer.body.len()), answer.body[..answer.body.len() / 2].to_vec()].concat();
            // Without a length, only TLS says where the body ends.
            let unsized_half = [answer.head_with("Connection: close"), answer.body[..answer.body.len() / 2].to_vec()];
            for bytes in [half, unsized_half.concat()] {
                let server = Server::by_tls(config.clone(), move |_| Script::says(bytes.clone()).ends(ends));
                let session = session(server.url(), &authority);
                let path = directory.0.clone();
                let error = promptly("cut", move || operation.call(&session, &path)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Transport, "{operation:?} {ends:?}: {error}");
                assert!(error.to_string().starts_with(operation.name()), "{error}");
                assert!(error.to_string().contains(server.authority()), "{error}");
            }
        }
    }
}

/// Over TLS the sum of what is sent comes behind it; a server that reads it can compare.
#[test]
fn a_trailing_checksum_arrives() {
    let directory = Directory::new();
    let (config, authority) = server_config(&directory);
    let server = Server::by_tls(config, |_| Script::says(Operation::PutReader.answer().whole()));
    let session = session(server.url(), &authority);
    let path = directory.0.clone();
    promptly("put", move || Operation::PutReader.call(&session, &path)).unwrap();
    let asked = server.asked();
    let sum = format!("x-amz-checksum-crc32:{}\r\n", checksum(&Operation::PutReader.content()));
    let body = String::from_utf8_lossy(&asked[0].body);
    assert!(body.ends_with(&format!("0\r\n{sum}\r\n")), "{}", &body[body.len() - 80..]);
}
