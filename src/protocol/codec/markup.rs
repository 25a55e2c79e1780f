//! XML's markup, one event after another, in place.
//!
//! Tags must match, and entities are XML's five and characters by number. Document types are passed over: what they
//! define is not known, so that a small body cannot become a large text.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::error::{Error, ErrorKind, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Start(Start<'a>),
    /// An element's end; follows the start of one that is written as empty, too.
    End,
    /// Text as it is written: [`unescape`] reads it.
    Text(&'a str),
    /// Text without entities.
    Plain(&'a str),
    Eof,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start<'a> {
    /// The name without its prefix.
    pub(super) name: &'a str,
    attributes: &'a str,
}

#[derive(Clone)]
pub(super) struct Events<'a> {
    text: &'a str,
    at: usize,
    /// The names of the elements that have begun and not ended, with their prefixes.
    open: Vec<&'a str>,
    /// The last element that began is written as empty.
    is_empty: bool,
}

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Events { text, at: 0, open: Vec::new(), is_empty: false }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next event. Comments, instructions and document types are none.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Event<'a>> {
        if self.is_empty {
            self.is_empty = false;
            self.open.pop();
            return Ok(Event::End);
        }
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            match (rest.first(), rest.get(1)) {
                (None, _) => return Ok(Event::Eof),
                (Some(b'<'), Some(b'/')) => return self.end(),
                (Some(b'<'), Some(b'!')) => {
                    if let Some(text) = self.declaration()? {
                        return Ok(Event::Plain(text));
                    }
                }
                (Some(b'<'), Some(b'?')) => drop(self.through("?>", "an instruction")?),
                (Some(b'<'), _) => return self.start(),
                _ => {
                    let start = self.at;
                    self.at += memchr(b'<', rest).unwrap_or(rest.len());
                    return Ok(Event::Text(&self.text[start..self.at]));
                }
            }
        }
    }

    /// Steps over the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            if self.next()? == Event::Eof {
                return Err(invalid("it ends inside an element"));
            }
        }
        Ok(())
    }

    #[inline]
    fn start(&mut self) -> Result<Event<'a>> {
        let start = self.at + 1;
        let rest = &self.text.as_bytes()[start..];
        let (mut length, mut local) = (0, 0);
        while let Some(byte) = rest.get(length) {
            match byte {
                b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r' | b'<' => break,
                b':' if local == 0 => local = length + 1,
                _ => {}
            }
            length += 1;
        }
        if length == 0 {
            return Err(invalid("a tag has no name"));
        }
        let name = &self.text[start..start + length];
        self.at = start + length;
        let attributes = match rest.get(length) {
            Some(b'>') => "",
            _ => self.attributes()?,
        };
        self.at += 1;
        self.open.push(name);
        Ok(Event::Start(Start { name: &name[local..], attributes }))
    }

    /// What stands between a tag's name and its `>`, which is then the next byte.
    fn attributes(&mut self) -> Result<&'a str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        loop {
            let found = memchr3(b'>', b'"', b'\'', &bytes[self.at..]).map(|length| self.at + length);
            let Some(found) = found else { return Err(invalid("a tag is not ended")) };
            self.at = found;
            if bytes[found] == b'>' {
                break;
            }
            let length = memchr(bytes[found], &bytes[found + 1..]);
            let Some(length) = length else { return Err(invalid("an attribute is not ended")) };
            self.at = found + length + 2;
        }
        let attributes = &self.text[start..self.at];
        if attributes.contains('<') {
            return Err(invalid("a tag is not ended"));
        }
        self.is_empty = attributes.ends_with('/');
        Ok(attributes.strip_suffix('/').unwrap_or(attributes))
    }

    #[inline]
    fn end(&mut self) -> Result<Event<'a>> {
        let start = self.at + 2;
        let rest = &self.text[start..];
        let Some(open) = self.open.pop() else { return Err(invalid("an end tag closes nothing")) };
        if let Some(after) = rest.strip_prefix(open) {
            if after.starts_with('>') {
                self.at = start + open.len() + 1;
                return Ok(Event::End);
            }
            let blanks = after.len() - after.trim_ascii_start().len();
            if after[blanks..].starts_with('>') {
                self.at = start + open.len() + blanks + 1;
                return Ok(Event::End);
            }
        }
        Err(invalid(&format!("<{open}> is closed by another tag")))
    }

    /// `<!…`: gives the text of a CDATA section, and nothing for others.
    fn declaration(&mut self) -> Result<Option<&'a str>> {
        let rest = &self.text[self.at..];
        if rest.starts_with("<!--") {
            self.at += 4;
            return self.through("-->", "a comment").map(|_| None);
        }
        if rest.starts_with("<![CDATA[") {
            self.at += 9;
            return self.through("]]>", "a CDATA section").map(Some);
        }
        let mut depth = 0;
        for (place, byte) in rest.bytes().enumerate() {
            match byte {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += place + 1;
                return Ok(None);
            }
        }
        Err(invalid("a declaration is not ended"))
    }

    /// The text before `end`, and past it.
    fn through(&mut self, end: &str, what: &str) -> Result<&'a str> {
        let rest = &self.text[self.at..];
        let found = memmem::find(rest.as_bytes(), end.as_bytes());
        let Some(length) = found else { return Err(invalid(&format!("{what} is not ended"))) };
        self.at += length + end.len();
        Ok(&rest[..length])
    }
}

impl<'a> Start<'a> {
    pub(super) fn has_attributes(self) -> bool {
        !self.attributes.is_empty()
    }

    /// Names, with their prefixes, and values as they are written, up to the first one that is not well-formed.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, after) = rest.split_once('=')?;
            let after = after.trim_ascii_start();
            let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''))?;
            let (value, after) = after[1..].split_once(quote)?;
            rest = after;
            Some((name.trim_ascii(), value))
        })
    }
}

/// The content of text: entities and characters by number resolved, line ends made `\n`.
#[inline]
pub(crate) fn unescape(text: &str) -> Result<Cow<'_, str>> {
    match memchr2(b'&', b'\r', text.as_bytes()) {
        None => Ok(Cow::Borrowed(text)),
        Some(first) => unescape_from(text, first).map(Cow::Owned),
    }
}

fn unescape_from(text: &str, first: usize) -> Result<String> {
    let mut content = String::with_capacity(text.len());
    let (mut rest, mut special) = (text, Some(first));
    while let Some(place) = special {
        content.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        if text.as_bytes()[text.len() - rest.len() - 1] == b'\r' {
            content.push('\n');
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        } else {
            let Some((name, after)) = rest.split_once(';') else { return Err(invalid("an entity is not ended")) };
            content.push(entity(name)?);
            rest = after;
        }
        special = memchr2(b'&', b'\r', rest.as_bytes());
    }
    content.push_str(rest);
    Ok(content)
}

fn entity(name: &str) -> Result<char> {
    let digits = |text: &str, radix| match text.starts_with('+') {
        true => None,
        false => u32::from_str_radix(text, radix).ok().filter(|code| *code > 0).and_then(char::from_u32),
    };
    let char = match (name, name.strip_prefix("#x"), name.strip_prefix('#')) {
        ("amp", ..) => Some('&'),
        ("lt", ..) => Some('<'),
        ("gt", ..) => Some('>'),
        ("quot", ..) => Some('"'),
        ("apos", ..) => Some('\''),
        (_, Some(code), _) => digits(code, 16),
        (_, _, Some(code)) => digits(code, 10),
        _ => None,
    };
    let name = || super::excerpt(name, 40);
    char.ok_or_else(|| Error::new(ErrorKind::Parse, format!("Unknown XML entity {:?}", name())))
}

/// Line ends of text without entities, made `\n`.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    match memchr(b'\r', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("Invalid XML ({what})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let mut events = Events::new(text);
        let mut told = String::new();
        loop {
            match events.next() {
                Ok(Event::Start(start)) => {
                    told.push_str(&format!("({}", start.name));
                    start.attributes().for_each(|(name, value)| told.push_str(&format!(" {name}={value}")));
                }
                Ok(Event::End) => told.push(')'),
                Ok(Event::Text(text)) => match unescape(text) {
                    Ok(text) => told.push_str(&format!("[{text}]")),
                    Err(error) => return format!("{told} {}", error.message()),
                },
                Ok(Event::Plain(text)) => told.push_str(&format!("[{}]", plain(text))),
                Ok(Event::Eof) => return told,
                Err(error) => return format!("{told} {}", error.message()),
            }
        }
    }

    #[test]
    fn events() {
        for (text, expected) in [
            ("<a>b</a>", "(a[b])"),
            ("<?xml version=\"1.0\"?>\n<p:a x = '1' p:y=\">\"  ><b/><c z='/'/></p:a >", "[\n](a x=1 p:y=>(b)(c z=/))"),
            ("<a><!-- <b> --><![CDATA[<&amp;\r\n]]></a>", "(a[<&amp;\n])"),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&lt;&#65;&#x42;\r\n\r&amp;amp;</a>", "(a[<AB\n\n&amp;])"),
            ("text", "[text]"),
            ("", ""),
            ("<a", " Invalid XML (a tag is not ended)"),
            ("<a b='c>", " Invalid XML (an attribute is not ended)"),
            ("<a<b></a>", " Invalid XML (a tag is not ended)"),
            ("< a>", " Invalid XML (a tag has no name)"),
            ("<a></b>", "(a Invalid XML (<a> is closed by another tag)"),
            ("<a></ab>", "(a Invalid XML (<a> is closed by another tag)"),
            ("<a></a></a>", "(a) Invalid XML (an end tag closes nothing)"),
            ("<a><!-- b", "(a Invalid XML (a comment is not ended)"),
            ("<a>&x;</a>", "(a Unknown XML entity \"x\""),
            ("<a>&#0;</a>", "(a Unknown XML entity \"#0\""),
            ("<a>&#xd800;</a>", "(a Unknown XML entity \"#xd800\""),
            ("<a>&amp</a>", "(a Invalid XML (an entity is not ended)"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn skipping_ends_after_the_element() {
        let mut events = Events::new("<a><b/><c><d>x</d></c>y</a>");
        for expected in ["a", "b"] {
            assert!(matches!(events.next(), Ok(Event::Start(start)) if start.name == expected));
        }
        events.skip().unwrap();
        assert!(matches!(events.next(), Ok(Event::Start(start)) if start.name == "c"));
        events.skip().unwrap();
        assert_eq!(events.next().unwrap(), Event::Text("y"));
        assert_eq!(events.next().unwrap(), Event::End);
        assert!(Events::new("<a><b>").skip().is_err());
    }
}
