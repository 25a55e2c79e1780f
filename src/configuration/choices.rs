//! The types of single options.

use std::path::PathBuf;

use crate::http::ClientCertificate;

/// Gives an enum of choices its names, for files and the environment.
macro_rules! names {
    ($type:ident: $($variant:ident = $name:literal),+) => {
        impl $type {
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),+];

            pub(crate) fn named(name: &str) -> Option<Self> {
                match name.to_ascii_lowercase().as_str() {
                    $($name => Some($type::$variant),)+
                    _ => None,
                }
            }

            /// The name in files and in the environment.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($type::$variant => $name,)+
                }
            }
        }
    };
}

/// How failed requests are sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryMode {
    /// Five attempts, ten of DynamoDB; pauses that double without a limit; no budget; rules a service. As botocore did before it
    /// had others.
    Legacy,
    /// Exponential backoff with jitter, and a budget for retries.
    #[default]
    Standard,
    /// As standard, and the client slows down when the service throttles.
    Adaptive,
}
names!(RetryMode: Legacy = "legacy", Standard = "standard", Adaptive = "adaptive");

/// A set of defaults for where the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultsMode {
    /// botocore's own defaults.
    #[default]
    Legacy,
    /// Safe for most programs: 3.1 seconds to connect.
    Standard,
    /// Within AWS, services of the same region: 1.1 seconds to connect.
    InRegion,
    /// Services of another region: 3.1 seconds to connect.
    CrossRegion,
    /// Slow networks: 30 seconds to connect.
    Mobile,
    /// Finds out, from the environment and the instance's metadata.
    Auto,
}
names!(DefaultsMode: Legacy = "legacy", Standard = "standard", InRegion = "in-region", CrossRegion = "cross-region",
    Mobile = "mobile", Auto = "auto");

/// When checksums are made or checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChecksumMode {
    /// Wherever the operation supports it.
    #[default]
    WhenSupported,
    /// Only where the operation requires it.
    WhenRequired,
}
names!(ChecksumMode: WhenSupported = "when_supported", WhenRequired = "when_required");

/// Whether endpoints carry the account id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountIdEndpointMode {
    /// Where the service has such endpoints and the id is known.
    #[default]
    Preferred,
    /// Never.
    Disabled,
    /// An unknown id is an error.
    Required,
}
names!(AccountIdEndpointMode: Preferred = "preferred", Disabled = "disabled", Required = "required");

/// Whether services are asked for their endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointDiscovery {
    /// Where an operation requires it.
    #[default]
    Auto,
    /// Wherever an operation can.
    Enabled,
    /// Never: an operation that requires it is an error.
    Disabled,
}

/// How S3 buckets are named in URLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressingStyle {
    /// In the host where the name allows it, else in the path.
    #[default]
    Auto,
    /// In the host.
    Virtual,
    /// In the path.
    Path,
}
names!(AddressingStyle: Auto = "auto", Virtual = "virtual", Path = "path");

/// Whether a service's old global endpoint stands for regions that it once served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionalEndpoints {
    /// The global endpoint, where the region knows it.
    Legacy,
    /// The region's own.
    #[default]
    Regional,
}
names!(RegionalEndpoints: Legacy = "legacy", Regional = "regional");

/// How often and how a failed request is sent again. Source: botocore's `Config(retries=…)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// See the method [`mode`](Retries::mode).
    pub mode: Option<RetryMode>,
    /// See the method [`total_max_attempts`](Retries::total_max_attempts).
    pub total_max_attempts: Option<u32>,
}

impl Retries {
    /// Nothing set: the session's `retry_mode` and `max_attempts`.
    pub fn new() -> Self {
        Retries::default()
    }

    /// How.
    pub fn mode(mut self, mode: RetryMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// How often a request is sent at most, the first time included. 0 counts as 1.
    pub fn total_max_attempts(mut self, attempts: u32) -> Self {
        self.total_max_attempts = Some(attempts.max(1));
        self
    }

    /// How often a request is sent again at most.
    pub fn max_attempts(self, retries: u32) -> Self {
        self.total_max_attempts(retries.saturating_add(1))
    }
}

/// Settings of Amazon S3. Source: botocore's `Config(s3=…)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct S3Config {
    /// See the method [`addressing_style`](S3Config::addressing_style).
    pub addressing_style: Option<AddressingStyle>,
    /// See the method [`use_accelerate_endpoint`](S3Config::use_accelerate_endpoint).
    pub use_accelerate_endpoint: Option<bool>,
    /// See the method [`use_dualstack_endpoint`](S3Config::use_dualstack_endpoint).
    pub use_dualstack_endpoint: Option<bool>,
    /// See the method [`payload_signing_enabled`](S3Config::payload_signing_enabled).
    pub payload_signing_enabled: Option<bool>,
    /// See the method [`use_arn_region`](S3Config::use_arn_region).
    pub use_arn_region: Option<bool>,
    /// See the method [`us_east_1_regional_endpoint`](S3Config::us_east_1_regional_endpoint).
    pub us_east_1_regional_endpoint: Option<RegionalEndpoints>,
    /// See the method [`disable_multiregion_access_points`](S3Config::disable_multiregion_access_points).
    pub disable_multiregion_access_points: Option<bool>,
}

impl S3Config {
    /// Nothing set.
    pub fn new() -> Self {
        S3Config::default()
    }

    /// How buckets are named in URLs.
    pub fn addressing_style(mut self, style: AddressingStyle) -> Self {
        self.addressing_style = Some(style);
        self
    }

    /// Whether to use the transfer acceleration endpoints.
    pub fn use_accelerate_endpoint(mut self, on: bool) -> Self {
        self.use_accelerate_endpoint = Some(on);
        self
    }

    /// Whether to use endpoints that speak IPv6 too.
    pub fn use_dualstack_endpoint(mut self, on: bool) -> Self {
        self.use_dualstack_endpoint = Some(on);
        self
    }

    /// Whether bodies are part of the signature over TLS too.
    pub fn payload_signing_enabled(mut self, on: bool) -> Self {
        self.payload_signing_enabled = Some(on);
        self
    }

    /// Whether the region of an ARN is used instead of the client's. Default: on for S3, off for S3 Control.
    pub fn use_arn_region(mut self, on: bool) -> Self {
        self.use_arn_region = Some(on);
        self
    }

    /// Whether us-east-1 means that region's endpoint or the global one. Default: the global one.
    pub fn us_east_1_regional_endpoint(mut self, endpoints: RegionalEndpoints) -> Self {
        self.us_east_1_regional_endpoint = Some(endpoints);
        self
    }

    /// Whether ARNs of multi-region access points are refused.
    pub fn disable_multiregion_access_points(mut self, on: bool) -> Self {
        self.disable_multiregion_access_points = Some(on);
        self
    }

    /// These settings, with those that are set in `over` put over them.
    pub(crate) fn merge(self, over: &S3Config) -> S3Config {
        S3Config {
            addressing_style: over.addressing_style.or(self.addressing_style),
            use_accelerate_endpoint: over.use_accelerate_endpoint.or(self.use_accelerate_endpoint),
            use_dualstack_endpoint: over.use_dualstack_endpoint.or(self.use_dualstack_endpoint),
            payload_signing_enabled: over.payload_signing_enabled.or(self.payload_signing_enabled),
            use_arn_region: over.use_arn_region.or(self.use_arn_region),
            us_east_1_regional_endpoint: over.us_east_1_regional_endpoint.or(self.us_east_1_regional_endpoint),
            disable_multiregion_access_points: over
                .disable_multiregion_access_points
                .or(self.disable_multiregion_access_points),
        }
    }
}

/// How to speak to the proxies. Source: botocore's `Config(proxies_config=…)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxiesConfig {
    /// See the method [`ca_bundle`](ProxiesConfig::ca_bundle).
    pub ca_bundle: Option<PathBuf>,
    /// See the method [`client_cert`](ProxiesConfig::client_cert).
    pub client_cert: Option<ClientCertificate>,
    /// See the method [`use_forwarding_for_https`](ProxiesConfig::use_forwarding_for_https).
    pub use_forwarding_for_https: Option<bool>,
}

impl ProxiesConfig {
    /// Nothing set.
    pub fn new() -> Self {
        ProxiesConfig::default()
    }

    /// A PEM file of the certificates that sign those of proxies that are reached by TLS. Default: as for servers.
    pub fn ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(path.into());
        self
    }

    /// The certificate that this side shows to a proxy that is reached by TLS.
    pub fn client_cert(mut self, certificate: ClientCertificate) -> Self {
        self.client_cert = Some(certificate);
        self
    }

    /// Whether requests over TLS are handed to the proxy instead of tunnelled through it. Only a proxy that is itself reached by
    /// TLS gets them so, and it sees and can change all of them. Default: off.
    pub fn use_forwarding_for_https(mut self, on: bool) -> Self {
        self.use_forwarding_for_https = Some(on);
        self
    }
}
