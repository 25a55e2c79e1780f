//! A session's events: see [`hooks`](crate::hooks).

use std::any::Any;

use super::Session;
use crate::error::Result;
use crate::hooks::{Emitter, Response};

impl Session {
    /// The emitter of events. Each client gets a copy when it is made: what is registered later is not with it.
    pub fn events(&self) -> &Emitter {
        &self.inner.events
    }

    /// Tells the handlers of an event of one's own: see [`Emitter::emit`].
    ///
    /// # Errors
    /// The first error of a handler; those after it are not called.
    pub fn emit(&self, name: &str, payload: &mut dyn Any) -> Result<Vec<Option<Response>>> {
        self.events().emit(name, payload)
    }

    /// Tells the handlers of an event of one's own, and gives the first answer.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_first_non_none_response(&self, name: &str, payload: &mut dyn Any) -> Result<Option<Response>> {
        self.events().emit_first_non_none_response(name, payload)
    }

    pub(crate) fn has_builtin_handlers(&self) -> bool {
        self.inner.builtin_handlers
    }
}
