//! Outside cases: rule sets and what they give. The directory is `CONFORMANCE_DIR`, or `../shared/conformance`.

mod calls;
mod schemes;
mod speed;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use botocore_codegen::endpoint_rules::compact;
use botocore_codegen::partitions::compact_partitions;
use botocore_codegen::regions::compact_regions;
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::suite::Suite;

use super::functions::is_virtual_hostable_bucket;
use super::value::{Attribute, Value};
use super::{Endpoint, Param, Params, Partitions, Regions, RuleSet};

fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory =
        std::env::var_os("CONFORMANCE_DIR").map_or_else(|| root.join("../shared/conformance"), PathBuf::from);
    if !directory.is_dir() {
        eprintln!("LEFT OUT: there is no conformance directory {}", directory.display());
        return None;
    }
    Some(directory)
}

/// botocore's data: the project's models, or another copy.
fn models() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    std::env::var_os("BOTOCORE_MODELS").map_or(root, PathBuf::from)
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// The rules of the newest version that a service has.
fn service_rules(service: &str) -> Json {
    let versions = files(&models().join(service));
    read(
        &versions
            .iter()
            .rev()
            .map(|version| version.join("endpoint-rule-set-1.json"))
            .find(|path| path.is_file())
            .unwrap(),
    )
}

fn parsed(rules: &Json) -> RuleSet {
    RuleSet::parse(compact(rules).unwrap().leak()).unwrap()
}

fn partitions(directory: &Path) -> Partitions {
    let json = read(&directory.join("endpoint-rules/partitions.json"));
    Partitions::parse(&compact_partitions(&json).unwrap()).unwrap()
}

fn params<'a>(rules: &RuleSet, given: &'a Json) -> Params<'a> {
    let value = |value: &'a Json| match value {
        Json::Bool(value) => Param::Bool(*value),
        Json::String(value) => Param::Str(Cow::Borrowed(value)),
        Json::Array(items) => Param::List(items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()),
        other => panic!("{other}"),
    };
    Params(rules.parameters().iter().map(|parameter| given.get(parameter.name).map(value)).collect())
}

/// The endpoint in the form of the cases.
fn as_json(endpoint: &Endpoint) -> Json {
    let mut properties: serde_json::Map<String, Json> = endpoint.properties.iter().cloned().collect();
    if !endpoint.auth_schemes.is_empty() {
        let schemes = endpoint.auth_schemes.iter().map(|scheme| {
            let mut json = json!({"name": scheme.name});
            for (member, value) in [("signingName", &scheme.signing_name), ("signingRegion", &scheme.signing_region)] {
                if let Some(value) = value {
                    json[member] = json!(value);
                }
            }
            if !scheme.signing_region_set.is_empty() {
                json["signingRegionSet"] = json!(scheme.signing_region_set);
            }
            if scheme.disable_double_encoding {
                json["disableDoubleEncoding"] = json!(true);
            }
            json
        });
        properties.insert("authSchemes".to_owned(), schemes.collect());
    }
    let headers: serde_json::Map<String, Json> =
        endpoint.headers.iter().map(|(name, values)| (name.clone(), json!(values))).collect();
    json!({"url": endpoint.url, "properties": properties, "headers": headers})
}

/// What a case may leave out.
fn completed(expected: &Json) -> Json {
    let mut expected = expected.clone();
    for member in ["properties", "headers"] {
        if expected[member].is_null() {
            expected[member] = json!({});
        }
    }
    for scheme in expected.pointer_mut("/properties/authSchemes").into_iter().filter_map(Json::as_array_mut).flatten() {
        if scheme["disableDoubleEncoding"] == false {
            scheme.as_object_mut().unwrap().remove("disableDoubleEncoding");
        }
    }
    expected
}

fn failure(rules: &RuleSet, partitions: &Partitions, case: &Json) -> Option<String> {
    let given = if case["params"].is_null() { json!({}) } else { case["params"].clone() };
    let found = rules.resolve(&params(rules, &given), partitions);
    failure_of(&found, case, false).map(|failure| format!("{given}\n  {failure}"))
}

/// `any_error`: whether it is enough that there is an error where one is expected.
fn failure_of(found: &Result<Endpoint>, case: &Json, any_error: bool) -> Option<String> {
    let expect = &case["expect"];
    match (found, expect["error"].as_str()) {
        (Ok(endpoint), None) if as_json(endpoint) == completed(&expect["endpoint"]) => None,
        (Err(error), Some(message)) if any_error || error.message() == in_our_words(message) => None,
        (Ok(endpoint), _) => Some(format!("expected {expect}\n  got      {}", as_json(endpoint))),
        (Err(error), _) => Some(format!("expected {expect}\n  got      {error}")),
    }
}

/// The rules' own messages are compared as they are; what botocore says in place of rules has words of ours.
fn in_our_words(message: &str) -> Cow<'_, str> {
    match message.strip_prefix("Cannot find value for required parameter ") {
        Some(name) => format!("The endpoint parameter {name} is required and not set.").into(),
        None => message.into(),
    }
}

#[track_caller]
fn finish(suite: &str, count: usize, failures: &[String]) {
    println!("{suite}: {} passed, {} failed, 0 skipped", count - failures.len(), failures.len());
    assert!(
        failures.is_empty(),
        "{} of {count} failed:\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
}

#[test]
fn rules_of_the_specification() {
    let Some(directory) = directory() else { return };
    let partitions = partitions(&directory);
    let (mut count, mut failures) = (0, Vec::new());
    for path in files(&directory.join("endpoint-rules/test-cases")) {
        let rules = parsed(&read(&directory.join("endpoint-rules/valid-rules").join(path.file_name().unwrap())));
        for case in read(&path)["testCases"].as_array().unwrap() {
            count += 1;
            failures.extend(failure(&rules, &partitions, case).map(|failure| format!("{}: {failure}", stem(&path))));
        }
    }
    for path in files(&directory.join("endpoint-rules/valid-rules")) {
        parsed(&read(&path));
    }
    finish("endpoint-rules", count, &failures);
}

#[test]
fn rules_of_every_service() {
    let Some(directory) = directory() else { return };
    let partitions = partitions(&directory);
    let (mut count, mut failures) = (0, Vec::new());
    for path in files(&directory.join("endpoint-tests")) {
        let rules = parsed(&service_rules(stem(&path)));
        for case in read(&path)["testCases"].as_array().unwrap() {
            count += 1;
            failures.extend(failure(&rules, &partitions, case).map(|failure| format!("{}: {failure}", stem(&path))));
        }
    }
    finish("endpoint-tests", count, &failures);
}

#[test]
fn rules_of_newer_services() {
    let Some(directory) = directory() else { return };
    let partitions = partitions(&directory);
    let cases = read(&directory.join("endpoint-untested-services.json"));
    let (mut count, mut failures) = (0, Vec::new());
    let mut services: BTreeMap<&str, RuleSet> = BTreeMap::new();
    for case in cases["cases"].as_array().unwrap() {
        count += 1;
        let service = case["service"].as_str().unwrap();
        let rules = services.entry(service).or_insert_with(|| parsed(&service_rules(service)));
        failures.extend(failure(rules, &partitions, case).map(|failure| format!("{}: {failure}", case["id"])));
    }
    finish("endpoint-untested-services", count, &failures);
}

#[test]
fn sizes_of_compact_rules() {
    if !models().is_dir() {
        eprintln!("LEFT OUT: there are no models in {}", models().display());
        return;
    }
    let (mut json, mut text, mut services) = (0, 0, 0);
    for service in files(&models()).iter().filter(|path| path.is_dir()) {
        let rules = service_rules(stem(service));
        let compacted = compact(&rules).unwrap_or_else(|problems| panic!("{}: {problems:?}", service.display()));
        RuleSet::parse(compacted.clone().leak()).unwrap();
        if matches!(stem(service), "s3" | "s3control" | "sts" | "dynamodb" | "ec2") {
            eprintln!("{}: {} bytes, JSON {}", stem(service), compacted.len(), rules.to_string().len());
        }
        (json, text, services) = (json + rules.to_string().len(), text + compacted.len(), services + 1);
    }
    eprintln!("{services} services: {text} bytes, JSON {json}");
    assert!(text * 3 < json, "compact rules are a third of the JSON without spaces at most");
    let regions = compact_regions(&read(&models().join("endpoints.json"))).unwrap();
    let partitions = compact_partitions(&read(&models().join("partitions.json"))).unwrap();
    eprintln!("regions: {} bytes, partitions: {} bytes", regions.len(), partitions.len());
    let regions = Regions::new(regions.leak());
    assert!(regions.available_regions("ec2", "aws", false).len() > 30);
    assert!(regions.available_regions("s3", "aws", true).contains(&"s3-external-1"));
    assert_eq!(regions.partition_for_region("cn-north-1").unwrap(), "aws-cn");
}

#[test]
fn values() {
    let Some((mut suite, cases)) = Suite::cases("endpoint-values", "endpoint-values.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap(), || value(case));
    }
    suite.finish();
}

fn value(case: &Json) -> std::result::Result<(), String> {
    let good = match case["table"].as_str().unwrap() {
        "virtual-hostable" => {
            json!(is_virtual_hostable_bucket(case["bucket"].as_str().unwrap(), true)) == case["expected_value"]
        }
        "get-attr" => match (case["value"].as_array(), Attribute::parse(case["path"].as_str().unwrap())) {
            (Some(items), Some(attribute)) => {
                let items = items.iter().map(|item| item.as_str().unwrap().to_owned()).collect();
                let expected = case["expected_value"].as_str().map_or(Value::Absent, |text| Value::Str(text.into()));
                Value::List(items).attribute(attribute) == expected
            }
            (_, attribute) => return Err(format!("no value has such an attribute: {attribute:?}")),
        },
        "construct" => constructed(case) == case["expected_url"],
        table => return Err(format!("there is no test of the table {table}")),
    };
    if good { Ok(()) } else { Err(case.to_string()) }
}

/// A client without TLS changes the rules' URL but not the user's own.
fn constructed(case: &Json) -> Json {
    let url = case["endpoint_url"].as_str().unwrap().to_owned();
    let endpoint = Endpoint { url, headers: Vec::new(), auth_schemes: Vec::new(), properties: Vec::new() };
    let own = case["provider_params"]["Endpoint"].is_string();
    json!(if case["use_ssl"] == true || own { endpoint } else { endpoint.without_tls() }.url)
}
