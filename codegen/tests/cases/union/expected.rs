// types.rs
use crate::{Result, shape};
use crate::shape::{Fill, See, Slot, Union, Value, View};
use std::fmt;
/// `Value`
#[non_exhaustive]
pub enum ValueShape {
    /// `S`
    S(String),
    /// `L`
    L(Vec<ValueShape>),
    /// `Inner`
    Inner(Box<ValueShape>),
    /// The name of a variant that the model does not know.
    Unknown(String),
}
impl Union for ValueShape {
    #[inline]
    fn schema(&self) -> &'static str {
        "Value union\n\
            S secret\n\
            L\n\
            Inner\n"
    }
    #[inline]
    fn variant(&self) -> Option<(usize, &dyn Value)> {
        match self {
            Self::S(value) => Some((0, value)),
            Self::L(value) => Some((1, value)),
            Self::Inner(value) => Some((2, value)),
            Self::Unknown(_) => None,
        }
    }
    #[inline]
    fn unknown(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            _ => None,
        }
    }
    #[inline]
    fn select(&mut self, index: usize) -> Option<&mut dyn Value> {
        *self = match index {
            0 => Self::S(Default::default()),
            1 => Self::L(Default::default()),
            2 => Self::Inner(Default::default()),
            _ => return None,
        };
        match self {
            Self::S(value) => Some(value),
            Self::L(value) => Some(value),
            Self::Inner(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
    #[inline]
    fn select_unknown(&mut self, name: &str) {
        *self = Self::Unknown(name.to_owned());
    }
}
impl Value for ValueShape {
    #[inline]
    fn view(&self, see: See<'_>) {
        see(View::Union(self));
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        fill(Slot::Union(self))
    }
}
impl Default for ValueShape {
    #[inline]
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}
impl Clone for ValueShape {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for ValueShape {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
impl Value for Box<ValueShape> {
    #[inline]
    fn view(&self, see: See<'_>) {
        Value::view(&**self, see);
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        Value::fill(&mut **self, fill)
    }
}
