use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use crate::attempts::{Course, FailedAttempt};
use crate::http::{ResponseMetadata, TransportFailure};
use crate::shape::Modeled;

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something failed: one type for every stage, one word wide, cheap to clone.
///
/// The text names operation, error code, message, HTTP status, request id and the number of attempts, where there are
/// such, and then the causes that [`source`](std::error::Error::source) leads to. No secret is in it. Modelled errors are
/// found by type:
///
/// ```no_run
/// # #[cfg(feature = "s3")] {
/// # use botocore::{Session, s3};
/// # let s3 = s3::Client::new(&Session::new())?;
/// match s3.get_object("bucket", "nope").send() {
///     Err(error) if error.is::<s3::error::NoSuchKey>() => println!("not there"),
///     other => { other?; }
/// }
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// The path of the value that the message is about: `orders[3].price`.
    place: String,
    operation: Option<(&'static str, &'static str)>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    answer: Option<Answer>,
    attempts: u32,
    course: Course,
    transport: Option<TransportFailure>,
    last: Option<Last>,
}

/// What a waiter saw last.
#[derive(Clone)]
struct Last(Arc<dyn Modeled>);

impl fmt::Debug for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Last")
    }
}

impl Clone for Inner {
    fn clone(&self) -> Self {
        Inner {
            kind: self.kind,
            message: self.message.clone(),
            place: self.place.clone(),
            operation: self.operation,
            source: self.source.clone(),
            answer: self.answer.clone(),
            attempts: self.attempts,
            course: self.course.clone(),
            last: self.last.clone(),
            transport: self.transport,
        }
    }
}

/// What a service said when it refused.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) code: String,
    pub(crate) message: String,
    /// `Sender` or `Receiver`
    pub(crate) fault: Option<String>,
    pub(crate) metadata: ResponseMetadata,
    pub(crate) throttling: bool,
    pub(crate) modeled: Option<Arc<dyn Modeled>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// The stage at which something failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting, a profile or a configuration file.
    #[default]
    Config,
    /// A service's model, or other data, that is not there or cannot be read.
    Data,
    /// No credentials, half of them, or a provider that failed.
    Credentials,
    /// No endpoint for these parameters.
    Endpoint,
    /// An input that cannot be written as a request, or breaks the model's limits.
    Serialize,
    /// The request could not be signed.
    Sign,
    /// The connection: DNS, connect, TLS, time-out, closed too early.
    Transport,
    /// An answer that is not what the model says.
    Parse,
    /// The service answered with an error.
    Service,
    /// A waiter that failed or ran out of attempts.
    Wait,
    /// Reading or writing a body on this side.
    Body,
    /// A handler of an event failed, or was not registered as it must be.
    Hook,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Arc::new(Inner { kind, message: message.into(), ..Inner::default() }))
    }

    pub(crate) fn transport(failure: TransportFailure, message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Transport, message).with_failure(failure)
    }

    pub(crate) fn service(answer: Answer) -> Self {
        Error(Arc::new(Inner { kind: ErrorKind::Service, answer: Some(answer), ..Inner::default() }))
    }

    pub(crate) fn body(message: &str, cause: std::io::Error) -> Self {
        match cause.downcast::<Error>() {
            Ok(error) => error,
            Err(cause) => Error::new(ErrorKind::Body, message).with_source(cause),
        }
    }

    /// What a handler gave in the place of success: an error of this crate stays as it is.
    pub(crate) fn of_hook(event: &str, cause: Box<dyn std::error::Error + Send + Sync>) -> Self {
        match cause.downcast::<Error>() {
            Ok(error) => *error,
            Err(cause) => Error::new(ErrorKind::Hook, format!("A handler of the event {event} failed"))
                .change(|inner| inner.source = Some(Arc::from(cause))),
        }
    }

    pub(crate) fn with_source(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    /// Names the operation; an error that has a name keeps it.
    pub(crate) fn in_operation(self, service: &'static str, operation: &'static str) -> Self {
        self.change(|inner| {
            inner.operation.get_or_insert((service, operation));
        })
    }

    #[cfg(feature = "dynamodb-items")]
    pub(crate) fn of_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    /// Says in which member of a structure or map the value is that this error is about.
    pub(crate) fn at_member(self, name: &str) -> Self {
        self.change(|inner| {
            let dot = if inner.place.is_empty() || inner.place.starts_with('[') { "" } else { "." };
            inner.place = format!("{name}{dot}{}", inner.place);
        })
    }

    /// Says in which element of a list the value is that this error is about.
    pub(crate) fn at_element(self, index: usize) -> Self {
        self.at_member(&format!("[{index}]"))
    }

    pub(crate) fn after_attempts(self, attempts: u32) -> Self {
        self.change(|inner| inner.attempts = attempts)
    }

    /// Adds what came before the attempt that failed so.
    pub(crate) fn with_course(self, course: Course) -> Self {
        self.change(|inner| {
            if let Some(answer) = &mut inner.answer {
                answer.metadata = std::mem::take(&mut answer.metadata).with_course(course.clone());
            }
            inner.course = course;
        })
    }

    /// Marks a failure as one of the way to the service, of that sort.
    pub(crate) fn with_failure(self, failure: TransportFailure) -> Self {
        self.change(|inner| inner.transport = Some(failure))
    }

    /// Adds what else the answer tells, when nothing else is the cause.
    pub(crate) fn with_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) if self.0.source.is_none() => self.with_source(Hint(hint)),
            _ => self,
        }
    }

    /// Says why there was no other attempt, beside why this one failed.
    pub(crate) fn not_sent_again(self, reason: std::io::Error) -> Self {
        self.change(|inner| {
            let before = inner.source.take();
            inner.source = Some(Arc::new(NotSentAgain { reason, before }));
        })
    }

    /// Adds the answer or modelled error that a waiter saw last.
    pub(crate) fn with_last(self, last: Arc<dyn Modeled>) -> Self {
        self.change(|inner| inner.last = Some(Last(last)))
    }

    /// The modelled error, if it is one.
    pub(crate) fn modeled(&self) -> Option<Arc<dyn Modeled>> {
        self.0.answer.as_ref()?.modeled.clone()
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The stage at which it failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The service's error code, `NoSuchKey`.
    pub fn code(&self) -> Option<&str> {
        self.0.answer.as_ref().map(|answer| answer.code.as_str())
    }

    /// The message: the service's own, or what happened here.
    pub fn message(&self) -> &str {
        self.0.answer.as_ref().map_or(&self.0.message, |answer| &answer.message)
    }

    /// Who is to blame, where the service says it: `Sender` or `Receiver`. Source: `Error.Type` of botocore's answers.
    pub fn fault(&self) -> Option<&str> {
        self.0.answer.as_ref()?.fault.as_deref()
    }

    /// Whether this is the modelled error `T`, `s3::error::NoSuchKey`.
    pub fn is<T: Any>(&self) -> bool {
        self.downcast_ref::<T>().is_some()
    }

    /// The members of the modelled error `T`, when this is one. Of a waiter's error: the answer, or modelled error, that
    /// it saw last.
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        let modeled = self.0.answer.as_ref().and_then(|answer| answer.modeled.as_ref());
        (**modeled.or(self.0.last.as_ref().map(|last| &last.0))?).as_any().downcast_ref()
    }

    /// Status, headers and ids of the answer, when the service answered with an error.
    pub fn response_metadata(&self) -> Option<&ResponseMetadata> {
        self.0.answer.as_ref().map(|answer| &answer.metadata)
    }

    /// The HTTP status, when the service answered with an error.
    pub fn status(&self) -> Option<u16> {
        self.response_metadata().map(ResponseMetadata::status)
    }

    /// The id that AWS support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.response_metadata()?.request_id()
    }

    /// The service and operation, `("s3", "GetObject")`.
    pub fn operation(&self) -> Option<(&'static str, &'static str)> {
        self.0.operation
    }

    /// How often the request was sent, or a connection for it was tried; 0 when it did not come to that.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The attempts before the one that this error is of, in order, each with its own cause. Empty when nothing was retried.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sts")] {
    /// # let sts = botocore::sts::Client::new(&botocore::Session::new())?;
    /// if let Err(error) = sts.get_caller_identity().send() {
    ///     for attempt in error.failed_attempts() {
    ///         eprintln!("{:?}, again after {:?}: {}", attempt.reason(), attempt.pause(), attempt.error());
    ///     }
    ///     eprintln!("and at last: {error}");
    /// }
    /// # }
    /// # Ok::<(), botocore::Error>(())
    /// ```
    pub fn failed_attempts(&self) -> &[FailedAttempt] {
        &self.0.course.failed
    }

    /// Whether this was the last attempt that the client's settings allow. Source: `MaxAttemptsReached` of botocore's metadata.
    pub fn max_attempts_reached(&self) -> bool {
        self.0.course.attempts_spent
    }

    /// Whether there was no other attempt because the client had used up its quota for retries: calls that succeed fill it
    /// again. Source: `RetryQuotaReached` of botocore's metadata.
    pub fn retry_quota_reached(&self) -> bool {
        self.0.course.quota_spent
    }

    /// What stopped the request on its way, when that is why it failed.
    ///
    /// ```
    /// # use botocore::Error;
    /// use botocore::TransportFailure::{ConnectTimeout, OutOfTime, ReadTimeout};
    ///
    /// fn took_too_long(error: &Error) -> bool {
    ///     matches!(error.transport_failure(), Some(ConnectTimeout | ReadTimeout | OutOfTime))
    /// }
    /// ```
    pub fn transport_failure(&self) -> Option<TransportFailure> {
        self.0.transport
    }

    /// Whether the service asked for fewer requests.
    pub fn is_throttling(&self) -> bool {
        self.0.answer.as_ref().is_some_and(|answer| answer.throttling)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some((service, operation)) = inner.operation {
            write!(f, "{service} {operation}: ")?;
        }
        match &inner.answer {
            Some(answer) => {
                f.write_str(&answer.code)?;
                if !answer.message.is_empty() {
                    write!(f, ": {}", answer.message)?;
                }
                write!(f, " (HTTP {}", answer.metadata.status())?;
                if let Some(id) = answer.metadata.request_id() {
                    write!(f, ", request id {id}")?;
                }
                if let Some(id) = answer.metadata.host_id() {
                    write!(f, ", host id {id}")?;
                }
                if inner.attempts > 1 {
                    write!(f, ", {} attempts", inner.attempts)?;
                }
                f.write_str(")")?;
            }
            None => {
                if !inner.place.is_empty() {
                    write!(f, "{}: ", inner.place)?;
                }
                f.write_str(&inner.message)?;
                if inner.attempts > 1 {
                    write!(f, " ({} attempts)", inner.attempts)?;
                }
            }
        }
        // `main` prints only this, so the causes are here as well as in `source`.
        let mut source = inner.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            // One of these says its causes itself.
            source = if cause.is::<Error>() { None } else { cause.source() };
        }
        Ok(())
    }
}

/// As `Display`: a `main` that returns this error prints a sentence.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &dyn std::error::Error)
    }
}

/// What an answer tells beside its code and message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Hint(String);

#[derive(Debug)]
struct NotSentAgain {
    reason: std::io::Error,
    before: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl fmt::Display for NotSentAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it was not sent again, as {}", self.reason)
    }
}

impl std::error::Error for NotSentAgain {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.before.as_deref().map(|before| before as &dyn std::error::Error)
    }
}

/// There is no such error: for conversions that cannot fail.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        match cause.downcast::<Error>() {
            Ok(error) => error,
            Err(cause) => Error::new(ErrorKind::Body, "A local file or stream failed").with_source(cause),
        }
    }
}
