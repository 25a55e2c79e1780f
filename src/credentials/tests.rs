//! The chain from end to end over replayed answers, and the cache under threads.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::configuration::{Environment, scratch};
use crate::suite::{Suite, entries};
use crate::{Clock, ErrorKind, Replay, Session, Timestamp};

/// A clock that stands still and counts the seconds slept.
#[derive(Clone, Debug, Default)]
struct Still(Arc<AtomicI64>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::Relaxed), 0)
    }

    fn sleep(&self, _duration: Duration) {}
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
    let error = session.credentials_cache().get().unwrap_err();
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

fn strings(map: &Value) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
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

fn chain_case(case: &Path, name: &str) -> std::result::Result<(), String> {
    let json = |file: &str| -> Value {
        let text = std::fs::read_to_string(case.join(file)).unwrap_or_else(|_| "null".to_owned());
        serde_json::from_str(&text).expect("the case is JSON")
    };
    let root = scratch(&format!("case-{}", name.replace('/', "-")));
    let files = copied(&case.join("fs"), &root);
    let rooted = |text: &str| files.iter().fold(text.to_owned(), |text, file| rooted(&text, file, &root));
    for file in &files {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, rooted(&text)).unwrap();
    }
    let env = json("env.json");
    let mut environment: Environment = strings(&env).map(|(name, value)| (name, rooted(value))).collect();
    if let (Some(region), None) = (environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION")) {
        environment = environment.with("AWS_DEFAULT_REGION", region);
    }
    let home = environment.get("HOME").unwrap_or_default();
    let environment = environment.with_home(root.join(home.trim_start_matches('/')));
    let replay = replayed(&json("http-traffic.json"));
    let session = Session::builder().environment(environment).transport(replay.clone()).clock(Still::default()).build();
    let got = session.scoped_properties().and_then(|_| session.credential_chain().provide());
    let expected = json("test-case.json");
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

/// Counts how often it is asked; what it gives ends after so many seconds.
#[derive(Debug)]
struct Counting {
    clock: Still,
    lasts: i64,
    asked: AtomicUsize,
    fails: Mutex<bool>,
}

impl ProvideCredentials for Counting {
    fn name(&self) -> &str {
        "counting"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let count = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        std::thread::sleep(Duration::from_millis(20));
        if *self.fails.lock().unwrap() {
            return Err(answer::failed("the test", "it was told to"));
        }
        let end = Timestamp::new(self.clock.now().seconds() + self.lasts, 0);
        let token = format!("secret-{count}");
        Ok(Some(Credentials::new(format!("id-{count}"), format!("secret-{count}"), Some(token)).with_expiration(end)))
    }
}

fn counting(lasts: i64) -> (Still, Arc<Counting>, Arc<Cache>) {
    let clock = Still::default();
    let provider = Counting { clock: clock.clone(), lasts, asked: AtomicUsize::new(0), fails: Mutex::new(false) };
    let provider = Arc::new(provider);
    (clock.clone(), provider.clone(), Arc::new(Cache::new(provider, Arc::new(clock))))
}

fn from_threads(cache: &Arc<Cache>, threads: usize) -> Vec<Credentials> {
    let barrier = Arc::new(Barrier::new(threads));
    let started: Vec<_> = (0..threads)
        .map(|_| {
            let (cache, barrier) = (cache.clone(), barrier.clone());
            std::thread::spawn(move || {
                barrier.wait();
                cache.get().unwrap()
            })
        })
        .collect();
    started.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn many_threads_ask_once() {
    let (_, provider, cache) = counting(3_600);
    let got = from_threads(&cache, 16);
    assert!(got.iter().all(|credentials| credentials.access_key_id() == "id-1"));
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn in_the_advisory_window_one_refreshes_and_the_others_go_on() {
    let (clock, provider, cache) = counting(3_600);
    cache.get().unwrap();
    clock.0.store(3_600 - 14 * 60, Ordering::Relaxed);
    let got = from_threads(&cache, 8);
    assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
    assert!(got.iter().any(|credentials| credentials.access_key_id() == "id-1"), "nobody went on with the old ones");
    for credentials in got {
        let of_one = credentials.access_key_id().replace("id", "secret");
        assert_eq!(credentials.secret_access_key(), of_one, "torn credentials");
    }
}

#[test]
fn in_the_mandatory_window_all_wait() {
    let (clock, provider, cache) = counting(3_600);
    cache.get().unwrap();
    clock.0.store(3_600 - 9 * 60, Ordering::Relaxed);
    let got = from_threads(&cache, 8);
    assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
    assert!(got.iter().all(|credentials| credentials.access_key_id() == "id-2"));
}

#[test]
fn a_failed_refresh_is_an_error_only_when_it_must_not_fail() {
    let (clock, provider, cache) = counting(3_600);
    cache.get().unwrap();
    *provider.fails.lock().unwrap() = true;
    clock.0.store(3_600 - 14 * 60, Ordering::Relaxed);
    assert_eq!(cache.get().unwrap().access_key_id(), "id-1");
    clock.0.store(3_600 - 9 * 60, Ordering::Relaxed);
    assert!(cache.get().unwrap_err().to_string().contains("it was told to"));
}

#[test]
fn what_has_ended_is_refused() {
    let (_, _, cache) = counting(-1);
    assert!(cache.get().unwrap_err().to_string().contains("already ended"));
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
