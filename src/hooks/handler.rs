use std::fmt;
use std::sync::Arc;

use super::event::Event;
use crate::error::{Error, ErrorKind, Result};

/// What a handler gives: any error ends the call with it. Text will do: `Err("no".into())`.
pub type Outcome = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A function that is called when an event comes. Cheap to clone; keep a clone to unregister it.
///
/// ```
/// use botocore::hooks::{BeforeSign, Emitter, Handler};
///
/// let events = Emitter::new();
/// let handler = Handler::new(|event: &mut BeforeSign| {
///     event.request.headers.set("x-amz-meta-via", "handler");
///     Ok(())
/// });
/// events.register("before-sign.s3.PutObject", handler.clone())?;
/// events.unregister("before-sign.s3.PutObject", &handler);
/// assert!(events.is_empty());
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone)]
pub struct Handler {
    function: Arc<Function>,
    /// The event whose payload it takes; none for a handler of any.
    point: Option<&'static str>,
    label: &'static str,
}

type Function = dyn Fn(&mut Event<'_, '_>) -> Outcome + Send + Sync;

/// What can be a handler: a closure or function of `&mut Event`, or of `&mut` the payload of one event,
/// `|event: &mut BeforeSign| { …; Ok(()) }`. The type of its argument must be written.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of events",
    note = "a handler is `|event: &mut Event| {{ …; Ok(()) }}`, or takes `&mut` a payload of `botocore::hooks`"
)]
pub trait IntoHandler<Of> {
    /// The handler.
    fn into_handler(self) -> Handler;
}

impl Handler {
    /// A handler from a closure or function.
    pub fn new<Of>(handler: impl IntoHandler<Of>) -> Self {
        handler.into_handler()
    }

    pub(super) fn of<F>(function: F, point: Option<&'static str>) -> Self
    where
        F: Fn(&mut Event<'_, '_>) -> Outcome + Send + Sync + 'static,
    {
        Handler { function: Arc::new(function), point, label: std::any::type_name::<F>() }
    }

    pub(super) fn labelled(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    /// # Errors
    /// When events of that name never carry what the handler takes.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let Some(point) = self.point else { return Ok(()) };
        let mut parts = name.split('.');
        let part = parts.next().unwrap_or_default();
        let misnamed =
            parts.next().is_some_and(|service| service.contains(|c: char| c.is_ascii_uppercase() || c == '_'));
        let hint = match (part == point || part == "*", misnamed) {
            (true, false) => return Ok(()),
            (true, true) => " (services' ids are in lower case, with hyphens)",
            (false, _) => "",
        };
        let message =
            format!("A handler of `{point}` events cannot be registered for `{name}`: it would never be called{hint}");
        Err(Error::new(ErrorKind::Hook, message))
    }

    pub(super) fn call(&self, event: &mut Event<'_, '_>) -> Result<()> {
        if self.point.is_some_and(|point| point != event.point()) {
            return Ok(());
        }
        log::debug!(target: "botocore::hooks", "Event {}: calling handler {}", event.name(), self.label);
        (self.function)(event).map_err(|cause| Error::of_hook(event.name(), cause))
    }

    pub(super) fn is(&self, other: &Handler) -> bool {
        Arc::ptr_eq(&self.function, &other.function)
    }
}

impl IntoHandler<Handler> for Handler {
    fn into_handler(self) -> Handler {
        self
    }
}

impl<F> IntoHandler<Event<'static, 'static>> for F
where
    F: Fn(&mut Event<'_, '_>) -> Outcome + Send + Sync + 'static,
{
    fn into_handler(self) -> Handler {
        Handler::of(self, None)
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({})", self.label)
    }
}
