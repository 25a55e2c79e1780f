/// Error codes that mean: try again soon.
const TRANSIENT_CODES: [&str; 3] = ["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"];
const TRANSIENT_STATUSES: [u16; 4] = [500, 502, 503, 504];
/// Error codes that mean: ask less often.
const THROTTLING_CODES: [&str; 14] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];
const TOO_MANY_REQUESTS: u16 = 429;

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Answer(Answer<'a>),
    /// The connection failed: no answer, or only a part of one, or a damaged one.
    Disconnected,
    /// It failed on this side, and would again.
    Failed,
}

/// What the service said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// The error code, when it is an error.
    pub(crate) code: Option<&'a str>,
    /// What the model says of that error, when it is one of the operation's.
    pub(crate) modeled: Option<Modeled>,
    /// The header `x-amz-retry-after`, milliseconds.
    pub(crate) retry_after: Option<&'a str>,
}

/// The model's `retryable` trait of an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modeled {
    pub(crate) retryable: bool,
    pub(crate) throttling: bool,
}

impl Outcome<'_> {
    pub(super) fn is_retryable(&self) -> bool {
        self.is_transient()
            || self.is_throttling_code()
            || self.is_throttling_status()
            || self.answer().is_some_and(Answer::is_retryable_by_model)
    }

    /// Codes first, then the model, and the status only for errors that the model does not know.
    pub(crate) fn is_throttling(&self) -> bool {
        let Some(answer) = self.answer() else { return false };
        if self.is_throttling_code() {
            return true;
        }
        match answer.modeled {
            Some(modeled) if modeled.retryable => modeled.throttling,
            _ => self.is_throttling_status(),
        }
    }

    pub(super) fn is_transient(&self) -> bool {
        match self {
            Outcome::Answer(answer) => {
                answer.code.is_some_and(|code| TRANSIENT_CODES.contains(&code))
                    || TRANSIENT_STATUSES.contains(&answer.status)
            }
            Outcome::Disconnected => true,
            Outcome::Failed => false,
        }
    }

    pub(crate) fn is_throttling_code(&self) -> bool {
        self.answer().and_then(|answer| answer.code).is_some_and(|code| THROTTLING_CODES.contains(&code))
    }

    fn is_throttling_status(&self) -> bool {
        self.answer().is_some_and(|answer| answer.status == TOO_MANY_REQUESTS && answer.modeled.is_none())
    }

    /// The header's seconds; nothing when it is not a number from 0 on.
    pub(super) fn retry_after(&self) -> Option<f64> {
        let milliseconds: u32 = self.answer()?.retry_after?.trim().parse().ok()?;
        Some(f64::from(milliseconds) / 1000.0)
    }

    fn answer(&self) -> Option<&Answer<'_>> {
        match self {
            Outcome::Answer(answer) => Some(answer),
            _ => None,
        }
    }
}

impl Answer<'_> {
    pub(super) fn is_retryable_by_model(&self) -> bool {
        self.modeled.is_some_and(|modeled| modeled.retryable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> Outcome<'_> {
        Outcome::Answer(Answer { status, code: Some(code), ..Answer::default() })
    }

    fn modeled(status: u16, retryable: bool, throttling: bool) -> Outcome<'static> {
        let modeled = Some(Modeled { retryable, throttling });
        Outcome::Answer(Answer { status, code: Some("Modeled"), modeled, retry_after: None })
    }

    #[test]
    fn codes_statuses_and_the_model_say_what_is_tried_again() {
        let again = [
            refused(400, "RequestTimeout"),
            refused(400, "RequestTimeoutException"),
            refused(400, "SlowDown"),
            refused(400, "ThrottlingException"),
            refused(400, "LimitExceededException"),
            refused(400, "TransactionInProgressException"),
            refused(500, "Anything"),
            refused(502, ""),
            refused(503, "AccessDenied"),
            refused(504, ""),
            refused(429, "Anything"),
            refused(429, ""),
            modeled(400, true, false),
            modeled(400, true, true),
            modeled(503, false, false),
            Outcome::Disconnected,
        ];
        for outcome in again {
            assert!(outcome.is_retryable(), "{outcome:?}");
        }
        let for_good = [
            refused(400, "ValidationException"),
            refused(400, "requesttimeout"),
            refused(403, "AccessDenied"),
            refused(404, "NoSuchKey"),
            refused(408, ""),
            refused(409, "Conflict"),
            refused(501, "NotImplemented"),
            refused(505, ""),
            modeled(400, false, false),
            // The model knows that error, and what it says counts.
            modeled(429, false, false),
            Outcome::Answer(Answer { status: 200, ..Answer::default() }),
            Outcome::Failed,
        ];
        for outcome in for_good {
            assert!(!outcome.is_retryable(), "{outcome:?}");
        }
    }

    #[test]
    fn some_of_it_means_to_ask_less_often() {
        for outcome in THROTTLING_CODES.map(|code| refused(400, code)) {
            assert!(outcome.is_throttling() && outcome.is_throttling_code(), "{outcome:?}");
        }
        assert!(refused(429, "Anything").is_throttling() && modeled(400, true, true).is_throttling());
        let others = [
            refused(503, "ServiceUnavailable"),
            refused(400, "RequestTimeout"),
            modeled(400, true, false),
            modeled(429, true, false),
            Outcome::Disconnected,
        ];
        for outcome in others {
            assert!(!outcome.is_throttling(), "{outcome:?}");
        }
    }

    #[test]
    fn the_service_s_pause_is_a_number_of_milliseconds() {
        let pause = |text| Outcome::Answer(Answer { retry_after: Some(text), ..Answer::default() }).retry_after();
        assert_eq!((pause("1500"), pause(" 0 "), pause("4294967295")), (Some(1.5), Some(0.0), Some(4_294_967.295)));
        for nonsense in ["", "-1", "1.5", "4294967296", "soon", "1e3"] {
            assert_eq!(pause(nonsense), None, "{nonsense}");
        }
        assert_eq!(Outcome::Disconnected.retry_after(), None);
    }
}
