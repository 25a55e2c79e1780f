//! A network and servers that go wrong at every stage, by script: each call ends right after its retries, or in an error
//! that names the operation and what happened; never in a panic, a hang, or a body that is shorter than it was.

mod bodies;
mod faults;
mod interrupted;
mod operations;
mod server;
mod stages;
mod tls;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use botocore::{Clock, Config, Environment, Session, SystemClock, Timestamp};

/// How long a client waits for a server that means to say nothing.
const SHORT: Duration = Duration::from_millis(600);
/// How long the others wait, so that a machine with much to do is no fault.
const LONG: Duration = Duration::from_secs(15);

fn environment(url: &str) -> Environment {
    Environment::empty()
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_CONFIG_FILE", "/nonexistent/config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_ENDPOINT_URL", url)
}

/// A session that calls `url` for every service and does not wait between attempts.
fn session(url: &str) -> Session {
    of(environment(url))
}

fn of(environment: Environment) -> Session {
    let session = Session::builder().environment(environment).clock(Hasty).build();
    patient(session, LONG)
}

/// The session, whose clients wait so long for a server.
fn patient(session: Session, patience: Duration) -> Session {
    session.set_default_client_config(Config::new().read_timeout(patience).connect_timeout(patience));
    session
}

/// The time is right, but nobody waits.
#[derive(Debug)]
struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn sleep(&self, _: Duration) {}
}

/// What `act` gives; a hang or a panic fails the test.
fn promptly<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(act()));
    match receiver.recv_timeout(LONG * 4) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{what}: panicked"),
    }
}

/// A directory that ends with the test.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("botocore-faults-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of what is in it.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Bytes that repeat only after long, and hold no line breaks.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| b'a' + ((at * at / 7 + at) % 26) as u8).collect()
}
