use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::handler::{Handler, IntoHandler};
use super::tree::{Node, Section};
use super::{Event, Payload};
use crate::error::{Error, ErrorKind, Result};

/// What a handler answered: see [`Event::respond`].
pub type Response = Box<dyn Any + Send>;

/// Event names whose handlers are remembered. Beyond it the memory begins anew: programs may make up names.
const REMEMBERED: usize = 4096;

/// Who is told of which event. Cheap to clone; clones are the same emitter.
///
/// A session has one ([`Session::events`](crate::Session::events)), and each client has its own, a copy of the session's
/// as it was when the client was made. Handlers are called in the thread that makes the call. Source: botocore's
/// `HierarchicalEmitter`.
#[derive(Clone, Default)]
pub struct Emitter(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The number of handlers, to be asked without a lock.
    registered: AtomicUsize,
    state: RwLock<State>,
}

#[derive(Clone, Default)]
struct State {
    tree: Node,
    unique: HashMap<String, Unique>,
    found: HashMap<String, Arc<[Handler]>>,
}

#[derive(Clone)]
struct Unique {
    handler: Handler,
    /// How often it was registered, where that is counted.
    count: Option<usize>,
}

/// Where among the handlers of a name one is called, and whether it is registered once only.
///
/// ```
/// use botocore::hooks::{Emitter, Event, Registration};
///
/// let events = Emitter::new();
/// let once = Registration::default().last().unique_id("my-log");
/// for _ in 0..2 {
///     events.register_with("after-call", once.clone(), |event: &mut Event| Ok(println!("{}", event.name())))?;
/// }
/// assert_eq!(events.len(), 1);
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registration {
    section: Section,
    id: Option<String>,
    counted: bool,
}

impl Registration {
    /// Before all that are not registered so.
    pub fn first(mut self) -> Self {
        self.section = Section::First;
        self
    }

    /// After all that are not registered so.
    pub fn last(mut self) -> Self {
        self.section = Section::Last;
        self
    }

    /// Registers nothing when there is a handler of this id already, whatever its event.
    pub fn unique_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// As [`unique_id`](Self::unique_id), counted: the handler goes when it is unregistered as often as it was registered.
    pub fn counted_id(mut self, id: impl Into<String>) -> Self {
        self.counted = true;
        self.unique_id(id)
    }
}

impl Emitter {
    /// An emitter without handlers.
    pub fn new() -> Self {
        Emitter::default()
    }

    /// Another emitter with the same handlers: what is registered with one later is not with the other.
    pub fn copied(&self) -> Self {
        let state = self.read().clone();
        let registered = AtomicUsize::new(state.tree.len());
        Emitter(Arc::new(Shared { registered, state: RwLock::new(state) }))
    }

    /// Calls `handler` for events of that name and of all names below it: `before-sign` or `before-sign.s3` are above
    /// `before-sign.s3.GetObject`, and `*` stands for any one part. The nearer name's handlers are called first, those of
    /// one name in the order of registration.
    ///
    /// # Errors
    /// [`ErrorKind::Hook`], when the handler takes the payload of another event than the name's.
    pub fn register<Of>(&self, name: &str, handler: impl IntoHandler<Of>) -> Result<()> {
        self.register_with(name, Registration::default(), handler)
    }

    /// As [`register`](Self::register), to be called before all that are not registered so for the same name.
    ///
    /// # Errors
    /// As there.
    pub fn register_first<Of>(&self, name: &str, handler: impl IntoHandler<Of>) -> Result<()> {
        self.register_with(name, Registration::default().first(), handler)
    }

    /// As [`register`](Self::register), to be called after all that are not registered so for the same name.
    ///
    /// # Errors
    /// As there.
    pub fn register_last<Of>(&self, name: &str, handler: impl IntoHandler<Of>) -> Result<()> {
        self.register_with(name, Registration::default().last(), handler)
    }

    /// As [`register`](Self::register), with the place and id of `registration`.
    ///
    /// # Errors
    /// As there, and when a handler of the same id was registered counted and this one is not, or the other way about.
    pub fn register_with<Of>(
        &self,
        name: &str,
        registration: Registration,
        handler: impl IntoHandler<Of>,
    ) -> Result<()> {
        self.add(name, registration, handler.into_handler())
    }

    fn add(&self, name: &str, registration: Registration, handler: Handler) -> Result<()> {
        handler.check(name)?;
        let mut state = self.write();
        let Registration { section, id, counted } = registration;
        if let Some(id) = id {
            if let Some(unique) = state.unique.get_mut(&id) {
                return unique.again(&id, counted);
            }
            state.unique.insert(id, Unique { handler: handler.clone(), count: counted.then_some(1) });
        }
        state.tree.insert(name, section, handler);
        self.changed(&mut state);
        Ok(())
    }

    /// Takes a handler out of the name that it was registered for, once. Nothing happens when it is not there.
    pub fn unregister(&self, name: &str, handler: &Handler) {
        let mut state = self.write();
        state.tree.remove(name, handler);
        self.changed(&mut state);
    }

    /// Takes the handler of that id out. Nothing happens when there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Hook`], when it was registered counted.
    pub fn unregister_id(&self, name: &str, id: &str) -> Result<()> {
        self.drop_id(name, id, false)
    }

    /// Takes the handler of that id out when this was asked for as often as it was registered with
    /// [`Registration::counted_id`]. Nothing happens when there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Hook`], when it was not registered counted.
    pub fn unregister_counted(&self, name: &str, id: &str) -> Result<()> {
        self.drop_id(name, id, true)
    }

    fn drop_id(&self, name: &str, id: &str, counted: bool) -> Result<()> {
        let mut state = self.write();
        let Some(unique) = state.unique.get_mut(id) else { return Ok(()) };
        unique.check(id, counted)?;
        if let Some(count) = unique.count.as_mut().filter(|count| **count > 1) {
            *count -= 1;
            return Ok(());
        }
        if let Some(unique) = state.unique.remove(id) {
            state.tree.remove(name, &unique.handler);
        }
        self.changed(&mut state);
        Ok(())
    }

    /// Whether there are no handlers.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.registered.load(Ordering::Acquire) == 0
    }

    /// The number of handlers.
    pub fn len(&self) -> usize {
        self.0.registered.load(Ordering::Acquire)
    }

    /// Whether a handler would be called for the event of that name.
    pub fn listens(&self, name: &str) -> bool {
        !self.is_empty() && !self.handlers(name).is_empty()
    }

    /// Tells the handlers of an event of one's own; gives what each answered.
    ///
    /// ```
    /// use botocore::Session;
    /// use botocore::hooks::Event;
    ///
    /// let session = Session::new();
    /// session.events().register("my-program.started", |event: &mut Event| {
    ///     if let Some(count) = event.custom::<u32>() {
    ///         *count += 1;
    ///     }
    ///     Ok(())
    /// })?;
    /// let mut count = 0_u32;
    /// session.emit("my-program.started.now", &mut count)?;
    /// assert_eq!(count, 1);
    /// # Ok::<(), botocore::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first error of a handler; those after it are not called.
    pub fn emit(&self, name: &str, payload: &mut dyn Any) -> Result<Vec<Option<Response>>> {
        self.tell(name, payload, false)
    }

    /// As [`emit`](Self::emit), but the first handler that answers is the last that is called. Gives its answer.
    ///
    /// # Errors
    /// As there.
    pub fn emit_until_response(&self, name: &str, payload: &mut dyn Any) -> Result<Option<Response>> {
        Ok(self.tell(name, payload, true)?.pop().flatten())
    }

    /// As [`emit`](Self::emit); gives the first answer.
    ///
    /// # Errors
    /// As there.
    pub fn emit_first_non_none_response(&self, name: &str, payload: &mut dyn Any) -> Result<Option<Response>> {
        Ok(self.emit(name, payload)?.into_iter().flatten().next())
    }

    fn tell(&self, name: &str, payload: &mut dyn Any, until_response: bool) -> Result<Vec<Option<Response>>> {
        let mut responses = Vec::new();
        if self.is_empty() {
            return Ok(responses);
        }
        let mut event = Event::new(name, Payload::Custom(payload));
        for handler in &*self.handlers(name) {
            handler.call(&mut event)?;
            let response = event.take_response();
            let stop = until_response && response.is_some();
            responses.push(response);
            if stop {
                break;
            }
        }
        Ok(responses)
    }

    /// Tells the handlers of a point of a call, until one answers where `until_response` says so.
    pub(crate) fn fire(&self, name: &str, payload: Payload<'_, '_>, until_response: bool) -> Result<()> {
        let handlers = self.handlers(name);
        let mut event = Event::new(name, payload);
        for handler in &*handlers {
            handler.call(&mut event)?;
            if until_response && event.is_answered() {
                break;
            }
        }
        Ok(())
    }

    /// The handlers of an event, in the order in which they are called. No lock is held when they are: they may register
    /// others.
    fn handlers(&self, name: &str) -> Arc<[Handler]> {
        if let Some(found) = self.read().found.get(name) {
            return found.clone();
        }
        let mut state = self.write();
        let found: Arc<[Handler]> = state.tree.search(name).into();
        if state.found.len() >= REMEMBERED {
            state.found.clear();
        }
        state.found.insert(name.to_owned(), found.clone());
        found
    }

    fn changed(&self, state: &mut State) {
        state.found.clear();
        self.0.registered.store(state.tree.len(), Ordering::Release);
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.state.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Unique {
    fn again(&mut self, id: &str, counted: bool) -> Result<()> {
        self.check(id, counted)?;
        if let Some(count) = &mut self.count {
            *count += 1;
        }
        Ok(())
    }

    fn check(&self, id: &str, counted: bool) -> Result<()> {
        if self.count.is_some() == counted {
            return Ok(());
        }
        let (was, is) = match counted {
            true => ("without a counter", "with one"),
            false => ("with a counter", "without one"),
        };
        Err(Error::new(
            ErrorKind::Hook,
            format!("The handler of the unique id `{id}` was first registered {was}, now {is}"),
        ))
    }
}

impl fmt::Debug for Emitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emitter({} handlers)", self.len())
    }
}
