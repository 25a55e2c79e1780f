//! What time it is, and waiting: arguments everywhere, so that tests hold them in their hands.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// A clock, which also knows how to wait.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits that long.
    fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Timestamp::new(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos()),
            Err(before) => Timestamp::new(-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX), 0),
        }
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// By how much a clock is wrong, once a server has told.
#[derive(Debug)]
pub(crate) struct Skew(AtomicI64);

/// Stands for what nobody has told.
const UNTOLD: i64 = i64::MIN;

impl Default for Skew {
    fn default() -> Self {
        Skew(AtomicI64::new(UNTOLD))
    }
}

impl Skew {
    /// Seconds to add to what the clock says.
    fn told(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|seconds| *seconds != UNTOLD)
    }
}

/// A clock that is set right by what servers say.
#[derive(Debug)]
pub(crate) struct Corrected {
    clock: Arc<dyn Clock>,
    skew: Arc<Skew>,
    /// What holds until somebody has told of that one.
    other: Option<Arc<Skew>>,
}

impl Corrected {
    pub(crate) fn new(clock: Arc<dyn Clock>, skew: Arc<Skew>) -> Self {
        Corrected { clock, skew, other: None }
    }

    /// By what its own servers tell, and until then by what was told to others.
    pub(crate) fn of_client(clock: Arc<dyn Clock>, other: Arc<Skew>) -> Self {
        Corrected { clock, skew: Arc::default(), other: Some(other) }
    }

    /// Makes this moment the present one.
    pub(crate) fn set(&self, now: Timestamp) {
        let behind = now.seconds().saturating_sub(self.clock.now().seconds());
        self.skew.0.store(behind, Ordering::Relaxed);
    }

    /// Makes the moment of a refusal the present one, where the clock was, or may have been, why. Gives the seconds that
    /// the clock was behind; `None`: nothing was changed.
    pub(crate) fn correct(&self, code: &str, date: Option<&str>) -> Option<i64> {
        let theirs = CODES.contains(&code).then_some(date).flatten().and_then(Timestamp::parse)?;
        let off = theirs.seconds().saturating_sub(self.now().seconds());
        if off.abs() <= ALLOWED {
            return None;
        }
        self.set(theirs);
        Some(off)
    }
}

/// Error codes that mean a wrong clock, or can: a signature of another time is a wrong one, too. An answer to HEAD has no
/// body, and its status for a code.
const CODES: [&str; 8] = [
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "AuthFailure",
    "403",
];

/// Seconds that clocks may differ and the signature not be why: services allow five minutes or more.
const ALLOWED: i64 = 4 * 60;

impl Clock for Corrected {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        let behind = self.skew.told().or_else(|| self.other.as_ref()?.told()).unwrap_or(0);
        Timestamp::new(now.seconds().saturating_add(behind), now.subsec_nanos())
    }

    fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration);
    }
}
