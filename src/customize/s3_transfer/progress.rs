use std::sync::{Arc, Mutex};

use crate::http::Body;

/// What a caller is told: bytes that are through, and of how many.
pub(super) type Report = dyn Fn(u64, Option<u64>) + Send + Sync;

/// Adds up what all parts report.
#[derive(Clone)]
pub(super) struct Progress {
    report: Option<Arc<Report>>,
    total: Option<u64>,
    done: Arc<Mutex<u64>>,
}

impl Progress {
    pub(super) fn new(report: Option<Arc<Report>>, total: Option<u64>) -> Self {
        Progress { report, total, done: Arc::default() }
    }

    /// So many bytes more.
    pub(super) fn add(&self, bytes: u64) {
        self.change(bytes, 0);
    }

    /// So many bytes are not there after all.
    pub(super) fn take_off(&self, bytes: u64) {
        self.change(0, bytes);
    }

    fn change(&self, more: u64, less: u64) {
        let Some(report) = &self.report else { return };
        // Held while the caller is told, so that numbers come in their order.
        let mut done = self.done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *done = (*done + more).saturating_sub(less);
        report(*done, self.total);
    }

    /// The body, which reports what is read of it.
    pub(super) fn watch(&self, body: Body) -> Body {
        if self.report.is_none() {
            return body;
        }
        let progress = self.clone();
        let mut before = 0;
        body.with_progress(move |sent, _| {
            progress.change(sent.saturating_sub(before), before.saturating_sub(sent));
            before = sent;
        })
    }
}
