//! Every setting that a session knows by name: where it is looked for, what it is when nothing says, and its type.

use super::ConfigValue;

/// A setting. Source: botocore's `BOTOCORE_DEFAUT_SESSION_VARIABLES`, `DEFAULT_S3_CONFIG_VARS` and
/// `DEFAULT_PROXIES_CONFIG_VARS` (configprovider).
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// Properties of a profile, in their order; `s3.x` is `x` in the nested block `s3`.
    pub(crate) properties: &'static [&'static str],
    /// Environment variables, in their order.
    pub(crate) environment: &'static [&'static str],
    pub(crate) default: Fallback,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy)]
pub(crate) enum Fallback {
    None,
    Text(&'static str),
    Integer(i64),
    Bool(bool),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Also what clients convert themselves: botocore gives out the text.
    Text,
    Integer,
    Bool,
}

impl Fallback {
    pub(crate) fn value(self) -> Option<ConfigValue> {
        match self {
            Fallback::None => None,
            Fallback::Text(text) => Some(text.into()),
            Fallback::Integer(number) => Some(number.into()),
            Fallback::Bool(on) => Some(on.into()),
        }
    }
}

impl Kind {
    /// The text in its type; `None` when it has no such value.
    pub(crate) fn convert(self, text: &str) -> Option<ConfigValue> {
        match self {
            Kind::Text => Some(text.into()),
            Kind::Integer => text.trim().parse::<i64>().ok().map(ConfigValue::Integer),
            // As botocore's `ensure_boolean`: everything else than `true` is off.
            Kind::Bool => Some(text.eq_ignore_ascii_case("true").into()),
        }
    }
}

/// The setting of that name.
pub(crate) fn variable(name: &str) -> Option<&'static Variable> {
    SESSION.iter().find(|variable| variable.name == name)
}

const fn of(
    name: &'static str,
    properties: &'static [&'static str],
    environment: &'static [&'static str],
    default: Fallback,
    kind: Kind,
) -> Variable {
    Variable { name, properties, environment, default, kind }
}

use Fallback as D;
use Kind as K;

/// The settings of a session.
#[rustfmt::skip]
pub(crate) static SESSION: [Variable; 37] = [
    of("profile", &[], &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], D::None, K::Text),
    of("region", &["region"], &["AWS_DEFAULT_REGION"], D::None, K::Text),
    of("data_path", &["data_path"], &["AWS_DATA_PATH"], D::None, K::Text),
    of("config_file", &[], &["AWS_CONFIG_FILE"], D::Text("~/.aws/config"), K::Text),
    of("ca_bundle", &["ca_bundle"], &["AWS_CA_BUNDLE"], D::None, K::Text),
    of("api_versions", &["api_versions"], &[], D::None, K::Text),
    of("credentials_file", &[], &["AWS_SHARED_CREDENTIALS_FILE"], D::Text("~/.aws/credentials"), K::Text),
    of("metadata_service_timeout", &["metadata_service_timeout"], &["AWS_METADATA_SERVICE_TIMEOUT"], D::Integer(1), K::Integer),
    of("metadata_service_num_attempts", &["metadata_service_num_attempts"], &["AWS_METADATA_SERVICE_NUM_ATTEMPTS"], D::Integer(1), K::Integer),
    of("ec2_metadata_service_endpoint", &["ec2_metadata_service_endpoint"], &["AWS_EC2_METADATA_SERVICE_ENDPOINT"], D::None, K::Text),
    of("ec2_metadata_service_endpoint_mode", &["ec2_metadata_service_endpoint_mode"], &["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"], D::None, K::Text),
    of("ec2_metadata_v1_disabled", &["ec2_metadata_v1_disabled"], &["AWS_EC2_METADATA_V1_DISABLED"], D::Bool(false), K::Bool),
    of("imds_use_ipv6", &["imds_use_ipv6"], &["AWS_IMDS_USE_IPV6"], D::Bool(false), K::Bool),
    of("use_dualstack_endpoint", &["use_dualstack_endpoint"], &["AWS_USE_DUALSTACK_ENDPOINT"], D::None, K::Bool),
    of("use_fips_endpoint", &["use_fips_endpoint"], &["AWS_USE_FIPS_ENDPOINT"], D::None, K::Bool),
    of("ignore_configured_endpoint_urls", &["ignore_configured_endpoint_urls"], &["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"], D::None, K::Bool),
    of("parameter_validation", &["parameter_validation"], &[], D::Bool(true), K::Text),
    of("csm_enabled", &["csm_enabled"], &["AWS_CSM_ENABLED"], D::Bool(false), K::Bool),
    of("csm_host", &["csm_host"], &["AWS_CSM_HOST"], D::Text("127.0.0.1"), K::Text),
    of("csm_port", &["csm_port"], &["AWS_CSM_PORT"], D::Integer(31000), K::Integer),
    of("csm_client_id", &["csm_client_id"], &["AWS_CSM_CLIENT_ID"], D::Text(""), K::Text),
    of("endpoint_discovery_enabled", &["endpoint_discovery_enabled"], &["AWS_ENDPOINT_DISCOVERY_ENABLED"], D::Text("auto"), K::Text),
    of("sts_regional_endpoints", &["sts_regional_endpoints"], &["AWS_STS_REGIONAL_ENDPOINTS"], D::Text("regional"), K::Text),
    of("retry_mode", &["retry_mode"], &["AWS_RETRY_MODE"], D::Text("standard"), K::Text),
    of("defaults_mode", &["defaults_mode"], &["AWS_DEFAULTS_MODE"], D::Text("legacy"), K::Text),
    of("max_attempts", &["max_attempts"], &["AWS_MAX_ATTEMPTS"], D::None, K::Integer),
    of("user_agent_appid", &["sdk_ua_app_id"], &["AWS_SDK_UA_APP_ID"], D::None, K::Text),
    of("request_min_compression_size_bytes", &["request_min_compression_size_bytes"], &["AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES"], D::Integer(10240), K::Text),
    of("disable_request_compression", &["disable_request_compression"], &["AWS_DISABLE_REQUEST_COMPRESSION"], D::Bool(false), K::Bool),
    of("sigv4a_signing_region_set", &["sigv4a_signing_region_set"], &["AWS_SIGV4A_SIGNING_REGION_SET"], D::None, K::Text),
    of("request_checksum_calculation", &["request_checksum_calculation"], &["AWS_REQUEST_CHECKSUM_CALCULATION"], D::Text("when_supported"), K::Text),
    of("response_checksum_validation", &["response_checksum_validation"], &["AWS_RESPONSE_CHECKSUM_VALIDATION"], D::Text("when_supported"), K::Text),
    of("account_id_endpoint_mode", &["account_id_endpoint_mode"], &["AWS_ACCOUNT_ID_ENDPOINT_MODE"], D::Text("preferred"), K::Text),
    of("disable_host_prefix_injection", &["disable_host_prefix_injection"], &["AWS_DISABLE_HOST_PREFIX_INJECTION"], D::None, K::Bool),
    of("auth_scheme_preference", &["auth_scheme_preference"], &["AWS_AUTH_SCHEME_PREFERENCE"], D::None, K::Text),
    of("tcp_keepalive", &["tcp_keepalive"], &["BOTOCORE_TCP_KEEPALIVE"], D::None, K::Bool),
    of("s3_disable_express_session_auth", &["s3_disable_express_session_auth"], &["AWS_S3_DISABLE_EXPRESS_SESSION_AUTH"], D::None, K::Text),
];

/// The settings of the name `s3`.
#[rustfmt::skip]
pub(crate) static S3: [Variable; 7] = [
    of("addressing_style", &["s3.addressing_style"], &[], D::None, K::Text),
    of("use_accelerate_endpoint", &["s3.use_accelerate_endpoint"], &[], D::None, K::Bool),
    of("use_dualstack_endpoint", &["s3.use_dualstack_endpoint"], &[], D::None, K::Bool),
    of("payload_signing_enabled", &["s3.payload_signing_enabled"], &[], D::None, K::Bool),
    of("use_arn_region", &["s3_use_arn_region", "s3.use_arn_region"], &["AWS_S3_USE_ARN_REGION"], D::None, K::Bool),
    of("us_east_1_regional_endpoint", &["s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"], &["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"], D::None, K::Text),
    of("s3_disable_multiregion_access_points", &["s3.s3_disable_multiregion_access_points"], &["AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"], D::None, K::Bool),
];

/// The settings of the name `proxies_config`.
#[rustfmt::skip]
pub(crate) static PROXIES: [Variable; 3] = [
    of("proxy_ca_bundle", &["proxy_ca_bundle"], &[], D::None, K::Text),
    of("proxy_client_cert", &["proxy_client_cert"], &[], D::None, K::Text),
    of("proxy_use_forwarding_for_https", &["proxy_use_forwarding_for_https"], &[], D::None, K::Bool),
];
