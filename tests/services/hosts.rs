//! Where requests go and what they tell of their caller: buckets and access points, prefixes, accounts, traces; presigned
//! URLs and passwords.

use std::time::Duration;

use botocore::{AuthToken, Credentials, Environment, Replay, dynamodb, glacier, polly, s3};

use crate::{answer, check, client, credentials, of, session};

#[test]
fn buckets_and_access_points_are_hosts() {
    for (bucket, host, scope) in [
        ("my-bucket", "my-bucket.s3.eu-west-1", "eu-west-1/s3"),
        (
            "arn:aws:s3:us-west-2:123456789012:accesspoint:ap",
            "ap-123456789012.s3-accesspoint.us-west-2",
            "us-west-2/s3",
        ),
        (
            "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/olap",
            "olap-123456789012.s3-object-lambda.us-west-2",
            "us-west-2/s3-object-lambda",
        ),
        (
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:ap",
            "ap-123456789012.op-01234567890123456.s3-outposts.us-west-2",
            "us-west-2/s3-outposts",
        ),
    ] {
        let replay = answer("");
        client::<s3::Client>(&replay).get_object(bucket, "a b").send().unwrap();
        check(
            &replay,
            &format!(
                "GET https://{host}.amazonaws.com/a%20b
                 authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/{scope}/aws4_request, \
                 SignedHeaders=host;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date
                 x-amz-checksum-mode: ENABLED
                 x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                 x-amz-date: 20231114T221320Z"
            ),
        );
    }
    let replay = answer("<ListBucketResult/>");
    client::<s3::Client>(&replay).list_objects_v2("my-bucket").prefix("a/b").send().unwrap();
    let request = &replay.requests()[0];
    assert_eq!((&*request.origin, &*request.path), ("https://my-bucket.s3.eu-west-1.amazonaws.com", "/"));
    assert_eq!(request.query, "list-type=2&prefix=a%2Fb&encoding-type=url");
}

#[test]
fn a_member_is_the_prefix_of_the_host() {
    let replay = answer("");
    client::<s3::Client>(&replay).write_get_object_response("route", "tok").body("hi").send().unwrap();
    check(
        &replay,
        "POST https://route.s3-object-lambda.eu-west-1.amazonaws.com/WriteGetObjectResponse
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/s3-object-lambda/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-request-route;x-amz-request-token
         x-amz-content-sha256: 8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4
         x-amz-date: 20231114T221320Z
         x-amz-request-route: route
         x-amz-request-token: tok
         hi",
    );
}

#[test]
fn the_account_of_the_keys_is_in_the_host() {
    let replay = answer("{}");
    let keys: Credentials = credentials().with_account_id("123456789012");
    let session = of(&replay, Environment::empty(), keys);
    dynamodb::Client::new(&session).unwrap().list_tables().send().unwrap();
    assert_eq!(replay.requests()[0].origin, "https://123456789012.ddb.eu-west-1.amazonaws.com");
}

#[test]
fn the_trace_of_a_function_is_handed_on() {
    let traced = |function: bool| {
        let replay = answer("{}");
        let environment = Environment::empty().with("_X_AMZN_TRACE_ID", "Root=1;Parent=ü=;x");
        let environment = if function { environment.with("AWS_LAMBDA_FUNCTION_NAME", "f") } else { environment };
        let session = of(&replay, environment, credentials());
        glacier::Client::new(&session).unwrap().list_vaults().send().unwrap();
        replay.requests()[0].headers.get("X-Amzn-Trace-Id").map(str::to_owned)
    };
    assert_eq!(traced(true).as_deref(), Some("Root=1;Parent=%C3%BC=;x"));
    assert_eq!(traced(false), None);
}

#[test]
fn tokens_against_repetition_are_made_up() {
    let sent = |token: Option<&str>| {
        let replay = answer("<RunInstancesResponse/>");
        let client: botocore::ec2::Client = client(&replay);
        let call = client.run_instances(1, 1);
        let call = match token {
            Some(token) => call.client_token(token),
            None => call,
        };
        call.send().unwrap();
        let body = replay.requests()[0].text();
        body.split('&').find_map(|pair| pair.strip_prefix("ClientToken=")).map(str::to_owned).unwrap()
    };
    assert_eq!(sent(Some("mine")), "mine");
    let (one, two) = (sent(None), sent(None));
    assert_ne!(one, two);
    let lengths: Vec<usize> = one.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(one.as_bytes()[14], b'4', "{one} is not of version 4");
}

/// To the last byte: a GET of the members as a query, without their type.
#[test]
fn speech_is_presigned() {
    let url = client::<polly::Client>(&Replay::new())
        .synthesize_speech("mp3", "hi there", "Joanna")
        .presign(Duration::from_secs(3600))
        .unwrap();
    assert_eq!(
        url,
        "https://polly.eu-west-1.amazonaws.com/v1/speech?OutputFormat=mp3&Text=hi%20there&VoiceId=Joanna\
         &X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Feu-west-1%2Fpolly%2Faws4_request&X-Amz-Date=20231114T221320Z\
         &X-Amz-Expires=3600&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=beddc99f42545f7e3770df50ff14873fe50084c74249d8fa7a85977b50120f71"
    );
}

#[test]
fn passwords_of_databases_are_signed() {
    let client = s3::Client::new(&session(&Replay::new())).unwrap();
    let signed = |name: &str, signature: &str| {
        format!(
            "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Feu-west-1%2F{name}%2F\
             aws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\
             &X-Amz-Signature={signature}"
        )
    };
    assert_eq!(
        AuthToken::rds(&client, "db.example.com", 3306, "user").generate().unwrap(),
        "db.example.com:3306/?Action=connect&DBUser=user".to_owned()
            + &signed("rds-db", "d612fa9a7f2de58840cbd1aeea2e7942f4bfbbc3798f98b30764561f90a2756c")
    );
    let cluster = "c.dsql.eu-west-1.on.aws";
    assert_eq!(
        AuthToken::dsql(&client, cluster).generate().unwrap(),
        format!("{cluster}/?Action=DbConnect")
            + &signed("dsql", "0b0de8e8f0e470c402f5a4f347411da9d3bb982274939910ef59b562f4ff5f7e")
    );
    assert_eq!(
        AuthToken::dsql_admin(&client, cluster).generate().unwrap(),
        format!("{cluster}/?Action=DbConnectAdmin")
            + &signed("dsql", "39d1e16b7de6e3e78c09ab08363bcc2da7507f037dd19c1d09530f5704a69352")
    );
}
