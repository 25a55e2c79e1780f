use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::progress::Progress;
use super::section::Section;
use super::workers::{lock, run};
use super::{MOST_PARTS, SMALLEST_PART, Transfer, carry};
use crate::checksum::Algorithm;
use crate::client::ServiceClient;
use crate::configuration::ChecksumMode;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Body;
use crate::s3::operation::{
    AbortMultipartUploadInput, CompleteMultipartUploadInput, CreateMultipartUploadInput, PutObjectInput,
    UploadPartInput,
};
use crate::s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};

/// What came of an upload.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uploaded {
    /// How many bytes the object has.
    pub bytes: u64,
    /// In how many parts they were sent; 0 when they went in one request.
    pub parts: u32,
    /// The object's entity tag, in its quotation marks.
    pub e_tag: Option<String>,
    /// The object's version, in a bucket that keeps versions.
    pub version_id: Option<String>,
}

/// Where parts come from.
enum Source<'a> {
    /// The file and its length.
    File(PathBuf, u64),
    /// The first part, which was read ahead, and the rest.
    Reader(Option<Vec<u8>>, Box<dyn Read + Send + 'a>),
}

struct Parts<'a> {
    source: Source<'a>,
    size: u64,
    next: u32,
    bytes: u64,
}

impl Transfer {
    /// Stores the file at `path` as that object.
    ///
    /// # Errors
    /// When the file cannot be read, and as the operations. Parts that were stored are deleted then.
    pub fn upload_file(
        &self,
        path: impl AsRef<Path>,
        bucket: impl Into<String>,
        key: impl Into<String>,
    ) -> Result<Uploaded> {
        self.upload_file_as(path, &PutObjectInput::new(bucket, key))
    }

    /// Stores the file at `path` as the object that the input says, whose body is not looked at. Its members go to the
    /// requests that have them too.
    ///
    /// # Errors
    /// As [`upload_file`](Self::upload_file), and when the input has a checksum of the whole object, which parts cannot have.
    pub fn upload_file_as(&self, path: impl AsRef<Path>, object: &PutObjectInput) -> Result<Uploaded> {
        let path = path.as_ref();
        let body = Body::from_path(path)?;
        match body.len() {
            Some(length) if length >= self.threshold.max(1) => {
                let size = part_size(self.part_size, length);
                let source = Source::File(path.to_owned(), length);
                self.upload_parts(object, Parts { source, size, next: 1, bytes: 0 }, Some(length))
            }
            // A pipe or a device ends when it ends.
            None => self.upload(body, object),
            Some(length) => self.upload_whole(object, body, length),
        }
    }

    /// Stores what a reader gives until its end as the object that the input says. As many parts as there are threads are in
    /// memory.
    ///
    /// # Errors
    /// As [`upload_file_as`](Self::upload_file_as), and for more than 10,000 parts.
    pub fn upload<'r>(&self, mut reader: impl Read + Send + 'r, object: &PutObjectInput) -> Result<Uploaded> {
        let size = self.part_size.max(SMALLEST_PART);
        let first = piece(&mut reader, size)?;
        let length = first.len() as u64;
        if length < size {
            return self.upload_whole(object, Body::from(first), length);
        }
        let source = Source::Reader(Some(first), Box::new(reader));
        self.upload_parts(object, Parts { source, size, next: 1, bytes: 0 }, None)
    }

    fn upload_whole(&self, object: &PutObjectInput, body: Body, length: u64) -> Result<Uploaded> {
        let mut input = PutObjectInput::default();
        carry(object, &mut input, |name| name == "Body")?;
        input.body = Progress::new(self.progress.clone(), Some(length)).watch(body);
        let output = self.client.send(input)?;
        Ok(Uploaded { bytes: length, parts: 0, e_tag: output.e_tag, version_id: output.version_id })
    }

    fn upload_parts(&self, object: &PutObjectInput, parts: Parts<'_>, length: Option<u64>) -> Result<Uploaded> {
        let mut create = CreateMultipartUploadInput::default();
        carry(object, &mut create, |_| false)?;
        if let Some(name) = whole_sum(object) {
            let message =
                format!("The input has {name}, and an object that is sent in parts cannot be summed as a whole");
            return Err(Error::new(ErrorKind::Serialize, message));
        }
        let required = self.client.core().settings().request_checksum_calculation == ChecksumMode::WhenRequired;
        if create.checksum_algorithm.is_none() && !required {
            create.checksum_algorithm = Some(ChecksumAlgorithm::Crc32);
        }
        let algorithm = create.checksum_algorithm.clone();
        let id = self.client.send(create)?.upload_id.unwrap_or_default();
        // A handler of the caller's may panic; the parts go all the same.
        let sent = catch_unwind(AssertUnwindSafe(|| self.send_parts(object, &id, algorithm, parts, length)));
        match sent {
            Ok(Ok(uploaded)) => Ok(uploaded),
            Ok(Err(error)) => {
                self.abort(object, &id);
                Err(error)
            }
            Err(panicked) => {
                self.abort(object, &id);
                resume_unwind(panicked);
            }
        }
    }

    fn send_parts(
        &self,
        object: &PutObjectInput,
        id: &str,
        algorithm: Option<ChecksumAlgorithm>,
        parts: Parts<'_>,
        length: Option<u64>,
    ) -> Result<Uploaded> {
        let progress = Progress::new(self.progress.clone(), length);
        let (parts, completed) = (Mutex::new(parts), Mutex::new(Vec::new()));
        run(self.threads, || {
            let Some((number, body)) = lock(&parts).next()? else { return Ok(false) };
            let mut input = UploadPartInput::default();
            carry(object, &mut input, is_of_the_whole)?;
            input.upload_id = id.to_owned();
            input.part_number = number;
            input.checksum_algorithm.clone_from(&algorithm);
            input.body = progress.watch(body);
            let output = self.client.send(input)?;
            let mut part = CompletedPart { part_number: Some(number), ..CompletedPart::default() };
            carry(&output, &mut part, |name| name == "PartNumber")?;
            lock(&completed).push(part);
            Ok(true)
        })?;
        let mut completed = std::mem::take(&mut *lock(&completed));
        completed.sort_by_key(|part| part.part_number);
        let count = completed.len() as u32;
        let mut complete = CompleteMultipartUploadInput::default();
        carry(object, &mut complete, is_of_the_whole)?;
        complete.upload_id = id.to_owned();
        complete.multipart_upload = Some(CompletedMultipartUpload { parts: Some(completed) });
        let output = self.client.send(complete)?;
        let bytes = lock(&parts).bytes;
        Ok(Uploaded { bytes, parts: count, e_tag: output.e_tag, version_id: output.version_id })
    }

    /// Has the parts deleted. Why the upload failed is what the caller is told, whatever comes of this.
    fn abort(&self, object: &PutObjectInput, id: &str) {
        let mut abort = AbortMultipartUploadInput::default();
        let aborted = carry(object, &mut abort, |_| false).and_then(|()| {
            abort.upload_id = id.to_owned();
            self.client.send(abort)
        });
        if let Err(error) = aborted {
            log::warn!(target: "botocore::s3::transfer", "The parts of the upload {id} could not be deleted: {error}");
        }
    }
}

impl Parts<'_> {
    /// The next part and its number.
    fn next(&mut self) -> Result<Option<(i32, Body)>> {
        let body = match &mut self.source {
            Source::File(path, length) => {
                let left = *length - self.bytes.min(*length);
                if left == 0 {
                    return Ok(None);
                }
                let size = self.size.min(left);
                let section = File::open(&*path).and_then(|file| Section::new(file, self.bytes, size));
                let failed = |cause| {
                    let message = format!("The file `{}` could not be opened", path.display());
                    Error::new(ErrorKind::Body, message).with_source(cause)
                };
                Body::from_seekable(section.map_err(failed)?)?
            }
            Source::Reader(first, reader) => {
                let piece = match first.take() {
                    Some(first) => first,
                    None => piece(reader, self.size)?,
                };
                if piece.is_empty() {
                    return Ok(None);
                }
                Body::from(piece)
            }
        };
        if u64::from(self.next) > MOST_PARTS {
            let message = format!("An object has at most {MOST_PARTS} parts: larger parts are needed");
            return Err(Error::new(ErrorKind::Body, message));
        }
        let number = self.next as i32;
        self.next += 1;
        self.bytes += body.len().unwrap_or(0);
        Ok(Some((number, body)))
    }
}

/// The next bytes, fewer only at the end.
fn piece(reader: &mut impl Read, size: u64) -> Result<Vec<u8>> {
    let mut piece = Vec::new();
    reader
        .take(size)
        .read_to_end(&mut piece)
        .map_err(|cause| Error::body("The bytes to upload could not be read", cause))?;
    Ok(piece)
}

/// The size of the parts of an object of that length. Source: s3transfer's `ChunksizeAdjuster`.
fn part_size(wanted: u64, length: u64) -> u64 {
    let mut size = wanted.max(SMALLEST_PART);
    while length.div_ceil(size) > MOST_PARTS {
        size *= 2;
    }
    size
}

/// Members that speak of the whole object, where requests of parts have them too.
fn is_of_the_whole(name: &str) -> bool {
    matches!(name, "Body" | "ContentLength" | "ContentMD5" | "ChecksumType") || is_sum(name)
}

fn is_sum(name: &str) -> bool {
    name.strip_prefix("Checksum").is_some_and(|name| Algorithm::from_name(name).is_some())
}

/// The member with a checksum of the whole object.
fn whole_sum(object: &PutObjectInput) -> Option<&'static str> {
    let sums = [
        ("ContentMD5", &object.content_md5),
        ("ChecksumCRC32", &object.checksum_crc32),
        ("ChecksumCRC32C", &object.checksum_crc32c),
        ("ChecksumCRC64NVME", &object.checksum_crc64_nvme),
        ("ChecksumSHA1", &object.checksum_sha1),
        ("ChecksumSHA256", &object.checksum_sha256),
        ("ChecksumSHA512", &object.checksum_sha512),
        ("ChecksumMD5", &object.checksum_md5),
        ("ChecksumXXHASH64", &object.checksum_xxhash64),
        ("ChecksumXXHASH3", &object.checksum_xxhash3),
        ("ChecksumXXHASH128", &object.checksum_xxhash128),
    ];
    sums.into_iter().find(|(_, sum)| sum.is_some()).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_enough() {
        let mib = 1024 * 1024;
        assert_eq!(part_size(1, 100), 5 * mib);
        assert_eq!(part_size(8 * mib, 80_000 * mib), 8 * mib);
        assert_eq!(part_size(8 * mib, 80_000 * mib + 1), 16 * mib);
        assert!(u64::MAX.div_ceil(part_size(8 * mib, u64::MAX)) <= MOST_PARTS);
    }

    #[test]
    fn sums_of_the_whole_are_known() {
        for name in ["ChecksumCRC32C", "ChecksumXXHASH128", "ContentMD5", "Body"] {
            assert!(is_of_the_whole(name), "{name}");
        }
        for name in ["ChecksumAlgorithm", "SSECustomerKey", "RequestPayer", "IfNoneMatch"] {
            assert!(!is_of_the_whole(name), "{name}");
        }
    }
}
