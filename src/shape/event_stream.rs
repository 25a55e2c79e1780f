use std::marker::PhantomData;

use crate::http::Body;
use crate::operation::Service;

/// The events of an answer, in order, read from the connection as they are asked for.
pub struct EventStream<T> {
    pub(crate) raw: RawEvents,
    events: PhantomData<fn() -> T>,
}

/// An event stream before its events have a type.
#[derive(Default)]
pub struct RawEvents {
    pub(crate) body: Body,
    /// Set with the body, when the answer comes.
    pub(crate) service: Option<&'static Service>,
}

impl<T> Default for EventStream<T> {
    #[inline]
    fn default() -> Self {
        EventStream { raw: RawEvents::default(), events: PhantomData }
    }
}
