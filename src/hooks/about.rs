use std::any::Any;
use std::cell::{RefCell, RefMut};
use std::fmt;

use crate::operation::{Operation, Service};

/// What handlers keep from one event of a call to the next, by type: the first handler puts it in, a later one finds it.
///
/// ```
/// use botocore::Session;
/// use botocore::hooks::{AfterCall, BeforeCall};
/// use std::time::Instant;
///
/// let session = Session::new();
/// session.events().register("before-call", |event: &mut BeforeCall| {
///     event.context().insert(Instant::now());
///     Ok(())
/// })?;
/// session.events().register("after-call", |event: &mut AfterCall| {
///     if let Some(began) = event.context().get::<Instant>() {
///         println!("{} took {:?}", event.operation_name(), began.elapsed());
///     }
///     Ok(())
/// })?;
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Default)]
pub struct Context(Vec<Box<dyn Any>>);

impl Context {
    /// Puts a value in; gives the one of the same type that was there.
    pub fn insert<T: Any>(&mut self, value: T) -> Option<T> {
        let before = self.remove();
        self.0.push(Box::new(value));
        before
    }

    /// The value of that type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|value| value.downcast_ref())
    }

    /// The value of that type, to be changed.
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(|value| value.downcast_mut())
    }

    /// Takes the value of that type out.
    pub fn remove<T: Any>(&mut self) -> Option<T> {
        let at = self.0.iter().position(|value| value.is::<T>())?;
        self.0.swap_remove(at).downcast().ok().map(|value| *value)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({} values)", self.0.len())
    }
}

/// The call that an event belongs to.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) context: &'a RefCell<Context>,
}

impl<'a> About<'a> {
    pub(super) fn context(&self) -> RefMut<'a, Context> {
        self.context.borrow_mut()
    }
}
