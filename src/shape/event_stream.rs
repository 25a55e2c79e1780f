use std::fmt;
use std::marker::PhantomData;

use super::Value;
use crate::error::Result;
use crate::http::Body;
use crate::operation::Service;
use crate::protocol::event_stream;

/// The events of an answer, in order, read from the connection as they are asked for.
///
/// An iterator: each item is an event, or the error that ends the stream. An exception that the service sends within
/// the stream is an [`Error`](crate::Error) of kind [`Service`](crate::ErrorKind::Service) with its code and, where
/// the model has it, its shape; a connection that is lost inside an event is one of kind
/// [`Transport`](crate::ErrorKind::Transport). Dropping the stream closes the connection.
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

impl<T: Value + Default> Iterator for EventStream<T> {
    type Item = Result<T>;

    #[inline]
    fn next(&mut self) -> Option<Result<T>> {
        let mut event = T::default();
        match event_stream::next(&mut self.raw, &mut event) {
            Ok(true) => Some(Ok(event)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// What the stream is, without reading it.
impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventStream({:?})", self.raw.body)
    }
}
