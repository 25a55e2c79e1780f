//! Where a program's log goes to, for programs that have no logger of their own.

use std::io::Write;
use std::path::Path;

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::logging::{self, Destination, Format, LogLevel};

impl Session {
    /// Writes every step of every call to standard error. The same as
    /// [`set_stream_logger`](Self::set_stream_logger)`("botocore", LogLevel::Debug)`.
    ///
    /// # Errors
    /// As there.
    pub fn set_debug_logger(&self) -> Result<()> {
        self.set_stream_logger("botocore", LogLevel::Debug)
    }

    /// Writes messages of that level and graver ones to standard error, in botocore's form and in UTC:
    /// `2026-11-21 09:30:00,123 - botocore.endpoint - DEBUG - …`.
    ///
    /// `name` is that of a logger with all below it: `botocore`, `botocore.hooks`, or the empty text for all crates. This
    /// crate's loggers (targets of the crate `log`, with `::` for the period) are `botocore.hooks`, `botocore.endpoint`
    /// (requests), `botocore.auth`, `botocore.parsers` (answers), `botocore.retryhandler`, `botocore.regions` (endpoints),
    /// `botocore.credentials` and `botocore.configuration`. Loggers are the program's, not the session's. A second call
    /// for the same name sets the level anew.
    ///
    /// No keys, tokens, signatures or bodies are written, by this crate; what `ureq` and `rustls` have to say is left out,
    /// for that would be bytes of requests and answers.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when the program has a logger already (the crate `log` takes one): it goes on as before.
    pub fn set_stream_logger(&self, name: &str, level: LogLevel) -> Result<()> {
        let to = Destination::StandardError;
        logging::add(name, level.into(), Format::parse(None)?, to, Box::new(std::io::stderr()))
    }

    /// As [`set_stream_logger`](Self::set_stream_logger), to a writer, which gets whole lines. `format` has text and fields
    /// as Python writes them: `%(asctime)s`, `%(name)s`, `%(levelname)s`, `%(message)s`, `%(threadName)s`; `None` for
    /// botocore's. Each call adds a writer.
    ///
    /// # Errors
    /// As there, and for a field that is not known.
    pub fn set_stream_logger_to(
        &self,
        name: &str,
        level: LogLevel,
        writer: impl Write + Send + 'static,
        format: Option<&str>,
    ) -> Result<()> {
        logging::add(name, level.into(), Format::parse(format)?, Destination::Writer, Box::new(writer))
    }

    /// As [`set_stream_logger`](Self::set_stream_logger) for `botocore`, to the end of a file, which is made where it is not there.
    ///
    /// # Errors
    /// As there, and when the file cannot be opened.
    pub fn set_file_logger(&self, level: LogLevel, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let to = Destination::File(path.to_owned());
        let writer = to.open().map_err(|cause| {
            let message = format!("The log file `{}` could not be opened", path.display());
            Error::new(ErrorKind::Config, message).with_source(cause)
        })?;
        logging::add("botocore", level.into(), Format::parse(None)?, to, writer)
    }
}
