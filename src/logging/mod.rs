//! What is written down of calls, and where to.

mod format;
mod logger;
mod shown;

pub(crate) use format::Format;
pub use format::LogLevel;
pub(crate) use logger::{Destination, add};
pub(crate) use shown::{Shown, is_secret, url};
