// client.rs
use crate::{Result, Session, call};
use crate::client::{ClientMeta, Core, ServiceClient};
use crate::operation::{Input, Service};
use super::{SERVICE, operation};
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
    /// The operation `Few`.
    #[inline]
    pub fn few(
        &self,
        r#type: impl Into<String>,
        tags: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> operation::Few<'_> {
        operation::Few::new(&self.core, operation::FewInput::new(r#type, tags))
    }
    /// The operation `Many`.
    #[inline]
    pub fn many(&self, input: operation::ManyInput) -> operation::Many<'_> {
        operation::Many::new(&self.core, input)
    }
    /// The operation `None`.
    #[inline]
    pub fn none(&self) -> operation::NoneShape<'_> {
        operation::NoneShape::new(&self.core, operation::NoneShapeInput::default())
    }
}
