//! Sources in trouble: what hangs, breaks, floods or is not there. All of it is on this machine.

use std::time::Instant;

use super::server::{Reply, Server};
use super::*;
use crate::credentials::process::Process;
use crate::http::TransportFailure;

/// A session of real connections, whose home has that config file.
fn online(name: &str, config: &str, variables: &[(&str, &str)]) -> Session {
    let home = scratch(&format!("faults-{name}"));
    std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    let environment: Environment = variables.iter().copied().collect();
    Session::builder().environment(environment.with_home(home)).build()
}

fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer(status, body.to_owned())
}

/// Why an instance gives no credentials, and how long it took to find out.
fn without(name: &str, server: &Server) -> (String, Duration) {
    let session = online(name, "", &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url)]);
    let start = Instant::now();
    assert!(session.get_credentials().unwrap().is_none());
    let took = start.elapsed();
    (session.credentials_cache().why_none(), took)
}

#[test]
fn an_instance_that_refuses_has_none_and_says_why() {
    const PAGE: &str = "<html><body>Log in to the hotel's network</body></html>";
    for (status, expected) in [(401, "HTTP 401"), (403, "HTTP 403"), (404, "HTTP 404"), (500, "HTTP 500")] {
        let server = Server::start(move |_, _| answer(status, "no"));
        let (why, took) = without(&format!("imds-{status}"), &server);
        assert!(why.contains(expected) && took < Duration::from_secs(1), "{why}, {took:?}");
        let server =
            Server::start(move |number, _| if number == 0 { answer(200, "tok") } else { answer(status, "no") });
        assert!(without(&format!("imds-role-{status}"), &server).0.contains(expected));
    }
    let server = Server::start(|_, _| answer(400, "no"));
    assert!(without("imds-400", &server).0.contains("HTTP 400"));
    assert_eq!(server.asked().len(), 1, "a bad request is not tried in another way");
    for (name, role, keys) in [
        ("page", PAGE, PAGE),
        ("keys", "role", PAGE),
        ("list", "role", "[1]"),
        ("empty", "", ""),
        ("path", "../../latest/user-data", "{}"),
        ("half", "role", r#"{"AccessKeyId": "hush"}"#),
        ("time", "role", r#"{"AccessKeyId": "A", "SecretAccessKey": "hush", "Token": "hush", "Expiration": "soon"}"#),
        ("said", "role", r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "not trusted"}"#),
    ] {
        let server = Server::start(move |number, _| answer(200, ["tok", role, keys][number.min(2)]));
        let (why, _) = without(&format!("imds-{name}"), &server);
        assert!(why.contains("iam-role (") && !why.contains("hush") && !why.contains("hotel"), "{name}: {why}");
    }
    for (name, reply) in [("garbage", (|| Reply::Garbage) as fn() -> Reply), ("closed", || Reply::Nothing)] {
        let server = Server::start(move |_, _| reply());
        let (why, took) = without(&format!("imds-{name}"), &server);
        assert!(why.contains("iam-role (") && took < Duration::from_secs(2), "{name}: {why}");
    }
}

#[test]
fn an_instance_that_hangs_is_given_up_soon() {
    let server = Server::start(|_, _| Reply::Silence);
    let (why, took) = without("imds-hangs", &server);
    // A second for the token and one for the older way without, which a container behind two hops needs.
    assert!(took < Duration::from_millis(2_900), "{took:?}: {why}");
    assert_eq!(server.asked().len(), 2);
}

/// Where nobody is, the wait for a connection is the only one: one attempt of a second by default.
#[test]
fn off_ec2_there_is_one_attempt() {
    for failure in [TransportFailure::ConnectTimeout, TransportFailure::Connect, TransportFailure::Dns] {
        let replay = Replay::new().fail(failure, "nobody is there");
        let session = session("off-ec2", "", &[], &replay);
        assert!(session.get_credentials().unwrap().is_none());
        assert_eq!(replay.requests().len(), 1, "{failure:?}");
        assert!(session.credentials_cache().why_none().contains("iam-role (nobody is there)"));
    }
    let replay = Replay::new()
        .fail(TransportFailure::ConnectTimeout, "nobody is there")
        .fail(TransportFailure::ConnectTimeout, "nobody is there");
    let variables = [("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2")];
    assert!(session("off-ec2-twice", "", &variables, &replay).get_credentials().unwrap().is_none());
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn a_container_that_hangs_is_asked_again() {
    let body = r#"{"AccessKeyId": "C", "SecretAccessKey": "S", "Token": "T", "Expiration": "2090-01-01T00:00:00Z"}"#;
    let server = Server::start(|number, _| match number {
        0 => Reply::Silence,
        1 => answer(500, "hush"),
        _ => answer(200, body),
    });
    let url = format!("{}/c", server.url);
    let variables = [OFF, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*url)];
    let home = scratch("faults-container");
    let environment: Environment = variables.into_iter().collect();
    let clock = Still::at(1_000_000);
    let session = Session::builder().environment(environment.with_home(home)).clock(clock.clone()).build();
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.access_key_id(), got.source()), ("C", "container-role"));
    assert_eq!(clock.now().seconds(), 1_000_002, "a second between attempts");
    let broken = Server::start(|_, _| answer(500, "hush"));
    let url = format!("{}/c", broken.url);
    let environment: Environment = [OFF, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*url)].into_iter().collect();
    let session = Session::builder().environment(environment).clock(clock).build();
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("HTTP 500") && !error.contains("hush"), "{error}");
    assert_eq!(broken.asked().len(), 3);
}

#[cfg(unix)]
mod processes {
    use super::*;

    const KEYS: &str = r#"{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "S"}"#;

    /// What a process of these lines gives, and how long it took.
    fn process(name: &str, script: &str, limit: Duration) -> (Result<Option<Credentials>>, Duration) {
        let path = scratch(&format!("faults-process-{name}")).join("script");
        std::fs::write(&path, script).unwrap();
        let config = format!("[default]\ncredential_process = sh {}\n", path.display());
        let session = online(&format!("process-{name}"), &config, &[OFF]);
        let start = Instant::now();
        let got = Process::new(session, "default").with_limit(limit).provide();
        (got, start.elapsed())
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_process_that_leaves_children_is_not_waited_for() {
        let script = format!("sleep 15 &\necho '{KEYS}'\n");
        let (got, took) = process("children", &script, LONG);
        assert_eq!(got.unwrap().unwrap().access_key_id(), "P");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }

    #[test]
    fn a_process_that_floods_is_ended() {
        let (got, took) = process("flood", "while :; do echo 'hush hush hush hush'; done\n", LONG);
        let error = got.unwrap_err().to_string();
        assert!(error.contains("more than 1048576 bytes") && !error.contains("hush"), "{error}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    #[test]
    fn complaints_of_megabytes_do_not_stop_a_process() {
        let script = format!("head -c 3000000 /dev/zero | tr '\\0' x >&2\necho '{KEYS}'\n");
        assert_eq!(process("complaints", &script, LONG).0.unwrap().unwrap().access_key_id(), "P");
        let script = "head -c 3000000 /dev/zero | tr '\\0' x >&2\nexit 7\n";
        let error = process("complaint", script, LONG).0.unwrap_err().to_string();
        assert!(error.contains("exit status: 7") && error.len() < 3_000, "{}", error.len());
    }

    #[test]
    fn a_process_that_hangs_is_ended() {
        let (got, took) = process("hangs", "exec sleep 30\n", Duration::from_millis(300));
        assert!(got.unwrap_err().to_string().contains("did not end within"));
        assert!(took < Duration::from_secs(5), "{took:?}");
        let (got, _) = process("closed", "exec >&- 2>&-; sleep 30\n", Duration::from_millis(300));
        assert!(got.is_err());
    }

    #[test]
    fn a_process_that_is_not_there_is_named() {
        let session = online("process-none", "[default]\ncredential_process = /nowhere/at-all\n", &[OFF]);
        let error = session.get_credentials().unwrap_err().to_string();
        assert!(error.contains("/nowhere/at-all"), "{error}");
    }
}

const ROLE: &str = "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n\
    aws_access_key_id = AKID\naws_secret_access_key = SECRET\nregion = eu-west-1\n";

#[test]
fn sts_that_throttles_is_asked_again_and_then_believed() {
    let throttled = "<ErrorResponse><Error><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>";
    let server =
        Server::start(move |number, _| if number < 2 { answer(400, throttled) } else { answer(200, &assumed("A")) });
    let session = online("sts", ROLE, &[OFF, ("AWS_ENDPOINT_URL_STS", &server.url)]);
    let got = session.get_credentials().unwrap().unwrap();
    assert_eq!((got.access_key_id(), got.source()), ("A", "assume-role"));
    assert_eq!(server.asked().len(), 3);

    let server = Server::start(move |_, _| answer(400, throttled));
    let session = online("sts", ROLE, &[OFF, ("AWS_ENDPOINT_URL_STS", &server.url), ("AWS_MAX_ATTEMPTS", "2")]);
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("STS AssumeRole of arn:aws:iam::1:role/r: Throttling: slow (HTTP 400"), "{error}");
    assert_eq!(server.asked().len(), 2, "the setting max_attempts holds for these calls too");
}

#[test]
fn a_refusal_of_sts_is_final() {
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let server = Server::start(move |_, _| answer(403, denied));
    let session = online("sts-denied", ROLE, &[OFF, ("AWS_ENDPOINT_URL_STS", &server.url)]);
    assert!(session.get_credentials().is_err());
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn without_names_the_error_names_the_host() {
    let replay = (0..3).fold(Replay::new(), |replay, _| replay.fail(TransportFailure::Dns, "no address"));
    let session = session("dns", ROLE, &[OFF], &replay);
    let error = session.get_credentials().unwrap_err().to_string();
    assert!(error.contains("https://sts.eu-west-1.amazonaws.com could not be asked"), "{error}");
    assert!(error.contains("no address") && error.contains("3 attempts"), "{error}");
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn settings_of_clients_hold_for_the_providers_calls() {
    let replay = || Replay::new().answer(200, [], assumed("A"));
    let origin = |name: &str, more: &str, variables: &[(&str, &str)]| {
        let replay = replay();
        let session = session(name, &format!("{ROLE}{more}"), &[&[OFF], variables].concat(), &replay);
        session.get_credentials().unwrap();
        let request = replay.requests().remove(0);
        (request.origin, request.headers.get("Authorization").unwrap().contains("/us-east-1/sts/"))
    };
    let plain = ("https://sts.eu-west-1.amazonaws.com".to_owned(), false);
    assert_eq!(origin("plain", "", &[]), plain);
    assert_eq!(origin("legacy", "sts_regional_endpoints = legacy\n", &[]), ("https://sts.amazonaws.com".into(), true));
    let fips = origin("fips", "use_fips_endpoint = true\n", &[]);
    assert_eq!(fips.0, "https://sts-fips.eu-west-1.amazonaws.com");
    let dual = origin("dual", "use_dualstack_endpoint = true\n", &[]);
    assert_eq!(dual.0, "https://sts.eu-west-1.api.aws");
    let services = "services = s\n[services s]\nsts =\n  endpoint_url = https://s.example\n";
    assert_eq!(origin("services", services, &[]).0, "https://s.example");
    assert_eq!(origin("ignored", services, &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]), plain);
}

#[test]
fn the_first_clients_region_is_that_of_roles() {
    let replay = Replay::new().answer(200, [], assumed("A"));
    let session = session("first-client", ROLE, &[OFF], &replay);
    session.note_client_region("eu-north-1");
    session.get_credentials().unwrap();
    assert_eq!(replay.requests()[0].origin, "https://sts.eu-north-1.amazonaws.com");
}
