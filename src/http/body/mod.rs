mod parts;
mod save;

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::parts::{Chunks, Lines};
use crate::checksum::Md5;
use crate::error::{Error, ErrorKind, Result};

/// Bytes copied at once: large enough that system calls cost nothing beside the copying.
const COPY: usize = 256 * 1024;
/// Most bytes set aside on a length that only the server vouches for.
const TRUSTED: u64 = 64 * 1024 * 1024;

/// A stream of bytes, sent or received: nothing is held in memory but what is read.
///
/// | made from | length | sent again when a call is retried |
/// | --- | --- | --- |
/// | `Vec<u8>`, `String`, `&'static str`, `&'static [u8]`, [`Blob`](crate::Blob) | known | yes |
/// | a [`File`], [`Body::from_path`] | known, from where it stands | yes |
/// | [`Body::from_seekable`]: any `Read + Seek` | known, from where it stands | yes |
/// | [`Body::from_sized_reader`]: any `Read` | as told | when nothing was read yet |
/// | [`Body::from_reader`]: any `Read`; a pipe or device as [`File`] | unknown: sent in chunks | when nothing was read yet |
///
/// An answer's body is read through [`Read`], or by [`read_to_string`](Body::read_to_string),
/// [`into_bytes`](Body::into_bytes), [`copy_to`](Body::copy_to), [`save_to`](Body::save_to), [`lines`](Body::lines) and
/// [`chunks`](Body::chunks). Its length and checksum are compared at the end: a body that was cut short is an error, never
/// a shorter body. Dropped before its end, it closes its connection.
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
    /// Bytes read since the start.
    position: u64,
    touched: bool,
    progress: Option<Progress>,
    /// Service and operation of the answer that the body is of: errors name them.
    operation: Option<(&'static str, &'static str)>,
}

type Progress = Box<dyn FnMut(u64, Option<u64>) + Send>;

enum Source {
    Empty,
    Bytes(Cursor<Vec<u8>>),
    Static(Cursor<&'static [u8]>),
    Seekable(Box<dyn ReadSeek>),
    Reader(Box<dyn Read + Send>),
    /// What cannot be read, with the reason.
    Nothing(&'static str),
}

trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Body {
    /// A body that holds nothing, as if none was given.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// assert_eq!(Body::empty().into_bytes()?, b"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn empty() -> Self {
        Body::new(Source::Empty, Some(0), 0)
    }

    /// A body that is read once, of unknown length: sent in chunks, and not sent again when a call fails.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let output = std::process::Command::new("true").stdout(std::process::Stdio::piped()).spawn()?;
    /// let body = Body::from_reader(output.stdout.expect("it was asked for"));
    /// assert_eq!(body.len(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Body::new(Source::Reader(Box::new(reader)), None, 0)
    }

    /// A body that is read once and has `length` bytes. A reader that ends earlier is an error.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let body = Body::from_sized_reader(std::io::repeat(b'x'), 3);
    /// assert_eq!(body.read_to_string()?, "xxx");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        Body::new(Source::Reader(Box::new(reader)), Some(length), 0)
    }

    /// A body that is read from its present place to its end, and again from there when a call is retried.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let mut reader = std::io::Cursor::new("key=value");
    /// reader.set_position(4);
    /// let body = Body::from_seekable(reader)?;
    /// assert_eq!(body.len(), Some(5));
    /// assert_eq!(body.read_to_string()?, "value");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the reader does not tell its place or end.
    pub fn from_seekable(mut reader: impl Read + Seek + Send + 'static) -> Result<Self> {
        let (start, end) =
            extent(&mut reader).map_err(|cause| Error::body("The body's length could not be found", cause))?;
        Ok(Body::new(Source::Seekable(Box::new(reader)), Some(end - start), start))
    }

    /// The file at `path`, from its start to its end.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// # let path = std::env::temp_dir().join(format!("botocore-doc-{}", std::process::id()));
    /// # std::fs::write(&path, "from a file")?;
    /// let body = Body::from_path(&path)?;
    /// # std::fs::remove_file(&path)?;
    /// assert_eq!(body.len(), Some(11));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it cannot be opened, or is a directory.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |reason: &str| Error::new(ErrorKind::Body, format!("The file `{}` {reason}", path.display()));
        let file = File::open(path).map_err(|cause| failed("could not be opened").with_source(cause))?;
        let body = Body::from(file);
        if let Source::Nothing(reason) = body.lock().source {
            return Err(failed(reason));
        }
        Ok(body)
    }

    /// Calls `progress` with the bytes read so far and the length, where known, each time that some were read: for a
    /// progress bar, of what is sent and of what is received. A body that is sent again counts from its start again.
    ///
    /// ```no_run
    /// # #[cfg(feature = "s3")] {
    /// # use botocore::{Body, Session, s3};
    /// # let s3 = s3::Client::new(&Session::new())?;
    /// let show = |done, of: Option<u64>| println!("{done} of {of:?} bytes");
    /// let film = Body::from_path("film.mp4")?.with_progress(show);
    /// s3.put_object("bucket", "film.mp4").body(film).send()?;
    ///
    /// let object = s3.get_object("bucket", "film.mp4").send()?;
    /// object.body.with_progress(show).save_to("copy.mp4")?;
    /// # }
    /// # Ok::<(), botocore::Error>(())
    /// ```
    pub fn with_progress(mut self, progress: impl FnMut(u64, Option<u64>) + Send + 'static) -> Self {
        self.inner().progress = Some(Box::new(progress));
        self
    }

    fn new(source: Source, length: Option<u64>, start: u64) -> Self {
        Body(Mutex::new(Inner::new(source, length, start)))
    }

    /// The number of bytes from the start to the end, where it is known. For an answer: its `Content-Length`.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> Option<u64> {
        self.lock().length
    }

    /// Whether it is other than [`Body::empty`]; what was given may have no bytes all the same.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self.lock().source, Source::Empty)
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

    /// Has errors of reading name that operation.
    pub(crate) fn set_operation(&mut self, service: &'static str, operation: &'static str) {
        self.inner().operation = Some((service, operation));
    }

    /// The service and operation whose answer it is.
    pub(crate) fn operation(&self) -> Option<(&'static str, &'static str)> {
        self.lock().operation
    }

    /// Whether the body can be sent again from its start.
    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.lock().source, Source::Reader(_) | Source::Nothing(_))
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
            Source::Reader(_) | Source::Nothing(_) => {
                return Err(io::Error::other("the body comes from a reader that cannot go back to its start"));
            }
        }
        inner.touched = false;
        inner.position = 0;
        Ok(())
    }

    /// Shows all bytes to `see`, then goes back to the start. Progress is not told: nothing is sent yet.
    ///
    /// # Errors
    /// When the source fails, or cannot go back.
    pub(crate) fn look_through(&mut self, mut see: impl FnMut(&[u8])) -> io::Result<()> {
        let progress = self.inner().progress.take();
        let seen = self.each_piece(|piece| {
            see(piece);
            Ok(())
        });
        let back = self.rewind();
        self.inner().progress = progress;
        seen.and(back)
    }

    /// The base64 text of the body's MD5, as the header `Content-MD5` holds it. The body is read to its end and stands at
    /// its start again.
    ///
    /// botocore no longer sends it by itself: a CRC32 does the same. Some servers beside AWS want it yet, and a bucket's
    /// policy can.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let mut body = Body::from("hello");
    /// assert_eq!(body.content_md5()?, "XUFAKrxLKna5cZ2REBfFkg==");
    /// assert_eq!(body.read_to_string()?, "hello");
    /// # Ok::<(), botocore::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the source fails, or is a reader that cannot go back. Source: botocore `utils.calculate_md5`.
    pub fn content_md5(&mut self) -> Result<String> {
        if !self.is_replayable() {
            let message =
                "The body comes from a reader that is read once, so that it cannot be summed before it is sent";
            return Err(Error::new(ErrorKind::Body, message));
        }
        let mut sum = Md5::new();
        let seen = self.look_through(|piece| sum.update(piece));
        seen.map_err(|cause| Error::body("The body could not be read for its MD5", cause))?;
        Ok(STANDARD.encode(sum.finish()))
    }

    /// Takes the body out, leaving an empty one.
    pub(crate) fn take(&self) -> Body {
        let empty = Inner::new(Source::Empty, Some(0), 0);
        Body(Mutex::new(std::mem::replace(&mut *self.lock(), empty)))
    }

    /// Reads the rest as text.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// assert_eq!(Body::from("some text").read_to_string()?, "some text");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the connection fails before the end, or the bytes are not UTF-8.
    pub fn read_to_string(self) -> Result<String> {
        let failed = |cause| Error::body("The body could not be read as text", cause);
        let bytes = self.into_bytes()?;
        String::from_utf8(bytes).map_err(|cause| failed(io::Error::new(io::ErrorKind::InvalidData, cause)))
    }

    /// Reads the rest into memory.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// assert_eq!(Body::from("bytes").into_bytes()?, b"bytes");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the connection fails before the end.
    pub fn into_bytes(mut self) -> Result<Vec<u8>> {
        self.rest().map_err(|cause| Error::body("The body could not be read", cause))
    }

    /// Writes the rest to `writer`; gives the number of bytes.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let mut copy = Vec::new();
    /// assert_eq!(Body::from("some text").copy_to(&mut copy)?, 9);
    /// assert_eq!(copy, b"some text");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the connection fails before the end, or `writer` fails.
    pub fn copy_to(mut self, writer: &mut (impl io::Write + ?Sized)) -> Result<u64> {
        let mut copied = 0;
        let result = self.each_piece(|piece| {
            copied += piece.len() as u64;
            writer.write_all(piece)
        });
        result.map(|()| copied).map_err(|cause| Error::body("The body could not be copied", cause))
    }

    /// Text by lines, without their ends (`\n` or `\r\n`).
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let lines: Result<Vec<_>, _> = Body::from("one\ntwo\r\n").lines().collect();
    /// assert_eq!(lines?, ["one", "two"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lines(self) -> Lines {
        Lines::new(self)
    }

    /// Pieces of `size` bytes, the last one shorter; a `size` of 0 counts as 1.
    ///
    /// ```
    /// use botocore::Body;
    ///
    /// let pieces: Result<Vec<_>, _> = Body::from("abcde").chunks(2).collect();
    /// assert_eq!(pieces?, [&b"ab"[..], b"cd", b"e"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn chunks(self, size: usize) -> Chunks {
        Chunks::new(self, size)
    }

    fn each_piece(&mut self, mut see: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let length = self.len().and_then(|length| usize::try_from(length).ok());
        let mut buffer = vec![0; length.unwrap_or(COPY).clamp(1, COPY)];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => see(&buffer[..count])?,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
    }

    fn rest(&mut self) -> io::Result<Vec<u8>> {
        let inner = self.inner();
        if let (Source::Bytes(bytes), 0, None) = (&mut inner.source, inner.position, &inner.progress) {
            inner.touched = true;
            return Ok(std::mem::take(bytes.get_mut()));
        }
        let left = inner.length.map_or(0, |length| length - inner.position.min(length));
        let mut bytes = vec![0; usize::try_from(left.min(TRUSTED)).unwrap_or(0)];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        bytes.truncate(filled);
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn inner(&mut self) -> &mut Inner {
        self.0.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Inner {
    fn new(source: Source, length: Option<u64>, start: u64) -> Self {
        Inner { source, length, start, position: 0, touched: false, progress: None, operation: None }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.map_or(u64::MAX, |length| length - self.position.min(length));
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        let count = match &mut self.source {
            Source::Empty => 0,
            Source::Bytes(bytes) => bytes.read(buffer)?,
            Source::Static(bytes) => bytes.read(buffer)?,
            Source::Seekable(reader) => reader.read(buffer)?,
            Source::Reader(reader) => reader.read(buffer)?,
            Source::Nothing(reason) => return Err(io::Error::other(format!("the body {reason}"))),
        };
        if let (0, Some(length), false) = (count, self.length, buffer.is_empty()) {
            let message = format!("The body ended after {} of {length} bytes", self.position);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, Error::new(ErrorKind::Body, message)));
        }
        self.position += count as u64;
        if let (Some(progress), true) = (&mut self.progress, count > 0) {
            progress(self.position, self.length);
        }
        Ok(count)
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
        inner.read(buffer).map_err(|cause| match inner.operation {
            Some((service, operation)) if cause.kind() != io::ErrorKind::Interrupted => {
                let kind = cause.kind();
                let error = Error::body("The body could not be read", cause).in_operation(service, operation);
                io::Error::new(kind, error)
            }
            _ => cause,
        })
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

/// The file from its present place to its end. A pipe or a device is read once, with unknown length; a directory fails
/// when it is read.
impl From<File> for Body {
    fn from(mut file: File) -> Self {
        let kind = file.metadata().ok().map(|metadata| metadata.file_type());
        if kind.is_some_and(|kind| kind.is_dir()) {
            return Body::new(Source::Nothing("is a directory"), None, 0);
        }
        if kind.is_some_and(|kind| !kind.is_file()) {
            return Body::from_reader(file);
        }
        match extent(&mut file) {
            Ok((start, end)) => Body::new(Source::Seekable(Box::new(file)), Some(end - start), start),
            Err(_) => Body::from_reader(file),
        }
    }
}

#[cfg(test)]
mod tests;
