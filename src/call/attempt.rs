//! The attempts of a call: signed, sent, judged, and perhaps made again.

use std::time::Duration;

use super::{Call, Prepared, streams};
use crate::clock::Clock as _;
use crate::endpoint::Scheme;
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::{Body, Request, Response, ResponseMetadata};
use crate::logging::Shown;
use crate::operation::{has_word, word};
use crate::protocol::{Facts, ServiceFailure};
use crate::retry::{self, Attempts, Outcome, Stop, Verdict};
use crate::shape::schema::Schema;
use crate::shape::{Typed, View};
use crate::signing::{self, Payload};
use crate::user_agent::{self, Feature};
use crate::{checksum, customize, history, protocol};

/// What an attempt came to.
pub(super) enum Attempted {
    /// The output is filled.
    Answered(Facts),
    Refused(ServiceFailure),
    Failed(Error),
}

impl Call<'_> {
    /// Sends until there is an answer or no more to try; gives what the answer says beside the output, and the number of
    /// attempts.
    pub(super) fn attempts(
        &self,
        input: &dyn Typed,
        prepared: &mut Prepared,
        output: &mut dyn Typed,
    ) -> Result<(Facts, u32)> {
        let policy = self.core.retry();
        let mut attempts = Attempts::first();
        let unsigned = prepared.request.headers.clone();
        let whole = !streams(&*output);
        let (mut redirected, mut corrected) = (false, false);
        loop {
            while let Some(pause) = policy.hold(self.core.now()) {
                self.core.clock().sleep(pause);
            }
            let number = attempts.number();
            let attempted = match self.attempt(prepared, number, whole, output) {
                Ok(attempted) => attempted,
                Err(unread) => {
                    policy.finish(&attempts, Some(200));
                    return Err(unread.after_attempts(number));
                }
            };
            self.response_received(&attempted, number, output)?;
            let elsewhere = if redirected { None } else { self.elsewhere(input, prepared, &attempted) };
            let again = elsewhere.is_none() && !corrected && self.correct_clock(&prepared.scheme, &attempted);
            corrected |= again;
            let rule = match elsewhere {
                Some(_) => Verdict::Retry(Duration::ZERO),
                None if again => Verdict::Retry(Duration::ZERO),
                None => self.verdict(&mut attempts, &attempted),
            };
            let verdict = self.decided(rule, &attempted, number, output)?;
            match (verdict, attempted) {
                (Verdict::Retry(pause), attempted) => {
                    log::debug!(
                        target: "botocore::retryhandler",
                        "{} {}: attempt {number} {attempted}; again in {pause:?}",
                        self.core.service().name,
                        self.operation.name
                    );
                    if let Some(elsewhere) = elsewhere {
                        redirected = true;
                        self.follow(elsewhere, input, prepared)?;
                    }
                    if attempts.number() == number {
                        attempts.redirect();
                    }
                    if matches!(attempted, Attempted::Answered(_)) {
                        output.reset();
                    }
                    prepared.request.headers = unsigned.clone();
                    if let Err(cause) = prepared.request.body.rewind() {
                        return Err(self.error(attempted, number).not_sent_again(cause));
                    }
                    if !pause.is_zero() {
                        self.core.clock().sleep(pause);
                    }
                }
                (Verdict::Stop(_), Attempted::Answered(facts)) => {
                    policy.finish(&attempts, Some(facts.status));
                    return Ok((facts, number));
                }
                (Verdict::Stop(stop), attempted) => {
                    policy.finish(&attempts, None);
                    if let Some(pause) = stop.wait {
                        self.core.clock().sleep(pause);
                    }
                    return Err(self.error(attempted, number));
                }
            }
        }
    }

    fn verdict(&self, attempts: &mut Attempts, attempted: &Attempted) -> Verdict {
        self.core.retry().verdict(
            attempts,
            &attempted.outcome(),
            has_word(self.operation.traits, "long-poll"),
            fastrand::f64(),
            self.core.now(),
        )
    }

    /// The rule's verdict, or what handlers decided in its place.
    fn decided(&self, rule: Verdict, attempted: &Attempted, number: u32, output: &dyn Typed) -> Result<Verdict> {
        Ok(match self.needs_retry(attempted, number, output, &rule)? {
            None => rule,
            Some(Some(pause)) => Verdict::Retry(pause),
            Some(None) => Verdict::Stop(Stop::default()),
        })
    }

    fn error(&self, attempted: Attempted, attempts: u32) -> Error {
        let hint = match &attempted {
            Attempted::Refused(failure) if self.builtin => {
                customize::hint(self.core.service(), self.operation, failure, self.core.settings())
            }
            _ => None,
        };
        attempted.into_error(attempts).with_hint(hint)
    }

    /// # Errors
    /// For an answer that cannot be read: that would not change with another attempt.
    fn attempt(&self, prepared: &mut Prepared, number: u32, whole: bool, output: &mut dyn Typed) -> Result<Attempted> {
        let service = self.core.service();
        Ok(match self.sent(prepared, number, whole) {
            Ok(response) if response.status < 300 => {
                let facts = protocol::parse(service, self.operation, response, output)?;
                history::record("PARSED_RESPONSE", &|| history::members(&*output));
                Attempted::Answered(facts)
            }
            Ok(response) => {
                let failure = protocol::parse_error(service, self.operation, response);
                history::record("PARSED_RESPONSE", &|| history::failure(&failure));
                Attempted::Refused(failure)
            }
            Err(error) => Attempted::Failed(error),
        })
    }

    /// One exchange: signed, sent, and unless the output streams it, the whole body read.
    fn sent(&self, prepared: &mut Prepared, number: u32, whole: bool) -> Result<Response> {
        let service = self.core.service();
        let request = &mut prepared.request;
        if self.builtin {
            let max = self.core.retry().max_attempts();
            request.headers.set("amz-sdk-request", format!("attempt={number}; max={max}"));
        }
        self.request_created(request)?;
        self.sign(request, &prepared.scheme, &prepared.payload)?;
        let streams_in = request.body.len().is_none();
        history::record("HTTP_REQUEST", &|| history::request(request, streams_in));
        let mut response = match self.before_send(request)? {
            Some(response) => response,
            None => self.send(request)?,
        };
        if response.status < 300 && prepared.checked {
            self.check(&mut response);
        }
        if whole || response.status >= 300 {
            let bytes = response.body.take().into_bytes()?;
            response.body = Body::from(bytes);
            if self.builtin {
                customize::response(service, self.operation, &mut response)?;
            }
        }
        history::record("HTTP_RESPONSE", &|| history::response(&response, !whole, self.operation.name));
        self.before_parse(&mut response)?;
        Ok(response)
    }

    fn send(&self, request: &mut Request) -> Result<Response> {
        log::debug!(target: "botocore::endpoint", "Sending {}", Shown(request));
        let response = self.core.transport().send(request)?;
        log::debug!(
            target: "botocore::parsers",
            "{} {}: HTTP {}, headers {:?}",
            self.core.service().name,
            self.operation.name,
            response.status,
            response.headers
        );
        Ok(response)
    }

    /// Notes how the request is about to be signed.
    fn note_scheme(&self, scheme: &Scheme) -> Result<()> {
        match scheme {
            Scheme::Unsigned | Scheme::Session(_) => {}
            Scheme::Version2 | Scheme::S3Version2 => user_agent::register_credentials(&self.credentials()?),
            Scheme::Signature(signature) => {
                user_agent::register_credentials(&self.credentials()?);
                if signature.asymmetric {
                    user_agent::register(Feature::Sigv4aSigning);
                }
            }
            Scheme::Bearer => {
                let service = self.core.service();
                if self.core.session().bearer_token_of_environment(service.signing_name).is_some() {
                    user_agent::register(Feature::BearerTokenOfEnvironment);
                }
            }
        }
        Ok(())
    }

    fn check(&self, response: &mut Response) {
        let Some(algorithms) = word(self.operation.traits, "checksum-responses=") else { return };
        let algorithms: Vec<_> = algorithms.split(',').filter_map(checksum::Algorithm::from_name).collect();
        checksum::check(response, &algorithms);
    }

    pub(super) fn sign(&self, request: &mut Request, scheme: &Scheme, payload: &Payload) -> Result<()> {
        let chosen = self.choose_signer(scheme)?;
        let scheme = chosen.as_ref().unwrap_or(scheme);
        self.note_scheme(scheme)?;
        // Whoever took the header away wants none.
        if request.headers.get("User-Agent").is_some() {
            request.headers.set("User-Agent", &*self.core.user_agent());
        }
        self.before_sign(request, scheme)?;
        log::debug!(
            target: "botocore::auth",
            "{} {}: signing: {scheme:?}, {payload:?}",
            self.core.service().name,
            self.operation.name
        );
        match scheme {
            Scheme::Unsigned => Ok(()),
            Scheme::Signature(signature) => {
                let credentials = self.credentials()?;
                let params = self.signing(&credentials, signature, payload.clone());
                match signature.asymmetric {
                    true => signing::sign_v4a(request, &params),
                    false => signing::sign(request, &params),
                }
            }
            Scheme::Session(signature) => {
                let credentials = self.session_credentials()?;
                signing::sign(request, &self.signing_in_session(&credentials, signature, payload.clone()))
            }
            Scheme::S3Version2 => {
                signing::sign_s3_v2(request, &self.credentials()?, self.resource(), self.core.time().now());
                Ok(())
            }
            Scheme::Version2 => signing::sign_v2(request, &self.credentials()?, self.core.time().now()),
            Scheme::Bearer => match self.core.session().get_auth_token(Some(self.core.service().signing_name))? {
                Some(token) => signing::sign_bearer(request, &token),
                None => Err(Error::new(
                    ErrorKind::Credentials,
                    "The operation is called with a bearer token, and there is none: neither AWS_BEARER_TOKEN_… is set \
                     nor has the profile an sso_session that is logged in",
                )),
            },
        }
    }
}

impl Attempted {
    fn outcome(&self) -> Outcome<'_> {
        match self {
            Attempted::Answered(facts) => {
                Outcome::Answer(retry::Answer { status: facts.status, ..retry::Answer::default() })
            }
            Attempted::Refused(failure) => Outcome::Answer(retry::Answer {
                status: failure.status,
                code: Some(&failure.code),
                modeled: modeled(failure),
                retry_after: failure.headers.get("x-amz-retry-after"),
                is_damaged: false,
            }),
            Attempted::Failed(error) if error.transport_failure().is_some() => Outcome::Disconnected,
            Attempted::Failed(_) => Outcome::Failed,
        }
    }

    fn into_error(self, attempts: u32) -> Error {
        let throttling = self.outcome().is_throttling();
        match self {
            Attempted::Refused(failure) => {
                let ServiceFailure { status, headers, code, message, fault, request_id, host_id, modeled, .. } =
                    failure;
                let metadata = ResponseMetadata::new(status, headers, request_id, host_id, attempts);
                Error::service(Answer { code, message, fault, metadata, throttling, modeled: modeled.map(Into::into) })
            }
            Attempted::Failed(error) => {
                // What fails at another stage fails before there is a connection.
                let sent = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Body | ErrorKind::Parse);
                return error.after_attempts(if sent { attempts } else { attempts - 1 });
            }
            Attempted::Answered(_) => unreachable!("an answer is not an error"),
        }
        .after_attempts(attempts)
    }
}

/// What the model says of retrying the error.
fn modeled(failure: &ServiceFailure) -> Option<retry::Modeled> {
    let mut modeled = None;
    failure.modeled.as_ref()?.view(&mut |view| {
        if let View::Structure(schema, _) = view {
            let head = Schema::new(schema).head();
            let throttling = head.has("throttling");
            modeled = Some(retry::Modeled { retryable: throttling || head.has("retryable"), throttling });
        }
    });
    modeled
}

impl std::fmt::Display for Attempted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Attempted::Answered(facts) => write!(f, "was answered with HTTP {}", facts.status),
            Attempted::Refused(failure) => write!(f, "was refused: {}, HTTP {}", failure.code, failure.status),
            Attempted::Failed(error) => write!(f, "failed: {error}"),
        }
    }
}
