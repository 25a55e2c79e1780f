//! The chain from end to end over replayed answers and local servers, and what is kept under threads.

mod faults;
mod identities;
mod late;
mod login;
mod places;
mod refresh;
mod roles;
mod server;
mod sso;
mod vectors;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::configuration::{Environment, scratch};
use crate::{Clock, ErrorKind, Replay, Session, Timestamp};

/// A clock that goes only when somebody sleeps.
#[derive(Clone, Debug, Default)]
struct Still(Arc<AtomicI64>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::Relaxed), 0)
    }

    fn sleep(&self, duration: Duration) {
        self.0.fetch_add(duration.as_secs().try_into().unwrap(), Ordering::Relaxed);
    }
}

impl Still {
    /// A clock that stands at that second.
    fn at(second: i64) -> Self {
        Still(Arc::new(AtomicI64::new(second)))
    }

    fn set(&self, second: i64) {
        self.0.store(second, Ordering::Relaxed);
    }
}

fn session(name: &str, config: &str, variables: &[(&str, &str)], replay: &Replay) -> Session {
    let home = scratch(&format!("credentials-{name}"));
    std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let environment: Environment = variables.iter().copied().collect();
    let builder = Session::builder().environment(environment.with_home(home));
    builder.transport(replay.clone()).clock(Still::default()).build()
}

fn keys(session: &Session) -> Result<Option<(String, Option<String>)>> {
    let credentials = session.credential_chain().provide()?;
    Ok(credentials
        .map(|credentials| (credentials.access_key_id().to_owned(), credentials.session_token().map(str::to_owned))))
}

const STATIC: &str = "aws_access_key_id = AKID\naws_secret_access_key = SECRET\n";
const OFF: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

fn assumed(id: &str) -> String {
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>\
         </AssumedRoleUser><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
         <SessionToken>t&amp;{id}</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>"
    )
}

#[test]
fn nothing_found_says_who_was_asked_and_why() {
    let session = session("nothing", "[default]\nregion = x\n", &[OFF], &Replay::new());
    assert!(session.get_credentials().unwrap().is_none());
    let error = session.credentials_cache().get(None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let text = error.to_string();
    let order = [
        " env (AWS_ACCESS_KEY_ID is not set)",
        " assume-role (",
        " assume-role-with-web-identity (",
        " sso (",
        " shared-credentials-file (",
        " login (",
        " custom-process (",
        " config-file (the profile default of",
        " container-role (",
        " iam-role (AWS_EC2_METADATA_DISABLED is true)",
    ];
    let places: Vec<_> =
        order.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part} is not in {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn halves_of_pairs_are_errors_that_name_the_place() {
    for (config, variables, place) in [
        ("", vec![OFF, ("AWS_ACCESS_KEY_ID", "AKID")], "AWS_SECRET_ACCESS_KEY"),
        ("", vec![OFF, ("AWS_SECRET_ACCESS_KEY", "hush")], "AWS_ACCESS_KEY_ID"),
        ("[default]\naws_access_key_id = AKID\n", vec![OFF], "the profile default of"),
        ("[default]\naws_secret_access_key = hush\n", vec![OFF], "aws_access_key_id"),
    ] {
        let error = keys(&session("halves", config, &variables, &Replay::new())).unwrap_err();
        assert!(error.kind() == ErrorKind::Credentials && error.to_string().contains(place), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn a_profile_named_in_code_wins_over_keys_in_the_environment() {
    let variables = [OFF, ("AWS_ACCESS_KEY_ID", "of-environment"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let config = format!("[profile p]\n{STATIC}");
    let session = session("named", &config, &variables, &Replay::new());
    assert_eq!(keys(&session).unwrap().unwrap().0, "of-environment");
    session.set_config_variable("profile", "p");
    assert_eq!(keys(&session).unwrap().unwrap().0, "AKID");
}

#[test]
fn roles_are_assumed_one_after_another() {
    let config = format!(
        "[profile a]\nrole_arn = arn:a\nsource_profile = b\nexternal_id = e\nduration_seconds = 900\n\
         [profile b]\nrole_arn = arn:b\nsource_profile = c\nrole_session_name = n\n[profile c]\n{STATIC}"
    );
    let replay = Replay::new().answer(200, [], assumed("FIRST")).answer(200, [], assumed("SECOND"));
    let variables = [("AWS_PROFILE", "a"), ("AWS_DEFAULT_REGION", "eu-west-1")];
    let session = session("roles", &config, &variables, &replay);
    let credentials = session.credential_chain().provide().unwrap().unwrap();
    assert_eq!((credentials.access_key_id(), credentials.session_token()), ("SECOND", Some("t&SECOND")));
    assert_eq!(credentials.account_id(), Some("123456789012"));
    let requests = replay.requests();
    assert!(requests.iter().all(|request| request.origin == "https://sts.eu-west-1.amazonaws.com"));
    assert_eq!(requests[0].text(), "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Ab&RoleSessionName=n");
    assert!(requests[1].text().ends_with("RoleSessionName=botocore-session-0&ExternalId=e&DurationSeconds=900"));
    let authorization = |place: usize| requests[place].headers.get("Authorization").unwrap().to_owned();
    assert!(authorization(0).contains("Credential=AKID/19700101/eu-west-1/sts/"), "{}", authorization(0));
    assert!(authorization(1).contains("Credential=FIRST/"));
    assert_eq!(requests[1].headers.get("X-Amz-Security-Token"), Some("t&FIRST"));
}

#[test]
fn a_refused_role_says_what_sts_said() {
    let config = format!("[default]\nrole_arn = arn:a\nsource_profile = default\n{STATIC}");
    let body =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no &lt;you&gt;</Message></Error></ErrorResponse>";
    let replay = Replay::new().answer(403, [("x-amzn-RequestId", "r1")], body);
    let error = keys(&session("refused", &config, &[], &replay)).unwrap_err().to_string();
    assert!(error.contains("AccessDenied: no <you> (HTTP 403, request id r1)"), "{error}");
}

#[test]
fn a_code_of_a_device_serves_once() {
    let config = format!("[default]\nrole_arn = arn:a\nsource_profile = default\nmfa_serial = dev\n{STATIC}");
    let home = scratch("credentials-mfa");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let replay = Replay::new().answer(200, [], assumed("FIRST"));
    let session = Session::builder()
        .environment(Environment::empty().with_home(home))
        .transport(replay.clone())
        .mfa_prompt(|serial| Ok(format!("{serial}-123\n")))
        .build();
    let chain = session.credential_chain();
    assert!(chain.provide().unwrap().is_some());
    assert!(replay.requests()[0].text().ends_with("SerialNumber=dev&TokenCode=dev-123"));
    assert!(chain.provide().unwrap_err().to_string().contains("dev"));
}

#[cfg(unix)]
#[test]
fn a_process_gives_credentials_or_its_complaint() {
    let give =
        r#"printf '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "S", "Expiration": "2030-01-01T00:00:00Z"}'"#;
    let script = scratch("process").join("give");
    std::fs::write(&script, give).unwrap();
    let config = |command: &str| format!("[default]\naws_account_id = 42\ncredential_process = sh {command}\n");
    let given = session("process", &config(&script.display().to_string()), &[OFF], &Replay::new());
    let credentials = given.credential_chain().provide().unwrap().unwrap();
    assert_eq!((credentials.access_key_id(), credentials.account_id()), ("P", Some("42")));
    assert_eq!(credentials.expiration().map(|end| end.seconds()), Some(1_893_456_000));
    for (command, complaint) in [
        ("-c 'echo alas >&2; exit 3'", "alas"),
        ("-c 'echo hush'", "not JSON"),
        ("-c 'echo {\\\"Version\\\": 2}'", "Version 2"),
    ] {
        let error = keys(&session("process", &config(command), &[OFF], &Replay::new())).unwrap_err().to_string();
        assert!(error.contains(complaint) && !error.contains("hush"), "{error}");
    }
}

#[test]
fn instances_with_a_token_and_without() {
    let role = r#"{"Code": "Success", "AccessKeyId": "I", "SecretAccessKey": "S", "Token": "T", "Expiration": "2030-01-01T00:00:00Z"}"#;
    let token = Replay::new().answer(200, [], "tok").answer(200, [], "role").answer(200, [], role);
    assert_eq!(keys(&session("imds", "", &[], &token)).unwrap(), Some(("I".to_owned(), Some("T".to_owned()))));
    let requests = token.requests();
    assert_eq!((requests[0].method, &*requests[0].path), ("PUT", "/latest/api/token"));
    assert_eq!(requests[2].path, "/latest/meta-data/iam/security-credentials/role");
    assert_eq!(requests[2].headers.get("x-aws-ec2-metadata-token"), Some("tok"));
    let old = || Replay::new().answer(404, [], "").answer(200, [], "role").answer(200, [], role);
    assert!(keys(&session("imds-v1", "", &[], &old())).unwrap().is_some());
    let refused = session("imds-no-v1", "", &[("AWS_EC2_METADATA_V1_DISABLED", "true")], &old());
    assert!(keys(&refused).unwrap_err().to_string().contains("ec2_metadata_v1_disabled"));
    let silent = session("imds-silent", "", &[OFF], &token);
    assert_eq!(keys(&silent).unwrap(), None);
}

#[test]
fn an_instances_ended_keys_are_used_on() {
    let role = r#"{"AccessKeyId": "I", "SecretAccessKey": "S", "Token": "T", "Expiration": "1969-12-31T00:00:00Z"}"#;
    let replay = Replay::new().answer(200, [], "tok").answer(200, [], "role").answer(200, [], role);
    let got = session("imds-ended", "", &[], &replay).get_credentials().unwrap().unwrap();
    let end = got.expiration().unwrap().seconds();
    assert!((17 * 60..=25 * 60).contains(&end), "{end}");
}

#[test]
fn a_container_is_asked_three_times_with_its_token() {
    let body = r#"{"AccessKeyId": "C", "SecretAccessKey": "S", "Token": "T", "Expiration": "2030-01-01T00:00:00Z"}"#;
    let replay = Replay::new().answer(500, [], "").answer(200, [], "not JSON").answer(200, [], body);
    let variables =
        [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c?x=1"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic x")];
    assert_eq!(keys(&session("container", "", &variables, &replay)).unwrap().unwrap().0, "C");
    let request = &replay.requests()[2];
    assert_eq!((&*request.origin, &*request.path, &*request.query), ("http://169.254.170.2", "/c", "x=1"));
    assert_eq!(request.headers.get("Authorization"), Some("Basic x"));
    let broken = [variables[0], ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nb")];
    assert!(keys(&session("container", "", &broken, &Replay::new())).unwrap_err().to_string().contains("line break"));
}

#[test]
fn a_profile_that_is_not_there_is_an_error_whoever_has_credentials() {
    let variables =
        [OFF, ("AWS_PROFILE", "nobody"), ("AWS_ACCESS_KEY_ID", "of-environment"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let error = keys(&session("unknown", "[profile p]\n", &variables, &Replay::new())).unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("nobody"), "{error}");
}
