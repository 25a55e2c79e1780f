use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

use super::connect::{NoResolver, PoolingConnector, ProxyTls, Ways};
use super::explain::Target;
use super::socket::SocketOptions;
use super::trust::{self, Identity};
use crate::error::{Error, ErrorKind, Result};
use crate::http::proxy::without_user;
use crate::http::{ClientCertificate, TransportOptions, Verify};

/// Bytes read or written at once: larger ones no longer fit the processor's cache beside the reader's own buffer.
const BUFFER: usize = 128 * 1024;

/// What a file of authorities is called, with the settings that name it.
const AUTHORITIES: &str = "CA bundle (verify, AWS_CA_BUNDLE or ca_bundle)";

pub(super) fn agent(options: &TransportOptions, target: &Target) -> Result<Agent> {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent("")
        .accept("")
        .accept_encoding("")
        .timeout_connect(Some(options.connect_timeout))
        .timeout_per_read(Some(options.read_timeout))
        .timeout_per_write(Some(options.read_timeout))
        .max_idle_connections(0)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .proxy(target.proxy.as_deref().map(proxy).transpose()?);
    let mut own_tls = None;
    if target.is_tls() {
        let client = options.client_certificate.as_ref();
        match &options.verify {
            Verify::CaFile(path) => own_tls = Some(tls_by_file(path, client)?),
            verify => config = config.tls_config(tls(verify, client)?),
        }
    }
    let ways = Ways {
        connect_timeout: options.connect_timeout,
        socket: SocketOptions { buffer: BUFFER, keepalive: options.tcp_keepalive },
        own_tls,
        proxy_tls: target.is_by_tls_to_proxy().then(|| tls_to_proxy(options)).transpose()?,
        forwards_https: options.proxy_use_forwarding_for_https,
    };
    let connector = PoolingConnector::new(options.max_pool_connections, ways);
    Ok(Agent::with_parts(config.build(), connector, NoResolver))
}

fn proxy(url: &str) -> Result<Proxy> {
    let proxy = Proxy::new(url).ok().filter(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https")));
    proxy.ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("The proxy `{}` is not an http or https URL", without_user(url)))
    })
}

/// Its own authorities, else those of the servers; nothing else that is meant for servers.
fn tls_to_proxy(options: &TransportOptions) -> Result<ProxyTls> {
    let client = options.proxy_client_certificate.as_ref();
    match (&options.proxy_ca_bundle, &options.verify) {
        (Some(path), _) | (None, Verify::CaFile(path)) => tls_by_file(path, client).map(ProxyTls::Own),
        (None, verify) => tls(verify, client).map(ProxyTls::OfAgent),
    }
}

fn tls_by_file(path: &Path, client: Option<&ClientCertificate>) -> Result<Arc<ClientConfig>> {
    let trusted = certificates(path, AUTHORITIES)?.iter().map(der).collect();
    let provider = Arc::new(provider());
    let client = client.map(|client| -> Result<Identity> {
        let (chain, pem) = of_client(client, &provider)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| none_in(&client.key, "private key"))?;
        Ok((chain.iter().map(der).collect(), key))
    });
    let config = trust::config(trusted, client.transpose()?, provider);
    config.ok_or_else(|| none_in(path, "certificate that can be read"))?.map_err(|cause| {
        let message = format!("The certificates in `{}` cannot be used", path.display());
        Error::new(ErrorKind::Config, message).with_source(cause)
    })
}

/// A client's chain, and the text of its key, which fit.
fn of_client(client: &ClientCertificate, provider: &CryptoProvider) -> Result<(Vec<Certificate<'static>>, Vec<u8>)> {
    let chain = certificates(&client.certificate, "client certificate")?;
    let pem = read(&client.key, "client certificate's key")?;
    check_key(client, &chain, &pem, provider)?;
    Ok((chain, pem))
}

fn der(certificate: &Certificate<'_>) -> CertificateDer<'static> {
    CertificateDer::from(certificate.der().to_vec())
}

fn tls(verify: &Verify, client: Option<&ClientCertificate>) -> Result<TlsConfig> {
    let provider = Arc::new(provider());
    let mut config = TlsConfig::builder().unversioned_rustls_crypto_provider(Arc::clone(&provider));
    match verify {
        Verify::On => {}
        Verify::Off => config = config.disable_verification(true),
        Verify::CaFile(path) => {
            config = config.root_certs(RootCerts::Specific(Arc::new(certificates(path, AUTHORITIES)?)));
        }
        #[cfg(feature = "native-certs")]
        Verify::System => config = config.root_certs(RootCerts::Specific(Arc::new(of_system()?))),
    }
    if let Some(client) = client {
        let (chain, pem) = of_client(client, &provider)?;
        let key = PrivateKey::from_pem(&pem).map_err(|_| none_in(&client.key, "private key"))?;
        config = config.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(config.build())
}

#[cfg(feature = "aws-lc-rs")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// ureq takes a key for granted that is no key, or another certificate's.
fn check_key(
    client: &ClientCertificate,
    chain: &[Certificate<'static>],
    pem: &[u8],
    provider: &CryptoProvider,
) -> Result<()> {
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| none_in(&client.key, "private key"))?;
    let chain = chain.iter().map(der).collect();
    CertifiedKey::from_der(chain, key, provider).map(drop).map_err(|cause| {
        let (certificate, key) = (client.certificate.display(), client.key.display());
        let message =
            format!("The private key in `{key}` cannot be used with the client certificate in `{certificate}`");
        Error::new(ErrorKind::Config, message).with_source(cause)
    })
}

/// The authorities that the system trusts.
#[cfg(feature = "native-certs")]
fn of_system() -> Result<Vec<Certificate<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    for problem in &found.errors {
        log::warn!("Some of the system's certificates could not be read: {problem}");
    }
    if found.certs.is_empty() {
        return Err(Error::new(ErrorKind::Config, "The system has no certificates of authorities"));
    }
    Ok(found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}

fn certificates(path: &Path, what: &str) -> Result<Vec<Certificate<'static>>> {
    let pem = read(path, what)?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match found.is_empty() {
        true => Err(Error::new(
            ErrorKind::Config,
            format!("The {what} `{}` holds no certificate in PEM form", path.display()),
        )),
        false => Ok(found),
    }
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|cause| {
        Error::new(ErrorKind::Config, format!("The {what} `{}` could not be read", path.display())).with_source(cause)
    })
}

fn none_in(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{}` holds no {what} in PEM form", path.display()))
}
