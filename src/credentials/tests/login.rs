//! Credentials of `aws login`.

use serde_json::json;

use super::*;
use crate::suite::Suite;

const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\nMDECAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49AwEH\n-----END EC PRIVATE KEY-----\n";
/// The SHA-256 of `me`
const FILE: &str = "2744ccd10c7533bd736ad890f9dd5cab2adb27b07d500b9493f29cdc420cb2e0.json";
const CONFIG: &str = "[default]\nlogin_session = me\nregion = eu-west-1\n";
const NOW: i64 = 1_700_000_000;

fn token(end: &str) -> Value {
    json!({
        "accessToken": {"accessKeyId": "OLD", "secretAccessKey": "hush", "sessionToken": "hush-t", "accountId": "42", "expiresAt": end},
        "clientId": "client", "refreshToken": "hush-r", "dpopKey": KEY, "idToken": "kept", "signInRegion": "us-west-2",
    })
}

fn logged_in(name: &str, token: &Value, replay: &Replay) -> Session {
    let directory = scratch(&format!("login-{name}"));
    std::fs::write(directory.join(FILE), token.to_string()).unwrap();
    std::fs::write(directory.join("config"), CONFIG).unwrap();
    let environment = Environment::empty()
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_CONFIG_FILE", directory.join("config").display().to_string())
        .with("LOGIN_HOME", directory.display().to_string())
        .with("AWS_LOGIN_CACHE_DIRECTORY", "$LOGIN_HOME");
    Session::builder().environment(environment).transport(replay.clone()).clock(Still::at(NOW)).build()
}

#[test]
fn a_login_that_lasts_is_used_as_it_is() {
    let session = logged_in("lasts", &token("2090-01-01T00:00:00Z"), &Replay::new());
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.access_key_id(), got.account_id(), got.source()), ("OLD", Some("42"), "login"));
    assert_eq!(got.feature_ids(), ["AC", "AD"]);
}

#[test]
fn a_login_that_ends_is_renewed_with_a_proof() {
    let answer = json!({
        "accessToken": {"accessKeyId": "NEW", "secretAccessKey": "s", "sessionToken": "t"},
        "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4", "expiresIn": 900, "refreshToken": "next",
    });
    let replay = Replay::new().answer(200, [], answer.to_string());
    let session = logged_in("ends", &token("2023-11-14T22:15:00Z"), &replay);
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.access_key_id(), got.account_id()), ("NEW", Some("42")));
    assert_eq!(got.expiration().unwrap().seconds(), NOW + 900);
    let request = replay.requests().remove(0);
    assert_eq!((&*request.origin, &*request.path), ("https://us-west-2.signin.aws.amazon.com", "/v1/token"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body, json!({"clientId": "client", "grantType": "refresh_token", "refreshToken": "hush-r"}));
    assert_eq!(request.headers.get("DPoP").unwrap().split('.').count(), 3);
    assert_eq!(request.headers.get("Authorization"), None);
    let directory = session.environment().expand("$LOGIN_HOME");
    let written: Value = serde_json::from_slice(&std::fs::read(directory.join(FILE)).unwrap()).unwrap();
    assert_eq!(written["accessToken"]["expiresAt"], "2023-11-14T22:28:20Z");
    assert_eq!((&written["refreshToken"], &written["idToken"]), (&"next".into(), &"kept".into()));
    // The next run finds it in the file.
    let again = Session::builder().environment(session.environment().clone()).clock(Still::at(NOW)).build();
    assert_eq!(again.get_credentials().unwrap().unwrap().access_key_id(), "NEW");
}

#[test]
fn refusals_say_what_to_do_and_tell_no_secret() {
    for (error, advice) in [
        ("TOKEN_EXPIRED", "log in again"),
        ("USER_CREDENTIALS_CHANGED", "password has changed"),
        ("INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token"),
    ] {
        let body = json!({"error": error, "message": "no"}).to_string();
        let replay = Replay::new().answer(400, [("x-amzn-ErrorType", "AccessDeniedException:http://x/")], body);
        let session = logged_in("refused", &token("2020-01-01T00:00:00Z"), &replay);
        let text = session.get_credentials().unwrap_err().to_string();
        assert!(text.contains(advice) && text.contains("AccessDeniedException"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
    for broken in ["not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
        let mut token = token("2020-01-01T00:00:00Z");
        token["dpopKey"] = broken.into();
        let text = logged_in("key", &token, &Replay::new()).get_credentials().unwrap_err().to_string();
        assert!(text.contains("dpopKey") && !text.contains("hush"), "{text}");
    }
}

#[test]
fn login_vectors() {
    let Some((mut suite, cases)) = Suite::cases("login-provider", "credentials/login-provider-test-cases.json") else {
        return;
    };
    for (place, case) in cases.iter().enumerate() {
        suite.case(case["documentation"].as_str().unwrap_or_default(), || login_case(case, place));
    }
    suite.finish();
}

fn login_case(case: &Value, place: usize) -> std::result::Result<(), String> {
    let home = scratch(&format!("login-case-{place}"));
    let cache = home.join(".aws/login/cache");
    std::fs::create_dir_all(&cache).unwrap();
    std::fs::write(home.join(".aws/config"), case["configContents"].as_str().unwrap_or_default()).unwrap();
    for (name, token) in case["cacheContents"].as_object().into_iter().flatten() {
        std::fs::write(cache.join(name), token.to_string()).unwrap();
    }
    let replay = case["mockApiCalls"].as_array().into_iter().flatten().fold(Replay::new(), |replay, call| {
        let status = call["responseCode"].as_u64().unwrap_or(200) as u16;
        let body = if call["response"]["tokenOutput"].is_object() {
            &call["response"]["tokenOutput"]
        } else {
            &call["response"]
        };
        replay.answer(status, [], body.to_string())
    });
    let environment = Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true").with("AWS_REGION", "us-east-1");
    let environment = environment.with("AWS_DEFAULT_REGION", "us-east-1").with_home(&home);
    let builder = Session::builder().environment(environment).transport(replay.clone()).profile("signin");
    // 2025-11-19T00:00:00Z
    let session = builder.clock(Still::at(1_763_510_400)).build();
    let got = session.get_credentials();
    for outcome in case["outcomes"].as_array().into_iter().flatten() {
        let same = match (outcome["result"].as_str(), &got) {
            (Some("error"), got) => got.is_err(),
            (Some("credentials"), Ok(Some(got))) => {
                outcome["accessKeyId"] == got.access_key_id()
                    && outcome["secretAccessKey"] == got.secret_access_key()
                    && outcome["sessionToken"].as_str() == got.session_token()
                    && outcome["accountId"].as_str() == got.account_id()
                    && (outcome["expiresAt"].as_str().is_none()
                        || outcome["expiresAt"].as_str().and_then(expiry::parse) == got.expiration())
            }
            (Some("cacheContents"), _) => outcome.as_object().into_iter().flatten().all(|(name, expected)| {
                let read = std::fs::read(cache.join(name)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
                !name.ends_with(".json") || read.as_ref() == Some(expected)
            }),
            _ => false,
        };
        if !same {
            return Err(format!("expected {outcome}, got {got:?} by {:?}", replay.requests()));
        }
    }
    for (call, request) in case["mockApiCalls"].as_array().into_iter().flatten().zip(replay.requests()) {
        let body: Value = serde_json::from_slice(&request.body).map_err(|cause| cause.to_string())?;
        if body != call["request"]["tokenInput"] {
            return Err(format!("asked {body}, expected {}", call["request"]["tokenInput"]));
        }
    }
    Ok(())
}
