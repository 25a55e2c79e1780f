/// The member in which a place of a JSON text lies: `shapes.Name.members.Id`. Lines count from one, and columns are the
/// bytes of the line that have been read.
pub fn member_at(text: &[u8], line: usize, column: usize) -> String {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(ends).nth(line.saturating_sub(1)).unwrap_or(text.len());
    let read = &text[..text.len().min(start + column)];
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    while let Some(byte) = read.get(at) {
        match byte {
            b'{' => steps.push(Step::Member { name: String::new(), named: false }),
            b'[' => steps.push(Step::Element(0)),
            b'}' | b']' => drop(steps.pop()),
            b',' => match steps.last_mut() {
                Some(Step::Element(index)) => *index += 1,
                Some(Step::Member { named, .. }) => *named = false,
                None => {}
            },
            b':' => {
                if let Some(Step::Member { named, .. }) = steps.last_mut() {
                    *named = true;
                }
            }
            b'"' => {
                let end = end_of_string(read, at);
                if let Some(Step::Member { name, named: false }) = steps.last_mut() {
                    *name = String::from_utf8_lossy(&read[at + 1..end.max(at + 1)]).into_owned();
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    let words = steps.iter().filter_map(Step::word);
    words.collect::<Vec<_>>().join(".")
}

enum Step {
    Member { name: String, named: bool },
    Element(usize),
}

impl Step {
    fn word(&self) -> Option<String> {
        match self {
            Step::Member { name, .. } => Some(name.clone()).filter(|name| !name.is_empty()),
            Step::Element(index) => Some(index.to_string()),
        }
    }
}

/// Where the quote is that ends the string which begins at `start`, or the text ends.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::member_at;

    #[test]
    fn places_have_members() {
        let text = "{\"a\": {\"b\\\"\": [1, {\"c\": true}]},\n \"d\": \"x{\"}";
        let at = |part: &str| {
            let end = text.find(part).unwrap() + part.len();
            let before = &text[..end];
            let line = before.matches('\n').count() + 1;
            member_at(text.as_bytes(), line, end - before.rfind('\n').map_or(0, |at| at + 1))
        };
        assert_eq!(at("true"), "a.b\\\".1.c");
        assert_eq!(at("[1"), "a.b\\\".0");
        assert_eq!(at("]"), "a.b\\\"");
        assert_eq!(at("x{\""), "d");
        assert_eq!(member_at(b"[", 9, 9), "0");
        assert_eq!(member_at(b"", 1, 0), "");
    }
}
