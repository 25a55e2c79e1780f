//! A body written to a file, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Body;
use crate::error::{Error, ErrorKind, Result};

impl Body {
    /// Writes the rest to the file at `path`, whole or not at all; gives the number of bytes.
    ///
    /// Until the last byte is there and its checksum is right, a file of that name stays as it was. What came so far is
    /// beside it in a file without a name, which the system forgets when it is closed: an error, a panic, Ctrl-C or
    /// a killed process leaves nothing behind while bytes come. At the end it is copied within the file system to a file
    /// `.NAME.….part`, which takes the name at once. For that moment the file system holds the bytes twice (not where it
    /// shares blocks: XFS, Btrfs), and a process killed then leaves that file behind; the one of the name is whole in any
    /// case, the old or the new. Other systems than Unix have no files without a name: there it is `.NAME.….part` from the
    /// beginning.
    ///
    /// When the system writes the bytes to the disk is left to it: who fears for the power calls
    /// [`File::sync_all`] on the file afterwards.
    ///
    /// A link is followed. What is no file, a pipe or a device, is written to as the bytes come.
    ///
    /// ```no_run
    /// # #[cfg(feature = "s3")] {
    /// # use botocore::{Session, s3};
    /// # let s3 = s3::Client::new(&Session::new())?;
    /// s3.get_object("bucket", "film.mp4").send()?.body.save_to("film.mp4")?;
    /// # }
    /// # Ok::<(), botocore::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the connection fails before the end, the checksum is wrong, or the file cannot be written.
    pub fn save_to(self, path: impl AsRef<Path>) -> Result<u64> {
        let path = path.as_ref();
        let failed = |cause: io::Error| match cause.downcast::<Error>() {
            Ok(error) => error,
            Err(cause) => Error::new(ErrorKind::Body, format!("The file `{}` could not be written", path.display()))
                .with_source(cause),
        };
        // A link's target is what is replaced; a name that is not there yet stands for itself.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&target) {
            Ok(there) if there.is_dir() => Err(failed(io::Error::other("it is a directory"))),
            Ok(there) if !there.is_file() => {
                let mut file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
                self.write_into(&mut file, failed)
            }
            there => {
                let mut partial = Partial::beside(&target).map_err(failed)?;
                let written = self.write_into(&mut partial.file, failed)?;
                if let Ok(there) = there {
                    partial.file.set_permissions(there.permissions()).map_err(failed)?;
                }
                partial.become_file(&target).map_err(failed)?;
                Ok(written)
            }
        }
    }
}

impl Body {
    fn write_into(mut self, file: &mut File, failed: impl Fn(io::Error) -> Error) -> Result<u64> {
        let mut written = 0;
        let result = self.each_piece(|piece| {
            written += piece.len() as u64;
            file.write_all(piece).map_err(|cause| io::Error::other(failed(cause)))
        });
        result.map(|()| written).map_err(|cause| Error::body("The body could not be read", cause))
    }
}

/// A file beside the one that it is to become. Dropped, it is gone.
struct Partial {
    file: File,
    /// Empty when it has none.
    name: PathBuf,
}

impl Partial {
    fn beside(target: &Path) -> io::Result<Self> {
        let mut partial = Partial::named(target)?;
        if cfg!(unix) {
            fs::remove_file(std::mem::take(&mut partial.name))?;
        }
        Ok(partial)
    }

    fn named(target: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let file = target.file_name().ok_or_else(|| io::Error::other("it has no name"))?.to_string_lossy();
        let mut number = NEXT.fetch_add(1, Ordering::Relaxed);
        loop {
            // The name of the file is cut, as names may have 255 bytes.
            let start: String = file.chars().take(50).collect();
            let name = target.with_file_name(format!(".{start}.{}-{number}.part", std::process::id()));
            match OpenOptions::new().read(true).write(true).create_new(true).open(&name) {
                Ok(file) => return Ok(Partial { file, name }),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                    number = NEXT.fetch_add(1, Ordering::Relaxed);
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    fn become_file(mut self, target: &Path) -> io::Result<()> {
        if self.name.as_os_str().is_empty() {
            let mut named = Partial::named(target)?;
            self.file.rewind()?;
            named.file.set_permissions(self.file.metadata()?.permissions())?;
            io::copy(&mut self.file, &mut named.file)?;
            return named.become_file(target);
        }
        fs::rename(&self.name, target)?;
        self.name = PathBuf::new();
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.name.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.name);
        }
    }
}
