//! Query parameters of a form: `Filter.1.Name=state&Filter.1.Value.1=on`.

use std::fmt::Write as _;

use super::{Nested, Trail, json, text};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::{Member, Place, Schema};
use crate::shape::{Entries, Items, TimestampFormat, Union, Value, View};

/// The two ways to name parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Dialect {
    Query,
    /// Lists have no element of their own, and empty ones are left out.
    Ec2,
}

/// A form with its first parameters, and the members after them.
pub(in super::super) fn write(
    dialect: Dialect,
    first: &[(&str, &str)],
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Vec<u8>> {
    let mut writer = Writer { dialect, out: String::new(), name: String::new(), trail: Trail::default() };
    for (name, value) in first {
        writer.name = (*name).to_owned();
        writer.parameter(value);
    }
    writer.name.clear();
    let result = writer.structure(schema, members);
    result.map_err(|error| writer.trail.explain(schema.name(), error))?;
    Ok(writer.out.into_bytes())
}

struct Writer {
    dialect: Dialect,
    out: String,
    /// The name so far, `Filter.1`.
    name: String,
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
    fn parameter(&mut self, value: &str) {
        if !self.out.is_empty() {
            self.out.push('&');
        }
        encode(&mut self.out, &self.name);
        self.out.push('=');
        encode(&mut self.out, value);
    }

    fn within(&mut self, part: &str, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let length = self.name.len();
        if length > 0 {
            self.name.push('.');
        }
        self.name.push_str(part);
        let result = write(self);
        self.name.truncate(length);
        result
    }

    fn value(&mut self, member: Member, value: &dyn Value) -> Result<()> {
        let mut result = Ok(());
        value.view(&mut |view| result = self.view(member, view));
        result
    }

    fn view(&mut self, member: Member, view: View<'_>) -> Result<()> {
        match view {
            View::Absent => Ok(()),
            View::Structure(schema, members) => self.nest(|writer| writer.structure(Schema::new(schema), members)),
            View::Union(union) => self.nest(|writer| writer.union(union)),
            View::List(items) => self.nest(|writer| writer.list(member, items)),
            View::Map(entries) => self.nest(|writer| writer.map(member, entries)),
            view => match text::write(member, &view, TimestampFormat::Iso)? {
                Some(text) => {
                    self.parameter(&text);
                    Ok(())
                }
                None => Err(Error::new(ErrorKind::Serialize, "A form cannot hold a value of this kind")),
            },
        }
    }

    fn member(&mut self, member: Member, value: &dyn Value) -> Result<()> {
        let name = match self.dialect {
            Dialect::Ec2 => member.get("query=").unwrap_or_else(|| member.wire()),
            Dialect::Query => member.wire(),
        };
        let result = self.within(name, |writer| writer.value(member, value));
        self.trail.member(member, result)
    }

    fn structure(&mut self, schema: Schema, members: &[&dyn Value]) -> Result<()> {
        for (member, value) in schema.members().zip(members) {
            if member.place() == Place::Body {
                self.member(member, *value)?;
            }
        }
        Ok(())
    }

    fn union(&mut self, union: &dyn Union) -> Result<()> {
        let schema = Schema::new(union.schema());
        let Some((index, value)) = union.variant() else {
            return Err(json::unknown_variant(schema, union));
        };
        schema.members().nth(index).map_or(Ok(()), |member| self.member(member, value))
    }

    fn list(&mut self, member: Member, items: &dyn Items) -> Result<()> {
        let element = member.element();
        if self.dialect == Dialect::Ec2 {
            return self.items(element, items);
        }
        if items.len() == 0 {
            // Without elements there is none whose name would take the place of the list's own.
            let parent = self.name.rfind('.').map_or(0, |dot| dot + 1);
            if member.has("flat") && self.name[parent..] == *element.wire() {
                self.name.replace_range(parent.., member.name());
            }
            self.parameter("");
            return Ok(());
        }
        match (member.has("flat"), element.wire()) {
            (true, "") => self.items(element, items),
            // A name that the model gives to the member itself wins over that of the elements.
            (true, _) if member.get("name=").is_some() => self.items(element, items),
            (true, name) => {
                // The elements' name takes the place of the list's own.
                let own = self.name.clone();
                self.name.truncate(own.rfind('.').unwrap_or(0));
                let result = self.within(name, |writer| writer.items(element, items));
                self.name = own;
                result
            }
            (false, "") => self.within("member", |writer| writer.items(element, items)),
            (false, name) => self.within(name, |writer| writer.items(element, items)),
        }
    }

    fn items(&mut self, element: Member, items: &dyn Items) -> Result<()> {
        for (index, item) in items.iter().enumerate() {
            let result = self.within(&(index + 1).to_string(), |writer| writer.value(element, item));
            self.trail.index(index, result)?;
        }
        Ok(())
    }

    fn map(&mut self, member: Member, entries: &dyn Entries) -> Result<()> {
        let or = |wire: &'static str, default| if wire.is_empty() { default } else { wire };
        let (key_name, value_name) = (or(member.key().wire(), "key"), or(member.value().wire(), "value"));
        let mut part = String::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            part.clear();
            let entry = if member.has("flat") { "" } else { "entry." };
            _ = write!(part, "{entry}{}", index + 1);
            let result = self.within(&part, |writer| {
                writer.within(key_name, |writer| {
                    writer.parameter(key);
                    Ok(())
                })?;
                writer.within(value_name, |writer| writer.value(member.value(), value))
            });
            self.trail.key(key, result)?;
        }
        Ok(())
    }
}

/// As HTML forms are encoded: blanks become `+`.
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(percent_encoding::percent_encode_byte(byte)),
        }
    }
}
