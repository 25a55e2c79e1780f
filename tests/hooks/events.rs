//! Which events come, in what order, and what handlers may change.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::hooks::{
    AfterCall, AfterCallError, BeforeCall, BeforeEndpointResolution, BeforeParameterBuild, BeforeParse, BeforeSend,
    BeforeSign, ChooseSigner, CreatingClient, Emitter, Event, NeedsRetry, ProvideClientParams, RequestCreated,
    ResponseReceived, Signer,
};
use botocore::{Environment, ErrorKind, Replay, Response, Session, s3, sts};
use serde_json::json;

use crate::{Hasty, builder, client};

fn names(events: &Emitter) -> Arc<Mutex<Vec<String>>> {
    let names = Arc::new(Mutex::new(Vec::new()));
    let record = names.clone();
    events
        .register("*", move |event: &mut Event| {
            record.lock().unwrap().push(event.name().to_owned());
            Ok(())
        })
        .unwrap();
    names
}

const BEFORE: [&str; 4] = [
    "provide-client-params.s3.GetObject",
    "before-parameter-build.s3.GetObject",
    "before-endpoint-resolution.s3",
    "before-call.s3.GetObject",
];
const SENT: [&str; 4] = [
    "request-created.s3.GetObject",
    "choose-signer.s3.GetObject",
    "before-sign.s3.GetObject",
    "before-send.s3.GetObject",
];
const ANSWERED: [&str; 3] = ["before-parse.s3.GetObject", "response-received.s3.GetObject", "needs-retry.s3.GetObject"];
const FAILED: [&str; 2] = ["response-received.s3.GetObject", "needs-retry.s3.GetObject"];
const NO_SUCH_KEY: &str = "<Error><Code>NoSuchKey</Code><Message>Gone.</Message></Error>";

/// The names that botocore 1.44.5 emitted for the same calls, in the same order, with its retry mode `standard`.
#[test]
fn the_order_is_botocores() {
    let moved = "<Error><Code>PermanentRedirect</Code></Error>";
    let region = [("x-amz-bucket-region", "eu-central-1")];
    let cases: [(&str, Replay, Vec<&[&str]>); 5] = [
        ("success", Replay::new().answer(200, [], "x"), vec![&BEFORE, &SENT, &ANSWERED, &["after-call.s3.GetObject"]]),
        (
            "retry",
            Replay::new().answer(503, [], "").answer(200, [], "x"),
            vec![&BEFORE, &SENT, &ANSWERED, &SENT, &ANSWERED, &["after-call.s3.GetObject"]],
        ),
        (
            "error",
            Replay::new().answer(404, [], NO_SUCH_KEY),
            vec![&BEFORE, &SENT, &ANSWERED, &["after-call.s3.GetObject"]],
        ),
        (
            "no answer",
            Replay::new(),
            vec![&BEFORE, &SENT, &FAILED, &SENT, &FAILED, &SENT, &FAILED, &["after-call-error.s3.GetObject"]],
        ),
        (
            "redirect",
            Replay::new().answer(301, region, moved).answer(200, [], "x"),
            vec![
                &BEFORE,
                &SENT,
                &ANSWERED,
                &["before-endpoint-resolution.s3"],
                &SENT,
                &ANSWERED,
                &["after-call.s3.GetObject"],
            ],
        ),
    ];
    for (case, replay, expected) in cases {
        let s3 = client(&replay);
        let names = names(s3.meta().events());
        let _ = s3.get_object("bucket", "key").send();
        assert_eq!(*names.lock().unwrap(), expected.concat(), "{case}");
    }
}

#[test]
fn presigning_and_answers_without_a_request() {
    let s3 = client(&Replay::new());
    let seen = names(s3.meta().events());
    s3.get_object("bucket", "key").presign(Duration::from_secs(60)).unwrap();
    let expected = [&BEFORE[..3], &SENT[1..3]].concat();
    assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), expected);

    s3.meta()
        .events()
        .register("before-call.s3.GetObject", |event: &mut BeforeCall| {
            Ok(event.answer_json(&json!({"ETag": "made up", "Body": "aGVsbG8="}))?)
        })
        .unwrap();
    let output = s3.get_object("bucket", "key").send().unwrap();
    assert_eq!(output.e_tag.as_deref(), Some("made up"));
    assert_eq!(output.body.read_to_string().unwrap(), "hello");
    assert_eq!(*seen.lock().unwrap(), [&BEFORE[..], &["after-call.s3.GetObject"]].concat());
}

#[test]
fn sessions_tell_of_clients_and_hand_on_handlers() {
    let replay = Replay::new().answer(200, [], "x");
    let session = builder(&replay).build();
    let names = names(session.events());
    session
        .events()
        .register("creating-client-class.s3", |event: &mut CreatingClient| {
            assert_eq!((event.service_name(), event.region_name()), ("s3", Some("eu-west-1")));
            event.events().register("before-sign", |event: &mut BeforeSign| {
                event.request.headers.set("x-amz-meta-a", "of the client");
                Ok(())
            })?;
            Ok(())
        })
        .unwrap();
    let s3 = s3::Client::new(&session).unwrap();
    // Later than the client: not its handler.
    session.events().register("before-sign", |_: &mut BeforeSign| Err("never".into())).unwrap();
    s3.get_object("bucket", "key").send().unwrap();
    assert_eq!(names.lock().unwrap()[0], "creating-client-class.s3");
    assert_eq!(names.lock().unwrap().last().unwrap(), "after-call.s3.GetObject");
    assert_eq!(replay.requests()[0].headers.get("x-amz-meta-a"), Some("of the client"));
    assert!(replay.requests()[0].headers.get("authorization").unwrap().contains("x-amz-meta-a"));
}

#[test]
fn inputs() {
    let replay = Replay::new().answer(200, [], "").answer(200, [], "").answer(200, [], "");
    let s3 = client(&replay);
    let events = s3.meta().events();
    events
        .register("provide-client-params.s3.PutObject", |event: &mut ProvideClientParams| {
            assert_eq!(event.input::<s3::operation::PutObjectInput>().unwrap().key, "key");
            assert_eq!(event.get("Key"), Some(json!("key")));
            let input = event.input_mut::<s3::operation::PutObjectInput>().unwrap();
            input.key = "another/key".to_owned();
            input.metadata = Some([("a".to_owned(), "b".to_owned())].into_iter().collect());
            assert!(event.input::<s3::operation::GetObjectInput>().is_none());
            Ok(())
        })
        .unwrap();
    events
        .register("before-parameter-build.s3.PutObject", |event: &mut BeforeParameterBuild| {
            assert_eq!(event.get("Metadata"), Some(json!({"a": "b"})));
            event.set("Metadata", json!({"c": "d"}))?;
            event.set("ContentType", "text/plain")?;
            event.set("CacheControl", json!(null))?;
            let error = event.set("Kee", 1).unwrap_err();
            assert!(error.to_string().ends_with(" has no member `Kee`"), "{error}");
            assert!(event.set("ContentType", 1).is_err());
            event.set("ContentType", "text/plain")?;
            Ok(())
        })
        .unwrap();
    let call = || s3.put_object("bucket", "key").cache_control("no-cache").body("the body");
    call().send().unwrap();
    let asked = &replay.requests()[0];
    assert_eq!(asked.path, "/another/key");
    assert!(asked.text().contains("\r\nthe body\r\n"), "{}", asked.text());
    let header = |name| asked.headers.get(name);
    assert_eq!(
        [header("content-type"), header("cache-control"), header("x-amz-meta-a"), header("x-amz-meta-c")],
        [Some("text/plain"), None, None, Some("d")]
    );
    // Names that the handlers were not registered for: the input goes as it is. By name the same happens.
    s3.delete_object("bucket", "key").send().unwrap();
    assert_eq!(replay.requests()[1].path, "/key");
    s3.call("PutObject", json!({"Bucket": "bucket", "Key": "key", "Body": "aGk="})).unwrap();
    let asked = &replay.requests()[2];
    assert_eq!(asked.path, "/another/key");
    assert!(asked.text().contains("\r\nhi\r\n"), "{}", asked.text());
}

#[test]
fn endpoints_and_signers() {
    let replay = Replay::new().answer(200, [], "").answer(200, [], "").answer(200, [], "");
    let s3 = client(&replay);
    let events = s3.meta().events();
    events
        .register("before-endpoint-resolution.s3", |event: &mut BeforeEndpointResolution| {
            if event.get("Bucket") == Some(json!("far")) {
                assert_eq!(event.built_in("AWS::Region"), Some(json!("eu-west-1")));
                event.set_built_in("AWS::Region", "eu-north-1")?;
                event.set_built_in("AWS::S3::ForcePathStyle", true)?;
                assert!(
                    event.set_built_in("AWS::Regio", "x").is_err() && event.set_built_in("AWS::UseFIPS", "x").is_err()
                );
            }
            Ok(())
        })
        .unwrap();
    events
        .register("choose-signer.s3", |event: &mut ChooseSigner| {
            assert_eq!((event.signer(), event.signing_name.as_str()), (Signer::V4, "s3"));
            match event.operation_name() {
                "HeadObject" => event.choose(Signer::Unsigned),
                "DeleteObject" => event.region = "mars-1".to_owned(),
                _ => {}
            }
            Ok(())
        })
        .unwrap();
    s3.get_object("far", "key").send().unwrap();
    s3.head_object("bucket", "key").send().unwrap();
    s3.delete_object("bucket", "key").send().unwrap();
    let asked = replay.requests();
    let signed = |at: usize| asked[at].headers.get("authorization").unwrap_or_default().to_owned();
    assert_eq!(format!("{}{}", asked[0].origin, asked[0].path), "https://s3.eu-north-1.amazonaws.com/far/key");
    assert!(signed(0).contains("/eu-north-1/s3/aws4_request"), "{}", signed(0));
    assert_eq!(signed(1), "");
    assert!(signed(2).contains("/mars-1/s3/"), "{}", signed(2));
}

/// Clients keep what rules said: not beyond the parameters that it was said of.
#[test]
fn handlers_choose_the_endpoint_of_every_call() {
    let replay = (0..4).fold(Replay::new(), |replay, _| replay.answer(200, [], ""));
    let s3 = client(&replay);
    s3.head_object("bucket", "key").send().unwrap();
    let calls = std::sync::atomic::AtomicUsize::new(0);
    s3.meta()
        .events()
        .register("before-endpoint-resolution.s3", move |event: &mut BeforeEndpointResolution| {
            let far = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1;
            if far {
                event.set_built_in("AWS::Region", "eu-north-1")?;
            }
            Ok(())
        })
        .unwrap();
    for _ in 0..3 {
        s3.head_object("bucket", "key").send().unwrap();
    }
    let regions = ["eu-west-1", "eu-west-1", "eu-north-1", "eu-west-1"];
    for (asked, region) in replay.requests().iter().zip(regions) {
        assert_eq!(asked.origin, format!("https://bucket.s3.{region}.amazonaws.com"));
        assert!(asked.headers.get("authorization").unwrap().contains(&format!("/{region}/s3/")));
    }
}

#[test]
fn no_credentials_are_asked_for_where_a_handler_wants_no_signature() {
    let replay = Replay::new().answer(200, [], "");
    let environment = Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true");
    let session = Session::builder().environment(environment).region("eu-west-1").transport(replay.clone()).build();
    session
        .events()
        .register("choose-signer", |event: &mut ChooseSigner| {
            event.choose(Signer::Unsigned);
            Ok(())
        })
        .unwrap();
    s3::Client::new(&session).unwrap().head_object("bucket", "key").send().unwrap();
    assert_eq!(replay.requests()[0].headers.get("authorization"), None);
}

#[test]
fn requests_and_answers() {
    let replay = Replay::new().answer(200, [], "from the server");
    let s3 = client(&replay);
    let events = s3.meta().events();
    events
        .register("before-call", |event: &mut BeforeCall| {
            assert!(event.request.headers.get("authorization").is_none());
            event.request.headers.set("x-from-call", "1");
            event.context().insert(41_u8);
            Ok(())
        })
        .unwrap();
    events
        .register("request-created", |event: &mut RequestCreated| {
            event.request.headers.set("x-from-attempt", "1");
            *event.context().get_mut::<u8>().unwrap() += 1;
            Ok(())
        })
        .unwrap();
    events
        .register("before-parse", |event: &mut BeforeParse| {
            event.response.headers.set("ETag", "changed");
            Ok(())
        })
        .unwrap();
    events
        .register("response-received", |event: &mut ResponseReceived| {
            assert_eq!((event.status(), event.attempts(), event.code()), (Some(200), 1, None));
            assert_eq!(event.header("etag"), Some("changed"));
            assert_eq!(event.get("ETag"), Some(json!("changed")));
            Ok(())
        })
        .unwrap();
    events
        .register("after-call", |event: &mut AfterCall| {
            assert_eq!((event.status(), event.context().get::<u8>()), (200, Some(&42)));
            event.set("ContentLanguage", "en")?;
            event.output_mut::<s3::operation::GetObjectOutput>().unwrap().version_id = Some("7".to_owned());
            Ok(())
        })
        .unwrap();
    let output = s3.get_object("bucket", "key").send().unwrap();
    assert_eq!(
        [output.e_tag.as_deref(), output.content_language.as_deref(), output.version_id.as_deref()],
        [Some("changed"), Some("en"), Some("7")]
    );
    assert_eq!(output.body.read_to_string().unwrap(), "from the server");
    let headers = &replay.requests()[0].headers;
    for name in ["x-from-call", "x-from-attempt"] {
        assert!(headers.get("authorization").unwrap().contains(name) && headers.get(name) == Some("1"), "{name}");
    }
}

#[test]
fn answers_in_the_servers_place() {
    let replay = Replay::new();
    let s3 = client(&replay);
    let events = s3.meta().events();
    events
        .register("before-send.s3.HeadObject", |event: &mut BeforeSend| {
            assert!(event.request.headers.get("authorization").is_some());
            event.answer(Response { status: 404, ..Response::default() });
            event.answer(Response { status: 500, ..Response::default() });
            Ok(())
        })
        .unwrap();
    events
        .register("before-call.s3.GetObject", |event: &mut BeforeCall| {
            event.refuse(404, "NoSuchKey", "Not in this test.");
            Ok(())
        })
        .unwrap();
    events
        .register("before-call.s3.DeleteObject", |event: &mut BeforeCall| {
            let error = event.answer(s3::operation::GetObjectOutput::default()).unwrap_err();
            assert!(error.to_string().starts_with("s3 DeleteObject is not answered with a "), "{error}");
            Ok(event.answer(s3::operation::DeleteObjectOutput::default())?)
        })
        .unwrap();
    let failures = Arc::new(Mutex::new(0));
    let count = failures.clone();
    events
        .register("after-call", move |event: &mut AfterCall| {
            *count.lock().unwrap() += u32::from(event.error().is_some());
            Ok(())
        })
        .unwrap();
    assert_eq!(s3.head_object("bucket", "key").send().unwrap_err().status(), Some(404));
    let error = s3.get_object("bucket", "key").send().unwrap_err();
    assert!(error.is::<s3::error::NoSuchKey>(), "{error}");
    assert_eq!(error.to_string(), "s3 GetObject: NoSuchKey: Not in this test. (HTTP 404)");
    s3.delete_object("bucket", "key").send().unwrap();
    assert_eq!(*failures.lock().unwrap(), 2);
    assert!(replay.requests().is_empty());
}

#[test]
fn retries() {
    let (clock, replay) = (Hasty::default(), Replay::new().answer(404, [], NO_SUCH_KEY).answer(200, [], "late"));
    let session = builder(&replay).clock(clock.clone()).build();
    let s3 = s3::Client::new(&session).unwrap();
    s3.meta()
        .events()
        .register("needs-retry", |event: &mut NeedsRetry| {
            if event.modeled::<s3::error::NoSuchKey>().is_some() {
                assert_eq!((event.rule(), event.code(), event.message()), (None, Some("NoSuchKey"), Some("Gone.")));
                event.retry_after(Duration::from_secs(3));
            }
            Ok(())
        })
        .unwrap();
    let output = s3.get_object("bucket", "key").send().unwrap();
    assert_eq!(output.response_metadata.attempts(), 2);
    assert_eq!(output.body.read_to_string().unwrap(), "late");
    assert_eq!(*clock.0.lock().unwrap(), [Duration::from_secs(3)]);

    let replay = Replay::new().answer(503, [], "").answer(200, [], "");
    let s3 = client(&replay);
    s3.meta()
        .events()
        .register("needs-retry", |event: &mut NeedsRetry| {
            assert!(event.rule().is_some());
            event.stop();
            Ok(())
        })
        .unwrap();
    let error = s3.get_object("bucket", "key").send().unwrap_err();
    assert_eq!((error.status(), error.attempts(), replay.answers_left()), (Some(503), 1, 1));

    // An answer that is not what the program waits for: the output begins anew.
    let replay = Replay::new().answer(200, [("ETag", "old")], "").answer(200, [], "");
    let s3 = client(&replay);
    s3.meta()
        .events()
        .register("needs-retry", |event: &mut NeedsRetry| {
            if event.get("ETag") == Some(json!("old")) {
                event.retry_after(Duration::ZERO);
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(s3.head_object("bucket", "key").send().unwrap().e_tag, None);
    assert_eq!(replay.answers_left(), 0);
}

#[test]
fn failures_of_handlers() {
    let replay = Replay::new().answer(200, [], "").answer(200, [], "").answer(200, [], "");
    for point in ["before-call", "before-sign", "before-send", "before-parse", "after-call"] {
        let s3 = client(&replay);
        let name = format!("{point}.s3.HeadObject");
        s3.meta().events().register(&name, |_: &mut Event| Err("it is Sunday".into())).unwrap();
        let error = s3.head_object("bucket", "key").send().unwrap_err();
        let text = format!("s3 HeadObject: A handler of the event {point}.s3.HeadObject failed: it is Sunday");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Hook, text));
    }
    assert_eq!(replay.requests().len(), 2, "none was sent twice");
    let s3 = client(&Replay::new());
    s3.meta()
        .events()
        .register("after-call-error", |event: &mut AfterCallError| {
            assert_eq!(event.error().kind(), ErrorKind::Transport);
            Err("another reason".into())
        })
        .unwrap();
    let error = s3.head_object("bucket", "key").send().unwrap_err();
    assert!(error.to_string().ends_with("failed: another reason"), "{error}");
}

#[test]
fn without_builtin_handlers() {
    let replay = Replay::new().answer(200, [], "").answer(
        200,
        [],
        "<R><EncodingType>url</EncodingType><Prefix>a%2Bb</Prefix></R>",
    );
    let session = builder(&replay).include_builtin_handlers(false).build();
    let s3 = s3::Client::new(&session).unwrap();
    s3.put_object("bucket", "key").body("x").sse_customer_key("0123456789abcdef0123456789abcdef").send().unwrap();
    let list = s3.list_objects_v2("bucket").send().unwrap();
    assert_eq!(list.prefix.as_deref(), Some("a%2Bb"));
    let asked = replay.requests();
    for name in ["expect", "amz-sdk-request", "amz-sdk-invocation-id", "x-amz-server-side-encryption-customer-key-md5"]
    {
        assert_eq!(asked[0].headers.get(name), None, "{name}");
    }
    assert!(asked[0].headers.get("authorization").is_some());
    assert!(!asked[1].query.contains("encoding-type"), "{}", asked[1].query);
}

#[test]
fn custom_emitters_and_other_services() {
    let events = Emitter::new();
    let seen = names(&events);
    let replay = Replay::new().answer(
        200,
        [],
        "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>",
    );
    let session = builder(&replay).event_hooks(events).build();
    sts::Client::new(&session).unwrap().get_caller_identity().send().unwrap();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(
        (seen[0].as_str(), seen[1].as_str()),
        ("creating-client-class.sts", "provide-client-params.sts.GetCallerIdentity")
    );
    session
        .events()
        .register("my.event", |event: &mut Event| {
            event.respond(event.name().len());
            Ok(())
        })
        .unwrap();
    let answer = session.emit_first_non_none_response("my.event.now", &mut ()).unwrap().unwrap();
    assert_eq!(*answer.downcast::<usize>().unwrap(), "my.event.now".len());
}
