use std::fmt::Write;

use serde_core::de::Error;

/// How deep values may lie in each other: deeper ones would endanger the stack in formats that set no limit.
const DEPTH: u32 = 128;

/// Where the reader is. It stays where it was when something failed.
#[derive(Default)]
pub(super) struct Place {
    /// `Tags[1].Key`
    path: String,
    depth: u32,
}

impl Place {
    /// Reads what lies in the member or under the key of that name.
    pub(super) fn member<T, E: Error>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        self.inside(length, read)
    }

    /// Reads the element of that index.
    pub(super) fn element<T, E: Error>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let length = self.path.len();
        let _ = write!(self.path, "[{index}]");
        self.inside(length, read)
    }

    fn inside<T, E: Error>(&mut self, length: usize, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        if self.depth == DEPTH {
            return Err(E::custom(format_args!("values lie more than {DEPTH} deep in each other")));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        self.path.truncate(length);
        Ok(value)
    }

    /// The error, with the place where it arose.
    pub(super) fn named<E: Error>(&self, error: E) -> E {
        if self.path.is_empty() { error } else { E::custom(format_args!("{}: {error}", self.path)) }
    }
}
