use std::any::Any;

use super::emitter::Response;
use super::handler::{Handler, IntoHandler, Outcome};
use super::payload::{
    AfterCall, AfterCallError, BeforeCall, BeforeEndpointResolution, BeforeParameterBuild, BeforeParse, BeforeSend,
    BeforeSign, ChooseSigner, CreatingClient, NeedsRetry, ProvideClientParams, RequestCreated, ResponseReceived,
};

/// An event, as a handler of any event sees it.
pub struct Event<'e, 'a> {
    name: &'e str,
    payload: Payload<'e, 'a>,
    response: Option<Response>,
}

impl<'e, 'a> Event<'e, 'a> {
    pub(super) fn new(name: &'e str, payload: Payload<'e, 'a>) -> Self {
        Event { name, payload, response: None }
    }

    /// The whole name: `before-sign.s3.GetObject`.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The first part of the name: `before-sign`.
    pub fn point(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// What the event tells, to be looked at or changed.
    pub fn payload(&mut self) -> &mut Payload<'e, 'a> {
        &mut self.payload
    }

    /// The payload of an event that the program itself emitted, when it is a `T`.
    pub fn custom<T: Any>(&mut self) -> Option<&mut T> {
        match &mut self.payload {
            Payload::Custom(payload) => payload.downcast_mut(),
            _ => None,
        }
    }

    /// Answers an event that the program itself emitted. The points of a call take their answers by their payloads.
    pub fn respond<T: Any + Send>(&mut self, response: T) {
        self.response = Some(Box::new(response));
    }

    pub(super) fn take_response(&mut self) -> Option<Response> {
        self.response.take()
    }

    pub(super) fn is_answered(&self) -> bool {
        match &self.payload {
            Payload::BeforeCall(payload) => payload.is_answered(),
            Payload::ChooseSigner(payload) => payload.choice().is_some(),
            _ => false,
        }
    }
}

macro_rules! payloads {
    ($($payload:ident $point:literal,)*) => {
        /// What an event tells.
        #[non_exhaustive]
        pub enum Payload<'e, 'a> {
            $(
                #[doc = concat!("Of `", $point, "`.")]
                $payload(&'e mut $payload<'a>),
            )*
            /// Of an event that the program itself emitted.
            Custom(&'e mut dyn Any),
        }

        $(
            impl<F> IntoHandler<$payload<'static>> for F
            where
                F: Fn(&mut $payload<'_>) -> Outcome + Send + Sync + 'static,
            {
                fn into_handler(self) -> Handler {
                    let label = std::any::type_name::<F>();
                    let function = move |event: &mut Event<'_, '_>| match &mut event.payload {
                        Payload::$payload(payload) => self(payload),
                        _ => Ok(()),
                    };
                    Handler::of(function, Some($point)).labelled(label)
                }
            }
        )*
    };
}

payloads! {
    CreatingClient "creating-client-class",
    ProvideClientParams "provide-client-params",
    BeforeParameterBuild "before-parameter-build",
    BeforeEndpointResolution "before-endpoint-resolution",
    BeforeCall "before-call",
    RequestCreated "request-created",
    ChooseSigner "choose-signer",
    BeforeSign "before-sign",
    BeforeSend "before-send",
    BeforeParse "before-parse",
    ResponseReceived "response-received",
    NeedsRetry "needs-retry",
    AfterCall "after-call",
    AfterCallError "after-call-error",
}
