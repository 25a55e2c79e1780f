use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Waited, Waiter};
use crate::Timestamp;
use crate::clock::Clock;
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::{Headers, ResponseMetadata};
use crate::operation::{Input, Operation};
use crate::shape::tree::{Shape, Tree};
use crate::shape::{Slot, Value, View};
use crate::suite::Suite;

/// A clock that only counts.
#[derive(Debug, Default)]
struct Counter(Mutex<Vec<Duration>>);

impl Counter {
    fn sleeps(&self) -> Vec<f64> {
        self.0.lock().unwrap().iter().map(Duration::as_secs_f64).collect()
    }
}

impl Clock for Counter {
    fn now(&self) -> Timestamp {
        let slept: Duration = self.0.lock().unwrap().iter().sum();
        Timestamp::new(slept.as_secs().try_into().unwrap(), slept.subsec_nanos())
    }

    fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

#[derive(Default)]
struct Nothing;

impl Value for Nothing {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Absent);
    }

    fn fill(&mut self, _: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

impl Input for Nothing {
    type Client = ();
    type Output = Output;
    const OPERATION: &'static Operation = &Operation { name: "Op", method: "POST", uri: "/", traits: "" };
}

/// An output whose members are a sample's.
#[derive(Debug, Default)]
struct Output {
    sample: Json,
    metadata: ResponseMetadata,
}

impl Value for Output {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        let tree = Tree::new(&Shape::of([&self.sample]), &self.sample);
        tree.view(&mut |view| match view {
            View::Structure(schema, members) => {
                let members: Vec<&dyn Value> = members.iter().copied().chain([&self.metadata as &dyn Value]).collect();
                see(View::Structure(format!("{schema}ResponseMetadata at=metadata\n").leak(), &members));
            }
            view => see(view),
        });
    }

    fn fill(&mut self, _: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

fn answer(response: &Json) -> Result<Output> {
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    let metadata = ResponseMetadata::new(status, Headers::default(), None, None, 1);
    match response["error"].as_str() {
        None => Ok(Output { sample: response["output"].clone(), metadata }),
        Some(code) => Err(Error::service(Answer {
            code: code.to_owned(),
            message: "m".to_owned(),
            fault: None,
            metadata,
            throttling: false,
            modeled: None,
        })),
    }
}

fn description(waiter: &Json) -> &'static str {
    let mut text = format!("delay {}\nattempts {}\n", waiter["delay"], waiter["maxAttempts"]);
    for acceptor in waiter["acceptors"].as_array().unwrap() {
        let word = |key: &str| acceptor[key].as_str().unwrap_or_default();
        text += &format!("{} {} {} {}\n", word("state"), word("matcher"), acceptor["expected"], word("argument"));
    }
    text.leak()
}

fn wait<'a>(
    description: &'static str,
    responses: &'a [Json],
    calls: &'a AtomicUsize,
    clock: &'a Counter,
) -> Waiter<'a, Nothing> {
    Waiter::new("TestWaiter", description, Nothing, clock, move |_| {
        let none = || Error::new(ErrorKind::Transport, "No more answers");
        responses.get(calls.fetch_add(1, Ordering::Relaxed)).ok_or_else(none).and_then(answer)
    })
}

fn check(case: &Json) -> std::result::Result<(), String> {
    let (calls, clock, expect) = (AtomicUsize::new(0), Counter::default(), &case["expect"]);
    let responses = case["responses"].as_array().unwrap();
    let got = wait(description(&case["waiter"]), responses, &calls, &clock).wait();
    let result = match &got {
        Ok(_) => "success",
        Err(error) if error.kind() == ErrorKind::Wait => "failure",
        Err(_) => "ran-out-of-responses",
    };
    // The first of the texts that botocore's reason is made of.
    let reasons = [
        ("failure state", "failure state"),
        ("Previously accepted state", "before that"),
        ("Max attempts exceeded", "gave up"),
        ("An error occurred", "does not expect"),
    ];
    if let (Err(error), Some(message)) = (&got, expect["message"].as_str()) {
        let (_, ours) = reasons.iter().find(|(theirs, _)| message.contains(theirs)).unwrap();
        if !error.to_string().contains(ours) {
            return Err(format!("expected {message:?}, got {error}"));
        }
    }
    let got = json!({"result": result, "calls": calls.into_inner(), "sleeps": clock.sleeps()});
    let same = |key: &str| match (&got[key], &expect[key]) {
        (Json::Array(one), Json::Array(two)) => one.iter().map(Json::as_f64).eq(two.iter().map(Json::as_f64)),
        (one, two) => one == two,
    };
    match ["result", "calls", "sleeps"].iter().all(|key| same(key)) {
        true => Ok(()),
        false => Err(format!("expected {expect}, got {got}")),
    }
}

#[test]
fn conformance() {
    let Some((mut suite, cases)) = Suite::cases("waiters", "waiters.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap(), || check(case));
    }
    suite.finish();
}

const STATE: &str = "delay 2\nattempts 3\nsuccess path \"OK\" State\nfailure pathAny \"BAD ONE\" Parts[].State\n\
    success error \"NotFound\"\nretry error \"Busy\"\n";

#[test]
fn the_outcome_says_what_ended_it() {
    let (calls, clock) = (AtomicUsize::new(0), Counter::default());
    let responses = [json!({"output": {"State": "P"}}), json!({"error": "NotFound", "status": 404})];
    let mut seen = Vec::new();
    let Waited { answer, reason, attempts } = wait(STATE, &responses, &calls, &clock)
        .on_attempt(|attempt| seen.push((attempt.number, attempt.answer.is_ok(), attempt.pause)))
        .wait()
        .unwrap();
    assert_eq!(answer.unwrap_err().status(), Some(404));
    assert_eq!((reason.as_str(), attempts), ("the service answered with the error \"NotFound\"", 2));
    assert_eq!(seen, [(1, true, Some(Duration::from_secs(2))), (2, false, None)]);
}

#[test]
fn failures_name_the_state_and_carry_the_answer() {
    let (calls, clock) = (AtomicUsize::new(0), Counter::default());
    let responses = [json!({"output": {"State": "P", "Parts": [{"State": "a"}, {"State": "BAD ONE"}]}})];
    let error = wait(STATE, &responses, &calls, &clock).wait().unwrap_err();
    assert_eq!(
        error.to_string(),
        "The waiter TestWaiter came to the failure state: one of `Parts[].State` is \"BAD ONE\""
    );
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Wait, 1));
    assert_eq!(error.downcast_ref::<Output>().unwrap().sample["State"], "P");

    let responses = [json!({"error": "Busy"}), json!({"error": "Boom", "status": 400})];
    calls.store(0, Ordering::Relaxed);
    let error = wait(STATE, &responses, &calls, &clock).wait().unwrap_err();
    assert_eq!(
        error.to_string(),
        "The waiter TestWaiter met an error that it does not expect (2 attempts): Boom: m (HTTP 400)"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref::<Error>().unwrap().code(), Some("Boom"));
}

#[test]
fn limits_of_time_and_number() {
    let (calls, clock) = (AtomicUsize::new(0), Counter::default());
    let responses = vec![json!({"output": {"State": "P"}}); 100];
    let error = wait(STATE, &responses, &calls, &clock).max_wait(Duration::from_secs(21)).wait().unwrap_err();
    assert_eq!(clock.sleeps(), [2.0; 10]);
    assert_eq!(error.to_string(), "The waiter TestWaiter gave up after at most 21 s (11 attempts)");

    let (calls, clock) = (AtomicUsize::new(0), Counter::default());
    let waiter = wait(STATE, &responses, &calls, &clock).max_attempts(2).delay(Duration::from_millis(1500));
    assert_eq!(waiter.wait().unwrap_err().attempts(), 2);
    assert_eq!(clock.sleeps(), [1.5]);
}

#[test]
fn a_function_that_does_not_take_the_value_is_no_match() {
    let (calls, clock) = (AtomicUsize::new(0), Counter::default());
    let responses = [json!({"output": {}}), json!({"output": {"Password": "x"}})];
    let text = "delay 1\nattempts 3\nsuccess path true length(Password) > `0`\n";
    assert_eq!(wait(text, &responses, &calls, &clock).wait().unwrap().attempts, 2);
}
