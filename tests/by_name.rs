//! Calls of operations by name, with JSON for input and output.

use botocore::{Config, Environment, Error, ErrorKind, Replay, Session, dynamodb, ec2, s3};
use serde_json::{Value, json};

fn session(replay: &Replay) -> Session {
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    Session::builder().environment(environment).transport(replay.clone()).build()
}

fn problem(operation: &str, parameters: Value) -> Error {
    let replay = Replay::new();
    let error = dynamodb::Client::new(&session(&replay)).unwrap().call(operation, parameters).unwrap_err();
    assert!(replay.requests().is_empty());
    error
}

#[test]
fn members_go_out_and_come_back() {
    let answer = json!({ "Item": { "id": { "S": "1" }, "raw": { "B": "AAEC" }, "new": { "Z": 1 } } }).to_string();
    let replay = Replay::new().answer(200, [("x-amzn-RequestId", "r1")], answer);
    let client = dynamodb::Client::new(&session(&replay)).unwrap();
    let parameters = json!({ "TableName": "songs", "Key": { "id": { "S": "1" } }, "ConsistentRead": true });
    let output = client.call("GetItem", parameters.clone()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&replay.requests()[0].body).unwrap(), parameters);
    assert_eq!(output["Item"]["id"], json!({ "S": "1" }));
    assert_eq!(output["Item"]["raw"], json!({ "B": "AAEC" }));
    assert_eq!(output["Item"]["new"], json!({ "SDK_UNKNOWN_MEMBER": { "name": "Z" } }));
    assert_eq!(output.get("ConsumedCapacity"), None);
    assert_eq!(output["ResponseMetadata"]["RequestId"], "r1");
    assert_eq!(output["ResponseMetadata"]["HTTPStatusCode"], 200);
}

#[test]
fn streamed_bodies_are_base64() {
    let replay =
        Replay::new().answer(200, [], "").answer(200, [("Last-Modified", "Sun, 30 Aug 2015 12:36:00 GMT")], "text");
    let client = s3::Client::new(&session(&replay)).unwrap();
    client.call("PutObject", json!({ "Bucket": "bucket", "Key": "key", "Body": "AAEC" })).unwrap();
    assert!(replay.requests()[0].body.windows(3).any(|bytes| bytes == [0, 1, 2]));
    let output = client.call("GetObject", json!({ "Bucket": "bucket", "Key": "key" })).unwrap();
    assert_eq!(output["Body"], "dGV4dA==");
    assert_eq!(output["LastModified"], "2015-08-30T12:36:00Z");
}

#[test]
fn moments_are_text_or_seconds() {
    for moment in [json!("2015-08-30T12:36:00Z"), json!(1_440_938_160)] {
        let replay = Replay::new().answer(200, [], "<R/>");
        let client = ec2::Client::new(&session(&replay)).unwrap();
        client.call("DescribeSpotPriceHistory", json!({ "StartTime": moment })).unwrap();
        assert!(replay.requests()[0].text().contains("StartTime=2015-08-30T12%3A36%3A00Z"));
    }
}

#[test]
fn every_problem_is_named_with_its_place() {
    let error = problem(
        "PutItem",
        json!({
            "TableName": "",
            "Item": { "id": { "S": "1", "N": "1" }, "n": { "N": 1 }, "b": { "B": "?" }, "e": {}, "l": { "L": [null, { "BOOL": 0 }] } },
            "Nmae": 1,
            "ReturnValues": ["NONE"]
        }),
    );
    assert_eq!(error.kind(), ErrorKind::Serialize);
    let text = error.to_string();
    for problem in [
        "dynamodb PutItem: ",
        "TableName must have at least 1 characters, and has 0",
        "Item.id must have exactly one of the members S, N, B,",
        "Item.n.N must be a string, and is a number",
        "Item.b.B must be base64 text",
        "Item.e must have exactly one",
        "Item.l.L[0] may not be null",
        "Item.l.L[1].BOOL must be a boolean, and is a number",
        "Nmae is not known (the members are TableName, Item,",
        "ReturnValues must be a string, and is an array",
    ] {
        assert!(text.contains(problem), "{problem} in {text}");
    }
    let text = problem("GetItem", json!({ "Key": null })).to_string();
    assert!(text.contains("TableName is required, and missing; Key is required, and missing"), "{text}");
    let text = problem("GetItem", json!([])).to_string();
    assert!(text.contains("the whole must be an object, and is an array"), "{text}");
    let text = problem("Query", json!({ "TableName": "t", "Limit": 3_000_000_000_u32 })).to_string();
    assert!(text.contains("Limit is too large a number"), "{text}");
    let text = problem("Query", json!({ "TableName": "t", "Limit": 1.5 })).to_string();
    assert!(text.contains("Limit must be a number without a fraction"), "{text}");
}

fn said(error: botocore::Result<Value>) -> String {
    let text = error.unwrap_err().to_string();
    let (_, problems) =
        text.split_once("The parameters are not as the model has them: ").expect("it is about parameters");
    problems.to_owned()
}

/// What botocore 1.44.5's `ParamValidator` says of the same parameters stands beside each, but for what it says of unions:
/// DynamoDB's values are none to it.
#[test]
fn minima_are_those_that_botocore_checks() {
    let replay = Replay::new();
    let session = session(&replay);
    let dynamodb = dynamodb::Client::new(&session).unwrap();
    for (operation, parameters, expected) in [
        // Invalid length for parameter TableName, value: 0, valid min length: 1
        // Invalid value for parameter Limit, value: 0, valid min value: 1
        (
            "Query",
            json!({ "TableName": "", "Limit": 0 }),
            "TableName must have at least 1 characters, and has 0; Limit must be at least 1, and is 0",
        ),
        // Invalid length for parameter RequestItems.t.Keys, value: 0, valid min length: 1
        (
            "BatchGetItem",
            json!({ "RequestItems": { "t": { "Keys": [] } } }),
            "RequestItems.t.Keys must have at least 1 elements, and has 0",
        ),
        // Invalid length for parameter RequestItems (key: ), value: 0, valid min length: 1
        (
            "BatchGetItem",
            json!({ "RequestItems": { "": { "Keys": [{ "a": { "S": "x" } }] } } }),
            "RequestItems must have at least 1 characters in its key \"\", and has 0",
        ),
        // Invalid type for parameter Item.a.SS[1], value: 1, type: <class 'int'>, valid types: <class 'str'>
        (
            "PutItem",
            json!({ "TableName": "t", "Item": { "a": { "SS": ["x", 1] } } }),
            "Item.a.SS[1] must be a string, and is a number",
        ),
        // Invalid length for parameter KeySchema, value: 0, valid min length: 1
        // Invalid length for parameter AttributeDefinitions[0].AttributeName, value: 0, valid min length: 1
        // Invalid value for parameter ProvisionedThroughput.ReadCapacityUnits, value: 0, valid min value: 1
        (
            "CreateTable",
            json!({
                "TableName": "t",
                "KeySchema": [],
                "AttributeDefinitions": [{ "AttributeName": "", "AttributeType": "S" }],
                "ProvisionedThroughput": { "ReadCapacityUnits": 0, "WriteCapacityUnits": 1 }
            }),
            "AttributeDefinitions[0].AttributeName must have at least 1 characters, and has 0; KeySchema must have at \
             least 1 elements, and has 0; ProvisionedThroughput.ReadCapacityUnits must be at least 1, and is 0",
        ),
    ] {
        assert_eq!(said(dynamodb.call(operation, parameters)), expected, "{operation}");
    }
    // Missing required parameter in input: "MaxCount"
    let ec2 = ec2::Client::new(&session).unwrap();
    assert_eq!(said(ec2.call("RunInstances", json!({ "MinCount": 1 }))), "MaxCount is required, and missing");
    // Invalid length for parameter Key, value: 0, valid min length: 1
    let s3 = s3::Client::new(&session).unwrap();
    let text = said(s3.call("PutObject", json!({ "Bucket": "b", "Key": "" })));
    assert_eq!(text, "Key must have at least 1 characters, and has 0");
    assert!(replay.requests().is_empty());
}

/// Maxima, and how many entries a map has, are the service's to judge: botocore asks nothing either.
#[test]
fn what_botocore_lets_pass_passes() {
    let replay = Replay::new().answer(200, [], "{}").answer(200, [], "{}");
    let client = dynamodb::Client::new(&session(&replay)).unwrap();
    client.call("BatchGetItem", json!({ "RequestItems": {} })).unwrap();
    client.call("Query", json!({ "TableName": "t".repeat(2_000), "Limit": i32::MAX })).unwrap();
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn without_validation_the_service_decides() {
    let replay = Replay::new().answer(200, [], "{}");
    let session = session(&replay);
    let config = Config::new().parameter_validation(false);
    let client = session.create_client::<dynamodb::Client>().config(config).build().unwrap();
    client.call("Query", json!({ "Limit": 0 })).unwrap();
    let error = client.call("Query", json!({ "Limit": "0" })).unwrap_err();
    assert!(error.to_string().contains("Limit must be a number, and is a string"), "{error}");
}

#[test]
fn unknown_operations_have_near_ones() {
    let text = problem("get_item", json!({})).to_string();
    assert!(text.contains("dynamodb has no operation `get_item`") && text.contains("there is GetItem"), "{text}");
    let text = problem("Frobnicate", json!({})).to_string();
    assert!(!text.contains("there is"), "{text}");
}
