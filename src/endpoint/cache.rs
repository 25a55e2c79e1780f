//! Endpoints that rules gave before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use super::{Endpoint, Param, Params};

/// Most endpoints that are kept: as many as botocore's `EndpointProvider` keeps.
const MOST: usize = 100;

/// Endpoints by the parameters that they were found for. Rules and partitions are to be the same for all.
#[derive(Default)]
pub(crate) struct Cache(RwLock<HashMap<Params<'static>, Arc<Endpoint>>>);

impl Cache {
    pub(crate) fn get(&self, params: &Params<'_>) -> Option<Arc<Endpoint>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Keys that live for longer will do.
        let kept: &HashMap<Params<'_>, Arc<Endpoint>> = &kept;
        kept.get(params).cloned()
    }

    /// Keeps the endpoint. When there are too many, all others go: finding one again takes some microseconds.
    pub(crate) fn keep(&self, params: Params<'_>, endpoint: Endpoint) -> Arc<Endpoint> {
        let endpoint = Arc::new(endpoint);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(params.into_owned(), endpoint.clone());
        endpoint
    }
}

impl Params<'_> {
    fn into_owned(self) -> Params<'static> {
        let owned = |value| match value {
            Param::Bool(value) => Param::Bool(value),
            Param::Str(text) => Param::Str(Cow::Owned(text.into_owned())),
            Param::List(items) => Param::List(items),
        };
        Params(self.0.into_iter().map(|value| value.map(owned)).collect())
    }
}

impl Eq for Params<'_> {}

/// Texts are hashed as they stand, flags together as bits: there are a dozen of them, and a hash is made for every call.
impl Hash for Params<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut flags = 1_u64;
        for value in &self.0 {
            flags = flags.rotate_left(2);
            match value {
                None => {}
                Some(Param::Bool(value)) => flags ^= if *value { 1 } else { 2 },
                Some(Param::Str(text)) => text.hash(state),
                Some(Param::List(items)) => items.hash(state),
            }
        }
        flags.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(bucket: &str, flag: Option<bool>) -> Params<'_> {
        Params(vec![Some(Param::Str(bucket.into())), flag.map(Param::Bool), None])
    }

    fn endpoint(url: &str) -> Endpoint {
        Endpoint { url: url.to_owned(), headers: Vec::new(), auth_schemes: Vec::new(), properties: Vec::new() }
    }

    #[test]
    fn every_parameter_counts() {
        let cache = Cache::default();
        let set = [("a", None), ("a", Some(true)), ("a", Some(false)), ("b", None)];
        for (place, (bucket, flag)) in set.into_iter().enumerate() {
            assert_eq!(cache.get(&params(bucket, flag)), None);
            cache.keep(params(bucket, flag), endpoint(&place.to_string()));
        }
        for (place, (bucket, flag)) in set.into_iter().enumerate() {
            assert_eq!(cache.get(&params(bucket, flag)).unwrap().url, place.to_string());
        }
        let listed = Params(vec![Some(Param::List(vec!["a".to_owned()])), None, None]);
        assert_eq!(cache.get(&listed), None);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let cache = Cache::default();
        for bucket in 0..1_000 {
            cache.keep(params(&bucket.to_string(), None), endpoint("x"));
        }
        assert!(cache.0.read().unwrap().len() <= MOST);
        assert!(cache.get(&params("999", None)).is_some());
    }

    #[test]
    fn threads_share_it() {
        let cache = Cache::default();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let cache = &cache;
                scope.spawn(move || {
                    for turn in 0..500 {
                        let name = format!("{}", (turn * 7 + thread) % 150);
                        match cache.get(&params(&name, None)) {
                            Some(kept) => assert_eq!(kept.url, name),
                            None => drop(cache.keep(params(&name, None), endpoint(&name))),
                        }
                    }
                });
            }
        });
    }
}
