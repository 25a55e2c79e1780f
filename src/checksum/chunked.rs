use std::io::{self, Read, Seek, SeekFrom};

use super::{Algorithm, Checksum};
use crate::error::Result;
use crate::http::Body;

/// Bytes of a chunk: botocore's `AwsChunkedWrapper._DEFAULT_CHUNK_SIZE`.
pub(super) const CHUNK: usize = 1 << 20;

/// A body in `aws-chunked` encoding: its parts with their lengths, then the checksum as a trailer.
///
/// A part is summed while it is sent, so the source is read once. Where the source's length is known nothing is kept in
/// memory; otherwise a chunk at a time, because its length goes first.
pub(super) struct Encoder {
    source: Body,
    /// Bytes of the source that are to come, where that is known.
    remaining: Option<u64>,
    total: Option<u64>,
    chunk: usize,
    algorithm: Option<Algorithm>,
    checksum: Option<Checksum>,
    state: State,
    /// Framing (and for sources of unknown length a chunk) that goes out next.
    pending: Vec<u8>,
    sent: usize,
}

#[derive(Clone, Copy)]
enum State {
    ChunkStart,
    /// That many bytes of a chunk are still to be read.
    InChunk(usize),
    End,
}

/// The body in `aws-chunked` encoding, with its length where that follows.
pub(super) fn encode(source: Body, length: Option<u64>, algorithm: Option<Algorithm>, chunk: usize) -> Result<Body> {
    let replayable = source.is_replayable();
    let encoded = length.map(|length| encoded_length(length, algorithm, chunk as u64));
    let encoder = Encoder {
        source,
        remaining: length,
        total: length,
        chunk,
        algorithm,
        checksum: algorithm.map(Checksum::new),
        state: State::ChunkStart,
        pending: Vec::new(),
        sent: 0,
    };
    Ok(match encoded {
        Some(_) if replayable => Body::from_seekable(encoder)?,
        Some(encoded) => Body::from_sized_reader(encoder, encoded),
        None => Body::from_reader(encoder),
    })
}

fn encoded_length(length: u64, algorithm: Option<Algorithm>, chunk: u64) -> u64 {
    let frame = |bytes: u64| if bytes == 0 { 0 } else { format!("{bytes:x}").len() as u64 + bytes + 4 };
    let trailer =
        algorithm.map_or(0, |algorithm| algorithm.header().len() as u64 + algorithm.size().div_ceil(3) * 4 + 3);
    length / chunk * frame(chunk) + frame(length % chunk) + "0\r\n\r\n".len() as u64 + trailer
}

impl Encoder {
    fn begin_chunk(&mut self) -> io::Result<()> {
        self.pending.clear();
        self.sent = 0;
        let Some(remaining) = self.remaining else { return self.buffer_chunk() };
        match remaining.min(self.chunk as u64) {
            0 => self.finish(),
            size => {
                self.pending.extend_from_slice(format!("{size:x}\r\n").as_bytes());
                self.state = State::InChunk(size as usize);
            }
        }
        Ok(())
    }

    fn buffer_chunk(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.chunk);
        Read::by_ref(&mut self.source).take(self.chunk as u64).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            self.finish();
            return Ok(());
        }
        if let Some(checksum) = &mut self.checksum {
            checksum.update(&bytes);
        }
        self.pending.extend_from_slice(format!("{:x}\r\n", bytes.len()).as_bytes());
        self.pending.append(&mut bytes);
        self.pending.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn finish(&mut self) {
        self.pending.extend_from_slice(b"0\r\n");
        if let (Some(algorithm), Some(checksum)) = (self.algorithm, self.checksum.take()) {
            self.pending
                .extend_from_slice(format!("{}:{}\r\n", algorithm.header(), checksum.finish_base64()).as_bytes());
        }
        self.pending.extend_from_slice(b"\r\n");
        self.state = State::End;
    }

    fn read_chunk(&mut self, buffer: &mut [u8], left: usize) -> io::Result<usize> {
        let size = buffer.len().min(left);
        let read = self.source.read(&mut buffer[..size])?;
        if read == 0 && size > 0 {
            return Err(self.ended_early());
        }
        if let Some(checksum) = &mut self.checksum {
            checksum.update(&buffer[..read]);
        }
        self.remaining = self.remaining.map(|remaining| remaining - read as u64);
        if read == left {
            self.pending.clear();
            self.pending.extend_from_slice(b"\r\n");
            self.sent = 0;
            self.state = State::ChunkStart;
        } else {
            self.state = State::InChunk(left - read);
        }
        Ok(read)
    }

    fn ended_early(&self) -> io::Error {
        let (total, remaining) = (self.total.unwrap_or_default(), self.remaining.unwrap_or_default());
        let message = format!("The body ended after {} of its {total} bytes", total - remaining);
        io::Error::new(io::ErrorKind::UnexpectedEof, message)
    }

    fn restart(&mut self) -> io::Result<()> {
        self.source.rewind()?;
        self.remaining = self.total;
        self.checksum = self.algorithm.map(Checksum::new);
        self.state = State::ChunkStart;
        self.pending.clear();
        self.sent = 0;
        Ok(())
    }
}

impl Read for Encoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let pending = &self.pending[self.sent..];
            if !pending.is_empty() {
                let size = pending.len().min(buffer.len() - filled);
                buffer[filled..filled + size].copy_from_slice(&pending[..size]);
                self.sent += size;
                filled += size;
                continue;
            }
            match self.state {
                State::ChunkStart => self.begin_chunk()?,
                State::InChunk(left) => filled += self.read_chunk(&mut buffer[filled..], left)?,
                State::End => break,
            }
        }
        Ok(filled)
    }
}

/// To the start, for another try, and to the end, to tell the length: what [`Body::from_seekable`] asks for.
impl Seek for Encoder {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match (to, self.total) {
            (SeekFrom::Start(0), _) => self.restart().map(|()| 0),
            (SeekFrom::Current(0), _) => Ok(0),
            (SeekFrom::End(0), Some(total)) => Ok(encoded_length(total, self.algorithm, self.chunk as u64)),
            _ => Err(io::Error::other("an encoded body can only go back to its start")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn encoded(body: Body, length: Option<u64>) -> String {
        encode(body, length, Some(Algorithm::Crc32), 4).unwrap().read_to_string().unwrap()
    }

    #[test]
    fn known_and_unknown_lengths_give_the_same_bytes() {
        let expected = "4\r\nabcd\r\n4\r\nefgh\r\n1\r\ni\r\n0\r\nx-amz-checksum-crc32:jamIrw==\r\n\r\n";
        assert_eq!(encoded(Body::from("abcdefghi"), Some(9)), expected);
        assert_eq!(encoded(Body::from_reader(Cursor::new("abcdefghi")), None), expected);
        assert_eq!(encoded(Body::from_reader(Cursor::new("abcdefghi")), Some(9)), expected);
        let length = encode(Body::from("abcdefghi"), Some(9), Some(Algorithm::Crc32), 4).unwrap().len();
        assert_eq!(length, Some(expected.len() as u64));
    }

    #[test]
    fn small_reads_give_the_same_bytes() {
        let mut body = encode(Body::from("abcdefghi"), Some(9), Some(Algorithm::Sha256), 4).unwrap();
        let mut bytes = Vec::new();
        let mut one = [0; 1];
        while body.read(&mut one).unwrap() == 1 {
            bytes.push(one[0]);
        }
        let whole = encode(Body::from("abcdefghi"), Some(9), Some(Algorithm::Sha256), 4).unwrap();
        assert_eq!(whole.len(), Some(bytes.len() as u64));
        assert_eq!(bytes, whole.into_bytes().unwrap());
    }

    #[test]
    fn another_try_sends_the_same_bytes() {
        let mut body = encode(Body::from("abcdefghi"), Some(9), Some(Algorithm::Crc32), 4).unwrap();
        let mut part = [0; 11];
        body.read_exact(&mut part).unwrap();
        body.rewind().unwrap();
        assert_eq!(body.read_to_string().unwrap(), encoded(Body::from("abcdefghi"), Some(9)));
    }

    #[test]
    fn a_body_that_ends_early_is_an_error() {
        let body = encode(Body::from_sized_reader(Cursor::new("abc"), 9), Some(9), None, 4).unwrap();
        let error = body.into_bytes().unwrap_err();
        assert!(error.to_string().contains("after 3 of"), "{error}");
    }

    #[test]
    fn lengths_are_those_of_the_encoded_bytes() {
        for size in [0, 1, 3, 4, 5, 15, 16, 17, 64, 1000] {
            for chunk in [1, 4, 16, 256] {
                for algorithm in [None, Some(Algorithm::Crc32), Some(Algorithm::Sha512), Some(Algorithm::Crc64Nvme)] {
                    let body = encode(Body::from(vec![7; size]), Some(size as u64), algorithm, chunk).unwrap();
                    let length = body.len();
                    assert_eq!(length, Some(body.into_bytes().unwrap().len() as u64), "{size} {chunk} {algorithm:?}");
                }
            }
        }
    }
}
