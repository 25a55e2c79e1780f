//! The texts with which pages are taken up again. Source: botocore's `TokenEncoder`, `TokenDecoder` and
//! `_parse_starting_token`: base64 of JSON with the service's tokens by input member.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind, Result};
use crate::jmespath::{Data, Style, write};

/// How many items of the page that the tokens lead to have been handed out.
const TRUNCATED: &str = "boto_truncate_amount";
/// The paths of those values in the JSON that are bytes, in base64.
const ENCODED: &str = "boto_encoded_keys";

/// Where to go on: the tokens of a page, in the order of the inputs' members, and how many of its items to pass over.
#[derive(Debug, PartialEq)]
pub(super) struct Start {
    pub(super) tokens: Vec<Data>,
    pub(super) skip: usize,
}

/// The resume token for the page that `tokens` lead to; `skip` when some of its items have been handed out.
pub(super) fn resume(members: &[&str], tokens: &[Data], skip: Option<usize>) -> String {
    let tokens = members.iter().zip(tokens).map(|(member, token)| ((*member).to_owned(), token.clone()));
    let skip = skip.map(|skip| (TRUNCATED.to_owned(), Data::Int(skip as i128)));
    encode(tokens.chain(skip).collect())
}

/// Reads a starting token: one of [`resume`]'s, the older form with `___` between the tokens, or the service's own.
pub(super) fn start(members: &[&str], text: &str) -> Result<Start> {
    match decode(text) {
        Some(entries) if entries.iter().all(|(key, _)| key == TRUNCATED || members.contains(&key.as_str())) => {
            from_entries(members, entries)
        }
        _ => from_parts(members, text),
    }
}

fn from_entries(members: &[&str], mut entries: Vec<(String, Data)>) -> Result<Start> {
    let mut take = |key: &str| {
        let found = entries.iter_mut().find(|(other, _)| other == key);
        found.map_or(Data::Null, |(_, value)| std::mem::take(value))
    };
    let skip = match take(TRUNCATED) {
        Data::Null => Some(0),
        Data::Int(skip) => usize::try_from(skip).ok(),
        _ => None,
    };
    let tokens = members.iter().map(|member| take(member)).collect();
    skip.map(|skip| Start { tokens, skip }).ok_or_else(bad_token)
}

fn from_parts(members: &[&str], text: &str) -> Result<Start> {
    let mut parts: Vec<&str> = text.split("___").collect();
    let mut skip = 0;
    if parts.len() == members.len() + 1 {
        match parts.pop().and_then(|count| count.parse().ok()) {
            Some(count) => skip = count,
            None => parts = vec![text],
        }
    }
    if parts.len() > members.len() {
        return Err(bad_token());
    }
    let mut tokens: Vec<Data> = parts.into_iter().map(token_of_part).collect();
    tokens.resize(members.len(), Data::Null);
    Ok(Start { tokens, skip })
}

fn token_of_part(part: &str) -> Data {
    match part {
        "None" => Data::Null,
        part => Data::Str(part.to_owned()),
    }
}

fn bad_token() -> Error {
    let message = "The starting token has more parts than the operation has tokens, or no number where one belongs";
    Error::new(ErrorKind::Serialize, message)
}

fn encode(mut entries: Vec<(String, Data)>) -> String {
    let mut paths = Vec::new();
    for (key, value) in &entries {
        blobs(value, &mut vec![Data::Str(key.clone())], &mut paths);
    }
    if !paths.is_empty() {
        entries.push((ENCODED.to_owned(), Data::List(paths)));
    }
    let mut text = String::new();
    write(&Data::Object(entries), Style::SPACED, &mut text);
    STANDARD.encode(text)
}

fn blobs(value: &Data, path: &mut Vec<Data>, paths: &mut Vec<Data>) {
    let mut inside = |step: Data, value: &Data| {
        path.push(step);
        blobs(value, path, paths);
        path.pop();
    };
    match value {
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                inside(Data::Int(index as i128), item);
            }
        }
        Data::Object(entries) => {
            for (key, value) in entries {
                inside(Data::Str(key.clone()), value);
            }
        }
        Data::Blob(_) => paths.push(Data::List(path.clone())),
        _ => {}
    }
}

fn decode(text: &str) -> Option<Vec<(String, Data)>> {
    let json = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
    let Data::Object(mut entries) = Data::from_json(&json) else { return None };
    let Some(place) = entries.iter().position(|(key, _)| key == ENCODED) else { return Some(entries) };
    let (_, Data::List(paths)) = entries.remove(place) else { return None };
    let mut token = Data::Object(entries);
    for path in paths {
        let Data::List(path) = path else { return None };
        let place = path.iter().try_fold(&mut token, step)?;
        let Data::Str(encoded) = &*place else { return None };
        *place = Data::Blob(STANDARD.decode(encoded).ok()?);
    }
    match token {
        Data::Object(entries) => Some(entries),
        _ => None,
    }
}

fn step<'a>(value: &'a mut Data, step: &Data) -> Option<&'a mut Data> {
    match (value, step) {
        (Data::Object(entries), Data::Str(key)) => {
            entries.iter_mut().find(|(other, _)| other == key).map(|(_, value)| value)
        }
        (Data::List(items), Data::Int(index)) => items.get_mut(usize::try_from(*index).ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive() {
        let token = Data::Object(vec![
            ("bar".to_owned(), Data::Blob(b"baz\xff".to_vec())),
            ("bin".to_owned(), Data::List(vec![Data::Int(1), Data::Blob(b"bam".to_vec())])),
        ]);
        let text = resume(&["foo"], std::slice::from_ref(&token), Some(2));
        let json = String::from_utf8(STANDARD.decode(&text).unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"foo": {"bar": "YmF6/w==", "bin": [1, "YmFt"]}, "boto_truncate_amount": 2, "boto_encoded_keys": [["foo", "bar"], ["foo", "bin", 1]]}"#
        );
        assert_eq!(start(&["foo"], &text).unwrap(), Start { tokens: vec![token], skip: 2 });
    }

    #[test]
    fn older_and_foreign_tokens() {
        let read = |text: &str| start(&["M1", "M2"], text).map(|start| (start.tokens, start.skip)).ok();
        let text = |text: &str| Data::Str(text.to_owned());
        assert_eq!(read("a___b___3"), Some((vec![text("a"), text("b")], 3)));
        assert_eq!(read("a___None"), Some((vec![text("a"), Data::Null], 0)));
        assert_eq!(read("a___b___c"), Some((vec![text("a___b___c"), Data::Null], 0)));
        assert_eq!(read("a___b___c___d"), None);
        // A service's own token may be base64 of JSON as well.
        let own = STANDARD.encode(r#"{"v": 1}"#);
        assert_eq!(read(&own), Some((vec![text(&own), Data::Null], 0)));
        for (broken, tokens) in [
            (r#"{"M1": "a", "boto_truncate_amount": "x"}"#, None),
            (r#"{"M1": "a", "boto_truncate_amount": -1}"#, None),
            ("[]", Some(0)),
        ] {
            assert_eq!(read(&STANDARD.encode(broken)).map(|(_, skip)| skip), tokens, "{broken}");
        }
    }
}
