//! What settings change: endpoints that a service tells, versions of signatures.

use botocore::{Config, EndpointDiscovery, Replay, dynamodb, iam, s3};

use crate::configured;

#[test]
fn an_endpoint_that_is_none_any_more_is_asked_for_again() {
    let told = |host: &str| format!(r#"{{"Endpoints":[{{"Address":"{host}","CachePeriodInMinutes":60}}]}}"#);
    let replay = Replay::new()
        .answer(200, [], told("one.example.com"))
        .answer(421, [], r#"{"__type":"InvalidEndpointException"}"#)
        .answer(200, [], told("two.example.com"))
        .answer(200, [], r#"{"Table":{"TableName":"t"}}"#)
        .answer(200, [], r#"{"Table":{"TableName":"t"}}"#);
    let config = Config::new().endpoint_discovery_enabled(EndpointDiscovery::Enabled);
    let client: dynamodb::Client = configured(&replay, config);
    client.describe_table("t").send().unwrap();
    client.describe_table("t").send().unwrap();
    let requests = replay.requests();
    let origins: Vec<&str> = requests.iter().map(|request| request.origin.as_str()).collect();
    let own = "https://dynamodb.eu-west-1.amazonaws.com";
    let (one, two) = ("https://one.example.com", "https://two.example.com");
    assert_eq!(origins, [own, one, own, two, two]);
    assert_eq!(requests[0].headers.get("X-Amz-Target"), Some("DynamoDB_20120810.DescribeEndpoints"));
    assert_eq!(requests[0].headers.get("x-amz-api-version"), Some("2012-08-10"));
    assert_eq!(requests[3].headers.get("X-Amz-Target"), Some("DynamoDB_20120810.DescribeTable"));
}

#[test]
fn versions_of_signatures_that_are_not_there_are_refused() {
    let s3: s3::Client = configured(&Replay::new(), Config::new().signature_version("v3"));
    let error = s3.list_buckets().send().unwrap_err();
    assert!(error.to_string().contains("There is no signature_version v3 here"), "{error}");
    // S3's older version is S3's.
    let iam: iam::Client = configured(&Replay::new(), Config::new().signature_version("s3"));
    let error = iam.list_users().send().unwrap_err();
    assert!(error.to_string().contains("There is no signature_version s3 here"), "{error}");
}
