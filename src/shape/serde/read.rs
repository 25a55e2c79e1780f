use std::fmt;

use serde_core::Deserialize;
use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::place::Place;
use super::write::is_there;
use super::{UNKNOWN_MEMBER, scalar};
use crate::shape::schema::{Member, Schema};
use crate::shape::{Blob, Document, EntriesMut, ItemsMut, Map, Slot, Timestamp, Union, Value};

/// Reads a value in the model's member names.
pub(crate) fn read<'de, T: Value + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::default();
    read_into(&mut value, deserializer)?;
    Ok(value)
}

/// Fills a zero value. Compiled once for a format, whatever the type.
pub(super) fn read_into<'de, D: Deserializer<'de>>(value: &mut dyn Value, deserializer: D) -> Result<(), D::Error> {
    let mut place = Place::default();
    let read = Part { value, member: Member::PLAIN, place: &mut place }.deserialize(deserializer);
    read.map_err(|error| place.named(error))
}

/// A value to be filled.
struct Part<'a> {
    value: &'a mut dyn Value,
    member: Member,
    place: &'a mut Place,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Part { value, member, place } = self;
        let mut deserializer = Some(deserializer);
        let mut read = None;
        let filled = value.fill(&mut |slot| {
            read = deserializer.take().map(|deserializer| read_slot(slot, member, place, deserializer));
            Ok(())
        });
        filled.map_err(D::Error::custom)?;
        read.expect("every value gives its place once")
    }
}

fn read_slot<'de, D: Deserializer<'de>>(
    slot: Slot<'_>,
    member: Member,
    place: &mut Place,
    deserializer: D,
) -> Result<(), D::Error> {
    match slot {
        Slot::Bool(value) => *value = bool::deserialize(deserializer)?,
        Slot::Integer(value) => {
            let number = i64::deserialize(deserializer)?;
            *value = i32::try_from(number)
                .map_err(|_| D::Error::invalid_value(Unexpected::Signed(number), &"a number of 32 bits"))?;
        }
        Slot::Long(value) => *value = i64::deserialize(deserializer)?,
        Slot::Float(value) => *value = scalar::read_float(deserializer)?,
        Slot::Double(value) => *value = scalar::read_double(deserializer)?,
        Slot::Str(value) => *value = String::deserialize(deserializer)?,
        Slot::Blob(value) => *value = Blob::deserialize(deserializer)?,
        Slot::Timestamp(value) => *value = Timestamp::deserialize(deserializer)?,
        Slot::Document(value) => *value = Document::deserialize(deserializer)?,
        Slot::List(items) => deserializer.deserialize_seq(List { items, member, place })?,
        Slot::Map(entries) => deserializer.deserialize_map(Entries { entries, member, place })?,
        Slot::Structure(schema, values) => {
            let schema = Schema::new(schema);
            deserializer.deserialize_map(Structure { schema, values, place })?;
        }
        Slot::Union(union) => deserializer.deserialize_map(Tagged { union, place })?,
        Slot::Stream(body) => *body = Blob::deserialize(deserializer)?.into_vec().into(),
        Slot::Events(_) => {
            return Err(D::Error::custom("a stream of events comes from a service only"));
        }
        Slot::Metadata(metadata) => *metadata = Deserialize::deserialize(deserializer)?,
    }
    Ok(())
}

/// What may be null: whether it was there.
struct Optional<S>(S);

impl<'de, S: DeserializeSeed<'de, Value = ()>> DeserializeSeed<'de> for Optional<S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de, Value = ()>> Visitor<'de> for Optional<S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.0.deserialize(deserializer).map(|()| true)
    }
}

struct List<'a> {
    items: &'a mut dyn ItemsMut,
    member: Member,
    place: &'a mut Place,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (member, mut index) = (self.member.element(), 0);
        let sparse = self.member.has("sparse");
        loop {
            let read = self.place.element(index, |place| {
                let inside = Collection::List(&mut *self.items);
                seq.next_element_seed(Element { inside, member, place, sparse })
            })?;
            if read.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }
}

struct Entries<'a> {
    entries: &'a mut dyn EntriesMut,
    member: Member,
    place: &'a mut Place,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (member, sparse) = (self.member.value(), self.member.has("sparse"));
        while let Some(key) = map.next_key::<String>()? {
            self.place.member(&key, |place| {
                let inside = Collection::Map(&mut *self.entries, &key);
                map.next_value_seed(Element { inside, member, place, sparse })
            })?;
        }
        Ok(())
    }
}

/// An element, made when it is known to be there.
struct Element<'a> {
    inside: Collection<'a>,
    member: Member,
    place: &'a mut Place,
    sparse: bool,
}

/// A list, or a map and the key at hand.
enum Collection<'a> {
    List(&'a mut dyn ItemsMut),
    Map(&'a mut dyn EntriesMut, &'a str),
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let value = match self.inside {
            Collection::List(items) => items.push(),
            Collection::Map(entries, key) => entries.insert(key),
        };
        let part = Part { value, member: self.member, place: self.place };
        match self.sparse {
            true => Optional(part).deserialize(deserializer).map(|_| ()),
            false => part.deserialize(deserializer),
        }
    }
}

/// The name of a member.
struct Name(Schema);

/// A member and its index, or a name that the model does not have.
enum Named {
    Member(usize, Member),
    Other(String),
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Named;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a member of {}", self.0.name())
    }

    fn visit_str<E>(self, name: &str) -> Result<Named, E> {
        Ok(match self.0.member(name) {
            Some((index, member)) => Named::Member(index, member),
            None => Named::Other(name.to_owned()),
        })
    }
}

struct Structure<'a, 'v> {
    schema: Schema,
    values: &'a mut [&'v mut dyn Value],
    place: &'a mut Place,
}

impl<'de> Visitor<'de> for Structure<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the members of {}", self.schema.name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = vec![false; self.values.len()];
        while let Some(name) = map.next_key_seed(Name(self.schema))? {
            let Named::Member(index, member) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen[index] {
                return Err(A::Error::duplicate_field(member.name()));
            }
            let value = &mut *self.values[index];
            seen[index] = self
                .place
                .member(member.name(), |place| map.next_value_seed(Optional(Part { value, member, place })))?;
        }
        let mut missing = self.schema.members().zip(self.values.iter()).zip(seen).filter(|((member, value), seen)| {
            // What the model requires and the type still leaves open is an error's message.
            !seen && member.has("required") && is_there(&***value)
        });
        missing.next().map_or(Ok(()), |((member, _), _)| Err(A::Error::missing_field(member.name())))
    }
}

struct Tagged<'a> {
    union: &'a mut dyn Union,
    place: &'a mut Place,
}

impl<'de> Visitor<'de> for Tagged<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of the members of {}", Schema::new(self.union.schema()).name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let schema = Schema::new(self.union.schema());
        let mut chosen = false;
        while let Some(name) = map.next_key_seed(Name(schema))? {
            let there = match &name {
                Named::Member(index, member) => self.place.member(member.name(), |place| {
                    let union = &mut *self.union;
                    map.next_value_seed(Optional(Variant { union, index: *index, member: *member, place, chosen }))
                })?,
                Named::Other(name) if name == UNKNOWN_MEMBER => {
                    let unknown: Option<Map<String, String>> = map.next_value()?;
                    let name = unknown.as_ref().and_then(|unknown| unknown.get("name"));
                    name.map(|name| self.union.select_unknown(name)).is_some()
                }
                Named::Other(name) => {
                    map.next_value::<IgnoredAny>()?;
                    if !chosen {
                        self.union.select_unknown(name);
                    }
                    false
                }
            };
            chosen |= there;
        }
        Ok(())
    }
}

/// A variant, selected when it is known not to be null.
struct Variant<'a> {
    union: &'a mut dyn Union,
    index: usize,
    member: Member,
    place: &'a mut Place,
    /// Whether another one was read before.
    chosen: bool,
}

impl<'de> DeserializeSeed<'de> for Variant<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.chosen {
            let name = Schema::new(self.union.schema()).name();
            return Err(D::Error::custom(format_args!("{name} is one of its members, and here is a second one")));
        }
        match self.union.select(self.index) {
            Some(value) => Part { value, member: self.member, place: self.place }.deserialize(deserializer),
            None => IgnoredAny::deserialize(deserializer).map(|_| ()),
        }
    }
}
