use std::time::Duration;

use super::acceptor::{Acceptor, Verdict};
use crate::Timestamp;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Value;

/// What is waited for, and how long.
pub(super) struct Plan {
    pub(super) name: &'static str,
    /// See [`super::Waiter`].
    pub(super) description: &'static str,
    pub(super) delay: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    pub(super) max_wait: Option<Duration>,
    /// Pauses grow up to that, by chance; `None`: all are of one length.
    pub(super) max_delay: Option<Duration>,
}

/// A wait on its way. Source: botocore's `Waiter.wait`.
pub(super) struct Run<'a> {
    name: &'static str,
    acceptors: Vec<Acceptor>,
    delay: Duration,
    max_delay: Option<Duration>,
    max_attempts: u32,
    max_wait: Option<Duration>,
    clock: &'a dyn Clock,
    begun: Timestamp,
    pub(super) attempts: u32,
    /// The last acceptor that matched, in words.
    matched: Option<String>,
}

/// What follows an answer.
pub(super) enum Step {
    /// It is as it should be, for the reason given.
    Done(String),
    /// Ask again after that time.
    Again(Duration),
    Failed(Error),
}

impl<'a> Run<'a> {
    pub(super) fn begin(plan: &Plan, clock: &'a dyn Clock) -> Result<Self> {
        let (mut delay, mut max_attempts, mut acceptors) = (0, 0, Vec::new());
        for line in plan.description.lines() {
            match line.split_once(' ') {
                Some(("delay", seconds)) => delay = seconds.parse().unwrap_or_default(),
                Some(("attempts", count)) => max_attempts = count.parse().unwrap_or_default(),
                _ => acceptors.push(Acceptor::parse(line)?),
            }
        }
        // Who says how long to wait does not mean a number of attempts that ends it earlier.
        let unlimited = plan.max_wait.map(|_| u32::MAX);
        Ok(Run {
            name: plan.name,
            acceptors,
            delay: plan.delay.unwrap_or(Duration::from_secs(delay)),
            max_attempts: plan.max_attempts.or(unlimited).unwrap_or(max_attempts),
            max_wait: plan.max_wait,
            max_delay: plan.max_delay,
            clock,
            begun: clock.now(),
            attempts: 0,
            matched: None,
        })
    }

    /// What follows the answer.
    pub(super) fn judge(&mut self, answer: std::result::Result<&dyn Value, &Error>) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        match self.verdict(answer) {
            Ok(step) => step,
            Err(error) => Step::Failed(error),
        }
    }

    fn verdict(&mut self, answer: std::result::Result<&dyn Value, &Error>) -> Result<Step> {
        if let Err(error) = answer
            && error.kind() != ErrorKind::Service
        {
            return Err(error.clone());
        }
        for acceptor in &self.acceptors {
            if !acceptor.accepts(answer)? {
                continue;
            }
            let reason = acceptor.to_string();
            match acceptor.state {
                Verdict::Success => return Ok(Step::Done(reason)),
                Verdict::Failure => {
                    return Err(self.failure(format!("came to the failure state: {reason}"), answer.err()));
                }
                Verdict::Retry => {}
            }
            self.matched = Some(reason);
            return self.again(answer.err());
        }
        match answer {
            Err(error) => Err(self.failure("met an error that it does not expect".to_owned(), Some(error))),
            Ok(_) => self.again(None),
        }
    }

    fn again(&self, last: Option<&Error>) -> Result<Step> {
        if self.attempts >= self.max_attempts {
            return Err(self.gave_up("after the last of its attempts", last));
        }
        let pause = pause(self.delay, self.max_delay, self.attempts, fastrand::f64());
        if let Some(max_wait) = self.max_wait
            && elapsed(self.begun, self.clock.now()).saturating_add(pause) > max_wait
        {
            return Err(self.gave_up(&format!("after at most {} s", max_wait.as_secs_f64()), last));
        }
        Ok(Step::Again(pause))
    }

    fn gave_up(&self, when: &str, last: Option<&Error>) -> Error {
        let before = self.matched.as_ref().map_or(String::new(), |reason| format!("; before that, {reason}"));
        self.failure(format!("gave up {when}{before}"), last)
    }

    fn failure(&self, what: String, last: Option<&Error>) -> Error {
        let error =
            Error::new(ErrorKind::Wait, format!("The waiter {} {what}", self.name)).after_attempts(self.attempts);
        match last {
            Some(last) => {
                let error = error.with_source(last.clone());
                last.modeled().map_or(error.clone(), |modeled| error.with_last(modeled))
            }
            None => error,
        }
    }
}

/// The pause after that many attempts: `delay`, or with a longest pause one by chance (0 to 1) between `delay` and its
/// double for each attempt made. Source: the Smithy specification of waiters.
fn pause(delay: Duration, max_delay: Option<Duration>, attempts: u32, chance: f64) -> Duration {
    let Some(max_delay) = max_delay else { return delay };
    let doubled = 2u32.saturating_pow(attempts.saturating_sub(1));
    let most = delay.saturating_mul(doubled).min(max_delay).max(delay);
    delay + (most - delay).mul_f64(chance)
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    let nanos = |time: Timestamp| i128::from(time.seconds()) * 1_000_000_000 + i128::from(time.subsec_nanos());
    let nanos = u64::try_from((nanos(to) - nanos(from)).max(0)).unwrap_or(u64::MAX);
    Duration::from_nanos(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_of_one_length_unless_they_may_grow() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(second, None, 9, 1.0), second);
        let lengths = [1, 2, 3, 4, 5, 40].map(|attempts| pause(second, Some(10 * second), attempts, 1.0).as_secs());
        assert_eq!(lengths, [1, 2, 4, 8, 10, 10]);
        assert_eq!(pause(second, Some(10 * second), 3, 0.0), second);
        assert_eq!(pause(second, Some(10 * second), 3, 0.5), Duration::from_millis(2500));
        assert_eq!(pause(20 * second, Some(10 * second), 3, 0.5), 20 * second);
    }
}
