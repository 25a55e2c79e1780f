//! What ends, kept until it is about to, and asked for anew by one thread at a time.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::Instant;

use crate::Timestamp;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::http::TransportFailure;
use crate::turn::{Held, Turn};
use crate::user_agent;

/// Seconds before the end from which one thread asks anew while the others go on. Source: botocore's
/// `_DEFAULT_ADVISORY_REFRESH_TIMEOUT`.
pub(super) const ADVISORY: i64 = 15 * 60;
/// Seconds before the end from which every thread waits. Source: botocore's `_DEFAULT_MANDATORY_REFRESH_TIMEOUT`.
pub(super) const MANDATORY: i64 = 10 * 60;
/// Seconds that a thing may seem to last longer than when it came: with more, the clock was set back.
const SLACK: i64 = 5 * 60;
/// The longest pause after asking in vain, seconds. The first is of one second, and each is twice the one before.
const LONGEST_PAUSE: i64 = 60;

/// Something with an end.
pub(crate) trait Ends: Clone + Send + Sync + 'static {
    /// The moment; `None` for what stays.
    fn end(&self) -> Option<Timestamp>;
}

/// Where it comes from.
pub(crate) trait Source<T>: Send + Sync + 'static {
    fn ask(&self) -> Result<Option<T>>;

    /// Who is asked, for messages.
    fn name(&self) -> String;

    /// The error of what has ended when it comes.
    fn ended(&self) -> Error;
}

/// What was given, and who may ask for new.
pub(crate) struct Kept<T> {
    clock: Arc<dyn Clock>,
    advisory: i64,
    mandatory: i64,
    present: RwLock<Option<Present<T>>>,
    /// Held while new is asked for.
    asking: Arc<Turn>,
    history: Mutex<History>,
}

#[derive(Clone)]
struct Present<T> {
    value: T,
    /// The seconds that were left when it came.
    lasted: i64,
}

/// How asking went.
#[derive(Default)]
struct History {
    flights: u64,
    last: Last,
    /// How often in a row it gave nothing that lasts.
    vain: u32,
    /// When that was last.
    at: i64,
}

#[derive(Clone, Default)]
enum Last {
    #[default]
    Good,
    /// There is none.
    Nothing,
    Failed(Error),
}

/// How near the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Far,
    Advisory,
    Mandatory,
    Ended,
}

impl<T: Ends> Kept<T> {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Kept::with_windows(clock, ADVISORY, MANDATORY)
    }

    /// Windows in seconds before the end.
    pub(crate) fn with_windows(clock: Arc<dyn Clock>, advisory: i64, mandatory: i64) -> Self {
        Kept {
            clock,
            advisory,
            mandatory,
            present: RwLock::new(None),
            asking: Arc::default(),
            history: Mutex::default(),
        }
    }

    /// What is kept, or what the source gives.
    ///
    /// Who finds it near its end asks anew; the others go on with what there is, in the last minutes they wait for who
    /// asks, and share what comes of it. Nobody waits beyond `end`: a thread goes on asking then, and what it is given is
    /// kept for those who come later.
    pub(crate) fn get<S: Source<T>>(self: &Arc<Self>, source: &Arc<S>, end: Option<Instant>) -> Result<Option<T>> {
        let Some(present) = self.present() else { return self.first(source, end) };
        let nearness = self.nearness(&present);
        let may_rest = nearness < Nearness::Ended;
        if nearness == Nearness::Far || may_rest && self.rests() {
            return Ok(Some(present.value));
        }
        if nearness == Nearness::Advisory {
            let Some(turn) = self.asking.try_take() else { return Ok(Some(present.value)) };
            // There is something to go on with, and no time to lose.
            return self.again(turn, Nearness::Far, source, end.map(|_| Instant::now()));
        }
        let flights = self.history().flights;
        let turn = self.asking.take(end).ok_or_else(|| late(&**source))?;
        match self.shared(flights) {
            Some(Last::Failed(error)) => Err(error),
            _ => self.again(turn, Nearness::Advisory, source, end),
        }
    }

    /// Keeps a value as if it had been given.
    pub(crate) fn publish(&self, value: T) {
        let lasted = self.left(&value);
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Some(Present { value, lasted });
    }

    /// Forgets that asking was in vain: something has changed outside.
    pub(crate) fn forgive(&self) {
        self.history().vain = 0;
    }

    fn first<S: Source<T>>(self: &Arc<Self>, source: &Arc<S>, end: Option<Instant>) -> Result<Option<T>> {
        let flights = self.history().flights;
        let turn = self.asking.take(end).ok_or_else(|| late(&**source))?;
        if let Some(present) = self.present().filter(|present| self.nearness(present) < Nearness::Ended) {
            return Ok(Some(present.value));
        }
        match self.shared(flights) {
            Some(Last::Failed(error)) => Err(error),
            Some(Last::Nothing) => Ok(None),
            _ => self.asked(turn, source, end),
        }
    }

    /// Asks, unless another thread has just been given what is good enough.
    fn again<S: Source<T>>(
        self: &Arc<Self>,
        turn: Held,
        good_enough: Nearness,
        source: &Arc<S>,
        end: Option<Instant>,
    ) -> Result<Option<T>> {
        let Some(present) = self.present() else { return self.asked(turn, source, end) };
        let nearness = self.nearness(&present);
        if nearness <= good_enough || nearness < Nearness::Ended && self.rests() {
            return Ok(Some(present.value));
        }
        if let Some(error) = self.failed_of_late() {
            return Err(error);
        }
        match self.asked(turn, source, end) {
            Err(error) if nearness == Nearness::Advisory => {
                if error.transport_failure() != Some(TransportFailure::OutOfTime) {
                    log::warn!("Refreshing failed, and what there is is used on: {error}");
                }
                Ok(Some(present.value))
            }
            Ok(None) if nearness < Nearness::Ended => Ok(Some(present.value)),
            other => other,
        }
    }

    /// Asks: here, or where there is an end, from a thread that may outlast it.
    fn asked<S: Source<T>>(self: &Arc<Self>, turn: Held, source: &Arc<S>, end: Option<Instant>) -> Result<Option<T>> {
        let Some(end) = end else {
            let _turn = turn;
            return self.ask(&**source);
        };
        let (sender, outcome) = mpsc::sync_channel(1);
        let (kept, asked, features) = (self.clone(), source.clone(), user_agent::current());
        let ask = move || {
            let _noted = user_agent::scope_with(features);
            let outcome = kept.ask(&*asked);
            drop(turn);
            if let Err(mpsc::SendError(Err(error))) = sender.send(outcome) {
                log::warn!("Nobody waits any more for {}, which failed: {error}", asked.name());
            }
        };
        thread::Builder::new().name("botocore credentials".to_owned()).spawn(ask).map_err(|cause| {
            let message = format!("No thread could be started to ask {}", source.name());
            Error::new(ErrorKind::Credentials, message).with_source(cause)
        })?;
        match outcome.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => Err(late(&**source)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Error::new(ErrorKind::Credentials, format!("Asking {} ended in a panic", source.name())))
            }
        }
    }

    fn ask(&self, source: &impl Source<T>) -> Result<Option<T>> {
        let outcome = source.ask().and_then(|given| {
            let Some(value) = given else { return Ok(None) };
            self.publish(value.clone());
            if self.left(&value) <= 0 { Err(source.ended()) } else { Ok(Some(value)) }
        });
        let now = self.now();
        let lasts = self.present().is_some_and(|present| self.nearness(&present) == Nearness::Far);
        let mut history = self.history();
        history.flights += 1;
        history.last = match &outcome {
            Ok(Some(_)) => Last::Good,
            Ok(None) => Last::Nothing,
            Err(error) => Last::Failed(error.clone()),
        };
        match &outcome {
            Ok(Some(_)) if lasts => history.vain = 0,
            _ => (history.vain, history.at) = (history.vain.saturating_add(1), now),
        }
        outcome
    }

    /// What a flight gave that ended after the moment when there were so many.
    fn shared(&self, flights: u64) -> Option<Last> {
        let history = self.history();
        (history.flights > flights).then(|| history.last.clone())
    }

    /// Whether asking was in vain a moment ago. A clock that was set back ends the pause.
    fn rests(&self) -> bool {
        let (now, history) = (self.now(), self.history());
        history.vain > 0 && (history.at..history.at + pause(history.vain)).contains(&now)
    }

    fn failed_of_late(&self) -> Option<Error> {
        if !self.rests() {
            return None;
        }
        match &self.history().last {
            Last::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }

    fn nearness(&self, present: &Present<T>) -> Nearness {
        let left = self.left(&present.value);
        match left {
            i64::MAX => Nearness::Far,
            ..=0 => Nearness::Ended,
            _ if left < self.mandatory => Nearness::Mandatory,
            _ if left < self.advisory => Nearness::Advisory,
            _ if left > present.lasted.saturating_add(SLACK) => Nearness::Advisory,
            _ => Nearness::Far,
        }
    }

    /// The seconds that are left; [`i64::MAX`] for what stays.
    fn left(&self, value: &T) -> i64 {
        value.end().map_or(i64::MAX, |end| end.seconds().saturating_sub(self.now()))
    }

    fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn present(&self) -> Option<Present<T>> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn pause(vain: u32) -> i64 {
    1_i64
        .checked_shl(vain.saturating_sub(1))
        .filter(|pause| (1..LONGEST_PAUSE).contains(pause))
        .unwrap_or(LONGEST_PAUSE)
}

/// A call's time is over, and asking goes on.
fn late<T>(source: &impl Source<T>) -> Error {
    let message = format!("The time for the whole call was over before {} had answered", source.name());
    Error::new(ErrorKind::Credentials, message).with_failure(TransportFailure::OutOfTime)
}

/// Without what is kept.
impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_to_a_minute() {
        let pauses: Vec<_> = [1, 2, 3, 4, 5, 6, 7, 40, 64, 65, 1000].into_iter().map(pause).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
    }
}
