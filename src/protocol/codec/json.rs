//! JSON, read in place and written as Python's `json.dumps` does.

use std::borrow::Cow;
use std::io::Write as _;

use super::{DEPTH, Nested, Trail, excerpt, foreign, text, too_deep};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::{Member, Memory, Place, Schema};
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
    let written = writer.value(member, value);
    let written = writer.trail.member(member, written).map_err(|error| writer.trail.explain("", error))?;
    Ok(written.then_some(writer.out))
}

/// A document as `json.dumps` writes it; without blanks when it goes into a header.
pub(in super::super) fn document(document: &Document) -> Vec<u8> {
    let mut writer = Writer { compact: true, ..Writer::default() };
    writer.document(document);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    compact: bool,
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
    /// Whether there was anything to write.
    fn value(&mut self, member: Member, value: &dyn Value) -> Result<bool> {
        let mut result = Ok(true);
        value.view(&mut |view| {
            result = match view {
                View::Absent => Ok(false),
                view => self.view(member, view).map(|()| true),
            }
        });
        result
    }

    fn view(&mut self, member: Member, view: View<'_>) -> Result<()> {
        match view {
            View::Absent | View::Stream(_) | View::Events(_) | View::Metadata(_) => self.raw("null"),
            View::Bool(true) => self.raw("true"),
            View::Bool(false) => self.raw("false"),
            View::Int(number) => _ = write!(self.out, "{number}"),
            View::Float(number) => self.float(number.is_finite(), &text::single(number)),
            View::Double(number) => self.float(number.is_finite(), &text::double(number)),
            View::Str(text) => self.string(text),
            View::Blob(bytes) => self.string(&text::encode_base64(bytes)),
            View::Timestamp(moment) => self.timestamp(member, moment)?,
            View::Document(document) => self.document(document),
            View::List(items) => self.nest(|writer| writer.list(member, items))?,
            View::Map(entries) => self.nest(|writer| writer.map(member, entries))?,
            View::Structure(schema, members) => self.nest(|writer| writer.structure(Schema::new(schema), members))?,
            View::Union(union) => self.nest(|writer| writer.union(union))?,
        }
        Ok(())
    }

    fn structure(&mut self, schema: Schema, members: &[&dyn Value]) -> Result<()> {
        self.out.push(b'{');
        let start = self.out.len();
        for (member, value) in schema.members().zip(members) {
            if member.place() == Place::Body {
                let result = self.pair(start, member, member.wire(), *value);
                self.trail.member(member, result)?;
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Nothing at all for an absent value.
    fn pair(&mut self, start: usize, member: Member, key: &str, value: &dyn Value) -> Result<()> {
        let before = self.out.len();
        self.separate(start);
        self.string(key);
        self.colon();
        if !self.value(member, value)? {
            self.out.truncate(before);
        }
        Ok(())
    }

    fn union(&mut self, union: &dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let Some((index, value)) = union.variant() else {
            return Err(unknown_variant(schema, union));
        };
        self.out.push(b'{');
        if let Some(member) = schema.members().nth(index) {
            let result = self.pair(self.out.len(), member, member.wire(), value);
            self.trail.member(member, result)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn list(&mut self, member: Member, items: &dyn Items) -> Result<()> {
        let element = member.element();
        self.out.push(b'[');
        let start = self.out.len();
        for (index, item) in items.iter().enumerate() {
            self.separate(start);
            let result = self.value(element, item);
            if !self.trail.index(index, result)? {
                self.raw("null");
            }
        }
        self.out.push(b']');
        Ok(())
    }

    fn map(&mut self, member: Member, entries: &dyn Entries) -> Result<()> {
        let element = member.value();
        self.out.push(b'{');
        let start = self.out.len();
        for (key, value) in entries.iter() {
            self.separate(start);
            self.string(key);
            self.colon();
            let result = self.value(element, value);
            if !self.trail.key(key, result)? {
                self.raw("null");
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn separate(&mut self, start: usize) {
        if self.out.len() > start {
            self.raw(if self.compact { "," } else { ", " });
        }
    }

    fn colon(&mut self) {
        self.raw(if self.compact { ":" } else { ": " });
    }

    fn timestamp(&mut self, member: Member, moment: Timestamp) -> Result<()> {
        let format = text::format(member, TimestampFormat::Epoch);
        let text = text::timestamp(moment, format)?;
        match format {
            TimestampFormat::Epoch => self.raw(&text),
            _ => self.string(&text),
        }
        Ok(())
    }

    fn float(&mut self, finite: bool, text: &str) {
        match finite {
            true => self.raw(text),
            false => self.string(text),
        }
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut plain = 0;
        for (at, char) in text.char_indices() {
            if matches!(char, ' '..='~' | '\x7f') && char != '"' && char != '\\' {
                continue;
            }
            self.raw(&text[plain..at]);
            plain = at + char.len_utf8();
            match char {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\r' => self.raw("\\r"),
                '\t' => self.raw("\\t"),
                '\x08' => self.raw("\\b"),
                '\x0c' => self.raw("\\f"),
                char => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| _ = write!(self.out, "\\u{unit:04x}")),
            }
        }
        self.raw(&text[plain..]);
        self.out.push(b'"');
    }

    /// A [`Document`] is as deep as its maker made it; its own reader and `Drop` go as deep.
    fn document(&mut self, document: &Document) {
        match document {
            Document::Null => self.raw("null"),
            Document::Bool(value) => self.raw(if *value { "true" } else { "false" }),
            Document::Number(number) if number.is_f64() => {
                self.raw(&number.as_f64().map_or_else(|| number.to_string(), text::double));
            }
            Document::Number(number) => _ = write!(self.out, "{number}"),
            Document::String(text) => self.string(text),
            Document::Array(items) => {
                self.out.push(b'[');
                let start = self.out.len();
                for item in items {
                    self.separate(start);
                    self.document(item);
                }
                self.out.push(b']');
            }
            Document::Object(entries) => {
                self.out.push(b'{');
                let start = self.out.len();
                for (key, value) in entries {
                    self.separate(start);
                    self.string(key);
                    self.colon();
                    self.document(value);
                }
                self.out.push(b'}');
            }
        }
    }
}

/// An unknown variant has a name but no value: it cannot be sent.
pub(in super::super) fn unknown_variant(schema: Schema, union: &dyn Union) -> Error {
    let name = excerpt(union.unknown().unwrap_or_default(), 60);
    let shape = schema.name();
    Error::new(ErrorKind::Serialize, format!("The union {shape} holds no member that can be sent (unknown {name:?})"))
}

pub(super) fn read(bytes: &[u8], schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let result = reader.structure(schema, members).and_then(|()| reader.end());
    result.map_err(|error| reader.trail.explain("", error))
}

pub(super) fn read_payload(bytes: &[u8], member: Member, place: &mut dyn Value) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let result = reader.member(member, place).and_then(|()| reader.end());
    result.map_err(|error| reader.trail.explain("", error))
}

/// A document that is not in a body.
pub(in super::super) fn read_document(bytes: &[u8]) -> Result<Document> {
    let mut reader = Reader::new(bytes)?;
    let document = reader.document()?;
    reader.end().map(|()| document)
}

/// The strings among the members of an object, for errors whose shape is not known; nothing of what is not JSON.
pub(in super::super) fn strings(bytes: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(Document::Object(entries)) = serde_json::from_slice(bytes) {
        for (key, value) in entries {
            match value {
                Document::String(text) => found.push((key, text)),
                Document::Number(number) => found.push((key, number.to_string())),
                _ => {}
            }
        }
    }
    found
}

/// Most entries that a map gets room for because another one had as many.
const ALIKE: usize = 32;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    trail: Trail,
    memory: Memory,
    /// How many entries the last map of each depth had, up to some depth.
    sizes: [usize; 8],
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|cause| foreign("UTF-8", bytes).with_source(cause))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with(|first: char| !"{[\"-0123456789tfnN".contains(first)) {
            return Err(foreign("JSON", bytes));
        }
        Ok(Reader { text, at: 0, trail: Trail::default(), memory: Memory::default(), sizes: [0; 8] })
    }

    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn fault(&mut self, expected: &str) -> Error {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(b'"') => "a string".to_owned(),
            Some(b'{') => "an object".to_owned(),
            Some(b'[') => "an array".to_owned(),
            Some(_) => format!("{:?}", self.text[self.at..].chars().next().unwrap_or_default()),
        };
        Error::new(ErrorKind::Parse, format!("Expected {expected} at byte {}, found {found}", self.at))
    }

    #[inline]
    fn open(&mut self, bracket: u8, expected: &str) -> Result<()> {
        if self.peek() != Some(bracket) {
            return Err(self.fault(expected));
        }
        if self.trail.depth == DEPTH {
            return Err(too_deep(ErrorKind::Parse));
        }
        self.trail.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Whether another element follows; steps over the comma or the closing bracket.
    #[inline]
    fn more(&mut self, first: &mut bool, close: u8) -> Result<bool> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                self.trail.depth -= 1;
                return Ok(false);
            }
            Some(b',') if !*first => self.at += 1,
            Some(_) if *first => {}
            _ => return Err(self.fault(if close == b'}' { "',' or '}'" } else { "',' or ']'" })),
        }
        *first = false;
        Ok(true)
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Cow<'a, str>> {
        let key = self.string("a key")?;
        if self.peek() != Some(b':') {
            return Err(self.fault("':'"));
        }
        self.at += 1;
        Ok(key)
    }

    #[inline]
    fn null(&mut self) -> bool {
        let null = self.peek() == Some(b'n') && self.text[self.at..].starts_with("null");
        if null {
            self.at += 4;
        }
        null
    }

    #[inline]
    fn string(&mut self, expected: &str) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.fault(expected));
        }
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let end = start + unmarked(&bytes[start..]);
        match bytes.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(&self.text[start..end]))
            }
            _ => self.escaped(start, end).map(Cow::Owned),
        }
    }

    /// The rest of a string from its first byte that is not plain text.
    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> Result<String> {
        let bytes = self.text.as_bytes();
        let mut out = self.text[start..at].to_owned();
        loop {
            let plain = at;
            at += unmarked(&bytes[at..]);
            out.push_str(&self.text[plain..at]);
            self.at = at;
            match bytes.get(at) {
                None => return Err(self.fault("the end of a string")),
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(out);
                }
                Some(_) => {
                    self.at = at + 1;
                    out.push(self.escape()?);
                    at = self.at;
                }
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char> {
        let byte = self.text.as_bytes().get(self.at).copied();
        let char = match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'u') => return self.unicode(),
            _ => return Err(Error::new(ErrorKind::Parse, format!("Unknown escape at byte {}", self.at))),
        };
        self.at += 1;
        Ok(char)
    }

    /// `u1234`, and the second half of a pair. A half without the other becomes U+FFFD.
    fn unicode(&mut self) -> Result<char> {
        let first = self.unit()?;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let back = self.at;
            self.at += 1;
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|digits| !digits.starts_with('+'));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 5;
        unit.ok_or_else(|| Error::new(ErrorKind::Parse, format!("Unknown escape at byte {}", self.at - 5)))
    }

    /// A number, `true`, `false` or `NaN`, as its text.
    #[inline]
    fn literal(&mut self, expected: &str) -> Result<&'a str> {
        self.peek();
        let rest = &self.text[self.at..];
        let end =
            rest.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.'));
        match &rest[..end.unwrap_or(rest.len())] {
            literal @ ("true" | "false" | "NaN" | "Infinity" | "-Infinity") => {
                self.at += literal.len();
                Ok(literal)
            }
            literal if literal.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
                self.at += literal.len();
                Ok(literal)
            }
            _ => Err(self.fault(expected)),
        }
    }

    /// A string or a literal: numbers and the like come as either.
    #[inline]
    fn scalar(&mut self, expected: &str) -> Result<Cow<'a, str>> {
        match self.peek() {
            Some(b'"') => self.string(expected),
            _ => self.literal(expected).map(Cow::Borrowed),
        }
    }

    fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("the end of the body")),
        }
    }

    fn member(&mut self, member: Member, place: &mut dyn Value) -> Result<()> {
        if self.null() {
            return Ok(());
        }
        let result = place.fill(&mut |slot| self.value(member, slot));
        self.trail.member(member, result)
    }

    fn value(&mut self, member: Member, slot: Slot<'_>) -> Result<()> {
        match slot {
            Slot::Structure(schema, members) => self.structure(Schema::new(schema), members),
            Slot::Union(union) => self.union(union),
            Slot::List(items) => self.list(member, items),
            Slot::Map(entries) => self.map(member, entries),
            Slot::Str(place) => {
                *place = self.scalar("a string")?.into_owned();
                Ok(())
            }
            Slot::Bool(place) => {
                let start = self.at;
                *place = match &*self.scalar("true or false")? {
                    "true" | "True" => true,
                    "false" | "False" => false,
                    other => return Err(at(start, text::invalid("true or false", other))),
                };
                Ok(())
            }
            Slot::Document(place) => {
                *place = self.document()?;
                Ok(())
            }
            Slot::Stream(_) | Slot::Events(_) | Slot::Metadata(_) => self.skip(),
            slot => {
                let start = self.at;
                let text = self.scalar("a value")?;
                text::read(&text, slot).map(drop).map_err(|error| at(start, error))
            }
        }
    }

    fn structure(&mut self, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
        self.open(b'{', "an object")?;
        let (mut cursor, mut first) = (schema.cursor(), true);
        while self.more(&mut first, b'}')? {
            let key = self.key()?;
            let found = cursor.find_again(&key, &mut self.memory);
            match found.and_then(|(index, member)| Some((member, members.get_mut(index)?))) {
                Some((member, place)) => self.member(member, *place)?,
                None => self.skip()?,
            }
        }
        Ok(())
    }

    fn union(&mut self, union: &mut dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        self.open(b'{', "an object")?;
        let (mut cursor, mut first, mut chosen) = (schema.cursor(), true, false);
        while self.more(&mut first, b'}')? {
            let key = self.key()?;
            if self.null() {
                continue;
            }
            let found = cursor.find_again(&key, &mut self.memory);
            if found.is_none() && key == "__type" {
                self.skip()?;
                continue;
            }
            if std::mem::replace(&mut chosen, true) {
                return Err(two_members(schema));
            }
            match found.and_then(|(index, member)| Some((member, union.select(index)?))) {
                Some((member, place)) => self.member(member, place)?,
                None => {
                    union.select_unknown(&key);
                    self.skip()?;
                }
            }
        }
        Ok(())
    }

    fn list(&mut self, member: Member, items: &mut dyn ItemsMut) -> Result<()> {
        self.open(b'[', "an array")?;
        let (element, sparse) = (member.element(), member.has("sparse"));
        let (mut first, mut index) = (true, 0);
        while self.more(&mut first, b']')? {
            if !self.null() {
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
        self.open(b'{', "an object")?;
        let (element, sparse) = (member.value(), member.has("sparse"));
        let (mut first, mut count) = (true, 0);
        let place = self.trail.depth as usize % self.sizes.len();
        while self.more(&mut first, b'}')? {
            let key = self.key()?;
            if count == 0 {
                // Neighbours are often alike: rows of a table.
                entries.expect(self.sizes[place].min(ALIKE));
            }
            count += 1;
            if !self.null() {
                let result = entries.insert(&key).fill(&mut |slot| self.value(element, slot));
                self.trail.key(&key, result)?;
            } else if sparse {
                entries.insert(&key);
            }
        }
        self.sizes[place] = count;
        Ok(())
    }

    fn document(&mut self) -> Result<Document> {
        let mut first = true;
        Ok(match self.peek() {
            Some(b'{') => {
                let mut entries = serde_json::Map::new();
                self.open(b'{', "")?;
                while self.more(&mut first, b'}')? {
                    let key = self.key()?.into_owned();
                    entries.insert(key, self.document()?);
                }
                Document::Object(entries)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.open(b'[', "")?;
                while self.more(&mut first, b']')? {
                    items.push(self.document()?);
                }
                Document::Array(items)
            }
            Some(b'"') => Document::String(self.string("")?.into_owned()),
            _ if self.null() => Document::Null,
            _ => {
                let start = self.at;
                match self.literal("a value")? {
                    "true" => Document::Bool(true),
                    "false" => Document::Bool(false),
                    text => number(text).ok_or_else(|| at(start, text::invalid("a number of JSON", text)))?,
                }
            }
        })
    }

    /// Steps over a value that no member takes.
    fn skip(&mut self) -> Result<()> {
        let mut first = true;
        match self.peek() {
            Some(b'{') => {
                self.open(b'{', "")?;
                while self.more(&mut first, b'}')? {
                    self.key()?;
                    self.skip()?;
                }
            }
            Some(b'[') => {
                self.open(b'[', "")?;
                while self.more(&mut first, b']')? {
                    self.skip()?;
                }
            }
            _ if self.null() => {}
            _ => drop(self.scalar("a value")?),
        }
        Ok(())
    }
}

/// How many bytes come before the first quotation mark or backslash. Eight are looked at together: strings are short,
/// and a call of `memchr` costs more than it saves.
#[inline]
fn unmarked(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const QUOTES: u64 = ONES * b'"' as u64;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    // The lowest bit set is that of the first zero byte (Mycroft's trick; bytes after it may be told wrongly).
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if found != 0 {
            return place * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    words.len() * 8 + end.unwrap_or(rest.len())
}

/// An integer of 64 bits where the text is one; else the nearest float, which `serde_json` misses by a digit at times.
fn number(text: &str) -> Option<Document> {
    let whole = text.strip_prefix('-').unwrap_or(text);
    let after = whole.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digits = &whole[..whole.len() - after.len()];
    let fraction = after.strip_prefix('.');
    if digits.is_empty()
        || (digits.len() > 1 && digits.starts_with('0'))
        || fraction.is_some_and(|rest| !rest.starts_with(|digit: char| digit.is_ascii_digit()))
    {
        return None;
    }
    if after.is_empty() {
        if let Ok(number) = text.parse::<i64>() {
            return Some(number.into());
        }
        if let Ok(number) = text.parse::<u64>() {
            return Some(number.into());
        }
    }
    serde_json::Number::from_f64(text.parse().ok()?).map(Document::Number)
}

fn at(start: usize, error: Error) -> Error {
    Error::new(error.kind(), format!("{} at byte {start}", error.message()))
}

/// Botocore's rule for answers: a union has one member.
pub(in super::super) fn two_members(schema: Schema) -> Error {
    Error::new(ErrorKind::Parse, format!("The union {} has more than one member", schema.name()))
}

#[cfg(test)]
mod tests {
    use super::unmarked;

    #[test]
    fn plain_text_ends_at_the_first_mark() {
        for length in 0..40 {
            for filler in ["a", "\u{21}", "\u{23}", "\u{1}", "ü"] {
                let text = filler.repeat(length);
                for after in ["", "\"", "\\", "\"\\\"", "\\n and more text\""] {
                    assert_eq!(unmarked(format!("{text}{after}").as_bytes()), text.len(), "{text}{after}");
                }
            }
        }
    }
}
