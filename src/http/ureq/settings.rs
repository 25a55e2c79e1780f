use std::path::Path;
use std::sync::Arc;

use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

use super::connect::{NoResolver, PoolingConnector};
use super::explain::Target;
use crate::error::{Error, ErrorKind, Result};
use crate::http::proxy::without_user;
use crate::http::{TransportOptions, Verify};

/// Bytes read or written at once: larger ones no longer fit the processor's cache beside the reader's own buffer.
const BUFFER: usize = 128 * 1024;

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
    if target.is_tls() {
        config = config.tls_config(tls(options)?);
    }
    let connector = PoolingConnector::new(options.max_pool_connections, options.connect_timeout, BUFFER);
    Ok(Agent::with_parts(config.build(), connector, NoResolver))
}

fn proxy(url: &str) -> Result<Proxy> {
    let proxy = Proxy::new(url).ok().filter(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https")));
    proxy.ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("The proxy `{}` is not an http or https URL", without_user(url)))
    })
}

fn tls(options: &TransportOptions) -> Result<TlsConfig> {
    let mut config = TlsConfig::builder();
    match &options.verify {
        Verify::On => {}
        Verify::Off => config = config.disable_verification(true),
        Verify::CaFile(path) => {
            config = config.root_certs(RootCerts::Specific(Arc::new(certificates(path, "CA bundle")?)));
        }
    }
    if let Some(client) = &options.client_certificate {
        let chain = certificates(&client.certificate, "client certificate")?;
        let pem = read(&client.key, "client certificate's key")?;
        let key = PrivateKey::from_pem(&pem).map_err(|_| none_in(&client.key, "private key"))?;
        config = config.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(config.build())
}

fn certificates(path: &Path, what: &str) -> Result<Vec<Certificate<'static>>> {
    let pem = read(path, what)?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() { Err(none_in(path, "certificate")) } else { Ok(found) }
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|cause| {
        Error::new(ErrorKind::Config, format!("The {what} `{}` could not be read", path.display())).with_source(cause)
    })
}

fn none_in(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{}` holds no {what} in PEM form", path.display()))
}
