//! CBOR (RFC 8949), as much of it as Smithy's RPC v2 uses.

use std::borrow::Cow;

use minicbor::Decoder;
use minicbor::data::Type;

use super::{Nested, Trail, excerpt, foreign, json};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::{Member, Place, Schema};
use crate::shape::{
    Document, Entries, EntriesMut, Items, ItemsMut, Slot, Timestamp, TimestampFormat, Union, Value, View,
};

pub(super) fn write(schema: Schema, members: &[&dyn Value]) -> Result<Vec<u8>> {
    let mut writer = Writer::default();
    let result = writer.structure(schema, members);
    result.map_err(|error| writer.trail.explain(schema.name(), error))?;
    Ok(writer.out)
}

pub(super) fn write_payload(member: Member, value: &dyn Value) -> Result<Option<Vec<u8>>> {
    let mut writer = Writer::default();
    let written = writer.value(value).map_err(|error| writer.trail.explain(member.name(), error))?;
    Ok(written.then_some(writer.out))
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;
/// Tag 1: seconds since 1970-01-01T00:00:00Z.
const EPOCH: u8 = 0xc1;

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    trail: Trail,
}

impl Nested for Writer {
    const KIND: ErrorKind = ErrorKind::Serialize;

    #[inline]
    fn trail(&mut self) -> &mut Trail {
        &mut self.trail
    }
}

impl Writer {
    fn head(&mut self, major: u8, number: u64) {
        let major = major << 5;
        let bytes = number.to_be_bytes();
        match number {
            0..24 => self.out.push(major | number as u8),
            24..0x100 => self.out.extend_from_slice(&[major | 24, number as u8]),
            0x100..0x1_0000 => {
                self.out.push(major | 25);
                self.out.extend_from_slice(&bytes[6..]);
            }
            0x1_0000..0x1_0000_0000 => {
                self.out.push(major | 26);
                self.out.extend_from_slice(&bytes[4..]);
            }
            _ => {
                self.out.push(major | 27);
                self.out.extend_from_slice(&bytes);
            }
        }
    }

    fn int(&mut self, number: i64) {
        match number {
            0.. => self.head(UNSIGNED, number as u64),
            _ => self.head(NEGATIVE, !number as u64),
        }
    }

    fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn double(&mut self, number: f64) {
        if !self.special(number) {
            self.out.push(0xfb);
            self.out.extend_from_slice(&number.to_be_bytes());
        }
    }

    fn single(&mut self, number: f32) {
        if !self.special(number.into()) {
            self.out.push(0xfa);
            self.out.extend_from_slice(&number.to_be_bytes());
        }
    }

    /// What is no number takes half precision, as botocore sends it.
    fn special(&mut self, number: f64) -> bool {
        let half: [u8; 2] = match number {
            _ if number.is_nan() => [0x7e, 0x00],
            f64::INFINITY => [0x7c, 0x00],
            f64::NEG_INFINITY => [0xfc, 0x00],
            _ => return false,
        };
        self.out.push(0xf9);
        self.out.extend_from_slice(&half);
        true
    }

    fn timestamp(&mut self, moment: Timestamp) {
        self.out.push(EPOCH);
        match moment.subsec_nanos() / 1000 {
            0 => self.int(moment.seconds()),
            // The nearest float there is: sums and quotients of floats would round twice.
            _ => self
                .double(moment.format(TimestampFormat::Epoch).and_then(|text| text.parse().ok()).unwrap_or_default()),
        }
    }

    /// Whether there was anything to write.
    fn value(&mut self, value: &dyn Value) -> Result<bool> {
        let mut result = Ok(true);
        value.view(&mut |view| {
            result = match view {
                View::Absent => Ok(false),
                view => self.view(view).map(|()| true),
            }
        });
        result
    }

    fn view(&mut self, view: View<'_>) -> Result<()> {
        match view {
            View::Absent | View::Stream(_) | View::Events(_) | View::Metadata(_) => self.out.push(NULL),
            View::Bool(value) => self.out.push(if value { TRUE } else { FALSE }),
            View::Int(number) => self.int(number),
            View::Float(number) => self.single(number),
            View::Double(number) => self.double(number),
            View::Str(text) => self.text(text),
            View::Blob(bytes) => {
                self.head(BYTES, bytes.len() as u64);
                self.out.extend_from_slice(bytes);
            }
            View::Timestamp(moment) => self.timestamp(moment),
            View::Document(_) => {
                return Err(Error::new(ErrorKind::Serialize, "Documents have no form in CBOR protocols"));
            }
            View::List(items) => self.nest(|writer| writer.list(items))?,
            View::Map(entries) => self.nest(|writer| writer.map(entries))?,
            View::Structure(schema, members) => self.nest(|writer| writer.structure(Schema::new(schema), members))?,
            View::Union(union) => self.nest(|writer| writer.union(union))?,
        }
        Ok(())
    }

    fn structure(&mut self, schema: Schema, members: &[&dyn Value]) -> Result<()> {
        let body = || schema.members().zip(members).filter(|(member, _)| member.place() == Place::Body);
        self.head(MAP, body().filter(|(_, value)| present(**value)).count() as u64);
        for (member, value) in body() {
            let result = self.pair(member.wire(), *value);
            self.trail.member(member, result)?;
        }
        Ok(())
    }

    /// Nothing at all for an absent value.
    fn pair(&mut self, key: &str, value: &dyn Value) -> Result<()> {
        let before = self.out.len();
        self.text(key);
        if !self.value(value)? {
            self.out.truncate(before);
        }
        Ok(())
    }

    fn union(&mut self, union: &dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let Some((index, value)) = union.variant() else {
            return Err(json::unknown_variant(schema, union));
        };
        self.head(MAP, u64::from(present(value)));
        match schema.members().nth(index) {
            Some(member) => {
                let result = self.pair(member.wire(), value);
                self.trail.member(member, result)
            }
            None => Ok(()),
        }
    }

    fn list(&mut self, items: &dyn Items) -> Result<()> {
        self.head(ARRAY, items.len() as u64);
        for (index, item) in items.iter().enumerate() {
            let result = self.value(item);
            if !self.trail.index(index, result)? {
                self.out.push(NULL);
            }
        }
        Ok(())
    }

    fn map(&mut self, entries: &dyn Entries) -> Result<()> {
        self.head(MAP, entries.len() as u64);
        for (key, value) in entries.iter() {
            self.text(key);
            let result = self.value(value);
            if !self.trail.key(key, result)? {
                self.out.push(NULL);
            }
        }
        Ok(())
    }
}

fn present(value: &dyn Value) -> bool {
    let mut present = true;
    value.view(&mut |view| present = !matches!(view, View::Absent));
    present
}

pub(super) fn read(bytes: &[u8], schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let result = reader.structure(schema, members);
    result.map_err(|error| reader.explain("", error))
}

pub(super) fn read_payload(bytes: &[u8], member: Member, place: &mut dyn Value) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let result = reader.member(member, place);
    result.map_err(|error| reader.explain("", error))
}

/// The strings among the members of a map, for errors whose shape is not known; nothing of what is not CBOR.
pub(in super::super) fn strings(bytes: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Ok(mut reader) = Reader::new(bytes) else {
        return found;
    };
    _ = reader.entries(|reader, key| {
        if reader.kind()? == Type::String {
            found.push((key.into_owned(), reader.text()?.into_owned()));
            return Ok(());
        }
        reader.skip()
    });
    found
}

struct Reader<'a> {
    decoder: Decoder<'a>,
    trail: Trail,
}

impl Nested for Reader<'_> {
    const KIND: ErrorKind = ErrorKind::Parse;

    #[inline]
    fn trail(&mut self) -> &mut Trail {
        &mut self.trail
    }
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        match bytes.first() {
            Some(0xa0..=0xbf) => Ok(Reader { decoder: Decoder::new(bytes), trail: Trail::default() }),
            _ => Err(foreign("a CBOR map", bytes)),
        }
    }

    fn explain(&self, shape: &str, error: Error) -> Error {
        let error = Error::new(error.kind(), format!("{} at byte {}", error.message(), self.decoder.position()));
        self.trail.explain(shape, error)
    }

    fn kind(&mut self) -> Result<Type> {
        self.decoder.datatype().map_err(invalid)
    }

    /// Steps over a null or undefined value.
    fn null(&mut self) -> Result<bool> {
        let null = matches!(self.kind()?, Type::Null | Type::Undefined);
        if null {
            self.skip()?;
        }
        Ok(null)
    }

    fn skip(&mut self) -> Result<()> {
        self.decoder.skip().map_err(invalid)
    }

    fn fault(&mut self, expected: &str) -> Error {
        match self.decoder.datatype() {
            Ok(found) => Error::new(ErrorKind::Parse, format!("Expected {expected}, found CBOR {found}")),
            Err(cause) => invalid(cause),
        }
    }

    fn member(&mut self, member: Member, place: &mut dyn Value) -> Result<()> {
        if self.null()? {
            return Ok(());
        }
        let result = place.fill(&mut |slot| self.value(member, slot));
        self.trail.member(member, result)
    }

    /// Each key of a map, to `take` it and its value.
    fn entries(&mut self, mut take: impl FnMut(&mut Self, Cow<'a, str>) -> Result<()>) -> Result<()> {
        if !matches!(self.kind()?, Type::Map | Type::MapIndef) {
            return Err(self.fault("a map"));
        }
        let mut left = self.decoder.map().map_err(invalid)?;
        while self.more(&mut left)? {
            let key = self.text()?;
            take(self, key)?;
        }
        Ok(())
    }

    /// Whether an element follows: by the count, or by the break that ends a collection without one.
    fn more(&mut self, left: &mut Option<u64>) -> Result<bool> {
        match left {
            Some(0) => Ok(false),
            Some(count) => {
                *count -= 1;
                Ok(true)
            }
            None if self.kind()? == Type::Break => {
                self.decoder.set_position(self.decoder.position() + 1);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    fn text(&mut self) -> Result<Cow<'a, str>> {
        match self.kind()? {
            Type::String => self.decoder.str().map(Cow::Borrowed).map_err(invalid),
            Type::StringIndef => {
                let mut text = String::new();
                for part in self.decoder.str_iter().map_err(invalid)? {
                    text.push_str(part.map_err(invalid)?);
                }
                Ok(Cow::Owned(text))
            }
            _ => Err(self.fault("a string")),
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        match self.kind()? {
            Type::Bytes => self.decoder.bytes().map(<[u8]>::to_vec).map_err(invalid),
            Type::BytesIndef => {
                let mut bytes = Vec::new();
                for part in self.decoder.bytes_iter().map_err(invalid)? {
                    bytes.extend_from_slice(part.map_err(invalid)?);
                }
                Ok(bytes)
            }
            _ => Err(self.fault("a byte string")),
        }
    }

    fn integer<N: TryFrom<i64>>(&mut self) -> Result<N> {
        let number = match self.kind()? {
            kind if integral(kind) => self.decoder.int().ok().and_then(|number| i64::try_from(number).ok()),
            Type::F16 | Type::F32 | Type::F64 => {
                let number = self.number()?;
                (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
            }
            _ => return Err(self.fault("an integer")),
        };
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
            Error::new(ErrorKind::Parse, format!("The number is not an integer of {} bits", size_of::<N>() * 8))
        })
    }

    fn number(&mut self) -> Result<f64> {
        match self.kind()? {
            kind if integral(kind) => self.decoder.int().map(|number| i128::from(number) as f64).map_err(invalid),
            Type::F16 => {
                let at = self.decoder.position() + 1;
                let half = self.decoder.input().get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
                let half = half.ok_or_else(|| Error::new(ErrorKind::Parse, "The CBOR ends inside a number"))?;
                self.decoder.set_position(at + 2);
                Ok(half_precision(u16::from_be_bytes(half)))
            }
            Type::F32 => self.decoder.f32().map(f64::from).map_err(invalid),
            Type::F64 => self.decoder.f64().map_err(invalid),
            _ => Err(self.fault("a number")),
        }
    }

    /// A number under tag 1; without the tag too, and with the texts that other notations have.
    fn timestamp(&mut self) -> Result<Timestamp> {
        if self.kind()? == Type::Tag {
            let tag = self.decoder.tag().map_err(invalid)?.as_u64();
            if tag != 1 {
                return Err(Error::new(ErrorKind::Parse, format!("Expected a timestamp, found CBOR tag {tag}")));
            }
        }
        let moment = match self.kind()? {
            kind if integral(kind) => Some(Timestamp::from_secs(self.integer()?)),
            Type::String => Timestamp::parse(&self.text()?),
            _ => Timestamp::from_epoch(self.number()?),
        };
        moment.ok_or_else(|| Error::new(ErrorKind::Parse, "The value is not a timestamp"))
    }

    fn value(&mut self, member: Member, slot: Slot<'_>) -> Result<()> {
        match slot {
            Slot::Bool(place) => match self.kind()? {
                Type::Bool => *place = self.decoder.bool().map_err(invalid)?,
                _ => return Err(self.fault("true or false")),
            },
            Slot::Integer(place) => *place = self.integer()?,
            Slot::Long(place) => *place = self.integer()?,
            Slot::Float(place) => *place = self.number()? as f32,
            Slot::Double(place) => *place = self.number()?,
            Slot::Str(place) => *place = self.text()?.into_owned(),
            Slot::Blob(place) => *place = self.bytes()?.into(),
            Slot::Timestamp(place) => *place = self.timestamp()?,
            Slot::List(items) => self.nest(|reader| reader.list(member, items))?,
            Slot::Map(entries) => self.nest(|reader| reader.map(member, entries))?,
            Slot::Structure(schema, members) => {
                self.nest(|reader| reader.structure(Schema::new(schema), members))?;
            }
            Slot::Union(union) => self.nest(|reader| reader.union(union))?,
            Slot::Document(place) => *place = self.document()?,
            Slot::Stream(_) | Slot::Events(_) | Slot::Metadata(_) => self.skip()?,
        }
        Ok(())
    }

    fn structure(&mut self, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
        let mut cursor = schema.cursor();
        self.entries(|reader, key| {
            match cursor.find(&key).and_then(|(index, member)| Some((member, members.get_mut(index)?))) {
                Some((member, place)) => reader.member(member, *place),
                None => reader.skip(),
            }
        })
    }

    fn union(&mut self, union: &mut dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let (mut cursor, mut chosen) = (schema.cursor(), false);
        self.entries(|reader, key| {
            if reader.null()? {
                return Ok(());
            }
            let found = cursor.find(&key);
            if found.is_none() && key == "__type" {
                return reader.skip();
            }
            if std::mem::replace(&mut chosen, true) {
                return Err(json::two_members(schema));
            }
            match found.and_then(|(index, member)| Some((member, union.select(index)?))) {
                Some((member, place)) => reader.member(member, place),
                None => {
                    union.select_unknown(&key);
                    reader.skip()
                }
            }
        })
    }

    fn list(&mut self, member: Member, items: &mut dyn ItemsMut) -> Result<()> {
        if !matches!(self.kind()?, Type::Array | Type::ArrayIndef) {
            return Err(self.fault("an array"));
        }
        let (element, sparse) = (member.element(), member.has("sparse"));
        let mut left = self.decoder.array().map_err(invalid)?;
        let mut index = 0;
        while self.more(&mut left)? {
            if !self.null()? {
                let result = items.push().fill(&mut |slot| self.value(element, slot));
                self.trail.index(index, result)?;
            } else if sparse {
                items.push();
            }
            index += 1;
        }
        Ok(())
    }

    fn map(&mut self, member: Member, entries: &mut dyn EntriesMut) -> Result<()> {
        let (element, sparse) = (member.value(), member.has("sparse"));
        self.entries(|reader, key| {
            if !reader.null()? {
                let result = entries.insert(&key).fill(&mut |slot| reader.value(element, slot));
                reader.trail.key(&key, result)?;
            } else if sparse {
                entries.insert(&key);
            }
            Ok(())
        })
    }

    /// A scalar document. No AWS model has documents in a CBOR protocol.
    fn document(&mut self) -> Result<Document> {
        Ok(match self.kind()? {
            Type::Bool => self.decoder.bool().map_err(invalid)?.into(),
            Type::String | Type::StringIndef => self.text()?.into_owned().into(),
            kind if integral(kind) => self.integer::<i64>()?.into(),
            Type::F16 | Type::F32 | Type::F64 => self.number()?.into(),
            _ => return Err(self.fault("a scalar")),
        })
    }
}

fn integral(kind: Type) -> bool {
    use Type::{I8, I16, I32, I64, Int, U8, U16, U32, U64};
    matches!(kind, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int)
}

fn half_precision(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

fn invalid(cause: minicbor::decode::Error) -> Error {
    Error::new(ErrorKind::Parse, format!("Invalid CBOR ({})", excerpt(&cause.to_string(), 120)))
}
