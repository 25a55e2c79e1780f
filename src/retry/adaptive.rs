use std::sync::{Mutex, PoisonError};

/// Limits a client's own rate once it has been throttled: it grows along a cubic curve through the rate at which that
/// happened. Source: botocore's `retries/adaptive.py`, `throttling.py` and `bucket.py`. Times are seconds.
#[derive(Debug)]
pub(super) struct RateLimiter(Mutex<State>);

#[derive(Debug)]
struct State {
    enabled: bool,
    cubic: Cubic,
    meter: RateMeter,
    bucket: TokenBucket,
}

impl RateLimiter {
    pub(super) fn new(now: f64) -> Self {
        RateLimiter::starting_at(0.0, now)
    }

    fn starting_at(rate: f64, now: f64) -> Self {
        RateLimiter(Mutex::new(State {
            enabled: false,
            cubic: Cubic::new(rate, now, Cubic::SCALE, Cubic::BETA),
            meter: RateMeter::new(now),
            bucket: TokenBucket::new(1.0, now),
        }))
    }

    /// Takes a token, or tells how long it will be until there is one.
    pub(super) fn acquire(&self, now: f64) -> Option<f64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.enabled { state.bucket.acquire(now) } else { None }
    }

    /// Learns from an answer.
    pub(super) fn record(&self, throttled: bool, now: f64) {
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = state.meter.record(now);
        let rate = if throttled {
            let used = if state.enabled { measured.min(state.bucket.rate) } else { measured };
            state.enabled = true;
            state.cubic.throttled(used, now)
        } else {
            state.cubic.succeeded(now)
        };
        state.bucket.set_rate(rate.min(2.0 * measured), now);
    }
}

/// The curve of RFC 9438, which TCP uses for the same purpose.
#[derive(Debug)]
struct Cubic {
    last_rate: f64,
    last_failure: f64,
    /// Seconds after the failure at which the rate is what it was.
    plateau: f64,
    scale: f64,
    beta: f64,
}

impl Cubic {
    const SCALE: f64 = 0.4;
    const BETA: f64 = 0.7;

    fn new(rate: f64, now: f64, scale: f64, beta: f64) -> Self {
        let mut cubic = Cubic { last_rate: 0.0, last_failure: now, plateau: 0.0, scale, beta };
        cubic.throttled(rate, now);
        cubic
    }

    fn succeeded(&self, now: f64) -> f64 {
        self.scale * (now - self.last_failure - self.plateau).powi(3) + self.last_rate
    }

    fn throttled(&mut self, rate: f64, now: f64) -> f64 {
        self.last_rate = rate;
        self.last_failure = now;
        self.plateau = (rate * (1.0 - self.beta) / self.scale).cbrt();
        rate * self.beta
    }
}

/// Answers a second, smoothed over half seconds.
#[derive(Debug)]
struct RateMeter {
    rate: f64,
    last_bucket: f64,
    count: f64,
}

impl RateMeter {
    const SMOOTHING: f64 = 0.8;
    const BUCKETS_A_SECOND: f64 = 2.0;

    fn new(now: f64) -> Self {
        RateMeter { rate: 0.0, last_bucket: now.floor(), count: 0.0 }
    }

    fn record(&mut self, now: f64) -> f64 {
        let bucket = (now * Self::BUCKETS_A_SECOND).floor() / Self::BUCKETS_A_SECOND;
        self.count += 1.0;
        if bucket > self.last_bucket {
            let current = self.count / (bucket - self.last_bucket);
            self.rate = current * Self::SMOOTHING + self.rate * (1.0 - Self::SMOOTHING);
            self.count = 0.0;
            self.last_bucket = bucket;
        }
        self.rate
    }
}

#[derive(Debug)]
struct TokenBucket {
    /// Tokens a second.
    rate: f64,
    capacity: f64,
    tokens: f64,
    last: f64,
}

impl TokenBucket {
    const LOWEST_RATE: f64 = 0.5;

    fn new(rate: f64, now: f64) -> Self {
        TokenBucket { rate: rate.max(Self::LOWEST_RATE), capacity: rate.max(1.0), tokens: 0.0, last: now }
    }

    fn acquire(&mut self, now: f64) -> Option<f64> {
        self.fill(now);
        if self.tokens < 1.0 {
            return Some((1.0 - self.tokens) / self.rate);
        }
        self.tokens -= 1.0;
        None
    }

    /// What flowed in so far did so at the old rate.
    fn set_rate(&mut self, rate: f64, now: f64) {
        self.fill(now);
        self.rate = rate.max(Self::LOWEST_RATE);
        self.capacity = rate.max(1.0);
        self.tokens = self.tokens.min(self.capacity);
    }

    fn fill(&mut self, now: f64) {
        let elapsed = (now - self.last).max(0.0);
        self.tokens = (self.tokens + elapsed * self.rate).min(self.capacity);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::suite::Suite;

    fn close(ours: &[f64], expected: &Value, id: &str) {
        let expected: Vec<f64> = expected.as_array().unwrap().iter().map(|rate| rate.as_f64().unwrap()).collect();
        assert_eq!(ours.len(), expected.len(), "{id}");
        for (ours, expected) in ours.iter().zip(expected) {
            assert!((ours - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{id}: {ours}, not {expected}");
        }
    }

    #[test]
    fn number_sequences() {
        let Some((mut suite, cases)) = Suite::cases("retry-adaptive", "retries/adaptive.json") else { return };
        for case in cases {
            let id = case["id"].as_str().unwrap();
            suite.case(id, || {
                let number = |name: &str| case[name].as_f64().unwrap();
                let list = |name: &str| case[name].as_array().unwrap().iter();
                match case["kind"].as_str().unwrap() {
                    "cubic" => {
                        let (scale, beta) = (number("scaleConstant"), number("beta"));
                        let mut cubic = Cubic::new(number("startingMaxRate"), number("startTime"), scale, beta);
                        let rates: Vec<f64> = list("events").map(|event| step(&mut cubic, event)).collect();
                        close(&rates, &case["expect"]["rates"], id);
                    }
                    "rate-clocker" => {
                        let mut meter = RateMeter::new(number("startTime"));
                        let rates: Vec<f64> =
                            list("timestamps").map(|now| meter.record(now.as_f64().unwrap())).collect();
                        close(&rates, &case["expect"]["rates"], id);
                    }
                    "rate-limiter" => limiter(&case, id),
                    other => panic!("{id}: no test for {other}"),
                }
                Ok(())
            });
        }
        suite.finish();
    }

    fn step(cubic: &mut Cubic, event: &Value) -> f64 {
        let now = event["timestamp"].as_f64().unwrap();
        match event["currentRate"].as_f64() {
            Some(rate) => cubic.throttled(rate, now),
            None => cubic.succeeded(now),
        }
    }

    fn limiter(case: &Value, id: &str) {
        let limiter =
            RateLimiter::starting_at(case["startingMaxRate"].as_f64().unwrap(), case["startTime"].as_f64().unwrap());
        let responses = case["responses"].as_array().unwrap();
        for (response, expected) in responses.iter().zip(case["expect"]["afterEach"].as_array().unwrap()) {
            limiter.record(response["throttled"].as_bool().unwrap(), response["timestamp"].as_f64().unwrap());
            let state = limiter.0.lock().unwrap();
            close(&[state.bucket.rate], &Value::from(vec![expected["maxRate"].clone()]), id);
            assert_eq!(Some(state.enabled), expected["enabled"].as_bool(), "{id}");
        }
    }

    /// All threads of a client share what its rate allows.
    #[test]
    fn threads_share_the_rate() {
        let limiter = RateLimiter::new(0.0);
        limiter.record(true, 1.0);
        limiter.0.lock().unwrap().bucket.set_rate(100.0, 1.0);
        let started = std::time::Instant::now();
        let granted = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    loop {
                        let now = started.elapsed().as_secs_f64();
                        if now > 0.5 {
                            break;
                        }
                        match limiter.acquire(1.0 + now) {
                            None => drop(granted.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
                            Some(wait) => std::thread::sleep(std::time::Duration::from_secs_f64(wait.min(0.05))),
                        }
                    }
                });
            }
        });
        let granted = granted.into_inner();
        assert!((1..=51).contains(&granted), "{granted} requests in half a second at 100 a second");
    }

    #[test]
    fn nothing_is_held_before_the_first_throttled_answer() {
        let limiter = RateLimiter::new(10.0);
        for _ in 0..100 {
            assert_eq!(limiter.acquire(10.0), None);
        }
        limiter.record(true, 11.0);
        let wait = limiter.acquire(11.0).unwrap_or_default();
        assert!(wait > 0.0 || limiter.acquire(11.0).is_some(), "the second request at the same moment waits");
        assert_eq!(limiter.acquire(11.0 + wait + 2.0), None);
    }
}
