//! Calls that must end, and providers that take longer: nobody waits beyond his time, and what was asked for is not lost.

use std::time::Instant;

use super::refresh::{HOUR, Mood, counting};
use super::*;
use crate::http::TransportFailure;

/// Asks for credentials, and waits no longer than that.
fn within(cache: &Cache, millis: u64) -> Result<Credentials> {
    let end = Instant::now() + Duration::from_millis(millis);
    let got = cache.get(Some(end));
    assert!(Instant::now() < end + Duration::from_secs(2), "it was waited for too long");
    got
}

#[track_caller]
fn assert_late(got: Result<Credentials>) {
    let error = got.expect_err("there are credentials");
    assert_eq!((error.kind(), error.transport_failure()), (ErrorKind::Credentials, Some(TransportFailure::OutOfTime)));
    let text = "The time for the whole call was over before the provider counting of credentials had answered";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_slow_provider_is_asked_on_for_those_who_come_later() {
    let (_, provider, cache) = counting(HOUR);
    provider.gate(false);
    for _ in 0..5 {
        assert_late(within(&cache, 50));
    }
    assert_eq!(provider.asked(), 1, "each asks for himself");
    provider.gate(true);
    assert_eq!(within(&cache, 5_000).unwrap().access_key_id(), "id-1");
    assert_eq!((cache.get(None).unwrap().access_key_id(), provider.asked()), ("id-1", 1));
}

#[test]
fn who_waits_for_another_s_refresh_waits_no_longer_than_he_may() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + HOUR - 5 * 60);
    provider.gate(false);
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| cache.get(None));
        while provider.asked() < 2 {
            std::thread::yield_now();
        }
        let hasty: Vec<_> = (0..20).map(|_| scope.spawn(|| within(&cache, 60))).collect();
        hasty.into_iter().for_each(|thread| assert_late(thread.join().unwrap()));
        let less_hasty = scope.spawn(|| within(&cache, 5_000));
        provider.gate(true);
        assert_eq!(patient.join().unwrap().unwrap().access_key_id(), "id-2");
        assert_eq!(less_hasty.join().unwrap().unwrap().access_key_id(), "id-2");
    });
    assert_eq!(provider.asked(), 2);
}

#[test]
fn what_lasts_for_minutes_is_used_while_new_is_asked_for() {
    let (clock, provider, cache) = counting(HOUR);
    cache.get(None).unwrap();
    clock.set(1_000_000 + HOUR - 14 * 60);
    provider.gate(false);
    let start = Instant::now();
    for _ in 0..3 {
        assert_eq!(within(&cache, 20_000).unwrap().access_key_id(), "id-1");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "it was waited for");
    provider.gate(true);
    while cache.get(None).unwrap().access_key_id() == "id-1" {
        assert!(start.elapsed() < Duration::from_secs(10), "what came was not kept");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(provider.asked(), 2);
}

#[test]
fn failures_and_nothing_come_back_in_time() {
    let (_, provider, cache) = counting(HOUR);
    provider.feels(Mood::Fails);
    let error = within(&cache, 5_000).unwrap_err();
    assert!(error.to_string().contains("it was told to"), "{error}");
    provider.feels(Mood::HasNone);
    assert!(within(&cache, 5_000).unwrap_err().to_string().starts_with("No credentials could be found"));
    provider.feels(Mood::Gives);
    assert_eq!(within(&cache, 5_000).unwrap().access_key_id(), "id-3");
}

#[test]
fn a_failure_that_came_too_late_is_not_the_next_one_s() {
    let (_, provider, cache) = counting(HOUR);
    provider.feels(Mood::Fails);
    provider.gate(false);
    assert_late(within(&cache, 30));
    provider.gate(true);
    provider.feels(Mood::Gives);
    // The one that is under way may still tell those who wait for it that it failed.
    let start = Instant::now();
    while within(&cache, 5_000).is_err() {
        assert!(start.elapsed() < Duration::from_secs(5));
    }
    assert!(provider.asked() <= 2);
}

#[test]
fn a_provider_that_panics_in_its_thread_harms_nobody_else() {
    let (_, provider, cache) = counting(HOUR);
    provider.feels(Mood::Panics);
    let error = within(&cache, 5_000).unwrap_err();
    assert_eq!(error.to_string(), "Asking the provider counting of credentials ended in a panic");
    provider.feels(Mood::Gives);
    assert_eq!(within(&cache, 5_000).unwrap().access_key_id(), "id-2");
}
