// types.rs
use crate::shape::Text;
use std::fmt;
use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
/// `Kind`: text becomes one by `into()`, of a value that the model does not know too.
#[non_exhaustive]
pub enum Kind {
    /// `STANDARD_IA`
    StandardIa,
    /// `us-east-1`
    UsEast1,
    /// `2.0`
    V2_0,
    /// `Unknown`
    UnknownValue,
    /// `standard-ia`
    StandardIa2,
    /// ``
    Empty,
    /// A value that the model does not know.
    Unknown(String),
}
impl Kind {
    /// The value on the wire.
    #[inline]
    pub fn as_str(&self) -> &str {
        match self {
            Self::StandardIa => "STANDARD_IA",
            Self::UsEast1 => "us-east-1",
            Self::V2_0 => "2.0",
            Self::UnknownValue => "Unknown",
            Self::StandardIa2 => "standard-ia",
            Self::Empty => "",
            Self::Unknown(value) => value,
        }
    }
}
impl From<&str> for Kind {
    #[inline]
    fn from(value: &str) -> Self {
        match value {
            "STANDARD_IA" => Self::StandardIa,
            "us-east-1" => Self::UsEast1,
            "2.0" => Self::V2_0,
            "Unknown" => Self::UnknownValue,
            "standard-ia" => Self::StandardIa2,
            "" => Self::Empty,
            _ => Self::Unknown(value.to_owned()),
        }
    }
}
impl Text for Kind {}
impl Clone for Kind {
    #[inline]
    fn clone(&self) -> Self {
        Self::from(self.as_str())
    }
}
impl FromStr for Kind {
    type Err = Infallible;
    #[inline]
    fn from_str(value: &str) -> std::result::Result<Self, Infallible> {
        Ok(Self::from(value))
    }
}
impl Default for Kind {
    #[inline]
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}
impl AsRef<str> for Kind {
    #[inline]
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
impl PartialEq for Kind {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for Kind {}
impl Hash for Kind {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl fmt::Display for Kind {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
impl fmt::Debug for Kind {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
