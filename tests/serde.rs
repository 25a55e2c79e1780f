//! The types of the services in serde's formats.

use std::io::Cursor;

use botocore::s3::{error, operation, types};
use botocore::{Blob, Body, Environment, Map, Replay, ResponseMetadata, Session, Timestamp, dynamodb, s3};
use serde_json::{Value, json};

fn session(replay: &Replay) -> Session {
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    Session::builder().environment(environment).transport(replay.clone()).build()
}

fn problem<T: serde::de::DeserializeOwned>(value: Value) -> String {
    match serde_json::from_value::<T>(value) {
        Ok(_) => panic!("nothing is wrong"),
        Err(problem) => problem.to_string(),
    }
}

#[test]
fn answers_are_as_calls_by_name_give_them() {
    let answer = json!({
        "Items": [{ "id": { "S": "1" }, "raw": { "B": "AAEC" }, "new": { "Z": 1 }, "set": { "NS": ["1", "2"] } }],
        "Count": 1,
        "ConsumedCapacity": { "TableName": "t", "CapacityUnits": 0.5 }
    })
    .to_string();
    let replay = Replay::new().answer(200, [], answer.clone()).answer(200, [], answer);
    let client = dynamodb::Client::new(&session(&replay)).unwrap();
    let output = client.scan("t").send().unwrap();
    let by_name = client.call("Scan", json!({ "TableName": "t" })).unwrap();
    let written = serde_json::to_value(&output).unwrap();
    assert_eq!(written, by_name);
    assert_eq!(written["Items"][0]["new"], json!({ "SDK_UNKNOWN_MEMBER": { "name": "Z" } }));
    let read: dynamodb::operation::ScanOutput = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(read.response_metadata.status(), 200);
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
}

#[test]
fn inputs_are_read_and_sent() {
    let parameters = json!({ "TableName": "t", "Key": { "id": { "N": "7" } }, "Unheard": [1, { "of": null }] });
    let input: dynamodb::operation::GetItemInput = serde_json::from_value(parameters).unwrap();
    let replay = Replay::new().answer(200, [], "{}");
    dynamodb::Client::new(&session(&replay)).unwrap().send(input).unwrap();
    let sent: Value = serde_json::from_slice(&replay.requests()[0].body).unwrap();
    assert_eq!(sent, json!({ "TableName": "t", "Key": { "id": { "N": "7" } } }));
}

#[test]
fn scalars() {
    let blob = Blob::from(b"\0\x01\x02");
    assert_eq!(serde_json::to_string(&blob).unwrap(), "\"AAEC\"");
    assert_eq!(serde_json::from_str::<Blob>("\"AAEC\"").unwrap(), blob);
    let mut cbor = Vec::new();
    ciborium::into_writer(&blob, &mut cbor).unwrap();
    assert_eq!(cbor, b"\x43\0\x01\x02");
    assert_eq!(ciborium::from_reader::<Blob, _>(cbor.as_slice()).unwrap(), blob);

    let moment = Timestamp::new(1_440_938_160, 500_000_000);
    assert_eq!(serde_json::to_string(&moment).unwrap(), "\"2015-08-30T12:36:00.5Z\"");
    for text in ["\"2015-08-30T12:36:00.5Z\"", "1440938160.5"] {
        assert_eq!(serde_json::from_str::<Timestamp>(text).unwrap(), moment);
    }

    let map: Map<String, i32> = [("b", 1), ("a", 2)].into();
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"b":1,"a":2}"#);
    assert_eq!(serde_json::from_str::<Map<String, i32>>(r#"{"b":1,"a":2}"#).unwrap(), map);

    let class = types::StorageClass::from("GLACIER");
    assert_eq!(serde_json::to_string(&class).unwrap(), "\"GLACIER\"");
    assert_eq!(serde_json::from_str::<types::StorageClass>("\"GLACIER\"").unwrap(), class);
}

#[test]
fn problems_name_the_place() {
    type Tagging = types::Tagging;
    let text = problem::<Tagging>(json!({ "TagSet": [{ "Key": "a", "Value": "b" }, { "Key": 1, "Value": "c" }] }));
    assert_eq!(text, "TagSet[1].Key: invalid type: integer `1`, expected a string");
    let text = problem::<Tagging>(json!({ "TagSet": [{ "Key": "a" }] }));
    assert_eq!(text, "TagSet[0]: missing field `Value`");
    let text = problem::<Tagging>(json!({ "TagSet": null }));
    assert_eq!(text, "missing field `TagSet`");
    let text = problem::<Tagging>(json!([1]));
    assert_eq!(text, "invalid type: sequence, expected the members of Tagging");
    let text = serde_json::from_str::<Tagging>(r#"{"TagSet":[],"TagSet":[]}"#).unwrap_err().to_string();
    assert_eq!(text, "duplicate field `TagSet` at line 1 column 21");
    let text = serde_json::from_str::<Tagging>("{\"TagSet\":[\n7]}").unwrap_err().to_string();
    assert_eq!(text, "TagSet[0]: invalid type: integer `7`, expected the members of Tag at line 2 column 1");

    type Item = Map<String, dynamodb::types::AttributeValue>;
    let text = problem::<Item>(json!({ "x": { "B": "?" } }));
    assert!(text.starts_with("B: not base64 text: "), "{text}");
    let text = problem::<Item>(json!({ "x": { "S": "a", "N": "1" } }));
    assert!(text.contains("AttributeValue is one of its members, and here is a second one"), "{text}");
    let text = problem::<dynamodb::operation::QueryInput>(json!({ "TableName": "t", "Limit": 3_000_000_000_u32 }));
    assert!(text.starts_with("Limit: invalid value: integer `3000000000`"), "{text}");
    let text = problem::<operation::ListBucketsOutput>(json!({ "ResponseMetadata": { "HTTPStatusCode": "200" } }));
    assert!(text.starts_with("ResponseMetadata: HTTPStatusCode: invalid type"), "{text}");
}

#[test]
fn unions_keep_names_that_the_model_does_not_know() {
    for value in [json!({ "Z": 1 }), json!({ "SDK_UNKNOWN_MEMBER": { "name": "Z" } }), json!({ "S": null, "Z": 1 })] {
        let read: dynamodb::types::AttributeValue = serde_json::from_value(value).unwrap();
        assert!(matches!(&read, dynamodb::types::AttributeValue::Unknown(name) if name == "Z"), "{read:?}");
        assert_eq!(serde_json::to_value(&read).unwrap(), json!({ "SDK_UNKNOWN_MEMBER": { "name": "Z" } }));
    }
}

#[test]
fn streamed_bodies_are_bytes_when_they_are_in_memory() {
    let replay = Replay::new().answer(200, [], "text");
    let mut output = s3::Client::new(&session(&replay)).unwrap().get_object("bucket", "key").send().unwrap();
    output.body = Body::from_reader(Cursor::new("text"));
    let error = serde_json::to_value(&output).unwrap_err().to_string();
    assert!(error.contains("the member Body is a stream that is not in memory"), "{error}");
    output.body = std::mem::take(&mut output.body).into_bytes().unwrap().into();
    let written = serde_json::to_value(&output).unwrap();
    assert_eq!(written["Body"], "dGV4dA==");
    let read: operation::GetObjectOutput = serde_json::from_value(written).unwrap();
    assert_eq!(read.body.read_to_string().unwrap(), "text");
}

#[test]
fn errors_and_metadata() {
    let read: error::NoSuchKey = serde_json::from_value(json!({})).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json!({}));
    let replay = Replay::new().answer(200, [("x-amz-request-id", "r"), ("x-amz-id-2", "h")], "<R/>");
    let output = s3::Client::new(&session(&replay)).unwrap().list_buckets().send().unwrap();
    let written = serde_json::to_value(&output.response_metadata).unwrap();
    assert_eq!(written["HTTPHeaders"], json!({ "x-amz-request-id": "r", "x-amz-id-2": "h" }));
    let read: ResponseMetadata = serde_json::from_value(written.clone()).unwrap();
    assert_eq!((read.request_id(), read.host_id(), read.attempts()), (Some("r"), Some("h"), 1));
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
}

/// Types of the services inside a user's own.
#[test]
fn formats_without_names_of_their_own() {
    let tags = vec![types::Tag::new("a", "b")];
    let rule = types::Tagging::new(tags);
    let bytes = postcard::to_allocvec(&(1_u8, &rule, "end")).unwrap();
    let (one, read, end): (u8, types::Tagging, String) = postcard::from_bytes(&bytes).unwrap();
    assert_eq!((one, end.as_str(), read.tag_set[0].key.as_str()), (1, "end", "a"));
}
