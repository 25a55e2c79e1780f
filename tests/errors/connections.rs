//! Servers that cannot be reached, prove nothing, are slow, or go away.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use botocore::{Config, ErrorKind, Session, s3, sts};
use rustls::{ServerConfig, ServerConnection};

use crate::server::{Server, answer};
use crate::{causes, check, error, session};

fn whoami(session: &Session) -> botocore::Error {
    error(sts::Client::new(session).and_then(|client| client.get_caller_identity().send()))
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap();
    drop(listener);
    let error = whoami(&session(&format!("http://{authority}")));
    let start = format!("sts GetCallerIdentity: Could not connect to {authority} (3 attempts): ");
    assert!(error.to_string().starts_with(&start), "{error}");
    assert!(causes(&error).iter().any(|cause| cause.to_lowercase().contains("refused")), "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
}

#[test]
fn a_host_without_address() {
    let error = whoami(&session("http://bucket.invalid"));
    let start = "sts GetCallerIdentity: The host name of bucket.invalid could not be resolved (3 attempts): ";
    assert!(error.to_string().starts_with(start), "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
}

/// A server whose certificate no authority has signed.
fn self_signed() -> String {
    let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![signed.cert.der().clone()], key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            let _ = connection.complete_io(&mut stream.unwrap());
        }
    });
    format!("localhost:{port}")
}

#[test]
fn a_certificate_that_nobody_signed() {
    let authority = self_signed();
    let error = whoami(&session(&format!("https://{authority}")));
    let start = format!(
        "sts GetCallerIdentity: The TLS connection to {authority} could not be made: no trusted authority signed its \
         certificate (name a file of other authorities with verify, AWS_CA_BUNDLE, or ca_bundle in the profile) (3 attempts): "
    );
    assert!(error.to_string().starts_with(&start), "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
}

#[test]
fn a_file_of_authorities_that_is_not_there() {
    let session = session("https://localhost:1");
    session.set_config_variable("ca_bundle", "/nonexistent/ca.pem");
    let error = whoami(&session);
    let start = "sts GetCallerIdentity: The CA bundle (verify, AWS_CA_BUNDLE or ca_bundle) `/nonexistent/ca.pem` could not be read: ";
    assert!(error.to_string().starts_with(start), "{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
}

#[test]
fn tls_to_a_server_without_it() {
    let server = Server::always("no TLS here\r\n\r\n");
    let error = whoami(&session(&format!("https://{}", server.authority())));
    let start = format!("sts GetCallerIdentity: The TLS connection to {} could not be made", server.authority());
    assert!(error.to_string().starts_with(&start), "{error}");
}

#[test]
fn a_server_that_says_nothing() {
    let server = Server::silent(Duration::from_secs(2));
    let session = session(&server.url());
    let client = session
        .create_client::<sts::Client>()
        .config(Config::new().read_timeout(Duration::from_millis(50)).retries(attempts(2)))
        .build()
        .unwrap();
    check(
        &error(client.get_caller_identity().send()),
        ErrorKind::Transport,
        2,
        &format!("sts GetCallerIdentity: {} did not answer within 0.05 s (2 attempts)", server.authority()),
    );
}

/// An address that answers nothing; where the network says at once that there is none, that is as good.
#[test]
fn a_host_that_does_not_answer() {
    let client = session("http://192.0.2.1")
        .create_client::<sts::Client>()
        .config(Config::new().connect_timeout(Duration::from_millis(50)).retries(attempts(1)))
        .build()
        .unwrap();
    let error = error(client.get_caller_identity().send());
    assert!(
        error.to_string().starts_with("sts GetCallerIdentity: No connection to 192.0.2.1 within 0.05 s")
            || error.to_string().starts_with("sts GetCallerIdentity: Could not connect to 192.0.2.1: "),
        "{error}"
    );
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
}

fn attempts(most: u32) -> botocore::Retries {
    botocore::Retries::new().total_max_attempts(most)
}

#[test]
fn a_server_that_closes_before_it_answers() {
    let server = Server::always("");
    check(
        &whoami(&session(&server.url())),
        ErrorKind::Transport,
        3,
        &format!("sts GetCallerIdentity: {} closed the connection before it answered (3 attempts)", server.authority()),
    );
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_server_that_speaks_something_else() {
    let server = Server::always("SSH-2.0-OpenSSH_9.6\r\n\r\n");
    let error = whoami(&session(&server.url()));
    let said = format!("{} answered with something that is not HTTP/1.1", server.authority());
    assert!(error.to_string().contains(&said), "{error}");
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn an_answer_cut_short_is_asked_for_again() {
    let server = Server::new(|number, _| match number {
        0 | 1 => answer(200, &["Content-Length: 500"], "<ListAllMyBucketsResult>"),
        _ => answer(200, &[], "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"),
    });
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let answer = client.list_buckets().send().unwrap();
    assert_eq!((answer.response_metadata.attempts(), server.asked().len()), (3, 3));
}

#[test]
fn an_answer_always_cut_short() {
    let server = Server::always(answer(200, &["Content-Length: 500"], "<ListAllMyBucketsResult>"));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.list_buckets().send()),
        ErrorKind::Transport,
        3,
        &format!(
            "s3 ListBuckets: {} closed the connection after 24 of 500 bytes of the body (3 attempts)",
            server.authority()
        ),
    );
}

/// Who has begun to read cannot be given the beginning again: the reader is told.
#[test]
fn a_streamed_answer_cut_short() {
    let server = Server::always(answer(200, &["Content-Length: 500"], "the first bytes"));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let object = client.get_object("bucket", "key").send().unwrap();
    let failed = error(object.body.read_to_string());
    let said = format!("s3 GetObject: {} closed the connection after 15 of 500 bytes of the body", server.authority());
    check(&failed, ErrorKind::Transport, 0, &said);
    let mut copy = Vec::new();
    let failed = error(client.get_object("bucket", "key").send().unwrap().body.copy_to(&mut copy));
    check(&failed, ErrorKind::Transport, 0, &said);
    assert_eq!((copy.as_slice(), server.asked().len()), (&b"the first bytes"[..], 2));
}

#[test]
fn a_streamed_answer_of_unknown_length_cut_short() {
    let server = Server::always(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n20\r\nsecond",
    );
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let object = client.get_object("bucket", "key").send().unwrap();
    let failed = error(object.body.into_bytes());
    assert!(failed.to_string().contains("11 bytes of the body"), "{failed}");
    assert_eq!(failed.kind(), ErrorKind::Transport);
}

#[test]
fn a_streamed_answer_that_stops() {
    let server = Server::of_streams(|_, _, stream| {
        let _ = stream.write_all(answer(200, &["Content-Length: 10"], "first").as_bytes());
        thread::sleep(Duration::from_secs(2));
    });
    let client = session(&server.url())
        .create_client::<s3::Client>()
        .config(Config::new().read_timeout(Duration::from_millis(50)))
        .build()
        .unwrap();
    let object = client.get_object("bucket", "key").send().unwrap();
    check(
        &error(object.body.into_bytes()),
        ErrorKind::Transport,
        0,
        &format!("s3 GetObject: {} sent nothing for 0.05 s after 5 of 10 bytes of the body", server.authority()),
    );
}
