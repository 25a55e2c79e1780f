use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Proxies;

/// How connections are made. The defaults are botocore's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportOptions {
    /// Longest wait for a connection: for each of the host's addresses in turn, then for TLS, and for a proxy's word. What a
    /// name server takes is not in it. Default: 60 seconds. Source: `connect_timeout`.
    pub connect_timeout: Duration,
    /// Longest silence while an answer is awaited or read. Default: 60 seconds. Source: `read_timeout`.
    pub read_timeout: Duration,
    /// Idle connections kept for each host. Default: 10. Source: `max_pool_connections`.
    pub max_pool_connections: usize,
    /// How a server proves who it is. Default: [`Verify::On`]. Source: `verify`, `AWS_CA_BUNDLE`.
    pub verify: Verify,
    /// What proves to a server who this client is. Default: nothing. Source: `client_cert`.
    pub client_certificate: Option<ClientCertificate>,
    /// The proxies to go through. Default: none.
    pub proxies: Proxies,
    /// Whether the system probes connections that are silent, so that one whose other end is gone ends. How often, the system
    /// decides. Default: off. Source: `tcp_keepalive`.
    pub tcp_keepalive: bool,
    /// The authorities whose certificates are accepted of proxies that are reached by TLS, a PEM file. Default: as `verify`
    /// says. Source: `proxy_ca_bundle`.
    pub proxy_ca_bundle: Option<PathBuf>,
    /// What proves to such a proxy who this client is. Default: nothing. Source: `proxy_client_cert`.
    pub proxy_client_certificate: Option<ClientCertificate>,
    /// Whether such a proxy gets requests to `https` URLs as they are, in place of a tunnel: it sees all that is in them.
    /// Default: off. Source: `proxy_use_forwarding_for_https`.
    pub proxy_use_forwarding_for_https: bool,
}

impl Default for TransportOptions {
    fn default() -> Self {
        TransportOptions {
            connect_timeout: Duration::from_secs(60),
            read_timeout: Duration::from_secs(60),
            max_pool_connections: 10,
            verify: Verify::default(),
            client_certificate: None,
            proxies: Proxies::default(),
            tcp_keepalive: false,
            proxy_ca_bundle: None,
            proxy_client_certificate: None,
            proxy_use_forwarding_for_https: false,
        }
    }
}

/// Which server certificates are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Those of the authorities that Mozilla trusts, compiled in.
    #[default]
    On,
    /// Any. Whoever sits between can read and change everything.
    Off,
    /// Those of the authorities in this PEM file, and no others.
    CaFile(PathBuf),
    /// Those of the authorities that the system trusts, or of those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    #[cfg(feature = "native-certs")]
    System,
}

impl From<bool> for Verify {
    fn from(on: bool) -> Self {
        if on { Verify::On } else { Verify::Off }
    }
}

impl From<&str> for Verify {
    fn from(path: &str) -> Self {
        Verify::CaFile(path.into())
    }
}

impl From<PathBuf> for Verify {
    fn from(path: PathBuf) -> Self {
        Verify::CaFile(path)
    }
}

/// PEM files with a certificate chain and its private key.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The chain, the client's own certificate first.
    pub certificate: PathBuf,
    /// The private key; the same file as the chain when it holds both.
    pub key: PathBuf,
}

impl ClientCertificate {
    /// One file that holds both.
    pub fn new(certificate: impl Into<PathBuf>) -> Self {
        let certificate = certificate.into();
        ClientCertificate { key: certificate.clone(), certificate }
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({})", self.certificate.display())
    }
}
