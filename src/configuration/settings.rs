//! All that a client needs to know, settled once when it is made.

use std::sync::Arc;
use std::time::Duration;

use super::defaults::{self, Defaults};
use super::lookup::{self, SET};
use super::variables::{self, Variable};
use super::{
    AccountIdEndpointMode, ChecksumMode, Config, ConfigValue, DefaultsMode, EndpointDiscovery, ProxiesConfig,
    RegionalEndpoints, Retries, RetryMode, S3Config, endpoint_url, region,
};
use crate::checksum::Calculation;
use crate::compression::MIN_SIZES;
use crate::credentials::{Cache, Credentials};
use crate::endpoint::Param;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{ClientCertificate, Proxies, TransportOptions, Verify};
use crate::operation::Service;
use crate::{Map, Session};

/// What is said when a client is made, beside its session.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientOptions {
    pub(crate) region: Option<String>,
    pub(crate) api_version: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) config: Option<Config>,
    /// Default: on.
    pub(crate) use_ssl: Option<bool>,
    pub(crate) verify: Option<Verify>,
}

/// The settings of a client. What may be unset has no default that is the same for all services.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Without `fips-`; see [`Settings::require_region`].
    pub(crate) region: Option<String>,
    /// Whether `AWS_REGION` is set, which other SDKs read.
    pub(crate) is_region_for_others: bool,
    /// The user's, from wherever; no rules choose another.
    pub(crate) endpoint_url: Option<String>,
    /// Whether the endpoint URL came as an argument or from files and environment: it does not matter to the rules.
    pub(crate) use_ssl: bool,
    pub(crate) verify: Verify,
    pub(crate) use_fips: bool,
    pub(crate) use_dualstack: bool,
    pub(crate) retry_mode: RetryMode,
    /// How often a request is sent at most; `None`: as the retry mode says for the service.
    pub(crate) max_attempts: Option<u32>,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) call_timeout: Option<Duration>,
    pub(crate) max_pool_connections: usize,
    pub(crate) tcp_keepalive: bool,
    pub(crate) proxies: Proxies,
    pub(crate) proxies_config: ProxiesConfig,
    pub(crate) client_cert: Option<ClientCertificate>,
    pub(crate) request_checksum_calculation: ChecksumMode,
    pub(crate) response_checksum_validation: ChecksumMode,
    pub(crate) request_min_compression_size_bytes: u32,
    pub(crate) disable_request_compression: bool,
    pub(crate) account_id_endpoint_mode: AccountIdEndpointMode,
    pub(crate) s3: S3Config,
    pub(crate) s3_disable_express_session_auth: bool,
    pub(crate) sts_regional_endpoints: RegionalEndpoints,
    pub(crate) user_agent: Option<String>,
    pub(crate) user_agent_extra: Option<String>,
    pub(crate) user_agent_appid: Option<String>,
    /// Short names, best first; empty: the service's order.
    pub(crate) auth_scheme_preference: Vec<String>,
    /// Whether it, or the signature version, was set in code: then no bearer token of the environment goes before it.
    pub(crate) auth_set_in_code: bool,
    pub(crate) sigv4a_signing_region_set: Option<Vec<String>>,
    pub(crate) signature_version: Option<String>,
    pub(crate) inject_host_prefix: bool,
    pub(crate) parameter_validation: bool,
    pub(crate) endpoint_discovery: EndpointDiscovery,
    pub(crate) client_context_params: Map<String, ConfigValue>,
    /// `None`: nothing is signed.
    pub(crate) credentials: Option<Arc<Cache>>,
}

impl Settings {
    /// Settles everything: argument, `Config`, session variable, environment, profile, defaults mode, default.
    ///
    /// # Errors
    /// When a file is malformed, the profile is not there, or a value is not what its setting takes. A region that is not
    /// set is none yet.
    pub(crate) fn resolve(session: &Session, service: &Service, options: &ClientOptions) -> Result<Settings> {
        let config = match (session.get_default_client_config(), &options.config) {
            (Some(default), Some(config)) => default.merge(config),
            (Some(default), None) => default,
            (None, config) => config.clone().unwrap_or_default(),
        };
        let sources = Sources { session, config, options };
        let region = sources.region()?;
        let defaults = sources.defaults(region.as_deref())?;
        let (region, fips_region) = match region {
            Some(region) => Some(region::without_fips(region)).map_or((None, false), |(name, fips)| (Some(name), fips)),
            None => (None, false),
        };
        sources.settings(service, region, fips_region, defaults)
    }

    /// The region, where there must be one.
    ///
    /// # Errors
    /// One that tells how to set it.
    pub(crate) fn require_region(&self) -> Result<&str> {
        self.region.as_deref().ok_or_else(|| region::missing(self.is_region_for_others))
    }

    pub(crate) fn transport_options(&self) -> TransportOptions {
        TransportOptions {
            connect_timeout: self.connect_timeout,
            read_timeout: self.read_timeout,
            max_pool_connections: self.max_pool_connections,
            verify: self.verify.clone(),
            client_certificate: self.client_cert.clone(),
            proxies: self.proxies.clone(),
            tcp_keepalive: self.tcp_keepalive,
            proxy_ca_bundle: self.proxies_config.ca_bundle.clone(),
            proxy_client_certificate: self.proxies_config.client_cert.clone(),
            proxy_use_forwarding_for_https: self.proxies_config.use_forwarding_for_https.unwrap_or(false),
        }
    }

    /// Whether requests carry a checksum wherever the operation knows one.
    pub(crate) fn checksum_calculation(&self) -> Calculation {
        match self.request_checksum_calculation {
            ChecksumMode::WhenRequired => Calculation::WhenRequired,
            _ => Calculation::WhenSupported,
        }
    }

    /// The service's own endpoint parameters that were set.
    pub(crate) fn client_context(&self) -> Vec<(&str, Param<'_>)> {
        let param = |value| match value {
            &ConfigValue::Bool(on) => Some(Param::Bool(on)),
            ConfigValue::Text(text) => Some(Param::Str(text.as_str().into())),
            _ => None,
        };
        let mut params = Vec::new();
        // To S3's rules it is a parameter of the service, and this a setting of its own.
        if self.s3_disable_express_session_auth {
            params.push(("DisableS3ExpressSessionAuth", Param::Bool(true)));
        }
        params
            .extend(self.client_context_params.iter().filter_map(|(name, value)| Some((name.as_str(), param(value)?))));
        params
    }

    /// The same as options. `signature_version` is the service's own, `user_agent` the header made of these settings.
    pub(crate) fn config(&self, signature_version: &str, user_agent: String) -> Config {
        Config {
            region_name: self.region.clone(),
            signature_version: self.signature_version.clone().or_else(|| Some(signature_version.to_owned())),
            user_agent: Some(user_agent),
            user_agent_extra: self.user_agent_extra.clone(),
            user_agent_appid: self.user_agent_appid.clone(),
            connect_timeout: Some(self.connect_timeout),
            read_timeout: Some(self.read_timeout),
            call_timeout: self.call_timeout,
            parameter_validation: Some(self.parameter_validation),
            max_pool_connections: Some(self.max_pool_connections),
            proxies: Some(self.proxies.clone()),
            proxies_config: Some(self.proxies_config.clone()),
            s3: Some(self.s3.clone()),
            s3_disable_express_session_auth: Some(self.s3_disable_express_session_auth),
            retries: Some(Retries { mode: Some(self.retry_mode), total_max_attempts: self.max_attempts }),
            client_cert: self.client_cert.clone(),
            inject_host_prefix: Some(self.inject_host_prefix),
            endpoint_discovery_enabled: Some(self.endpoint_discovery),
            use_dualstack_endpoint: Some(self.use_dualstack),
            use_fips_endpoint: Some(self.use_fips),
            ignore_configured_endpoint_urls: None,
            defaults_mode: None,
            tcp_keepalive: Some(self.tcp_keepalive),
            request_min_compression_size_bytes: Some(self.request_min_compression_size_bytes),
            disable_request_compression: Some(self.disable_request_compression),
            client_context_params: Some(self.client_context_params.clone()),
            sigv4a_signing_region_set: self.sigv4a_signing_region_set.clone(),
            request_checksum_calculation: Some(self.request_checksum_calculation),
            response_checksum_validation: Some(self.response_checksum_validation),
            account_id_endpoint_mode: Some(self.account_id_endpoint_mode),
            auth_scheme_preference: Some(self.auth_scheme_preference.clone()),
        }
    }

    pub(crate) fn is_unsigned(&self) -> bool {
        self.signature_version.as_deref() == Some("none")
    }
}

struct Sources<'a> {
    session: &'a Session,
    config: Config,
    options: &'a ClientOptions,
}

impl Sources<'_> {
    fn region(&self) -> Result<Option<String>> {
        let given = self.options.region.clone().or_else(|| self.config.region_name.clone());
        let region = match given {
            Some(region) => Some(region),
            None => self.text("region")?,
        };
        if let Some(region) = &region {
            let in_code = self.options.region.is_some() || self.config.region_name.is_some();
            region::validate(region, || if in_code { String::new() } else { lookup::place(self.session, "region") })?;
            self.session.note_client_region(region);
        }
        Ok(region)
    }

    fn defaults(&self, region: Option<&str>) -> Result<Option<Defaults>> {
        let mode = match self.config.defaults_mode {
            Some(mode) => mode,
            None => self.choice("defaults_mode", DefaultsMode::NAMES, DefaultsMode::named)?.unwrap_or_default(),
        };
        Ok(defaults::defaults(match mode {
            DefaultsMode::Auto => {
                defaults::found_out(self.session.environment(), region, || self.session.instance_region())
            }
            mode => mode,
        }))
    }

    fn settings(
        &self,
        service: &Service,
        region: Option<String>,
        fips_region: bool,
        defaults: Option<Defaults>,
    ) -> Result<Settings> {
        let config = &self.config;
        let s3 = self.s3(defaults)?;
        let use_dualstack = match s3.use_dualstack_endpoint.filter(|_| service.endpoint_prefix.starts_with("s3")) {
            Some(on) => on,
            None => self.bool(config.use_dualstack_endpoint, "use_dualstack_endpoint")?,
        };
        let unsigned = config.signature_version.as_deref() == Some("none");
        let retries = config.retries.clone().unwrap_or_default();
        Ok(Settings {
            region,
            is_region_for_others: self.session.environment().filled("AWS_REGION").is_some(),
            endpoint_url: self.endpoint_url(service)?,
            use_ssl: self.options.use_ssl.unwrap_or(true),
            verify: self.verify()?,
            use_fips: fips_region || self.bool(config.use_fips_endpoint, "use_fips_endpoint")?,
            use_dualstack,
            retry_mode: self.retry_mode(&retries, defaults)?,
            max_attempts: self.max_attempts(&retries)?,
            connect_timeout: config
                .connect_timeout
                .or(defaults.map(|defaults| defaults.connect_timeout))
                .unwrap_or(DEFAULT_TIMEOUT),
            read_timeout: config.read_timeout.unwrap_or(DEFAULT_TIMEOUT),
            call_timeout: config.call_timeout,
            max_pool_connections: config.max_pool_connections.unwrap_or(10),
            tcp_keepalive: self.bool(config.tcp_keepalive, "tcp_keepalive")?,
            proxies: config.proxies.clone().unwrap_or_else(|| self.session.proxies()),
            proxies_config: self.proxies_config()?,
            client_cert: config.client_cert.clone(),
            request_checksum_calculation: self
                .checksum_mode(config.request_checksum_calculation, "request_checksum_calculation")?,
            response_checksum_validation: self
                .checksum_mode(config.response_checksum_validation, "response_checksum_validation")?,
            request_min_compression_size_bytes: self.min_compression_size()?,
            disable_request_compression: self
                .bool(config.disable_request_compression, "disable_request_compression")?,
            account_id_endpoint_mode: if unsigned {
                AccountIdEndpointMode::Disabled
            } else {
                self.account_id_endpoint_mode()?
            },
            s3,
            s3_disable_express_session_auth: self.express_session_auth_disabled()?,
            sts_regional_endpoints: self
                .choice("sts_regional_endpoints", RegionalEndpoints::NAMES, RegionalEndpoints::named)?
                .or(defaults.map(|defaults| defaults.sts_regional_endpoints))
                .unwrap_or_default(),
            user_agent: config.user_agent.clone(),
            user_agent_extra: config.user_agent_extra.clone(),
            user_agent_appid: self.user_agent_appid()?,
            auth_scheme_preference: self.auth_scheme_preference()?,
            auth_set_in_code: config.signature_version.is_some() || config.auth_scheme_preference.is_some(),
            sigv4a_signing_region_set: self.sigv4a_signing_region_set()?,
            signature_version: config.signature_version.clone(),
            inject_host_prefix: match config.inject_host_prefix {
                Some(on) => on,
                None => !self.bool(None, "disable_host_prefix_injection")?,
            },
            parameter_validation: match config.parameter_validation {
                Some(false) => false,
                _ => match self.found("parameter_validation")? {
                    Some(ConfigValue::Text(text)) => text.eq_ignore_ascii_case("true"),
                    Some(ConfigValue::Bool(on)) => on,
                    _ => true,
                },
            },
            endpoint_discovery: self.endpoint_discovery()?,
            client_context_params: config.client_context_params.clone().unwrap_or_default(),
            credentials: if unsigned { None } else { Some(self.credentials()) },
        })
    }

    fn credentials(&self) -> Arc<Cache> {
        match &self.options.credentials {
            Some(credentials) => Arc::new(Cache::of(credentials.clone())),
            None => self.session.credentials_cache(),
        }
    }

    fn endpoint_url(&self, service: &Service) -> Result<Option<String>> {
        let found = match &self.options.endpoint_url {
            Some(url) => Some((url.clone(), String::new())),
            None if self.bool(self.config.ignore_configured_endpoint_urls, "ignore_configured_endpoint_urls")? => None,
            None => endpoint_url::configured(self.session, service.id)?,
        };
        if let Some((url, place)) = &found {
            endpoint_url::validate(url, place)?;
        }
        Ok(found.map(|(url, _)| url))
    }

    fn verify(&self) -> Result<Verify> {
        match &self.options.verify {
            Some(verify) => Ok(verify.clone()),
            None => self.session.verify(),
        }
    }

    fn retry_mode(&self, retries: &Retries, defaults: Option<Defaults>) -> Result<RetryMode> {
        if let Some(mode) = retries.mode {
            return Ok(mode);
        }
        let set = self.choice("retry_mode", RetryMode::NAMES, RetryMode::named)?;
        Ok(set.or(defaults.map(|defaults| defaults.retry_mode)).unwrap_or_default())
    }

    fn max_attempts(&self, retries: &Retries) -> Result<Option<u32>> {
        if retries.total_max_attempts.is_some() {
            return Ok(retries.total_max_attempts);
        }
        let Some(attempts) = self.found("max_attempts")?.and_then(|value| value.as_integer()) else {
            return Ok(None);
        };
        // Botocore sends once with 0, and with less.
        Ok(Some(u32::try_from(attempts.max(1)).unwrap_or(u32::MAX)))
    }

    fn proxies_config(&self) -> Result<ProxiesConfig> {
        if let Some(config) = &self.config.proxies_config {
            return Ok(config.clone());
        }
        let [bundle, certificate, forwarding] = &variables::PROXIES;
        let expand = |path: String| self.session.environment().expand(&path);
        Ok(ProxiesConfig {
            ca_bundle: text(self.value(bundle)?).map(expand),
            client_cert: text(self.value(certificate)?).map(expand).map(ClientCertificate::new),
            use_forwarding_for_https: self.value(forwarding)?.and_then(|value| value.as_bool()),
        })
    }

    fn checksum_mode(&self, set: Option<ChecksumMode>, name: &str) -> Result<ChecksumMode> {
        match set {
            Some(mode) => Ok(mode),
            None => Ok(self.choice(name, ChecksumMode::NAMES, ChecksumMode::named)?.unwrap_or_default()),
        }
    }

    fn min_compression_size(&self) -> Result<u32> {
        const NAME: &str = "request_min_compression_size_bytes";
        let size = match self.config.request_min_compression_size_bytes {
            Some(size) => i64::from(size),
            None => match self.found(NAME)? {
                Some(ConfigValue::Integer(size)) => size,
                Some(ConfigValue::Text(text)) => {
                    text.trim().parse().map_err(|_| self.invalid(NAME, &text, "a whole number from 1 to 1048576"))?
                }
                _ => 10_240,
            },
        };
        match u32::try_from(size) {
            Ok(size) if MIN_SIZES.contains(&u64::from(size)) => Ok(size),
            _ => Err(self.invalid(NAME, &size.to_string(), "a whole number from 1 to 1048576")),
        }
    }

    fn account_id_endpoint_mode(&self) -> Result<AccountIdEndpointMode> {
        match self.config.account_id_endpoint_mode {
            Some(mode) => Ok(mode),
            None => {
                let names = AccountIdEndpointMode::NAMES;
                Ok(self.choice("account_id_endpoint_mode", names, AccountIdEndpointMode::named)?.unwrap_or_default())
            }
        }
    }

    fn s3(&self, defaults: Option<Defaults>) -> Result<S3Config> {
        let set = match lookup::by_name(self.session, "s3", &SET)? {
            Some(ConfigValue::Map(map)) => of_map(&map)?,
            _ => S3Config::default(),
        };
        let mut merged = set.merge(&self.config.s3.clone().unwrap_or_default());
        if merged.us_east_1_regional_endpoint.is_none() {
            merged.us_east_1_regional_endpoint = defaults.map(|defaults| defaults.s3_us_east_1_regional_endpoint);
        }
        Ok(merged)
    }

    fn express_session_auth_disabled(&self) -> Result<bool> {
        const NAME: &str = "s3_disable_express_session_auth";
        match (self.config.s3_disable_express_session_auth, self.found(NAME)?) {
            (Some(disabled), _) | (None, Some(ConfigValue::Bool(disabled))) => Ok(disabled),
            (None, Some(ConfigValue::Text(text))) => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(self.invalid(NAME, &text, "true or false")),
            },
            _ => Ok(false),
        }
    }

    fn user_agent_appid(&self) -> Result<Option<String>> {
        let appid = match &self.config.user_agent_appid {
            Some(appid) => Some(appid.clone()),
            None => self.text("user_agent_appid")?,
        };
        if appid.as_ref().is_some_and(|appid| appid.chars().count() > 50) {
            log::warn!("The value of user_agent_appid has more than 50 characters.");
        }
        Ok(appid)
    }

    fn auth_scheme_preference(&self) -> Result<Vec<String>> {
        let schemes = match self.config.auth_scheme_preference.clone().filter(|schemes| !schemes.is_empty()) {
            Some(schemes) => schemes,
            None => list(&self.text("auth_scheme_preference")?.unwrap_or_default()),
        };
        let trimmed = schemes.iter().map(|scheme| scheme.replace([' ', '\t'], ""));
        Ok(trimmed.filter(|scheme| !scheme.is_empty()).collect())
    }

    fn sigv4a_signing_region_set(&self) -> Result<Option<Vec<String>>> {
        match &self.config.sigv4a_signing_region_set {
            Some(regions) => Ok(Some(regions.clone())),
            None => Ok(self.text("sigv4a_signing_region_set")?.map(|regions| list(&regions))),
        }
    }

    fn endpoint_discovery(&self) -> Result<EndpointDiscovery> {
        if let Some(discovery) = self.config.endpoint_discovery_enabled {
            return Ok(discovery);
        }
        Ok(match self.found("endpoint_discovery_enabled")? {
            Some(ConfigValue::Bool(true)) => EndpointDiscovery::Enabled,
            Some(ConfigValue::Bool(false)) => EndpointDiscovery::Disabled,
            Some(ConfigValue::Text(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "auto" => EndpointDiscovery::Auto,
                "true" => EndpointDiscovery::Enabled,
                _ => EndpointDiscovery::Disabled,
            },
            _ => EndpointDiscovery::Auto,
        })
    }

    fn bool(&self, set: Option<bool>, name: &str) -> Result<bool> {
        match set {
            Some(on) => Ok(on),
            None => Ok(self.found(name)?.and_then(|value| value.as_bool()).unwrap_or(false)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        self.found(name).map(text)
    }

    /// A setting that is one of several names.
    fn choice<T>(&self, name: &str, names: &[&str], named: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(text) = self.text(name)?.filter(|text| !text.is_empty()) else { return Ok(None) };
        named(&text).map(Some).ok_or_else(|| self.invalid(name, &text, &format!("one of {}", names.join(", "))))
    }

    /// A value that its setting does not take, and who has set it.
    fn invalid(&self, name: &str, value: &str, expected: &str) -> Error {
        invalid(name, value, expected, &lookup::place(self.session, name))
    }

    /// What somebody has set, not the default.
    fn found(&self, name: &str) -> Result<Option<ConfigValue>> {
        lookup::by_name(self.session, name, &SET)
    }

    fn value(&self, variable: &Variable) -> Result<Option<ConfigValue>> {
        lookup::find(self.session, variable, &SET)
    }
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

fn of_map(map: &Map<String, ConfigValue>) -> Result<S3Config> {
    let on = |name: &str| match map.get(name) {
        Some(ConfigValue::Text(text)) => Some(text.eq_ignore_ascii_case("true")),
        value => value.and_then(ConfigValue::as_bool),
    };
    Ok(S3Config {
        addressing_style: choice_of(
            map,
            "addressing_style",
            super::AddressingStyle::NAMES,
            super::AddressingStyle::named,
        )?,
        use_accelerate_endpoint: on("use_accelerate_endpoint"),
        use_dualstack_endpoint: on("use_dualstack_endpoint"),
        payload_signing_enabled: on("payload_signing_enabled"),
        use_arn_region: on("use_arn_region"),
        us_east_1_regional_endpoint: choice_of(
            map,
            "us_east_1_regional_endpoint",
            RegionalEndpoints::NAMES,
            RegionalEndpoints::named,
        )?,
        disable_multiregion_access_points: on("s3_disable_multiregion_access_points"),
    })
}

fn choice_of<T>(
    map: &Map<String, ConfigValue>,
    name: &str,
    names: &[&str],
    named: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = map.get(name).and_then(ConfigValue::as_str) else { return Ok(None) };
    named(text).map(Some).ok_or_else(|| invalid(name, text, &format!("one of {}", names.join(", ")), ""))
}

fn text(value: Option<ConfigValue>) -> Option<String> {
    match value? {
        ConfigValue::Text(text) => Some(text),
        _ => None,
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn invalid(name: &str, value: &str, expected: &str, place: &str) -> Error {
    let place = super::from_place(place);
    Error::new(ErrorKind::Config, format!("The value {value:?} of {name}{place} is not valid: it must be {expected}."))
}
