use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::line::Line;

/// Longest idle time: gateways on the way forget connections that are silent for some minutes, and tell nobody.
const IDLE: Duration = Duration::from_secs(90);
/// Idle connections of all hosts, as a multiple of one host's: S3 has a host for each bucket.
const HOSTS: usize = 10;

/// Idle connections of one transport, the last used one at the end.
#[derive(Debug)]
pub(super) struct Pool {
    most: usize,
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    host: String,
    line: Line,
    since: Instant,
}

impl Pool {
    pub(super) fn new(most: usize) -> Self {
        Pool { most, idle: Mutex::default() }
    }

    /// The connection to that host that was used last.
    pub(super) fn take(&self, host: &str) -> Option<Line> {
        loop {
            let idle = {
                let mut idle = self.lock();
                let place = idle.iter().rposition(|other| other.host == host)?;
                idle.remove(place)
            };
            let mut line = idle.line;
            if idle.since.elapsed() < IDLE && line.is_open() {
                return Some(line);
            }
        }
    }

    pub(super) fn give(&self, host: String, line: Line) {
        let mut idle = self.lock();
        let of_host = idle.iter().filter(|other| other.host == host).count();
        let oldest = match of_host < self.most {
            true => (idle.len() >= self.most.saturating_mul(HOSTS)).then_some(0),
            false => idle.iter().position(|other| other.host == host),
        };
        let closed = oldest.map(|place| idle.remove(place));
        if self.most > 0 {
            idle.push(Idle { host, line, since: Instant::now() });
        }
        drop(idle);
        drop(closed);
    }

    /// Closes the host's idle connections: one of them turned out to be dead though it was not closed, as when a gateway on the
    /// way has forgotten them all.
    pub(super) fn forget(&self, host: &str) {
        let dead: Vec<_> = self.lock().extract_if(.., |idle| idle.host == host).collect();
        drop(dead);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
