use std::any::{Any, type_name};
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::Component;
use crate::error::{Error, ErrorKind, Result};

/// What is registered, by name.
#[derive(Default)]
pub(crate) struct Registry(RwLock<BTreeMap<&'static str, Entry>>);

#[derive(Clone)]
enum Entry {
    /// Holds an `Arc<T>`.
    Made(Arc<dyn Any + Send + Sync>),
    Lazy(Arc<Make>),
}

/// Makes an `Arc<T>`.
type Make = dyn Fn() -> Result<Arc<dyn Any + Send + Sync>> + Send + Sync;

impl Registry {
    pub(crate) fn register<T: ?Sized + Send + Sync + 'static>(&self, component: Component<T>, part: Arc<T>) {
        self.write().insert(component.name, Entry::Made(Arc::new(part)));
    }

    pub(crate) fn register_lazily<T: ?Sized + Send + Sync + 'static>(
        &self,
        component: Component<T>,
        make: impl Fn() -> Result<Arc<T>> + Send + Sync + 'static,
    ) {
        let make = move || -> Result<Arc<dyn Any + Send + Sync>> { Ok(Arc::new(make()?)) };
        self.write().insert(component.name, Entry::Lazy(Arc::new(make)));
    }

    pub(crate) fn has<T: ?Sized>(&self, component: Component<T>) -> bool {
        self.read().contains_key(component.name)
    }

    /// `None` when nothing is registered under the name.
    ///
    /// # Errors
    /// What the function gives that is to make the part; [`ErrorKind::Config`] when the part is of another type.
    pub(crate) fn get<T: ?Sized + Send + Sync + 'static>(&self, component: Component<T>) -> Result<Option<Arc<T>>> {
        let entry = self.read().get(component.name).cloned();
        let Some(entry) = entry else { return Ok(None) };
        match self.made(component.name, entry)?.downcast_ref::<Arc<T>>() {
            Some(part) => Ok(Some(part.clone())),
            None => {
                let message = format!("The component `{}` is not a {}", component.name, type_name::<T>());
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }

    /// No lock is held while the part is made: making it may ask for other parts.
    fn made(&self, name: &'static str, entry: Entry) -> Result<Arc<dyn Any + Send + Sync>> {
        let make = match entry {
            Entry::Made(part) => return Ok(part),
            Entry::Lazy(make) => make,
        };
        let part = make()?;
        let mut entries = self.write();
        match entries.get(name) {
            // Another thread was quicker: there is to be one part.
            Some(Entry::Made(part)) => Ok(part.clone()),
            Some(Entry::Lazy(other)) if !Arc::ptr_eq(other, &make) => Ok(part),
            _ => {
                entries.insert(name, Entry::Made(part.clone()));
                Ok(part)
            }
        }
    }

    pub(crate) fn unknown<T: ?Sized>(&self, component: Component<T>) -> Error {
        let names: Vec<_> = self.read().keys().copied().collect();
        let known = match names.as_slice() {
            [] => "none is registered".to_owned(),
            names => format!("registered are {}", names.join(", ")),
        };
        Error::new(ErrorKind::Config, format!("There is no component `{}`; {known}", component.name))
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<&'static str, Entry>> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<&'static str, Entry>> {
        self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const NUMBER: Component<u32> = Component::new("number");

    #[test]
    fn made_once() {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let registry = Registry::default();
        assert_eq!(registry.get(NUMBER).unwrap(), None);
        registry.register_lazily(NUMBER, || Ok(Arc::new(MADE.fetch_add(1, Ordering::Relaxed) + 7)));
        assert_eq!(MADE.load(Ordering::Relaxed), 0);
        assert_eq!(registry.get(NUMBER).unwrap().as_deref(), Some(&7));
        assert_eq!(registry.get(NUMBER).unwrap().as_deref(), Some(&7));
        registry.register(NUMBER, Arc::new(9));
        assert_eq!(registry.get(NUMBER).unwrap().as_deref(), Some(&9));
    }

    #[test]
    fn what_fails_is_tried_again() {
        let registry = Registry::default();
        let tried = AtomicU32::new(0);
        registry.register_lazily(NUMBER, move || match tried.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::new(ErrorKind::Config, "not yet")),
            count => Ok(Arc::new(count)),
        });
        assert_eq!(registry.get(NUMBER).unwrap_err().to_string(), "not yet");
        assert_eq!(registry.get(NUMBER).unwrap().as_deref(), Some(&1));
    }

    #[test]
    fn wrong_names_and_types() {
        const TEXT: Component<str> = Component::new("number");
        let registry = Registry::default();
        let unknown = |registry: &Registry| registry.unknown(Component::<str>::new("text")).to_string();
        assert_eq!(unknown(&registry), "There is no component `text`; none is registered");
        registry.register(NUMBER, Arc::new(1));
        assert_eq!(unknown(&registry), "There is no component `text`; registered are number");
        assert_eq!(registry.get(TEXT).unwrap_err().to_string(), "The component `number` is not a str");
    }
}
