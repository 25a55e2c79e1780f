//! All that each place of credentials can tell.

use super::*;
use crate::user_agent::Features;

fn found(session: &Session) -> Credentials {
    session.credential_chain().provide().unwrap().expect("credentials")
}

const KEYS: [(&str, &str); 3] = [OFF, ("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "SECRET")];

#[test]
fn variables_tell_token_account_and_end() {
    let with = |name: &str, more: &[(&str, &str)]| session(name, "", &[&KEYS, more].concat(), &Replay::new());
    let all = [
        ("AWS_SESSION_TOKEN", "new"),
        ("AWS_SECURITY_TOKEN", "old"),
        ("AWS_ACCOUNT_ID", "123456789012"),
        ("AWS_CREDENTIAL_EXPIRATION", "2030-01-01T00:00:00Z"),
    ];
    let got = found(&with("variables", &all));
    // botocore takes the older name first.
    assert_eq!((got.session_token(), got.account_id()), (Some("old"), Some("123456789012")));
    assert_eq!(got.expiration(), Some(Timestamp::from_secs(1_893_456_000)));
    assert_eq!(found(&with("variables-new", &all[..1])).session_token(), Some("new"));
    let plain = found(&with("variables-none", &[]));
    assert_eq!((plain.session_token(), plain.account_id(), plain.expiration()), (None, None, None));

    let broken = with("variables-broken", &[("AWS_CREDENTIAL_EXPIRATION", "soon")]);
    let error = broken.credential_chain().provide().unwrap_err();
    assert!(error.to_string().contains("AWS_CREDENTIAL_EXPIRATION is not a time: soon"), "{error}");
}

#[test]
fn profiles_tell_token_and_account() {
    let with = |name: &str, more: &str| session(name, &format!("[default]\n{STATIC}{more}"), &[OFF], &Replay::new());
    let both = "aws_session_token = new\naws_security_token = old\naws_account_id = 123456789012\n";
    let got = found(&with("profile", both));
    assert_eq!((got.session_token(), got.account_id()), (Some("old"), Some("123456789012")));
    assert_eq!(found(&with("profile-new", "aws_session_token = new\n")).session_token(), Some("new"));
    assert_eq!(found(&with("profile-none", "")).session_token(), None);
}

/// The codes are those of botocore's `_USERAGENT_FEATURE_MAPPINGS`; of roles, of IAM Identity Center and of logins other
/// tests tell.
#[test]
fn keys_tell_where_they_came_from() {
    let answered =
        r#"{"AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T", "Expiration": "2030-01-01T00:00:00Z"}"#;
    let container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c");
    let instance = || Replay::new().answer(200, [], "tok").answer(200, [], "role").answer(200, [], answered);
    let printed = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}"#;
    let process = format!("[default]\ncredential_process = echo '{printed}'\n");
    let profile = format!("[default]\n{STATIC}");
    for (name, config, variables, replay, codes) in [
        ("from-variables", "", &KEYS[..], Replay::new(), &["g"][..]),
        ("from-profile", &profile, &[OFF], Replay::new(), &["n"]),
        ("from-process", &process, &[OFF], Replay::new(), &["v", "w"]),
        ("from-container", "", &[container], Replay::new().answer(200, [], answered), &["z"]),
        ("from-instance", "", &[], instance(), &["0"]),
    ] {
        assert_eq!(found(&session(name, config, variables, &replay)).features(), Features::of_codes(codes), "{name}");
    }
}

#[test]
fn the_instance_tells_its_region_once() {
    let replay = Replay::new().answer(200, [], "tok").answer(200, [], "us-west-2b");
    let on_instance = session("region", "", &[], &replay);
    for _ in 0..2 {
        assert_eq!(on_instance.instance_region().as_deref(), Some("us-west-2"));
    }
    let requests = replay.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!((requests[0].method, &*requests[0].path), ("PUT", "/latest/api/token"));
    assert_eq!((requests[1].method, &*requests[1].path), ("GET", "/latest/meta-data/placement/availability-zone/"));
    assert_eq!(requests[1].headers.get("x-aws-ec2-metadata-token"), Some("tok"));

    let nowhere = session("region-off", "", &[OFF], &replay);
    assert_eq!((nowhere.instance_region(), replay.requests().len()), (None, 2));
    let refused = Replay::new().answer(200, [], "tok").answer(500, [], "no");
    assert_eq!(session("region-refused", "", &[], &refused).instance_region(), None);
}
