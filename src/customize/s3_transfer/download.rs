use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::progress::Progress;
use super::workers::run;
use super::{Transfer, carry};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Body;
use crate::s3::operation::{GetObjectInput, HeadObjectInput};

/// How often the bytes of a part are asked for when the connection breaks while they come. Source: s3transfer's
/// `num_download_attempts`.
const ATTEMPTS: u32 = 5;

/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;

/// What came of a download.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Downloaded {
    /// How many bytes the file has.
    pub bytes: u64,
    /// In how many parts they came; 0 when in one answer.
    pub parts: u32,
    /// The object's entity tag, in its quotation marks.
    pub e_tag: Option<String>,
    /// The object's version, in a bucket that keeps versions.
    pub version_id: Option<String>,
}

impl Transfer {
    /// Stores the object in the file at `path`, which is replaced when all is there.
    ///
    /// # Errors
    /// When the file cannot be written, when the object changes on the way, and as the operations. The file at `path` stays
    /// as it was then.
    pub fn download_file(
        &self,
        bucket: impl Into<String>,
        key: impl Into<String>,
        path: impl AsRef<Path>,
    ) -> Result<Downloaded> {
        self.download_file_as(&GetObjectInput::new(bucket, key), path)
    }

    /// Stores the object that the input asks for, with its version, keys and conditions, in the file at `path`.
    ///
    /// # Errors
    /// As [`download_file`](Self::download_file), and when the input asks for a range or a part.
    pub fn download_file_as(&self, object: &GetObjectInput, path: impl AsRef<Path>) -> Result<Downloaded> {
        if object.range.is_some() || object.part_number.is_some() {
            let message = "A download is of a whole object, and the input asks for a range or a part";
            return Err(Error::new(ErrorKind::Serialize, message));
        }
        if path.as_ref().is_dir() {
            let message = format!("The file `{}` is a directory", path.as_ref().display());
            return Err(Error::new(ErrorKind::Body, message));
        }
        let mut head = HeadObjectInput::default();
        carry(object, &mut head, |_| false)?;
        let head = self.client.send(head).map_err(|error| {
            let missing = error.status() == Some(404);
            error.with_hint(missing.then(|| format!("{} in the bucket {}", object.key, object.bucket)))
        })?;
        let length = head.content_length.and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
        let unfinished = Unfinished::new(path.as_ref());
        let progress = Progress::new(self.progress.clone(), Some(length));
        let parts = if length < self.threshold.max(1) { 0 } else { length.div_ceil(self.part_size) };
        unfinished.create(length)?;
        if parts == 0 {
            let part = Part { transfer: self, object, e_tag: head.e_tag.as_deref(), range: None };
            part.fetch(&unfinished, &progress)?;
        } else {
            let next = AtomicU64::new(0);
            run(self.threads, || {
                let start = next.fetch_add(1, Ordering::Relaxed) * self.part_size;
                if start >= length {
                    return Ok(false);
                }
                let range = Some((start, self.part_size.min(length - start)));
                Part { transfer: self, object, e_tag: head.e_tag.as_deref(), range }.fetch(&unfinished, &progress)?;
                Ok(true)
            })?;
        }
        unfinished.finish()?;
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        Ok(Downloaded { bytes: length, parts, e_tag: head.e_tag, version_id: head.version_id })
    }
}

struct Part<'a> {
    transfer: &'a Transfer,
    object: &'a GetObjectInput,
    /// The object as it was at first: no other is to come.
    e_tag: Option<&'a str>,
    /// Start and length; all of it where there is none, so that the sum of the whole is compared.
    range: Option<(u64, u64)>,
}

impl Part<'_> {
    fn fetch(&self, to: &Unfinished<'_>, progress: &Progress) -> Result<()> {
        let mut file = to.open()?;
        let mut done = 0;
        let mut attempt = 1;
        loop {
            match self.copy(&mut file, to, progress, &mut done) {
                Err(Broken::Connection(error)) if attempt < ATTEMPTS => {
                    log::debug!(target: "botocore::s3::transfer", "A part is asked for again: {error}");
                    attempt += 1;
                }
                Err(Broken::Connection(error) | Broken::Other(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Asks for what is not there yet, and writes what comes. `done` counts it.
    fn copy(
        &self,
        file: &mut File,
        to: &Unfinished<'_>,
        progress: &Progress,
        done: &mut u64,
    ) -> std::result::Result<(), Broken> {
        let mut input = GetObjectInput::default();
        carry(self.object, &mut input, |_| false)?;
        if input.if_match.is_none() {
            input.if_match = self.e_tag.map(str::to_owned);
        }
        if let Some((start, length)) = self.range {
            if *done == length {
                return Ok(());
            }
            input.range = Some(format!("bytes={}-{}", start + *done, start + length - 1));
        } else if *done > 0 {
            // A sum is of all bytes: they come anew.
            progress.take_off(*done);
            *done = 0;
        }
        let place = self.range.map_or(0, |(start, _)| start) + *done;
        file.seek(SeekFrom::Start(place)).map_err(|cause| to.failed("could not be written", cause))?;
        let output = self.transfer.client.send(input)?;
        self.check(&output.content_range, place)?;
        copy(output.body, file, to, progress, done)
    }

    /// A server that does not know ranges would send everything.
    fn check(&self, range: &Option<String>, place: u64) -> Result<()> {
        let begins = range.as_ref().is_some_and(|range| range.starts_with(&format!("bytes {place}-")));
        if self.range.is_none() || begins {
            return Ok(());
        }
        let message = format!("The service was asked for bytes from {place} on and answered with others");
        Err(Error::new(ErrorKind::Parse, message))
    }
}

fn copy(
    mut body: Body,
    file: &mut File,
    to: &Unfinished<'_>,
    progress: &Progress,
    done: &mut u64,
) -> std::result::Result<(), Broken> {
    let mut piece = vec![0; PIECE];
    loop {
        match body.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                file.write_all(&piece[..count]).map_err(|cause| to.failed("could not be written", cause))?;
                *done += count as u64;
                progress.add(count as u64);
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(Broken::Connection(Error::body("The object could not be read", cause))),
        }
    }
}

/// Why a part is not there.
enum Broken {
    /// It may come when it is asked for again.
    Connection(Error),
    Other(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Broken::Other(error)
    }
}

/// A file beside the one that is to be, which goes when it is not finished.
struct Unfinished<'a> {
    path: &'a Path,
    aside: PathBuf,
}

impl<'a> Unfinished<'a> {
    fn new(path: &'a Path) -> Self {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:08x}", fastrand::u32(..)));
        Unfinished { path, aside: path.with_file_name(name) }
    }

    fn create(&self, length: u64) -> Result<()> {
        let file = OpenOptions::new().write(true).create_new(true).open(&self.aside);
        file.and_then(|file| file.set_len(length)).map_err(|cause| self.failed("could not be created", cause))
    }

    fn open(&self) -> Result<File> {
        OpenOptions::new().write(true).open(&self.aside).map_err(|cause| self.failed("could not be opened", cause))
    }

    fn finish(self) -> Result<()> {
        fs::rename(&self.aside, self.path).map_err(|cause| self.failed("could not be put into its place", cause))
    }

    fn failed(&self, reason: &str, cause: std::io::Error) -> Error {
        let message = format!("The file `{}`, under another name until it is whole, {reason}", self.path.display());
        Error::new(ErrorKind::Body, message).with_source(cause)
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // After the renaming there is nothing there, and nothing more can be done about what cannot be removed.
        let _ = fs::remove_file(&self.aside);
    }
}
