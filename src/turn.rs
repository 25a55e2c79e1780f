//! Who may do what only one does at a time; the others wait for as long as they may.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A lock that is waited for up to a moment, and that another thread than its taker's can free.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    taken: Mutex<bool>,
    free: Condvar,
}

/// A turn that was taken. Dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Held(Arc<Turn>);

impl Turn {
    /// The turn, when nobody has it.
    pub(crate) fn try_take(self: &Arc<Self>) -> Option<Held> {
        let mut taken = self.lock();
        (!std::mem::replace(&mut *taken, true)).then(|| Held(self.clone()))
    }

    /// The turn, when it is free before `end`; `None` is never.
    pub(crate) fn take(self: &Arc<Self>, end: Option<Instant>) -> Option<Held> {
        let mut taken = self.lock();
        while *taken {
            taken = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => self.free.wait(taken).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return None,
                Some(left) => self.free.wait_timeout(taken, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        *taken = true;
        Some(Held(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.0.lock() = false;
        // One that was woken may find that its time is over and go: all look.
        self.0.free.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_has_it_and_the_others_wait_as_long_as_they_may() {
        let turn = Arc::new(Turn::default());
        let held = turn.try_take().unwrap();
        assert!(turn.try_take().is_none());
        let start = Instant::now();
        assert!(turn.take(Some(start + Duration::from_millis(100))).is_none());
        assert!(start.elapsed() >= Duration::from_millis(100));
        let freed = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            drop(held);
        });
        let next = turn.take(None).unwrap();
        freed.join().unwrap();
        drop(next);
        assert!(turn.take(Some(start)).is_some(), "what is free is had at any time");
    }
}
