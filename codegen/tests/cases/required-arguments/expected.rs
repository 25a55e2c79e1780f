// client.rs
use crate::{Document, Result, Session, call};
use crate::client::{ClientMeta, Core, ServiceClient};
use crate::operation::{Input, Service};
use super::{SERVICE, by_name, operation};
/// A client of case. Cheap to clone; clones share connections and settings.
#[derive(Clone, Debug)]
pub struct Client {
    core: Core,
}
impl Client {
    /// A client with the session's settings.
    ///
    /// # Errors
    /// When the settings are not complete, or contradict one another.
    #[inline]
    pub fn new(session: &Session) -> Result<Self> {
        Core::new(session, &SERVICE).map(|core| Client { core })
    }
    /// Sends an input and waits for the answer.
    ///
    /// # Errors
    /// As the operation's own method.
    #[inline]
    pub fn send<I: Input<Client = Client>>(&self, input: I) -> Result<I::Output> {
        call::send(&self.core, &input)
    }
    /// Calls the operation of that name with its members as JSON, and gives the answer's as JSON.
    ///
    /// Names of operations and members are the model's, as in AWS's documentation. Timestamps are RFC 3339
    /// text, blobs base64 text; a streamed body too, which is read whole, and so are events. Members that the
    /// answer does not have are left out; `ResponseMetadata` is botocore's.
    ///
    /// # Errors
    /// When there is no such operation, when members are missing, not known or of another type (all such
    /// problems in one message), and as the operation's own method.
    #[inline]
    pub fn call(&self, operation: &str, parameters: Document) -> Result<Document> {
        let found = by_name::operation(operation);
        crate::by_name::call(&self.core, operation, found, by_name::NAMES, &parameters)
    }
    /// Service, region and endpoint.
    #[inline]
    pub fn meta(&self) -> &ClientMeta {
        self.core.meta()
    }
}
impl ServiceClient for Client {
    #[inline]
    fn service() -> &'static Service {
        &SERVICE
    }
    #[inline]
    fn from_core(core: Core) -> Self {
        Client { core }
    }
    #[inline]
    fn core(&self) -> &Core {
        &self.core
    }
}
impl Client {
    /// The operation `Few`. Takes [`FewInput`](operation::FewInput), gives [`FewOutput`](operation::FewOutput).
    pub fn few(
        &self,
        r#type: impl Into<String>,
        tags: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> operation::Few<'_> {
        operation::Few::new(&self.core, operation::FewInput::new(r#type, tags))
    }
    /// The operation `Many`. Takes [`ManyInput`](operation::ManyInput), gives [`ManyOutput`](operation::ManyOutput).
    #[inline]
    pub fn many(&self, input: operation::ManyInput) -> operation::Many<'_> {
        operation::Many::new(&self.core, input)
    }
    /// The operation `None`. Takes [`NoneShapeInput`](operation::NoneShapeInput), gives [`NoneShapeOutput`](operation::NoneShapeOutput).
    #[inline]
    pub fn none(&self) -> operation::NoneShape<'_> {
        operation::NoneShape::new(&self.core, operation::NoneShapeInput::default())
    }
}
