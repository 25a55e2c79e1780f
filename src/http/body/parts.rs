use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use super::{Body, COPY};
use crate::error::{Error, Result};

/// The lines of a [`Body`], in order. After an error there are no more.
pub struct Lines(Option<BufReader<Body>>);

impl Lines {
    pub(super) fn new(body: Body) -> Self {
        Lines(Some(BufReader::with_capacity(COPY, body)))
    }

    fn read(&mut self) -> io::Result<Option<String>> {
        let Some(reader) = &mut self.0 else { return Ok(None) };
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let end = line.strip_suffix('\n').map_or(line.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
        line.truncate(end);
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Result<String>> {
        let line = self.read().map_err(|cause| Error::body("The body could not be read as lines of text", cause));
        if !matches!(line, Ok(Some(_))) {
            self.0 = None;
        }
        line.transpose()
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lines").field(&self.0.as_ref().map(BufReader::get_ref)).finish()
    }
}

/// A [`Body`] in pieces of equal size, in order. After an error there are no more.
#[derive(Debug)]
pub struct Chunks {
    body: Option<Body>,
    size: usize,
}

impl Chunks {
    pub(super) fn new(body: Body, size: usize) -> Self {
        Chunks { body: Some(body), size: size.max(1) }
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(body) = &mut self.body else { return Ok(None) };
        let mut chunk = Vec::new();
        body.take(self.size as u64).read_to_end(&mut chunk)?;
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }
}

impl Iterator for Chunks {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Result<Vec<u8>>> {
        let chunk = self.read().map_err(|cause| Error::body("The body could not be read", cause));
        if !matches!(chunk, Ok(Some(_))) {
            self.body = None;
        }
        chunk.transpose()
    }
}
