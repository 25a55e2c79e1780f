//! Many calls from many threads to a store of which some are made to fail: each ends right or in a clear error, no object
//! is lost, doubled or changed, no connection, file or thread is left, and memory stays as it is.
//!
//! `BOTOCORE_SOAK="20000 32 5"` sets calls, threads and percent of faults; `cargo xtask soak` does that. Without it, a short
//! run among the other tests.

mod figures;
mod store;
mod work;

use std::sync::Arc;
use std::time::{Duration, Instant};

use botocore::{Config, Environment, Session, s3};

use figures::{Figures, Process};
use store::Store;

/// How long the client waits for a store that says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
struct Plan {
    calls: usize,
    threads: usize,
    /// Percent of requests that meet a fault.
    faults: usize,
}

impl Plan {
    fn of_environment() -> Self {
        let words = std::env::var("BOTOCORE_SOAK").unwrap_or_default();
        let mut numbers = words.split_whitespace().map(|word| word.parse().expect("BOTOCORE_SOAK holds three numbers"));
        let mut next = |default| numbers.next().unwrap_or(default);
        Plan { calls: next(600), threads: next(8).max(1), faults: next(5) }
    }
}

fn client(store: &Store) -> s3::Client {
    let environment = Environment::empty()
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_CONFIG_FILE", "/nonexistent/config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_ENDPOINT_URL", store.url());
    let session = Session::builder().environment(environment).build();
    session.set_default_client_config(Config::new().read_timeout(PATIENCE).connect_timeout(Duration::from_secs(5)));
    s3::Client::new(&session).unwrap()
}

#[test]
fn soak() {
    let plan = Plan::of_environment();
    let before = Process::now();
    let began = Instant::now();
    let store = Store::start(plan.faults);
    let client = client(&store);
    let figures = Arc::new(Figures::new(plan.calls));
    std::thread::scope(|scope| {
        for number in 0..plan.threads {
            let (client, figures) = (client.clone(), figures.clone());
            scope.spawn(move || work::run(number, plan.calls / plan.threads, &client, &figures));
        }
    });
    let kept = store.kept(10);
    drop(client);
    let after = store.settled(&before);
    let claims = figures.claims(&store, kept, &before, &after);
    println!("{}", figures.table(plan.threads, plan.faults, began.elapsed(), &store, &claims));
    let failed: Vec<_> = claims.iter().filter(|claim| !claim.holds).map(|claim| claim.to_string()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
