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

    fn search(&mut self, wire: &str, end: usize) -> Option<(usize, Member)> {
        let bytes = self.lines.as_bytes();
        let first = wire.as_bytes().first();
        while self.at < end {
            let (start, index) = (self.at, self.index);
            let rest = &bytes[start..];
            // Most members have no words, and come when they are expected.
            if rest.get(wire.len()) == Some(&b'\n') && rest.starts_with(wire.as_bytes()) {
                self.at += wire.len() + 1;
                self.index += 1;
                return Some((index, Member { line: &self.lines[start..start + wire.len()] }));
            }
            let length = line(rest);
            self.at += length + 1;
            self.index += 1;
            // Most lines differ in their first byte, and comparing texts is a call.
            if rest.first() != first || length < wire.len() {
                continue;
            }
            let line = &self.lines[start..start + length];
            if let Some(words) = line.strip_prefix(wire)
                && (words.is_empty() || words.starts_with(' '))
                && !words.starts_with(" at=")
            {
                return Some((index, Member { line }));
            }
        }
        None
    }
}

/// How many bytes come before the first line feed. Names of fewer than eight bytes, as those of DynamoDB's values, do
/// without a call.
#[inline]
fn line(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    if let Some(start) = bytes.first_chunk::<8>() {
        let word = u64::from_le_bytes(*start) ^ (ONES * b'\n' as u64);
        let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if found != 0 {
            return found.trailing_zeros() as usize / 8;
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
        for length in 0..20 {
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
}
