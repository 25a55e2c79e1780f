use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use super::Value;
use crate::error::Result;
use crate::http::{Body, ResponseMetadata};
use crate::operation::Service;
use crate::protocol::event_stream;

/// The events of an answer, in order, read from the connection as they are asked for.
///
/// An iterator: each item is an event, or the error that ends the stream. An exception that the service sends within
/// the stream is an [`Error`](crate::Error) of kind [`Service`](crate::ErrorKind::Service) with its code, the answer's
/// request id and, where the model has it, its shape; a connection that is lost is one of kind
/// [`Transport`](crate::ErrorKind::Transport), a frame that is damaged one of kind [`Parse`](crate::ErrorKind::Parse).
/// Each names the operation. An event that the model does not know comes as the union's `Unknown` with its name
/// (botocore leaves it out).
///
/// Nothing is read ahead of the caller but what the connection's buffer holds (128 KiB): a caller who is slow slows the
/// service down. Dropping the stream closes the connection.
///
/// ```
/// # #[cfg(feature = "s3")] {
/// use botocore::s3::operation::SelectObjectContentInput;
/// use botocore::s3::types::SelectObjectContentEventStream as Event;
/// # use botocore::{Credentials, Environment, Replay, Session, s3};
/// # let replay = Replay::new().answer(200, [], "");
/// # let session = Session::builder()
/// #     .environment(Environment::empty())
/// #     .region("eu-west-1")
/// #     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
/// #     .transport(replay)
/// #     .build();
/// # let s3 = s3::Client::new(&session)?;
/// let input = SelectObjectContentInput {
///     bucket: "bucket".into(),
///     key: "key".into(),
///     expression: "SELECT * FROM S3Object".into(),
///     // … and the formats of the object and of the answer.
///     ..SelectObjectContentInput::default()
/// };
/// let answer = s3.select_object_content(input).send()?;
/// for event in answer.payload {
///     match event? {
///         Event::Records(records) => println!("{} bytes", records.payload.map_or(0, |bytes| bytes.len())),
///         Event::End(_) => println!("all is said"),
///         _ => {}
///     }
/// }
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
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
    /// What the answer's head said.
    pub(crate) metadata: ResponseMetadata,
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

/// After the end, and after an error, there is nothing more.
impl<T: Value + Default> FusedIterator for EventStream<T> {}

/// What the stream is, without reading it.
impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventStream({:?})", self.raw.body)
    }
}
