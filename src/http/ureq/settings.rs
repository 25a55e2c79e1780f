use std::sync::Arc;

use rustls::ClientConfig;
use ureq::{Agent, Proxy};

use super::connect::{NoResolver, PoolingConnector, Ways};
use super::explain::Target;
use super::names::Names;
use super::socket::SocketOptions;
use super::tls;
use crate::error::{Error, ErrorKind, Result};
use crate::http::proxy::without_user;
use crate::http::{TransportOptions, Verify};

/// Bytes read or written at once: larger ones no longer fit the processor's cache beside the reader's own buffer.
const BUFFER: usize = 128 * 1024;

pub(super) fn agent(options: &TransportOptions, target: &Target, names: Arc<Names>) -> Result<Agent> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent("")
        .accept("")
        .accept_encoding("")
        .timeout_per_read(Some(options.read_timeout))
        .timeout_per_write(Some(options.read_timeout))
        .max_idle_connections(0)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .proxy(target.proxy.as_deref().map(proxy).transpose()?);
    let client = options.client_certificate.as_ref();
    let ways = Ways {
        names,
        tls: target.is_tls().then(|| tls::config(&options.verify, client)).transpose()?,
        connect_timeout: options.connect_timeout,
        socket: SocketOptions { buffer: BUFFER, keepalive: options.tcp_keepalive },
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
fn tls_to_proxy(options: &TransportOptions) -> Result<Arc<ClientConfig>> {
    let client = options.proxy_client_certificate.as_ref();
    match &options.proxy_ca_bundle {
        Some(path) => tls::config(&Verify::CaFile(path.clone()), client),
        None => tls::config(&options.verify, client),
    }
}
