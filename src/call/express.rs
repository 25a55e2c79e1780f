//! Sessions with directory buckets: their keys sign what is asked of the bucket. Source: botocore's
//! `S3ExpressIdentityResolver`.

use std::sync::Arc;

use super::{Call, run};
use crate::Timestamp;
use crate::client::Core;
use crate::credentials::{Credentials, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::shape::{Slot, Value, View};

/// It is written here because it is needed where a selection of operations leaves it out.
static CREATE_SESSION: Operation = Operation {
    name: "CreateSession",
    method: "GET",
    uri: "?session",
    traits: "static=DisableS3ExpressSessionAuth:true",
};

impl Call<'_> {
    /// The keys of the client's session with the call's bucket.
    pub(super) fn session_credentials(&self) -> Result<Credentials> {
        let Some(bucket) = self.bucket.get() else {
            return Err(Error::new(
                ErrorKind::Sign,
                "The endpoint wants the keys of a session with a directory bucket, and the operation names no bucket",
            ));
        };
        let source = Arc::new(Session { core: self.core.clone(), bucket: bucket.clone() });
        let keys = self.core.sessions().of(bucket).get(&source, self.end())?;
        keys.ok_or_else(|| source.ended())
    }
}

/// A session with a bucket.
struct Session {
    core: Core,
    bucket: String,
}

impl Source<Credentials> for Session {
    fn ask(&self) -> Result<Option<Credentials>> {
        let mut output = Answer::default();
        run(&self.core, &CREATE_SESSION, &Question(self.bucket.clone()), &mut output)?;
        let Keys { id, secret, token, expiration } = output.keys;
        if [&id, &secret, &token].iter().any(|text| text.is_empty()) {
            let message = format!("The answer to CreateSession for the bucket {} has no keys", self.bucket);
            return Err(Error::new(ErrorKind::Parse, message));
        }
        Ok(Some(Credentials::new(id, secret, Some(token)).with_expiration(expiration)))
    }

    fn name(&self) -> String {
        format!("the session with the bucket {}", self.bucket)
    }

    fn ended(&self) -> Error {
        let message = format!("The keys of the session with the bucket {} had ended when they came", self.bucket);
        Error::new(ErrorKind::Credentials, message)
    }
}

#[derive(Default)]
struct Question(String);

const QUESTION: &str = "CreateSessionRequest\nBucket at=uri required context=Bucket\n";

impl Value for Question {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(QUESTION, &[&self.0]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(QUESTION, &mut [&mut self.0]))
    }
}

#[derive(Default)]
struct Answer {
    keys: Keys,
}

const ANSWER: &str = "CreateSessionOutput\nCredentials required\n";

impl Value for Answer {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(ANSWER, &[&self.keys]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(ANSWER, &mut [&mut self.keys]))
    }
}

#[derive(Default)]
struct Keys {
    id: String,
    secret: String,
    token: String,
    expiration: Timestamp,
}

const KEYS: &str = "SessionCredentials\nAccessKeyId required\nSecretAccessKey required secret\n\
    SessionToken required secret\nExpiration required\n";

impl Value for Keys {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(KEYS, &[&self.id, &self.secret, &self.token, &self.expiration]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(KEYS, &mut [&mut self.id, &mut self.secret, &mut self.token, &mut self.expiration]))
    }
}
