//! What a call went through before its last attempt.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// An attempt that was not the last one of its call: what came of it, why there was another, and what was waited before.
#[derive(Clone)]
pub struct FailedAttempt {
    reason: RetryReason,
    error: Error,
    pause: Duration,
}

/// Why a request was sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryReason {
    /// The service asked for fewer requests.
    Throttling,
    /// The service failed in a way that passes: HTTP 500, 502, 503, 504, or an error of which the model says so.
    Service,
    /// There was no answer, or not the whole of one.
    Connection,
    /// The answer's body was not what was sent, by its checksum.
    Damage,
    /// What was asked for is at another endpoint: a bucket in another region, an endpoint that was told anew.
    Redirect,
    /// This machine's clock is wrong, and the request was signed by it.
    Clock,
    /// A handler of the event `needs-retry` wanted it.
    Handler,
}

impl FailedAttempt {
    pub(crate) fn new(reason: RetryReason, error: Error, pause: Duration) -> Self {
        FailedAttempt { reason, error, pause }
    }

    /// Why there was another attempt.
    pub fn reason(&self) -> RetryReason {
        self.reason
    }

    /// What the call would have failed with, had this been its last attempt: with code, status and headers where the
    /// service answered. Its [`attempts`](Error::attempts) is the attempt's number, from 1.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// How long was waited before the next attempt.
    pub fn pause(&self) -> Duration {
        self.pause
    }
}

impl fmt::Debug for FailedAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedAttempt")
            .field("reason", &self.reason)
            .field("error", &self.error)
            .field("pause", &self.pause)
            .finish()
    }
}

/// The attempts before the last one, and whether there could have been more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    pub(crate) failed: Vec<FailedAttempt>,
    pub(crate) attempts_spent: bool,
    pub(crate) quota_spent: bool,
}
