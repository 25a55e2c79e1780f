//! Cases that begin with a call's input and a client's settings.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use super::{directory, failure_of, finish, models, parsed, partitions, read, service_rules, stem};
use crate::customize::s3_endpoint;
use crate::endpoint::{BuiltIns, Endpoint, Param, Partitions, RuleSet, parameters};
use crate::error::Result;
use crate::operation::Operation;
use crate::shape::{Entries, Slot, Value, View};
use crate::suite::Suite;

/// An input made from JSON and the model of its shape.
pub(super) enum Given {
    Text(String),
    Bool(bool),
    List(Vec<Given>),
    Map(Vec<(String, Given)>),
    Structure(&'static str, Vec<Option<Given>>),
    Other,
}

impl Given {
    fn new(shapes: &Json, shape: &str, value: &Json) -> Given {
        let shape = &shapes[shape];
        let inner = |reference: &Json, value: &Json| Given::new(shapes, reference["shape"].as_str().unwrap(), value);
        match (shape["type"].as_str(), value) {
            (Some("structure"), Json::Object(values)) => {
                let members = shape["members"].as_object().unwrap();
                let lines = members.iter().map(|(name, member)| match member["contextParam"]["name"].as_str() {
                    Some(parameter) => format!("{name} context={parameter}\n"),
                    None => format!("{name}\n"),
                });
                let schema: String = std::iter::once("Input\n".to_owned()).chain(lines).collect();
                let values = members.iter().map(|(name, member)| values.get(name).map(|value| inner(member, value)));
                Given::Structure(schema.leak(), values.collect())
            }
            (Some("list"), Json::Array(items)) => {
                Given::List(items.iter().map(|item| inner(&shape["member"], item)).collect())
            }
            (Some("map"), Json::Object(entries)) => {
                Given::Map(entries.iter().map(|(key, value)| (key.clone(), inner(&shape["value"], value))).collect())
            }
            (_, Json::String(text)) => Given::Text(text.clone()),
            (_, Json::Bool(value)) => Given::Bool(*value),
            _ => Given::Other,
        }
    }
}

impl Value for Given {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        match self {
            Given::Text(text) => see(View::Str(text)),
            Given::Bool(value) => see(View::Bool(*value)),
            Given::List(items) => see(View::List(items)),
            Given::Map(entries) => see(View::Map(entries)),
            Given::Structure(schema, values) => {
                let values: Vec<&dyn Value> = values
                    .iter()
                    .map(|value| value.as_ref().map_or(&None::<String> as &dyn Value, |value| value))
                    .collect();
                see(View::Structure(schema, &values));
            }
            Given::Other => see(View::Absent),
        }
    }
    fn fill(&mut self, _: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

impl Entries for Vec<(String, Given)> {
    fn len(&self) -> usize {
        self.len()
    }
    fn entry(&self, index: usize) -> Option<(&str, &dyn Value)> {
        self.get(index).map(|(key, value)| (key.as_str(), value as &dyn Value))
    }
}

/// The operation with that name, and its input.
pub(super) fn call(model: &Json, name: &str, values: &Json) -> (Operation, Given) {
    let operation = &model["operations"][name];
    let mut words = Vec::new();
    for (name, parameter) in operation["staticContextParams"].as_object().into_iter().flatten() {
        words.push(format!("static={name}:{}", parameter["value"]));
    }
    for (name, parameter) in operation["operationContextParams"].as_object().into_iter().flatten() {
        words.push(format!("operation-context={name}:{}", parameter["path"].as_str().unwrap().replace(' ', "")));
    }
    let input = match operation["input"]["shape"].as_str() {
        Some(shape) => Given::new(&model["shapes"], shape, values),
        None => Given::Other,
    };
    (Operation { name: name.to_owned().leak(), method: "", uri: "", traits: words.join(" ").leak() }, input)
}

pub(super) fn service_model(service: &str) -> Json {
    let mut versions = super::files(&models().join(service));
    versions.retain(|version| version.join("service-2.json").is_file());
    read(&versions.last().unwrap().join("service-2.json"))
}

#[test]
fn inputs_of_every_service() {
    let Some(directory) = directory() else { return };
    let partitions = partitions(&directory);
    let (mut count, mut failures) = (0, Vec::new());
    for path in super::files(&directory.join("endpoint-tests")) {
        let cases = read(&path);
        let cases = cases["testCases"].as_array().unwrap();
        if !cases.iter().any(|case| case["operationInputs"].is_array()) {
            continue;
        }
        let (service, rules, model) = (stem(&path), parsed(&service_rules(stem(&path))), service_model(stem(&path)));
        for case in cases {
            for input in case["operationInputs"].as_array().into_iter().flatten() {
                count += 1;
                let found = resolve_input(service, &rules, &model, input, &partitions);
                let failure = failure_of(&found, case, true);
                failures.extend(failure.map(|failure| format!("{service}: {input}: {failure}")));
            }
        }
    }
    finish("endpoint-tests-of-inputs", count, &failures);
}

fn resolve_input(
    service: &str,
    rules: &RuleSet,
    model: &Json,
    input: &Json,
    partitions: &Partitions,
) -> Result<Endpoint> {
    let given = &input["builtInParams"];
    let flag = |name: &str| given[name].as_bool().unwrap_or_default();
    let text = |name: &str| given[name].as_str().map(|text| text.to_owned().into());
    let account_id = || Ok(given["AWS::Auth::AccountId"].as_str().map(str::to_owned));
    let mut built_ins = BuiltIns {
        region: text("AWS::Region"),
        use_fips: flag("AWS::UseFIPS"),
        use_dual_stack: flag("AWS::UseDualStack"),
        endpoint: text("SDK::Endpoint"),
        account_id: Some(&account_id),
        account_id_endpoint_mode: text("AWS::Auth::AccountIdEndpointMode"),
        sts_use_global_endpoint: flag("AWS::STS::UseGlobalEndpoint"),
        s3_use_global_endpoint: flag("AWS::S3::UseGlobalEndpoint"),
        s3_accelerate: flag("AWS::S3::Accelerate"),
        s3_force_path_style: flag("AWS::S3::ForcePathStyle"),
        s3_use_arn_region: given["AWS::S3::UseArnRegion"].as_bool().unwrap_or(true),
        // To rules, not set is the same as on.
        s3_control_use_arn_region: given["AWS::S3Control::UseArnRegion"].as_bool().unwrap_or(true),
        ..BuiltIns::default()
    };
    let values = if input["operationParams"].is_null() { json!({}) } else { input["operationParams"].clone() };
    let (operation, input) = call(model, input["operationName"].as_str().unwrap(), &values);
    if service == "s3" {
        s3_endpoint::adapt(&mut built_ins, operation.name, &input, false);
    }
    rules.resolve(&parameters(rules, &operation, &input, &built_ins)?, partitions)
}

#[test]
fn context_parameters() {
    let Some(directory) = directory() else { return };
    let cases = read(&directory.join("context-params.json"));
    let mut failures = Vec::new();
    let cases = cases.as_array().unwrap();
    for case in cases {
        let (rules, model) = (parsed(&case["ruleset"]), &case["service_model"]);
        let client = client_context(case, model);
        let built_ins = BuiltIns { region: Some("us-east-1".into()), client_context: &client, ..BuiltIns::default() };
        let (operation, input) = call(model, "MockOperation", &json!({"MockOpParam": "mock-op-param-value"}));
        let params = parameters(&rules, &operation, &input, &built_ins).unwrap();
        let found: Json = rules
            .parameters()
            .iter()
            .zip(&params.0)
            .filter_map(|(parameter, value)| match value.as_ref()? {
                Param::Str(text) => Some((parameter.name.to_owned(), json!(text))),
                other => panic!("{other:?}"),
            })
            .collect::<serde_json::Map<_, _>>()
            .into();
        let good = match case["call_should_include_ctx_param"].as_bool() {
            Some(included) => found.as_object().unwrap().keys().any(|name| name.starts_with("Foo")) == included,
            None => found == case["expected_call_kwargs"],
        };
        if !good {
            failures.push(format!("{}: got {found}", case["id"]));
        }
    }
    finish("context-params", cases.len(), &failures);
}

/// The model's client parameters that the configuration sets, there in snake case: those of `s3` before the general ones.
fn client_context<'a>(case: &'a Json, model: &'a Json) -> Vec<(&'a str, Param<'a>)> {
    let config = &case["config"]["$config"];
    let sections: &[&str] = if matches!(case["service_name"].as_str(), Some("s3" | "s3control")) {
        &["s3", "client_context_params"]
    } else {
        &["client_context_params"]
    };
    let declared = model["clientContextParams"].as_object().into_iter().flatten().map(|(name, _)| name);
    declared
        .filter_map(|name| {
            let mut snake = String::new();
            for character in name.chars() {
                if character.is_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.extend(character.to_lowercase());
            }
            let value = sections.iter().find_map(|section| config[*section][&snake].as_str())?;
            Some((name.as_str(), Param::Str(value.into())))
        })
        .collect()
}

/// The region and whether FIPS is on, for `fips-us-gov-west-1` and the like.
fn region(case: &Json) -> (Option<&str>, bool) {
    let name = case["region"].as_str().or(case["region_name"].as_str());
    let plain = name.map(|name| name.strip_prefix("fips-").or(name.strip_suffix("-fips")).unwrap_or(name));
    (plain, plain != name || case["use_fips_endpoint"] == true)
}

#[test]
fn regions_of_services() {
    let Some(directory) = directory() else { return };
    let Some((mut suite, cases)) = Suite::cases("regions", "regions.json") else { return };
    let partitions = partitions(&directory);
    for case in &cases {
        let id = format!("{} {}", case["id"].as_str().unwrap(), case["service_name"].as_str().unwrap());
        suite.case(&id, || region_of_service(case, &partitions));
    }
    suite.finish();
}

fn region_of_service(case: &Json, partitions: &Partitions) -> std::result::Result<(), String> {
    let service = match case["service_name"].as_str().unwrap() {
        "elasticloadbalancing" => "elb",
        "elasticmapreduce" => "emr",
        "email" => "ses",
        "monitoring" => "cloudwatch",
        "streams.dynamodb" => "dynamodbstreams",
        left_out @ ("mobileanalytics" | "appstream") => {
            return Err(format!("{left_out} has gone or has another host than the old list says"));
        }
        other => other,
    };
    let (region, use_fips) = region(case);
    let rules = parsed(&service_rules(service));
    let built_ins = BuiltIns {
        region: Some(region.unwrap_or("aws-global").into()),
        use_fips,
        s3_use_global_endpoint: s3_endpoint::use_global_endpoint(region, None),
        ..BuiltIns::default()
    };
    let operation = Operation { name: "Any", method: "", uri: "", traits: "" };
    let params = parameters(&rules, &operation, &Given::Other, &built_ins).unwrap();
    let expected = case["expected_endpoint"].as_str().unwrap();
    let found =
        rules.resolve(&params, partitions).map(|endpoint| endpoint.url).unwrap_or_else(|error| error.to_string());
    match found.trim_start_matches("https://") == expected.trim_start_matches("https://") {
        true => Ok(()),
        false => Err(format!("{service} {region:?}: expected {expected}, got {found}")),
    }
}

#[test]
fn s3_addressing() {
    let Some(directory) = directory() else { return };
    let Some((mut suite, cases)) = Suite::cases("s3-addressing", "s3/addressing.json") else { return };
    let partitions = partitions(&directory);
    let (rules, model) = (parsed(&service_rules("s3")), service_model("s3"));
    // Paths on the wire are looked at where operations are emitted.
    for case in cases.iter().filter(|case| case["table"] != "dot-segments") {
        suite.case(case["id"].as_str().unwrap(), || s3_address(case, &rules, &model, &partitions));
    }
    suite.finish();
}

fn s3_address(case: &Json, rules: &RuleSet, model: &Json, partitions: &Partitions) -> std::result::Result<(), String> {
    let found = match case["table"].as_str().unwrap() {
        "url" | "exception" => s3_url(case, rules, model, partitions, false),
        "presigned" => s3_url(case, rules, model, partitions, true),
        "is-accelerate-url" => {
            let found = case["url"].as_str().is_some_and(s3_endpoint::is_accelerate_url);
            return if json!(found) == case["expected"] { Ok(()) } else { Err(format!("got {found}")) };
        }
        table => return Err(format!("there is no test of the table {table}")),
    };
    let good = match (&found, case["expected_url"].as_str(), case["expected_exception_regex"].as_str()) {
        (Ok(url), Some(expected), _) => url == expected,
        (Err(error), None, Some(expected)) => error.message().contains(expected),
        (Err(_), None, None) => true,
        _ => false,
    };
    if good { Ok(()) } else { Err(format!("{case}: got {found:?}")) }
}

fn s3_url(case: &Json, rules: &RuleSet, model: &Json, partitions: &Partitions, presigned: bool) -> Result<String> {
    let (region, use_fips) = region(case);
    let config = &case["s3_config"];
    let (style, dual_stack) = (config["addressing_style"].as_str(), config["use_dualstack_endpoint"] == true);
    let endpoint = case["customer_provided_endpoint"].as_str();
    let accelerate = config["use_accelerate_endpoint"] == true;
    let us_east_1 = config["us_east_1_regional_endpoint"].as_str();
    // The client's own choice: without a region us-east-1 or the global endpoint.
    let default_region = if dual_stack || endpoint.is_some() { "us-east-1" } else { "aws-global" };
    let mut built_ins = BuiltIns {
        region: Some(region.unwrap_or(default_region).into()),
        use_fips: use_fips && endpoint.is_none(),
        use_dual_stack: dual_stack && endpoint.is_none(),
        endpoint: endpoint.map(Into::into),
        s3_use_global_endpoint: s3_endpoint::use_global_endpoint(region, us_east_1),
        s3_accelerate: accelerate,
        s3_force_path_style: s3_endpoint::force_path_style(style, accelerate, endpoint),
        s3_use_arn_region: config["use_arn_region"].as_bool().unwrap_or(true),
        ..BuiltIns::default()
    };
    let values = json!({"Bucket": case["bucket"], "Key": case["key"]});
    let (operation, input) = call(model, if presigned { "GetObject" } else { "PutObject" }, &values);
    let aws = partitions.for_region(region.unwrap_or_default()).name == "aws";
    let global_host = presigned
        && aws
        && !matches!(style, Some("path" | "virtual"))
        && !dual_stack
        && endpoint.is_none()
        && !(us_east_1 == Some("regional") && region == Some("us-east-1"));
    s3_endpoint::adapt(&mut built_ins, operation.name, &input, global_host);
    let mut endpoint = rules.resolve(&parameters(rules, &operation, &input, &built_ins)?, partitions)?;
    if case["is_secure"] == false && built_ins.endpoint.is_none() {
        endpoint = endpoint.without_tls();
    }
    let bucket = case["bucket"].as_str().unwrap();
    let url = endpoint.url.trim_end_matches('/').to_owned();
    // A path-style URL of the rules has the bucket already.
    assert!(!url.ends_with(bucket) || url.contains(&format!("/{bucket}")), "{url}");
    Ok(format!("{url}/{}", case["key"].as_str().unwrap()))
}

#[test]
fn account_ids() {
    let Some(directory) = directory() else { return };
    let partitions = partitions(&directory);
    let rules = parsed(&service_rules("dynamodb"));
    let operation = Operation { name: "ListTables", method: "", uri: "", traits: "" };
    let cases = read(&directory.join("account-id-endpoints.json"));
    let mut failures = Vec::new();
    for case in cases.as_array().unwrap() {
        let mode = case["account_id_endpoint_mode"].as_str().unwrap();
        let asked = Cell::new(false);
        let known = case["account_id_in_url"] == true;
        let account_id = || {
            asked.set(true);
            Ok(known.then(|| "123456789012".to_owned()))
        };
        let built_ins = BuiltIns {
            region: Some("us-west-2".into()),
            account_id: Some(&account_id),
            account_id_endpoint_mode: Some(mode.into()),
            ..BuiltIns::default()
        };
        let params = parameters(&rules, &operation, &Given::Other, &built_ins).unwrap();
        let found = rules.resolve(&params, &partitions);
        let good = match &found {
            Ok(endpoint) => case["expected_error"].is_null() && endpoint.url.contains("123456789012") == known,
            Err(error) => case["expected_error"].as_str().is_some_and(|text| error.message().contains(text)),
        };
        if !good || asked.get() == (mode == "disabled") {
            failures.push(format!("{case}: got {found:?}"));
        }
    }
    finish("account-id-endpoints", cases.as_array().unwrap().len(), &failures);
}
