//! Outside cases through emitted code, as a user's call goes: `cargo xtask conformance` has their models emitted.

mod compare;
mod customisations;
mod names;
mod protocols;
mod requests;
mod s3;
mod smithy;
mod unsigned;

use std::cell::Cell;
use std::time::Duration;

use crate::by_name::{self, ByName};
use crate::client::Core;
use crate::clock::Clock;
use crate::configuration::{ClientOptions, Environment};
use crate::error::Result;
use crate::http::Replay;
use crate::operation::Service;
use crate::shape::Document;
use crate::{Credentials, Session, Timestamp};

include!(env!("BOTOCORE_CONFORMANCE"));

thread_local! {
    /// What stands for random ids.
    pub(crate) static UUID: Cell<&'static str> = const { Cell::new("11111111-2222-4333-8444-555555555555") };
}

/// An emitted service.
pub(super) struct Emitted {
    name: &'static str,
    service: &'static Service,
    operation: fn(&str) -> Option<ByName>,
    names: &'static str,
}

/// A client of an emitted service, whose requests are kept.
struct Client {
    emitted: &'static Emitted,
    core: Core,
    replay: Replay,
}

impl Client {
    fn new(
        service: &str,
        environment: Environment,
        options: ClientOptions,
        replay: Replay,
    ) -> std::result::Result<Client, String> {
        let emitted = SERVICES.iter().find(|emitted| emitted.name == service).ok_or("the service was not emitted")?;
        let environment = environment.with("AWS_EC2_METADATA_DISABLED", "true").with("AWS_MAX_ATTEMPTS", "1");
        let session = Session::builder().environment(environment).transport(replay.clone()).clock(Still).build();
        let core = Core::with(&session, emitted.service, options).map_err(|error| error.to_string())?;
        Ok(Client { emitted, core, replay })
    }

    /// The emitted operation of a name as Python has it: `PutBucketTagging` of `put_bucket_tagging`.
    fn operation(&self, snake: &str) -> Option<&'static str> {
        let plain = snake.replace('_', "");
        self.emitted.names.split(' ').find(|name| name.eq_ignore_ascii_case(&plain))
    }

    /// What the emitted `Client::call` does.
    fn call(&self, operation: &str, parameters: &Document) -> Result<Document> {
        by_name::call(&self.core, operation, (self.emitted.operation)(operation), self.emitted.names, parameters)
    }
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
}

/// The moment at which requests were recorded.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_714_979_289)
    }

    fn sleep(&self, _: Duration) {}
}
