//! Smithy's own cases. The operation of a case comes with it, or is a real service's, or one of the protocol suites'.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::compare::{check_body, check_headers, equal};
use super::customisations::config;
use super::protocols::{answer, request, sent, services};
use super::{Client, credentials};
use crate::configuration::{ClientOptions, Environment};
use crate::http::Replay;
use crate::suite::{Suite, entries, json as read};

/// Where the operation of a case is described.
enum Home {
    /// With the cases: the service that was emitted, and the shapes.
    Own(String, Json),
    /// In a protocol suite.
    Suite(String, Json),
    /// In the model of a real service.
    Real(String, Json),
}

fn words(json: &Json) -> Vec<&str> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The suite's name of a protocol, of a file like `restJson1/errors.smithy`.
fn protocol(file: &str) -> Option<&'static str> {
    Some(match file.split('/').next()? {
        "awsJson1_0" => "json_1_0",
        "awsJson1_1" => "json",
        "restJson1" => "rest-json",
        "restXml" => "rest-xml",
        "rpcv2Cbor" => "smithy-rpc-v2-cbor",
        "awsQuery" => "query",
        "ec2Query" => "ec2",
        _ => return None,
    })
}

fn home(root: &Path, suite: &Json, case: &Json) -> Option<Home> {
    let (_, file) = case["file"].as_str()?.split_once("/model/")?;
    let name = case["operation"].as_str()?;
    let key = format!("{file}:{name}");
    let mut keys: Vec<&String> = suite["shapes"].as_object().into_iter().flatten().map(|(key, _)| key).collect();
    keys.sort();
    if let Some(index) = keys.iter().position(|other| **other == key) {
        let metadata = json!({ "protocol": protocol(file) });
        let described = &suite["shapes"][&key];
        let given = json!({
            "name": name,
            "input": { "shape": described["input"] },
            "output": { "shape": described["output"] },
        });
        let suite = json!({ "shapes": described["shapes"], "metadata": metadata, "given": given });
        return Some(Home::Own(format!("suite-smithy-{index}"), suite));
    }
    if let Some((_, service)) = file.split_once("services/") {
        let service = service.trim_end_matches(".smithy");
        let mut model = model(service)?;
        let given = operation(&model["operations"], name)?;
        model["given"] = given;
        return Some(Home::Real(service.to_owned(), model));
    }
    // An older form of the operation may lack what the case is about.
    in_suites(root, protocol(file)?, name).filter(|home| {
        let (Home::Own(_, suite) | Home::Suite(_, suite) | Home::Real(_, suite)) = home;
        let side = if case["kind"] == "input" { "input" } else { "output" };
        suite["given"]["name"] != name || describes(&suite["shapes"], &suite["given"][side], &case["test"]["params"])
    })
}

/// Whether the shapes have all members that a value has.
fn describes(shapes: &Json, reference: &Json, value: &Json) -> bool {
    let shape = &shapes[reference["shape"].as_str().unwrap_or_default()];
    match (shape["type"].as_str(), value) {
        (Some("structure"), Json::Object(members)) if shape["document"] != true => {
            members.iter().all(|(name, value)| {
                let member = &shape["members"][name];
                member.is_object() && describes(shapes, member, value)
            })
        }
        (Some("list"), Json::Array(items)) => items.iter().all(|item| describes(shapes, &shape["member"], item)),
        (Some("map"), Json::Object(entries)) => entries.values().all(|value| describes(shapes, &shape["value"], value)),
        _ => true,
    }
}

/// The operation of that name, or one that models the error of that name.
fn operation(operations: &Json, name: &str) -> Option<Json> {
    let models = |operation: &Json| operation["errors"].as_array().into_iter().flatten().any(|it| it["shape"] == name);
    let mut names: Vec<&String> = operations.as_object()?.keys().collect();
    names.sort();
    let named = names.iter().find(|other| **other == name);
    let found = named.or_else(|| names.iter().find(|other| models(&operations[other.as_str()])))?;
    let mut given = operations[found.as_str()].clone();
    given["name"] = json!(found);
    Some(given)
}

/// The newest model of a service that the project has.
fn model(service: &str) -> Option<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(service);
    let files = entries(&folder).into_iter().rev().map(|version| version.join("service-2.json"));
    files.into_iter().find(|file| file.is_file()).map(|file| read(&file))
}

/// The operation, or one of those beside the error's shape.
fn in_suites(root: &Path, protocol: &str, name: &str) -> Option<Home> {
    for place in ["protocols/input", "protocols/output"] {
        let path: PathBuf = root.join(place).join(format!("{protocol}.json"));
        if !path.is_file() {
            continue;
        }
        for (index, suite) in read(&path).as_array().into_iter().flatten().enumerate() {
            let has_error = suite["shapes"][name]["exception"] == true;
            let mut cases = services(place, &path, index, suite).into_iter();
            if let Some((service, case)) = cases.find(|(_, case)| has_error || case["given"]["name"] == name) {
                let mut suite = suite.clone();
                suite["given"] = case["given"].clone();
                return Some(Home::Suite(service, suite));
            }
        }
    }
    None
}

fn check(home: &Home, case: &Json) -> Result<(), String> {
    let test = &case["test"];
    let (Home::Own(service, suite) | Home::Suite(service, suite) | Home::Real(service, suite)) = home;
    let given = &suite["given"];
    if case["kind"] == "input" {
        if let Home::Real(service, model) = home {
            return of_service(service, model, test);
        }
        let uri = format!("{}?{}", test["uri"].as_str().unwrap_or_default(), words(&test["queryParams"]).join("&"));
        let mut serialized = test.clone();
        serialized["uri"] = json!(uri);
        return request(service, suite, &json!({ "given": given, "params": test["params"], "serialized": serialized }));
    }
    let response = json!({ "status_code": test["code"], "headers": test["headers"], "body": test["body"] });
    let is_error = case["operation"] != given["name"];
    let expected = match is_error {
        true => {
            let members = test["params"].as_object().cloned().unwrap_or_default();
            json!({ "errorCode": case["operation"], "error": members })
        }
        false => json!({ "result": test["params"] }),
    };
    let mut case = json!({ "given": given, "response": response });
    case.as_object_mut().into_iter().for_each(|case| case.extend(expected.as_object().cloned().unwrap_or_default()));
    answer(service, suite, &case)
}

/// The request of a real service, at its own endpoint.
fn of_service(service: &str, model: &Json, test: &Json) -> Result<(), String> {
    let scoped = &test["vendorParams"]["scopedConfig"];
    let mut settings = serde_json::Map::new();
    let s3 = scoped["client"]["s3"].as_object().into_iter().chain(scoped["operation"]["s3"].as_object()).flatten();
    let s3: serde_json::Map<String, Json> = s3.map(|(name, value)| (name.clone(), value.clone())).collect();
    if !s3.is_empty() {
        settings.insert("s3".to_owned(), s3.into());
    }
    for name in ["use_dualstack_endpoint", "use_fips_endpoint"] {
        settings.extend(scoped["client"].get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let options = ClientOptions {
        region: Some(scoped["client"]["region"].as_str().unwrap_or("us-west-2").to_owned()),
        credentials: Some(credentials()),
        config: Some(config(&settings.into())?),
        ..ClientOptions::default()
    };
    let client = Client::new(service, Environment::empty(), options, Replay::new())?;
    // Services add to the query, and hosts are compared here.
    let mut serialized = test.clone();
    serialized.as_object_mut().into_iter().for_each(|test| {
        test.retain(|name, _| !matches!(name.as_str(), "uri" | "host" | "body"));
    });
    sent(&client, model, &json!({ "given": model["given"], "params": test["params"], "serialized": serialized }))?;
    let requests = client.replay.requests();
    let request = requests.first().ok_or("no request")?;
    let host = request.origin.split_once("://").map_or("", |(_, host)| host);
    if let Some(expected) = test["resolvedHost"].as_str() {
        equal("host", expected, host)?;
    }
    equal("path", test["uri"].as_str().unwrap_or_default(), &request.path)?;
    let query: Vec<&str> = request.query.split('&').map(|part| part.trim_end_matches('=')).collect();
    if let Some(missing) = words(&test["queryParams"]).into_iter().find(|part| !query.contains(part)) {
        return Err(format!("{missing} is not in the query {}", request.query));
    }
    check_headers(client.emitted.service, test, &request.headers)?;
    match test["body"].as_str() {
        Some(body) => check_body(client.emitted.service.protocol, body, &request.body),
        None => Ok(()),
    }
}

#[test]
fn cases() {
    let Some((mut suite, file)) = Suite::open("protocols-smithy", "protocols-smithy/cases.json") else { return };
    let root = file.parent().and_then(Path::parent).unwrap_or(&file);
    let cases = read(&file);
    for case in cases["cases"].as_array().into_iter().flatten() {
        let id = case["id"].as_str().unwrap_or_default();
        match home(root, &cases, case) {
            Some(home) => suite.case(id, || check(&home, case)),
            None => suite.case(&format!("{id} (comes without shapes)"), || Err("there are no shapes".to_owned())),
        }
    }
    suite.finish();
}

#[test]
fn cases_of_a_protocol_that_nobody_speaks() {
    let Some((mut suite, cases)) = Suite::cases("protocols-smithy-rpcv2json", "protocols-smithy/rpc-v2-json.json")
    else {
        return;
    };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap_or_default(), || Err("no service speaks the protocol".to_owned()));
    }
    suite.finish();
}
