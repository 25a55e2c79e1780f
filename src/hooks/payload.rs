use std::any::Any;
use std::cell::RefMut;
use std::time::Duration;

use super::about::{About, Context};
use super::{Emitter, members};
use crate::Document;
use crate::endpoint::{BuiltIns, Param};
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::{Headers, Request, Response, ResponseMetadata};
use crate::operation::Service;
use crate::shape::{Modeled, Typed};

fn any(value: &dyn Typed) -> &dyn Any {
    value
}

macro_rules! of_call {
    ($($payload:ident)*) => {$(
        impl<'a> $payload<'a> {
            /// The service's name, `s3`.
            pub fn service_name(&self) -> &'static str {
                self.about.service.name
            }

            /// The operation's name, `GetObject`.
            pub fn operation_name(&self) -> &'static str {
                self.about.operation.name
            }

            /// What handlers keep from one event of this call to the next.
            ///
            /// # Panics
            /// When it is asked for while what an earlier call gave is still held.
            pub fn context(&self) -> RefMut<'a, Context> {
                self.about.context()
            }
        }
    )*};
}

of_call! {
    ProvideClientParams BeforeParameterBuild BeforeEndpointResolution BeforeCall RequestCreated ChooseSigner BeforeSign
    BeforeSend BeforeParse ResponseReceived NeedsRetry AfterCall AfterCallError
}

macro_rules! of_input {
    ($($payload:ident)*) => {$(
        impl $payload<'_> {
            /// The input, when it is a `T`: `event.input::<GetObjectInput>()`.
            pub fn input<T: Any>(&self) -> Option<&T> {
                any(self.input).downcast_ref()
            }

            /// A member of the input as JSON, by its name in the model: `Bucket`. `None` when it is absent. A streamed body
            /// is base64 text, empty when it is not in memory.
            pub fn get(&self, member: &str) -> Option<Document> {
                members::get(self.input, member)
            }
        }
    )*};
}

of_input! { ProvideClientParams BeforeParameterBuild BeforeEndpointResolution BeforeCall }

macro_rules! of_changeable_input {
    ($($payload:ident)*) => {$(
        impl $payload<'_> {
            /// The input, to be changed or replaced, when it is a `T`.
            pub fn input_mut<T: Any>(&mut self) -> Option<&mut T> {
                (self.input as &mut dyn Any).downcast_mut()
            }

            /// Sets a member of the input by its name in the model, as JSON in the form of `Client::call`; null takes it out.
            ///
            /// # Errors
            /// When there is no such member, or it is of another type.
            pub fn set(&mut self, member: &str, value: impl Into<Document>) -> Result<()> {
                members::set(self.input, member, value.into())
            }
        }
    )*};
}

of_changeable_input! { ProvideClientParams BeforeParameterBuild }

/// `creating-client-class.s3`: a client was made.
pub struct CreatingClient<'a> {
    pub(crate) service: &'static Service,
    pub(crate) region: Option<&'a str>,
    pub(crate) events: &'a Emitter,
}

impl CreatingClient<'_> {
    /// The service's name, `s3`.
    pub fn service_name(&self) -> &'static str {
        self.service.name
    }

    /// The client's region, where one is set.
    pub fn region_name(&self) -> Option<&str> {
        self.region
    }

    /// The client's own emitter, a copy of the session's.
    pub fn events(&self) -> &Emitter {
        self.events
    }
}

/// `provide-client-params.s3.GetObject`: the call begins. The input may be changed or replaced.
pub struct ProvideClientParams<'a> {
    pub(crate) about: About<'a>,
    pub(crate) input: &'a mut dyn Typed,
}

/// `before-parameter-build.s3.GetObject`: the input is complete, and may be changed once more.
pub struct BeforeParameterBuild<'a> {
    pub(crate) about: About<'a>,
    pub(crate) input: &'a mut dyn Typed,
}

/// `before-endpoint-resolution.s3` (the name ends there): the settings that endpoint rules see may be changed for the call.
pub struct BeforeEndpointResolution<'a> {
    pub(crate) about: About<'a>,
    pub(crate) input: &'a dyn Typed,
    pub(crate) built_ins: BuiltIns<'a>,
}

impl BeforeEndpointResolution<'_> {
    /// A setting by the name that rules have for it: `AWS::Region`, `AWS::UseFIPS`, `SDK::Endpoint` … `None` when it is not
    /// set, or not known.
    pub fn built_in(&self, name: &str) -> Option<Document> {
        match self.built_ins.get(name).ok()?? {
            Param::Bool(value) => Some(value.into()),
            Param::Str(text) => Some(text.into_owned().into()),
            Param::List(items) => Some(items.into()),
        }
    }

    /// Sets one, text or a boolean as rules have it; null makes a text not set.
    ///
    /// # Errors
    /// When there is no setting of that name, or it is of another type.
    pub fn set_built_in(&mut self, name: &str, value: impl Into<Document>) -> Result<()> {
        self.built_ins.set(name, value.into())
    }
}

/// `before-call.s3.GetObject`: the request is built, but for checksum and signature. It may be changed, or the call be
/// answered without sending anything.
pub struct BeforeCall<'a> {
    pub(crate) about: About<'a>,
    /// The request.
    pub request: &'a mut Request,
    pub(crate) input: &'a dyn Typed,
    pub(crate) output: &'a mut dyn Typed,
    pub(crate) answer: Option<Result<()>>,
}

impl BeforeCall<'_> {
    /// Answers the call with an output, which must be the operation's: `GetObjectOutput` for `GetObject`. Its status is 200.
    ///
    /// # Errors
    /// When it is the output of another operation.
    pub fn answer<T: Any>(&mut self, output: T) -> Result<()> {
        let Some(place) = (&mut *self.output as &mut dyn Any).downcast_mut::<T>() else {
            let message = format!(
                "{} {} is not answered with a {}",
                self.about.service.name,
                self.about.operation.name,
                std::any::type_name::<T>()
            );
            return Err(Error::new(ErrorKind::Hook, message));
        };
        *place = output;
        self.answer = Some(Ok(()));
        Ok(())
    }

    /// Answers the call with an output's members as JSON, in the form of `Client::call`. Its status is 200.
    ///
    /// # Errors
    /// When a member is not known, or of another type.
    pub fn answer_json(&mut self, output: &Document) -> Result<()> {
        self.output.reset();
        crate::shape::json::read(self.output, output, false)?;
        self.answer = Some(Ok(()));
        Ok(())
    }

    /// Answers the call with an error of the service: `event.refuse(404, "NoSuchKey", "It is not there.")`. A code that the
    /// model knows is an error of that type.
    pub fn refuse(&mut self, status: u16, code: impl Into<String>, message: impl Into<String>) {
        let (code, message) = (code.into(), message.into());
        let modeled = (self.about.service.error)(&code).map(Into::into);
        let metadata = ResponseMetadata::new(status, Headers::default(), None, None, 0);
        self.answer =
            Some(Err(Error::service(Answer { code, message, fault: None, metadata, throttling: false, modeled })));
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answer.is_some()
    }
}

/// `request-created.s3.GetObject`: an attempt begins; its request is not signed yet.
pub struct RequestCreated<'a> {
    pub(crate) about: About<'a>,
    /// The request. A retry begins with the headers that it had before this event.
    pub request: &'a mut Request,
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signer {
    /// Not at all.
    Unsigned,
    /// By Signature Version 2, which SimpleDB wants.
    V2,
    /// By the Signature Version 2 of S3.
    S3V2,
    /// By Signature Version 4.
    V4,
    /// By Signature Version 4a, whose signatures are good in several regions.
    V4a,
    /// By Signature Version 4 with the keys of a session with the directory bucket.
    S3Express,
    /// With a bearer token.
    Bearer,
}

/// `choose-signer.s3.GetObject`: how the request is signed, and for what region and service, may be changed.
pub struct ChooseSigner<'a> {
    pub(crate) about: About<'a>,
    /// The region in the signature's scope; for version 4a a set, `us-east-1,eu-*`.
    pub region: String,
    /// The service's name in the signature's scope.
    pub signing_name: String,
    pub(crate) signer: Signer,
    pub(crate) choice: Option<Signer>,
}

impl ChooseSigner<'_> {
    /// How the request would be signed.
    pub fn signer(&self) -> Signer {
        self.signer
    }

    /// Has it signed so. No other handler is asked then.
    pub fn choose(&mut self, signer: Signer) {
        self.choice = Some(signer);
    }

    pub(super) fn choice(&self) -> Option<Signer> {
        self.choice
    }
}

/// `before-sign.s3.GetObject`: the last moment to change what is signed.
pub struct BeforeSign<'a> {
    pub(crate) about: About<'a>,
    /// The request.
    pub request: &'a mut Request,
    pub(crate) signer: Signer,
    pub(crate) region: &'a str,
    pub(crate) signing_name: &'a str,
}

impl BeforeSign<'_> {
    /// How it will be signed.
    pub fn signer(&self) -> Signer {
        self.signer
    }

    /// The region in the signature's scope; empty where there is none.
    pub fn region(&self) -> &str {
        self.region
    }

    /// The service's name in the signature's scope; empty where there is none.
    pub fn signing_name(&self) -> &str {
        self.signing_name
    }
}

/// `before-send.s3.GetObject`: the request is signed. It may still be answered without sending anything.
pub struct BeforeSend<'a> {
    pub(crate) about: About<'a>,
    /// The request as it is sent.
    pub request: &'a mut Request,
    pub(crate) answer: Option<Response>,
}

impl BeforeSend<'_> {
    /// Answers in the server's place. The first answer counts; the other handlers are called all the same.
    pub fn answer(&mut self, response: Response) {
        self.answer.get_or_insert(response);
    }
}

/// `before-parse.s3.GetObject`: an answer came, and nothing has looked at it but the checksum of its body.
pub struct BeforeParse<'a> {
    pub(crate) about: About<'a>,
    /// The answer. Its body is in memory, unless the output streams it.
    pub response: &'a mut Response,
}

/// What came of an attempt.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a> {
    pub(crate) status: Option<u16>,
    pub(crate) headers: Option<&'a Headers>,
    pub(crate) refusal: Option<(&'a str, &'a str)>,
    pub(crate) modeled: Option<&'a dyn Modeled>,
    pub(crate) output: Option<&'a dyn Typed>,
    pub(crate) error: Option<&'a Error>,
    pub(crate) attempts: u32,
}

macro_rules! of_received {
    ($($payload:ident)*) => {$(
        impl<'a> $payload<'a> {
            /// The number of the attempt, from 1.
            pub fn attempts(&self) -> u32 {
                self.received.attempts
            }

            /// The HTTP status; `None` when there was no answer.
            pub fn status(&self) -> Option<u16> {
                self.received.status
            }

            /// The first header of that name.
            pub fn header(&self, name: &str) -> Option<&str> {
                self.received.headers?.get(name)
            }

            /// The error code, when the service refused: `SlowDown`.
            pub fn code(&self) -> Option<&str> {
                self.received.refusal.map(|(code, _)| code)
            }

            /// The message, when the service refused.
            pub fn message(&self) -> Option<&str> {
                self.received.refusal.map(|(_, message)| message)
            }

            /// The modelled error, when the service refused with a `T`.
            pub fn modeled<T: Any>(&self) -> Option<&T> {
                self.received.modeled?.as_any().downcast_ref()
            }

            /// The output, when the service answered with one and it is a `T`.
            pub fn output<T: Any>(&self) -> Option<&T> {
                any(self.received.output?).downcast_ref()
            }

            /// A member of the output as JSON, by its name in the model.
            pub fn get(&self, member: &str) -> Option<Document> {
                members::get(self.received.output?, member)
            }

            /// What failed, when no answer came.
            pub fn error(&self) -> Option<&Error> {
                self.received.error
            }
        }
    )*};
}

of_received! { ResponseReceived NeedsRetry }

/// `response-received.s3.GetObject`: an attempt is over, whatever came of it.
pub struct ResponseReceived<'a> {
    pub(crate) about: About<'a>,
    pub(crate) received: Received<'a>,
}

/// `needs-retry.s3.GetObject`: whether there is another attempt may be decided otherwise than the client's rule does.
pub struct NeedsRetry<'a> {
    pub(crate) about: About<'a>,
    pub(crate) received: Received<'a>,
    pub(crate) rule: Option<Duration>,
    pub(crate) decision: Option<Option<Duration>>,
}

impl NeedsRetry<'_> {
    /// What the client's rule decided: the pause before another attempt, or `None` for the end.
    pub fn rule(&self) -> Option<Duration> {
        self.rule
    }

    /// Has another attempt made after that pause, however many there were. The first decision counts.
    pub fn retry_after(&mut self, pause: Duration) {
        self.decision.get_or_insert(Some(pause));
    }

    /// Makes this the last attempt. The first decision counts.
    pub fn stop(&mut self) {
        self.decision.get_or_insert(None);
    }
}

/// `after-call.s3.GetObject`: the service answered, with an output or an error. The output may be changed.
pub struct AfterCall<'a> {
    pub(crate) about: About<'a>,
    pub(crate) result: std::result::Result<&'a mut dyn Typed, &'a Error>,
    pub(crate) status: u16,
}

impl AfterCall<'_> {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The error, when the service answered with one.
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().err().copied()
    }

    /// The output, when it is a `T`.
    pub fn output<T: Any>(&self) -> Option<&T> {
        any(&**self.result.as_ref().ok()?).downcast_ref()
    }

    /// The output, to be changed, when it is a `T`.
    pub fn output_mut<T: Any>(&mut self) -> Option<&mut T> {
        (&mut **self.result.as_mut().ok()? as &mut dyn Any).downcast_mut()
    }

    /// A member of the output as JSON, by its name in the model.
    pub fn get(&self, member: &str) -> Option<Document> {
        members::get(&**self.result.as_ref().ok()?, member)
    }

    /// Sets a member of the output by its name in the model, as JSON; null takes it out.
    ///
    /// # Errors
    /// When the service answered with an error, when there is no such member, or it is of another type.
    pub fn set(&mut self, member: &str, value: impl Into<Document>) -> Result<()> {
        match &mut self.result {
            Ok(output) => members::set(&mut **output, member, value.into()),
            Err(_) => {
                Err(Error::new(ErrorKind::Hook, "The service answered with an error: there is no output to change"))
            }
        }
    }
}

/// `after-call-error.s3.GetObject`: the call failed and there is no answer. A handler that fails gives its own error in the
/// place of this one.
pub struct AfterCallError<'a> {
    pub(crate) about: About<'a>,
    pub(crate) error: &'a Error,
}

impl AfterCallError<'_> {
    /// What failed.
    pub fn error(&self) -> &Error {
        self.error
    }
}
