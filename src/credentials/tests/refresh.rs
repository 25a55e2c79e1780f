//! Credentials that end, under many threads and a clock that does as it likes.

use std::sync::atomic::AtomicUsize;
use std::sync::{Barrier, Condvar, Mutex};
use std::time::Instant;

use super::*;
use crate::credentials::answer;

const THREADS: usize = 200;
pub(super) const HOUR: i64 = 3_600;

/// Counts how often it is asked; what it gives ends after so many seconds.
#[derive(Debug)]
pub(super) struct Counting {
    clock: Still,
    lasts: i64,
    asked: AtomicUsize,
    mood: Mutex<Mood>,
    /// Opened when it may answer.
    gate: (Mutex<bool>, Condvar),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mood {
    Gives,
    Fails,
    HasNone,
    Panics,
}

impl Counting {
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn feels(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(super) fn gate(&self, open: bool) {
        *self.gate.0.lock().unwrap() = open;
        self.gate.1.notify_all();
    }
}

impl ProvideCredentials for Counting {
    fn name(&self) -> &str {
        "counting"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let count = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let open = self.gate.0.lock().unwrap();
        drop(self.gate.1.wait_timeout_while(open, Duration::from_secs(10), |open| !*open).unwrap());
        std::thread::sleep(Duration::from_millis(20));
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Fails => return Err(answer::failed("the test", "it was told to")),
            Mood::HasNone => return Ok(None),
            Mood::Panics => panic!("a provider's own fault"),
            Mood::Gives => {}
        }
        let end = Timestamp::new(self.clock.now().seconds() + self.lasts, 0);
        let token = format!("secret-{count}");
        Ok(Some(Credentials::new(format!("id-{count}"), format!("secret-{count}"), Some(token)).with_expiration(end)))
    }
}

pub(super) fn counting(lasts: i64) -> (Still, Arc<Counting>, Arc<Cache>) {
    let clock = Still::at(1_000_000);
    let provider = Arc::new(Counting {
        clock: clock.clone(),
        lasts,
        asked: AtomicUsize::new(0),
        mood: Mutex::new(Mood::Gives),
        gate: (Mutex::new(true), Condvar::new()),
    });
    (clock.clone(), provider.clone(), Arc::new(Cache::new(provider, Arc::new(clock))))
}

/// What so many threads get that ask at once.
pub(super) fn from_threads(cache: &Arc<Cache>, threads: usize) -> Vec<Result<Credentials>> {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    cache.get(None)
                })
            })
            .collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn ids(got: Vec<Result<Credentials>>) -> Vec<String> {
    let whole = |credentials: Credentials| {
        let of_one = credentials.access_key_id().replace("id", "secret");
        assert_eq!(credentials.secret_access_key(), of_one, "torn credentials");
        assert_eq!(credentials.session_token(), Some(&*of_one), "torn credentials");
        credentials.access_key_id().to_owned()
    };
    got.into_iter().map(|credentials| whole(credentials.unwrap())).collect()
}

#[test]
fn many_threads_ask_once() {
    let (_, provider, cache) = counting(HOUR);
    assert!(ids(from_threads(&cache, THREADS)).iter().all(|id| id == "id-1"));
    assert_eq!(provider.asked(), 1);
}

#[test]
fn in_the_advisory_window_one_asks_and_nobody_else_waits() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + HOUR - 14 * 60);
    // The provider answers only when all the other threads have what they came for.
    provider.gate(false);
    let barrier = Barrier::new(THREADS);
    let done = AtomicUsize::new(0);
    let got: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let got = cache.get(None);
                    if done.fetch_add(1, Ordering::SeqCst) + 1 == THREADS - 1 {
                        provider.gate(true);
                    }
                    got
                })
            })
            .collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(provider.asked(), 2);
    let ids = ids(got);
    assert_eq!(ids.iter().filter(|id| *id == "id-1").count(), THREADS - 1);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-2");
}

#[test]
fn in_the_mandatory_window_all_wait_for_one() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + HOUR - 9 * 60);
    assert!(ids(from_threads(&cache, THREADS)).iter().all(|id| id == "id-2"));
    assert_eq!(provider.asked(), 2);
}

#[test]
fn who_waits_shares_the_failure_too() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + HOUR + 1);
    provider.feels(Mood::Fails);
    let got = from_threads(&cache, THREADS);
    assert!(got.iter().all(|got| got.as_ref().unwrap_err().to_string().contains("it was told to")));
    assert_eq!(provider.asked(), 2, "a provider in trouble is not asked by each thread");
}

#[test]
fn a_failed_refresh_is_an_error_only_when_it_must_not_fail() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    provider.feels(Mood::Fails);
    clock.set(1_000_000 + HOUR - 14 * 60);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-1");
    clock.set(1_000_000 + HOUR - 9 * 60);
    assert!(cache.get(None).unwrap_err().to_string().contains("it was told to"));
    provider.feels(Mood::HasNone);
    clock.set(1_000_000 + HOUR - 60);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-1", "they have not ended");
    clock.set(1_000_000 + HOUR);
    assert!(cache.get(None).unwrap_err().to_string().contains("No credentials"), "they have ended");
}

#[test]
fn failures_back_off() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    provider.feels(Mood::Fails);
    let start = 1_000_000 + HOUR - 14 * 60;
    let mut asked_at = Vec::new();
    for second in start..start + 200 {
        clock.set(second);
        let before = provider.asked();
        cache.get(None).unwrap();
        if provider.asked() > before {
            asked_at.push(second - start);
        }
    }
    assert_eq!(asked_at, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
    provider.feels(Mood::Gives);
    clock.set(start + 243);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-11");
}

#[test]
fn what_has_ended_never_signs() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    provider.feels(Mood::Fails);
    clock.set(1_000_000 + HOUR);
    for _ in 0..5 {
        assert!(cache.get(None).is_err());
    }
    assert_eq!(provider.asked(), 2, "within the pause it is not asked again");
    clock.set(1_000_000 + HOUR + 1);
    provider.feels(Mood::Gives);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-3");
}

#[test]
fn what_has_ended_when_it_comes_is_refused() {
    let (_, provider, cache) = counting(-1);
    assert!(cache.get(None).unwrap_err().to_string().contains("already ended"));
    assert!(cache.get(None).is_err());
    assert_eq!(provider.asked(), 1);
}

#[test]
fn keys_of_a_short_life_are_not_asked_for_at_each_call() {
    let (clock, provider, cache) = counting(5 * 60);
    for _ in 0..50 {
        cache.get(None).unwrap();
    }
    assert!(provider.asked() <= 2, "{}", provider.asked());
    clock.set(1_000_000 + 5 * 60);
    assert_ne!(cache.get(None).unwrap().access_key_id(), "id-1", "they have ended");
}

#[test]
fn a_clock_that_is_set_forward_and_back() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + 24 * HOUR);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-2", "they seem to have ended");
    clock.set(1_000_000);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-3", "nothing lasts a day longer than when it came");
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-3");
    assert_eq!(provider.asked(), 3);
}

#[test]
fn a_clock_that_is_set_back_ends_the_pause() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    provider.feels(Mood::Fails);
    clock.set(1_000_000 + 24 * HOUR);
    assert!(cache.get(None).is_err());
    clock.set(1_000_000 + HOUR - 60);
    provider.feels(Mood::Gives);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-3");
}

#[test]
fn none_is_shared_by_who_asked_at_once() {
    let (_, provider, cache) = counting(HOUR);
    provider.feels(Mood::HasNone);
    let start = Instant::now();
    let got = from_threads(&cache, THREADS);
    assert!(got.iter().all(|got| got.as_ref().unwrap_err().to_string().contains("it gave none")));
    assert!(start.elapsed() < Duration::from_secs(2), "they stood in a queue: {:?}", start.elapsed());
}

#[test]
fn a_provider_that_panics_harms_nobody_else() {
    let (_, provider, cache) = counting(HOUR);
    provider.feels(Mood::Panics);
    let other = cache.clone();
    assert!(std::thread::spawn(move || other.get(None)).join().is_err());
    provider.feels(Mood::Gives);
    assert_eq!(cache.get(None).unwrap().access_key_id(), "id-2");
}
