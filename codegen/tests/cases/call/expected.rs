// operation.rs
use crate::{ResponseMetadata, Result, Timestamp, call, shape};
use crate::client::Core;
use crate::operation::{Input, Operation};
use crate::shape::{Fill, Members, MembersMut, See, Value};
use std::fmt;
use std::time::Duration;
use super::client::Client;
/// A call of an operation, whose input it holds.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a, I> {
    pub(super) core: &'a Core,
    pub(super) input: I,
}
impl<'a, I: Input> Call<'a, I> {
    #[inline]
    pub(crate) fn new(core: &'a Core, input: I) -> Self {
        Self { core, input }
    }
    /// What is to be sent.
    #[inline]
    pub fn input(&self) -> &I {
        &self.input
    }
    /// Sends the request and waits for the answer.
    ///
    /// # Errors
    /// Everything that can go wrong, and what the service refuses: see [`Error`](crate::Error).
    #[inline]
    pub fn send(self) -> Result<I::Output> {
        call::send(self.core, &self.input)
    }
    /// A URL that makes the call without credentials until `expires` has passed: 1 second to 7 days.
    ///
    /// It is opened with the operation's HTTP method (`X-Amz-SignedHeaders` in it names what else is asked for): whoever
    /// opens it sends the headers of members that are headers, and the body, which is not signed.
    ///
    /// # Errors
    /// When credentials or the endpoint are not found, or the input breaks the model's limits.
    #[inline]
    pub fn presign(&self, expires: Duration) -> Result<String> {
        call::presign(self.core, &self.input, expires)
    }
}
/// A call of [`Go`](Client::go): setters for the members of [`GoInput`]; `send()` gives [`GoOutput`].
pub type Go<'a> = Call<'a, GoInput>;
impl Call<'_, GoInput> {
    /// `Name`, required
    pub fn name(mut self, value: impl Into<String>) -> Self {
        self.input.name = value.into();
        self
    }
    /// `Send`
    #[inline]
    pub fn send_(mut self, value: bool) -> Self {
        self.input.send = Some(value);
        self
    }
    /// `Names`
    pub fn names(mut self, value: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input.names = Some(value.into_iter().map(Into::into).collect());
        self
    }
}
/// What [`Go`] sends.
pub struct GoInput {
    /// `Name`, required
    pub name: String,
    /// `Send`
    pub send: Option<bool>,
    /// `Names`
    pub names: Option<Vec<String>>,
}
impl GoInput {
    /// The required members, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}
impl Value for GoInput {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(
            (&self.name, &self.send, &self.names),
            "GoRequest\n\
            Name required\n\
            Send\n\
            Names\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (&mut self.name, &mut self.send, &mut self.names),
            "GoRequest\n\
            Name required\n\
            Send\n\
            Names\n",
            fill,
        )
    }
}
impl Default for GoInput {
    #[inline]
    fn default() -> Self {
        Self {
            name: String::new(),
            send: None,
            names: None,
        }
    }
}
impl Clone for GoInput {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for GoInput {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
impl Input for GoInput {
    type Client = Client;
    type Output = GoOutput;
    const OPERATION: &'static Operation = &Operation {
        name: "Go",
        method: "POST",
        uri: "/",
        traits: "",
    };
}
/// What [`Go`] answers.
#[non_exhaustive]
pub struct GoOutput {
    /// `Names`
    pub names: Vec<String>,
    /// `At`
    pub at: Option<Timestamp>,
    /// Status, headers and ids of the answer.
    pub response_metadata: ResponseMetadata,
}
impl Value for GoOutput {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(
            (&self.names, &self.at, &self.response_metadata),
            "GoResponse\n\
            Names\n\
            At time=iso\n\
            ResponseMetadata at=metadata\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (&mut self.names, &mut self.at, &mut self.response_metadata),
            "GoResponse\n\
            Names\n\
            At time=iso\n\
            ResponseMetadata at=metadata\n",
            fill,
        )
    }
}
impl Default for GoOutput {
    #[inline]
    fn default() -> Self {
        Self {
            names: Vec::new(),
            at: None,
            response_metadata: ResponseMetadata::default(),
        }
    }
}
impl Clone for GoOutput {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for GoOutput {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
