//! Event streams that are cut, changed, or say of themselves what is not so.

use std::time::{Duration, Instant};

use crate::ErrorKind;
use crate::protocol::event_stream::{Frame, HeaderValue};

fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    prelude((16 + headers.len() + payload.len()) as u32, headers.len() as u32, &[headers, payload].concat())
}

/// A frame that says so of its lengths, with the checksums that it then has.
fn prelude(total: u32, headers: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(content);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn text(name: &str, value: &str) -> Vec<u8> {
    let length = (value.len() as u16).to_be_bytes();
    [&[name.len() as u8], name.as_bytes(), &[7], &length, value.as_bytes()].concat()
}

fn read(bytes: &[u8]) -> crate::Result<Option<Frame>> {
    Frame::read(&mut &bytes[..])
}

#[track_caller]
fn refused(bytes: &[u8], text: &str) {
    let error = read(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert!(error.message().contains(text), "{error}");
}

#[test]
fn every_cut_and_every_bit() {
    let whole = frame(&text(":event-type", "Said"), b"hello");
    let got = read(&whole).unwrap().unwrap();
    assert_eq!(got.headers, [(":event-type".to_owned(), HeaderValue::String("Said".to_owned()))]);
    assert_eq!(got.payload, b"hello");
    assert!(read(b"").unwrap().is_none());
    for end in 1..whole.len() {
        assert_eq!(read(&whole[..end]).unwrap_err().kind(), ErrorKind::Transport, "{end}");
    }
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(read(&changed).unwrap_err().kind(), ErrorKind::Parse, "bit {bit}");
    }
}

/// Nothing is read, or made room for, on the word of a length alone.
#[test]
fn lengths() {
    refused(&prelude(0, 0, b""), "a frame of 0 bytes cannot hold 0 of headers");
    refused(&prelude(15, 0, b""), "a frame of 15 bytes");
    refused(&prelude(16, 1, b""), "a frame of 16 bytes cannot hold 1 of headers");
    refused(&prelude(u32::MAX, u32::MAX, b""), "cannot hold");
    refused(&prelude(u32::MAX, 0, b""), "is too long");
    refused(&prelude(u32::MAX, u32::MAX - 16, b""), "is too long");
    let (headers, payload) = (128 * 1024, 24 * 1024 * 1024);
    refused(&prelude(16 + headers + 1, headers + 1, b""), "a frame with 131073 bytes of headers");
    refused(&prelude(16 + payload + 1, 0, b""), "and 25165825 of payload is too long");
    assert_eq!(read(&prelude(16 + headers + payload, headers, b"")).unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(read(&frame(b"", &vec![7; payload as usize])).unwrap().unwrap().payload.len(), payload as usize);
}

#[test]
fn headers_that_are_none() {
    for (headers, text) in [
        (&b"\x01"[..], "the headers end too early"),
        (b"\x01a", "the headers end too early"),
        (b"\xffabc\x00", "the headers end too early"),
        (b"\x01a\x0a", "the header \"a\" has the unknown type 10"),
        (b"\x01a\xff", "the header \"a\" has the unknown type 255"),
        (b"\x01\xff\x00", "a header is not UTF-8"),
        (b"\x01a\x07\x00\x01\xff", "a header is not UTF-8"),
        (b"\x01a\x07\xff\xffxyz", "the headers end too early"),
        (b"\x01a\x06\x00\x02x", "the headers end too early"),
        (b"\x01a\x08\0\0\0", "the headers end too early"),
        (b"\x01a\x09\0\0\0", "the headers end too early"),
        (b"\x01a\x00\x01a\x01", "the header \"a\" comes twice"),
    ] {
        refused(&frame(headers, b""), text);
    }
}

/// As many headers as a frame can have, compared with one another in no more than a moment.
#[test]
fn many_headers() {
    let mut headers = Vec::new();
    for number in 0..21_000_u32 {
        headers.extend([4]);
        headers.extend(format!("{number:04x}").bytes());
        headers.extend([0]);
    }
    headers.truncate(128 * 1024 / 6 * 6);
    let began = Instant::now();
    assert_eq!(read(&frame(&headers, b"")).unwrap().unwrap().headers.len(), 21_000);
    headers.extend(b"\x0401f4\x01");
    refused(&frame(&headers, b""), "the header \"01f4\" comes twice");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}
