//! The mode `legacy`: rules a service, no quota, no limit of pauses. Source: botocore's `data/_retry.json` and
//! `retryhandler.py`.

use std::time::Duration;

use super::{Attempts, Outcome, Stop, Verdict};

/// The longest pause, seconds: doubling has no other end.
const LONGEST: f64 = u32::MAX as f64;

/// What is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Status(u16),
    /// A status with that error code.
    Error(u16, &'static str),
}

use Rule::{Error, Status};

const EVERYWHERE: [Rule; 10] = [
    Status(500),
    Status(502),
    Status(503),
    Status(504),
    Status(509),
    Error(400, "ThrottlingException"),
    Error(400, "ThrottledException"),
    Error(400, "RequestThrottledException"),
    Error(400, "Throttling"),
    Error(400, "ProvisionedThroughputExceededException"),
];

/// Everywhere too, but where a service has put another rule under its name.
const TOO_MANY_REQUESTS: Rule = Status(429);

/// The rules of one service, by its model's `endpointPrefix`.
fn of_service(endpoint_prefix: &str) -> &'static [Rule] {
    match endpoint_prefix {
        "organizations" => &[Error(400, "TooManyRequestsException")],
        "dynamodb" => &[Error(409, "ReplicatedWriteConflictException"), Error(400, "TransactionInProgressException")],
        "ec2" => &[Error(503, "RequestLimitExceeded"), Error(503, "EC2ThrottledException")],
        "cloudsearch" => &[Error(509, "BandwidthLimitExceeded")],
        "kinesis" => &[Error(400, "LimitExceededException")],
        "sqs" => &[Error(403, "RequestThrottled")],
        "s3" => &[Error(400, "RequestTimeout"), Error(400, "BadDigest")],
        "glacier" => &[Error(408, "RequestTimeoutException")],
        "route53" => &[Error(400, "PriorRequestNotComplete")],
        "sts" => &[Error(400, "IDPCommunicationError")],
        _ => &[],
    }
}

#[derive(Debug)]
pub(super) struct Legacy {
    own: &'static [Rule],
    too_many_requests: bool,
    /// Seconds before the second attempt; `None`: a random part of one.
    base: Option<f64>,
    max_attempts: u32,
}

impl Legacy {
    pub(super) fn new(endpoint_prefix: &str, max_attempts: Option<u32>) -> Self {
        let (attempts, base) = match endpoint_prefix {
            "dynamodb" => (10, Some(0.05)),
            _ => (5, None),
        };
        Legacy {
            own: of_service(endpoint_prefix),
            too_many_requests: endpoint_prefix != "organizations",
            base,
            max_attempts: max_attempts.unwrap_or(attempts).max(1),
        }
    }

    pub(super) fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    pub(super) fn verdict(&self, attempts: &mut Attempts, outcome: &Outcome<'_>, jitter: f64) -> Verdict {
        if !self.is_retryable(outcome) {
            return Verdict::Stop(Stop::default());
        }
        if attempts.number >= self.max_attempts {
            return Verdict::Stop(Stop { attempts_spent: true, ..Stop::default() });
        }
        let doublings = i32::try_from(attempts.number - 1).unwrap_or(i32::MAX);
        let seconds = self.base.unwrap_or(jitter.clamp(0.0, 1.0)) * 2_f64.powi(doublings);
        attempts.number += 1;
        Verdict::Retry(Duration::from_secs_f64(seconds.min(LONGEST)))
    }

    fn is_retryable(&self, outcome: &Outcome<'_>) -> bool {
        let answer = match outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Disconnected => return true,
            Outcome::Failed => return false,
        };
        let fits = |rule: &Rule| match *rule {
            Status(status) => answer.status == status,
            Error(status, code) => answer.status == status && answer.code == Some(code),
        };
        EVERYWHERE.iter().chain(self.own).any(fits) || (self.too_many_requests && fits(&TOO_MANY_REQUESTS))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Answer;
    use super::*;

    fn outcome(status: u16, code: &'static str) -> Outcome<'static> {
        Outcome::Answer(Answer { status, code: Some(code), ..Answer::default() })
    }

    fn tries(service: &str, outcome: &Outcome<'_>) -> bool {
        matches!(Legacy::new(service, None).verdict(&mut Attempts::first(), outcome, 0.5), Verdict::Retry(_))
    }

    /// The pauses of a call that never succeeds.
    fn pauses(legacy: &Legacy, jitter: f64) -> Vec<f64> {
        let mut attempts = Attempts::first();
        let mut pauses = Vec::new();
        loop {
            match legacy.verdict(&mut attempts, &Outcome::Disconnected, jitter) {
                Verdict::Retry(pause) => pauses.push(pause.as_secs_f64()),
                Verdict::Stop(stop) => {
                    assert!(stop.attempts_spent && !stop.quota_spent && stop.wait.is_none());
                    return pauses;
                }
            }
        }
    }

    #[test]
    fn pauses_double_without_end() {
        assert_eq!(pauses(&Legacy::new("s3", None), 0.5), [0.5, 1.0, 2.0, 4.0]);
        assert_eq!(pauses(&Legacy::new("dynamodb", None), 0.3), [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]);
        assert_eq!(pauses(&Legacy::new("dynamodb", Some(1)), 0.3), [] as [f64; 0]);
        assert_eq!(pauses(&Legacy::new("streams.dynamodb", Some(3)), 1.0), [1.0, 2.0]);
        assert_eq!(pauses(&Legacy::new("s3", Some(2000)), 1.0).last(), Some(&LONGEST));
    }

    #[test]
    fn rules_of_all_services() {
        for status in [429, 500, 502, 503, 504, 509] {
            assert!(tries("iam", &outcome(status, "Whatever")), "{status}");
        }
        for code in ["Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException"] {
            assert!(tries("iam", &outcome(400, code)) && !tries("iam", &outcome(403, code)), "{code}");
        }
        for (status, code) in [(400, "SlowDown"), (501, "NotImplemented"), (408, "RequestTimeout"), (200, "")] {
            assert!(!tries("iam", &outcome(status, code)), "{status} {code}");
        }
        assert!(tries("iam", &Outcome::Disconnected) && !tries("iam", &Outcome::Failed));
    }

    #[test]
    fn rules_of_single_services() {
        for (service, status, code) in [
            ("organizations", 400, "TooManyRequestsException"),
            ("dynamodb", 409, "ReplicatedWriteConflictException"),
            ("dynamodb", 400, "TransactionInProgressException"),
            ("kinesis", 400, "LimitExceededException"),
            ("sqs", 403, "RequestThrottled"),
            ("s3", 400, "RequestTimeout"),
            ("s3", 400, "BadDigest"),
            ("glacier", 408, "RequestTimeoutException"),
            ("route53", 400, "PriorRequestNotComplete"),
            ("sts", 400, "IDPCommunicationError"),
        ] {
            assert!(tries(service, &outcome(status, code)), "{service} {code}");
            assert!(!tries("iam", &outcome(status, code)), "{code} elsewhere");
        }
        assert!(!tries("organizations", &outcome(429, "TooManyRequestsException")));
    }
}
