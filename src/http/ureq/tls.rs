//! Whom to trust, and whom to be.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::error::{Error, ErrorKind, Result};
use crate::http::{ClientCertificate, Verify};

/// What files are called, with the settings that name them.
const AUTHORITIES: &str = "CA bundle (verify, AWS_CA_BUNDLE or ca_bundle)";
const KEY: &str = "client certificate's key";

/// How the other side proves who it is, and what it is shown.
pub(super) fn config(verify: &Verify, client: Option<&ClientCertificate>) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|cause| Error::new(ErrorKind::Config, "TLS could not be set up").with_source(cause))?;
    let builder = match verify {
        Verify::Off => {
            let anybody = Arc::new(Anybody(provider));
            builder.dangerous().with_custom_certificate_verifier(anybody)
        }
        Verify::On => builder.with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }),
        Verify::CaFile(path) => {
            let trust = Trust::new(certificates(path, AUTHORITIES)?, provider);
            let trust = trust.ok_or_else(|| none_in(path, AUTHORITIES, "certificate that can be read"))?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(trust))
        }
        #[cfg(feature = "native-certs")]
        Verify::System => builder.with_root_certificates(roots(of_system()?)),
    };
    let Some(client) = client else { return Ok(Arc::new(builder.with_no_client_auth())) };
    let chain = certificates(&client.certificate, "client certificate")?;
    let pem = read(&client.key, KEY)?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| none_in(&client.key, KEY, "private key in PEM form"))?;
    let config = builder.with_client_auth_cert(chain, key).map_err(|cause| {
        let (certificate, key) = (client.certificate.display(), client.key.display());
        let message =
            format!("The private key in `{key}` cannot be used with the client certificate in `{certificate}`");
        Error::new(ErrorKind::Config, message).with_source(cause)
    })?;
    Ok(Arc::new(config))
}

#[cfg(feature = "aws-lc-rs")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// Those of the certificates that can be those of authorities.
fn roots(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

/// The authorities that the system trusts.
#[cfg(feature = "native-certs")]
fn of_system() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    for problem in &found.errors {
        log::warn!("Some of the system's certificates could not be read: {problem}");
    }
    if found.certs.is_empty() {
        return Err(Error::new(ErrorKind::Config, "The system has no certificates of authorities"));
    }
    Ok(found.certs)
}

fn certificates(path: &Path, what: &str) -> Result<Vec<CertificateDer<'static>>> {
    let pem = read(path, what)?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(|found| found.ok()).collect();
    if found.is_empty() { Err(none_in(path, what, "certificate in PEM form")) } else { Ok(found) }
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|cause| {
        Error::new(ErrorKind::Config, format!("The {what} `{}` could not be read", path.display())).with_source(cause)
    })
}

fn none_in(path: &Path, what: &str, wanted: &str) -> Error {
    Error::new(ErrorKind::Config, format!("The {what} `{}` holds no {wanted}", path.display()))
}

/// Takes any certificate, as [`Verify::Off`] says.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes what a file's certificates signed, and those certificates themselves: `openssl req -x509` makes such as are
/// authorities and a server's at once. OpenSSL, and so botocore, takes them; rustls refuses authorities in a server's place.
#[derive(Debug)]
struct Trust {
    trusted: Vec<CertificateDer<'static>>,
    authorities: Arc<WebPkiServerVerifier>,
}

impl Trust {
    /// `None` when none of the certificates can be read.
    fn new(trusted: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Option<Self> {
        let roots = Arc::new(roots(trusted.iter().cloned()));
        let authorities = WebPkiServerVerifier::builder_with_provider(roots, provider).build().ok()?;
        Some(Trust { trusted, authorities })
    }
}

/// Whether what is wrong is but that an authority stands in a server's place. Its dates were looked at before that.
fn is_authority(cause: &CertificateError) -> bool {
    matches!(cause, CertificateError::Other(cause) if cause.to_string().contains("CaUsedAsEndEntity"))
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        match self.authorities.verify_server_cert(certificate, intermediates, server, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(cause))
                if is_authority(&cause) && self.trusted.iter().any(|one| one.as_ref() == certificate.as_ref()) =>
            {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, server)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}
