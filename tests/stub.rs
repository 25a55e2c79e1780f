//! The double of a service in tests of those who call it.

use botocore::s3::operation::{
    DeleteObjectInput, GetObjectInput, GetObjectOutput, HeadObjectInput, ListObjectsV2Input, PutObjectInput,
};
use botocore::s3::{self, error};
use botocore::stub::{ANY, Expected, Refusal, Stubber};
use botocore::{Environment, ErrorKind, Replay, Session, dynamodb};
use serde_json::json;

/// Without keys: nothing may ask for them. Whatever is sent all the same is refused.
fn session() -> Session {
    let environment = Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true");
    Session::builder().environment(environment).region("eu-west-1").transport(Replay::new()).build()
}

fn stubbed() -> (s3::Client, Stubber<s3::Client>) {
    let client = s3::Client::new(&session()).unwrap();
    let stubber = Stubber::new(&client);
    stubber.activate().unwrap();
    (client, stubber)
}

fn output(text: &'static str) -> GetObjectOutput {
    let mut output = GetObjectOutput::default();
    output.body = text.into();
    output
}

#[test]
fn responses_come_in_their_order() {
    let (client, stubber) = stubbed();
    stubber.add_response(Expected::<GetObjectInput>::any(), output("one"));
    stubber.add_response(Expected::input(GetObjectInput::new("b", "k")), output("two"));
    assert_eq!(stubber.pending(), ["GetObject", "GetObject"]);
    let read = |key: &str| client.clone().get_object("b", key).send().unwrap().body.read_to_string().unwrap();
    assert_eq!((read("x"), read("k")), ("one".to_owned(), "two".to_owned()));
    stubber.assert_no_pending_responses();
    let error = client.get_object("b", "k").send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Hook);
    assert_eq!(
        error.to_string(),
        "s3 GetObject: The stubber has no response for GetObject: it was not stubbed, or called once more than that"
    );
}

#[test]
fn other_calls_are_refused_and_leave_the_queue() {
    let (client, stubber) = stubbed();
    stubber.add_response(Expected::input(GetObjectInput::new("b", "k")), output("x"));
    let error = client.head_object("b", "k").send().unwrap_err();
    assert_eq!(
        error.to_string(),
        "s3 HeadObject: The stubber's next response is for GetObject, and HeadObject was called"
    );
    let error = client.get_object("b", "other").range("bytes=0-1").send().unwrap_err();
    assert_eq!(
        error.to_string(),
        "s3 GetObject: The parameters are not those that the stubber expects: Key is \"other\", not \"k\"; \
         Range is \"bytes=0-1\", and was not expected"
    );
    assert!(client.get_object("b", "k").send().is_ok());
}

#[test]
fn parameters_by_their_names() {
    let (client, stubber) = stubbed();
    let expected = json!({ "Bucket": "b", "Key": ANY, "Metadata": { "a": "1", "b": ANY }, "Body": "dGV4dA==" });
    let put = || client.put_object("b", "k").metadata([("a", "1"), ("b", "2")]);
    stubber.add_json(Expected::<PutObjectInput>::params(expected), &json!({ "ETag": "\"e\"" })).unwrap();
    let error = put().send().unwrap_err().to_string();
    assert!(error.ends_with("expects: Body is \"\", not \"dGV4dA==\""), "{error}");
    let error = put().metadata([("a", "2"), ("b", "3")]).body("text").send().unwrap_err().to_string();
    assert!(error.contains("Metadata is {\"a\":\"2\",\"b\":\"3\"}, not {"), "{error}");
    assert_eq!(put().body("text").send().unwrap().e_tag.unwrap(), "\"e\"");

    // Lists without elements are as if they were not there.
    stubber.add_json(Expected::<ListObjectsV2Input>::params(json!({ "Bucket": "b" })), &json!({})).unwrap();
    client.list_objects_v2("b").optional_object_attributes(Vec::<&str>::new()).send().unwrap();
    stubber.assert_no_pending_responses();
}

#[test]
fn responses_are_as_the_model_has_them() {
    let (_, stubber) = stubbed();
    let answer = json!({ "Contents": [{ "Key": 7 }], "Unheard": 1 });
    let error = stubber.add_json(Expected::<ListObjectsV2Input>::any(), &answer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serialize);
    let text = error.to_string();
    assert!(text.starts_with("s3 ListObjectsV2: ") && text.contains("Contents[0].Key") && text.contains("Unheard"));
    let refusal = Refusal::new("Unheard").modeled_fields(json!({ "Message": "x" }));
    let error = stubber.add_client_error(Expected::<GetObjectInput>::any(), refusal).unwrap_err();
    assert_eq!(error.to_string(), "The model has no error Unheard, which could have members");
    let refusal = Refusal::new("InvalidObjectState").modeled_fields(json!({ "Nothing": "x" }));
    assert!(stubber.add_client_error(Expected::<GetObjectInput>::any(), refusal).is_err());
    stubber.assert_no_pending_responses();
}

#[test]
fn errors_of_the_service() {
    let (client, stubber) = stubbed();
    let refusal = Refusal::new("NoSuchKey").message("Not there.").status(404).request_id("1");
    stubber.add_client_error(Expected::input(GetObjectInput::new("b", "k")), refusal).unwrap();
    let error = client.get_object("b", "k").send().unwrap_err();
    assert!(error.is::<error::NoSuchKey>());
    assert_eq!(error.to_string(), "s3 GetObject: NoSuchKey: Not there. (HTTP 404, request id 1)");

    let members = json!({ "StorageClass": "GLACIER" });
    let refusal = Refusal::new("InvalidObjectState").status(403).modeled_fields(members);
    stubber.add_client_error(Expected::<GetObjectInput>::any(), refusal).unwrap();
    let error = client.get_object("b", "k").send().unwrap_err();
    let state = error.downcast_ref::<error::InvalidObjectState>().unwrap();
    assert_eq!(state.storage_class, Some(s3::types::StorageClass::Glacier));

    let mut modeled = error::InvalidObjectState::default();
    modeled.access_tier = Some(s3::types::IntelligentTieringAccessTier::ArchiveAccess);
    stubber
        .add_client_error(Expected::<GetObjectInput>::any(), Refusal::new("InvalidObjectState").modeled(modeled))
        .unwrap();
    let error = client.get_object("b", "k").send().unwrap_err();
    assert!(error.downcast_ref::<error::InvalidObjectState>().unwrap().access_tier.is_some());

    stubber.add_client_error(Expected::<DeleteObjectInput>::any(), Refusal::new("SlowDown").status(503)).unwrap();
    let error = client.delete_object("b", "k").send().unwrap_err();
    assert_eq!((error.code(), error.status(), error.attempts()), (Some("SlowDown"), Some(503), 0));
    stubber.assert_no_pending_responses();
}

#[test]
fn waiters_and_pages_take_from_the_queue() {
    let (client, stubber) = stubbed();
    let page = |token: Option<&str>| {
        Expected::<ListObjectsV2Input>::params(match token {
            Some(token) => json!({ "Bucket": "b", "ContinuationToken": token }),
            None => json!({ "Bucket": "b" }),
        })
    };
    let first = json!({ "IsTruncated": true, "NextContinuationToken": "2", "Contents": [{ "Key": "a" }] });
    stubber.add_json(page(None), &first).unwrap();
    stubber.add_json(page(Some("2")), &json!({ "Contents": [{ "Key": "b" }] })).unwrap();
    let keys: Vec<String> = client.list_objects_v2("b").items().map(|object| object.unwrap().key).collect();
    assert_eq!(keys, ["a", "b"]);

    stubber.add_json(Expected::<HeadObjectInput>::any(), &json!({ "ContentLength": 1 })).unwrap();
    client.wait_until_object_exists("b", "k").wait().unwrap();
    stubber.assert_no_pending_responses();
}

#[test]
fn without_it_calls_go_their_way() {
    let (client, stubber) = stubbed();
    stubber.activate().unwrap();
    stubber.add_response(Expected::<GetObjectInput>::any(), output("x"));
    stubber.deactivate();
    assert_eq!(client.get_object("b", "k").send().unwrap_err().kind(), ErrorKind::Credentials);
    assert!(client.meta().events().is_empty());
    stubber.activate().unwrap();
    assert!(client.get_object("b", "k").send().is_ok());
}

/// The account is a part of DynamoDB's hosts, and credentials know it.
#[test]
fn nobody_asks_for_credentials() {
    let client = dynamodb::Client::new(&session()).unwrap();
    let stubber = Stubber::new(&client);
    stubber
        .add_json(
            Expected::<dynamodb::operation::ListTablesInput>::params(json!({ "Limit": 5 })),
            &json!({ "TableNames": ["t"] }),
        )
        .unwrap();
    stubber.activate().unwrap();
    assert_eq!(client.list_tables().limit(5).send().unwrap().table_names, ["t"]);
}

#[test]
#[should_panic = "1 responses of the stubber were not asked for: GetObject"]
fn what_was_not_asked_for_is_told() {
    let (_, stubber) = stubbed();
    stubber.add_response(Expected::<GetObjectInput>::any(), output("x"));
    stubber.assert_no_pending_responses();
}
