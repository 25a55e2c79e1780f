//! The text that describes a structure or union: a line for the shape, then a line for each member, in the model's
//! order, each ended by a line feed.
//!
//! ```text
//! GetObjectRequest ns=http://s3.amazonaws.com/doc/2006-03-01/
//! Bucket at=uri required context=Bucket
//! If-Modified-Since at=header name=IfModifiedSince time=http
//! x-amz-meta- at=headers name=Metadata
//! Tags list(Tag)
//! ```
//!
//! A line begins with a name, for a member the name on the wire (for a member of a list or map the name of its XML
//! elements, empty where it is the protocol's own default). Words follow:
//!
//! | word | meaning |
//! | --- | --- |
//! | `at=PLACE` | where a member travels, when not in the body: see [`Place`]. Always the first word |
//! | `name=NAME` | the member's name in the model, when it is not the name on the wire |
//! | `query=NAME` | the name in requests, when not the one in answers (ec2) |
//! | `required` | the model requires the member |
//! | `token` | an idempotency token: made up when absent |
//! | `secret` | sensitive: never shown |
//! | `flat` | a list or map without an element of its own (XML, query) |
//! | `sparse` | a list or map that keeps nulls |
//! | `json` | a header whose value is JSON in base64 |
//! | `stream` | a streaming blob |
//! | `raw` | a string or blob that is the whole body and is not streamed |
//! | `host` | a host label |
//! | `time=FORMAT` | timestamp format `iso`, `http` or `epoch`, when not the protocol's default of the place |
//! | `query=NAME` | the name in EC2's requests, when it is not the one in answers |
//! | `ns=URI`, `ns=PREFIX=URI` | XML namespace |
//! | `range=MIN..MAX` | limits of a length or number; either may be missing |
//! | `context=PARAMETER` | the endpoint parameter that takes the member's value |
//! | `list(ELEMENT)` | elements of a list that have words or a name of their own; always the last word |
//! | `map(KEY, VALUE)` | the same of a map; always the last word |
//!
//! The input of an operation that has none has an empty name on its first line.
//!
//! On the first line: `union`, `error` (with `code=CODE` when it is not the name; `retryable`,
//! or `throttling`, which is retryable too), `root=NAME` (XML root element),
//! `ns=`, `payload=NAME` (the member, by model name, that is the whole body), `wrapper=NAME` (query results).

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Body,
    /// `at=header`
    Header,
    /// `at=headers`: a map of headers whose names begin with the wire name.
    Headers,
    /// `at=uri`: a label of the path.
    Uri,
    /// `at=query`
    Query,
    /// `at=queries`: a map of query parameters.
    Queries,
    /// `at=status`
    Status,
    /// `at=payload`: the whole body.
    Payload,
    /// `at=attribute`: an attribute of the XML element.
    Attribute,
    /// `at=event-header`
    EventHeader,
    /// `at=event-payload`
    EventPayload,
    /// `at=metadata`: not on the wire; an output's [`ResponseMetadata`](crate::ResponseMetadata).
    Metadata,
}

/// A structure's or union's description.
#[derive(Clone, Copy)]
pub(crate) struct Schema {
    head: Member,
    lines: &'static str,
}

impl Schema {
    #[inline]
    pub(crate) fn new(text: &'static str) -> Self {
        // Done for each value of an answer: quicker than a search for a `char`.
        let (head, lines) = match memchr::memchr(b'\n', text.as_bytes()) {
            Some(end) => (&text[..end], &text[end + 1..]),
            None => (text, ""),
        };
        Schema { head: Member { line: head }, lines }
    }

    /// The shape's name in the model.
    #[inline]
    pub(crate) fn name(self) -> &'static str {
        self.head.wire()
    }

    /// The words of the first line.
    #[inline]
    pub(crate) fn head(self) -> Member {
        self.head
    }

    /// The members, in the order of the members' values.
    #[inline]
    pub(crate) fn members(self) -> impl Iterator<Item = Member> {
        self.lines.split_terminator('\n').map(|line| Member { line })
    }

    /// The member of that model name, and its index.
    pub(crate) fn member(self, name: &str) -> Option<(usize, Member)> {
        self.members().enumerate().find(|(_, member)| member.is_named(name))
    }

    /// A search for members by wire name.
    #[inline]
    pub(crate) fn cursor(self) -> Cursor {
        Cursor { lines: self.lines, at: 0, index: 0 }
    }
}

/// Finds members of the body by wire name, quickest when they come in the model's order.
pub(crate) struct Cursor {
    lines: &'static str,
    at: usize,
    index: usize,
}

impl Cursor {
    /// The member that travels in the body under that name, and its index.
    #[inline]
    pub(crate) fn find(&mut self, wire: &str) -> Option<(usize, Member)> {
        let (from, index) = (self.at, self.index);
        if let Some(found) = self.search(wire, self.lines.len()) {
            return Some(found);
        }
        (self.at, self.index) = (0, 0);
        let found = self.search(wire, from);
        if found.is_none() {
            (self.at, self.index) = (from, index);
        }
        found
    }

    /// As [`find`](Cursor::find), for who searches the same shapes again and again.
    #[inline]
    pub(crate) fn find_again(&mut self, wire: &str, memory: &mut Memory) -> Option<(usize, Member)> {
        if let Some(length) = named(&self.lines.as_bytes()[self.at..], wire.as_bytes()) {
            return Some(self.step(length));
        }
        let slot = Memory::slot(self.lines, wire);
        if let Some(found) = memory.found.get(slot).filter(|found| found.lines == self.lines.as_ptr().addr())
            && let Some(rest) = self.lines.as_bytes().get(found.at as usize..)
            && let Some(length) = named(rest, wire.as_bytes())
        {
            (self.at, self.index) = (found.at as usize, found.index as usize);
            return Some(self.step(length));
        }
        self.find_and_note(wire, slot, memory)
    }

    #[cold]
    fn find_and_note(&mut self, wire: &str, slot: usize, memory: &mut Memory) -> Option<(usize, Member)> {
        let (index, member) = self.find(wire)?;
        memory.searches += 1;
        if memory.searches == Memory::PATIENCE {
            memory.found = vec![Found::default(); Memory::SIZE];
        }
        if let Some(found) = memory.found.get_mut(slot) {
            let at = self.at - member.line.len() - 1;
            *found = Found { lines: self.lines.as_ptr().addr(), at: at as u32, index: index as u32 };
        }
        Some((index, member))
    }

    fn search(&mut self, wire: &str, end: usize) -> Option<(usize, Member)> {
        while self.at < end {
            let rest = &self.lines.as_bytes()[self.at..];
            if let Some(length) = named(rest, wire.as_bytes()) {
                return Some(self.step(length));
            }
            self.at += line(rest) + 1;
            self.index += 1;
        }
        None
    }

    /// The present line, of that length, and on to the next.
    #[inline]
    fn step(&mut self, length: usize) -> (usize, Member) {
        let found = (self.index, Member { line: &self.lines[self.at..self.at + length] });
        self.at += length + 1;
        self.index += 1;
        found
    }
}

/// Where members were found that did not come when they were expected. Answers keep to an order that is not the model's,
/// element after element.
#[derive(Default)]
pub(crate) struct Memory {
    found: Vec<Found>,
    searches: u32,
}

#[derive(Clone, Copy, Default)]
struct Found {
    /// The address of the lines.
    lines: usize,
    at: u32,
    index: u32,
}

impl Memory {
    const SIZE: usize = 256;
    /// Searches before anything is noted: small answers need no table.
    const PATIENCE: u32 = 8;

    #[inline]
    fn slot(lines: &'static str, wire: &str) -> usize {
        let ends = [wire.as_bytes().first(), wire.as_bytes().last()];
        let ends = ends.map(|byte| usize::from(byte.copied().unwrap_or_default()));
        let mixed = lines.as_ptr().addr() ^ (wire.len() << 16) ^ (ends[0] << 8) ^ ends[1];
        ((mixed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
    }
}

/// The length of the line at the start of `rest`, when it is that of a member in the body with the name `wire`.
#[inline]
fn named(rest: &[u8], wire: &[u8]) -> Option<usize> {
    // Most lines differ in their first byte or their length, and comparing texts is a call.
    if rest.first() != wire.first() || !matches!(rest.get(wire.len()), Some(b'\n' | b' ')) {
        return None;
    }
    let (name, words) = rest.split_at(wire.len());
    if wire.len() > 1 && name != wire {
        return None;
    }
    match words {
        [b'\n', ..] => Some(wire.len()),
        [b' ', b'a', b't', b'=', ..] => None,
        words => Some(wire.len() + line(words)),
    }
}

/// How many bytes come before the first line feed. Lines are short: most end before a call would have begun.
#[inline]
fn line(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const SHORT: usize = 4;
    for (place, word) in bytes.as_chunks::<8>().0.iter().take(SHORT).enumerate() {
        let word = u64::from_le_bytes(*word) ^ (ONES * b'\n' as u64);
        let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if found != 0 {
            return place * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())
}

/// A line of the description: a member, a list's element, or the shape itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    line: &'static str,
}

impl Member {
    /// A value of which nothing is known but its type: an element without words of its own.
    pub(crate) const PLAIN: Member = Member { line: "" };

    /// The name on the wire. Empty for elements that have the protocol's default name.
    #[inline]
    pub(crate) fn wire(self) -> &'static str {
        self.line.split_once(' ').map_or(self.line, |(wire, _)| wire)
    }

    /// The name in the model.
    #[inline]
    pub(crate) fn name(self) -> &'static str {
        self.get("name=").unwrap_or_else(|| self.wire())
    }

    /// Whether that is its name in the model. Most lines are told apart by their beginning.
    #[inline]
    fn is_named(self, name: &str) -> bool {
        match self.line.strip_prefix(name) {
            Some("") => true,
            Some(rest) if rest.starts_with(' ') => self.name() == name,
            _ => self.line.contains('=') && self.name() == name,
        }
    }

    pub(crate) fn place(self) -> Place {
        match self.get("at=") {
            None => Place::Body,
            Some("header") => Place::Header,
            Some("headers") => Place::Headers,
            Some("uri") => Place::Uri,
            Some("query") => Place::Query,
            Some("queries") => Place::Queries,
            Some("status") => Place::Status,
            Some("payload") => Place::Payload,
            Some("attribute") => Place::Attribute,
            Some("event-header") => Place::EventHeader,
            Some("event-payload") => Place::EventPayload,
            Some(_) => Place::Metadata,
        }
    }

    /// Whether the line has that word.
    #[inline]
    pub(crate) fn has(self, word: &str) -> bool {
        self.words().any(|other| other == word)
    }

    /// What follows `key` (which ends in `=`) in the word that begins with it.
    #[inline]
    pub(crate) fn get(self, key: &str) -> Option<&'static str> {
        self.words().find_map(|word| word.strip_prefix(key))
    }

    /// The element of a list.
    #[inline]
    pub(crate) fn element(self) -> Member {
        self.inside("list(").map_or(Member::PLAIN, |line| Member { line })
    }

    /// The key of a map.
    pub(crate) fn key(self) -> Member {
        self.entry().map_or(Member::PLAIN, |(key, _)| Member { line: key })
    }

    /// The value of a map.
    #[inline]
    pub(crate) fn value(self) -> Member {
        self.entry().map_or(Member::PLAIN, |(_, value)| Member { line: value })
    }

    fn entry(self) -> Option<(&'static str, &'static str)> {
        self.inside("map(")?.split_once(", ")
    }

    /// The text inside the parentheses of the last word.
    fn inside(self, word: &str) -> Option<&'static str> {
        let start = self.collection()?;
        self.line[start..].strip_prefix(word)?.strip_suffix(')')
    }

    /// Where the last word starts, when it is `list(…)` or `map(…)`.
    #[inline]
    fn collection(self) -> Option<usize> {
        // Most lines end otherwise, and are asked for each list and map.
        if !self.line.ends_with(')') {
            return None;
        }
        let open = self.line.find('(')?;
        let start = self.line[..open].rfind(' ').map_or(0, |space| space + 1);
        matches!(&self.line[start..open], "list" | "map").then_some(start)
    }

    #[inline]
    fn words(self) -> impl Iterator<Item = &'static str> {
        let start = memchr::memchr(b' ', self.line.as_bytes());
        let words =
            start.map(|start| &self.line[start + 1..self.collection().unwrap_or(self.line.len()).max(start + 1)]);
        words.into_iter().flat_map(|words| words.split(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Thing union root=thing\n\
        Name required\n\
        x-amz-id at=header name=Id\n\
        Tags flat list(Tag time=iso)\n\
        Deep list( list(item))\n\
        Pairs map(k, v list(item))\n\
        NameSuffix\n";

    #[test]
    fn words_and_names() {
        let schema = Schema::new(TEXT);
        assert_eq!(schema.name(), "Thing");
        assert!(schema.head().has("union"));
        assert_eq!(schema.head().get("root="), Some("thing"));
        let (index, id) = schema.member("Id").unwrap();
        assert_eq!((index, id.wire(), id.place()), (1, "x-amz-id", Place::Header));
    }

    #[test]
    fn lines_end_at_the_first_feed() {
        for length in 0..50 {
            for filler in ["a", "\t", "\x0b", "\u{e9}"] {
                let text = filler.repeat(length);
                assert_eq!(line(text.as_bytes()), text.len());
                assert_eq!(line(format!("{text}\nb\n\nccccccccc").as_bytes()), text.len());
            }
        }
    }

    #[test]
    fn elements() {
        let schema = Schema::new(TEXT);
        let (_, tags) = schema.member("Tags").unwrap();
        assert!(tags.has("flat"));
        assert!(!tags.has("time=iso"));
        assert_eq!((tags.element().wire(), tags.element().get("time=")), ("Tag", Some("iso")));
        let (_, deep) = schema.member("Deep").unwrap();
        assert_eq!((deep.element().wire(), deep.element().element().wire()), ("", "item"));
        let (_, pairs) = schema.member("Pairs").unwrap();
        assert_eq!((pairs.key().wire(), pairs.value().wire()), ("k", "v"));
        assert_eq!(pairs.value().element().wire(), "item");
        assert_eq!(Member::PLAIN.element().wire(), "");
    }

    #[test]
    fn cursor_finds_in_any_order() {
        let mut cursor = Schema::new(TEXT).cursor();
        let mut index = |wire: &str| cursor.find(wire).map(|(index, _)| index);
        assert_eq!(index("Name"), Some(0));
        assert_eq!(index("NameSuffix"), Some(5));
        assert_eq!(index("Name"), Some(0));
        assert_eq!(index("x-amz-id"), None);
        assert_eq!(index("Tags"), Some(2));
        assert_eq!(index("Tag"), None);
        assert_eq!(index("Pairs"), Some(4));
    }

    #[test]
    fn what_was_found_is_found_again() {
        let mut memory = Memory::default();
        let other = "Other\nNameSuffix\nName\n";
        for _ in 0..9 {
            for (text, wire, expected) in [
                (TEXT, "NameSuffix", Some(5)),
                (other, "Name", Some(1)),
                (TEXT, "Name", Some(0)),
                (other, "NameSuffix", Some(0)),
                (TEXT, "x-amz-id", None),
                (TEXT, "Tags", Some(2)),
                (TEXT, "", None),
            ] {
                let mut cursor = Schema::new(text).cursor();
                assert_eq!(cursor.find_again(wire, &mut memory).map(|(index, _)| index), expected, "{wire}");
                let next = cursor.find_again("Deep", &mut memory);
                assert_eq!(next.map(|(index, _)| index), (text == TEXT).then_some(3), "{wire}");
            }
        }
    }
}
