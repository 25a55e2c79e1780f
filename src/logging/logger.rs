use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};

use log::{LevelFilter, Log, Metadata, Record};

use super::Format;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, Result};

/// Crates whose messages hold the bytes of requests and answers, secrets and all.
const WITHHELD: [&str; 4] = ["ureq", "ureq_proto", "rustls", "httparse"];

/// Writes messages to all sinks.
#[derive(Default)]
struct Logger(RwLock<Vec<Sink>>);

struct Sink {
    /// The logger's name, `botocore` or `botocore.hooks`; empty for all.
    name: String,
    level: LevelFilter,
    format: Format,
    destination: Destination,
    writer: Mutex<Box<dyn Write + Send>>,
}

/// Where a sink writes to; a second sink of the same name and place takes the first one's place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Destination {
    StandardError,
    File(PathBuf),
    /// A writer of the user's, which is like no other.
    Writer,
}

static LOGGER: OnceLock<&'static Logger> = OnceLock::new();

/// Adds a sink, and makes ours the program's logger.
///
/// # Errors
/// [`ErrorKind::Config`], when the program has another logger, which stays.
pub(crate) fn add(
    name: &str,
    level: LevelFilter,
    format: Format,
    destination: Destination,
    writer: Box<dyn Write + Send>,
) -> Result<()> {
    let logger = installed()?;
    let sink = Sink { name: name.replace("::", "."), level, format, destination, writer: Mutex::new(writer) };
    let mut sinks = logger.write();
    sinks.retain(|other| {
        other.name != sink.name || other.destination != sink.destination || sink.destination == Destination::Writer
    });
    sinks.push(sink);
    let most = sinks.iter().map(|sink| sink.level).max().unwrap_or(LevelFilter::Off);
    log::set_max_level(most);
    Ok(())
}

fn installed() -> Result<&'static Logger> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _installing = INSTALLING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(logger) = LOGGER.get() {
        return Ok(logger);
    }
    let logger: &'static Logger = Box::leak(Box::default());
    log::set_logger(logger).map_err(|_| {
        Error::new(
            ErrorKind::Config,
            "The program has a logger already, which goes on as before: have it write the target `botocore` at the level \
             debug, or leave it out to use the session's",
        )
    })?;
    Ok(LOGGER.get_or_init(|| logger))
}

impl Logger {
    fn read(&self) -> RwLockReadGuard<'_, Vec<Sink>> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Sink>> {
        self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.read().iter().any(|sink| sink.wants(metadata))
    }

    fn log(&self, record: &Record<'_>) {
        for sink in self.read().iter().filter(|sink| sink.wants(record.metadata())) {
            let line = sink.format.line(record, SystemClock.now());
            // There is nobody to tell that a log cannot be written.
            let _ = sink.lock().write_all(line.as_bytes());
        }
    }

    fn flush(&self) {
        for sink in self.read().iter() {
            let _ = sink.lock().flush();
        }
    }
}

impl Sink {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        metadata.level() <= self.level
            && (self.name.is_empty() || is_below(target, &self.name))
            && !WITHHELD.iter().any(|crate_name| is_below(target, crate_name))
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.writer.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Whether a target is of that name or of one below it. `::` separates as a period does.
fn is_below(target: &str, name: &str) -> bool {
    let mut parts = target.split("::").flat_map(|part| part.split('.'));
    name.split('.').all(|part| parts.next() == Some(part))
}

impl Destination {
    /// # Errors
    /// When the file cannot be opened for more to be written to its end.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Write + Send>> {
        Ok(match self {
            Destination::File(path) => Box::new(std::fs::OpenOptions::new().append(true).create(true).open(path)?),
            Destination::StandardError | Destination::Writer => Box::new(io::stderr()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(name: &str, target: &str) -> bool {
        let sink = Sink {
            name: name.to_owned(),
            level: LevelFilter::Trace,
            format: Format::parse(None).unwrap(),
            destination: Destination::Writer,
            writer: Mutex::new(Box::new(io::sink())),
        };
        sink.wants(&Metadata::builder().target(target).level(log::Level::Trace).build())
    }

    #[test]
    fn names() {
        assert!(wants("botocore", "botocore::hooks"));
        assert!(wants("botocore", "botocore"));
        assert!(wants("botocore.hooks", "botocore::hooks"));
        assert!(wants("botocore.credentials", "botocore::credentials::chain"));
        assert!(wants("", "another_crate::module"));
        assert!(!wants("botocore", "botocore_else"));
        assert!(!wants("botocore.hooks", "botocore::endpoint"));
        assert!(!wants("botocore.hooks", "botocore"));
    }

    #[test]
    fn bytes_of_connections_are_withheld() {
        for target in ["ureq_proto::client", "ureq", "ureq::run", "rustls::conn"] {
            assert!(!wants("", target), "{target}");
        }
    }
}
