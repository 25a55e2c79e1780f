//! Roles for who bears a token: of a file, or of a login to IAM Identity Center.

use serde_json::json;

use super::*;

const NOW: i64 = 1_600_000_000;

/// A session at a home of its own, with a clock that stands at [`NOW`].
fn at_home(name: &str, config: &str, variables: &[(&str, &str)], replay: &Replay) -> (Session, Still) {
    let home = scratch(&format!("identities-{name}"));
    std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let environment: Environment = variables.iter().copied().chain([OFF]).collect();
    let clock = Still::at(NOW);
    let builder = Session::builder().environment(environment.with_home(home)).transport(replay.clone());
    (builder.clock(clock.clone()).build(), clock)
}

fn bears(id: &str) -> String {
    assumed(id).replace("AssumeRoleResult", "AssumeRoleWithWebIdentityResult")
}

fn home(session: &Session) -> std::path::PathBuf {
    session.environment().home().unwrap()
}

#[test]
fn the_bearer_of_a_token_is_not_signed_for() {
    let replay = Replay::new().answer(200, [], bears("FIRST")).answer(200, [], bears("SECOND"));
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod"),
        ("AWS_ROLE_SESSION_NAME", "pod-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ];
    let (session, clock) = at_home("bearer", "", &variables, &replay);
    std::fs::write(home(&session).join("token"), "eyJ.first.a+b\n").unwrap();
    let credentials = session.get_credentials().unwrap().unwrap();
    assert_eq!((credentials.access_key_id(), credentials.source()), ("FIRST", "assume-role-with-web-identity"));
    let request = replay.requests().remove(0);
    assert_eq!((request.method, &*request.origin), ("POST", "https://sts.eu-west-1.amazonaws.com"));
    assert_eq!(
        request.text(),
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpod\
         &RoleSessionName=pod-1&WebIdentityToken=eyJ.first.a%2Bb"
    );
    assert_eq!(request.headers.get("Authorization"), None);
    // Who put the token there has renewed it since.
    std::fs::write(home(&session).join("token"), "eyJ.second").unwrap();
    clock.set(credentials.expiration().unwrap().seconds() - 60);
    assert_eq!(session.get_credentials().unwrap().unwrap().access_key_id(), "SECOND");
    assert!(replay.requests()[1].text().ends_with("&WebIdentityToken=eyJ.second"));
}

#[test]
fn a_profile_names_token_and_role_and_lacks_nothing() {
    let replay = Replay::new().answer(200, [], bears("OF-PROFILE"));
    let config = "[default]\nregion = eu-west-1\nweb_identity_token_file = ~/token\nrole_arn = arn:r\n";
    let (session, _) = at_home("profile", config, &[], &replay);
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("token file") && error.contains("could not be read"), "{error}");
    std::fs::write(home(&session).join("token"), "t").unwrap();
    let (session, _) = at_home("profile", config, &[], &replay);
    assert_eq!(session.get_credentials().unwrap().unwrap().access_key_id(), "OF-PROFILE");
    assert!(replay.requests()[0].text().contains("&RoleSessionName=botocore-session-1600000000&"));
    let (session, _) = at_home("no-role", "", &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")], &replay);
    let error = session.get_credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("set AWS_ROLE_ARN"), "{error}");
}

#[test]
fn a_token_that_sts_refuses() {
    let refusal = "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error>\
                   </ErrorResponse>";
    let replay = Replay::new().answer(400, [], refusal);
    let variables =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token"), ("AWS_ROLE_ARN", "arn:r"), ("AWS_DEFAULT_REGION", "eu-west-1")];
    let (session, _) = at_home("refused", "", &variables, &replay);
    std::fs::write(home(&session).join("token"), "hush").unwrap();
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("ExpiredTokenException: Token expired"), "{error}");
    assert!(!error.contains("hush"), "{error}");
}

const SSO_SESSION: &str = "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Reader/2\n\
     [sso-session work]\nsso_start_url = https://d.awsapps.com/start\nsso_region = eu-central-1\n";
const OLD: &str = "[default]\nsso_start_url = https://d.awsapps.com/start\nsso_region = eu-central-1\n\
     sso_account_id = 123456789012\nsso_role_name = Reader/2\n";
/// The SHA-1 of `work`, and of the start URL, by `sha1sum`.
const OF_SESSION: &str = "e274eeff768c6396088ec6eb091f4bf4d47ab1e0";
const OF_URL: &str = "55ef7a9cf0faa7e6830be02dd04fb62b1c3c5000";

fn log_in(session: &Session, name: &str, token: &str, end: &str) {
    let text = json!({ "accessToken": token, "expiresAt": end }).to_string();
    std::fs::write(home(session).join(format!(".aws/sso/cache/{name}.json")), text).unwrap();
}

fn role(id: &str) -> String {
    let end = (NOW + 3_600) * 1_000;
    json!({ "roleCredentials": { "accessKeyId": id, "secretAccessKey": "s", "sessionToken": "t", "expiration": end } })
        .to_string()
}

#[test]
fn a_login_gives_the_keys_of_its_role() {
    for (name, config, file) in [("session", SSO_SESSION, OF_SESSION), ("old", OLD, OF_URL)] {
        let replay = Replay::new().answer(200, [], role("SSO"));
        let (session, _) = at_home(name, config, &[], &replay);
        log_in(&session, file, "hush-token", "2020-09-13T20:00:00Z");
        let credentials = session.get_credentials().unwrap().unwrap();
        assert_eq!((credentials.access_key_id(), credentials.source()), ("SSO", "sso"));
        assert_eq!(credentials.account_id(), Some("123456789012"));
        assert_eq!(credentials.expiration().unwrap().seconds(), NOW + 3_600);
        let request = replay.requests().remove(0);
        assert_eq!((request.method, &*request.path), ("GET", "/federation/credentials"));
        assert_eq!(request.origin, "https://portal.sso.eu-central-1.amazonaws.com");
        assert_eq!(request.query, "role_name=Reader%2F2&account_id=123456789012");
        assert_eq!(request.headers.get("x-amz-sso_bearer_token"), Some("hush-token"));
        assert_eq!(request.headers.get("Authorization"), None);
    }
}

#[test]
fn a_login_that_is_missing_over_or_refused_says_so() {
    for (name, config, file) in [("lost", SSO_SESSION, OF_SESSION), ("lost-old", OLD, OF_URL)] {
        let (session, _) = at_home(name, config, &[], &Replay::new());
        let _ = std::fs::remove_file(home(&session).join(format!(".aws/sso/cache/{file}.json")));
        let error = session.get_credentials().unwrap_err().to_string();
        assert!(error.contains("does not exist") && error.contains("aws sso login"), "{error}");
        let (session, _) = at_home(name, config, &[], &Replay::new());
        log_in(&session, file, "hush", "2020-09-13T10:00:00Z");
        let error = session.get_credentials().unwrap_err().to_string();
        assert!(error.contains("has ended") && error.contains("aws sso login"), "{error}");
        let replay = Replay::new().answer(401, [], r#"{"message": "Session token not found or invalid"}"#);
        let (session, _) = at_home(name, config, &[], &replay);
        log_in(&session, file, "hush", "2020-09-13T20:00:00Z");
        let error = session.get_credentials().unwrap_err().to_string();
        assert!(error.contains("log in again with aws sso login") && !error.contains("hush"), "{error}");
    }
}

#[test]
fn a_profile_that_is_half_set_up_for_sso() {
    let lacks = |line: &str, config: &str| config.replace(line, "");
    for (name, config, what) in [
        ("no-role-name", lacks("sso_role_name = Reader/2\n", SSO_SESSION), "lacks sso_role_name"),
        ("no-region", lacks("sso_region = eu-central-1\n", OLD), "lacks sso_region"),
        ("no-section", lacks("[sso-session work]\n", SSO_SESSION), "names the sso-session work, which does not exist"),
        (
            "differ",
            SSO_SESSION.replace("sso_session = work\n", "sso_session = work\nsso_region = us-east-1\n"),
            "differ in sso_region",
        ),
    ] {
        let (session, _) = at_home(name, &config, &[], &Replay::new());
        let error = session.get_credentials().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(what), "{error}");
    }
}
