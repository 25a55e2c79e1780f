//! Which scheme signs, as a server sees it: what the settings prefer, what is not signed, and the older version of S3.

use std::time::Duration;

use botocore::{
    Clock, Config, Credentials, Environment, PresignedUrl, Replay, Result, S3Config, Session, Timestamp, s3, sts,
};

const OUTPOST: &str = "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:reports";
const REGIONS: &str = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";

fn session(replay: &Replay, config: Config, variables: &[(&str, &str)]) -> Session {
    let environment: Environment = variables.iter().copied().collect();
    let environment = environment.with("AWS_DEFAULT_REGION", "us-west-2").with("AWS_EC2_METADATA_DISABLED", "true");
    Session::builder().environment(environment).config(config).transport(replay.clone()).build()
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];

/// The algorithm with which the object's request was signed, or none.
fn algorithm(bucket: &str, config: Config, preference: &str) -> Option<String> {
    let replay = Replay::new().answer(200, [], "");
    let variables = [KEYS[0], KEYS[1], ("AWS_AUTH_SCHEME_PREFERENCE", preference)];
    s3::Client::new(&session(&replay, config, &variables)).unwrap().get_object(bucket, "key").send().unwrap();
    let requests = replay.requests();
    let authorization = requests[0].headers.get("Authorization")?;
    Some(authorization.split(' ').next().unwrap_or_default().to_owned())
}

#[test]
fn the_preferred_scheme_signs_where_the_endpoint_offers_it() {
    let (v4, v4a) = (Some("AWS4-HMAC-SHA256".to_owned()), Some("AWS4-ECDSA-P256-SHA256".to_owned()));
    let list = |names: &[&str]| Config::new().auth_scheme_preference(names.iter().map(|name| (*name).to_owned()));
    // Outposts take both, the general one first.
    assert_eq!(algorithm(OUTPOST, Config::new(), ""), v4a);
    for preference in ["sigv4", "sigv4,sigv4a", " sigv4 , sigv4a", "unknown,sigv4", "noAuth,sigv4"] {
        assert_eq!(algorithm(OUTPOST, Config::new(), preference), v4, "{preference}");
    }
    for preference in ["sigv4a", "sigv4a,sigv4", "unknown", "httpBearerAuth"] {
        assert_eq!(algorithm(OUTPOST, Config::new(), preference), v4a, "{preference}");
    }
    // Code goes before the environment.
    assert_eq!(algorithm(OUTPOST, list(&["sigv4"]), "sigv4a"), v4);
    assert_eq!(algorithm(OUTPOST, list(&["sigv4a", "sigv4"]), "sigv4"), v4a);
    // What is not offered is not taken.
    assert_eq!(algorithm("bucket", list(&["sigv4a"]), ""), v4);
    assert_eq!(algorithm(REGIONS, list(&["sigv4"]), ""), v4a);
}

#[test]
fn several_regions_are_named_to_the_server() -> Result<()> {
    for (config, expected) in [
        (Config::new(), "*"),
        (Config::new().sigv4a_signing_region_set(["us-west-2", "eu-*"].map(str::to_owned)), "us-west-2,eu-*"),
    ] {
        let replay = Replay::new().answer(200, [], "");
        let client = s3::Client::new(&session(&replay, config, &KEYS))?;
        client.get_object(REGIONS, "key").send()?;
        let requests = replay.requests();
        assert_eq!(requests[0].headers.get("X-Amz-Region-Set"), Some(expected));
        assert_eq!(requests[0].origin, "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com");
        let url = client.get_object(REGIONS, "key").presign(Duration::from_secs(60))?;
        let set = expected.replace('*', "%2A").replace(',', "%2C");
        assert!(url.contains(&format!("&X-Amz-Region-Set={set}&")), "{url}");
    }
    Ok(())
}

#[test]
fn clients_that_are_unsigned_ask_for_no_credentials() -> Result<()> {
    let replay = Replay::new().answer(200, [], "").answer(200, [], "");
    let client = s3::Client::new(&session(&replay, Config::new().unsigned(), &[]))?;
    client.get_object("bucket", "key").send()?;
    client.put_object("bucket", "key").body("text").send()?;
    for request in replay.requests() {
        assert_eq!((request.headers.get("Authorization"), request.headers.get("X-Amz-Date")), (None, None));
    }
    let url = client.get_object("bucket", "key").presign(Duration::from_secs(60))?;
    assert_eq!(url, "https://bucket.s3.us-west-2.amazonaws.com/key");
    Ok(())
}

#[test]
fn operations_that_are_unsigned_ask_for_no_credentials() -> Result<()> {
    let answer =
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult/></AssumeRoleWithWebIdentityResponse>";
    for variables in [&[][..], &KEYS] {
        let replay = Replay::new().answer(200, [], answer);
        let client =
            sts::Client::new(&session(&replay, Config::new().auth_scheme_preference(["sigv4".to_owned()]), variables))?;
        client.assume_role_with_web_identity("arn:aws:iam::123456789012:role/r", "name", "token").send()?;
        assert_eq!(replay.requests()[0].headers.get("Authorization"), None);
    }
    // The other operations of that service are signed, so that they do.
    let client = sts::Client::new(&session(&Replay::new(), Config::new(), &[]))?;
    let error = client.get_caller_identity().send().unwrap_err();
    assert!(error.to_string().contains("No credentials could be found"), "{error}");
    Ok(())
}

#[test]
fn the_older_signature_of_s3_names_bucket_and_key() -> Result<()> {
    let replay = Replay::new().answer(200, [], "").answer(200, [], "").answer(200, [], "");
    let config = Config::new().signature_version("s3");
    let client = s3::Client::new(&session(&replay, config.clone(), &KEYS))?;
    client.put_object("bucket", "a b").body("text").send()?;
    client.list_objects_v2("bucket").send()?;
    client.list_buckets().send()?;
    for request in replay.requests() {
        let authorization = request.headers.get("Authorization").unwrap();
        assert!(authorization.starts_with("AWS AKIDEXAMPLE:") && authorization.len() == 16 + 28, "{authorization}");
        assert!(request.headers.get("Date").is_some() && request.headers.get("X-Amz-Date").is_none());
        // It knows no sums behind the body.
        assert_eq!((request.headers.get("X-Amz-Trailer"), request.headers.get("X-Amz-Content-SHA256")), (None, None));
    }
    assert!(replay.requests()[0].headers.get("x-amz-checksum-crc32").is_some());
    // As botocore: the host without a region, but where the settings or the bucket want another.
    let place = |config: Config, bucket: &str| -> Result<String> {
        let client = s3::Client::new(&session(&replay, config, &KEYS))?;
        let url = client.get_object(bucket, "key").presign(Duration::from_secs(60))?;
        assert!(url.contains("?AWSAccessKeyId=AKIDEXAMPLE&Signature="), "{url}");
        Ok(url.split('?').next().unwrap_or_default().to_owned())
    };
    assert_eq!(place(config.clone(), "bucket")?, "https://bucket.s3.amazonaws.com/key");
    assert_eq!(place(config.clone(), "with.dots")?, "https://s3.us-west-2.amazonaws.com/with.dots/key");
    let virtual_hosts = S3Config::new().addressing_style(botocore::AddressingStyle::Virtual);
    assert_eq!(place(config.s3(virtual_hosts), "bucket")?, "https://bucket.s3.us-west-2.amazonaws.com/key");
    Ok(())
}

/// What is expected comes from botocore.
#[test]
fn the_older_urls_are_those_of_botocore() -> Result<()> {
    const ARN: &str = "arn:aws:s3:us-west-2:123456789012:accesspoint:reports";
    let (plain, west) = (S3Config::new, "us-west-2");
    for (region, s3, bucket, key, token, expected) in [
        (
            west,
            plain(),
            ARN,
            "a b",
            None,
            "https://reports-123456789012.s3-accesspoint.us-west-2.amazonaws.com/a%20b?AWSAccessKeyId=AKIDEXAMPLE&Signature=LpIZEyuDXD8eNyXoRZcSrzAncso%3D&Expires=1772366460",
        ),
        (
            west,
            plain(),
            "bucket",
            "a//b+ü/../c",
            None,
            "https://bucket.s3.amazonaws.com/a//b%2B%C3%BC/../c?AWSAccessKeyId=AKIDEXAMPLE&Signature=%2FWtHLnX5INbEOs6q%2BNTdpgXlQZ0%3D&Expires=1772366460",
        ),
        (
            "cn-north-1",
            plain(),
            "bucket",
            "k",
            None,
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/k?AWSAccessKeyId=AKIDEXAMPLE&Signature=WMPbtGprLSFNUH%2FwxhcYjYhPOGk%3D&Expires=1772366460",
        ),
        (
            west,
            plain().use_accelerate_endpoint(true),
            "bucket",
            "k",
            Some("to/ken="),
            "https://bucket.s3-accelerate.amazonaws.com/k?AWSAccessKeyId=AKIDEXAMPLE&Signature=r7mt6cgwmBz8SgjRcJST1Lb2nbU%3D&x-amz-security-token=to%2Fken%3D&Expires=1772366460",
        ),
        (
            west,
            plain().use_dualstack_endpoint(true),
            "bucket",
            "k",
            None,
            "https://bucket.s3.dualstack.us-west-2.amazonaws.com/k?AWSAccessKeyId=AKIDEXAMPLE&Signature=WMPbtGprLSFNUH%2FwxhcYjYhPOGk%3D&Expires=1772366460",
        ),
    ] {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", token.map(str::to_owned));
        let client: s3::Client = Session::builder()
            .environment(Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true"))
            .clock(Still)
            .build()
            .create_client()
            .region_name(region)
            .credentials(credentials)
            .config(Config::new().signature_version("s3").s3(s3))
            .build()?;
        assert_eq!(client.get_object(bucket, key).presign(Duration::from_secs(60))?, expected);
    }
    Ok(())
}

/// 2026-03-01T12:00:00Z
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_772_366_400)
    }

    fn sleep(&self, _: Duration) {}
}

#[test]
fn urls_for_another_method() -> Result<()> {
    let client = s3::Client::new(&session(&Replay::new(), Config::new(), &KEYS))?;
    let input = s3::operation::GetObjectInput { bucket: "b".into(), key: "k".into(), ..Default::default() };
    let own = PresignedUrl::new(&client, &input).sign()?;
    let head = PresignedUrl::new(&client, &input).http_method("HEAD").expires_in(Duration::from_secs(60)).sign()?;
    assert!(own.contains("&X-Amz-Expires=3600&") && head.contains("&X-Amz-Expires=60&"));
    let error = PresignedUrl::new(&client, &input).http_method("FETCH").sign().unwrap_err();
    assert!(error.to_string().contains("There is no HTTP method FETCH"), "{error}");
    Ok(())
}
