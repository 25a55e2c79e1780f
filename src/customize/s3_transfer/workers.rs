use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;

use crate::error::{Error, ErrorKind, Result};

/// Has `work` done by several threads until it says that there is no more, or fails in one of them; then the others finish
/// what they have begun. Gives the first failure.
pub(super) fn run(threads: usize, work: impl Fn() -> Result<bool> + Sync) -> Result<()> {
    let (failed, panicking) = (Mutex::new(None), AtomicBool::new(false));
    let worker = || {
        let _noted = Noted(&panicking);
        while lock(&failed).is_none() && !panicking.load(Ordering::Relaxed) {
            match work() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    lock(&failed).get_or_insert(error);
                }
            }
        }
    };
    thread::scope(|scope| {
        let begin = |_| thread::Builder::new().name("s3-transfer".to_owned()).spawn_scoped(scope, worker);
        let begun: Vec<_> = (0..threads).map(begin).collect();
        let mut panicked = None;
        for thread in begun {
            match thread {
                Ok(thread) => panicked = thread.join().err().or(panicked.take()),
                Err(cause) => {
                    let error =
                        Error::new(ErrorKind::Body, "A thread for a part could not be begun").with_source(cause);
                    lock(&failed).get_or_insert(error);
                }
            }
        }
        if let Some(panicked) = panicked {
            resume_unwind(panicked);
        }
    });
    match failed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Tells the others when a thread panics.
struct Noted<'a>(&'a AtomicBool);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
