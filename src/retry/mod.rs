//! Whether a call is tried again, and after how long. Verdicts only: nothing here sleeps or sends, and time and
//! randomness are arguments.
//!
//! This is the mode `standard` of botocore 1.44.5 (`retries/standard.py`, `quota.py`, `special.py`), and with a
//! [`RateLimiter`] the mode `adaptive`. The mode `legacy` has rules of its own ([`Legacy`]).

mod adaptive;
mod backoff;
mod classify;
mod legacy;
mod quota;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use classify::{Answer, Modeled, Outcome};

use self::adaptive::RateLimiter;
use self::legacy::Legacy;
use self::quota::Quota;

/// The setting `retry_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Standard,
    /// With a limit on the client's own rate, found from its throttled answers.
    Adaptive,
}

/// How a client retries. All calls of a client share one, for its quota.
#[derive(Debug)]
pub(crate) struct Policy {
    service: Service,
    max_attempts: u32,
    quota: Quota,
    limiter: Option<RateLimiter>,
    /// The rules that stand in place of all others.
    legacy: Option<Legacy>,
}

/// Services that are treated unlike others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    DynamoDb,
    DynamoDbStreams,
    Sts,
    Other,
}

impl Service {
    fn from_id(id: &str) -> Self {
        match id {
            "DynamoDB" => Service::DynamoDb,
            "DynamoDB Streams" => Service::DynamoDbStreams,
            "STS" => Service::Sts,
            _ => Service::Other,
        }
    }

    fn is_dynamodb(self) -> bool {
        matches!(self, Service::DynamoDb | Service::DynamoDbStreams)
    }
}

/// What one call has done so far.
#[derive(Debug)]
pub(crate) struct Attempts {
    number: u32,
    /// What the last retry took from the quota; it comes back with success.
    taken: Option<u32>,
}

impl Attempts {
    /// Before the first attempt, which counts as one.
    pub(crate) fn first() -> Self {
        Attempts { number: 1, taken: None }
    }

    /// Counts an attempt that no rule of retrying asked for: the request goes to another place.
    pub(crate) fn redirect(&mut self) {
        self.number += 1;
    }

    /// The attempt that is on its way or was answered last, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Another attempt, after that long.
    Retry(Duration),
    /// None.
    Stop(Stop),
}

/// Why there is no other attempt. Neither flag: the outcome is final.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stop {
    /// There were as many attempts as are allowed.
    pub(crate) attempts_spent: bool,
    /// The client's quota is used up.
    pub(crate) quota_spent: bool,
    /// To be waited all the same: who polls in a loop would otherwise do so without a pause.
    pub(crate) wait: Option<Duration>,
}

impl Policy {
    /// A policy for the service with that `serviceId`. `max_attempts` counts the first attempt; the default is 3, for
    /// DynamoDB and its streams 4. `now` is the time since any moment, the same for all calls.
    pub(crate) fn new(service_id: &str, mode: Mode, max_attempts: Option<u32>, now: Duration) -> Self {
        let service = Service::from_id(service_id);
        let default = if service.is_dynamodb() { 4 } else { 3 };
        Policy {
            service,
            max_attempts: max_attempts.unwrap_or(default).max(1),
            quota: Quota::default(),
            limiter: (mode == Mode::Adaptive).then(|| RateLimiter::new(now.as_secs_f64())),
            legacy: None,
        }
    }

    /// The mode `legacy` for the service with that `endpointPrefix`. `max_attempts` counts the first attempt; the default
    /// is 5, for DynamoDB 10.
    pub(crate) fn legacy(endpoint_prefix: &str, max_attempts: Option<u32>) -> Self {
        let legacy = Legacy::new(endpoint_prefix, max_attempts);
        let policy = Policy::new("", Mode::Standard, Some(legacy.max_attempts()), Duration::ZERO);
        Policy { legacy: Some(legacy), ..policy }
    }

    /// How often a call is sent at most.
    #[cfg(test)]
    pub(crate) fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The same as attempt `number` tells it the service: in the mode `legacy` the first one does not.
    pub(crate) fn announced_max(&self, number: u32) -> Option<u32> {
        (self.legacy.is_none() || number > 1).then_some(self.max_attempts)
    }

    /// How long to wait before asking again whether an attempt may be sent; nothing when it may be sent now.
    pub(crate) fn hold(&self, now: Duration) -> Option<Duration> {
        self.limiter.as_ref()?.acquire(now.as_secs_f64()).map(Duration::from_secs_f64)
    }

    /// What comes after the attempt that ended so. `jitter` is a random number from 0 to 1; `long_poll` whether the
    /// operation waits on the server's side.
    pub(crate) fn verdict(
        &self,
        attempts: &mut Attempts,
        outcome: &Outcome<'_>,
        long_poll: bool,
        jitter: f64,
        now: Duration,
    ) -> Verdict {
        if let Some(legacy) = &self.legacy {
            return legacy.verdict(attempts, outcome, jitter);
        }
        let throttled = outcome.is_throttling();
        if let Some(limiter) = &self.limiter {
            limiter.record(throttled, now.as_secs_f64());
        }
        let attempts_spent = attempts.number >= self.max_attempts;
        if attempts_spent || !(outcome.is_retryable() || self.is_special(outcome)) {
            return Verdict::Stop(Stop { attempts_spent, ..Stop::default() });
        }
        let delay = backoff::delay(attempts.number, self.base(throttled), outcome.retry_after(), jitter);
        let cost = if throttled { quota::THROTTLING_COST } else { quota::COST };
        if !self.quota.take(cost) {
            return Verdict::Stop(Stop { quota_spent: true, wait: long_poll.then_some(delay), ..Stop::default() });
        }
        attempts.taken = Some(cost);
        attempts.number += 1;
        Verdict::Retry(delay)
    }

    /// Ends a call: success gives back to the quota what its last retry took, or one when nothing was retried.
    pub(crate) fn finish(&self, attempts: &Attempts, status: Option<u16>) {
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.quota.give_back(attempts.taken.unwrap_or(1));
        }
    }

    fn base(&self, throttled: bool) -> f64 {
        match (throttled, self.service.is_dynamodb()) {
            (true, _) => 1.0,
            (false, true) => 0.025,
            (false, false) => 0.05,
        }
    }

    fn is_special(&self, outcome: &Outcome<'_>) -> bool {
        let Outcome::Answer(answer) = outcome else { return false };
        self.service == Service::Sts && answer.code == Some("IDPCommunicationError")
    }
}
