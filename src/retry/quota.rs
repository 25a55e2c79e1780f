use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a retry takes.
pub(super) const COST: u32 = 14;
/// What a retry after a throttled answer takes.
pub(super) const THROTTLING_COST: u32 = 5;
const CAPACITY: u32 = 500;

/// A budget for retries, so that a service in trouble does not get three times the requests.
#[derive(Debug)]
pub(super) struct Quota {
    left: Mutex<u32>,
    capacity: u32,
}

impl Default for Quota {
    fn default() -> Self {
        Quota::of(CAPACITY)
    }
}

impl Quota {
    pub(super) fn of(capacity: u32) -> Self {
        Quota { left: Mutex::new(capacity), capacity }
    }

    /// Takes that much; takes nothing and says no when less is left.
    pub(super) fn take(&self, cost: u32) -> bool {
        let mut left = self.left();
        match left.checked_sub(cost) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn give_back(&self, amount: u32) {
        let mut left = self.left();
        *left = left.saturating_add(amount).min(self.capacity);
    }

    pub(super) fn left(&self) -> MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
