//! Smithy's own cases whose operation comes with them, in the form of the protocol suites.

use serde_json::{Value as Json, json};

use super::protocols::{answer, request};
use crate::suite::Suite;

/// The operation's key among the suite's shapes: `restJson1/json-maps.smithy:SparseJsonMaps`.
fn key(case: &Json) -> String {
    let file = case["file"].as_str().unwrap_or_default();
    let from = file.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    format!("{}:{}", &file[from..], case["operation"].as_str().unwrap_or_default())
}

fn check(suite: &Json, case: &Json) -> Result<(), String> {
    let mut keys: Vec<&String> = suite["shapes"].as_object().into_iter().flatten().map(|(key, _)| key).collect();
    keys.sort();
    let key = key(case);
    let index = keys.iter().position(|other| **other == key).ok_or("the case comes without its shapes")?;
    let (described, test) = (&suite["shapes"][&key], &case["test"]);
    let given = json!({
        "name": case["operation"],
        "input": { "shape": described["input"] },
        "output": { "shape": described["output"] },
    });
    let protocol = if key.starts_with("rpcv2Cbor") { "smithy-rpc-v2-cbor" } else { "" };
    let shapes = json!({ "shapes": described["shapes"], "metadata": { "protocol": protocol } });
    let service = format!("suite-smithy-{index}");
    if case["kind"] == "input" {
        let query: Vec<&str> = test["queryParams"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let uri = format!("{}?{}", test["uri"].as_str().unwrap_or_default(), query.join("&"));
        let mut serialized = test.clone();
        serialized["uri"] = json!(uri);
        let case = json!({ "given": given, "params": test["params"], "serialized": serialized });
        return request(&service, &shapes, &case);
    }
    let response = json!({ "status_code": test["code"], "headers": test["headers"], "body": test["body"] });
    answer(&service, &shapes, &json!({ "given": given, "response": response, "result": test["params"] }))
}

#[test]
fn cases() {
    let Some((mut suite, cases)) = Suite::read("protocols-smithy", "protocols-smithy/cases.json") else { return };
    for case in cases["cases"].as_array().into_iter().flatten() {
        suite.case(case["id"].as_str().unwrap_or_default(), || check(&cases, case));
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
