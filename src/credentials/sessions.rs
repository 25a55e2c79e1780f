//! The keys of sessions with directory buckets.

use std::sync::{Arc, Mutex, PoisonError};

use super::Credentials;
use super::kept::Kept;
use crate::clock::Clock;

/// How many a client keeps; the one that was used longest ago gives way. Source: botocore's `S3ExpressIdentityCache`.
const KEPT: usize = 100;
/// Seconds before the end from which one thread asks for new keys. A session lasts five minutes.
const ADVISORY: i64 = 45;
/// Seconds before the end from which every thread waits for them.
const MANDATORY: i64 = 10;

/// A client's sessions, by bucket.
#[derive(Debug)]
pub(crate) struct Sessions {
    clock: Arc<dyn Clock>,
    /// The one used last comes last.
    known: Mutex<Vec<(String, Arc<Kept<Credentials>>)>>,
}

impl Sessions {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Sessions { clock, known: Mutex::default() }
    }

    /// The session with the bucket, which may have to be begun.
    pub(crate) fn of(&self, bucket: &str) -> Arc<Kept<Credentials>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match known.iter().rposition(|(name, _)| name == bucket) {
            Some(place) => known.remove(place),
            None => {
                if known.len() == KEPT {
                    known.remove(0);
                }
                let kept = Kept::with_windows(self.clock.clone(), ADVISORY, MANDATORY);
                (bucket.to_owned(), Arc::new(kept))
            }
        };
        let session = entry.1.clone();
        known.push(entry);
        session
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn the_longest_unused_gives_way() {
        let sessions = Sessions::new(Arc::new(SystemClock));
        let first = sessions.of("bucket-0");
        for number in 1..KEPT {
            sessions.of(&format!("bucket-{number}"));
        }
        assert!(Arc::ptr_eq(&first, &sessions.of("bucket-0")));
        let second = sessions.of("bucket-1");
        sessions.of("another");
        assert!(Arc::ptr_eq(&first, &sessions.of("bucket-0")));
        assert!(Arc::ptr_eq(&second, &sessions.of("bucket-1")));
        assert_eq!(sessions.known.lock().unwrap().len(), KEPT);
        assert!(sessions.known.lock().unwrap().iter().all(|(name, _)| name != "bucket-2"));
    }
}
