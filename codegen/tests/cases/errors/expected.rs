// error.rs
use crate::{Result, Timestamp, shape};
use crate::shape::{BareError, Fill, Members, MembersMut, Modeled, Named, See, Value};
use std::fmt;
/// `Gone`
#[non_exhaustive]
pub struct Gone {
    /// `message`, required
    pub message: Option<String>,
    /// `Since`
    pub since: Option<Timestamp>,
}
impl Value for Gone {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(
            (&self.message, &self.since),
            "Gone error code=Gone.ForGood\n\
            message required\n\
            Since\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (&mut self.message, &mut self.since),
            "Gone error code=Gone.ForGood\n\
            message required\n\
            Since\n",
            fill,
        )
    }
}
impl Default for Gone {
    #[inline]
    fn default() -> Self {
        Self { message: None, since: None }
    }
}
impl Clone for Gone {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for Gone {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
/// `Document`
pub type DocumentShape = BareError<names::DocumentShape>;
impl Named for names::DocumentShape {
    const SCHEMA: &'static str = "Document error\n";
}
mod names {
    pub enum DocumentShape {}
}
/// A zero value of the error with that code or shape name.
#[inline]
pub(crate) fn modeled(code: &str) -> Option<Box<dyn Modeled>> {
    match code {
        "Gone" | "Gone.ForGood" => Some(Box::new(Gone::default())),
        "Document" => Some(Box::new(DocumentShape::default())),
        _ => None,
    }
}
