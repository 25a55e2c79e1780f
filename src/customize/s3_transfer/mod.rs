//! Large files to S3 and back, in parts, several at a time.
//!
//! ```no_run
//! use botocore::s3::transfer::Transfer;
//! use botocore::{Session, s3};
//!
//! # fn main() -> botocore::Result<()> {
//! let s3 = s3::Client::new(&Session::new())?;
//! let transfer = Transfer::new(&s3).on_progress(|done, total| println!("{done} of {total:?} bytes"));
//! let uploaded = transfer.upload_file("backup.tar", "bucket", "backup.tar")?;
//! println!("{} bytes in {} parts", uploaded.bytes, uploaded.parts);
//! transfer.download_file("bucket", "backup.tar", "copy.tar")?;
//!
//! // With what else PutObject takes: it goes to the requests of which it is a member.
//! let object = s3.put_object("bucket", "page.html").content_type("text/html");
//! transfer.upload_file_as("page.html", object.input())?;
//! # Ok(())
//! # }
//! ```
//!
//! Files are read where they lie, so that no part is in memory; of a reader, as many parts as there are threads. Threads end
//! with the call that began them. When an upload fails its parts are deleted, when a download fails there is no file.
//!
//! Nothing is taken up again: what did not end begins anew. A process that is killed leaves the parts that it had sent, which
//! are paid for, and a file `NAME.` with eight more characters of what it fetched. `list_multipart_uploads` tells of such parts,
//! and a lifecycle rule with `AbortIncompleteMultipartUpload` lets S3 delete them.
//! Source: the roles of s3transfer's `TransferManager` and boto3's `upload_file`, `download_file`.

mod download;
mod progress;
mod section;
mod upload;
mod workers;

pub use download::Downloaded;
pub use upload::Uploaded;

use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::s3::Client;
use crate::shape::schema::Schema;
use crate::shape::{Slot, Value, View, copy};

use progress::Report;

const MIB: u64 = 1024 * 1024;

/// The least that S3 takes as a part that is not the last.
const SMALLEST_PART: u64 = 5 * MIB;

/// Parts that an object has at most.
const MOST_PARTS: u64 = 10_000;

/// Sends and fetches files in parts. Cheap to clone; clones share the client.
#[derive(Clone)]
pub struct Transfer {
    client: Client,
    threads: usize,
    part_size: u64,
    threshold: u64,
    progress: Option<Arc<Report>>,
}

impl Transfer {
    /// With the client's settings; 10 threads, parts of 8 MiB, from 8 MiB on.
    pub fn new(client: &Client) -> Self {
        Transfer { client: client.clone(), threads: 10, part_size: 8 * MIB, threshold: 8 * MIB, progress: None }
    }

    /// Sets how many parts are on their way at once; at least 1. Default: 10.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Sets the bytes of a part. S3 takes parts from 5 MiB on, and 10,000 of them: for a file whose length is known, parts
    /// are made larger where that is needed. Default: 8 MiB.
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes.max(1);
        self
    }

    /// Sets the bytes from which on there are parts; less goes in one request. Default: 8 MiB.
    pub fn multipart_threshold(mut self, bytes: u64) -> Self {
        self.threshold = bytes;
        self
    }

    /// Has `progress` called with the bytes that are through and how many there are, where that is known, each time that
    /// some were sent or came; from several threads, one at a time. What is sent again is taken off first.
    pub fn on_progress(mut self, progress: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Transfer { threads, part_size, threshold, .. } = self;
        write!(f, "Transfer({threads} threads, parts of {part_size} bytes from {threshold} on)")
    }
}

/// Copies the members of one structure that another one has by the same name, but for those to leave out.
fn carry(from: &dyn Value, to: &mut dyn Value, left_out: impl Fn(&str) -> bool) -> Result<()> {
    let mut result = Ok(());
    from.view(&mut |view| {
        let View::Structure(schema, values) = view else { return };
        let from = Schema::new(schema);
        result = to.fill(&mut |slot| {
            let Slot::Structure(schema, places) = slot else { return Ok(()) };
            for (member, place) in Schema::new(schema).members().zip(places) {
                if left_out(member.name()) {
                    continue;
                }
                if let Some((at, _)) = from.member(member.name()) {
                    copy(values[at], *place)?;
                }
            }
            Ok(())
        });
    });
    result
}
