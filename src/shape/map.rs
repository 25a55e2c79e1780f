use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;

use indexmap::IndexMap;

/// A map of a service's members: keys are strings or enums, entries keep their order of insertion.
///
/// ```
/// let mut tags: botocore::Map<String, String> = [("team", "blue"), ("stage", "test")].into();
/// tags.insert("owner".to_owned(), "ops".to_owned());
/// assert_eq!(tags.get("team").map(String::as_str), Some("blue"));
/// assert_eq!(tags.len(), 3);
/// ```
#[derive(Clone)]
pub struct Map<K, V>(IndexMap<K, V>);

impl<K, V> Map<K, V> {
    /// An empty map; allocates nothing.
    #[inline]
    pub fn new() -> Self {
        Map(IndexMap::new())
    }

    /// How many entries there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in order of insertion.
    #[inline]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.0.iter()
    }

    /// The entries in order of insertion, with values that can be changed.
    #[inline]
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.0.iter_mut()
    }

    /// The keys in order of insertion.
    #[inline]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.0.keys()
    }

    /// The values in order of insertion.
    #[inline]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.values()
    }

    /// The entry at that place in the order of insertion.
    #[inline]
    pub fn get_index(&self, index: usize) -> Option<(&K, &V)> {
        self.0.get_index(index)
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// The value under `key`.
    #[inline]
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// The value under `key`, to be changed.
    #[inline]
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key)
    }

    /// Whether there is an entry of that key.
    #[inline]
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Sets an entry; gives back the value that was there. A key that was there keeps its place.
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes an entry out; the order of the others stays.
    #[inline]
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.shift_remove(key)
    }

    #[inline]
    pub(crate) fn place(&mut self, key: K, value: V) -> &mut V {
        self.0.entry(key).insert_entry(value).into_mut()
    }
}

impl<K, V> Default for Map<K, V> {
    #[inline]
    fn default() -> Self {
        Map::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl<K: Hash + Eq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Hash + Eq, V: Eq> Eq for Map<K, V> {}

impl<K: Hash + Eq, V, Q: Into<K>, W: Into<V>> FromIterator<(Q, W)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (Q, W)>>(entries: I) -> Self {
        Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Hash + Eq, V, Q: Into<K>, W: Into<V>> Extend<(Q, W)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (Q, W)>>(&mut self, entries: I) {
        self.0.extend(entries.into_iter().map(|(key, value)| (key.into(), value.into())));
    }
}

impl<K: Hash + Eq, V, Q: Into<K>, W: Into<V>, const N: usize> From<[(Q, W); N]> for Map<K, V> {
    fn from(entries: [(Q, W); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    #[inline]
    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter(self.0.into_iter())
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    fn into_iter(self) -> Iter<'a, K, V> {
        Iter(self.0.iter())
    }
}

/// The entries of a [`Map`], by value.
pub struct IntoIter<K, V>(indexmap::map::IntoIter<K, V>);

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.0.next()
    }
}

/// The entries of a [`Map`], by reference.
pub struct Iter<'a, K, V>(indexmap::map::Iter<'a, K, V>);

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<(&'a K, &'a V)> {
        self.0.next()
    }
}

impl<K, V, Q: ?Sized> std::ops::Index<&Q> for Map<K, V>
where
    K: Hash + Eq + Borrow<Q>,
    Q: Hash + Eq,
{
    type Output = V;

    /// # Panics
    /// When there is no such entry, as the standard maps do.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the map has an entry of that key")
    }
}
