//! Parts of a session that are replaced.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::components::{
    CLOCK, CREDENTIAL_PROVIDER, Component, DATA_LOADER, ENDPOINT_RESOLVER, EVENT_EMITTER, EndpointRequest,
    HTTP_TRANSPORT, ResolveEndpoint, ResolvedEndpoint,
};
use botocore::hooks::{BeforeSign, Emitter};
use botocore::model::Loader;
use botocore::{Clock, Credentials, Environment, ErrorKind, Replay, Result, Session, Timestamp, s3};
use serde_json::json;

#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn sleep(&self, _: Duration) {}
}

/// Asks for the bucket `mine` somewhere else.
#[derive(Debug)]
struct Mine;

impl ResolveEndpoint for Mine {
    fn resolve(&self, request: &EndpointRequest<'_>) -> Result<Option<ResolvedEndpoint>> {
        assert_eq!((request.service_name(), request.region_name()), ("s3", Some("eu-west-1")));
        let mine =
            ResolvedEndpoint::new("https://store.example/base").header("x-tenant", "blue").signing_region("home");
        Ok((request.get("Bucket") == Some(json!("mine"))).then_some(mine))
    }
}

fn session() -> Session {
    let environment = Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true");
    Session::builder().environment(environment).region("eu-west-1").build()
}

#[test]
fn every_part_is_replaced() {
    let session = session();
    let replay = Replay::new().answer(200, [], "").answer(200, [], "");
    let events = Emitter::new();
    events
        .register("before-sign", |event: &mut BeforeSign| {
            event.request.headers.set("x-from", "emitter");
            Ok(())
        })
        .unwrap();
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    session.lazy_register_component(CREDENTIAL_PROVIDER, move || {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(Credentials::new("AKIDCOMPONENT", "secret", None)))
    });
    session.register_component(CLOCK, Arc::new(Stopped));
    session.register_component(HTTP_TRANSPORT, Arc::new(replay.clone()));
    session.register_component(EVENT_EMITTER, Arc::new(events));
    session.register_component(ENDPOINT_RESOLVER, Arc::new(Mine));
    let s3 = s3::Client::new(&session).unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 0, "nothing was asked to sign");
    s3.head_object("mine", "key").send().unwrap();
    s3.head_object("other", "key").send().unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 1);

    let asked = replay.requests();
    assert_eq!(format!("{}{}", asked[0].origin, asked[0].path), "https://store.example/base/key");
    assert_eq!(asked[1].origin, "https://other.s3.eu-west-1.amazonaws.com");
    let header = |at: usize, name| asked[at].headers.get(name).unwrap_or_default();
    assert_eq!((header(0, "x-from"), header(0, "x-tenant"), header(1, "x-tenant")), ("emitter", "blue", ""));
    assert_eq!(header(0, "x-amz-date"), "20231114T221320Z");
    assert!(header(0, "authorization").contains("Credential=AKIDCOMPONENT/20231114/home/s3/"), "{:?}", asked[0]);
    assert!(header(1, "authorization").contains("/eu-west-1/s3/"));
}

#[test]
fn what_stands_where_nothing_is_registered() {
    let session = session();
    assert!(session.get_component(CLOCK).unwrap().now().seconds() > 1_700_000_000);
    assert!(session.get_component(HTTP_TRANSPORT).is_ok());
    assert!(session.get_component(CREDENTIAL_PROVIDER).unwrap().provide().unwrap().is_none());
    assert!(session.get_component(EVENT_EMITTER).unwrap().is_empty());
    assert!(session.get_component(DATA_LOADER).unwrap().load_data("endpoints").is_ok());
    assert_eq!(format!("{:?}", session.get_component(ENDPOINT_RESOLVER).unwrap()), "OwnRules");
    session.events().register("before-sign", |_: &mut BeforeSign| Ok(())).unwrap();
    assert_eq!(session.get_component(EVENT_EMITTER).unwrap().len(), 1, "the same emitter");
}

#[test]
fn loaders() {
    let session = session();
    assert!(session.get_available_services().unwrap().contains(&"s3".to_owned()));
    let directory = std::env::temp_dir().join(format!("botocore-loader-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("mine.json"), r#"{"a": 1}"#).unwrap();
    session.register_component(DATA_LOADER, Arc::new(Loader::new([&directory])));
    assert_eq!(session.get_data("mine").unwrap(), json!({"a": 1}));
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn names_and_types() {
    const MINE: Component<Mutex<Vec<u8>>> = Component::new("my-program.bytes");
    const WRONG: Component<u8> = Component::new("my-program.bytes");
    const CLOCKS: Component<u8> = Component::new("clock");
    let session = session();
    let error = session.get_component(MINE).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Config, "There is no component `my-program.bytes`; none is registered",)
    );
    session.register_component(MINE, Arc::default());
    session.get_component(MINE).unwrap().lock().unwrap().push(1);
    assert_eq!(*session.clone().get_component(MINE).unwrap().lock().unwrap(), [1]);
    let error = session.get_component(WRONG).unwrap_err();
    assert_eq!(error.to_string(), "The component `my-program.bytes` is not a u8");
    assert!(session.get_component(CLOCKS).is_err());
    // A clock that is not one: no client is made with it.
    session.register_component(CLOCKS, Arc::new(1));
    let error = s3::Client::new(&session).unwrap_err();
    assert!(error.to_string().starts_with("The component `clock` is not a dyn "), "{error}");
}
