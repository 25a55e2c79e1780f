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

/// A clock that is set right by what servers say.
#[derive(Debug)]
pub(crate) struct Corrected {
    clock: Arc<dyn Clock>,
    /// Seconds to add to what the clock says.
    behind: AtomicI64,
}

impl Corrected {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Corrected { clock, behind: AtomicI64::new(0) }
    }

    /// Makes this moment the present one.
    pub(crate) fn set(&self, now: Timestamp) {
        let behind = now.seconds().saturating_sub(self.clock.now().seconds());
        self.behind.store(behind, Ordering::Relaxed);
    }
}

impl Clock for Corrected {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::new(now.seconds().saturating_add(self.behind.load(Ordering::Relaxed)), now.subsec_nanos())
    }

    fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration);
    }
}
