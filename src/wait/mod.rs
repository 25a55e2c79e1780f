//! Waiting until a service says that something is as it should be. Source: botocore's `waiter.py`.

mod acceptor;
mod run;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call;
use crate::client::Core;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::operation::Input;
use crate::shape::Modeled;
use crate::user_agent::{self, Feature};
use run::{Plan, Run, Step};

/// Asks again and again, until the answer is the wanted one.
///
/// The model says how often, how long to pause, and what to look at: the error code, the HTTP status, or what a JMESPath
/// expression finds in the answer.
///
/// ```no_run
/// # #[cfg(feature = "s3")] {
/// # use botocore::{Session, s3};
/// # use std::time::Duration;
/// # let s3 = s3::Client::new(&Session::new())?;
/// s3.wait_until_object_exists("bucket", "key").delay(Duration::from_secs(1)).wait()?;
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// What is waited for may be chosen by members that are not required: then the wait begins with the call.
///
/// ```no_run
/// # #[cfg(feature = "ec2")] {
/// # use botocore::{Session, ec2};
/// # let ec2 = ec2::Client::new(&Session::new())?;
/// ec2.describe_instances().instance_ids(["i-0123456789"]).wait_until_instance_running().wait()?;
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
#[must_use = "nothing is asked before `wait`"]
pub struct Waiter<'a, I: Input> {
    input: I,
    send: Send<'a, I>,
    clock: &'a dyn Clock,
    plan: Plan,
    on_attempt: Option<OnAttempt<'a, I>>,
}

type Send<'a, I> = Box<dyn Fn(&I) -> Result<<I as Input>::Output> + std::marker::Send + Sync + 'a>;
type OnAttempt<'a, I> = Box<dyn FnMut(Attempt<'_, <I as Input>::Output>) + std::marker::Send + 'a>;

/// One answer that a waiter got: see [`Waiter::on_attempt`].
#[non_exhaustive]
pub struct Attempt<'a, O> {
    /// 1 for the first.
    pub number: u32,
    /// What the service answered.
    pub answer: &'a Result<O>,
    /// How long the waiter pauses now; `None` when it has ended.
    pub pause: Option<Duration>,
}

/// How a wait ended well.
#[derive(Debug)]
#[non_exhaustive]
pub struct Waited<O> {
    /// The last answer: an error where the error is what was waited for, as that an object is not there.
    pub answer: Result<O>,
    /// What the answer had that ended the wait, in words.
    pub reason: String,
    /// How often the service was asked.
    pub attempts: u32,
}

impl<'a, I: Input> Waiter<'a, I>
where
    I::Output: Modeled,
{
    /// `description` has the lines `delay SECONDS`, `attempts COUNT`, and one for each acceptor: see [`acceptor`].
    #[inline]
    pub(crate) fn new(
        name: &'static str,
        description: &'static str,
        input: I,
        clock: &'a dyn Clock,
        send: impl Fn(&I) -> Result<I::Output> + std::marker::Send + Sync + 'a,
    ) -> Self {
        let plan = Plan { name, description, delay: None, max_attempts: None, max_wait: None, max_delay: None };
        Waiter { input, send: Box::new(send), clock, plan, on_attempt: None }
    }

    /// Waits for the answer of a call.
    #[allow(dead_code, reason = "there are services without waiters")]
    #[inline]
    pub(crate) fn of_call(name: &'static str, description: &'static str, core: &'a Core, input: I) -> Self {
        Waiter::new(name, description, input, core.clock(), move |input| {
            user_agent::noting(Feature::Waiter, || call::send(core, input))
        })
    }

    /// How long to pause between attempts. Default: the model's.
    #[inline]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.plan.delay = Some(delay);
        self
    }

    /// How often to ask at most, 1 at least. Default: the model's, and no limit where [`max_wait`](Self::max_wait) is set.
    #[inline]
    pub fn max_attempts(mut self, count: u32) -> Self {
        self.plan.max_attempts = Some(count);
        self
    }

    /// Gives up when the next attempt would come later than this after the beginning. Default: no such limit.
    #[inline]
    pub fn max_wait(mut self, duration: Duration) -> Self {
        self.plan.max_wait = Some(duration);
        self
    }

    /// Lets pauses grow: each is by chance between [`delay`](Self::delay) and its double for every attempt made, and at most
    /// `max_delay`. Many who wait for the same thing then do not ask at the same time. Default: pauses of one length, as
    /// botocore's. Source: the [Smithy specification](https://smithy.io/2.0/additional-specs/waiters.html).
    #[inline]
    pub fn backoff(mut self, max_delay: Duration) -> Self {
        self.plan.max_delay = Some(max_delay);
        self
    }

    /// Calls `look` after each answer.
    #[inline]
    pub fn on_attempt(mut self, look: impl FnMut(Attempt<'_, I::Output>) + std::marker::Send + 'a) -> Self {
        self.on_attempt = Some(Box::new(look));
        self
    }

    /// Waits.
    ///
    /// # Errors
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) when the answer is one after which the wanted one cannot come, an error
    /// that the model does not name, or when there were enough attempts; the last answer is found with
    /// [`downcast_ref`](Error::downcast_ref), the service's last error is the source. Errors that are not the service's
    /// end the wait as they are.
    pub fn wait(mut self) -> Result<Waited<I::Output>> {
        let mut run = Run::begin(&self.plan, self.clock)?;
        loop {
            let answer = (self.send)(&self.input);
            let step = run.judge(answer.as_ref().map(|output| output as _));
            if let Some(look) = &mut self.on_attempt {
                let pause = if let Step::Again(pause) = step { Some(pause) } else { None };
                look(Attempt { number: run.attempts, answer: &answer, pause });
            }
            match step {
                Step::Again(pause) => self.clock.sleep(pause),
                Step::Done(reason) => return Ok(Waited { answer, reason, attempts: run.attempts }),
                Step::Failed(error) => return Err(with_answer(error, answer)),
            }
        }
    }
}

fn with_answer<O: Modeled>(error: Error, answer: Result<O>) -> Error {
    match answer {
        Ok(output) => error.with_last(Arc::new(output)),
        Err(_) => error,
    }
}

impl<I: Input> fmt::Debug for Waiter<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiter({})", self.plan.name)
    }
}

impl<O> fmt::Debug for Attempt<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("number", &self.number)
            .field("error", &self.answer.as_ref().err())
            .field("pause", &self.pause)
            .finish()
    }
}
