//! The regular expressions that say which region names a partition would have.

/// An expression of the forms that lists of partitions use: anchors, characters, `\w+`, `\d+` and groups of alternatives.
#[derive(Debug, PartialEq)]
pub(super) struct Pattern {
    atoms: Vec<Atom>,
    /// Whether nothing may follow (`$`).
    whole: bool,
}

#[derive(Debug, PartialEq)]
enum Atom {
    Text(String),
    /// `(a|b)`
    OneOf(Vec<String>),
    /// `\w+`
    Word,
    /// `\d+`
    Digits,
}

impl Pattern {
    /// `None` for an expression of another form.
    pub(super) fn parse(text: &str) -> Option<Pattern> {
        let text = text.strip_prefix('^').unwrap_or(text);
        let (text, whole) = match text.strip_suffix('$') {
            Some(text) if !text.ends_with('\\') => (text, true),
            _ => (text, false),
        };
        let mut atoms = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(r"\w+") {
                atoms.push(Atom::Word);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(r"\d+") {
                atoms.push(Atom::Digits);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('(') {
                let (inside, after) = after.split_once(')')?;
                atoms.push(Atom::OneOf(inside.split('|').map(literal).collect::<Option<_>>()?));
                rest = after;
            } else {
                let end = rest.find('(').into_iter().chain(rest.find(r"\w")).chain(rest.find(r"\d")).min();
                let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
                atoms.push(Atom::Text(literal(text).filter(|text| !text.is_empty())?));
                rest = after;
            }
        }
        Some(Pattern { atoms, whole })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        matches(&self.atoms, self.whole, text)
    }
}

/// The text of an expression without special characters but escaped punctuation.
fn literal(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push(characters.next().filter(char::is_ascii_punctuation)?),
            '-' | '_' => out.push(character),
            other if other.is_ascii_alphanumeric() => out.push(other),
            _ => return None,
        }
    }
    Some(out)
}

fn matches(atoms: &[Atom], whole: bool, text: &str) -> bool {
    let Some((atom, others)) = atoms.split_first() else {
        return !whole || text.is_empty();
    };
    match atom {
        Atom::Text(start) => text.strip_prefix(start.as_str()).is_some_and(|rest| matches(others, whole, rest)),
        Atom::OneOf(starts) => starts
            .iter()
            .any(|start| text.strip_prefix(start.as_str()).is_some_and(|rest| matches(others, whole, rest))),
        Atom::Word => repeated(others, whole, text, |c| c.is_alphanumeric() || c == '_'),
        Atom::Digits => repeated(others, whole, text, |c| c.is_ascii_digit()),
    }
}

/// One character of that kind or more, as many as let the rest match.
fn repeated(others: &[Atom], whole: bool, text: &str, kind: fn(char) -> bool) -> bool {
    let end = text.find(|c| !kind(c)).unwrap_or(text.len());
    // After a run the next text mostly begins with another kind of character, so the first try is the last.
    let mut ends = text[..end].char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    ends.any(|end| matches(others, whole, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_partitions_file() {
        let pattern = Pattern::parse(r"^(us|eu|me)\-\w+\-\d+$").unwrap();
        for good in ["us-east-1", "eu-x_9-22", "me-é-0"] {
            assert!(pattern.matches(good), "{good}");
        }
        for bad in
            ["", "us", "us-east", "us-east-", "us-east-1a", "xus-east-1", "us-gov-west-1", "us--1", "us-east-1\n"]
        {
            assert!(!pattern.matches(bad), "{bad}");
        }
        assert!(Pattern::parse(r"^us\-gov\-\w+\-\d+$").unwrap().matches("us-gov-west-1"));
        assert!(Pattern::parse(r"^eusc\-(de)\-\w+\-\d+$").unwrap().matches("eusc-de-east-1"));
    }

    #[test]
    fn runs_give_back() {
        assert!(Pattern::parse(r"^\w+\d+$").unwrap().matches("abc12"));
        assert!(Pattern::parse(r"^\w+1$").unwrap().matches("a11"));
        assert!(!Pattern::parse(r"^\w+1$").unwrap().matches("1"));
        assert!(Pattern::parse("^us").unwrap().matches("us-east-1"));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["a*", "a.b", "[ab]", "(a", "a)", "(a(b))", r"\w", r"\d*", "a?", "a|b", r"\s+", "a{2}", r"\"] {
            assert!(Pattern::parse(text).is_none(), "{text}");
        }
    }
}
