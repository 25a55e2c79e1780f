//! Which scheme signs, by settings, model and tokens of the environment.

use serde_json::Value as Json;

use crate::configuration::{ClientOptions, Environment, Settings};
use crate::endpoint::{Endpoint, Scheme, Signer};
use crate::operation::{Operation, Protocol, Service};
use crate::suite::Suite;
use crate::{Config, Session};

static OPERATION: Operation = Operation { name: "Operation", method: "POST", uri: "/", traits: "" };

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn service(signing_name: &str, options: &Json) -> Service {
    let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    Service {
        name: "service",
        id: "Service",
        endpoint_prefix: "service",
        signing_name: leak(signing_name.to_owned()),
        api_version: "2020-01-01",
        protocol: Protocol::Json,
        signature_version: "v4",
        auth: leak(options.join(" ")),
        traits: "",
        endpoint_rules: "",
        error: |_| None,
    }
}

/// What a client takes, as botocore calls it.
fn chosen(service: &Service, environment: Environment, config: Config) -> Result<&'static str, String> {
    let environment = environment.with("AWS_DEFAULT_REGION", "us-west-2").with("AWS_ACCESS_KEY_ID", "id");
    let environment = environment.with("AWS_SECRET_ACCESS_KEY", "secret");
    let session = Session::builder().environment(environment).build();
    let options = ClientOptions { config: Some(config), ..ClientOptions::default() };
    let settings = Settings::resolve(&session, service, &options).map_err(|error| error.to_string())?;
    let has_token = session.bearer_token_of_environment(service.signing_name).is_some();
    let signer = Signer { settings: &settings, region: None, has_token };
    let endpoint = Endpoint { url: String::new(), headers: vec![], auth_schemes: vec![], properties: vec![] };
    match Scheme::choose(service, &OPERATION, &endpoint, &signer) {
        Ok(Scheme::Bearer) => Ok("bearer"),
        Ok(Scheme::Signature(signature)) if signature.asymmetric => Ok("v4a"),
        Ok(Scheme::Signature(_)) => Ok("v4"),
        Ok(Scheme::Session(_)) => Ok("v4-s3express"),
        Ok(Scheme::Version2) => Ok("v2"),
        Ok(Scheme::S3Version2) => Ok("s3"),
        Ok(Scheme::Unsigned) => Ok("none"),
        Err(error) => Err(error.to_string()),
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(expected: T, got: T) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("expected {expected:?}, got {got:?}")) }
}

fn environment(variables: &Json) -> Environment {
    let variables = variables.as_object().into_iter().flatten();
    variables.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect()
}

/// What the suites say of `Config`.
fn config(json: &Json) -> Config {
    let mut config = Config::new();
    let json = if json["$config"].is_object() { &json["$config"] } else { json };
    let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    for (name, value) in json.as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        config = match name.as_str() {
            "signature_version" => config.signature_version(text),
            "auth_scheme_preference" => config.auth_scheme_preference(list(text)),
            "sigv4a_signing_region_set" => config.sigv4a_signing_region_set(list(text)),
            other => panic!("the runner does not know the setting {other}"),
        };
    }
    config
}

fn check(case: &Json) -> Result<(), String> {
    let name = case["signing_name"].as_str().unwrap_or("service");
    let preference = |list: &str| Environment::empty().with("AWS_AUTH_SCHEME_PREFERENCE", list);
    let preferred = || {
        let list = case["preference_list"].as_array().into_iter().flatten().filter_map(Json::as_str);
        preference(&list.collect::<Vec<_>>().join(","))
    };
    let bearer = serde_json::json!(["aws.auth#sigv4", "smithy.api#httpBearerAuth"]);
    match case["table"].as_str().unwrap_or_default() {
        "resolve" => {
            let got = chosen(&service(name, &case["auth_options"]), preferred(), Config::new())?;
            equal(case["expected"].as_str().unwrap_or_default(), got)
        }
        "unsupported" => match chosen(&service(name, &case["auth_options"]), preferred(), Config::new()) {
            Ok(scheme) => Err(format!("{scheme} was chosen")),
            Err(_) => Ok(()),
        },
        // The suite's settings are not those that code gives.
        "signer" | "signer-with-bearer-token" => {
            let settings = &case["config_kwargs"];
            let mut environment = preference(settings["auth_scheme_preference"].as_str().unwrap_or_default());
            if let Some(token) = case["env_token"].as_str() {
                environment = environment.with("AWS_BEARER_TOKEN_BEDROCK", token);
            }
            let got = chosen(&service(name, &case["auth_options"]), environment, Config::new())?;
            equal(case["expected_signature_version"].as_str().unwrap_or("v4"), got)
        }
        "bearer-used" => {
            equal("bearer", chosen(&service("bearer-service", &bearer), environment(&case["env_vars"]), Config::new())?)
        }
        "bearer-not-used" => {
            let service = service("bearer-service", &bearer);
            equal("v4", chosen(&service, environment(&case["env_vars"]), config(&case["config"]))?)
        }
        "sigv4a-region-set" => equal(case["expected"].as_str().map(str::to_owned), region_set(case)?),
        "bearer-env-var" => {
            let variable = case["expected_env_var"].as_str().unwrap_or_default();
            let session = Session::builder().environment(Environment::empty().with(variable, "token")).build();
            equal(Some("token".to_owned()), session.bearer_token_of_environment(name))
        }
        // It needs operations of a real service, and is run where these are emitted.
        "cognito-idp-unsigned" => Ok(()),
        table => Err(format!("there is no test of the table {table}")),
    }
}

fn region_set(case: &Json) -> Result<Option<String>, String> {
    let mut environment = Environment::empty();
    if let Some(value) = case["env_var_val"].as_str() {
        environment = environment.with("AWS_SIGV4A_SIGNING_REGION_SET", value);
    }
    let folder = std::env::temp_dir().join(format!("botocore-schemes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let file = folder.join(case["id"].as_str().unwrap_or_default().replace('/', "-"));
    let value = case["config_file_val"].as_str().map(|value| format!("sigv4a_signing_region_set = {value}\n"));
    std::fs::write(&file, format!("[default]\n{}", value.unwrap_or_default())).map_err(|error| error.to_string())?;
    let environment = environment.with("AWS_CONFIG_FILE", file.to_string_lossy());
    let session = Session::builder().environment(environment).build();
    let options = ClientOptions { config: Some(config(&case["client_config"])), ..ClientOptions::default() };
    let service = service("service", &Json::Null);
    let settings = Settings::resolve(&session, &service, &options).map_err(|error| error.to_string())?;
    Ok(settings.sigv4a_signing_region_set.map(|set| set.join(",")))
}

#[test]
fn schemes() {
    let Some((mut suite, cases)) = Suite::cases("auth-scheme", "auth-scheme.json") else { return };
    for case in cases.iter().filter(|case| case["table"] != "cognito-idp-unsigned") {
        suite.case(case["id"].as_str().unwrap_or_default(), || check(case));
    }
    suite.finish();
}
