//! Settings from end to end: a session with its own environment and files, and what a client of it would be told.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::defaults::{defaults, found_out};
use super::*;
use crate::http::Verify;
use crate::operation::{Protocol, Service};
use crate::suite::Suite;
use crate::{Environment, ErrorKind, Session};

fn service(id: &'static str, endpoint_prefix: &'static str) -> Service {
    Service {
        name: endpoint_prefix,
        id,
        endpoint_prefix,
        signing_name: endpoint_prefix,
        api_version: "2020-01-01",
        protocol: Protocol::Json,
        signature_version: "v4",
        auth: "",
        traits: "",
        endpoint_rules: "",
        error: |_| None,
    }
}

/// A session whose home has these files.
fn session(name: &str, config: &str, credentials: &str, variables: &[(&str, &str)]) -> Session {
    let home = scratch(name);
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    std::fs::write(home.join(".aws/credentials"), credentials).unwrap();
    let environment: Environment = variables.iter().copied().collect();
    Session::builder().environment(environment.with_home(home)).build()
}

fn settings(session: &Session, config: Config) -> crate::Result<Settings> {
    let options = ClientOptions { config: Some(config), ..ClientOptions::default() };
    Settings::resolve(session, &service("S3", "s3"), &options)
}

#[test]
fn each_place_wins_over_the_next() {
    let file = "[default]\nregion = of-profile\nmax_attempts = 7\nretry_mode = adaptive\n";
    let bare = session("order-bare", "", "", &[]);
    assert_eq!(settings(&bare, Config::new()).unwrap().region, None);
    let profile = session("order-profile", file, "", &[]);
    let got = settings(&profile, Config::new()).unwrap();
    assert_eq!(
        (got.region.as_deref(), got.max_attempts, got.retry_mode),
        (Some("of-profile"), Some(7), RetryMode::Adaptive)
    );
    let environment =
        session("order-env", file, "", &[("AWS_DEFAULT_REGION", "of-environment"), ("AWS_MAX_ATTEMPTS", "8")]);
    let got = settings(&environment, Config::new()).unwrap();
    assert_eq!((got.region.as_deref(), got.max_attempts), (Some("of-environment"), Some(8)));
    environment.set_config_variable("region", "of-session");
    assert_eq!(settings(&environment, Config::new()).unwrap().region.as_deref(), Some("of-session"));
    environment.set_default_client_config(Config::new().region_name("of-default-config"));
    assert_eq!(settings(&environment, Config::new()).unwrap().region.as_deref(), Some("of-default-config"));
    let config = Config::new().region_name("of-config").retries(Retries::new().max_attempts(2));
    let options = ClientOptions { config: Some(config.clone()), ..ClientOptions::default() };
    let got = Settings::resolve(&environment, &service("S3", "s3"), &options).unwrap();
    assert_eq!((got.region.as_deref(), got.max_attempts), (Some("of-config"), Some(3)));
    let options = ClientOptions { region: Some("of-argument".to_owned()), ..options };
    let got = Settings::resolve(&environment, &service("S3", "s3"), &options).unwrap();
    assert_eq!(got.region.as_deref(), Some("of-argument"));
}

#[test]
fn without_anything_the_defaults_are_botocores() {
    let got = settings(&session("defaults", "", "", &[]), Config::new()).unwrap();
    assert_eq!(got.connect_timeout, Duration::from_secs(60));
    assert_eq!(got.read_timeout, Duration::from_secs(60));
    assert_eq!((got.max_pool_connections, got.request_min_compression_size_bytes), (10, 10_240));
    assert_eq!((got.retry_mode, got.max_attempts), (RetryMode::Standard, None));
    assert_eq!(got.sts_regional_endpoints, RegionalEndpoints::Regional);
    assert_eq!(got.s3.us_east_1_regional_endpoint, None);
    assert_eq!(got.account_id_endpoint_mode, AccountIdEndpointMode::Preferred);
    assert_eq!(got.request_checksum_calculation, ChecksumMode::WhenSupported);
    assert!(got.inject_host_prefix && got.parameter_validation && got.use_ssl && !got.use_fips && !got.tcp_keepalive);
    let missing = got.require_region().unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Config);
    assert!(missing.to_string().contains("AWS_DEFAULT_REGION"), "{missing}");
}

#[test]
fn wrong_values_are_named() {
    for (name, value) in [
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "wild"),
        ("AWS_DEFAULT_REGION", "eu_west_1"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "never"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "2000000"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "maybe"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "global"),
        ("AWS_DEFAULTS_MODE", "fast"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "x"),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "perhaps"),
    ] {
        let error = settings(&session("wrong", "", "", &[(name, value)]), Config::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        assert!(error.to_string().contains(value), "{name}: {error}");
    }
}

#[test]
fn no_attempts_are_one() {
    for (value, attempts) in [("0", 1), ("-3", 1), ("1", 1), ("5000000000", u32::MAX)] {
        let got = settings(&session("attempts", "", "", &[("AWS_MAX_ATTEMPTS", value)]), Config::new()).unwrap();
        assert_eq!(got.max_attempts, Some(attempts), "{value}");
    }
}

#[test]
fn authorities_of_files() {
    let verify = |file: &str, variables: &[(&str, &str)]| session("verify", file, "", variables).verify();
    let file = "[default]\nca_bundle = /of/profile\n";
    assert_eq!(verify("", &[]).unwrap(), Verify::On);
    assert_eq!(verify(file, &[("REQUESTS_CA_BUNDLE", "/of/requests")]).unwrap(), Verify::from("/of/profile"));
    assert_eq!(verify(file, &[("AWS_CA_BUNDLE", "/of/environment")]).unwrap(), Verify::from("/of/environment"));
    assert_eq!(verify("", &[("REQUESTS_CA_BUNDLE", "/of/requests")]).unwrap(), Verify::from("/of/requests"));
    let error = verify(file, &[("AWS_CA_BUNDLE", " ")]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let built = Session::builder().environment(Environment::empty().with("AWS_CA_BUNDLE", "/x")).verify(false).build();
    assert_eq!(built.verify().unwrap(), Verify::Off);
}

#[test]
fn s3_settings_come_from_block_environment_and_code() {
    let file =
        "[default]\ns3_use_arn_region = true\ns3 =\n  addressing_style = path\n  use_accelerate_endpoint = True\n";
    let session = session("s3", file, "", &[("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")]);
    let got = settings(&session, Config::new().s3(S3Config::new().use_accelerate_endpoint(false))).unwrap().s3;
    assert_eq!(got.addressing_style, Some(AddressingStyle::Path));
    assert_eq!((got.use_accelerate_endpoint, got.use_arn_region), (Some(false), Some(true)));
    assert_eq!(got.us_east_1_regional_endpoint, Some(RegionalEndpoints::Regional));
    let s3 = session.get_config_variable("s3").unwrap().unwrap();
    assert_eq!(s3.as_map().and_then(|map| map.get("use_arn_region")), Some(&ConfigValue::Bool(true)));
}

#[test]
fn fips_regions_switch_fips_on() {
    let got = settings(&session("fips", "", "", &[("AWS_DEFAULT_REGION", "us-east-1-fips")]), Config::new()).unwrap();
    assert_eq!((got.region.as_deref(), got.use_fips), (Some("us-east-1"), true));
}

#[test]
fn unsigned_clients_have_no_credentials() {
    let got = settings(&session("unsigned", "", "", &[]), Config::new().unsigned()).unwrap();
    assert!(got.is_unsigned() && got.credentials.is_none());
    assert_eq!(got.account_id_endpoint_mode, AccountIdEndpointMode::Disabled);
}

#[test]
fn variables_of_every_kind() {
    let variables =
        [("AWS_USE_FIPS_ENDPOINT", "TRUE"), ("AWS_CSM_PORT", "1234"), ("AWS_ENDPOINT_DISCOVERY_ENABLED", "Auto")];
    let session = session("kinds", "[default]\ncsm_host = h\napi_versions =\n  ec2 = 2015-03-01\n", "", &variables);
    let get = |name: &str| session.get_config_variable(name).unwrap();
    assert_eq!(get("use_fips_endpoint"), Some(true.into()));
    assert_eq!(get("csm_port"), Some(1234.into()));
    assert_eq!(get("csm_host"), Some("h".into()));
    assert_eq!(get("endpoint_discovery_enabled"), Some("Auto".into()));
    assert_eq!(get("parameter_validation"), Some(true.into()));
    assert_eq!(get("region"), None);
    assert_eq!(get("no_such_setting"), None);
    let versions = get("api_versions").unwrap();
    assert_eq!(versions.as_map().and_then(|map| map.get("ec2")), Some(&"2015-03-01".into()));
    assert_eq!(session.get_config_variable_from("csm_port", &[ConfigSource::Default]).unwrap(), Some(31000.into()));
    assert_eq!(session.get_config_variable_from("csm_host", &[ConfigSource::Environment]).unwrap(), None);
}

#[test]
fn the_profile_must_exist() {
    let both = [("AWS_PROFILE", "second"), ("AWS_DEFAULT_PROFILE", "first")];
    let chosen = session("profiles", "[profile first]\nregion = one\n", "[second]\n", &both);
    assert_eq!(chosen.profile().as_deref(), Some("first"));
    assert_eq!(chosen.region().unwrap().as_deref(), Some("one"));
    assert_eq!(chosen.available_profiles().unwrap(), ["first", "second"]);
    let lost = session("lost", "[profile first]\n", "", &[("AWS_PROFILE", "third")]);
    let error = settings(&lost, Config::new()).unwrap_err().to_string();
    assert!(error.contains("third") && error.contains("first") && error.contains("config"), "{error}");
}

#[test]
fn files_are_read_once() {
    let session = session("once", "[default]\nregion = before\n", "", &[]);
    assert_eq!(session.region().unwrap().as_deref(), Some("before"));
    std::fs::write(scratch("once").join(".aws/config"), "[default]\nregion = after\n").unwrap();
    assert_eq!(session.region().unwrap().as_deref(), Some("before"));
}

#[test]
fn settings_merge() {
    let first = Config::new().region_name("a").tcp_keepalive(true);
    let merged = first.merge(&Config::new().region_name("b"));
    assert_eq!(merged, Config::new().region_name("b").tcp_keepalive(true));
}

#[test]
fn defaults_modes() {
    let got = settings(&session("mode", "[default]\ndefaults_mode = Mobile\n", "", &[]), Config::new()).unwrap();
    assert_eq!(got.connect_timeout, Duration::from_secs(30));
    assert_eq!(got.s3.us_east_1_regional_endpoint, Some(RegionalEndpoints::Regional));
    let given = Config::new().defaults_mode(DefaultsMode::Standard).connect_timeout(Duration::from_secs(9));
    assert_eq!(settings(&session("mode-2", "", "", &[]), given).unwrap().connect_timeout, Duration::from_secs(9));
}

#[test]
fn file_location_vectors() {
    let Some((mut suite, vectors)) = Suite::read("config-file-location-tests", "config-files/file-location-tests.json")
    else {
        return;
    };
    for case in vectors["tests"].as_array().expect("a list of tests") {
        suite.case(case["name"].as_str().unwrap_or_default(), || {
            if (case["platform"] == "windows") != cfg!(windows) {
                return Err("it is of another platform".to_owned());
            }
            let session = Session::builder().environment(texts(&case["environment"]).collect()).build();
            let profiles = session.profiles().unwrap();
            let path = |name: &str| PathBuf::from(case[name].as_str().expect("a path"));
            assert_eq!(profiles.config_path, path("configLocation"), "{}", case["name"]);
            assert_eq!(profiles.credentials_path, path("credentialsLocation"), "{}", case["name"]);
            if let Some(profile) = case["profile"].as_str() {
                assert_eq!(session.profile_name(), profile, "{}", case["name"]);
            }
            Ok(())
        });
    }
    suite.finish();
}

fn texts(map: &Value) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
}

/// A config file that says what the vectors' tables say.
fn file_of(profiles: &Value, services: &Value) -> String {
    let mut text = String::new();
    for (name, profile) in profiles.as_object().into_iter().flatten() {
        text += &format!("[profile {name}]\n");
        for (key, value) in texts(profile) {
            text += &format!("{key} = {value}\n");
        }
    }
    for (name, section) in services.as_object().into_iter().flatten() {
        text += &format!("[services {name}]\n");
        for (service, block) in section.as_object().into_iter().flatten() {
            text += &format!("{service} =\n");
            for (key, value) in texts(block) {
                text += &format!("  {key} = {value}\n");
            }
        }
    }
    text
}

#[test]
fn configured_endpoint_url_vectors() {
    let Some((mut all, vectors)) =
        Suite::read("configured-endpoint-urls", "config-files/configured-endpoint-urls.json")
    else {
        return;
    };
    for suite in vectors["testSuites"].as_array().expect("a list of suites") {
        let file = file_of(&suite["profiles"], &suite["services"]);
        for (place, case) in suite["endpointUrlTests"].as_array().into_iter().flatten().enumerate() {
            all.case(case["name"].as_str().unwrap_or_default(), || {
                let text = |name: &str| case[name].as_str().expect("a name");
                let variables: Vec<_> = texts(&suite["environments"][text("environment")]).collect();
                let session = session(&format!("urls-{place}"), &file, "", &variables);
                session.set_config_variable("profile", text("profile"));
                let given = &suite["client_configs"][text("client_config")];
                let endpoint_url = given["endpoint_url"].as_str().map(str::to_owned);
                let mut options = ClientOptions { endpoint_url, ..ClientOptions::default() };
                if let Some(ignore) = given["ignore_configured_endpoint_urls"].as_bool() {
                    options.config = Some(Config::new().ignore_configured_endpoint_urls(ignore));
                }
                let service = match text("service") {
                    "s3" => service("S3", "s3"),
                    "dynamodb" => service("DynamoDB", "dynamodb"),
                    other => panic!("a service that this test does not know: {other}"),
                };
                let got = Settings::resolve(&session, &service, &options).unwrap();
                // Where nothing is configured, the vectors name the address that the endpoint rules give.
                let expected = case["output"]["endpointUrl"].as_str().filter(|url| !url.contains("amazonaws.com"));
                assert_eq!(got.endpoint_url.as_deref(), expected, "{}", case["name"]);
                Ok(())
            });
        }
    }
    all.finish();
}

#[test]
fn config_provider_vectors() {
    let Some((mut suite, cases)) = Suite::cases("config-provider", "config-files/config-provider.json") else { return };
    for (place, case) in cases.iter().enumerate() {
        suite.case(case["id"].as_str().unwrap_or_default(), || {
            match case["table"].as_str() {
                Some("defaults-mode") => defaults_mode_case(case),
                Some("auto-mode") => auto_mode_case(case),
                Some("configured-endpoint") => configured_endpoint_case(case, place),
                table => return Err(format!("there is no test of the table {table:?}")),
            }
            Ok(())
        });
    }
    suite.finish();
}

fn defaults_mode_case(case: &Value) {
    // The connect timeouts of these cases are those of botocore's test data, not of its defaults.
    let mode = DefaultsMode::named(case["defaults_mode"].as_str().expect("a mode")).expect("a known mode");
    if let Some(got) = defaults(mode) {
        assert_eq!(case["retry_mode"], got.retry_mode.as_str(), "{}", case["id"]);
        assert_eq!(case["sts_regional_endpoints"], got.sts_regional_endpoints.as_str(), "{}", case["id"]);
        assert_eq!(case["us_east_1_regional_endpoint"], got.s3_us_east_1_regional_endpoint.as_str(), "{}", case["id"]);
    }
}

fn auto_mode_case(case: &Value) {
    let names = [
        ("execution_env_var", "AWS_EXECUTION_ENV"),
        ("region_env_var", "AWS_REGION"),
        ("default_region_env_var", "AWS_DEFAULT_REGION"),
    ];
    let environment = names.iter().filter_map(|(key, name)| Some((*name, case[key].as_str()?))).collect();
    let instance = || case["imds_region"].as_str().map(str::to_owned);
    let got = found_out(&environment, case["client_region"].as_str(), instance);
    assert_eq!(case["resolved_mode"], got.as_str(), "{}", case["id"]);
}

fn configured_endpoint_case(case: &Value, place: usize) {
    let config = &case["full_config_map"];
    let variables: Vec<_> = texts(&case["environ_map"]).collect();
    let session =
        session(&format!("provider-{place}"), &file_of(&config["profiles"], &config["services"]), "", &variables);
    let id = case["service"].as_str().expect("a service");
    let got = endpoint_url::configured(&session, id).unwrap().map(|(url, _)| url);
    assert_eq!(got.as_deref(), case["expected_value"].as_str(), "{}", case["id"]);
}

#[test]
fn a_services_section_must_exist() {
    let session = session("services", "[default]\nservices = nowhere\n", "", &[]);
    let error = settings(&session, Config::new()).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("config"), "{error}");
}

#[test]
fn defaults_are_those_of_the_data_file() {
    let data = Session::builder().environment(Environment::empty()).build();
    let data = data.get_data("sdk-default-configuration").unwrap();
    let keys: Vec<_> = data["base"].as_object().unwrap().keys().map(String::as_str).collect();
    for known in keys {
        let here = ["retryMode", "stsRegionalEndpoints", "s3UsEast1RegionalEndpoints", "connectTimeoutInMillis"];
        // botocore has no setting of that name either.
        assert!(here.contains(&known) || known == "tlsNegotiationTimeoutInMillis", "{known}");
    }
    for (name, changes) in data["modes"].as_object().unwrap() {
        let mode = DefaultsMode::named(name).unwrap_or_else(|| panic!("the mode {name}"));
        let value = |key: &str| {
            let base = &data["base"][key];
            match changes.get(key).and_then(|change| change.as_object()?.iter().next()) {
                Some((how, value)) if how == "override" => value.clone(),
                Some((how, value)) if how == "multiply" => (base.as_u64().unwrap() * value.as_u64().unwrap()).into(),
                Some((how, value)) if how == "add" => (base.as_u64().unwrap() + value.as_u64().unwrap()).into(),
                Some((how, _)) => panic!("a change of the kind {how}"),
                None => base.clone(),
            }
        };
        let got = defaults(mode).unwrap();
        assert_eq!(value("retryMode"), got.retry_mode.as_str(), "{name}");
        assert_eq!(value("stsRegionalEndpoints"), got.sts_regional_endpoints.as_str(), "{name}");
        assert_eq!(value("s3UsEast1RegionalEndpoints"), got.s3_us_east_1_regional_endpoint.as_str(), "{name}");
        assert_eq!(value("connectTimeoutInMillis"), got.connect_timeout.as_millis() as u64, "{name}");
    }
}
