use std::any::Any;

use super::{Blob, Document, Map, RawEvents, Timestamp};
use crate::error::Result;
use crate::http::{Body, ResponseMetadata};

/// A value of any shape, as the drivers see it.
///
/// Both methods hand the value to a function rather than return it, for a structure's list of members lives on the
/// stack of the method.
pub trait Value {
    /// Shows the value to `see`, exactly once.
    fn view(&self, see: See<'_>);

    /// Hands a place to write to `fill`, exactly once. An optional value becomes present, with its zero value.
    fn fill(&mut self, fill: Fill<'_>) -> Result<()>;

    /// Makes an optional value absent. Any other stays as it is.
    #[inline]
    fn clear(&mut self) {}
}

/// Who looks at a value. An alias: the lifetime within makes a type of its own of each place where it is written out, and
/// the compiler proves the same things of each anew.
pub type See<'a> = &'a mut dyn FnMut(View<'_>);

/// Who fills a value.
pub type Fill<'a> = &'a mut dyn FnMut(Slot<'_>) -> Result<()>;

/// What a value is, and its content.
pub enum View<'a> {
    /// An optional value that is not there.
    Absent,
    Bool(bool),
    /// `integer`, `long` and the like.
    Int(i64),
    Float(f32),
    Double(f64),
    /// A string or an enum's value.
    Str(&'a str),
    Blob(&'a [u8]),
    Timestamp(Timestamp),
    Document(&'a Document),
    List(&'a dyn Items),
    Map(&'a dyn Entries),
    /// Schema (see [`super::schema`]) and members, in the same order.
    Structure(&'static str, &'a [&'a dyn Value]),
    Union(&'a dyn Union),
    /// A streaming blob.
    Stream(&'a Body),
    Events(&'a RawEvents),
    Metadata(&'a ResponseMetadata),
}

/// A place to write a value of a known kind.
pub enum Slot<'a> {
    Bool(&'a mut bool),
    Integer(&'a mut i32),
    Long(&'a mut i64),
    Float(&'a mut f32),
    Double(&'a mut f64),
    Str(&'a mut String),
    Blob(&'a mut Blob),
    Timestamp(&'a mut Timestamp),
    Document(&'a mut Document),
    List(&'a mut dyn ItemsMut),
    Map(&'a mut dyn EntriesMut),
    Structure(&'static str, &'a mut [&'a mut dyn Value]),
    Union(&'a mut dyn Union),
    Stream(&'a mut Body),
    Events(&'a mut RawEvents),
    Metadata(&'a mut ResponseMetadata),
}

/// The elements of a list.
pub trait Items {
    fn len(&self) -> usize;
    /// `None` past the end.
    fn item(&self, index: usize) -> Option<&dyn Value>;
}

impl dyn Items + '_ {
    /// The elements, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &dyn Value> {
        (0..self.len()).filter_map(move |index| self.item(index))
    }
}

/// A list that grows.
pub trait ItemsMut {
    /// Makes room for so many elements more.
    fn expect(&mut self, _: usize) {}
    /// Appends a zero value and gives its place.
    fn push(&mut self) -> &mut dyn Value;
    /// Hands each element to `change`, in order, until one fails.
    fn each(&mut self, change: &mut dyn FnMut(&mut dyn Value) -> Result<()>) -> Result<()>;
    /// Drops all elements but `count` from `start` on; fewer when the list ends before.
    fn keep(&mut self, start: usize, count: usize);
}

/// The entries of a map, in order of insertion.
pub trait Entries {
    fn len(&self) -> usize;
    /// `None` past the end.
    fn entry(&self, index: usize) -> Option<(&str, &dyn Value)>;
}

impl dyn Entries + '_ {
    /// The entries, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (&str, &dyn Value)> {
        (0..self.len()).filter_map(move |index| self.entry(index))
    }
}

/// A map that grows.
pub trait EntriesMut {
    /// Sets a zero value under `key` and gives its place. A later entry of the same key replaces the earlier one.
    fn insert(&mut self, key: &str) -> &mut dyn Value;
    /// Makes room for so many entries, when the map is still empty.
    fn expect(&mut self, _: usize) {}
    /// Takes an entry out again (a null in a map that is not sparse).
    fn remove(&mut self, key: &str);
}

/// A tagged union: one of the schema's members, or one that the model does not know.
pub trait Union {
    /// The schema, whose members are the variants, in order.
    fn schema(&self) -> &'static str;
    /// The index of the variant in the schema, and its value; `None` for an unknown one.
    fn variant(&self) -> Option<(usize, &dyn Value)>;
    /// The wire name of an unknown variant; empty when nothing was read at all.
    fn unknown(&self) -> Option<&str>;
    /// Makes this the variant of that index with a zero value, and gives its place.
    fn select(&mut self, index: usize) -> Option<&mut dyn Value>;
    /// Makes this the unknown variant of that name.
    fn select_unknown(&mut self, name: &str);
}

/// A modelled error: a structure that can be found again by its type.
pub trait Modeled: Value + Any + Send + Sync {
    fn as_any(&self) -> &dyn Any;
}

impl<T: Value + Any + Send + Sync> Modeled for T {
    #[inline]
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A value that can be found again by its type, and made anew: an operation's input or output.
pub trait Typed: Value + Any {
    /// A zero value of the same type.
    fn fresh(&self) -> Box<dyn Typed>;
    /// Makes this a zero value.
    fn reset(&mut self);
}

impl<T: Value + Any + Default> Typed for T {
    #[inline]
    fn fresh(&self) -> Box<dyn Typed> {
        Box::new(T::default())
    }
    #[inline]
    fn reset(&mut self) {
        *self = T::default();
    }
}

/// An enum of a service: a text, whose traits every enum needs and a value is made of. So an enum says only that it is one.
///
/// With it, `Value` cannot be there for every `Box`: somebody else's box might be a `Text`. Types that lie within themselves
/// have it for theirs.
pub trait Text: AsRef<str> + for<'a> From<&'a str> {}

impl<T: Text> Value for T {
    #[inline]
    fn view(&self, see: See<'_>) {
        see(View::Str(self.as_ref()));
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        let mut text = String::new();
        let filled = fill(Slot::Str(&mut text));
        *self = T::from(&text);
        filled
    }
}

macro_rules! scalar {
    ($type:ty, |$value:ident| $view:expr, $slot:ident) => {
        impl Value for $type {
            #[inline]
            fn view(&self, see: &mut dyn FnMut(View<'_>)) {
                let $value = self;
                see($view);
            }
            #[inline]
            fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
                fill(Slot::$slot(self))
            }
        }
    };
}

scalar!(bool, |value| View::Bool(*value), Bool);
scalar!(i32, |value| View::Int(i64::from(*value)), Integer);
scalar!(i64, |value| View::Int(*value), Long);
scalar!(f32, |value| View::Float(*value), Float);
scalar!(f64, |value| View::Double(*value), Double);
scalar!(String, |value| View::Str(value), Str);
scalar!(Blob, |value| View::Blob(value), Blob);
scalar!(Timestamp, |value| View::Timestamp(*value), Timestamp);
scalar!(Document, |value| View::Document(value), Document);
scalar!(Body, |value| View::Stream(value), Stream);
scalar!(RawEvents, |value| View::Events(value), Events);
scalar!(ResponseMetadata, |value| View::Metadata(value), Metadata);

impl<V: Value + Default> Value for Option<V> {
    #[inline]
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        match self {
            Some(value) => value.view(see),
            None => see(View::Absent),
        }
    }
    #[inline]
    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        self.get_or_insert_with(V::default).fill(fill)
    }
    #[inline]
    fn clear(&mut self) {
        *self = None;
    }
}

impl<V: Value + Default> Value for Vec<V> {
    #[inline]
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::List(self));
    }
    #[inline]
    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::List(self))
    }
}

impl<V: Value> Items for Vec<V> {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
    #[inline]
    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.get(index).map(|value| value as &dyn Value)
    }
}

impl<V: Value + Default> ItemsMut for Vec<V> {
    #[inline]
    fn expect(&mut self, count: usize) {
        self.reserve_exact(count);
    }
    #[inline]
    fn push(&mut self) -> &mut dyn Value {
        self.push(V::default());
        self.last_mut().expect("an element was just pushed")
    }
    #[inline]
    fn keep(&mut self, start: usize, count: usize) {
        self.truncate(start.saturating_add(count));
        self.drain(..start.min(self.len()));
    }
    #[inline]
    fn each(&mut self, change: &mut dyn FnMut(&mut dyn Value) -> Result<()>) -> Result<()> {
        self.iter_mut().try_for_each(|item| change(item))
    }
}

impl<K, V> Value for Map<K, V>
where
    K: AsRef<str> + for<'a> From<&'a str> + std::hash::Hash + Eq,
    V: Value + Default,
{
    #[inline]
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Map(self));
    }
    #[inline]
    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Map(self))
    }
}

impl<K: AsRef<str>, V: Value> Entries for Map<K, V> {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
    #[inline]
    fn entry(&self, index: usize) -> Option<(&str, &dyn Value)> {
        self.get_index(index).map(|(key, value)| (key.as_ref(), value as &dyn Value))
    }
}

impl<K, V> EntriesMut for Map<K, V>
where
    K: AsRef<str> + for<'a> From<&'a str> + std::hash::Hash + Eq,
    V: Value + Default,
{
    #[inline]
    fn insert(&mut self, key: &str) -> &mut dyn Value {
        self.place(K::from(key), V::default())
    }
    #[inline]
    fn expect(&mut self, count: usize) {
        self.make_room(count);
    }
    #[inline]
    fn remove(&mut self, key: &str) {
        self.remove(&K::from(key));
    }
}
