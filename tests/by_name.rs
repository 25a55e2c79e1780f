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

#[test]
fn modelled_errors_have_members() {
    let answer = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": { "id": { "S": "1" } },
    });
    let replay = Replay::new().answer(400, [], answer.to_string()).answer(400, [], r#"{"__type":"Else"}"#);
    let client = dynamodb::Client::new(&session(&replay)).unwrap();
    let parameters = json!({ "TableName": "songs", "Key": { "id": { "S": "1" } } });
    let error = client.call("DeleteItem", parameters.clone()).unwrap_err();
    assert_eq!(
        error.members(),
        Some(json!({ "message": "The conditional request failed", "Item": { "id": { "S": "1" } } }))
    );
    assert_eq!(client.call("DeleteItem", parameters).unwrap_err().members(), None);
}

#[test]
fn headers_have_no_fractions_of_a_second() {
    let replay = Replay::new().answer(200, [], "");
    let client = s3::Client::new(&session(&replay)).unwrap();
    let parameters =
        json!({ "Bucket": "bucket", "Key": "key", "ObjectLockRetainUntilDate": "2015-08-30T12:36:00.999Z" });
    client.call("PutObject", parameters).unwrap();
    let header = replay.requests()[0].headers.get("x-amz-object-lock-retain-until-date").map(str::to_owned);
    assert_eq!(header.as_deref(), Some("2015-08-30T12:36:00Z"));
}

#[test]
fn the_request_id_of_the_body_is_the_one() {
    let replay = Replay::new().answer(200, [("x-amzn-RequestId", "h")], "<R><requestId>b</requestId></R>");
    let output = ec2::Client::new(&session(&replay)).unwrap().call("DescribeRegions", json!({})).unwrap();
    assert_eq!(output["ResponseMetadata"]["RequestId"], "b");
}
