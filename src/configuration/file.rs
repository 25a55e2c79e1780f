//! One file of `~/.aws` as text: sections of properties.
//!
//! The rules are those that all AWS SDKs share. Where botocore reads more (properties indented below their section,
//! names in quotation marks, indented comments), so do we.

use crate::Map;

/// Properties in their order. A nested block, `s3 =` with indented lines below, is a text that begins with a line break.
pub(crate) type Properties = Map<String, String>;

/// A section's head, and its properties.
pub(crate) type Sections = Map<String, Properties>;

/// What is wrong in a file, and in which line.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub(crate) struct Malformed {
    line: usize,
    problem: &'static str,
}

/// Reads a file's text.
pub(crate) fn parse(text: &str) -> Result<Sections, Malformed> {
    let mut reader = Reader::default();
    for (place, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        reader.line(line).map_err(|problem| Malformed { line: place + 1, problem })?;
    }
    Ok(reader.sections)
}

/// The lines of a nested block, as names and values.
pub(crate) fn nested(block: &str) -> Properties {
    block
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

#[derive(Default)]
struct Reader {
    sections: Sections,
    section: Option<String>,
    property: Option<Property>,
}

struct Property {
    name: String,
    indent: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        match self.property.take_if(|property| indent > property.indent) {
            Some(property) => self.continuation(property, text),
            None if text.starts_with('[') => self.head(text),
            None => self.property(text, indent),
        }
    }

    fn head(&mut self, text: &str) -> Result<(), &'static str> {
        let (name, rest) = text[1..].split_once(']').ok_or("Profile definition must end with ']'")?;
        if !rest.trim_start().is_empty() && !rest.trim_start().starts_with(['#', ';']) {
            return Err("Expected nothing but a comment after the ']' of a profile definition");
        }
        self.section = Some(name.trim().to_owned());
        self.property = None;
        self.sections.or_default(name.trim().to_owned());
        Ok(())
    }

    fn property(&mut self, text: &str, indent: usize) -> Result<(), &'static str> {
        let Some(section) = self.section.as_ref().and_then(|name| self.sections.get_mut(name)) else {
            return Err("Expected a profile definition");
        };
        let Some((name, value)) = without_comment(text).split_once('=') else {
            return Err(match indent {
                0 => "Expected an '=' sign defining a property",
                _ => "Expected a property definition, found continuation",
            });
        };
        // Names are lower case: botocore's parser does not mind their case, nor do the other SDKs.
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err("Property did not have a name");
        }
        section.insert(name.clone(), value.trim().to_owned());
        self.property = Some(Property { name, indent });
        Ok(())
    }

    fn continuation(&mut self, property: Property, text: &str) -> Result<(), &'static str> {
        let section = self.section.as_ref().and_then(|name| self.sections.get_mut(name));
        if let Some(value) = section.and_then(|section| section.get_mut(&property.name)) {
            if value.is_empty() || value.starts_with('\n') {
                let (name, _) =
                    text.split_once('=').ok_or("Expected an '=' sign defining a property in sub-property")?;
                if name.trim().is_empty() {
                    return Err("Property did not have a name in sub-property");
                }
            }
            value.push('\n');
            value.push_str(text);
        }
        self.property = Some(property);
        Ok(())
    }
}

/// A comment begins at a sign that follows white space.
fn without_comment(text: &str) -> &str {
    let signs = text.match_indices(['#', ';']);
    let start = signs.map(|(place, _)| place).find(|&place| text[..place].ends_with(char::is_whitespace));
    &text[..start.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    const SEED: &str = "\u{feff}# files\n[default]\nregion = eu-west-1 # there\n\n[profile \"two words\"] ; here\ns3 =\n  a = b\n  c = d\n\
                        ; no\nX_1 = 1\n\t2\n[sso-session \u{e9}]\r\nurl = https://x/#/\r\n";
    const SIGNS: &[char] = &['[', ']', '=', '#', ';', ' ', '\t', '\n', '\r', '"', '\0', '\u{feff}', '\u{a0}', 'a'];

    /// Sections written down and read again are the same.
    fn check(text: &str) {
        let Ok(sections) = parse(text) else { return };
        let mut written = String::new();
        for (head, properties) in sections.iter() {
            written += &format!("[{head}]\n");
            for (name, value) in properties.iter() {
                nested(value);
                written += &format!("{name}={}\n", value.replace('\n', "\n "));
            }
        }
        let again = parse(&written).unwrap_or_else(|error| panic!("{text:?}, written as {written:?}: {error}"));
        assert_eq!(format!("{again:?}"), format!("{sections:?}"), "{text:?}, written as {written:?}");
    }

    #[test]
    fn changed_files() {
        assert_eq!(parse(SEED).unwrap().len(), 3);
        for number in 0..4000 {
            let mut rng = Rng::with_seed(number);
            let mut text: Vec<char> = SEED.chars().collect();
            for _ in 0..rng.u8(1..6) {
                let at = rng.usize(..text.len());
                match rng.u8(..4) {
                    0 => text[at] = SIGNS[rng.usize(..SIGNS.len())],
                    1 => text.insert(at, SIGNS[rng.usize(..SIGNS.len())]),
                    2 => drop(text.drain(at..(at + rng.usize(..12)).min(text.len()))),
                    _ => text.rotate_left(at),
                }
                if text.is_empty() {
                    break;
                }
            }
            check(&text.into_iter().collect::<String>());
        }
    }

    #[test]
    fn cut_files() {
        for (end, _) in SEED.char_indices() {
            check(&SEED[..end]);
        }
    }

    #[test]
    fn large_files() {
        let sections: String = (0..50_000).map(|number| format!("[s{number}]\n")).collect();
        assert_eq!(parse(&sections).unwrap().len(), 50_000);
        let properties: String = (0..50_000).map(|number| format!("p{number}=1\n")).collect();
        assert_eq!(parse(&format!("[s]\n{properties}")).unwrap()["s"].len(), 50_000);
        let lines = format!("[s]\np=\n{}", " a=b\n".repeat(50_000));
        assert_eq!(nested(&parse(&lines).unwrap()["s"]["p"]).len(), 1);
        check(&format!("[{}]\n{}={}", "[".repeat(100_000), "a".repeat(100_000), " #".repeat(100_000)));
    }
}
