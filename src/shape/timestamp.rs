/// A moment in UTC, to the nanosecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// How a timestamp is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// ISO 8601, `2015-08-30T12:36:00Z`
    Iso,
    /// RFC 7231's date, `Sun, 30 Aug 2015 12:36:00 GMT`
    Http,
    /// Seconds since 1970-01-01T00:00:00Z
    Epoch,
}

impl Timestamp {
    /// The moment `seconds` and `nanos` after 1970-01-01T00:00:00Z; `nanos` above 999,999,999 carry over.
    pub const fn new(seconds: i64, nanos: u32) -> Self {
        Timestamp { seconds: seconds.saturating_add((nanos / 1_000_000_000) as i64), nanos: nanos % 1_000_000_000 }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after [`seconds`](Self::seconds), 0 to 999,999,999.
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }
}
