//! One file of a model: JSON, or JSON compressed with gzip.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::json::Json;
use crate::error::{Error, ErrorKind, Result};

/// What botocore looks for, in its order.
const ENDINGS: [&str; 2] = [".json", ".json.gz"];

/// Whether there is such a file. `path` is without its ending.
pub(super) fn exists(path: &Path) -> bool {
    ENDINGS.iter().any(|ending| with(path, ending).is_file())
}

/// The content of the file, where there is one.
///
/// # Errors
/// When it cannot be read, or is not JSON.
pub(super) fn load(path: &Path) -> Result<Option<Json>> {
    for ending in ENDINGS {
        let file = with(path, ending);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => continue,
            Err(_) if file.is_dir() => continue,
            Err(cause) => return Err(damaged(&file, "could not be read").with_source(cause)),
        };
        log::debug!("Loading JSON file: {}", file.display());
        let bytes = if ending.ends_with("gz") { unpacked(&file, &bytes)? } else { bytes };
        return parse(&bytes).map(Some).map_err(|cause| damaged(&file, "is not JSON").with_source(cause));
    }
    Ok(None)
}

/// The JSON of a file's bytes.
pub(super) fn parse(bytes: &[u8]) -> serde_json::Result<Json> {
    serde_json::from_slice(bytes)
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(ending);
    file.into()
}

fn damaged(file: &Path, problem: &str) -> Error {
    Error::new(ErrorKind::Data, format!("The file {} {problem}", file.display()))
}

#[cfg(not(feature = "gzip"))]
fn unpacked(file: &Path, _: &[u8]) -> Result<Vec<u8>> {
    Err(damaged(file, "is compressed, and the crate was built without its feature `gzip`"))
}

#[cfg(feature = "gzip")]
fn unpacked(file: &Path, bytes: &[u8]) -> Result<Vec<u8>> {
    gzip::members(bytes).map_err(|problem| damaged(file, &format!("could not be unpacked: {problem}")))
}

/// RFC 1952.
#[cfg(feature = "gzip")]
mod gzip {
    use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

    /// What unpacks to more than this is no model.
    const LONGEST: usize = 256 << 20;
    const TRAILER: usize = 8;

    /// The unpacked bytes of all members of a file.
    pub(super) fn members(mut bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let mut whole = Vec::new();
        loop {
            bytes = member(bytes, &mut whole)?;
            if bytes.is_empty() {
                return Ok(whole);
            }
        }
    }

    fn member<'a>(bytes: &'a [u8], whole: &mut Vec<u8>) -> Result<&'a [u8], &'static str> {
        let packed = header(bytes).ok_or("it does not begin as such a file does")?;
        let (start, mut read) = (whole.len(), 0);
        let mut state = DecompressorOxide::new();
        let mut out = vec![0; (packed.len() * 8).clamp(1 << 16, LONGEST)];
        let mut written = 0;
        loop {
            let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
            let (status, took, gave) = decompress(&mut state, &packed[read..], &mut out, written, flags);
            (read, written) = (read + took, written + gave);
            match status {
                miniz_oxide::inflate::TINFLStatus::Done => break,
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput if out.len() < LONGEST => {
                    out.resize((out.len() * 2).min(LONGEST), 0);
                }
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput => return Err("it is longer than 256 MiB"),
                _ => return Err("it is damaged or cut off"),
            }
        }
        whole.extend_from_slice(&out[..written]);
        let trailer = packed.get(read..read + TRAILER).ok_or("it is cut off")?;
        let number =
            |at: usize| trailer[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
        match number(0) == crc32fast::hash(&whole[start..]) && number(4) == written as u32 {
            true => Ok(&packed[read + TRAILER..]),
            false => Err("its checksum is not that of its content"),
        }
    }

    /// What follows a member's header.
    fn header(bytes: &[u8]) -> Option<&[u8]> {
        let (head, mut rest) = bytes.split_at_checked(10)?;
        let &[0x1f, 0x8b, 8, flags, ..] = head else { return None };
        if flags & 4 != 0 {
            let (length, more) = rest.split_at_checked(2)?;
            rest = more.get(usize::from(u16::from_le_bytes([length[0], length[1]]))..)?;
        }
        // A name, then a comment; each ends with a zero.
        for flag in [8, 16] {
            if flags & flag != 0 {
                rest = &rest[rest.iter().position(|byte| *byte == 0)? + 1..];
            }
        }
        if flags & 2 != 0 {
            rest = rest.get(2..)?;
        }
        Some(rest)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn packed(content: &[u8], flags: u8, extra: &[u8]) -> Vec<u8> {
            let mut bytes = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
            bytes.extend_from_slice(extra);
            bytes.extend(miniz_oxide::deflate::compress_to_vec(content, 6));
            bytes.extend(crc32fast::hash(content).to_le_bytes());
            bytes.extend((content.len() as u32).to_le_bytes());
            bytes
        }

        #[test]
        fn unpacks_what_gzip_packs() {
            let content = b"{\"a\": 1}".repeat(100_000);
            assert_eq!(members(&packed(&content, 0, b"")).unwrap(), content);
            assert_eq!(members(&packed(b"x", 4 | 8 | 16 | 2, b"\x02\0abname\0comment\0\x01\x02")).unwrap(), b"x");
            let two = [packed(b"one ", 0, b""), packed(b"two", 0, b"")].concat();
            assert_eq!(members(&two).unwrap(), b"one two");
        }

        #[test]
        fn damage_is_told() {
            let whole = packed(b"some content, some content", 8, b"name\0");
            for end in 0..whole.len() {
                assert!(members(&whole[..end]).is_err(), "{end}");
            }
            for at in 0..whole.len() {
                let mut changed = whole.clone();
                changed[at] ^= 0x40;
                let _ = members(&changed);
            }
            let mut changed = whole.clone();
            *changed.last_mut().unwrap() ^= 1;
            assert!(members(&changed).is_err());
        }
    }
}
