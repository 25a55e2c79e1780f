use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

/// A map of a service's members: keys are strings or enums, entries keep their order of insertion.
///
/// ```
/// let mut tags: botocore::Map<String, String> = [("team", "blue"), ("stage", "test")].into();
/// tags.insert("owner".to_owned(), "ops".to_owned());
/// assert_eq!(tags.get("team").map(String::as_str), Some("blue"));
/// assert_eq!(tags.len(), 3);
/// ```
#[derive(Clone)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    /// Only of maps longer than [`SHORT`].
    index: Option<Box<Index>>,
}

/// Up to here it costs less to compare all keys than to hash one. Most maps of answers stay below.
const SHORT: usize = 16;

impl<K, V> Map<K, V> {
    /// An empty map; allocates nothing.
    #[inline]
    pub fn new() -> Self {
        Map { entries: Vec::new(), index: None }
    }

    /// How many entries there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline]
    pub(crate) fn make_room(&mut self, count: usize) {
        if self.entries.capacity() == 0 {
            self.entries.reserve_exact(count);
        }
    }

    /// The entries in order of insertion.
    #[inline]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entries in order of insertion, with values that can be changed.
    #[inline]
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in order of insertion.
    #[inline]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values in order of insertion.
    #[inline]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The entry at that place in the order of insertion.
    #[inline]
    pub fn get_index(&self, index: usize) -> Option<(&K, &V)> {
        self.entries.get(index).map(|(key, value)| (key, value))
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// The value under `key`.
    #[inline]
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.position(key).map(|position| &self.entries[position].1)
    }

    /// The entry of that key.
    #[inline]
    pub fn get_key_value<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.get_index(self.position(key)?)
    }

    /// The value under `key`, to be changed.
    #[inline]
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.position(key).map(|position| &mut self.entries[position].1)
    }

    /// Whether there is an entry of that key.
    #[inline]
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.position(key).is_some()
    }

    /// Sets an entry; gives back the value that was there. A key that was there keeps its place.
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.position(&key) {
            Some(position) => Some(std::mem::replace(&mut self.entries[position].1, value)),
            None => {
                self.push(key, value);
                None
            }
        }
    }

    /// Takes an entry out; the order of the others stays.
    #[inline]
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let position = self.position(key)?;
        if let Some(index) = &mut self.index {
            index.remove(position);
        }
        Some(self.entries.remove(position).1)
    }

    #[inline]
    pub(crate) fn place(&mut self, key: K, value: V) -> &mut V {
        let position = match self.position(&key) {
            Some(position) => {
                self.entries[position].1 = value;
                position
            }
            None => {
                self.push(key, value);
                self.entries.len() - 1
            }
        };
        &mut self.entries[position].1
    }

    /// The value under `key`, set to its default where there is none.
    pub(crate) fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        match self.position(&key) {
            Some(position) => &mut self.entries[position].1,
            None => self.place(key, V::default()),
        }
    }

    #[inline]
    fn position<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        match &self.index {
            None => self.entries.iter().position(|(other, _)| other.borrow() == key),
            Some(index) => index.find(index.hash(key), &mut |position| self.entries[position].0.borrow() == key),
        }
    }

    /// Appends an entry whose key is new.
    #[inline]
    fn push(&mut self, key: K, value: V) {
        if let Some(index) = &mut self.index {
            index.add(index.hash(&key), self.entries.len());
        } else if self.entries.len() == SHORT {
            let mut index = Box::<Index>::default();
            let keys = self.entries.iter().map(|(key, _)| key).chain([&key]);
            keys.enumerate().for_each(|(position, key)| index.add(index.hash(key), position));
            self.index = Some(index);
        }
        self.entries.push((key, value));
    }
}

/// Where the entry of a hash is: a table with open addressing, at most half full. It knows no types, so that it is
/// compiled once, and its hashes are seeded at random, for keys may come from whoever wishes us harm.
#[derive(Clone, Default)]
struct Index {
    state: RandomState,
    count: usize,
    slots: Vec<Option<(u64, usize)>>,
}

impl Index {
    #[inline]
    fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.state.hash_one(key)
    }

    fn find(&self, hash: u64, is_it: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while let Some((other, position)) = self.slots[at] {
            if other == hash && is_it(position) {
                return Some(position);
            }
            at = (at + 1) & last;
        }
        None
    }

    fn add(&mut self, hash: u64, position: usize) {
        if (self.count + 1) * 2 > self.slots.len() {
            let length = (self.slots.len() * 2).max(4 * SHORT);
            self.refill(length, Some);
        }
        self.put(hash, position);
    }

    /// Forgets an entry; those after it move up.
    fn remove(&mut self, removed: usize) {
        let length = self.slots.len();
        self.refill(length, |position| (position != removed).then(|| position - usize::from(position > removed)));
    }

    fn refill(&mut self, length: usize, place: impl Fn(usize) -> Option<usize>) {
        let slots = std::mem::replace(&mut self.slots, vec![None; length]);
        self.count = 0;
        for (hash, position) in slots.into_iter().flatten() {
            if let Some(position) = place(position) {
                self.put(hash, position);
            }
        }
    }

    fn put(&mut self, hash: u64, position: usize) {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while self.slots[at].is_some() {
            at = (at + 1) & last;
        }
        self.slots[at] = Some((hash, position));
        self.count += 1;
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
        f.debug_map().entries(self).finish()
    }
}

impl<K: Hash + Eq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Hash + Eq, V: Eq> Eq for Map<K, V> {}

impl<K: Hash + Eq, V, Q: Into<K>, W: Into<V>> FromIterator<(Q, W)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (Q, W)>>(entries: I) -> Self {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

impl<K: Hash + Eq, V, Q: Into<K>, W: Into<V>> Extend<(Q, W)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (Q, W)>>(&mut self, entries: I) {
        let entries = entries.into_iter();
        self.entries.reserve(entries.size_hint().0);
        for (key, value) in entries {
            self.insert(key.into(), value.into());
        }
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
        IntoIter(self.entries.into_iter())
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    fn into_iter(self) -> Iter<'a, K, V> {
        Iter(self.entries.iter())
    }
}

/// The entries of a [`Map`], by value.
pub struct IntoIter<K, V>(std::vec::IntoIter<(K, V)>);

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.0.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}

/// The entries of a [`Map`], by reference.
pub struct Iter<'a, K, V>(std::slice::Iter<'a, (K, V)>);

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<(&'a K, &'a V)> {
        self.0.next().map(|(key, value)| (key, value))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(count: usize) -> Map<String, usize> {
        (0..count).map(|number| (number.to_string(), number)).collect()
    }

    #[test]
    fn long_maps_find_what_short_ones_find() {
        for count in [0, 1, SHORT - 1, SHORT, SHORT + 1, 2 * SHORT, 1000] {
            let map = texts(count);
            assert_eq!(map.len(), count);
            assert!(map.iter().enumerate().all(|(place, (key, value))| *value == place && map[key.as_str()] == place));
            assert_eq!(map.get("none"), None);
            let backwards: Map<String, usize> = map.iter().rev().map(|(key, value)| (key.clone(), *value)).collect();
            assert_eq!(map, backwards);
        }
    }

    #[test]
    fn removing_keeps_the_order() {
        for count in [SHORT, 100] {
            let mut map = texts(count);
            for key in ["3", "0", "15"] {
                assert_eq!(map.remove(key), key.parse().ok());
                assert_eq!(map.remove(key), None);
            }
            let kept: Vec<usize> = (0..count).filter(|number| ![0, 3, 15].contains(number)).collect();
            assert!(map.values().eq(&kept));
            assert!(kept.iter().all(|number| map.get(&number.to_string()) == Some(number)));
            map.insert("3".to_owned(), 33);
            assert_eq!(map.iter().next_back(), Some((&"3".to_owned(), &33)));
            assert_eq!(map["4"], 4);
        }
    }

    #[test]
    fn a_key_that_was_there_keeps_its_place() {
        for count in [2, 50] {
            let mut map = texts(count);
            assert_eq!(map.insert("1".to_owned(), 7), Some(1));
            *map.place("1".to_owned(), 8) += 1;
            assert_eq!((map.len(), map.get_index(1)), (count, Some((&"1".to_owned(), &9))));
        }
    }
}
