//! Roles one after another, their codes, and the files they are kept in.

use std::sync::atomic::AtomicUsize;

use serde_json::json;

use super::*;

const ARN: &str = "arn:aws:iam::123456789012:role/r";
/// The SHA-1 of what botocore makes the names of files of, by its code
const ROLE_FILE: &str = "a29b50c2ad16658634bef8ddd769222dedd0abcc.json";
const WEB_FILE: &str = "fbcda97882a632d4f9f58b7311d960afda748cd3.json";
const SSO_FILE: &str = "c5a16f1e78f48dca91be86ba2e308f4d622bae1b.json";

fn role_config() -> String {
    format!(
        "[default]\nrole_arn = {ARN}\nsource_profile = default\nexternal_id = e\nduration_seconds = 900\nmfa_serial = dev\n{STATIC}"
    )
}

fn kept(name: &str, config: &str, variables: &[(&str, &str)], replay: &Replay, codes: &Arc<AtomicUsize>) -> Session {
    let home = scratch(&format!("roles-{name}"));
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let codes = codes.clone();
    let environment: Environment = variables.iter().copied().collect();
    Session::builder()
        .environment(environment.with_home(home))
        .transport(replay.clone())
        .clock(Still::at(1_600_000_000))
        .credential_cache_dir("~/.aws/cli/cache")
        .mfa_prompt(move |_| Ok(format!("{:06}", codes.fetch_add(1, Ordering::Relaxed))))
        .build()
}

fn file(session: &Session, name: &str) -> std::path::PathBuf {
    session.environment().home().unwrap().join(".aws/cli/cache").join(name)
}

#[test]
fn a_role_is_kept_in_the_file_that_botocore_reads() {
    let codes = Arc::new(AtomicUsize::new(0));
    let replay = Replay::new().answer(200, [], assumed("FIRST")).answer(200, [], assumed("SECOND"));
    let session = || kept("role", &role_config(), &[OFF], &replay, &codes);
    drop(std::fs::remove_file(file(&session(), ROLE_FILE)));
    assert_eq!(session().get_credentials().unwrap().unwrap().access_key_id(), "FIRST");
    let written: Value = serde_json::from_slice(&std::fs::read(file(&session(), ROLE_FILE)).unwrap()).unwrap();
    let expected = json!({
        "AccessKeyId": "FIRST", "SecretAccessKey": "s", "SessionToken": "t&FIRST", "Expiration": "2030-01-01T00:00:00Z",
        "AccountId": "123456789012",
    });
    assert_eq!(written["Credentials"], expected);
    let again = session().get_credentials().unwrap().unwrap();
    assert_eq!((again.access_key_id(), again.account_id()), ("FIRST", Some("123456789012")));
    assert_eq!((replay.requests().len(), codes.load(Ordering::Relaxed)), (1, 1), "no second call, no second code");
    // What the AWS CLI writes has its own way with times; what is about to end is not used, nor what is no JSON.
    for (end, expected) in [("2020-09-13T13:26:40UTC", "FIRST"), ("2020-09-13T12:40:00Z", "SECOND")] {
        let mut response = written.clone();
        response["Credentials"]["Expiration"] = end.into();
        std::fs::write(file(&session(), ROLE_FILE), response.to_string()).unwrap();
        assert_eq!(session().get_credentials().unwrap().unwrap().access_key_id(), expected, "{end}");
    }
    std::fs::write(file(&session(), ROLE_FILE), "{").unwrap();
    assert!(session().get_credentials().unwrap_err().to_string().contains("STS AssumeRole"));
}

#[test]
fn web_identity_and_sso_have_files_too() {
    let none = Arc::new(AtomicUsize::new(0));
    let token = scratch("roles-web").join("token");
    std::fs::write(&token, "jwt").unwrap();
    let token = token.display().to_string();
    let variables =
        [OFF, ("AWS_ROLE_ARN", ARN), ("AWS_ROLE_SESSION_NAME", "n"), ("AWS_WEB_IDENTITY_TOKEN_FILE", &*token)];
    let replay = Replay::new().answer(200, [], assumed("WEB"));
    let session = kept("web", "", &variables, &replay, &none);
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.source(), got.features()), ("assume-role-with-web-identity", Features::of_codes(&["h", "k"])));
    assert!(file(&session, WEB_FILE).exists());
    assert_eq!(replay.requests()[0].headers.get("Authorization"), None);

    let config = "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n\
        [sso-session s]\nsso_start_url = https://a\nsso_region = eu-west-1\n";
    let answer = json!({"roleCredentials": {
        "accessKeyId": "SSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 1_700_000_000_000_i64,
    }});
    let replay = Replay::new().answer(200, [], answer.to_string());
    let session = kept("sso", config, &[OFF], &replay, &none);
    let directory = session.environment().home().unwrap().join(".aws/sso/cache");
    std::fs::create_dir_all(&directory).unwrap();
    let token = json!({"accessToken": "hush", "expiresAt": "2090-01-01T00:00:00Z"}).to_string();
    std::fs::write(directory.join(format!("{}.json", files::sha1("s"))), token).unwrap();
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.source(), got.account_id(), got.features()), ("sso", Some("1"), Features::of_codes(&["r", "s"])));
    let written: Value = serde_json::from_slice(&std::fs::read(file(&session, SSO_FILE)).unwrap()).unwrap();
    assert_eq!(
        (&written["ProviderType"], &written["Credentials"]["Expiration"]),
        (&"sso".into(), &"2023-11-14T22:13:20Z".into())
    );
}

/// A machine whose clock is off: the service that gives the role tells by how much, for its own calls, for the ends of
/// what it gives, and for clients.
#[test]
fn a_wrong_clock_is_set_right_for_credentials_too() {
    const SERVER: i64 = 1_772_366_400;
    let end = Timestamp::from_secs(SERVER + 3600).to_string();
    let answer = assumed("ROLE").replace("2030-01-01T00:00:00Z", &end);
    let refusal = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error>\
                   </ErrorResponse>";
    let date = [("Date", "Sun, 01 Mar 2026 12:00:00 GMT")];
    for off in [1200, -1200, 86_400 * 400] {
        let replay = Replay::new().answer(403, date, refusal).answer(200, date, answer.clone());
        let home = scratch("roles-clock");
        std::fs::create_dir_all(home.join(".aws")).unwrap();
        let config = format!("[default]\nrole_arn = {ARN}\nsource_profile = default\n{STATIC}");
        std::fs::write(home.join(".aws/config"), config).unwrap();
        let environment: Environment = [OFF].into_iter().collect();
        let clock = Still::at(SERVER + off);
        let builder = Session::builder().environment(environment.with_home(home)).transport(replay.clone());
        let session = builder.clock(clock.clone()).build();
        let got = session.get_credentials().unwrap().unwrap();
        assert_eq!(got.access_key_id(), "ROLE", "{off}");
        let times: Vec<_> =
            replay.requests().iter().map(|request| request.headers.get("X-Amz-Date").unwrap().to_owned()).collect();
        assert_eq!(times[1], "20260301T120000Z", "{off}");
        assert_ne!(times[0], times[1]);
        assert_eq!(session.clock().now().seconds(), SERVER);
        // The machine's clock is set right: then it is the service's that is off, until it tells so.
        clock.set(SERVER + off + 60);
        assert_eq!(session.clock().now().seconds(), SERVER + 60);
        assert_eq!(session.get_credentials().unwrap().unwrap().access_key_id(), "ROLE");
    }
    // Refused again by the right time: that was not why.
    let replay = Replay::new().answer(403, date, refusal).answer(403, date, refusal);
    let codes = Arc::new(AtomicUsize::new(0));
    let session = kept(
        "clock-refused",
        &format!("[default]\nrole_arn = {ARN}\nsource_profile = default\n{STATIC}"),
        &[OFF],
        &replay,
        &codes,
    );
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("Signature expired") && replay.requests().len() == 2, "{error}");
}

/// A role of an hour over a role of a day whose code serves once: the outer is renewed with the inner that lasts.
#[test]
fn a_source_lasts_as_long_as_it_does() {
    let config = format!(
        "[profile outer]\nrole_arn = arn:outer\nsource_profile = inner\n\
         [profile inner]\nrole_arn = arn:inner\nsource_profile = inner\nmfa_serial = dev\n{STATIC}[profile base]\n{STATIC}"
    );
    let config = config.replace("source_profile = inner\nmfa", "source_profile = base\nmfa");
    let config = config.replacen(STATIC, "", 1);
    let ends = |id: &str, end: &str| assumed(id).replace("2030-01-01T00:00:00Z", end);
    let replay = Replay::new()
        .answer(200, [], ends("INNER", "2020-09-14T12:26:40Z"))
        .answer(200, [], ends("OUTER-1", "2020-09-13T13:26:40Z"))
        .answer(200, [], ends("OUTER-2", "2020-09-13T14:26:40Z"));
    let home = scratch("roles-lasting");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let clock = Still::at(1_600_000_000);
    let session = Session::builder()
        .environment(Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true").with_home(home))
        .profile("outer")
        .transport(replay.clone())
        .clock(clock.clone())
        .mfa_prompt(|_| Ok("123456".to_owned()))
        .build();
    assert_eq!(session.get_credentials().unwrap().unwrap().access_key_id(), "OUTER-1");
    clock.set(1_600_000_000 + 55 * 60);
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.access_key_id(), got.source()), ("OUTER-2", "assume-role"));
    assert_eq!(got.features(), Features::of_codes(&["n", "o", "i"]));
    let agents: Vec<_> =
        replay.requests().iter().map(|asked| asked.headers.get("User-Agent").unwrap().to_owned()).collect();
    // As botocore's own, but for the codes' order: the source's, and that keys were given in code.
    assert!(agents[0].contains(" m/E,Z,b,e,n,o ") && agents[1].contains(" m/E,Z,b,e,i,n,o "), "{agents:?}");
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn an_empty_code_is_none() {
    let config = role_config();
    let replay = Replay::new();
    let home = scratch("roles-no-code");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let builder = Session::builder().environment(Environment::empty().with_home(home)).transport(replay.clone());
    let session = builder.mfa_prompt(|_| Ok(" \n".to_owned())).build();
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("device dev could not be had"), "{error}");
    assert!(replay.requests().is_empty());
}

#[test]
fn a_source_without_credentials_is_named_with_its_reasons() {
    for (config, variables, expected) in [
        ("[default]\nrole_arn = a\nsource_profile = b\n[profile b]\nregion = x\n", vec![OFF], "source_profile b"),
        ("[default]\nrole_arn = a\ncredential_source = Environment\n", vec![OFF], "credential_source Environment"),
        ("[default]\nrole_arn = a\ncredential_source = Ec2InstanceMetadata\n", vec![OFF], "AWS_EC2_METADATA_DISABLED"),
        ("[default]\nrole_arn = a\ncredential_source = env\n", vec![OFF], "none of Environment"),
    ] {
        let error = keys(&session("no-source", config, &variables, &Replay::new())).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn chains_are_changed_by_name() {
    let session = session("chain", "", &[OFF], &Replay::new());
    let mut chain = session.credential_chain();
    let order = [
        "env",
        "assume-role",
        "assume-role-with-web-identity",
        "sso",
        "shared-credentials-file",
        "login",
        "custom-process",
        "config-file",
        "container-role",
        "iam-role",
    ];
    assert_eq!(chain.names(), order);
    assert!(chain.get("sso").is_some() && chain.get("nobody").is_none() && chain.remove("nobody").is_none());
    let own = || Credentials::new("OWN", "hush", None);
    assert!(chain.insert_before("nobody", own()).unwrap_err().to_string().contains("container-role, iam-role"));
    chain.insert_before("iam-role", own()).unwrap();
    chain.insert_after("env", Credentials::new("FIRST", "s", None).with_account_id("7")).unwrap();
    assert_eq!(chain.provide().unwrap().unwrap().access_key_id(), "FIRST");
    assert_eq!(chain.remove("explicit").unwrap().provide().unwrap().unwrap().access_key_id(), "FIRST");
    assert_eq!(chain.provide().unwrap().unwrap().access_key_id(), "OWN");
    let debug = format!("{chain:?}");
    assert!(!debug.contains("hush"), "{debug}");
    session.set_credentials(chain);
    assert_eq!(session.get_credentials().unwrap().unwrap().access_key_id(), "OWN");
    assert_eq!(CredentialChain::default().why_none(), "the chain has no providers");
}
