//! What a session lets a program reach into: events of calls, components, logs.

mod components;
mod events;
mod logs;
#[path = "../errors/server.rs"]
#[allow(dead_code, reason = "it serves other tests too")]
mod server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::{Clock, Credentials, Environment, Replay, Session, SessionBuilder, SystemClock, Timestamp, s3};

/// The time is right, but nobody waits.
#[derive(Clone, Debug, Default)]
pub struct Hasty(pub Arc<Mutex<Vec<Duration>>>);

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

fn builder(replay: &Replay) -> SessionBuilder {
    Session::builder()
        .environment(Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true"))
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .clock(Hasty::default())
        .transport(replay.clone())
}

fn client(replay: &Replay) -> s3::Client {
    s3::Client::new(&builder(replay).build()).unwrap()
}
