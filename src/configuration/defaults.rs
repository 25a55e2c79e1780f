use std::time::Duration;

use super::{DefaultsMode, Environment, RegionalEndpoints, RetryMode};

/// What a defaults mode says. Source: botocore's `sdk-default-configuration.json`, version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Defaults {
    pub(crate) retry_mode: RetryMode,
    pub(crate) sts_regional_endpoints: RegionalEndpoints,
    pub(crate) s3_us_east_1_regional_endpoint: RegionalEndpoints,
    pub(crate) connect_timeout: Duration,
}

/// The defaults of a mode; none for legacy, nor for auto, which [`found_out`] must resolve first.
pub(crate) fn defaults(mode: DefaultsMode) -> Option<Defaults> {
    let milliseconds = match mode {
        DefaultsMode::Legacy | DefaultsMode::Auto => return None,
        DefaultsMode::InRegion => 1_100,
        DefaultsMode::Standard | DefaultsMode::CrossRegion => 3_100,
        DefaultsMode::Mobile => 30_000,
    };
    Some(Defaults {
        retry_mode: RetryMode::Standard,
        sts_regional_endpoints: RegionalEndpoints::Regional,
        s3_us_east_1_regional_endpoint: RegionalEndpoints::Regional,
        connect_timeout: Duration::from_millis(milliseconds),
    })
}

/// The mode that auto stands for: whether the client's region is where the program runs. `instance` asks the instance's
/// metadata, and only when the environment does not tell.
pub(crate) fn found_out(
    environment: &Environment,
    region: Option<&str>,
    instance: impl FnOnce() -> Option<String>,
) -> DefaultsMode {
    let told = environment
        .filled("AWS_EXECUTION_ENV")
        .and_then(|_| environment.filled("AWS_REGION").or_else(|| environment.filled("AWS_DEFAULT_REGION")));
    match told.or_else(instance) {
        Some(here) if Some(here.as_str()) == region => DefaultsMode::InRegion,
        Some(_) => DefaultsMode::CrossRegion,
        None => DefaultsMode::Standard,
    }
}
