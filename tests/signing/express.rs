//! Directory buckets: a session a bucket, whose keys sign.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use botocore::{Clock, Config, Environment, PresignedPost, Result, Session, Timestamp, s3};

use crate::server::{Asked, Server, answer};

const BUCKET: &str = "bucket--use1-az4--x-s3";
/// 2026-03-01T12:00:00Z
const START: i64 = 1_772_366_400;

#[derive(Debug)]
struct Moving(Arc<AtomicI64>);

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(START + self.0.load(Ordering::Relaxed))
    }

    fn sleep(&self, _: Duration) {}
}

/// A server whose sessions last five minutes from `now`, numbered from 0.
fn express(now: Arc<AtomicI64>) -> Server {
    Server::new(move |number, asked| {
        if !asked.line().ends_with("?session") {
            return answer(200, &["x-amz-checksum-crc32: AAAAAA=="], "");
        }
        let end = Timestamp::from_secs(START + now.load(Ordering::Relaxed) + 300);
        let body = format!(
            "<CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials>\
             <SessionToken>token-{number}</SessionToken><SecretAccessKey>secret-{number}</SecretAccessKey>\
             <AccessKeyId>ASIA{number}</AccessKeyId><Expiration>{end}</Expiration></Credentials></CreateSessionResult>"
        );
        answer(200, &[], &body)
    })
}

struct Stage {
    server: Server,
    seconds: Arc<AtomicI64>,
    client: s3::Client,
}

fn stage(config: Config) -> Stage {
    let seconds = Arc::new(AtomicI64::new(0));
    let server = express(seconds.clone());
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_SESSION_TOKEN", "own-token")
        .with("AWS_DEFAULT_REGION", "us-east-1")
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ENDPOINT_URL", server.url());
    let session = Session::builder().environment(environment).config(config).clock(Moving(seconds.clone())).build();
    Stage { server, seconds, client: s3::Client::new(&session).unwrap() }
}

fn key(asked: &Asked) -> &str {
    let authorization = asked.header("authorization").unwrap();
    authorization.split_once("Credential=").unwrap().1.split('/').next().unwrap()
}

#[test]
fn a_session_signs_for_its_bucket() -> Result<()> {
    let Stage { server, client, .. } = stage(Config::new());
    client.put_object(BUCKET, "key").body("text").send()?;
    client.get_object(BUCKET, "key").send()?;
    let asked = server.asked();
    assert_eq!(
        server.lines(),
        [format!("GET /{BUCKET}?session"), format!("PUT /{BUCKET}/key"), format!("GET /{BUCKET}/key"),]
    );
    // The session is asked for with the client's own keys, for the same service.
    let authorization = asked[0].header("authorization").unwrap();
    assert!(
        authorization.contains("Credential=AKIDEXAMPLE/20260301/us-east-1/s3express/aws4_request"),
        "{authorization}"
    );
    assert_eq!(asked[0].header("x-amz-security-token"), Some("own-token"));
    assert_eq!(asked[0].header("x-amz-s3session-token"), None);
    for request in &asked[1..] {
        let authorization = request.header("authorization").unwrap();
        assert!(
            authorization.contains("Credential=ASIA0/20260301/us-east-1/s3express/aws4_request"),
            "{authorization}"
        );
        assert!(authorization.contains(";x-amz-s3session-token"), "{authorization}");
        assert_eq!(request.header("x-amz-s3session-token"), Some("token-0"));
        assert_eq!(request.header("x-amz-security-token"), None);
    }
    // The default sum; such buckets know no MD5.
    assert_eq!(asked[1].header("x-amz-checksum-crc32"), Some("O4unxw=="));
    assert_eq!(asked[1].header("content-md5"), None);
    Ok(())
}

#[test]
fn sums_that_are_required_are_of_crc32() -> Result<()> {
    let Stage { server, client, .. } = stage(Config::new());
    client.put_bucket_policy(BUCKET, "{}").send()?;
    let asked = server.asked();
    let request = asked.last().unwrap();
    assert!(
        request.header("x-amz-checksum-crc32").is_some() && request.header("content-md5").is_none(),
        "{}",
        request.head
    );
    Ok(())
}

#[test]
fn each_bucket_has_its_session() -> Result<()> {
    let Stage { server, client, .. } = stage(Config::new());
    for bucket in [BUCKET, "other--use1-az5--x-s3", BUCKET, "other--use1-az5--x-s3"] {
        client.head_object(bucket, "key").send()?;
    }
    let asked = server.asked();
    let keys: Vec<_> = asked.iter().map(key).collect();
    assert_eq!(keys, ["AKIDEXAMPLE", "ASIA0", "AKIDEXAMPLE", "ASIA2", "ASIA0", "ASIA2"]);
    Ok(())
}

#[test]
fn sessions_are_renewed_before_they_end() -> Result<()> {
    let Stage { server, seconds, client } = stage(Config::new());
    // After 255 s there are 45 left.
    for (second, expected) in [(0, "ASIA0"), (254, "ASIA0"), (256, "ASIA3"), (510, "ASIA3"), (2000, "ASIA6")] {
        seconds.store(second, Ordering::Relaxed);
        client.head_object(BUCKET, "key").send()?;
        assert_eq!(key(server.asked().last().unwrap()), expected, "{second}");
    }
    Ok(())
}

#[test]
fn threads_share_a_session() {
    let Stage { server, client, .. } = stage(Config::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.head_object(BUCKET, "key").send().unwrap());
        }
    });
    let sessions = server.lines().iter().filter(|line| line.ends_with("?session")).count();
    assert_eq!((sessions, server.asked().len()), (1, 9));
}

#[test]
fn urls_carry_the_session() -> Result<()> {
    let Stage { client, .. } = stage(Config::new());
    let url = client.get_object(BUCKET, "key").presign(Duration::from_secs(60))?;
    assert!(url.contains("X-Amz-Credential=ASIA0%2F20260301%2Fus-east-1%2Fs3express%2Faws4_request"), "{url}");
    assert!(url.contains("&X-Amz-S3session-Token=token-0&X-Amz-Signature="), "{url}");
    assert!(!url.contains("Security-Token"), "{url}");
    Ok(())
}

#[test]
fn forms_carry_the_session() -> Result<()> {
    let Stage { client, .. } = stage(Config::new());
    let form = PresignedPost::new(&client, BUCKET, "key").sign()?;
    let field = |wanted: &str| form.fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    assert_eq!(field("X-Amz-S3session-Token"), Some("token-0"));
    assert_eq!(field("x-amz-credential"), Some("ASIA0/20260301/us-east-1/s3express/aws4_request"));
    assert_eq!(field("x-amz-security-token"), None);
    Ok(())
}

#[test]
fn sessions_can_be_done_without() -> Result<()> {
    let Stage { server, client, .. } = stage(Config::new().s3_disable_express_session_auth(true));
    client.head_object(BUCKET, "key").send()?;
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].header("authorization").unwrap().contains("/us-east-1/s3express/aws4_request"));
    assert_eq!((key(&asked[0]), asked[0].header("x-amz-security-token")), ("AKIDEXAMPLE", Some("own-token")));
    Ok(())
}

#[test]
fn version_4_in_the_settings_does_not_end_sessions() -> Result<()> {
    let Stage { server, client, .. } = stage(Config::new().signature_version("s3v4"));
    client.head_object(BUCKET, "key").send()?;
    assert_eq!(key(server.asked().last().unwrap()), "ASIA0");
    Ok(())
}

#[test]
fn a_refused_session_is_why_the_call_failed() {
    let body = "<Error><Code>AccessDenied</Code><Message>No session.</Message></Error>";
    let server = Server::always(answer(403, &[], body));
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "us-east-1")
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ENDPOINT_URL", server.url());
    let client = s3::Client::new(&Session::builder().environment(environment).build()).unwrap();
    let error = client.get_object(BUCKET, "key").send().unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"), "{error}");
    assert!(error.to_string().starts_with("s3 CreateSession: AccessDenied: No session."), "{error}");
    assert_eq!(server.asked().len(), 1);
}
