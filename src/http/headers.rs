use std::borrow::Cow;
use std::fmt;

use crate::logging::is_secret;

/// Headers in their order. Names are compared without regard to case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Cow<'static, str>, String)>);

impl Headers {
    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Sets the only value of that name.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        let mut places = self.0.iter().enumerate().filter(|(_, (other, _))| other.eq_ignore_ascii_case(&name));
        match (places.next().map(|(place, _)| place), places.next().is_some()) {
            (Some(place), false) => self.0[place].1 = value,
            (Some(_), true) => {
                self.remove(&name);
                self.0.push((name, value));
            }
            (None, _) => self.0.push((name, value)),
        }
    }

    /// Adds a value, beside any that are there.
    pub fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Takes all values of that name out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }
}

/// Names and values; those that carry secrets are hidden.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.iter().map(|(name, value)| if is_secret(name) { (name, "*** hidden ***") } else { (name, value) }),
            )
            .finish()
    }
}
