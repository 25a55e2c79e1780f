use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A JSON object that keeps the order of its entries.
#[derive(Debug)]
pub struct Ordered<T> {
    entries: Vec<(String, T)>,
    index: HashMap<String, usize>,
}

/// Below this many entries a search is quicker than an index.
const SMALL: usize = 16;

impl<T> Ordered<T> {
    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.place(name).map(|place| &self.entries[place].1)
    }

    /// The value under `name`, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.place(name).map(|place| &mut self.entries[place].1)
    }

    /// Names and values in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> + Clone {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Sets the value under `name`.
    pub fn insert(&mut self, name: String, value: T) {
        match self.place(&name) {
            Some(place) => self.entries[place].1 = value,
            None => {
                self.entries.push((name, value));
                let place = self.entries.len() - 1;
                if self.index.is_empty() && place >= SMALL {
                    self.index = self.entries.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
                } else if !self.index.is_empty() {
                    self.index.insert(self.entries[place].0.clone(), place);
                }
            }
        }
    }

    /// Keeps the entries that `keep` says yes to.
    pub fn retain(&mut self, keep: impl Fn(&str, &T) -> bool) {
        self.entries.retain(|(name, value)| keep(name, value));
        self.index = HashMap::new();
    }

    fn place(&self, name: &str) -> Option<usize> {
        match self.index.is_empty() {
            true => self.entries.iter().position(|(other, _)| other == name),
            false => self.index.get(name).copied(),
        }
    }
}

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered { entries: Vec::new(), index: HashMap::new() }
    }
}

impl<T> IntoIterator for Ordered<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries = Ordered::default();
                while let Some((name, value)) = map.next_entry()? {
                    entries.insert(name, value);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}
