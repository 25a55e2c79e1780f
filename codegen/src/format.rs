//! Tokens to text: items, members and statements on lines of their own, long lists broken. Light, for it runs
//! unoptimised in every user's build.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

const WIDTH: usize = 120;

/// A file's text, item by item.
#[derive(Default)]
pub struct Text {
    out: String,
    indent: usize,
    /// Where the current line begins in `out`.
    line: usize,
}

/// What was written last, as far as spacing asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// The start of a line or of a group.
    Start,
    /// An identifier or literal, or a group's end.
    Word,
    /// A keyword after which a group stands apart.
    Keyword,
    /// `->`, `=>`, `=`, `,`, `:`, `+`, `|` at its end: a space follows.
    Spaced,
    /// `&`, `'`, `::`, `.`, `<`, `!`, `*`, `|` at its start: nothing follows.
    Glued,
    /// `::`, before which and after which nothing stands.
    Path,
}

impl Text {
    /// Appends items, a blank line before them.
    pub fn item(&mut self, tokens: TokenStream) {
        self.newline();
        if !self.out.is_empty() {
            self.out.push('\n');
            self.line = self.out.len();
        }
        self.lines(&trees(tokens));
    }

    /// The text.
    pub fn finish(mut self) -> String {
        self.newline();
        self.out
    }

    /// Statements, items or members: each on its own line.
    fn lines(&mut self, trees: &[Tree]) {
        let mut last = Last::Start;
        let mut bars = 0;
        // Commas between `<` and `>` end no line.
        let mut angles = 0;
        let mut at = 0;
        while at < trees.len() {
            if last == Last::Start {
                self.newline();
                if let Some(attribute) = attribute(&trees[at..]) {
                    at += self.attribute(attribute, &trees[at..]);
                    continue;
                }
            }
            let next = trees.get(at + 1);
            match &trees[at] {
                Tree::Group(Delimiter::Brace, inner) => {
                    if last == Last::Path {
                        self.inline(inner);
                        last = Last::Word;
                    } else {
                        self.block(inner, last);
                        last = if continues(next) { Last::Word } else { Last::Start };
                        if self.indent == 0 && last == Last::Start && next.is_some() {
                            self.newline();
                            self.out.push('\n');
                            self.line = self.out.len();
                        }
                    }
                }
                Tree::Token(TokenTree::Punct(punct))
                    if punct.as_char() == ';' || (punct.as_char() == ',' && angles == 0) =>
                {
                    self.out.push(punct.as_char());
                    last = Last::Start;
                    angles = 0;
                }
                tree => {
                    // `->` and `=>` close nothing.
                    let arrow = at > 0 && (is_punct(&trees[at - 1], '-') || is_punct(&trees[at - 1], '='));
                    angles += i32::from(is_punct(tree, '<')) - i32::from(is_punct(tree, '>') && !arrow);
                    last = self.tree(tree, next, last, &mut bars);
                }
            }
            at += 1;
        }
    }

    fn block(&mut self, inner: &[Tree], last: Last) {
        if !matches!(last, Last::Start | Last::Glued) {
            self.out.push(' ');
        }
        if inner.is_empty() {
            self.out.push_str("{}");
            return;
        }
        self.out.push('{');
        self.indent += 1;
        self.lines(inner);
        self.indent -= 1;
        self.newline();
        self.start_line();
        self.out.push('}');
    }

    /// The braces of a `use`.
    fn inline(&mut self, inner: &[Tree]) {
        self.out.push('{');
        self.list(inner, "}");
    }

    /// What stands between parentheses or brackets: on one line if it fits.
    fn list(&mut self, inner: &[Tree], close: &str) {
        let (start, line) = (self.out.len(), self.line);
        self.flat(inner);
        if self.line == line && self.out.len() - self.line + close.len() > WIDTH && inner.len() > 3 {
            self.out.truncate(start);
            self.indent += 1;
            self.newline();
            self.filled(inner);
            self.indent -= 1;
            self.newline();
            self.start_line();
        } else if self.out.ends_with(',') {
            self.out.pop();
        }
        self.out.push_str(close);
    }

    fn flat(&mut self, trees: &[Tree]) {
        let mut last = Last::Start;
        let mut bars = 0;
        for (at, tree) in trees.iter().enumerate() {
            last = match tree {
                Tree::Group(Delimiter::Brace, inner) => {
                    self.block(inner, last);
                    Last::Word
                }
                tree => self.tree(tree, trees.get(at + 1), last, &mut bars),
            };
        }
    }

    /// Elements, as many on a line as fit.
    fn filled(&mut self, trees: &[Tree]) {
        for element in trees.split_inclusive(|tree| is_punct(tree, ',')) {
            let start = self.out.len();
            let fresh = self.out.len() == self.line + 4 * self.indent || self.out.len() == self.line;
            if !fresh && !self.out.ends_with(' ') {
                self.out.push(' ');
            }
            let line = self.line;
            self.flat(element);
            if !fresh && self.line == line && self.out.len() - self.line > WIDTH {
                self.out.truncate(start);
                self.newline();
                self.flat(element);
            }
        }
        if !trees.last().is_some_and(|tree| is_punct(tree, ',')) {
            self.out.push(',');
        }
    }

    fn tree(&mut self, tree: &Tree, next: Option<&Tree>, last: Last, bars: &mut usize) -> Last {
        self.start_line();
        match tree {
            Tree::Token(TokenTree::Ident(ident)) => {
                self.space_before_word(last);
                let start = self.out.len();
                push_display(&mut self.out, ident);
                if is_keyword(&self.out[start..]) { Last::Keyword } else { Last::Word }
            }
            Tree::Token(TokenTree::Literal(literal)) => {
                self.space_before_word(last);
                let text = literal.to_string();
                self.literal(&text);
                Last::Word
            }
            Tree::Token(TokenTree::Punct(punct)) => {
                let joint = punct.spacing() == Spacing::Joint;
                self.punct(punct.as_char(), joint, next, last, bars)
            }
            Tree::Token(TokenTree::Group(_)) => last,
            Tree::Group(delimiter, inner) => {
                let (open, close) = match delimiter {
                    Delimiter::Parenthesis => ('(', ")"),
                    Delimiter::Bracket => ('[', "]"),
                    Delimiter::Brace => ('{', "}"),
                    Delimiter::None => {
                        self.flat(inner);
                        return Last::Word;
                    }
                };
                if matches!(last, Last::Spaced | Last::Keyword) {
                    self.out.push(' ');
                }
                self.out.push(open);
                self.list(inner, close);
                Last::Word
            }
        }
    }

    fn punct(&mut self, c: char, joint: bool, next: Option<&Tree>, last: Last, bars: &mut usize) -> Last {
        let follows = |c: char| joint && next.is_some_and(|next| is_punct(next, c));
        match c {
            ',' | ';' => {
                self.out.push(c);
                Last::Spaced
            }
            ':' if follows(':') => {
                if last == Last::Spaced {
                    self.out.push(' ');
                }
                self.out.push(':');
                Last::Path
            }
            ':' if last == Last::Path => {
                self.out.push(':');
                Last::Path
            }
            ':' => {
                self.out.push(':');
                Last::Spaced
            }
            '-' | '=' if follows('>') || follows('=') => {
                self.out.push(' ');
                self.out.push(c);
                Last::Path
            }
            '>' | '=' if last == Last::Path => {
                self.out.push(c);
                Last::Spaced
            }
            '=' | '+' => {
                self.out.push(' ');
                self.out.push(c);
                Last::Spaced
            }
            '|' => {
                *bars += 1;
                if bars.is_multiple_of(2) {
                    self.out.push('|');
                    return Last::Spaced;
                }
                self.space_before_word(last);
                self.out.push('|');
                Last::Glued
            }
            '&' | '*' | '\'' | '!' | '#' | '-' => {
                self.space_before_word(last);
                self.out.push(c);
                Last::Glued
            }
            '<' | '.' => {
                if last == Last::Spaced {
                    self.out.push(' ');
                }
                self.out.push(c);
                Last::Glued
            }
            _ => {
                self.out.push(c);
                Last::Word
            }
        }
    }

    fn space_before_word(&mut self, last: Last) {
        if matches!(last, Last::Word | Last::Keyword | Last::Spaced) {
            self.out.push(' ');
        }
    }

    /// A text of several lines is broken where its lines end.
    fn literal(&mut self, text: &str) {
        if !text.starts_with('"') || !text.contains("\\n") {
            self.out.push_str(text);
            return;
        }
        self.indent += 1;
        let mut rest = text;
        while let Some(end) = line_end(rest) {
            self.out.push_str(&rest[..end]);
            rest = &rest[end..];
            // Blanks at the head of the next line would be lost.
            if rest != "\"" && !rest.starts_with(' ') {
                self.out.push('\\');
                self.newline();
                self.start_line();
            }
        }
        self.out.push_str(rest);
        self.indent -= 1;
    }

    /// Writes an attribute on its own line; gives the number of its tokens.
    fn attribute(&mut self, attribute: Attribute, trees: &[Tree]) -> usize {
        match attribute {
            Attribute::Doc(text) => {
                for line in text.split('\n') {
                    self.newline();
                    self.start_line();
                    self.out.push_str(if line.is_empty() { "///" } else { "/// " });
                    self.out.push_str(line);
                }
                self.newline();
                2
            }
            Attribute::Other(length) => {
                self.start_line();
                self.flat(&trees[..length]);
                self.newline();
                length
            }
        }
    }

    /// Ends the line, unless it is empty.
    fn newline(&mut self) {
        if self.out.len() > self.line {
            self.out.push('\n');
            self.line = self.out.len();
        }
    }

    fn start_line(&mut self) {
        if self.out.len() == self.line {
            for _ in 0..self.indent {
                self.out.push_str("    ");
            }
        }
    }
}

enum Attribute {
    /// The text of a documentation comment.
    Doc(String),
    /// The number of tokens.
    Other(usize),
}

fn attribute(trees: &[Tree]) -> Option<Attribute> {
    if !is_punct(&trees[0], '#') {
        return None;
    }
    let length = if trees.get(1).is_some_and(|tree| is_punct(tree, '!')) { 3 } else { 2 };
    if let Some(Tree::Group(_, inner)) = trees.get(1)
        && let [Tree::Token(TokenTree::Ident(name)), _, Tree::Token(TokenTree::Literal(text))] = inner.as_slice()
        && name == "doc"
    {
        return Some(Attribute::Doc(unescaped(&text.to_string())));
    }
    Some(Attribute::Other(length))
}

/// What a string literal stands for. Documentation has no escapes but these.
fn unescaped(literal: &str) -> String {
    let is_raw = literal.starts_with('r');
    let quoted = literal.trim_start_matches('r').trim_matches('#');
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted);
    if is_raw || !inner.contains('\\') {
        // A comment in a quotation brings its blank.
        return inner.strip_prefix(' ').unwrap_or(inner).to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('r')) => {}
            ('\\', Some('u')) => {
                let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            ('\\', Some(other)) => out.push(other),
            _ => out.push(c),
        }
    }
    out
}

/// The place after the first escaped line feed.
fn line_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'\\', b'n') => return Some(at + 2),
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Whether the statement goes on after a closing brace.
fn continues(next: Option<&Tree>) -> bool {
    match next {
        Some(Tree::Token(TokenTree::Punct(punct))) => matches!(punct.as_char(), ',' | ';' | '.' | '?'),
        Some(Tree::Token(TokenTree::Ident(ident))) => ident == "else",
        _ => false,
    }
}

/// Tokens that can be gone through twice without a copy.
enum Tree {
    Group(Delimiter, Vec<Tree>),
    /// Anything but a group.
    Token(TokenTree),
}

fn trees(tokens: TokenStream) -> Vec<Tree> {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let (delimiter, stream) = (group.delimiter(), group.stream());
            // A stream that is not shared gives its tokens away; a shared one copies them.
            drop(group);
            Tree::Group(delimiter, trees(stream))
        }
        token => Tree::Token(token),
    });
    trees.collect()
}

fn is_punct(tree: &Tree, c: char) -> bool {
    matches!(tree, Tree::Token(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "mut" | "dyn" | "impl" | "match" | "return" | "in" | "if" | "else" | "const" | "move" | "as" | "let")
}

fn push_display(out: &mut String, value: &impl std::fmt::Display) {
    use std::fmt::Write;
    let _ = write!(out, "{value}");
}
