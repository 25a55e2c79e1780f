use std::borrow::Cow;
use std::slice;
use std::vec;

use crate::shape::{Blob, Map};

/// What the two types `AttributeValue` have in common.
pub trait Attribute: Clone + 'static {
    fn s(text: String) -> Self;
    fn n(number: String) -> Self;
    fn b(bytes: Blob) -> Self;
    fn ss(texts: Vec<String>) -> Self;
    fn ns(numbers: Vec<String>) -> Self;
    fn bs(blobs: Vec<Blob>) -> Self;
    fn m(entries: Map<String, Self>) -> Self;
    fn l(elements: Vec<Self>) -> Self;
    fn null() -> Self;
    fn bool(value: bool) -> Self;
    /// Its content, taken out.
    fn part<'a>(self) -> Part<'a, Self>;
    /// Its content, borrowed.
    fn part_of(&self) -> Part<'_, Self>;
}

/// What an attribute's value is, and its content.
pub enum Part<'a, A> {
    S(Cow<'a, str>),
    N(Cow<'a, str>),
    B(Cow<'a, [u8]>),
    Ss(Several<'a, String>),
    Ns(Several<'a, String>),
    Bs(Several<'a, Blob>),
    M(Entries<'a, A>),
    L(Several<'a, A>),
    Null,
    Bool(bool),
    /// Of a kind that the model does not know, by its name; empty when there is none.
    Unknown(Cow<'a, str>),
}

impl<A> Part<'_, A> {
    /// In errors: `a string (S)`.
    pub fn kind(&self) -> String {
        let kind = match self {
            Part::S(_) => "a string (S)",
            Part::N(_) => "a number (N)",
            Part::B(_) => "binary (B)",
            Part::Ss(_) => "a set of strings (SS)",
            Part::Ns(_) => "a set of numbers (NS)",
            Part::Bs(_) => "a set of binaries (BS)",
            Part::M(_) => "a map (M)",
            Part::L(_) => "a list (L)",
            Part::Null => "null (NULL)",
            Part::Bool(_) => "a truth value (BOOL)",
            Part::Unknown(name) if name.is_empty() => "nothing",
            Part::Unknown(name) => return format!("of the kind {name}, which is not known"),
        };
        kind.to_owned()
    }
}

/// A value that was taken out of where it was, or is still there.
pub enum Held<'a, T> {
    Taken(T),
    Borrowed(&'a T),
}

impl<'a, A: Attribute> Held<'a, A> {
    /// The value itself, of parts that [`Attribute::part`] gave.
    #[cfg(feature = "dynamodb-items")]
    pub fn taken(self) -> A {
        match self {
            Held::Taken(value) => value,
            Held::Borrowed(value) => value.clone(),
        }
    }

    pub fn part(self) -> Part<'a, A> {
        match self {
            Held::Taken(value) => value.part(),
            Held::Borrowed(value) => value.part_of(),
        }
    }
}

impl<'a> Held<'a, String> {
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Held::Taken(text) => text.into(),
            Held::Borrowed(text) => text.into(),
        }
    }
}

impl<'a> Held<'a, Blob> {
    pub fn bytes(self) -> Cow<'a, [u8]> {
        match self {
            Held::Taken(bytes) => bytes.into_vec().into(),
            Held::Borrowed(bytes) => (&**bytes).into(),
        }
    }
}

/// The elements of a list or set.
pub enum Several<'a, T> {
    Taken(vec::IntoIter<T>),
    Borrowed(slice::Iter<'a, T>),
}

impl<T> Several<'_, T> {
    pub fn taken(elements: Vec<T>) -> Self {
        Several::Taken(elements.into_iter())
    }
}

impl<'a, T> Several<'a, T> {
    pub fn borrowed(elements: &'a [T]) -> Self {
        Several::Borrowed(elements.iter())
    }
}

impl<'a, T> Iterator for Several<'a, T> {
    type Item = Held<'a, T>;

    fn next(&mut self) -> Option<Held<'a, T>> {
        match self {
            Several::Taken(elements) => elements.next().map(Held::Taken),
            Several::Borrowed(elements) => elements.next().map(Held::Borrowed),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Several::Taken(elements) => elements.size_hint(),
            Several::Borrowed(elements) => elements.size_hint(),
        }
    }
}

/// The entries of a map.
pub enum Entries<'a, A> {
    Taken(<Map<String, A> as IntoIterator>::IntoIter),
    Borrowed(<&'a Map<String, A> as IntoIterator>::IntoIter),
}

impl<'a, A> Iterator for Entries<'a, A> {
    type Item = (Cow<'a, str>, Held<'a, A>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Entries::Taken(entries) => entries.next().map(|(name, value)| (name.into(), Held::Taken(value))),
            Entries::Borrowed(entries) => entries.next().map(|(name, value)| (name.into(), Held::Borrowed(value))),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Entries::Taken(entries) => entries.size_hint(),
            Entries::Borrowed(entries) => entries.size_hint(),
        }
    }
}
