//! The points of a call at which handlers are told. Without handlers each is one load and a branch.

use std::time::Duration;

use super::Call;
use super::attempt::Attempted;
use crate::endpoint::{BuiltIns, Scheme, Signature, is_s3};
use crate::error::{Error, Result};
use crate::hooks::{
    About, AfterCall, AfterCallError, BeforeCall, BeforeEndpointResolution, BeforeParameterBuild, BeforeParse,
    BeforeSend, BeforeSign, ChooseSigner, NeedsRetry, Payload, ProvideClientParams, Received, RequestCreated,
    ResponseReceived, Signer, service_part,
};
use crate::http::{Request, Response};
use crate::retry::Verdict;
use crate::shape::{self, Typed};

impl Call<'_> {
    #[inline]
    pub(super) fn quiet(&self) -> bool {
        self.core.events().is_empty()
    }

    fn about(&self) -> About<'_> {
        About { service: self.core.service(), operation: self.operation, context: &self.context }
    }

    fn name(&self, point: &str) -> String {
        format!("{point}.{}.{}", service_part(self.core.service()), self.operation.name)
    }

    fn tell(&self, point: &str, payload: Payload<'_, '_>) -> Result<()> {
        self.core.events().fire(&self.name(point), payload, false)
    }

    fn ask(&self, point: &str, payload: Payload<'_, '_>) -> Result<()> {
        self.core.events().fire(&self.name(point), payload, true)
    }

    /// The input as handlers left it, when any may have changed it: the caller's own stays as it is.
    pub(super) fn input_of_hooks(&self, input: &dyn Typed) -> Result<Option<Box<dyn Typed>>> {
        if self.quiet() {
            return Ok(None);
        }
        let points = ["provide-client-params", "before-parameter-build"];
        if !points.iter().any(|point| self.core.events().listens(&self.name(point))) {
            return Ok(None);
        }
        let mut copy = input.fresh();
        shape::copy(input, &mut *copy)?;
        let mut payload = ProvideClientParams { about: self.about(), input: &mut *copy };
        self.tell(points[0], Payload::ProvideClientParams(&mut payload))?;
        let mut payload = BeforeParameterBuild { about: self.about(), input: &mut *copy };
        self.tell(points[1], Payload::BeforeParameterBuild(&mut payload))?;
        Ok(Some(copy))
    }

    pub(super) fn before_endpoint_resolution<'b>(
        &'b self,
        input: &'b dyn Typed,
        built_ins: BuiltIns<'b>,
    ) -> Result<BuiltIns<'b>> {
        if self.quiet() {
            return Ok(built_ins);
        }
        let mut payload = BeforeEndpointResolution { about: self.about(), input, built_ins };
        let name = format!("before-endpoint-resolution.{}", service_part(self.core.service()));
        self.core.events().fire(&name, Payload::BeforeEndpointResolution(&mut payload), false)?;
        Ok(payload.built_ins)
    }

    /// What a handler answered in the service's place.
    pub(super) fn before_call(
        &self,
        request: &mut Request,
        input: &dyn Typed,
        output: &mut dyn Typed,
    ) -> Result<Option<Result<()>>> {
        if self.quiet() {
            return Ok(None);
        }
        let mut payload = BeforeCall { about: self.about(), request, input, output, answer: None };
        self.ask("before-call", Payload::BeforeCall(&mut payload))?;
        Ok(payload.answer)
    }

    pub(super) fn request_created(&self, request: &mut Request) -> Result<()> {
        if self.quiet() {
            return Ok(());
        }
        let mut payload = RequestCreated { about: self.about(), request };
        self.tell("request-created", Payload::RequestCreated(&mut payload))
    }

    /// The scheme that handlers chose in place of this one.
    pub(super) fn choose_signer(&self, scheme: &Scheme) -> Result<Option<Scheme>> {
        if self.quiet() {
            return Ok(None);
        }
        let service = self.core.service();
        let (region, name) = match scheme {
            Scheme::Signature(signature) | Scheme::Session(signature) => {
                (signature.region.clone(), signature.name.clone())
            }
            _ => (self.core.settings().region.clone().unwrap_or_default(), service.signing_name.to_owned()),
        };
        let signer = signer(scheme);
        let mut payload = ChooseSigner { about: self.about(), region, signing_name: name, signer, choice: None };
        self.ask("choose-signer", Payload::ChooseSigner(&mut payload))?;
        let ChooseSigner { region, signing_name: name, choice, .. } = payload;
        let double_encode = match scheme {
            Scheme::Signature(signature) | Scheme::Session(signature) => signature.double_encode,
            _ => !is_s3(service),
        };
        let signature = |asymmetric| Signature { asymmetric, name, region, double_encode };
        Ok(Some(match choice.unwrap_or(signer) {
            Signer::Unsigned => Scheme::Unsigned,
            Signer::Bearer => Scheme::Bearer,
            Signer::V2 => Scheme::Version2,
            Signer::S3V2 => Scheme::S3Version2,
            Signer::V4 => Scheme::Signature(signature(false)),
            Signer::V4a => Scheme::Signature(signature(true)),
            Signer::S3Express => Scheme::Session(signature(false)),
        }))
    }

    pub(super) fn before_sign(&self, request: &mut Request, scheme: &Scheme) -> Result<()> {
        if self.quiet() {
            return Ok(());
        }
        let (region, signing_name) = match scheme {
            Scheme::Signature(signature) | Scheme::Session(signature) => {
                (signature.region.as_str(), signature.name.as_str())
            }
            _ => ("", ""),
        };
        let mut payload = BeforeSign { about: self.about(), request, signer: signer(scheme), region, signing_name };
        self.tell("before-sign", Payload::BeforeSign(&mut payload))
    }

    /// What a handler answered in the server's place.
    pub(super) fn before_send(&self, request: &mut Request) -> Result<Option<Response>> {
        if self.quiet() {
            return Ok(None);
        }
        let mut payload = BeforeSend { about: self.about(), request, answer: None };
        self.tell("before-send", Payload::BeforeSend(&mut payload))?;
        Ok(payload.answer)
    }

    pub(super) fn before_parse(&self, response: &mut Response) -> Result<()> {
        if self.quiet() {
            return Ok(());
        }
        let mut payload = BeforeParse { about: self.about(), response };
        self.tell("before-parse", Payload::BeforeParse(&mut payload))
    }

    pub(super) fn response_received(&self, attempted: &Attempted, attempts: u32, output: &dyn Typed) -> Result<()> {
        if self.quiet() {
            return Ok(());
        }
        let received = received(attempted, attempts, output);
        let mut payload = ResponseReceived { about: self.about(), received };
        self.tell("response-received", Payload::ResponseReceived(&mut payload))
    }

    /// What handlers decided otherwise than the rule: the pause before another attempt, or none for the end.
    pub(super) fn needs_retry(
        &self,
        attempted: &Attempted,
        attempts: u32,
        output: &dyn Typed,
        rule: &Verdict,
    ) -> Result<Option<Option<Duration>>> {
        if self.quiet() {
            return Ok(None);
        }
        let rule = match rule {
            Verdict::Retry(pause) => Some(*pause),
            Verdict::Stop(_) => None,
        };
        let received = received(attempted, attempts, output);
        let mut payload = NeedsRetry { about: self.about(), received, rule, decision: None };
        self.tell("needs-retry", Payload::NeedsRetry(&mut payload))?;
        Ok(payload.decision)
    }

    /// Tells of an answer, whether output (then `result` is its status) or error.
    pub(super) fn after_call(&self, result: Result<u16>, output: &mut dyn Typed) -> Result<()> {
        if self.quiet() {
            return result.map(drop);
        }
        let status = match &result {
            Ok(status) => *status,
            Err(error) => error.status().unwrap_or(0),
        };
        let seen = match &result {
            Ok(_) => Ok(output),
            Err(error) => Err(error),
        };
        let mut payload = AfterCall { about: self.about(), result: seen, status };
        self.tell("after-call", Payload::AfterCall(&mut payload))?;
        result.map(drop)
    }

    /// The error, or what a handler gave in its place.
    pub(super) fn after_call_error(&self, error: Error) -> Error {
        if self.quiet() {
            return error;
        }
        let mut payload = AfterCallError { about: self.about(), error: &error };
        match self.tell("after-call-error", Payload::AfterCallError(&mut payload)) {
            Ok(()) => error,
            Err(instead) => instead,
        }
    }
}

fn signer(scheme: &Scheme) -> Signer {
    match scheme {
        Scheme::Unsigned => Signer::Unsigned,
        Scheme::Bearer => Signer::Bearer,
        Scheme::Version2 => Signer::V2,
        Scheme::S3Version2 => Signer::S3V2,
        Scheme::Session(_) => Signer::S3Express,
        Scheme::Signature(signature) if signature.asymmetric => Signer::V4a,
        Scheme::Signature(_) => Signer::V4,
    }
}

fn received<'a>(attempted: &'a Attempted, attempts: u32, output: &'a dyn Typed) -> Received<'a> {
    let nothing =
        Received { status: None, headers: None, refusal: None, modeled: None, output: None, error: None, attempts };
    match attempted {
        Attempted::Answered(facts) => {
            Received { status: Some(facts.status), headers: Some(&facts.headers), output: Some(output), ..nothing }
        }
        Attempted::Refused(failure) => Received {
            status: Some(failure.status),
            headers: Some(&failure.headers),
            refusal: Some((&failure.code, &failure.message)),
            modeled: failure.modeled.as_deref(),
            ..nothing
        },
        Attempted::Failed(error) => Received { error: Some(error), ..nothing },
    }
}
