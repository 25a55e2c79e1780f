// types.rs
use crate::{Result, shape};
use crate::shape::{Fill, Members, MembersMut, See, Value};
use std::fmt;
/// `Tree`
pub struct Tree {
    /// `Name`, required
    pub name: String,
    /// `Left`
    pub left: Option<Box<Tree>>,
    /// `Rest`, 1 to 9 elements
    pub rest: Option<Vec<Tree>>,
}
impl Tree {
    /// The required members, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}
impl Value for Tree {
    #[inline]
    fn view(&self, see: See<'_>) {
        Members::view(
            (&self.name, &self.left, &self.rest),
            "Tree\n\
            Name required\n\
            Left\n\
            Rest range=1..9\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (&mut self.name, &mut self.left, &mut self.rest),
            "Tree\n\
            Name required\n\
            Left\n\
            Rest range=1..9\n",
            fill,
        )
    }
}
impl Default for Tree {
    #[inline]
    fn default() -> Self {
        Self {
            name: String::new(),
            left: None,
            rest: None,
        }
    }
}
impl Clone for Tree {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for Tree {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
impl Value for Box<Tree> {
    #[inline]
    fn view(&self, see: See<'_>) {
        Value::view(&**self, see);
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        Value::fill(&mut **self, fill)
    }
}
