//! Every operation under every fault: once, and for as long as it is tried.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use botocore::{Error, ErrorKind, Result};

use crate::faults::{self, Fault, Stage};
use crate::operations::{self, Operation};
use crate::server::{Script, Server};
use crate::{Directory, LONG, patient, promptly, session};

/// The call with its directory, which must be empty of what is neither sent nor right.
fn call(operation: Operation, server: &Arc<Server>, patience: Duration, what: &str) -> Result<(Vec<u8>, u32)> {
    let directory = Directory::new();
    let (url, path) = (server.url().to_owned(), directory.0.clone());
    let result = promptly(what, move || operation.call(&patient(session(&url), patience), &path));
    let mut names = directory.names();
    names.retain(|name| !(name == "sent" || (name == "received" && result.is_ok())));
    assert!(names.is_empty(), "{what}: leaves {names:?}");
    assert_eq!(server.left_open(), 0, "{what}: a connection stays open");
    result
}

/// The error must say which operation, whose server, and what happened.
fn check_error(error: &Error, operation: Operation, fault: &Fault, server: &Server, what: &str) {
    let text = error.to_string();
    assert!(text.starts_with(operation.name()), "{what}: the operation is not named: {text}");
    assert!(fault.said.iter().any(|said| text.contains(said)), "{what}: {text}");
    match error.kind() {
        ErrorKind::Transport => assert!(text.contains(server.authority()), "{what}: the host is not named: {text}"),
        ErrorKind::Service => assert!(error.status().is_some_and(|status| status >= 400), "{what}: {text}"),
        kind => panic!("{what}: {kind:?}: {text}"),
    }
}

/// The first connection meets the fault, the others are served.
fn once(operation: Operation, fault: &Fault) {
    let what = format!("{operation:?}, once {}", fault.name);
    let (bad, good) = ((fault.script)(&operation.answer()), Script::says(operation.answer().whole()));
    let server = Arc::new(Server::new(move |number| if number == 0 { bad.clone() } else { good.clone() }));
    match call(operation, &server, fault.patience(), &what) {
        Ok((got, attempts)) => {
            assert!(got == operation.right(), "{what}: {} bytes that are not right", got.len());
            assert_eq!(attempts, 2, "{what}");
            assert!(!(fault.stage == Stage::Body && operation.streams()), "{what}: a broken body was taken for whole");
        }
        Err(error) if fault.stage == Stage::Body && operation.streams() => {
            check_error(&error, operation, fault, &server, &what);
        }
        Err(error) if operation.reads_once() => {
            check_error(&error, operation, fault, &server, &what);
            assert!(
                error.to_string().contains("it was not sent again, as the body comes from a reader"),
                "{what}: {error}"
            );
            assert_eq!(server.asked().len(), 1, "{what}");
        }
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Every connection meets the fault.
fn always(operation: Operation, fault: &Fault) {
    let what = format!("{operation:?}, always {}", fault.name);
    let bad = (fault.script)(&operation.answer());
    let server = Arc::new(Server::new(move |_| bad.clone()));
    let error = match call(operation, &server, fault.patience(), &what) {
        Ok(_) => panic!("{what}: should have failed"),
        Err(error) => error,
    };
    check_error(&error, operation, fault, &server, &what);
    let most = operation.attempts() as usize;
    assert!(server.asked().len() <= most, "{what}: sent {} times", server.asked().len());
    if fault.stage != Stage::Body && !operation.reads_once() {
        assert_eq!(error.attempts() as usize, most, "{what}: {error}");
    }
}

fn meets_all(operations: &[Operation]) {
    // Most of the time is spent in waiting; a few at once, so that nobody waits for the processor.
    for faults in faults::all().chunks(4) {
        thread::scope(|scope| {
            for (fault, &operation) in faults.iter().flat_map(|fault| operations.iter().map(move |one| (fault, one))) {
                scope.spawn(move || {
                    once(operation, fault);
                    always(operation, fault);
                });
            }
        });
    }
}

#[test]
fn objects_that_are_read() {
    meets_all(&[Operation::Get, Operation::GetLong, Operation::GetFile]);
}

#[test]
fn objects_that_are_written() {
    meets_all(&[Operation::PutBytes, Operation::PutFile]);
}

#[test]
fn objects_from_readers_that_cannot_go_back() {
    meets_all(&[Operation::PutReader, Operation::PutUnsized]);
}

#[test]
fn items_of_tables() {
    meets_all(&[Operation::Item]);
}

#[test]
fn streams_of_events() {
    meets_all(&[Operation::Events]);
}

/// Without a fault, each is right at once: otherwise the rest would show nothing.
#[test]
fn without_a_fault() {
    for operation in operations::ALL {
        let good = Script::says(operation.answer().whole());
        let server = Arc::new(Server::new(move |_| good.clone()));
        let (got, attempts) = call(operation, &server, LONG, "no fault").unwrap();
        assert!(got == operation.right(), "{operation:?}");
        assert_eq!(attempts, 1, "{operation:?}");
    }
}

/// A burst of refusals that ends before the attempts do.
#[test]
fn a_burst() {
    let refusals = faults::all().into_iter().filter(|fault| fault.stage == Stage::Refused);
    for fault in refusals {
        for operation in [Operation::Get, Operation::PutFile, Operation::Item, Operation::Events] {
            let (bad, good) = ((fault.script)(&operation.answer()), Script::says(operation.answer().whole()));
            let server = Arc::new(Server::new(move |number| if number < 2 { bad.clone() } else { good.clone() }));
            let (got, attempts) = call(operation, &server, LONG, fault.name).unwrap();
            assert!(got == operation.right() && attempts == 3, "{operation:?} {}", fault.name);
        }
    }
}
