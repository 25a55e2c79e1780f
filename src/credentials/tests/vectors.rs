//! The outside suites of credentials and tokens.

use std::path::{Path, PathBuf};

use super::*;
use crate::credentials::{instance, services};
use crate::suite::{Suite, entries};

#[test]
fn assume_role_vectors() {
    let Some((mut suite, cases)) = Suite::cases("assume-role", "credentials/assume-role-tests.json") else { return };
    for (place, case) in cases.iter().enumerate() {
        let first = &case["output"]["ProfileChain"][0];
        let own = if first.is_null() || first["AccessKey"].is_object() { "" } else { " (a source with a service)" };
        let id = format!("{}{own}", case["docs"].as_str().unwrap_or_default());
        suite.case(&id, || assume_role_case(case, place));
    }
    suite.finish();
}

fn assume_role_case(case: &Value, place: usize) -> std::result::Result<(), String> {
    let Some(steps) = case["output"]["ProfileChain"].as_array() else {
        let (session, _) = assume_role_session(case, place, 1);
        return match keys(&session) {
            Ok(Some(keys)) => Err(format!("expected an error, got {keys:?}")),
            _ => Ok(()),
        };
    };
    let Some(first) = steps.first().and_then(|step| step["AccessKey"].as_object()) else {
        return Err("the source needs a service of its own".to_owned());
    };
    let roles: Vec<_> = steps[1..].iter().filter_map(|step| step["AssumeRole"]["role_arn"].as_str()).collect();
    let (session, replay) = assume_role_session(case, place, roles.len());
    let got = keys(&session);
    let asked: Vec<_> = replay.requests().iter().map(|request| request.text()).collect();
    let in_order = roles.len() == asked.len()
        && roles.iter().zip(&asked).all(|(role, text)| text.contains(&services::form(&[("RoleArn", role)])));
    let expected = if roles.is_empty() { first["access_key_id"].as_str().unwrap_or_default() } else { "ASSUMED" };
    match in_order && matches!(&got, Ok(Some((id, _))) if id == expected) {
        true => Ok(()),
        false => Err(format!("expected {steps:?}, got {got:?} by {asked:?}")),
    }
}

fn assume_role_session(case: &Value, place: usize, roles: usize) -> (Session, Replay) {
    let mut config = String::new();
    for (name, profile) in case["input"]["profiles"].as_object().into_iter().flatten() {
        config += &format!("[profile {name}]\n");
        for (key, value) in profile.as_object().into_iter().flatten() {
            config += &format!("{key} = {}\n", value.as_str().unwrap_or_default());
        }
    }
    let replay = (0..roles).fold(Replay::new(), |replay, _| replay.answer(200, [], assumed("ASSUMED")));
    let session = session(&format!("vectors-{place}"), &config, &[OFF], &replay);
    session.set_config_variable("profile", case["input"]["selected_profile"].as_str().unwrap_or_default());
    (session, replay)
}

#[test]
fn imds_endpoint_vectors() {
    let Some((mut suite, vectors)) = Suite::read("imds-endpoint", "credentials/imds-endpoint-tests.json") else {
        return;
    };
    for (place, case) in vectors["tests"].as_array().expect("a list of tests").iter().enumerate() {
        suite.case(case["docs"].as_str().unwrap_or_default(), || {
            let directory = scratch(&format!("imds-{place}"));
            let mut environment: Environment = strings(&case["env"]).collect();
            for (path, text) in strings(&case["fs"]) {
                std::fs::write(directory.join(path), text).unwrap();
                environment = environment.with("AWS_CONFIG_FILE", directory.join(path).display().to_string());
            }
            let session = Session::builder().environment(environment.with_home(&directory)).build();
            if let Some(mode) = case["mode_override"].as_str() {
                session.set_config_variable("ec2_metadata_service_endpoint_mode", mode);
            }
            let got = instance::endpoint(&session);
            match case["result"]["Ok"].as_str() {
                Some(expected) => {
                    assert_eq!(format!("{}/latest/api/token", got.unwrap()), expected, "{}", case["docs"])
                }
                None => {
                    let (text, expected) = (got.unwrap_err().to_string(), case["result"]["Err"].as_str().unwrap());
                    assert!(text.contains(expected), "{}: {text}", case["docs"]);
                }
            }
            Ok(())
        });
    }
    suite.finish();
}

#[test]
fn chain_vectors() {
    for (name, folder) in [
        ("credential-chain-default-credential-provider-chain", "default-credential-provider-chain"),
        ("credential-chain-profile-provider", "profile-provider"),
    ] {
        let Some((mut suite, directory)) = Suite::open(name, &format!("credentials/{folder}")) else { return };
        for case in entries(&directory) {
            let id = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
            suite.case(&id, || chain_case(&case, &format!("{folder}/{id}")));
        }
        suite.finish();
    }
}

fn case_json(case: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(case.join(file)).unwrap_or_else(|_| "null".to_owned());
    serde_json::from_str(&text).expect("the case is JSON")
}

/// The session of a case's environment, files and traffic.
fn case_session(case: &Path, name: &str) -> (Session, Replay) {
    let root = scratch(&format!("case-{}", name.replace('/', "-")));
    let files = copied(&case.join("fs"), &root);
    let rooted = |text: &str| files.iter().fold(text.to_owned(), |text, file| rooted(&text, file, &root));
    for file in &files {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, rooted(&text)).unwrap();
    }
    let env = case_json(case, "env.json");
    let mut environment: Environment = strings(&env).map(|(name, value)| (name, rooted(value))).collect();
    if let (Some(region), None) = (environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION")) {
        environment = environment.with("AWS_DEFAULT_REGION", region);
    }
    let home = environment.get("HOME").unwrap_or_default();
    let environment = environment.with_home(root.join(home.trim_start_matches('/')));
    let replay = replayed(&case_json(case, "http-traffic.json"));
    let session = Session::builder().environment(environment).transport(replay.clone()).clock(Still::default()).build();
    (session, replay)
}

fn chain_case(case: &Path, name: &str) -> std::result::Result<(), String> {
    let (session, replay) = case_session(case, name);
    let got = session.scoped_properties().and_then(|_| session.credential_chain().provide());
    let expected = case_json(case, "test-case.json");
    let Some(expected) = expected["result"]["Ok"].as_object() else {
        return match got {
            Ok(Some(got)) => Err(format!("expected an error, got {got:?}")),
            _ => Ok(()),
        };
    };
    let got = match got {
        Ok(Some(got)) => got,
        other => return Err(format!("expected {expected:?}, got {other:?}, asked {:?}", replay.requests())),
    };
    let text = |name: &str| expected.get(name).and_then(Value::as_str);
    let same = text("access_key_id") == Some(got.access_key_id())
        && text("secret_access_key") == Some(got.secret_access_key())
        && text("session_token") == got.session_token()
        && (text("account_id").is_none() || text("account_id") == got.account_id())
        && (expected.get("expiry").and_then(Value::as_i64)) == got.expiration().map(|end| end.seconds());
    if same { Ok(()) } else { Err(format!("expected {expected:?}, got {got:?}")) }
}

/// Copies a case's files; gives their paths from its root.
fn copied(from: &Path, root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut left = vec![from.to_owned()];
    while let Some(directory) = left.pop() {
        for entry in std::fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let place = path.strip_prefix(from).expect("a path below").to_owned();
            std::fs::create_dir_all(root.join(&place).parent().expect("a directory")).unwrap();
            std::fs::copy(&path, root.join(&place)).unwrap();
            files.push(place);
        }
    }
    files
}

/// The text with the file's path, which begins at the case's root, made a path of this machine.
fn rooted(text: &str, file: &Path, root: &Path) -> String {
    let path = format!("/{}", file.display());
    let real = root.join(file).display().to_string();
    match text == path {
        true => real,
        false => {
            text.replace(&format!("= {path}"), &format!("= {real}")).replace(&format!("={path}"), &format!("={real}"))
        }
    }
}

fn replayed(traffic: &Value) -> Replay {
    let mut replay = Replay::new();
    let mut request = (String::new(), String::new());
    let (mut status, mut body, mut answering) = (0, String::new(), false);
    for event in traffic["events"].as_array().into_iter().flatten() {
        let action = &event["action"];
        if let Some(asked) = action["Request"]["request"].as_object() {
            let url = asked["uri"].as_str().unwrap_or_default();
            let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
            let path = path.split('?').next().unwrap_or_default();
            request = (asked["method"].as_str().unwrap_or_default().to_owned(), format!("/{path}"));
        }
        if let Some(answer) = action["Response"]["response"]["Ok"].as_object() {
            (status, body, answering) = (answer["status"].as_u64().unwrap_or_default() as u16, String::new(), true);
        }
        if action["Data"]["direction"] == "Response" {
            body += action["Data"]["data"]["Utf8"].as_str().unwrap_or_default();
        }
        if action["Eof"]["direction"] == "Response" && answering {
            replay = replay.answer_to(&request.0, &request.1, status, [], body.clone());
            answering = false;
        }
    }
    replay
}

fn strings(map: &Value) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
}

#[test]
fn token_chain_vectors() {
    const NAME: &str = "credential-chain-default-token-provider-chain";
    let Some((mut suite, directory)) = Suite::open(NAME, "credentials/default-token-provider-chain") else { return };
    for case in entries(&directory) {
        let id = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        suite.case(&id, || {
            let (session, replay) = case_session(&case, &format!("tokens/{id}"));
            let got = session.get_auth_token(None);
            let expected = &case_json(&case, "test-case.json")["result"]["Ok"]["token"];
            match (&got, expected.as_str()) {
                (Ok(Some(got)), Some(expected)) if got == expected => Ok(()),
                (Ok(None) | Err(_), None) => Ok(()),
                _ => Err(format!("expected {expected}, got {got:?}, asked {:?}", replay.requests())),
            }
        });
    }
    suite.finish();
}
