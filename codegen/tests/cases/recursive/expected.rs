// types.rs
use crate::{Result, shape};
use crate::shape::{Fill, See, Slot, Value, View};
use std::fmt;
/// `Tree`
#[derive(Clone)]
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
    #[inline]
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
        see(
            View::Structure(
                "Tree\n\
            Name required\n\
            Left\n\
            Rest range=1..9\n",
                &[&self.name, &self.left, &self.rest],
            ),
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        fill(
            Slot::Structure(
                "Tree\n\
            Name required\n\
            Left\n\
            Rest range=1..9\n",
                &mut [&mut self.name, &mut self.left, &mut self.rest],
            ),
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
impl fmt::Debug for Tree {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
