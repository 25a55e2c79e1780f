use super::{
    AccountIdEndpointMode, ChecksumMode, ConfigValue, DefaultsMode, EndpointDiscovery, ProxiesConfig, Retries, S3Config,
};
use crate::Map;
use crate::http::{ClientCertificate, Proxies};
use std::time::Duration;

/// Options of a client, set by methods of their names. What is not set comes from the session, the environment, the profile, the defaults mode or the
/// built-in default, in this order. Source: botocore's `Config`.
///
/// ```
/// use std::time::Duration;
///
/// use botocore::{Config, Retries, RetryMode};
///
/// let config = Config::new()
///     .region_name("eu-west-1")
///     .connect_timeout(Duration::from_secs(5))
///     .retries(Retries::new().mode(RetryMode::Adaptive).total_max_attempts(5));
/// let patient = config.merge(&Config::new().connect_timeout(Duration::from_secs(50)));
/// assert_ne!(config, patient);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// See the method [`region_name`](Config::region_name).
    pub region_name: Option<String>,
    /// See the method [`signature_version`](Config::signature_version).
    pub signature_version: Option<String>,
    /// See the method [`user_agent`](Config::user_agent).
    pub user_agent: Option<String>,
    /// See the method [`user_agent_extra`](Config::user_agent_extra).
    pub user_agent_extra: Option<String>,
    /// See the method [`user_agent_appid`](Config::user_agent_appid).
    pub user_agent_appid: Option<String>,
    /// See the method [`connect_timeout`](Config::connect_timeout).
    pub connect_timeout: Option<Duration>,
    /// See the method [`read_timeout`](Config::read_timeout).
    pub read_timeout: Option<Duration>,
    /// See the method [`call_timeout`](Config::call_timeout).
    pub call_timeout: Option<Duration>,
    /// See the method [`parameter_validation`](Config::parameter_validation).
    pub parameter_validation: Option<bool>,
    /// See the method [`max_pool_connections`](Config::max_pool_connections).
    pub max_pool_connections: Option<usize>,
    /// See the method [`proxies`](Config::proxies).
    pub proxies: Option<Proxies>,
    /// See the method [`proxies_config`](Config::proxies_config).
    pub proxies_config: Option<ProxiesConfig>,
    /// See the method [`s3`](Config::s3).
    pub s3: Option<S3Config>,
    /// See the method [`s3_disable_express_session_auth`](Config::s3_disable_express_session_auth).
    pub s3_disable_express_session_auth: Option<bool>,
    /// See the method [`retries`](Config::retries).
    pub retries: Option<Retries>,
    /// See the method [`client_cert`](Config::client_cert).
    pub client_cert: Option<ClientCertificate>,
    /// See the method [`inject_host_prefix`](Config::inject_host_prefix).
    pub inject_host_prefix: Option<bool>,
    /// See the method [`endpoint_discovery_enabled`](Config::endpoint_discovery_enabled).
    pub endpoint_discovery_enabled: Option<EndpointDiscovery>,
    /// See the method [`use_dualstack_endpoint`](Config::use_dualstack_endpoint).
    pub use_dualstack_endpoint: Option<bool>,
    /// See the method [`use_fips_endpoint`](Config::use_fips_endpoint).
    pub use_fips_endpoint: Option<bool>,
    /// See the method [`ignore_configured_endpoint_urls`](Config::ignore_configured_endpoint_urls).
    pub ignore_configured_endpoint_urls: Option<bool>,
    /// See the method [`defaults_mode`](Config::defaults_mode).
    pub defaults_mode: Option<DefaultsMode>,
    /// See the method [`tcp_keepalive`](Config::tcp_keepalive).
    pub tcp_keepalive: Option<bool>,
    /// See the method [`request_min_compression_size_bytes`](Config::request_min_compression_size_bytes).
    pub request_min_compression_size_bytes: Option<u32>,
    /// See the method [`disable_request_compression`](Config::disable_request_compression).
    pub disable_request_compression: Option<bool>,
    /// See the method [`client_context_params`](Config::client_context_params).
    pub client_context_params: Option<Map<String, ConfigValue>>,
    /// See the method [`sigv4a_signing_region_set`](Config::sigv4a_signing_region_set).
    pub sigv4a_signing_region_set: Option<Vec<String>>,
    /// See the method [`request_checksum_calculation`](Config::request_checksum_calculation).
    pub request_checksum_calculation: Option<ChecksumMode>,
    /// See the method [`response_checksum_validation`](Config::response_checksum_validation).
    pub response_checksum_validation: Option<ChecksumMode>,
    /// See the method [`account_id_endpoint_mode`](Config::account_id_endpoint_mode).
    pub account_id_endpoint_mode: Option<AccountIdEndpointMode>,
    /// See the method [`auth_scheme_preference`](Config::auth_scheme_preference).
    pub auth_scheme_preference: Option<Vec<String>>,
}

impl Config {
    /// Options of which none is set.
    pub fn new() -> Self {
        Config::default()
    }

    /// These options, with those that are set in `other` put over them.
    pub fn merge(&self, other: &Config) -> Config {
        let (over, under) = (other.clone(), self.clone());
        Config {
            region_name: over.region_name.or(under.region_name),
            signature_version: over.signature_version.or(under.signature_version),
            user_agent: over.user_agent.or(under.user_agent),
            user_agent_extra: over.user_agent_extra.or(under.user_agent_extra),
            user_agent_appid: over.user_agent_appid.or(under.user_agent_appid),
            connect_timeout: over.connect_timeout.or(under.connect_timeout),
            read_timeout: over.read_timeout.or(under.read_timeout),
            call_timeout: over.call_timeout.or(under.call_timeout),
            parameter_validation: over.parameter_validation.or(under.parameter_validation),
            max_pool_connections: over.max_pool_connections.or(under.max_pool_connections),
            proxies: over.proxies.or(under.proxies),
            proxies_config: over.proxies_config.or(under.proxies_config),
            s3: over.s3.or(under.s3),
            s3_disable_express_session_auth: over
                .s3_disable_express_session_auth
                .or(under.s3_disable_express_session_auth),
            retries: over.retries.or(under.retries),
            client_cert: over.client_cert.or(under.client_cert),
            inject_host_prefix: over.inject_host_prefix.or(under.inject_host_prefix),
            endpoint_discovery_enabled: over.endpoint_discovery_enabled.or(under.endpoint_discovery_enabled),
            use_dualstack_endpoint: over.use_dualstack_endpoint.or(under.use_dualstack_endpoint),
            use_fips_endpoint: over.use_fips_endpoint.or(under.use_fips_endpoint),
            ignore_configured_endpoint_urls: over
                .ignore_configured_endpoint_urls
                .or(under.ignore_configured_endpoint_urls),
            defaults_mode: over.defaults_mode.or(under.defaults_mode),
            tcp_keepalive: over.tcp_keepalive.or(under.tcp_keepalive),
            request_min_compression_size_bytes: over
                .request_min_compression_size_bytes
                .or(under.request_min_compression_size_bytes),
            disable_request_compression: over.disable_request_compression.or(under.disable_request_compression),
            client_context_params: over.client_context_params.or(under.client_context_params),
            sigv4a_signing_region_set: over.sigv4a_signing_region_set.or(under.sigv4a_signing_region_set),
            request_checksum_calculation: over.request_checksum_calculation.or(under.request_checksum_calculation),
            response_checksum_validation: over.response_checksum_validation.or(under.response_checksum_validation),
            account_id_endpoint_mode: over.account_id_endpoint_mode.or(under.account_id_endpoint_mode),
            auth_scheme_preference: over.auth_scheme_preference.or(under.auth_scheme_preference),
        }
    }

    /// Requests are not signed: for what everybody may read.
    pub fn unsigned(self) -> Self {
        self.signature_version("none")
    }

    /// The region. Default: the session's.
    pub fn region_name(mut self, region_name: impl Into<String>) -> Self {
        self.region_name = Some(region_name.into());
        self
    }

    /// How requests are signed: `v4` or `s3v4`, `v4a` or `s3v4a`, `v2`, `bearer`, or `none` for not at all; a call with any
    /// other word is an error. For S3 also `s3`, the older Signature Version 2, for stores that know nothing newer: what it
    /// presigns goes to the host without a region, as in botocore. Default: what the endpoint's rules say, else the
    /// service's model.
    pub fn signature_version(mut self, signature_version: impl Into<String>) -> Self {
        self.signature_version = Some(signature_version.into());
        self
    }

    /// The whole `User-Agent` header, in place of the one made up here.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// What is added to the end of the `User-Agent` header.
    pub fn user_agent_extra(mut self, user_agent_extra: impl Into<String>) -> Self {
        self.user_agent_extra = Some(user_agent_extra.into());
        self
    }

    /// The application's name in the `User-Agent` header, at most 50 characters. Default: `AWS_SDK_UA_APP_ID`, then `sdk_ua_app_id` of the profile.
    pub fn user_agent_appid(mut self, user_agent_appid: impl Into<String>) -> Self {
        self.user_agent_appid = Some(user_agent_appid.into());
        self
    }

    /// How long connecting may take: to each of a host's addresses in turn, then TLS; without the look-up of its name.
    /// Default: 60 seconds, or what the defaults mode says.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = Some(connect_timeout);
        self
    }

    /// How long the connection may stay silent. Default: 60 seconds. For some calls only:
    /// [`ServiceClient::with_read_timeout`](crate::ServiceClient::with_read_timeout).
    pub fn read_timeout(mut self, read_timeout: Duration) -> Self {
        self.read_timeout = Some(read_timeout);
        self
    }

    /// How long a call may take in all: looking for credentials and for the host's address, every attempt, the pauses between
    /// them, and the answer with its body, also where the body is a stream. A provider of credentials that takes longer is not
    /// stopped: what it gives is there for later calls. Handlers of events, bodies that the program gives and transports of its
    /// own are not cut. Default: no limit. For some calls only:
    /// [`ServiceClient::with_call_timeout`](crate::ServiceClient::with_call_timeout). botocore has nothing like it.
    pub fn call_timeout(mut self, call_timeout: Duration) -> Self {
        self.call_timeout = Some(call_timeout);
        self
    }

    /// Whether inputs are held against the model's limits before they are sent. Default: on.
    pub fn parameter_validation(mut self, parameter_validation: bool) -> Self {
        self.parameter_validation = Some(parameter_validation);
        self
    }

    /// How many idle connections are kept. Default: 10.
    pub fn max_pool_connections(mut self, max_pool_connections: usize) -> Self {
        self.max_pool_connections = Some(max_pool_connections);
        self
    }

    /// The proxies. Default: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Some(proxies);
        self
    }

    /// How to speak to the proxies.
    pub fn proxies_config(mut self, proxies_config: ProxiesConfig) -> Self {
        self.proxies_config = Some(proxies_config);
        self
    }

    /// Settings of Amazon S3. Each that is set here wins over the same of the environment and the profile.
    pub fn s3(mut self, s3: S3Config) -> Self {
        self.s3 = Some(s3);
        self
    }

    /// Whether directory buckets are signed for with the plain keys instead of a session's. Default: off.
    pub fn s3_disable_express_session_auth(mut self, s3_disable_express_session_auth: bool) -> Self {
        self.s3_disable_express_session_auth = Some(s3_disable_express_session_auth);
        self
    }

    /// How often and how a failed request is sent again.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = Some(retries);
        self
    }

    /// The certificate that this side shows to the server.
    pub fn client_cert(mut self, client_cert: ClientCertificate) -> Self {
        self.client_cert = Some(client_cert);
        self
    }

    /// Whether the host prefixes of the model (`data-`) are put before the host. Default: on.
    pub fn inject_host_prefix(mut self, inject_host_prefix: bool) -> Self {
        self.inject_host_prefix = Some(inject_host_prefix);
        self
    }

    /// Whether services that can are asked for their endpoints. Default: where the service requires it.
    pub fn endpoint_discovery_enabled(mut self, endpoint_discovery_enabled: EndpointDiscovery) -> Self {
        self.endpoint_discovery_enabled = Some(endpoint_discovery_enabled);
        self
    }

    /// Whether to use endpoints that speak IPv6 too. Default: off.
    pub fn use_dualstack_endpoint(mut self, use_dualstack_endpoint: bool) -> Self {
        self.use_dualstack_endpoint = Some(use_dualstack_endpoint);
        self
    }

    /// Whether to use FIPS endpoints. Default: off.
    pub fn use_fips_endpoint(mut self, use_fips_endpoint: bool) -> Self {
        self.use_fips_endpoint = Some(use_fips_endpoint);
        self
    }

    /// Whether endpoint URLs of the environment and the profile are passed over. Default: off.
    pub fn ignore_configured_endpoint_urls(mut self, ignore_configured_endpoint_urls: bool) -> Self {
        self.ignore_configured_endpoint_urls = Some(ignore_configured_endpoint_urls);
        self
    }

    /// The set of defaults. Default: legacy.
    pub fn defaults_mode(mut self, defaults_mode: DefaultsMode) -> Self {
        self.defaults_mode = Some(defaults_mode);
        self
    }

    /// Whether idle connections are probed by TCP. Default: off.
    pub fn tcp_keepalive(mut self, tcp_keepalive: bool) -> Self {
        self.tcp_keepalive = Some(tcp_keepalive);
        self
    }

    /// The smallest body that is compressed, 1 to 1,048,576 bytes. Default: 10,240.
    pub fn request_min_compression_size_bytes(mut self, request_min_compression_size_bytes: u32) -> Self {
        self.request_min_compression_size_bytes = Some(request_min_compression_size_bytes);
        self
    }

    /// Whether bodies are never compressed. Default: off.
    pub fn disable_request_compression(mut self, disable_request_compression: bool) -> Self {
        self.disable_request_compression = Some(disable_request_compression);
        self
    }

    /// Parameters of the service's endpoint rules, by their names.
    pub fn client_context_params(mut self, client_context_params: Map<String, ConfigValue>) -> Self {
        self.client_context_params = Some(client_context_params);
        self
    }

    /// The regions that SigV4a signatures are good for; `*` for all.
    pub fn sigv4a_signing_region_set(
        mut self,
        sigv4a_signing_region_set: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.sigv4a_signing_region_set = Some(sigv4a_signing_region_set.into_iter().map(Into::into).collect());
        self
    }

    /// When requests carry checksums. Default: where the operation supports it.
    pub fn request_checksum_calculation(mut self, request_checksum_calculation: ChecksumMode) -> Self {
        self.request_checksum_calculation = Some(request_checksum_calculation);
        self
    }

    /// When answers' checksums are asked for and checked. Default: where the operation supports it.
    pub fn response_checksum_validation(mut self, response_checksum_validation: ChecksumMode) -> Self {
        self.response_checksum_validation = Some(response_checksum_validation);
        self
    }

    /// Whether endpoints carry the account id. Default: preferred.
    pub fn account_id_endpoint_mode(mut self, account_id_endpoint_mode: AccountIdEndpointMode) -> Self {
        self.account_id_endpoint_mode = Some(account_id_endpoint_mode);
        self
    }

    /// The ways of signing, best first: `sigv4`, `sigv4a`, `httpBearerAuth`. Default: the service's order.
    pub fn auth_scheme_preference(
        mut self,
        auth_scheme_preference: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.auth_scheme_preference = Some(auth_scheme_preference.into_iter().map(Into::into).collect());
        self
    }
}
