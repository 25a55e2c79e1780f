//! Attribute values to values with `Deserialize`.

use std::borrow::Cow;

use serde_core::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor, value::CowStrDeserializer,
};
use serde_core::forward_to_deserialize_any;

use super::key::Text;
use super::{DEEPEST, Mistake, mark};
use crate::attributes::number;
use crate::attributes::part::{Attribute, Entries, Held, Part};

type Result<T> = std::result::Result<T, Mistake>;

pub(super) struct Reader<'de, A> {
    part: Part<'de, A>,
    /// How many values may still be in each other.
    left: u32,
}

impl<'de, A: Attribute> Reader<'de, A> {
    pub(super) fn new(part: Part<'de, A>) -> Self {
        Reader { part, left: DEEPEST }
    }

    /// An integer of up to 64 bits, or with `wide` of 128.
    fn integer<V: Visitor<'de>>(self, wide: bool, visitor: V) -> Result<V::Value> {
        let Part::N(text) = &self.part else { return self.deserialize_any(visitor) };
        if let Some(number) = number::integer(text) {
            return visitor.visit_u64(number);
        }
        if let Some(number) = number::integer(text) {
            return visitor.visit_i64(number);
        }
        if wide && let Some(number) = number::integer(text) {
            return visitor.visit_i128(number);
        }
        if wide && let Some(number) = number::integer(text) {
            return visitor.visit_u128(number);
        }
        let found = format!("number {}", number::shown(text));
        Err(Mistake::invalid_value(Unexpected::Other(&found), &visitor))
    }

    fn float<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.part {
            Part::N(text) => match text.parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => Err(Mistake::invalid_value(Unexpected::Str(text), &visitor)),
            },
            _ => self.deserialize_any(visitor),
        }
    }
}

/// How many values may be in each other inside.
fn inside(left: u32) -> Result<u32> {
    let left = left.checked_sub(1);
    left.ok_or_else(|| Mistake::new(format!("values are more than {DEEPEST} deep in each other")))
}

/// A number where anything will do: as an integer or float that is exactly this, else as its text.
fn number<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value> {
    if let Ok(number) = text.parse() {
        return visitor.visit_u64(number);
    }
    if let Ok(number) = text.parse() {
        return visitor.visit_i64(number);
    }
    match text.parse() {
        Ok(float) if number::is_exact(&text, float) => visitor.visit_f64(float),
        _ => Text(text).deserialize_any(visitor),
    }
}

fn list<'de, A: Attribute, V: Visitor<'de>>(
    parts: impl Iterator<Item = Part<'de, A>>,
    left: u32,
    visitor: V,
) -> Result<V::Value> {
    let mut elements = Elements { parts, left, read: 0 };
    let value = visitor.visit_seq(&mut elements)?;
    match elements.parts.count() {
        0 => Ok(value),
        more => {
            let length = elements.read + more;
            Err(Mistake::invalid_length(length, &&*format!("{} elements", elements.read)))
        }
    }
}

impl<'de, A: Attribute> Deserializer<'de> for Reader<'de, A> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let left = self.left;
        match self.part {
            Part::S(text) => Text(text).deserialize_any(visitor),
            Part::N(text) => number(text, visitor),
            Part::B(Cow::Borrowed(bytes)) => visitor.visit_borrowed_bytes(bytes),
            Part::B(Cow::Owned(bytes)) => visitor.visit_byte_buf(bytes),
            Part::Ss(texts) => list(texts.map(|text| Part::<A>::S(text.text())), inside(left)?, visitor),
            Part::Ns(numbers) => list(numbers.map(|number| Part::<A>::N(number.text())), inside(left)?, visitor),
            Part::Bs(blobs) => list(blobs.map(|blob| Part::<A>::B(blob.bytes())), inside(left)?, visitor),
            Part::M(entries) => visitor.visit_map(Members { entries, left: inside(left)?, value: None }),
            Part::L(elements) => list(elements.map(Held::part), inside(left)?, visitor),
            Part::Null => visitor.visit_unit(),
            Part::Bool(value) => visitor.visit_bool(value),
            Part::Unknown(_) => Err(Mistake::new(format!("is {}", self.part.kind()))),
        }
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(true, visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(false, visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(true, visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.part {
            // Read as a double first, it would be rounded twice.
            Part::N(text) => match text.parse() {
                Ok(number) => visitor.visit_f32(number),
                Err(_) => Err(Mistake::invalid_value(Unexpected::Str(text), &visitor)),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.float(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.part {
            Part::Null => visitor.visit_none(),
            _ => {
                let left = inside(self.left)?;
                visitor.visit_some(Reader { left, ..self })
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        let left = inside(self.left)?;
        match self.part {
            Part::N(text) if name == mark::NUMBER => visitor.visit_newtype_struct(Text(text)),
            part => visitor.visit_newtype_struct(Reader { part, left }),
        }
    }

    /// Bytes where a list is wanted, `Vec<u8>`, are its elements.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.part {
            Part::B(bytes) => {
                let numbers = bytes.iter().map(|byte| Part::<A>::N(byte.to_string().into()));
                list(numbers, self.left, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.part {
            Part::S(variant) => visitor.visit_enum(Variant::<A> { name: variant, content: None, left: self.left }),
            Part::M(mut entries) => match (entries.next(), entries.next()) {
                (Some((name, content)), None) => {
                    let left = inside(self.left)?;
                    visitor.visit_enum(Variant { name, content: Some(content.part()), left })
                }
                _ => Err(Mistake::new("must be a map (M) of one entry, which is the variant")),
            },
            other => {
                let kind = other.kind();
                Err(Mistake::new(format!("must be the name of a variant (S), or a map (M) of it, and is {kind}")))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct tuple_struct map struct identifier
    }
}

struct Elements<I> {
    parts: I,
    left: u32,
    read: usize,
}

impl<'de, A: Attribute, I: Iterator<Item = Part<'de, A>>> SeqAccess<'de> for &mut Elements<I> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(part) = self.parts.next() else { return Ok(None) };
        let index = self.read;
        self.read += 1;
        let reader = Reader { part, left: self.left };
        seed.deserialize(reader).map(Some).map_err(|mistake| mistake.at_element(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.parts.size_hint().0)
    }
}

struct Members<'de, A> {
    entries: Entries<'de, A>,
    left: u32,
    value: Option<(Cow<'de, str>, Held<'de, A>)>,
}

impl<'de, A: Attribute> MapAccess<'de> for Members<'de, A> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let Some((name, value)) = self.entries.next() else { return Ok(None) };
        let key = match &name {
            Cow::Borrowed(name) => Cow::Borrowed(*name),
            Cow::Owned(name) => Cow::Owned(name.clone()),
        };
        let read = seed.deserialize(Text(key)).map_err(|mistake| mistake.at_member(&name))?;
        self.value = Some((name, value));
        Ok(Some(read))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let Some((name, value)) = self.value.take() else {
            return Err(Mistake::new("a value of a map was asked for before its key"));
        };
        let reader = Reader { part: value.part(), left: self.left };
        seed.deserialize(reader).map_err(|mistake| mistake.at_member(&name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.size_hint().0)
    }
}

/// A variant of an enum: its name, and its content where it has some.
struct Variant<'de, A> {
    name: Cow<'de, str>,
    content: Option<Part<'de, A>>,
    left: u32,
}

/// A variant's content.
struct Content<'de, A> {
    name: String,
    content: Option<Part<'de, A>>,
    left: u32,
}

impl<'de, A: Attribute> EnumAccess<'de> for Variant<'de, A> {
    type Error = Mistake;
    type Variant = Content<'de, A>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'de, A>)> {
        let name = self.name.clone().into_owned();
        let deserializer: CowStrDeserializer<'_, Mistake> = self.name.into_deserializer();
        Ok((seed.deserialize(deserializer)?, Content { name, content: self.content, left: self.left }))
    }
}

impl<'de, A: Attribute> Content<'de, A> {
    fn read<T>(self, read: impl FnOnce(Reader<'de, A>) -> Result<T>) -> Result<T> {
        let Some(part) = self.content else {
            return Err(Mistake::new(format!("the variant {} has a value, and none is there", self.name)));
        };
        read(Reader { part, left: self.left }).map_err(|mistake| mistake.at_member(&self.name))
    }
}

impl<'de, A: Attribute> VariantAccess<'de> for Content<'de, A> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<()> {
        match self.content {
            None | Some(Part::Null) => Ok(()),
            Some(_) => Err(Mistake::new(format!("the variant {} has no value, and one is there", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        self.read(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.read(|reader| reader.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.read(|reader| reader.deserialize_map(visitor))
    }
}
