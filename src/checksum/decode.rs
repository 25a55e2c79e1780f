//! A reader of `aws-chunked` bodies. No answer of AWS has that encoding; what is sent is read back by it.

/// A body's content and its trailers.
#[derive(Debug, PartialEq)]
pub(super) struct Decoded {
    pub(super) content: Vec<u8>,
    pub(super) trailers: Vec<(String, String)>,
}

/// Takes a body apart; `length` is the content's, where it was told.
///
/// # Errors
/// What is wrong with it.
pub(super) fn decode(mut rest: &[u8], length: Option<u64>) -> Result<Decoded, &'static str> {
    let (mut content, mut trailers) = (Vec::new(), Vec::new());
    loop {
        let line = line(&mut rest)?;
        let size = line.split(';').next().unwrap_or_default();
        let hexadecimal = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size =
            usize::from_str_radix(size, 16).ok().filter(|_| hexadecimal).ok_or("a chunk's length is no number")?;
        if size == 0 {
            break;
        }
        let (chunk, after) = rest.split_at_checked(size).ok_or("the body ends within a chunk")?;
        content.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").ok_or("a chunk goes on behind its length")?;
    }
    loop {
        let line = line(&mut rest)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or("a trailer has no colon")?;
        trailers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    if !rest.is_empty() {
        return Err("something follows the body");
    }
    match length {
        Some(length) if length != content.len() as u64 => Err("the content has another length than was told"),
        _ => Ok(Decoded { content, trailers }),
    }
}

/// Splits off a line.
fn line<'a>(rest: &mut &'a [u8]) -> Result<&'a str, &'static str> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n").ok_or("the body ends within a line")?;
    let (line, after) = rest.split_at(end);
    *rest = &after[2..];
    std::str::from_utf8(line).map_err(|_| "a line is not UTF-8")
}
