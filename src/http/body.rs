use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Mutex, MutexGuard};

use crate::error::{Error, Result};

/// A stream of bytes, sent or received: nothing is held in memory but what is read.
///
/// Made from bytes, text, a [`File`], or any reader; read through [`Read`] or the methods here.
///
/// ```
/// use botocore::Body;
///
/// let body = Body::from("some text");
/// assert_eq!(body.len(), Some(9));
/// assert_eq!(body.read_to_string()?, "some text");
/// # Ok::<(), botocore::Error>(())
/// ```
pub struct Body(Mutex<Inner>);

struct Inner {
    source: Source,
    /// Bytes from the start to the end, where known.
    length: Option<u64>,
    /// Where a seekable source stood when it was handed over.
    start: u64,
    touched: bool,
}

enum Source {
    Empty,
    Bytes(Cursor<Vec<u8>>),
    Static(Cursor<&'static [u8]>),
    Seekable(Box<dyn ReadSeek>),
    Reader(Box<dyn Read + Send>),
}

trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Body {
    /// A body that holds nothing.
    pub fn empty() -> Self {
        Body::new(Source::Empty, Some(0), 0)
    }

    /// A body that is read once, of unknown length: sent in chunks, and not sent again when a call fails.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Body::new(Source::Reader(Box::new(reader)), None, 0)
    }

    /// A body that is read once and has `length` bytes. A reader that ends earlier is an error.
    pub fn from_sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        Body::new(Source::Reader(Box::new(reader)), Some(length), 0)
    }

    /// A body that is read from its present place to its end, and again from there when a call is retried.
    ///
    /// # Errors
    /// When the reader does not tell its place or end.
    pub fn from_seekable(mut reader: impl Read + Seek + Send + 'static) -> Result<Self> {
        let (start, end) =
            extent(&mut reader).map_err(|cause| Error::body("The body's length could not be found", cause))?;
        Ok(Body::new(Source::Seekable(Box::new(reader)), Some(end - start), start))
    }

    fn new(source: Source, length: Option<u64>, start: u64) -> Self {
        Body(Mutex::new(Inner { source, length, start, touched: false }))
    }

    /// The number of bytes from the start to the end, where it is known. For an answer: its `Content-Length`.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> Option<u64> {
        self.lock().length
    }

    /// The bytes, when they are all in memory: nothing is read.
    pub(crate) fn with_bytes<T>(&self, use_bytes: impl FnOnce(Option<&[u8]>) -> T) -> T {
        match &self.lock().source {
            Source::Empty => use_bytes(Some(&[])),
            Source::Bytes(bytes) => use_bytes(Some(bytes.get_ref())),
            Source::Static(bytes) => use_bytes(Some(bytes.get_ref())),
            _ => use_bytes(None),
        }
    }

    /// Whether the body can be sent again from its start.
    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.lock().source, Source::Reader(_))
    }

    /// Goes back to the start.
    ///
    /// # Errors
    /// When the body was made from a plain reader that has been read from, or seeking fails.
    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        let inner = self.inner();
        if !inner.touched {
            return Ok(());
        }
        match &mut inner.source {
            Source::Empty => {}
            Source::Bytes(bytes) => bytes.set_position(0),
            Source::Static(bytes) => bytes.set_position(0),
            Source::Seekable(reader) => {
                reader.seek(SeekFrom::Start(inner.start))?;
            }
            Source::Reader(_) => {
                return Err(io::Error::other("the body comes from a reader that cannot go back to its start"));
            }
        }
        inner.touched = false;
        Ok(())
    }

    /// Takes the body out, leaving an empty one.
    pub(crate) fn take(&self) -> Body {
        Body(Mutex::new(std::mem::replace(
            &mut *self.lock(),
            Inner { source: Source::Empty, length: Some(0), start: 0, touched: false },
        )))
    }

    /// Reads the rest as text.
    ///
    /// # Errors
    /// When the connection fails before the end, or the bytes are not UTF-8.
    pub fn read_to_string(mut self) -> Result<String> {
        let mut text = String::new();
        Read::read_to_string(&mut self, &mut text)
            .map_err(|cause| Error::body("The body could not be read as text", cause))?;
        Ok(text)
    }

    /// Reads the rest into memory.
    ///
    /// # Errors
    /// When the connection fails before the end.
    pub fn into_bytes(mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).map_err(|cause| Error::body("The body could not be read", cause))?;
        Ok(bytes)
    }

    /// Writes the rest to `writer`; gives the number of bytes.
    ///
    /// # Errors
    /// When the connection fails before the end, or `writer` fails.
    pub fn copy_to(mut self, writer: &mut (impl io::Write + ?Sized)) -> Result<u64> {
        io::copy(&mut self, writer).map_err(|cause| Error::body("The body could not be copied", cause))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn inner(&mut self) -> &mut Inner {
        self.0.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn extent(reader: &mut impl Seek) -> io::Result<(u64, u64)> {
    let start = reader.stream_position()?;
    let end = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(start))?;
    Ok((start, end.max(start)))
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let inner = self.inner();
        inner.touched = true;
        match &mut inner.source {
            Source::Empty => Ok(0),
            Source::Bytes(bytes) => bytes.read(buffer),
            Source::Static(bytes) => bytes.read(buffer),
            Source::Seekable(reader) => reader.read(buffer),
            Source::Reader(reader) => reader.read(buffer),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Body::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(length unknown)"),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Body::new(Source::Bytes(Cursor::new(bytes)), Some(length), 0)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Body::from(text.into_bytes())
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Body::new(Source::Static(Cursor::new(bytes)), Some(bytes.len() as u64), 0)
    }
}

impl<const N: usize> From<&'static [u8; N]> for Body {
    fn from(bytes: &'static [u8; N]) -> Self {
        Body::from(&bytes[..])
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Body::from(text.as_bytes())
    }
}

impl From<crate::Blob> for Body {
    fn from(blob: crate::Blob) -> Self {
        Body::from(blob.into_vec())
    }
}

/// The file from its present place to its end. A file that cannot seek (a pipe) is read once, with unknown length.
impl From<File> for Body {
    fn from(mut file: File) -> Self {
        match extent(&mut file) {
            Ok((start, end)) => Body::new(Source::Seekable(Box::new(file)), Some(end - start), start),
            Err(_) => Body::from_reader(file),
        }
    }
}
