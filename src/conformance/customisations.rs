//! Chosen calls of botocore, with settings of their own: requests, presigned URLs, refusals.

use std::time::Duration;

use serde_json::Value as Json;

use super::compare::equal;
use super::requests::{check, parameters};
use super::{Client, credentials};
use crate::by_name;
use crate::configuration::{AccountIdEndpointMode, AddressingStyle, ChecksumMode, ClientOptions, Environment};
use crate::configuration::{RegionalEndpoints, S3Config};
use crate::http::Replay;
use crate::suite::Suite;
use crate::{AuthToken, Config, Credentials, PresignedPost};

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
            "signature_version" if text == "$unsigned" || value["$unsigned"] == true => config.unsigned(),
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
        config: Some(match asks_for_version_2(case) {
            true => config(&case["config"])?.signature_version("s3"),
            false => config(&case["config"])?,
        }),
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
    let method = case["http_method"].as_str().map(crate::presigned_url::method).transpose();
    let method = method.map_err(|error| error.to_string())?;
    let got = by_name::presign(&client.core, found, &parameters(&case["params"]), method, expires);
    match (got, case["expect"]["url"].as_str()) {
        (Ok(got), Some(expected)) if sorted(&got) == sorted(expected) => Ok(()),
        (Err(_), None) => Ok(()),
        (got, _) => Err(format!("expected {}\n  got {got:?}", case["expect"])),
    }
}

fn presigned_post(case: &Json) -> Result<(), String> {
    let client = client(case)?;
    let args = &case["args"];
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let mut form = PresignedPost::of(&client.core, text(&args["Bucket"]), text(&args["Key"]));
    for (name, value) in args["Fields"].as_object().into_iter().flatten() {
        form = form.field(name, text(value));
    }
    for condition in args["Conditions"].as_array().into_iter().flatten() {
        form = form.condition(condition.clone());
    }
    if let Some(expires) = args["ExpiresIn"].as_u64() {
        form = form.expires_in(Duration::from_secs(expires));
    }
    let got = form.sign().map_err(|error| error.to_string())?;
    let post = &case["expect"]["post"];
    let expected = post["fields"].as_object().into_iter().flatten();
    let mut expected: Vec<(String, String)> = expected.map(|(name, value)| (name.clone(), text(value))).collect();
    let mut fields = got.fields;
    expected.sort();
    fields.sort();
    equal("fields", expected, fields)?;
    equal("URL", text(&post["url"]), got.url)
}

fn token(case: &Json) -> Result<(), String> {
    let client = client(case)?;
    let (core, args) = (&client.core, &case["args"]);
    let text = |name: &str| args[name].as_str().unwrap_or_default();
    let mut token = match case["kind"].as_str().unwrap_or_default() {
        "rds_token" => {
            let port = args["Port"].as_u64().unwrap_or(0) as u16;
            AuthToken::of_rds(core, text("DBHostname"), port, text("DBUsername"))
        }
        "dsql_token" => AuthToken::of_dsql(core, text("Hostname"), "DbConnect"),
        _ => AuthToken::of_dsql(core, text("Hostname"), "DbConnectAdmin"),
    };
    if let Some(region) = args["Region"].as_str() {
        token = token.region_name(region);
    }
    if let Some(expires) = args["ExpiresIn"].as_u64() {
        token = token.expires_in(Duration::from_secs(expires));
    }
    let got = token.generate().map_err(|error| error.to_string())?;
    let expected = case["expect"]["token"].as_str().unwrap_or_default();
    equal("token", sorted(expected), sorted(&got))
}

/// Whether the older signature comes out, which botocore takes where nothing is said and the crate where it is asked for.
fn asks_for_version_2(case: &Json) -> bool {
    let url = case["expect"]["url"].as_str().unwrap_or_default();
    let fields = &case["expect"]["post"]["fields"];
    case["service"] == "s3" && (url.contains("AWSAccessKeyId=") || fields["AWSAccessKeyId"].is_string())
}

/// What botocore does of which the crate does otherwise, in one way for all such cases.
fn difference(case: &Json) -> &'static str {
    let url = case["expect"]["url"].as_str().or(case["expect"]["post"]["url"].as_str()).unwrap_or_default();
    let region = case["region"].as_str().unwrap_or_default();
    match case["service"].as_str() {
        Some("s3") if asks_for_version_2(case) => "",
        Some("s3") if url.contains(".s3.amazonaws.com/") && region != "us-east-1" => " (a host without a region)",
        _ => "",
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
        let id = format!("{}{}", case["id"].as_str().unwrap_or_default(), difference(case));
        suite.case(&id, || match case["kind"].as_str() {
            None | Some("request") => request(case),
            Some("presign") => presign(case),
            Some("presigned_post") => presigned_post(case),
            Some("rds_token" | "dsql_token" | "dsql_admin_token") => token(case),
            Some(kind) => Err(format!("there is no test of {kind}")),
        });
    }
    suite.finish();
}
