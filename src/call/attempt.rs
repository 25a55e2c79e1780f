//! The attempts of a call: signed, sent, judged, and perhaps made again.

use std::fmt::Write;
use std::io;
use std::time::{Duration, Instant};

use super::{Call, Prepared, streams};
use crate::Timestamp;
use crate::attempts::{Course, FailedAttempt, RetryReason};
use crate::clock::Clock as _;
use crate::endpoint::Scheme;
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::{Body, Request, Response, ResponseMetadata, TransportFailure};
use crate::logging::Shown;
use crate::operation::{has_word, word};
use crate::protocol::{Facts, ServiceFailure};
use crate::retry::{self, Attempts, Outcome, Policy, Stop, Verdict};
use crate::shape::schema::Schema;
use crate::shape::{TimestampFormat, Typed, View};
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

/// What a call has been through.
struct State {
    attempts: Attempts,
    failed: Vec<FailedAttempt>,
    redirected: bool,
    corrected: bool,
    /// Until when an answer is of use, as the service is told. Source: botocore's `_calculate_ttl`.
    ttl: Option<String>,
    /// Whether answers are read whole at once.
    whole: bool,
}

impl State {
    fn new(whole: bool) -> Self {
        let attempts = Attempts::first();
        State { attempts, failed: Vec::new(), redirected: false, corrected: false, ttl: None, whole }
    }

    fn course(&mut self, stop: Stop) -> Course {
        let failed = std::mem::take(&mut self.failed);
        Course { failed, attempts_spent: stop.attempts_spent, quota_spent: stop.quota_spent }
    }

    /// The header `amz-sdk-request`.
    fn announcement(&self, policy: &Policy) -> String {
        let number = self.attempts.number();
        let mut text = String::new();
        if let Some(ttl) = &self.ttl {
            let _ = write!(text, "ttl={ttl}; ");
        }
        let _ = write!(text, "attempt={number}");
        if let Some(max) = policy.announced_max(number) {
            let _ = write!(text, "; max={max}");
        }
        text
    }

    fn note_date(&mut self, attempted: &Attempted, read_timeout: Duration) {
        let headers = match attempted {
            Attempted::Answered(facts) => &facts.headers,
            Attempted::Refused(failure) => &failure.headers,
            Attempted::Failed(_) => return,
        };
        let until = headers.get("Date").and_then(Timestamp::parse).map(|date| date + read_timeout);
        let text = until.and_then(|until| Timestamp::from_secs(until.seconds()).format(TimestampFormat::Iso));
        if let Some(text) = text {
            self.ttl = Some(text.replace(['-', ':'], ""));
        }
    }
}

impl Call<'_> {
    /// Sends until there is an answer or no more to try; gives what the answer says beside the output, the number of attempts,
    /// and those that failed.
    pub(super) fn attempts(
        &self,
        input: &dyn Typed,
        prepared: &mut Prepared,
        output: &mut dyn Typed,
    ) -> Result<(Facts, u32, Course)> {
        let policy = self.core.retry();
        let mut state = State::new(!streams(&*output));
        let unsigned = prepared.request.headers.clone();
        loop {
            let number = state.attempts.number();
            if let Err(error) = self.hold() {
                return Err(error.after_attempts(number - 1).with_course(state.course(Stop::default())));
            }
            let attempted = match self.attempt(prepared, &state, output) {
                Ok(attempted) => attempted,
                Err(unread) => {
                    policy.finish(&state.attempts, Some(200));
                    return Err(unread.after_attempts(number).with_course(state.course(Stop::default())));
                }
            };
            self.response_received(&attempted, number, output)?;
            let elsewhere = if state.redirected { None } else { self.elsewhere(input, prepared, &attempted) };
            let again = elsewhere.is_none() && !state.corrected && self.correct_clock(&prepared.scheme, &attempted);
            state.corrected |= again;
            let (rule, reason) = match elsewhere {
                Some(_) => (Verdict::Retry(Duration::ZERO), RetryReason::Redirect),
                None if again => (Verdict::Retry(Duration::ZERO), RetryReason::Clock),
                None => (self.verdict(&mut state.attempts, &attempted), attempted.reason()),
            };
            let pause = match self.decided(rule, &attempted, number, output)? {
                Verdict::Retry(pause) => pause,
                Verdict::Stop(stop) => return self.finish(attempted, number, stop, state),
            };
            log::debug!(
                target: "botocore::retryhandler",
                "{} {}: attempt {number} {attempted}; again in {pause:?}",
                self.core.service().name,
                self.operation.name
            );
            if let Some(elsewhere) = elsewhere {
                state.redirected = true;
                self.follow(elsewhere, input, prepared)?;
            }
            if state.attempts.number() == number {
                state.attempts.redirect();
            }
            if matches!(attempted, Attempted::Answered(_)) {
                output.reset();
            }
            state.note_date(&attempted, self.read_timeout(&prepared.request));
            prepared.request.headers = unsigned.clone();
            let reason = if matches!(rule, Verdict::Stop(_)) { RetryReason::Handler } else { reason };
            let error = self.error(attempted, number);
            if let Err(cause) = self.time_for(pause).and_then(|()| prepared.request.body.rewind()) {
                return Err(error.not_sent_again(cause).with_course(state.course(Stop::default())));
            }
            state.failed.push(FailedAttempt::new(reason, error, pause));
            if !pause.is_zero() {
                self.core.clock().sleep(pause);
            }
        }
    }

    /// Ends a call with what the last attempt, of this number, came to: a rule may have counted on where a handler stopped.
    fn finish(&self, attempted: Attempted, number: u32, stop: Stop, mut state: State) -> Result<(Facts, u32, Course)> {
        match attempted {
            Attempted::Answered(facts) => {
                self.core.retry().finish(&state.attempts, Some(facts.status));
                Ok((facts, number, state.course(stop)))
            }
            attempted => {
                self.core.retry().finish(&state.attempts, None);
                if let Some(pause) = stop.wait
                    && self.time_for(pause).is_ok()
                {
                    self.core.clock().sleep(pause);
                }
                Err(self.error(attempted, number).with_course(state.course(stop)))
            }
        }
    }

    /// Waits until the client's own limit of its rate lets another request go.
    fn hold(&self) -> Result<()> {
        while let Some(pause) = self.core.retry().hold(self.core.now()) {
            self.time_for(pause).map_err(|cause| {
                let message = "The request was not sent: the client limits its own rate, as it was throttled";
                Error::new(ErrorKind::Transport, message).with_source(cause)
            })?;
            self.core.clock().sleep(pause);
        }
        Ok(())
    }

    /// Whether the call may still take that long.
    fn time_for(&self, pause: Duration) -> io::Result<()> {
        match self.limit {
            Some(limit) if limit.end.saturating_duration_since(Instant::now()) <= pause => {
                Err(io::Error::other(format!(
                    "the call may take {} s in all, and {:.3} s more would be waited",
                    limit.allowed.as_secs_f64(),
                    pause.as_secs_f64()
                )))
            }
            _ => Ok(()),
        }
    }

    fn read_timeout(&self, request: &Request) -> Duration {
        request.read_timeout.unwrap_or(self.core.settings().read_timeout)
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
            Attempted::Refused(failure) => {
                let (service, settings) = (self.core.service(), self.core.settings());
                let special = customize::hint(service, self.operation, failure, settings).filter(|_| self.builtin);
                special.or_else(|| Some(format!("the answer begins with {:?}", failure.foreign.as_deref()?)))
            }
            _ => None,
        };
        attempted.into_error(attempts).with_hint(hint)
    }

    /// # Errors
    /// For an answer that cannot be read: that would not change with another attempt.
    fn attempt(&self, prepared: &mut Prepared, state: &State, output: &mut dyn Typed) -> Result<Attempted> {
        let service = self.core.service();
        Ok(match self.sent(prepared, state) {
            Ok(mut response) if response.status < 300 => {
                if !state.whole {
                    response.body.set_operation(service.name, self.operation.name);
                }
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
    fn sent(&self, prepared: &mut Prepared, state: &State) -> Result<Response> {
        let whole = state.whole;
        let service = self.core.service();
        let request = &mut prepared.request;
        if self.builtin {
            request.headers.set("amz-sdk-request", state.announcement(self.core.retry()));
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
            Scheme::Bearer => {
                match self.core.session().auth_token_before(Some(self.core.service().signing_name), self.end())? {
                    Some(token) => signing::sign_bearer(request, &token),
                    None => Err(Error::new(
                        ErrorKind::Credentials,
                        "The operation is called with a bearer token, and there is none: neither AWS_BEARER_TOKEN_… is set \
                     nor has the profile an sso_session that is logged in",
                    )),
                }
            }
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
            }),
            Attempted::Failed(error) => match error.transport_failure() {
                None | Some(TransportFailure::OutOfTime) => Outcome::Failed,
                Some(_) => Outcome::Disconnected,
            },
        }
    }

    /// Why there would be another attempt.
    fn reason(&self) -> RetryReason {
        match self {
            Attempted::Failed(error) if error.transport_failure() == Some(TransportFailure::Damage) => {
                RetryReason::Damage
            }
            Attempted::Failed(_) => RetryReason::Connection,
            _ if self.outcome().is_throttling() => RetryReason::Throttling,
            _ => RetryReason::Service,
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
            Attempted::Answered(facts) => {
                let message = format!("A handler wanted another attempt after an answer with HTTP {}", facts.status);
                Error::new(ErrorKind::Hook, message)
            }
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
