//! Files of tokens and credentials that other programs read and write too: `~/.aws/sso/cache`, `~/.aws/cli/cache` …
//!
//! Source: botocore's `JSONFileCache`, and the names that its users give to what they keep.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ring::digest::{self, Algorithm};
use serde_json::{Map, Value};

/// A directory of JSON files.
#[derive(Clone, Debug)]
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn new(directory: impl Into<PathBuf>) -> Self {
        Files(directory.into())
    }

    pub(crate) fn path(&self, key: &str) -> PathBuf {
        self.0.join(format!("{key}.json"))
    }

    /// The object of a file; `None` when there is none that can be read.
    pub(crate) fn read(&self, key: &str) -> Option<Map<String, Value>> {
        serde_json::from_slice(&fs::read(self.path(key)).ok()?).ok()
    }

    /// Puts a file in place whole, for its owner only. What cannot be kept is logged, and asked for again another time.
    pub(crate) fn write(&self, key: &str, value: &Value) {
        let path = self.path(key);
        if let Err(cause) = self.write_whole(&path, python(value, Style::Spaced).as_bytes()) {
            log::warn!("The file {} could not be written: {cause}", path.display());
        }
    }

    fn write_whole(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut directories = fs::DirBuilder::new();
        directories.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut directories, 0o700);
        directories.create(&self.0)?;
        let beside = self.0.join(format!(".{}-{:016x}.tmp", std::process::id(), fastrand::u64(..)));
        let put = || {
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        put().inspect_err(|_| drop(fs::remove_file(&beside)))
    }
}

/// The SHA-1 of a text in hexadecimal digits: the name of most of these files.
pub(crate) fn sha1(text: &str) -> String {
    hexadecimal(&digest::SHA1_FOR_LEGACY_USE_ONLY, text)
}

/// The SHA-256 of a text in hexadecimal digits.
pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(&digest::SHA256, text)
}

fn hexadecimal(algorithm: &'static Algorithm, text: &str) -> String {
    digest::digest(algorithm, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands between the parts of JSON.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// `", "` and `": "`
    Spaced,
    /// `","` and `":"`
    Compact,
}

/// JSON as Python's `json.dumps` writes it, with sorted keys: the names of files are made of that text.
pub(crate) fn python(value: &Value, style: Style) -> String {
    let mut text = String::new();
    write(value, style, &mut text);
    text
}

fn write(value: &Value, style: Style, text: &mut String) {
    let (comma, colon) = if style == Style::Spaced { (", ", ": ") } else { (",", ":") };
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (place, (name, value)) in sorted.into_iter().enumerate() {
                text.push_str(if place > 0 { comma } else { "" });
                write_string(name, text);
                text.push_str(colon);
                write(value, style, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                text.push_str(if place > 0 { comma } else { "" });
                write(value, style, text);
            }
            text.push(']');
        }
        Value::String(string) => write_string(string, text),
        other => text.push_str(&other.to_string()),
    }
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for sign in string.chars() {
        match sign {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(sign),
            _ => sign.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configuration::scratch;

    /// Expected texts and sums: Python 3's `json.dumps(…, sort_keys=True)` and `hashlib.sha1`.
    #[test]
    fn texts_are_pythons() {
        let value = json!({"b": [1, null, true, "é\u{1f600}\"\\\n\u{7f}"], "a": {}});
        let spaced = r#"{"a": {}, "b": [1, null, true, "\u00e9\ud83d\ude00\"\\\n\u007f"]}"#;
        assert_eq!(python(&value, Style::Spaced), spaced);
        assert_eq!(python(&json!({"b": "c", "a": 1}), Style::Compact), r#"{"a":1,"b":"c"}"#);
        assert_eq!(sha1("test-sso"), "d12208e38164f558a1d06c99432ab77dbb346c45".to_owned());
    }

    #[test]
    fn files_are_whole_and_their_owners_only() {
        let directory = scratch("files").join("a/b");
        let files = Files::new(&directory);
        assert!(files.read("k").is_none());
        std::thread::scope(|scope| {
            for n in 0..8 {
                let files = files.clone();
                scope.spawn(move || files.write("k", &json!({"n": n, "text": "x".repeat(100_000)})));
            }
        });
        let read = files.read("k").expect("one of them is in place, whole");
        assert_eq!(read["text"].as_str().map(str::len), Some(100_000));
        let names: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["k.json"], "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&files.path("k")), mode(&directory)), (0o600, 0o700));
        }
    }
}
