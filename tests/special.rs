//! What single services need beside their models, through emitted clients and whole requests.

use std::time::Duration;

use botocore::{
    Clock, Config, Credentials, EndpointDiscovery, Environment, Replay, ServiceClient, Session, Timestamp, dynamodb,
    ec2, iam, s3,
};

/// A clock that stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn sleep(&self, _: Duration) {}
}

fn client<C: ServiceClient>(replay: &Replay, config: Config) -> C {
    let session = Session::builder()
        .environment(Environment::default())
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .transport(replay.clone())
        .clock(Still)
        .build();
    session.create_client().config(config).build().unwrap()
}

fn body(replay: &Replay, index: usize) -> String {
    String::from_utf8(replay.requests()[index].body.clone()).unwrap()
}

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
    let client: dynamodb::Client = client(&replay, config);
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
fn snapshots_of_another_region_are_asked_for_there() {
    let replay =
        Replay::new().answer(200, [], "<CopySnapshotResponse><snapshotId>s</snapshotId></CopySnapshotResponse>");
    let client: ec2::Client = client(&replay, Config::new());
    client.copy_snapshot("us-east-1", "snap-1").send().unwrap();
    let body = body(&replay, 0);
    assert_eq!(replay.requests()[0].origin, "https://ec2.eu-west-1.amazonaws.com");
    assert!(
        body.contains("&PresignedUrl=https%3A%2F%2Fec2.us-east-1.amazonaws.com%2F%3FAction%3DCopySnapshot"),
        "{body}"
    );
    assert!(body.contains("%252Fus-east-1%252Fec2%252Faws4_request"), "{body}");
    assert!(body.ends_with("&DestinationRegion=eu-west-1"), "{body}");
}

#[test]
fn user_data_and_console_output_are_text() {
    let output = "<GetConsoleOutputResponse><output>aGVsbG8=</output></GetConsoleOutputResponse>";
    let replay = Replay::new().answer(200, [], "<RunInstancesResponse/>").answer(200, [], output);
    let client: ec2::Client = client(&replay, Config::new());
    client.run_instances(1, 1).user_data("echo hello").send().unwrap();
    assert!(body(&replay, 0).contains("UserData=ZWNobyBoZWxsbw%3D%3D"), "{}", body(&replay, 0));
    assert_eq!(client.get_console_output("i-1").send().unwrap().output.as_deref(), Some("hello"));
}

#[test]
fn policies_are_json() {
    let role = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><AssumeRolePolicyDocument>\
                %7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument><PermissionsBoundary>\
                <PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType></PermissionsBoundary>\
                </Role></GetRoleResult></GetRoleResponse>";
    let replay = Replay::new().answer(200, [], role);
    let client: iam::Client = client(&replay, Config::new());
    let role = client.get_role("r").send().unwrap().role;
    assert_eq!(role.assume_role_policy_document.as_deref(), Some(r#"{"Version":"2012-10-17"}"#));
    let boundary = role.permissions_boundary.unwrap().permissions_boundary_type.unwrap();
    assert_eq!(boundary.as_str(), "PermissionsBoundaryPolicy");
}

#[test]
fn what_expires_is_kept_as_text() {
    let replay = Replay::new().answer(200, [("Expires", "10/21/2018")], "").answer(200, [("Expires", "never")], "");
    let client: s3::Client = client(&replay, Config::new());
    let dated = client.head_object("b", "k").send().unwrap();
    assert_eq!(dated.expires, Some(Timestamp::from_secs(1_540_080_000)));
    assert_eq!(dated.expires_string.as_deref(), Some("10/21/2018"));
    let undated = client.head_object("b", "k").send().unwrap();
    assert_eq!((undated.expires, undated.expires_string.as_deref()), (None, Some("never")));
}

#[test]
fn versions_of_signatures_that_are_not_there_are_refused() {
    let s3: s3::Client = client(&Replay::new(), Config::new().signature_version("v3"));
    let error = s3.list_buckets().send().unwrap_err();
    assert!(error.to_string().contains("There is no signature_version v3 here"), "{error}");
    // S3's older version is S3's.
    let iam: iam::Client = client(&Replay::new(), Config::new().signature_version("s3"));
    let error = iam.list_users().send().unwrap_err();
    assert!(error.to_string().contains("There is no signature_version s3 here"), "{error}");
}
