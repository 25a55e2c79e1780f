// operation.rs
use crate::{Blob, Document, EmptyOutput, Map, Result, call, shape};
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
/// A call of [`Put`](Client::put): setters for the members of [`PutInput`]; `send()` gives [`PutOutput`].
pub type Put<'a> = Call<'a, PutInput>;
impl Call<'_, PutInput> {
    /// `Name`, required
    pub fn name(mut self, value: impl Into<String>) -> Self {
        self.input.name = value.into();
        self
    }
    /// `Kind`, header `x-kind`
    pub fn kind(mut self, value: impl Into<String>) -> Self {
        self.input.kind = Some(value.into());
        self
    }
    /// `Other`, header `x-other`
    pub fn other(mut self, value: impl Into<String>) -> Self {
        self.input.other = Some(value.into());
        self
    }
    /// `Meta`, headers `x-meta-*`
    pub fn meta(
        mut self,
        value: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.input.meta = Some(value.into_iter().collect());
        self
    }
    /// `Facts`, header `Facts`
    pub fn facts(mut self, value: impl Into<Document>) -> Self {
        self.input.facts = Some(value.into());
        self
    }
    /// `Data`
    pub fn data(mut self, value: impl Into<Blob>) -> Self {
        self.input.data = Some(value.into());
        self
    }
}
/// What [`Put`] sends.
pub struct PutInput {
    /// `Name`, required
    pub name: String,
    /// `Kind`, header `x-kind`
    pub kind: Option<String>,
    /// `Other`, header `x-other`
    pub other: Option<String>,
    /// `Meta`, headers `x-meta-*`
    pub meta: Option<Map<String, String>>,
    /// `Facts`, header `Facts`
    pub facts: Option<Document>,
    /// `Data`
    pub data: Option<Blob>,
}
impl PutInput {
    /// The required members, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}
impl Value for PutInput {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(
            (&self.name, &self.kind, &self.other, &self.meta, &self.facts, &self.data),
            "PutRequest payload=Data\n\
            name at=uri name=Name required\n\
            x-kind at=header name=Kind\n\
            x-other at=header name=Other\n\
            x-meta- at=headers name=Meta\n\
            Facts at=header json\n\
            Data at=payload raw\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (
                &mut self.name,
                &mut self.kind,
                &mut self.other,
                &mut self.meta,
                &mut self.facts,
                &mut self.data,
            ),
            "PutRequest payload=Data\n\
            name at=uri name=Name required\n\
            x-kind at=header name=Kind\n\
            x-other at=header name=Other\n\
            x-meta- at=headers name=Meta\n\
            Facts at=header json\n\
            Data at=payload raw\n",
            fill,
        )
    }
}
impl Default for PutInput {
    #[inline]
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: None,
            other: None,
            meta: None,
            facts: None,
            data: None,
        }
    }
}
impl Clone for PutInput {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for PutInput {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
impl Input for PutInput {
    type Client = Client;
    type Output = PutOutput;
    const OPERATION: &'static Operation = &Operation {
        name: "Put",
        method: "PUT",
        uri: "/{name}",
        traits: "",
    };
}
/// What [`Put`] answers.
pub type PutOutput = EmptyOutput;
