//! XML, read event by event in place and written without declaration or blanks.

use std::borrow::Cow;

use super::markup::{self, Event, Events, Start};
use super::{DEPTH, Nested, Trail, foreign, json, text, too_deep};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::{Cursor, Member, Memory, Place, Schema};
use crate::shape::{Entries, EntriesMut, Items, ItemsMut, Slot, TimestampFormat, Union, Value, View};

pub(super) fn write(schema: Schema, members: &[&dyn Value]) -> Result<Vec<u8>> {
    let head = schema.head();
    let mut writer = Writer::default();
    let result = writer.structure(head.get("root=").unwrap_or(schema.name()), Member::PLAIN, schema, members);
    result.map_err(|error| writer.trail.explain(schema.name(), error))?;
    Ok(writer.out.into_bytes())
}

pub(super) fn write_payload(member: Member, value: &dyn Value) -> Result<Option<Vec<u8>>> {
    let mut writer = Writer::default();
    writer.element(member.wire(), member, value).map_err(|error| writer.trail.explain("", error))?;
    Ok((!writer.out.is_empty()).then_some(writer.out.into_bytes()))
}

#[derive(Default)]
struct Writer {
    out: String,
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
    /// Nothing at all for an absent value.
    fn element(&mut self, name: &str, member: Member, value: &dyn Value) -> Result<()> {
        let mut result = Ok(());
        value.view(&mut |view| result = self.view(name, member, view));
        self.trail.member(member, result)
    }

    fn view(&mut self, name: &str, member: Member, view: View<'_>) -> Result<()> {
        match view {
            View::Absent => Ok(()),
            View::Structure(schema, members) => {
                self.nest(|writer| writer.structure(name, member, Schema::new(schema), members))
            }
            View::Union(union) => self.nest(|writer| writer.union(name, member, union)),
            View::List(items) => self.nest(|writer| writer.list(name, member, items)),
            View::Map(entries) => self.nest(|writer| writer.map(name, member, entries)),
            view => match text::write(member, &view, TimestampFormat::Iso)? {
                Some(text) => {
                    let start = self.open(name, member.get("ns="));
                    escape(&mut self.out, &text, false);
                    self.close(name, start);
                    Ok(())
                }
                None => Err(Error::new(ErrorKind::Serialize, "XML has no form for a value of this kind")),
            },
        }
    }

    /// Leaves the tag open for attributes; gives the place where content would start.
    fn tag(&mut self, name: &str, namespace: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        let Some(namespace) = namespace else {
            return;
        };
        self.out.push_str(" xmlns");
        let uri = match namespace.split_once('=') {
            // A prefix has none of the signs that a URI has before its first `=`.
            Some((prefix, uri)) if !prefix.contains([':', '/']) => {
                self.out.push(':');
                self.out.push_str(prefix);
                uri
            }
            _ => namespace,
        };
        self.attribute_value(uri);
    }

    fn attribute_value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape(&mut self.out, value, true);
        self.out.push('"');
    }

    fn open(&mut self, name: &str, namespace: Option<&str>) -> usize {
        self.tag(name, namespace);
        self.out.push('>');
        self.out.len()
    }

    /// An element without content becomes `<name />`, as botocore's XML library writes it.
    fn close(&mut self, name: &str, start: usize) {
        if self.out.len() == start {
            self.out.pop();
            self.out.push_str(" />");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn structure(&mut self, name: &str, member: Member, schema: Schema, members: &[&dyn Value]) -> Result<()> {
        self.tag(name, member.get("ns=").or_else(|| schema.head().get("ns=")));
        for (member, value) in schema.members().zip(members) {
            if member.place() == Place::Attribute {
                let result = self.attribute(member, *value);
                self.trail.member(member, result)?;
            }
        }
        self.out.push('>');
        let start = self.out.len();
        for (member, value) in schema.members().zip(members) {
            if member.place() == Place::Body {
                self.element(member.wire(), member, *value)?;
            }
        }
        self.close(name, start);
        Ok(())
    }

    fn attribute(&mut self, member: Member, value: &dyn Value) -> Result<()> {
        let mut result = Ok(());
        value.view(&mut |view| {
            result = text::write(member, &view, TimestampFormat::Iso).map(|text| {
                if let Some(text) = text {
                    self.out.push(' ');
                    self.out.push_str(member.wire());
                    self.attribute_value(&text);
                }
            });
        });
        result
    }

    fn union(&mut self, name: &str, member: Member, union: &dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let Some((index, value)) = union.variant() else {
            return Err(json::unknown_variant(schema, union));
        };
        let start = self.open(name, member.get("ns=").or_else(|| schema.head().get("ns=")));
        if let Some(member) = schema.members().nth(index) {
            self.element(member.wire(), member, value)?;
        }
        self.close(name, start);
        Ok(())
    }

    fn list(&mut self, name: &str, member: Member, items: &dyn Items) -> Result<()> {
        let flat = member.has("flat");
        let element = member.element();
        let element_name = match (flat, element.wire()) {
            (true, _) => name,
            (false, "") => "member",
            (false, wire) => wire,
        };
        let start = if flat { 0 } else { self.open(name, member.get("ns=")) };
        for (index, item) in items.iter().enumerate() {
            let mut result = Ok(());
            item.view(&mut |view| result = self.view(element_name, element, view));
            self.trail.index(index, result)?;
        }
        if !flat {
            self.close(name, start);
        }
        Ok(())
    }

    fn map(&mut self, name: &str, member: Member, entries: &dyn Entries) -> Result<()> {
        let flat = member.has("flat");
        let entry_name = if flat { name } else { "entry" };
        let (key_name, value_name) = entry_names(member);
        let start = if flat { 0 } else { self.open(name, member.get("ns=")) };
        for (key, value) in entries.iter() {
            let entry = self.open(entry_name, None);
            let text = self.open(key_name, member.key().get("ns="));
            escape(&mut self.out, key, false);
            self.close(key_name, text);
            let mut result = Ok(());
            value.view(&mut |view| result = self.view(value_name, member.value(), view));
            self.trail.key(key, result)?;
            self.close(entry_name, entry);
        }
        if !flat {
            self.close(name, start);
        }
        Ok(())
    }
}

fn entry_names(member: Member) -> (&'static str, &'static str) {
    let or = |wire: &'static str, default| if wire.is_empty() { default } else { wire };
    (or(member.key().wire(), "key"), or(member.value().wire(), "value"))
}

/// A bare carriage return would be read as a line feed, so it is written as a reference (as botocore does); line
/// feeds are, for the same reason, in attributes.
fn escape(out: &mut String, text: &str, attribute: bool) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\r' => "&#xD;",
            b'"' if attribute => "&quot;",
            b'\n' if attribute => "&#xA;",
            b'\t' if attribute => "&#x9;",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(reference);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
}

pub(super) fn read(bytes: &[u8], schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let root = reader.root(bytes)?;
    let result = reader.structure(root, schema, members);
    result.map_err(|error| reader.explain("", error))
}

pub(super) fn read_payload(bytes: &[u8], member: Member, place: &mut dyn Value) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let root = reader.root(bytes)?;
    let result = reader.member(root, member, place);
    result.map_err(|error| reader.explain("", error))
}

/// A query answer: the members lie in the element `wrapper` of the root, or in the root itself. Gives the request id.
pub(in super::super) fn read_result(
    bytes: &[u8],
    wrapper: Option<&str>,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<Option<String>> {
    let mut reader = Reader::new(bytes)?;
    reader.root(bytes)?;
    let result = reader.result(wrapper, schema, members);
    result.map_err(|error| reader.explain("", error))
}

/// The members of a modelled error, which lie in the `Error` element of an error's body, or in the root.
pub(in super::super) fn read_error(bytes: &[u8], schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let mut element = reader.root(bytes)?;
    let root = reader.events.clone();
    let first = element;
    while element.name != "Error" {
        match reader.child()? {
            Some(child) if matches!(child.name, "Error" | "Errors") => element = child,
            Some(_) => reader.events.skip()?,
            None => {
                (reader.events, element) = (root, first);
                break;
            }
        }
    }
    reader.structure(element, schema, members).map_err(|error| reader.explain("", error))
}

/// Names and texts of the leaves of an error's body: those of its first `Error` element, and of its surroundings.
pub(in super::super) fn leaves(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let mut reader = Reader::new(bytes)?;
    reader.root(bytes)?;
    let (mut found, mut path) = (Vec::new(), Vec::new());
    loop {
        match reader.next()? {
            Event::Start(start) if path.len() < DEPTH as usize => {
                let name = start.name.to_owned();
                let (text, leaf) = reader.leaf()?;
                match leaf {
                    true => found.push((name, text.into_owned())),
                    false => path.push(name),
                }
            }
            Event::Start(_) => return Err(too_deep(ErrorKind::Parse)),
            Event::End if path.pop().is_some() => {}
            Event::End | Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

struct Reader<'a> {
    events: Events<'a>,
    /// An element's start that was looked at and not taken.
    pending: Option<Event<'a>>,
    trail: Trail,
    memory: Memory,
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
        let text = std::str::from_utf8(bytes).map_err(|cause| foreign("UTF-8", bytes).with_source(cause))?;
        Ok(Reader { events: Events::new(text), pending: None, trail: Trail::default(), memory: Memory::default() })
    }

    fn explain(&self, shape: &str, error: Error) -> Error {
        let error = Error::new(error.kind(), format!("{} before byte {}", error.message(), self.events.position()));
        self.trail.explain(shape, error)
    }

    #[inline]
    fn next(&mut self) -> Result<Event<'a>> {
        match self.pending.take() {
            Some(event) => Ok(event),
            None => self.events.next(),
        }
    }

    /// The first element. A web page counts as none.
    fn root(&mut self, bytes: &[u8]) -> Result<Start<'a>> {
        loop {
            match self.next().map_err(|_| foreign("XML", bytes))? {
                Event::Start(start) if start.name.eq_ignore_ascii_case("html") => {
                    return Err(foreign("XML of the service", bytes));
                }
                Event::Start(start) => return Ok(start),
                Event::Eof => return Err(foreign("XML", bytes)),
                Event::Text(text) if !text.trim_ascii().trim_start_matches('\u{feff}').is_empty() => {
                    return Err(foreign("XML", bytes));
                }
                _ => {}
            }
        }
    }

    /// The next element inside the present one; `None` at its end.
    #[inline]
    fn child(&mut self) -> Result<Option<Start<'a>>> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(Some(start)),
                Event::End => return Ok(None),
                Event::Eof => return Err(Error::new(ErrorKind::Parse, "The XML ends inside an element")),
                _ => {}
            }
        }
    }

    /// The text of the present element, up to its end; elements inside are passed over.
    #[inline]
    fn text(&mut self) -> Result<Cow<'a, str>> {
        let (text, whole) = self.leaf()?;
        if !whole {
            while self.child()?.is_some() {
                self.events.skip()?;
            }
        }
        Ok(text)
    }

    /// The text up to the end of the present element and `true`, or up to the next element's start and `false`.
    #[inline]
    fn leaf(&mut self) -> Result<(Cow<'a, str>, bool)> {
        let mut text = Cow::Borrowed("");
        loop {
            let piece = match self.next()? {
                Event::Text(piece) => markup::unescape(piece)?,
                Event::Plain(piece) => markup::plain(piece),
                Event::End => return Ok((text, true)),
                Event::Eof => return Err(Error::new(ErrorKind::Parse, "The XML ends inside an element")),
                start @ Event::Start(_) => {
                    self.pending = Some(start);
                    return Ok((text, false));
                }
            };
            match text.is_empty() {
                true => text = piece,
                false => text.to_mut().push_str(&piece),
            }
        }
    }

    fn result(
        &mut self,
        wrapper: Option<&str>,
        schema: Schema,
        members: &mut [&mut dyn Value],
    ) -> Result<Option<String>> {
        let (mut cursor, mut id, mut found) = (schema.cursor(), None, wrapper.is_none());
        while let Some(child) = self.child()? {
            match child.name {
                name if Some(name) == wrapper => {
                    found = true;
                    self.structure(child, schema, members)?;
                }
                "ResponseMetadata" => id = self.metadata()?,
                name if wrapper.is_none() && self.find(schema, &mut cursor, name).is_some() => {
                    self.entry(child, schema, &mut cursor, members)?;
                }
                "requestId" | "RequestId" => id = Some(self.text()?.into_owned()),
                _ => self.events.skip()?,
            }
        }
        if !found && schema.members().any(|member| member.place() == Place::Body) {
            let wrapper = wrapper.unwrap_or_default();
            return Err(Error::new(ErrorKind::Parse, format!("The answer has no element {wrapper}")));
        }
        Ok(id)
    }

    fn metadata(&mut self) -> Result<Option<String>> {
        let mut id = None;
        while let Some(child) = self.child()? {
            match child.name {
                "RequestId" => id = Some(self.text()?.into_owned()),
                _ => self.events.skip()?,
            }
        }
        Ok(id)
    }

    #[inline]
    fn member(&mut self, start: Start<'a>, member: Member, place: &mut dyn Value) -> Result<()> {
        let result = place.fill(&mut |slot| self.value(start, member, slot));
        self.trail.member(member, result)
    }

    fn value(&mut self, start: Start<'a>, member: Member, slot: Slot<'_>) -> Result<()> {
        match slot {
            Slot::Structure(schema, members) => {
                self.nest(|reader| reader.structure(start, Schema::new(schema), members))
            }
            Slot::Union(union) => self.nest(|reader| reader.union(union)),
            Slot::List(items) => self.nest(|reader| reader.list(start, member, items)),
            Slot::Map(entries) => self.nest(|reader| reader.map(member, entries)),
            Slot::Str(place) => {
                *place = self.text()?.into_owned();
                Ok(())
            }
            slot => {
                let text = self.text()?;
                text::read(&text, slot).map(drop)
            }
        }
    }

    fn structure(&mut self, start: Start<'a>, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
        if start.has_attributes() {
            self.attributes(start, schema, members)?;
        }
        let mut cursor = schema.cursor();
        while let Some(child) = self.child()? {
            self.entry(child, schema, &mut cursor, members)?;
        }
        Ok(())
    }

    /// One element of a structure.
    #[inline]
    fn entry(
        &mut self,
        child: Start<'a>,
        schema: Schema,
        cursor: &mut Cursor,
        members: &mut [&mut dyn Value],
    ) -> Result<()> {
        let found = self.find(schema, cursor, child.name);
        match found.and_then(|(index, member)| Some((member, members.get_mut(index)?))) {
            Some((member, place)) => self.member(child, member, *place),
            None => self.events.skip(),
        }
    }

    /// The member of an element: by its own name, or for a flat list by that of its elements.
    #[inline]
    fn find(&mut self, schema: Schema, cursor: &mut Cursor, name: &str) -> Option<(usize, Member)> {
        match cursor.find_again(name, &mut self.memory) {
            Some(found) => Some(found),
            None => flat(schema, name),
        }
    }

    /// Attributes are found by their local name: the model's prefix (`xsi:type`) need not be the answer's.
    fn attributes(&mut self, start: Start<'a>, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
        let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
        for (member, place) in schema.members().zip(members) {
            if member.place() != Place::Attribute {
                continue;
            }
            for (name, value) in start.attributes() {
                if local(name) == local(member.wire()) && !name.starts_with("xmlns") {
                    let value = markup::unescape(value)?;
                    let result = place.fill(&mut |slot| text::read(&value, slot).map(drop));
                    self.trail.member(member, result)?;
                }
            }
        }
        Ok(())
    }

    fn union(&mut self, union: &mut dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let (mut cursor, mut chosen) = (schema.cursor(), false);
        while let Some(child) = self.child()? {
            if std::mem::replace(&mut chosen, true) {
                return Err(json::two_members(schema));
            }
            let found = self.find(schema, &mut cursor, child.name);
            match found.and_then(|(index, member)| Some((member, union.select(index)?))) {
                Some((member, place)) => self.member(child, member, place)?,
                None => {
                    union.select_unknown(child.name);
                    self.events.skip()?;
                }
            }
        }
        Ok(())
    }

    fn list(&mut self, start: Start<'a>, member: Member, items: &mut dyn ItemsMut) -> Result<()> {
        let element = member.element();
        if member.has("flat") {
            let result = items.push().fill(&mut |slot| self.value(start, element, slot));
            if result.is_err() {
                let mut count = 0_usize;
                let _ = items.each(&mut |_| {
                    count += 1;
                    Ok(())
                });
                return self.trail.index(count - 1, result);
            }
            return Ok(());
        }
        let mut index = 0;
        while let Some(child) = self.child()? {
            let result = items.push().fill(&mut |slot| self.value(child, element, slot));
            self.trail.index(index, result)?;
            index += 1;
        }
        Ok(())
    }

    fn map(&mut self, member: Member, entries: &mut dyn EntriesMut) -> Result<()> {
        if member.has("flat") {
            return self.pair(member, entries);
        }
        while let Some(_entry) = self.child()? {
            self.pair(member, entries)?;
        }
        Ok(())
    }

    /// The key and value inside an entry, in either order.
    fn pair(&mut self, member: Member, entries: &mut dyn EntriesMut) -> Result<()> {
        let (key_name, value_name) = entry_names(member);
        let (mut key, mut value) = (None, None);
        while let Some(child) = self.child()? {
            match child.name {
                name if name == key_name => key = Some(self.text()?),
                name if name == value_name => match &key {
                    Some(key) => self.pair_value(key, child, member, entries)?,
                    None => {
                        value = Some((child, self.events.clone()));
                        self.events.skip()?;
                    }
                },
                _ => self.events.skip()?,
            }
        }
        match (key, value) {
            (Some(key), Some((start, events))) => {
                let after = std::mem::replace(&mut self.events, events);
                let result = self.pair_value(&key, start, member, entries);
                self.events = after;
                result
            }
            _ => Ok(()),
        }
    }

    fn pair_value(&mut self, key: &str, start: Start<'a>, member: Member, entries: &mut dyn EntriesMut) -> Result<()> {
        let result = entries.insert(key).fill(&mut |slot| self.value(start, member.value(), slot));
        self.trail.key(key, result)
    }
}

/// The flat list whose elements have that name.
#[cold]
fn flat(schema: Schema, name: &str) -> Option<(usize, Member)> {
    let flat = |member: &Member| member.has("flat") && member.element().wire() == name;
    schema.members().enumerate().find(|(_, member)| member.place() == Place::Body && flat(member))
}
