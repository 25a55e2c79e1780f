use std::fmt;

use log::{LevelFilter, Record};

use crate::Timestamp;
use crate::error::{Error, ErrorKind, Result};

/// How much is written down: messages of this level and of the graver ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What could not be done.
    Error,
    /// What will surprise: a setting without effect, credentials that could not be refreshed.
    Warn,
    /// Where credentials come from.
    Info,
    /// Every step of every call.
    Debug,
    /// As [`Debug`](Self::Debug), and what connections do.
    Trace,
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => LevelFilter::Error,
            LogLevel::Warn => LevelFilter::Warn,
            LogLevel::Info => LevelFilter::Info,
            LogLevel::Debug => LevelFilter::Debug,
            LogLevel::Trace => LevelFilter::Trace,
        }
    }
}

/// How a line is made: text, and fields as Python writes them, `%(asctime)s`.
#[derive(Clone, Debug)]
pub(crate) struct Format(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Time,
    Name,
    Level,
    Message,
    Thread,
}

/// Source: botocore's `Session.LOG_FORMAT`.
const DEFAULT: &str = "%(asctime)s - %(name)s - %(levelname)s - %(message)s";

impl Format {
    /// # Errors
    /// [`ErrorKind::Config`] for a field that is not known.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self> {
        let text = text.unwrap_or(DEFAULT);
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            pieces.push(Piece::Text(before.to_owned()));
            if let Some(after) = after.strip_prefix('%') {
                pieces.push(Piece::Text("%".to_owned()));
                rest = after;
                continue;
            }
            let field = after.strip_prefix('(').and_then(|field| field.split_once(")s"));
            let (piece, after) =
                field.and_then(|(name, after)| Some((Piece::of(name)?, after))).ok_or_else(|| unknown(text, after))?;
            pieces.push(piece);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Format(pieces))
    }

    pub(super) fn line(&self, record: &Record<'_>, now: Timestamp) -> String {
        let mut line = String::new();
        for piece in &self.0 {
            // Writing to a string does not fail.
            let _ = piece.write(&mut line, record, now);
        }
        // One message, one line: what a server said cannot look like a message of its own.
        let mut line = line.replace('\r', "\\r").replace('\n', "\\n");
        line.push('\n');
        line
    }
}

impl Piece {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "asctime" => Piece::Time,
            "name" => Piece::Name,
            "levelname" => Piece::Level,
            "message" => Piece::Message,
            "threadName" => Piece::Thread,
            _ => return None,
        })
    }

    fn write(&self, line: &mut dyn fmt::Write, record: &Record<'_>, now: Timestamp) -> fmt::Result {
        match self {
            Piece::Text(text) => line.write_str(text),
            Piece::Time => write!(line, "{}", time(now)),
            Piece::Name => line.write_str(&record.target().replace("::", ".")),
            Piece::Level => line.write_str(match record.level() {
                log::Level::Warn => "WARNING",
                level => level.as_str(),
            }),
            Piece::Message => write!(line, "{}", record.args()),
            Piece::Thread => line.write_str(std::thread::current().name().unwrap_or("unnamed")),
        }
    }
}

/// As Python writes it, in UTC: `2026-11-21 09:30:00,123`.
fn time(now: Timestamp) -> String {
    let text = Timestamp::from_secs(now.seconds()).to_string();
    let text = text.trim_end_matches('Z').replace('T', " ");
    format!("{text},{:03}", now.subsec_nanos() / 1_000_000)
}

fn unknown(text: &str, after: &str) -> Error {
    let field: String = after.chars().take(20).collect();
    Error::new(
        ErrorKind::Config,
        format!(
            "The log format `{text}` is not understood at `%{field}`: the fields are %(asctime)s, %(name)s, \
             %(levelname)s, %(message)s and %(threadName)s"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(format: Option<&str>, message: &str) -> String {
        let format = Format::parse(format).unwrap();
        let now = Timestamp::new(1_792_402_200, 123_456_789);
        format.line(
            &Record::builder()
                .target("botocore::hooks")
                .level(log::Level::Warn)
                .args(format_args!("{message}"))
                .build(),
            now,
        )
    }

    #[test]
    fn lines() {
        assert_eq!(line(None, "text"), "2026-10-19 09:30:00,123 - botocore.hooks - WARNING - text\n");
        assert_eq!(line(Some("100 %% %(message)s!"), "text"), "100 % text!\n");
        assert_eq!(line(Some("%(message)s"), "two\r\nlines"), "two\\r\\nlines\n");
        for wrong in ["%(process)s", "%s", "%(message", "%"] {
            assert!(Format::parse(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
