//! Chosen calls of botocore, with settings of their own: requests, presigned URLs, refusals.

use std::time::Duration;

use serde_json::Value as Json;

use super::requests::{check, parameters};
use super::{Client, credentials};
use crate::by_name;
use crate::configuration::{AccountIdEndpointMode, AddressingStyle, ChecksumMode, ClientOptions, Environment};
use crate::configuration::{RegionalEndpoints, S3Config};
use crate::http::Replay;
use crate::suite::Suite;
use crate::{Config, Credentials};

/// The client's settings, as botocore names them.
pub(super) fn config(json: &Json) -> Result<Config, String> {
    let mut config = Config::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let flag = value.as_bool().unwrap_or_default();
        let checksums = || match text {
            "when_required" => ChecksumMode::WhenRequired,
            _ => ChecksumMode::WhenSupported,
        };
        config = match name.as_str() {
            "signature_version" if value["$unsigned"] == true => config.unsigned(),
            "signature_version" => config.signature_version(text),
            "s3" => config.s3(s3(value)?),
            "request_checksum_calculation" => config.request_checksum_calculation(checksums()),
            "response_checksum_validation" => config.response_checksum_validation(checksums()),
            "use_fips_endpoint" => config.use_fips_endpoint(flag),
            "use_dualstack_endpoint" => config.use_dualstack_endpoint(flag),
            "inject_host_prefix" => config.inject_host_prefix(flag),
            "parameter_validation" => config.parameter_validation(flag),
            "account_id_endpoint_mode" => config.account_id_endpoint_mode(match text {
                "disabled" => AccountIdEndpointMode::Disabled,
                "required" => AccountIdEndpointMode::Required,
                _ => AccountIdEndpointMode::Preferred,
            }),
            other => return Err(format!("the runner does not know the setting {other}")),
        };
    }
    Ok(config)
}

fn s3(json: &Json) -> Result<S3Config, String> {
    let mut config = S3Config::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let flag = value.as_bool().unwrap_or_default();
        config = match name.as_str() {
            "addressing_style" => config.addressing_style(match text {
                "path" => AddressingStyle::Path,
                "virtual" => AddressingStyle::Virtual,
                _ => AddressingStyle::Auto,
            }),
            "use_accelerate_endpoint" => config.use_accelerate_endpoint(flag),
            "use_dualstack_endpoint" => config.use_dualstack_endpoint(flag),
            "payload_signing_enabled" => config.payload_signing_enabled(flag),
            "use_arn_region" => config.use_arn_region(flag),
            "us_east_1_regional_endpoint" => config.us_east_1_regional_endpoint(match text {
                "legacy" => RegionalEndpoints::Legacy,
                _ => RegionalEndpoints::Regional,
            }),
            other => return Err(format!("the runner does not know the setting s3.{other}")),
        };
    }
    Ok(config)
}

fn client(case: &Json) -> Result<Client, String> {
    let keys = credentials();
    let token = (case["session_token"] == true).then(|| "AQoEXAMPLETOKEN//+==".to_owned());
    let mut keys = Credentials::new(keys.access_key_id(), keys.secret_access_key(), token);
    if let Some(account) = case["account_id"].as_str() {
        keys = keys.with_account_id(account);
    }
    let texts = case["env"].as_object().into_iter().flatten();
    let environment: Environment =
        texts.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
    let options = ClientOptions {
        region: case["region"].as_str().map(str::to_owned),
        endpoint_url: case["endpoint_url"].as_str().map(str::to_owned),
        credentials: Some(keys),
        config: Some(config(&case["config"])?),
        ..ClientOptions::default()
    };
    Client::new(case["service"].as_str().unwrap_or_default(), environment, options, Replay::new())
}

fn request(case: &Json) -> Result<(), String> {
    let client = client(case)?;
    let outcome = client.call(case["operation"].as_str().unwrap_or_default(), &parameters(&case["params"]));
    let requests = client.replay.requests();
    let expect = &case["expect"];
    match (requests.last(), expect.get("request")) {
        (Some(got), Some(expected)) => check(client.emitted.service.protocol, expected, got),
        (None, None) => Ok(()),
        (Some(got), None) => Err(format!("expected {expect}, got a request to {}{}", got.origin, got.path)),
        (None, Some(_)) => Err(format!("no request: {outcome:?}")),
    }
}

fn presign(case: &Json) -> Result<(), String> {
    let client = client(case)?;
    let found =
        (client.emitted.operation)(case["operation"].as_str().unwrap_or_default()).ok_or("no such operation")?;
    let expires = Duration::from_secs(case["expires"].as_u64().unwrap_or(3600));
    let got = by_name::presign(&client.core, found, &parameters(&case["params"]), expires);
    match (got, case["expect"]["url"].as_str()) {
        (Ok(got), Some(expected)) if sorted(&got) == sorted(expected) => Ok(()),
        (Err(_), None) => Ok(()),
        (got, _) => Err(format!("expected {}\n  got {got:?}", case["expect"])),
    }
}

/// The parts of a URL, those of the query sorted.
fn sorted(url: &str) -> Vec<&str> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parts: Vec<_> = query.split('&').collect();
    parts.sort_unstable();
    parts.insert(0, place);
    parts
}

#[test]
fn customisations() {
    let Some((mut suite, cases)) = Suite::cases("customisations", "requests/customisations.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap_or_default(), || match case["kind"].as_str() {
            None | Some("request") => request(case),
            Some("presign") => presign(case),
            Some(kind) => Err(format!("there is no test of {kind}")),
        });
    }
    suite.finish();
}
