// error.rs
use crate::{Result, Timestamp, shape};
use crate::shape::{Fill, Modeled, See, Slot, Value, View};
use std::fmt;
/// `Gone`
#[derive(Clone)]
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
        see(
            View::Structure(
                "Gone error code=Gone.ForGood\n\
            message required\n\
            Since\n",
                &[&self.message, &self.since],
            ),
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        fill(
            Slot::Structure(
                "Gone error code=Gone.ForGood\n\
            message required\n\
            Since\n",
                &mut [&mut self.message, &mut self.since],
            ),
        )
    }
}
impl Default for Gone {
    #[inline]
    fn default() -> Self {
        Self { message: None, since: None }
    }
}
impl fmt::Debug for Gone {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
/// `Document`
#[derive(Clone)]
#[non_exhaustive]
pub struct DocumentShape {}
impl Value for DocumentShape {
    #[inline]
    fn view(&self, see: See<'_>) {
        see(View::Structure("Document error\n", &[]));
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        fill(Slot::Structure("Document error\n", &mut []))
    }
}
impl Default for DocumentShape {
    #[inline]
    fn default() -> Self {
        Self {}
    }
}
impl fmt::Debug for DocumentShape {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
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
