//! Tokens of IAM Identity Center: read, renewed, and got by logging in.

use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::json;

use super::server::{Reply, Server};
use super::*;
use crate::suite::Suite;

/// 2021-12-25T13:30:00Z
const NOW: i64 = 1_640_439_000;
const CONFIG: &str = "[default]\nsso_session = s\nsso_account_id = 42\nsso_role_name = r\n\
    [sso-session s]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n\
    sso_registration_scopes = sso:account:access\n\
    [profile old]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n\
    sso_account_id = 42\nsso_role_name = r\n";
/// The SHA-1 of `s`, and of the start URL
const FILE: &str = "a0f1490a20d0211c997b44bc357e1972deab8ae3.json";
const OLD_FILE: &str = "254784cd8283bad6d3651b7b0e6d75a70cc632ab.json";
/// The SHA-1 of what the AWS CLI makes the names of registrations of, by its code
const REGISTRATION: &str = "6f81eee803e23000344d37174fb929fb7feab055.json";
const OLD_REGISTRATION: &str = "526259957c1ae4755be04200cb52f7c0067da203.json";

fn home(name: &str) -> PathBuf {
    let home = scratch(&format!("sso-{name}"));
    drop(std::fs::remove_dir_all(home.join(".aws")));
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), CONFIG).unwrap();
    home
}

fn read(home: &std::path::Path, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(home.join(".aws/sso/cache").join(file)).unwrap()).unwrap()
}

fn answer(status: u16, body: Value) -> Reply {
    Reply::Answer(status, body.to_string())
}

fn refused(error: &str) -> Reply {
    answer(400, json!({"error": error, "error_description": "not yet"}))
}

fn given() -> Reply {
    answer(
        200,
        json!({"accessToken": "hush-token", "tokenType": "Bearer", "expiresIn": 28_800, "refreshToken": "hush-r"}),
    )
}

/// A server of logins; its answers to the questions for a token come one after another, the last again and again.
fn oidc(tokens: fn(usize) -> Reply) -> Server {
    let polls = Mutex::new(0);
    Server::start(move |_, asked| match asked.line.split(' ').nth(1).unwrap_or_default() {
        "/client/register" => answer(
            200,
            json!({"clientId": "id", "clientSecret": "hush-secret", "clientIdIssuedAt": NOW, "clientSecretExpiresAt": NOW + 7_776_000}),
        ),
        "/device_authorization" => answer(
            200,
            json!({
                "deviceCode": "hush-device", "userCode": "ABCD-EFGH", "verificationUri": "https://device.example/",
                "verificationUriComplete": "https://device.example/?user_code=ABCD-EFGH", "expiresIn": 600, "interval": 1,
            }),
        ),
        _ => {
            let mut polls = polls.lock().unwrap();
            *polls += 1;
            tokens(*polls - 1)
        }
    })
}

fn session(home: &std::path::Path, server: &Server, profile: &str) -> (Session, Still) {
    let environment: Environment = [OFF, ("AWS_ENDPOINT_URL_SSO_OIDC", &server.url)].into_iter().collect();
    let clock = Still::at(NOW);
    let builder = Session::builder().environment(environment.with_home(home)).clock(clock.clone());
    (builder.profile(profile).build(), clock)
}

#[test]
fn a_login_writes_the_files_of_the_aws_cli() {
    let server = oidc(|poll| match poll {
        0 | 1 => refused("authorization_pending"),
        2 => refused("slow_down"),
        _ => given(),
    });
    let home = home("login");
    let (session, clock) = session(&home, &server, "default");
    let shown = Mutex::new(Vec::new());
    let end = session
        .sso_login(|authorization| {
            let debug = format!("{authorization:?}");
            assert!(!debug.contains("hush"), "{debug}");
            let SsoAuthorization { user_code, verification_uri, .. } = authorization.clone();
            shown.lock().unwrap().push((user_code, verification_uri, authorization.expires_at.seconds()));
            Ok(())
        })
        .unwrap();
    let expected = ("ABCD-EFGH".to_owned(), "https://device.example/".to_owned(), NOW + 600);
    assert_eq!(*shown.lock().unwrap(), [expected], "shown once");
    // Pauses of 1 s, 1 s, and after the plea for fewer questions 6 s.
    assert_eq!((clock.now().seconds(), end.seconds()), (NOW + 8, NOW + 8 + 28_800));
    let token = json!({
        "startUrl": "https://a.awsapps.com/start", "region": "eu-west-1", "accessToken": "hush-token",
        "expiresAt": "2021-12-25T21:30:08Z", "clientId": "id", "clientSecret": "hush-secret",
        "registrationExpiresAt": "2022-03-25T13:30:00Z", "refreshToken": "hush-r",
    });
    assert_eq!(read(&home, FILE), token);
    let registration = json!({
        "clientId": "id", "clientSecret": "hush-secret", "expiresAt": "2022-03-25T13:30:00Z",
        "scopes": ["sso:account:access"],
    });
    assert_eq!(read(&home, REGISTRATION), registration);
    let bodies: Vec<Value> = server
        .asked()
        .iter()
        .map(|asked| serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap())
        .collect();
    let register = json!({"clientName": "botocore-client-s", "clientType": "public", "scopes": ["sso:account:access"]});
    assert_eq!(bodies[0], register);
    assert_eq!(
        bodies[1],
        json!({"clientId": "id", "clientSecret": "hush-secret", "startUrl": "https://a.awsapps.com/start"})
    );
    assert_eq!(bodies[2]["grantType"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(session.get_auth_token(None).unwrap().as_deref(), Some("hush-token"));
    // The registration serves the next login.
    session.sso_login(|_| Ok(())).unwrap();
    let registered = server.asked().iter().filter(|asked| asked.line.contains("/client/register")).count();
    assert_eq!(registered, 1);
}

#[test]
fn an_old_profile_logs_in_by_its_start_url() {
    let server = oidc(|_| given());
    let home = home("login-old");
    let (session, _) = session(&home, &server, "old");
    session.sso_login(|_| panic!("who is known already is asked nothing")).unwrap();
    assert_eq!(read(&home, OLD_FILE)["accessToken"], "hush-token");
    assert!(read(&home, OLD_REGISTRATION)["scopes"].is_null());
    assert!(server.asked()[0].text.contains(&format!("botocore-client-{NOW}")));
}

#[test]
fn a_login_that_is_not_answered_ends() {
    let home = home("login-late");
    let server = oidc(|poll| if poll < 3 { refused("authorization_pending") } else { refused("expired_token") });
    let error = session(&home, &server, "default").0.sso_login(|_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("in its time") && !error.contains("hush"), "{error}");
    let server = oidc(|_| refused("authorization_pending"));
    let (session_of_time, clock) = session(&home, &server, "default");
    let error = session_of_time.sso_login(|_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("in its time"), "{error}");
    assert_eq!(clock.now().seconds(), NOW + 600, "as long as the code lasts");
    let server = oidc(|_| answer(400, json!({"error": "access_denied", "error_description": "the user said no"})));
    let error = session(&home, &server, "default").0.sso_login(|_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("access_denied: the user said no"), "{error}");
    let stopped = oidc(|_| refused("authorization_pending"));
    let stop = |_: &SsoAuthorization| Err(Error::new(ErrorKind::Credentials, "no browser"));
    let error = session(&home, &stopped, "default").0.sso_login(stop).unwrap_err().to_string();
    assert!(error.contains("no browser"), "{error}");
    assert!(!home.join(".aws/sso/cache").join(FILE).exists());
}

#[test]
fn a_profile_without_sso_cannot_log_in() {
    let server = oidc(|_| given());
    let home = home("login-none");
    let (session, _) = session(&home, &server, "default");
    session.set_config_variable("profile", "nobody");
    let error = session.sso_login(|_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("nobody") && error.contains("sso_start_url"), "{error}");
}

#[test]
fn a_token_endpoint_that_throttles_is_left_alone_for_a_while() {
    let server = oidc(|_| answer(429, json!({"error": "slow_down"})));
    let home = home("throttled");
    let (session, clock) = session(&home, &server, "default");
    let token = |end: &str| {
        let token = json!({
            "accessToken": "old", "expiresAt": end, "clientId": "id", "clientSecret": "hush", "refreshToken": "hush",
            "registrationExpiresAt": "2090-01-01T00:00:00Z",
        });
        std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
        std::fs::write(home.join(".aws/sso/cache").join(FILE), token.to_string()).unwrap();
    };
    token("2021-12-25T13:42:00Z");
    for _ in 0..20 {
        assert_eq!(session.get_auth_token(None).unwrap().as_deref(), Some("old"));
    }
    let asked = server.asked().len();
    assert!((3..=9).contains(&asked), "{asked}");
    clock.set(NOW + 12 * 60);
    for _ in 0..20 {
        let error = session.get_auth_token(None).unwrap_err().to_string();
        assert!(error.contains("has ended") && !error.contains("hush"), "{error}");
    }
    assert_eq!(server.asked().len(), asked + 3, "asked for once, with its retries");
    // A login by another program helps at once when the pause is over.
    token("2021-12-25T21:30:00Z");
    clock.set(NOW + 14 * 60);
    assert_eq!(session.get_auth_token(None).unwrap().as_deref(), Some("old"));
}

#[test]
fn token_vectors() {
    let Some((mut suite, cases)) = Suite::cases("sso-token-provider", "credentials/sso-token-provider.json") else {
        return;
    };
    for case in &cases {
        let id = case["id"].as_str().unwrap_or_default();
        suite.case(id, || match case["table"].as_str() {
            Some("refresh") => renewal_case(case, id),
            _ => resolution_case(case, id),
        });
    }
    suite.finish();
}

fn resolution_case(case: &Value, id: &str) -> std::result::Result<(), String> {
    let home = scratch(&format!("sso-{}", id.replace('/', "-")));
    std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
    let mut config = String::new();
    for (kind, sections) in [("profile", &case["config"]["profiles"]), ("sso-session", &case["config"]["sso_sessions"])]
    {
        for (name, properties) in sections.as_object().into_iter().flatten() {
            config += &format!("[{kind} {name}]\n");
            config.extend(
                properties
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, value)| format!("{key} = {}\n", value.as_str().unwrap())),
            );
            let token = json!({"accessToken": "t", "expiresAt": "2090-01-01T00:00:00Z"});
            std::fs::write(home.join(format!(".aws/sso/cache/{}.json", files::sha1(name))), token.to_string()).unwrap();
        }
    }
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let environment = Environment::empty().with("AWS_PROFILE", "test").with_home(&home);
    let got = Session::builder().environment(environment).build().get_auth_token(None);
    let fails = case["expectedException"].is_object();
    match (&got, case["resolves"].as_bool().unwrap_or(false)) {
        (Ok(Some(_)), true) => Ok(()),
        (Ok(None), false) if !fails => Ok(()),
        (Err(error), false) if fails && error.kind() == ErrorKind::Config => Ok(()),
        _ => Err(format!("got {:?}", got.map(|token| token.is_some()))),
    }
}

fn renewal_case(case: &Value, id: &str) -> std::result::Result<(), String> {
    let home = scratch(&format!("sso-{}", id.replace('/', "-")));
    let cache = home.join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    let config = "[default]\nsso_session = s\n[sso-session s]\nsso_start_url = https://d-123.awsapps.com/start\nsso_region = us-west-2\n";
    std::fs::write(home.join(".aws/config"), config).unwrap();
    std::fs::write(cache.join(FILE), case["cachedToken"].to_string()).unwrap();
    let response = &case["refreshResponse"];
    let replay = match response.is_object() {
        true => Replay::new().answer(200, [], response.to_string()),
        false => Replay::new().answer(400, [("x-amzn-ErrorType", "UnauthorizedClientException")], "{}"),
    };
    let now = case["currentTime"].as_str().and_then(expiry::parse).expect("a time").seconds();
    let builder = Session::builder().environment(Environment::empty().with_home(&home)).transport(replay.clone());
    let session = builder.clock(Still::at(now)).build();
    let tokens = SsoTokens::new(session.clock().clone());
    let profiles = session.profiles().map_err(|error| error.to_string())?;
    let got = tokens.token(&session, "s", &profiles.sso_sessions["s"], None);
    if case["expectedException"].is_object() {
        return match got {
            Err(_) => Ok(()),
            Ok(token) => Err(format!("expected an error, got {token:?}")),
        };
    }
    let got = got.map_err(|error| error.to_string())?;
    let end = case["expectedToken"]["expiration"].as_str().and_then(expiry::parse);
    if case["expectedToken"]["token"] != got.text.as_str() || end != Some(got.end) {
        return Err(format!("expected {}, got {got:?}", case["expectedToken"]));
    }
    let written: Value = serde_json::from_slice(&std::fs::read(cache.join(FILE)).unwrap()).unwrap();
    let expected =
        if case["expectedTokenWriteback"].is_object() { &case["expectedTokenWriteback"] } else { &case["cachedToken"] };
    if written == *expected { Ok(()) } else { Err(format!("expected {expected} in the file, found {written}")) }
}
