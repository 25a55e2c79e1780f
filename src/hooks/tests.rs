use std::sync::{Arc, Mutex};

use super::{BeforeSign, Emitter, Event, Handler, Registration};
use crate::ErrorKind;

type Calls = Arc<Mutex<Vec<String>>>;

/// A handler that writes down its name, and answers with it when `answers`.
fn recorder(calls: &Calls, name: &str, answers: bool) -> Handler {
    let (calls, name) = (calls.clone(), name.to_owned());
    Handler::new(move |event: &mut Event| {
        calls.lock().unwrap().push(name.clone());
        if answers {
            event.respond(name.clone());
        }
        Ok(())
    })
}

fn called(emitter: &Emitter, calls: &Calls, name: &str) -> Vec<String> {
    emitter.emit(name, &mut ()).unwrap();
    std::mem::take(&mut *calls.lock().unwrap())
}

/// The order is what botocore 1.44.5 printed for the same registrations.
#[test]
fn nearer_names_come_first() {
    let (events, calls) = (Emitter::new(), Calls::default());
    for name in [
        "before-sign",
        "before-sign.s3",
        "before-sign.s3.GetObject",
        "before-sign.s3.*",
        "before-sign.*",
        "before-sign.*.GetObject",
        "before-sign.*.*",
        "*",
        "*.s3",
        "*.s3.GetObject",
        "*.*",
        "*.*.*",
        "before-sign.s3.GetObject.more",
        "before-call",
        "*.*.GetObject",
    ] {
        events.register(name, recorder(&calls, name, false)).unwrap();
    }
    let expected = [
        (
            "before-sign.s3.GetObject",
            "*.*.* *.*.GetObject *.* *.s3.GetObject *.s3 * before-sign.*.* before-sign.*.GetObject before-sign.* \
             before-sign.s3.* before-sign.s3.GetObject before-sign.s3 before-sign",
        ),
        ("before-sign.s3", "*.* *.s3 * before-sign.* before-sign.s3 before-sign"),
        ("before-sign", "* before-sign"),
        (
            "before-sign.s3.PutObject",
            "*.*.* *.* *.s3 * before-sign.*.* before-sign.* before-sign.s3.* before-sign.s3 before-sign",
        ),
        ("before-call.x", "*.* * before-call"),
    ];
    for (name, order) in expected {
        assert_eq!(called(&events, &calls, name).join(" "), order, "{name}");
    }
}

#[test]
fn first_and_last_within_a_name() {
    let (events, calls) = (Emitter::new(), Calls::default());
    events.register("a.b", recorder(&calls, "m1", false)).unwrap();
    events.register_last("a.b", recorder(&calls, "l1", false)).unwrap();
    events.register_first("a.b", recorder(&calls, "f1", false)).unwrap();
    events.register_first("a.b", recorder(&calls, "f2", false)).unwrap();
    events.register("a.b", recorder(&calls, "m2", false)).unwrap();
    events.register_last("a", recorder(&calls, "above, last", false)).unwrap();
    events.register_first("a", recorder(&calls, "above, first", false)).unwrap();
    assert_eq!(called(&events, &calls, "a.b.c"), ["f1", "f2", "m1", "m2", "l1", "above, first", "above, last"]);
}

#[test]
fn handlers_are_taken_out() {
    let (events, calls) = (Emitter::new(), Calls::default());
    let handler = recorder(&calls, "one", false);
    events.register("a.b", handler.clone()).unwrap();
    events.register("a.b", handler.clone()).unwrap();
    events.register("a", recorder(&calls, "two", false)).unwrap();
    assert_eq!(called(&events, &calls, "a.b"), ["one", "one", "two"]);
    events.unregister("a", &handler);
    events.unregister("b.a", &handler);
    events.unregister("a.b", &handler);
    assert_eq!(called(&events, &calls, "a.b"), ["one", "two"]);
    events.unregister("a.b", &handler);
    assert_eq!((events.len(), events.listens("a.b"), events.listens("b")), (1, true, false));
}

#[test]
fn unique_ids() {
    let (events, calls) = (Emitter::new(), Calls::default());
    let once = Registration::default().unique_id("id");
    events.register_with("a", once.clone(), recorder(&calls, "first", false)).unwrap();
    events.register_with("b", once.clone(), recorder(&calls, "second", false)).unwrap();
    assert_eq!((called(&events, &calls, "a"), called(&events, &calls, "b")), (vec!["first".to_owned()], vec![]));
    let counted = Registration::default().counted_id("id");
    let error = events.register_with("a", counted.clone(), recorder(&calls, "third", false)).unwrap_err();
    let text = "The handler of the unique id `id` was first registered without a counter, now with one";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Hook, text));
    assert!(events.unregister_counted("a", "id").is_err());
    events.unregister_id("a", "unknown").unwrap();
    events.unregister_id("a", "id").unwrap();
    assert!(events.is_empty());

    events.register_with("a", counted.clone(), recorder(&calls, "counted", false)).unwrap();
    events.register_with("a", counted.clone(), recorder(&calls, "counted", false)).unwrap();
    assert!(events.register_with("a", once, recorder(&calls, "not", false)).is_err());
    assert!(events.unregister_id("a", "id").is_err());
    events.unregister_counted("a", "id").unwrap();
    assert_eq!(called(&events, &calls, "a"), ["counted"]);
    events.unregister_counted("a", "id").unwrap();
    assert!(events.is_empty());
    events.register_with("a", counted, recorder(&calls, "anew", false)).unwrap();
    assert_eq!(called(&events, &calls, "a"), ["anew"]);
}

#[test]
fn copies_go_their_own_way() {
    let (events, calls) = (Emitter::new(), Calls::default());
    events.register("a", recorder(&calls, "both", false)).unwrap();
    let copy = events.copied();
    copy.register("a", recorder(&calls, "copy", false)).unwrap();
    events.register("a", recorder(&calls, "session", false)).unwrap();
    assert_eq!(called(&copy, &calls, "a"), ["both", "copy"]);
    assert_eq!(called(&events, &calls, "a"), ["both", "session"]);
    // What was asked for before is not remembered wrongly.
    copy.register("*", recorder(&calls, "any", false)).unwrap();
    assert_eq!(called(&copy, &calls, "a"), ["any", "both", "copy"]);
}

#[test]
fn answers() {
    let (events, calls) = (Emitter::new(), Calls::default());
    events.register("a.b", recorder(&calls, "silent", false)).unwrap();
    events.register("a.b", recorder(&calls, "first", true)).unwrap();
    events.register("a", recorder(&calls, "second", true)).unwrap();
    let text = |response: Option<super::Response>| response.map(|response| *response.downcast::<String>().unwrap());
    let all: Vec<_> = events.emit("a.b", &mut ()).unwrap().into_iter().map(text).collect();
    assert_eq!(all, [None, Some("first".to_owned()), Some("second".to_owned())]);
    assert_eq!(text(events.emit_first_non_none_response("a.b", &mut ()).unwrap()).as_deref(), Some("first"));
    calls.lock().unwrap().clear();
    assert_eq!(text(events.emit_until_response("a.b", &mut ()).unwrap()).as_deref(), Some("first"));
    assert_eq!(*calls.lock().unwrap(), ["silent", "first"]);
    assert!(events.emit_until_response("c", &mut ()).unwrap().is_none());
}

#[test]
fn errors_end_the_event() {
    let (events, calls) = (Emitter::new(), Calls::default());
    events.register("a.b", |_: &mut Event| Err("not today".into())).unwrap();
    events.register("a", recorder(&calls, "never", false)).unwrap();
    let error = events.emit("a.b", &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "A handler of the event a.b failed: not today");
    assert_eq!(error.kind(), ErrorKind::Hook);
    assert!(calls.lock().unwrap().is_empty());
}

#[test]
fn handlers_of_other_payloads_are_refused() {
    let events = Emitter::new();
    let handler = Handler::new(|event: &mut BeforeSign| {
        let _count: u32 = event.region().parse()?;
        Ok(())
    });
    let error = events.register("before-call.s3", handler.clone()).unwrap_err();
    let text = "A handler of `before-sign` events cannot be registered for `before-call.s3`: it would never be called";
    assert_eq!(error.to_string(), text);
    for name in ["before-sign.S3.GetObject", "before-sign.bedrock_runtime"] {
        let error = events.register(name, handler.clone()).unwrap_err().to_string();
        assert!(error.ends_with("never be called (services' ids are in lower case, with hyphens)"), "{error}");
    }
    events.register("*.s3", handler).unwrap();
    // It is passed over where there is another payload.
    assert!(events.emit("before-call.s3", &mut ()).unwrap().iter().all(Option::is_none));
}

#[test]
fn handlers_may_register_handlers() {
    let (events, calls) = (Emitter::new(), Calls::default());
    let (inner, record) = (events.clone(), calls.clone());
    events
        .register("a", move |_: &mut Event| {
            inner.register("a", recorder(&record, "late", false))?;
            Ok(())
        })
        .unwrap();
    assert!(called(&events, &calls, "a").is_empty());
    assert_eq!(called(&events, &calls, "a"), ["late"]);
}
