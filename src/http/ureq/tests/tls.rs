use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

use super::*;
use crate::http::{ClientCertificate, Verify};

/// A certificate authority of the test's own, with its certificate in a file.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    name: &'static str,
}

impl Authority {
    pub(super) fn new(name: &'static str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Authority { issuer, name };
        std::fs::write(authority.file(), authority.issuer.pem()).unwrap();
        authority
    }

    pub(super) fn file(&self) -> PathBuf {
        self.other_file("ca")
    }

    fn other_file(&self, what: &str) -> PathBuf {
        std::env::temp_dir().join(format!("botocore-tls-{}-{}-{what}.pem", std::process::id(), self.name))
    }

    fn issue(&self, params: CertificateParams) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// What a server of these names needs.
    pub(super) fn server(&self, names: &[&str]) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.server_with(CertificateParams::new(names).unwrap(), false)
    }

    /// One that lets in only who has a certificate of the same authority.
    pub(super) fn asking_server(&self, names: &[&str]) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.server_with(CertificateParams::new(names).unwrap(), true)
    }

    /// A file with a client's certificate and its key.
    pub(super) fn client_file(&self) -> PathBuf {
        let (certificate, key) = self.issue(CertificateParams::new(["localhost".to_owned()]).unwrap());
        let file = self.other_file("client");
        std::fs::write(&file, certificate.pem() + &key.serialize_pem()).unwrap();
        file
    }

    fn server_with(&self, params: CertificateParams, asks_client: bool) -> Arc<ServerConfig> {
        self.server_of(params, asks_client, rustls::ALL_VERSIONS)
    }

    fn server_of(
        &self,
        params: CertificateParams,
        asks_client: bool,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let (certificate, key) = self.issue(params);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions);
        let config = config.unwrap();
        let config = if asks_client {
            let mut roots = RootCertStore::empty();
            roots.add(self.issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            config.with_client_cert_verifier(verifier)
        } else {
            config.with_no_client_auth()
        };
        let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap())
    }

    fn options(&self) -> TransportOptions {
        TransportOptions { verify: Verify::CaFile(self.file()), ..options() }
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        for what in ["ca", "client"] {
            let _ = std::fs::remove_file(self.other_file(what));
        }
    }
}

pub(super) fn accept(config: &Arc<ServerConfig>, stream: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream)
}

/// A TLS server that numbers its answers; its URL has the name `localhost`.
fn tls_server(config: Arc<ServerConfig>) -> String {
    let origin = server_of_streams(move |_, stream| {
        let config = Arc::clone(&config);
        thread::spawn(move || Connection::new(accept(&config, stream)).count());
    });
    origin.replace("http://127.0.0.1", "https://localhost")
}

fn get_with(options: TransportOptions, origin: &str) -> Result<String, Error> {
    HttpTransport::new(options).send(&mut request("GET", origin, "/", ""))?.body.read_to_string()
}

#[test]
fn an_authority_from_a_file() {
    let authority = Authority::new("file");
    let origin = tls_server(authority.server(&["localhost"]));
    let transport = HttpTransport::new(authority.options());
    for number in ["0", "1", "2"] {
        let answer = transport.send(&mut request("GET", &origin, "/", "")).unwrap();
        assert_eq!(answer.body.read_to_string().unwrap(), number);
    }
}

/// A server with a certificate that it signed itself, marked as an authority: what `openssl req -x509` makes.
fn own_authority(name: &'static str, host: &str, until: i32) -> (String, PathBuf) {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let file = std::env::temp_dir().join(format!("botocore-tls-{}-{name}.pem", std::process::id()));
    std::fs::write(&file, certificate.pem()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (tls_server(Arc::new(config)), file)
}

#[test]
fn a_certificate_that_the_file_holds_itself() {
    let with = |file: &PathBuf| TransportOptions { verify: Verify::CaFile(file.clone()), ..options() };
    let (origin, file) = own_authority("own", "localhost", 4000);
    assert_eq!(get_with(with(&file), &origin).unwrap(), "0");
    let (_, other) = own_authority("own-other", "localhost", 4000);
    let error = get_with(with(&other), &origin).unwrap_err().to_string();
    assert!(error.contains("it shows a certificate that it signed itself (name a file that holds it"), "{error}");
    let error = get_with(options(), &origin).unwrap_err().to_string();
    assert!(error.contains("it shows a certificate that it signed itself (name a file that holds it"), "{error}");
    let (origin, file) = own_authority("own-name", "elsewhere", 4000);
    let error = get_with(with(&file), &origin).unwrap_err();
    assert!(error.to_string().contains("not valid for name"), "{error}");
    let (origin, file) = own_authority("own-old", "localhost", 2020);
    let error = get_with(with(&file), &origin).unwrap_err();
    assert!(error.to_string().contains("expired"), "{error}");
}

#[test]
fn plain_http_where_tls_is_spoken() {
    let origin = server_of_streams(|_, mut stream| {
        use std::io::Write as _;
        // It may be gone by now.
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let error = get_with(options(), &origin.replace("http://", "https://")).unwrap_err().to_string();
    assert!(error.contains("what it answers is not TLS"), "{error}");
}

/// Long bodies in both directions, and keys that are changed while they come.
#[test]
fn both_versions_and_new_keys_on_the_way() {
    let authority = Authority::new("versions");
    for version in rustls::ALL_VERSIONS {
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let config = authority.server_of(params, false, &[version]);
        let origin = server_of_streams(move |_, stream| {
            let mut connection = accept(&config, stream);
            for _ in 0..2 {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    connection.read_exact(&mut byte).unwrap();
                    head.push(byte[0]);
                }
                let mut body = vec![0; 600_000];
                connection.read_exact(&mut body).unwrap();
                connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n").unwrap();
                for piece in body.chunks(100_000) {
                    connection.write_all(piece).unwrap();
                    // Only TLS 1.3 can.
                    let can = version.version == rustls::ProtocolVersion::TLSv1_3;
                    assert_eq!(connection.conn.refresh_traffic_keys().is_ok(), can);
                }
                connection.flush().unwrap();
            }
        });
        let body: Vec<u8> = (0..600_000u32).map(|number| (number % 251) as u8).collect();
        let transport = HttpTransport::new(authority.options());
        for _ in 0..2 {
            let origin = origin.replace("http://127.0.0.1", "https://localhost");
            let answer = transport.send(&mut request("PUT", &origin, "/", body.clone())).unwrap();
            assert!(answer.body.into_bytes().unwrap() == body);
        }
    }
}

#[test]
fn an_unknown_authority() {
    let authority = Authority::new("unknown");
    let origin = tls_server(authority.server(&["localhost"]));
    assert_failure(get_with(options(), &origin), TransportFailure::Tls, "AWS_CA_BUNDLE");
    let unverified = TransportOptions { verify: Verify::Off, ..options() };
    assert_eq!(get_with(unverified, &origin).unwrap(), "0");
}

#[test]
fn another_name_and_another_time() {
    let authority = Authority::new("name");
    let origin = tls_server(authority.server(&["elsewhere.example"]));
    assert_failure(get_with(authority.options(), &origin), TransportFailure::Tls, "not valid for name");

    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    let origin = tls_server(authority.server_with(params, false));
    assert_failure(get_with(authority.options(), &origin), TransportFailure::Tls, "certificate expired");
}

#[test]
fn a_server_without_tls() {
    let origin = server(|_, mut connection| connection.say("HTTP/1.1 400 Bad Request\r\n\r\n"));
    let origin = origin.replace("http://127.0.0.1", "https://localhost");
    assert_failure(get_with(options(), &origin), TransportFailure::Tls, "localhost");
    let origin = server(|_, connection| drop(connection)).replace("http://127.0.0.1", "https://localhost");
    assert_failure(get_with(options(), &origin), TransportFailure::Tls, "localhost");
    let origin = server(|_, connection| {
        thread::sleep(Duration::from_secs(1));
        drop(connection);
    });
    let origin = origin.replace("http://127.0.0.1", "https://localhost");
    assert_failure(get_with(options(), &origin), TransportFailure::ConnectTimeout, "within 0.5 s");
}

#[test]
fn long_bodies_and_cut_ones() {
    let authority = Authority::new("long");
    let config = authority.server(&["localhost"]);
    let origin = server_of_streams(move |_, stream| {
        let mut connection = Connection::new(accept(&config, stream));
        connection.head();
        connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n{}", "x".repeat(2_000_000)));
        connection.head();
        connection.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n{}", "x".repeat(1_000_000)));
    });
    let origin = origin.replace("http://127.0.0.1", "https://localhost");
    let transport = HttpTransport::new(authority.options());
    let read = || transport.send(&mut request("GET", &origin, "/", "")).unwrap().body.into_bytes();
    assert_eq!(read().unwrap().len(), 2_000_000);
    assert_failure(read(), TransportFailure::Body, "after 1000000 of 2000000 bytes");
}

#[test]
fn a_client_with_a_certificate() {
    let authority = Authority::new("client");
    let params = || CertificateParams::new(["localhost".to_owned()]).unwrap();
    let origin = tls_server(authority.server_with(params(), true));
    assert!(get_with(authority.options(), &origin).is_err());

    let client = ClientCertificate::new(authority.client_file());
    let options = TransportOptions { client_certificate: Some(client), ..authority.options() };
    assert_eq!(get_with(options, &origin).unwrap(), "0");
}

#[test]
fn files_that_are_no_certificates() {
    let authority = Authority::new("files");
    std::fs::write(authority.other_file("client"), "nothing").unwrap();
    for path in [authority.other_file("client"), PathBuf::from("/no/such/file"), std::env::temp_dir()] {
        let options = TransportOptions { verify: Verify::CaFile(path.clone()), ..options() };
        let error = get_with(options, "https://localhost:1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    // Nothing is read for a host that is reached without TLS.
    let (origin, _asked) = echo();
    let options = TransportOptions { verify: Verify::CaFile("/no/such/file".into()), ..options() };
    assert_eq!(get_with(options, &origin).unwrap(), "OK");
}

#[test]
fn a_key_of_another_certificate() {
    let (mine, other) = (Authority::new("mine"), Authority::new("other"));
    let client = ClientCertificate { certificate: mine.client_file(), key: other.client_file() };
    let options = TransportOptions { client_certificate: Some(client.clone()), ..options() };
    let error = get_with(options, "https://localhost:1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let (certificate, key) = (client.certificate.display(), client.key.display());
    let expected = format!(
        "The private key in `{key}` cannot be used with the client certificate in `{certificate}`: keys may not"
    );
    assert!(error.to_string().starts_with(&expected), "{error}");
}

/// The system's authorities are those of a file that the environment names, so another process asks.
#[cfg(feature = "native-certs")]
#[test]
fn the_authorities_of_the_system() {
    const ORIGIN: &str = "BOTOCORE_TEST_ORIGIN";
    if let Ok(origin) = std::env::var(ORIGIN) {
        let options = TransportOptions { verify: Verify::System, ..options() };
        assert_eq!(get_with(options, &origin).unwrap(), "0");
        return;
    }
    let authority = Authority::new("system");
    let origin = tls_server(authority.server(&["localhost"]));
    let name = "http::ureq::tests::tls::the_authorities_of_the_system";
    let asked = |file: &std::path::Path| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name]).env(ORIGIN, &origin).env("SSL_CERT_FILE", file).env_remove("SSL_CERT_DIR");
        command.output().unwrap().status.success()
    };
    assert!(asked(&authority.file()));
    assert!(!asked(&Authority::new("another-system").file()));
}
