mod loose;

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::{Error, ErrorKind};

/// A moment in UTC, to the nanosecond.
///
/// `Display` writes RFC 3339 and [`FromStr`] reads it; [`SystemTime`] converts both ways.
///
/// ```
/// use botocore::Timestamp;
///
/// let moment: Timestamp = "2015-08-30T14:36:00.5+02:00".parse()?;
/// assert_eq!(moment.seconds(), 1_440_938_160);
/// assert_eq!(moment.to_string(), "2015-08-30T12:36:00.5Z");
/// assert!(Timestamp::from_secs(0) < moment);
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

impl Timestamp {
    const FIRST: Timestamp = Timestamp { seconds: i64::MIN, nanos: 0 };
    const LAST: Timestamp = Timestamp { seconds: i64::MAX, nanos: 999_999_999 };

    /// The moment `seconds` and `nanos` after 1970-01-01T00:00:00Z; `nanos` above 999,999,999 carry over, at most to the
    /// latest moment there is.
    pub const fn new(seconds: i64, nanos: u32) -> Self {
        match seconds.checked_add((nanos / 1_000_000_000) as i64) {
            Some(seconds) => Timestamp { seconds, nanos: nanos % 1_000_000_000 },
            None => Timestamp::LAST,
        }
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_secs(seconds: i64) -> Self {
        Timestamp { seconds, nanos: 0 }
    }

    /// The system clock's present moment.
    pub fn now() -> Self {
        Timestamp::from(SystemTime::now())
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after [`seconds`](Self::seconds), 0 to 999,999,999.
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// The text on the wire. Source: botocore's `_convert_timestamp_to_str` at its default precision: microseconds
    /// where there are such, none in HTTP dates. `None` outside the years 0 to 9999 (but for epoch seconds).
    pub(crate) fn format(self, format: TimestampFormat) -> Option<String> {
        let micros = self.nanos / 1000;
        match format {
            TimestampFormat::Epoch if micros == 0 => Some(self.seconds.to_string()),
            TimestampFormat::Epoch => {
                // Digits rather than a float, which has not enough of them for far years.
                let total = i128::from(self.seconds) * 1_000_000 + i128::from(micros);
                let sign = if total < 0 { "-" } else { "" };
                let (whole, micros) = (total.unsigned_abs() / 1_000_000, total.unsigned_abs() % 1_000_000);
                Some(format!("{sign}{whole}.{micros:06}").trim_end_matches('0').to_owned())
            }
            TimestampFormat::Iso => {
                let date = self.date()?;
                Some(match micros {
                    0 => format!("{date}Z"),
                    _ => format!("{date}.{micros:06}Z"),
                })
            }
            TimestampFormat::Http => {
                let Date { year, month, day, second } = self.date()?;
                let weekday = WEEKDAYS[self.seconds.div_euclid(DAY).rem_euclid(7) as usize];
                let month = MONTHS[month as usize - 1];
                let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
                Some(format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT"))
            }
        }
    }

    /// Reads what services send, whatever format the model names, as botocore does: a number, ISO 8601 with or
    /// without zone, fraction and time, or an RFC 822, RFC 850 or `asctime` date.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        usual(text).or_else(|| epoch(text)).or_else(|| iso(text)).or_else(|| http(text))
    }

    /// The moment that a header names which people set by hand, in more forms than [`Timestamp::parse`] knows.
    pub(crate) fn parse_loosely(text: &str) -> Option<Self> {
        Timestamp::parse(text).or_else(|| loose::parse(text))
    }

    /// The moment that many seconds after 1970-01-01T00:00:00Z, to the microsecond.
    pub(crate) fn from_epoch(seconds: f64) -> Option<Self> {
        if !seconds.is_finite() || seconds.abs() > 1e15 {
            return None;
        }
        let whole = seconds.floor();
        let micros = ((seconds - whole) * 1e6).round() as u32;
        Some(Timestamp::new(whole as i64, micros * 1000))
    }

    fn date(self) -> Option<Date> {
        let (year, month, day) = civil(self.seconds.div_euclid(DAY));
        let second = self.seconds.rem_euclid(DAY);
        (0..=9999).contains(&year).then_some(Date { year, month, day, second })
    }
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
    /// Of the day.
    second: i64,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day, second } = self;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Year, month and day of a day counted from 1970-01-01, by the Gregorian calendar in both directions.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years are counted from March, so that a leap day ends one; eras are the calendar's period of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The reverse of [`civil`]. `None` for a day that the month does not have.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Splits off a number of at least `min` and at most `max` digits.
fn number(text: &str, min: usize, max: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    if length < min {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

/// Splits off `.123` or `,123`: nanoseconds, further digits cut off.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(digits) = text.strip_prefix(['.', ',']) else {
        return Some((0, text));
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let nanos = digits[..length].bytes().chain(std::iter::repeat(b'0')).take(9);
    Some((nanos.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), &digits[length..]))
}

/// `12:36:00.123` or `123600.123`: second of the day and nanoseconds; seconds may be missing.
fn clock(text: &str) -> Option<(i64, u32, &str)> {
    let (hour, rest) = number(text, 1, 2)?;
    let colon = rest.starts_with(':');
    let (minute, rest) = number(if colon { &rest[1..] } else { rest }, 2, 2)?;
    let tail = if colon { rest.strip_prefix(':') } else { Some(rest).filter(|rest| number(rest, 2, 2).is_some()) };
    let (second, rest) = match tail {
        Some(tail) => number(tail, 2, 2)?,
        None => (0, rest),
    };
    let (nanos, rest) = fraction(rest)?;
    // A leap second (60) counts as the next minute's first, as it does for Unix time.
    (hour < 24 && minute < 60 && second <= 60).then_some((hour * 3600 + minute * 60 + second, nanos, rest))
}

/// Seconds east of UTC of `Z`, `GMT`, `+02:00`, `-0700`; nothing at all counts as UTC.
fn zone(text: &str) -> Option<i64> {
    let text = text.trim_start();
    if ["", "z", "utc", "gmt", "ut"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = number(&text[1..], 2, 2)?;
    let (minutes, rest) = match rest {
        "" => (0, ""),
        rest => number(rest.strip_prefix(':').unwrap_or(rest), 2, 2)?,
    };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn moment(date: (i64, i64, i64), clock: (i64, u32), zone: i64) -> Option<Timestamp> {
    let days = day_number(date.0, date.1, date.2)?;
    Some(Timestamp::new(days * DAY + clock.0 - zone, clock.1))
}

/// `2015-08-30T12:36:00Z` or `2015-08-30T12:36:00.123Z`: [`iso`] reads the same, but takes the text apart.
fn usual(text: &str) -> Option<Timestamp> {
    let (head, tail) = text.as_bytes().split_first_chunk::<19>()?;
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2] = head else {
        return None;
    };
    let millis = match *tail {
        [b'Z'] => 0,
        [b'.', f1, f2, f3, b'Z'] => digits([b'0', f1, f2, f3])?,
        _ => return None,
    };
    let two = |tens, ones| digits([b'0', b'0', tens, ones]);
    let (hour, minute, second) = (two(h1, h2)?, two(i1, i2)?, two(s1, s2)?);
    if hour >= 24 || minute >= 60 || second > 60 {
        return None;
    }
    let date = (digits([y1, y2, y3, y4])?, two(m1, m2)?, two(d1, d2)?);
    moment(date, (hour * 3600 + minute * 60 + second, millis as u32 * 1_000_000), 0)
}

fn digits(text: [u8; 4]) -> Option<i64> {
    text.into_iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn iso(text: &str) -> Option<Timestamp> {
    let (year, rest) = number(text, 4, 4)?;
    let dash = rest.starts_with('-');
    let (month, rest) = number(if dash { &rest[1..] } else { rest }, 2, 2)?;
    let (day, rest) = number(if dash { rest.strip_prefix('-')? } else { rest }, 2, 2)?;
    let (second, nanos, rest) = match rest.strip_prefix(['T', 't', ' ']) {
        Some(rest) => clock(rest)?,
        None if rest.is_empty() => (0, 0, ""),
        None => return None,
    };
    moment((year, month, day), (second, nanos), zone(rest)?)
}

/// `Sun, 30 Aug 2015 12:36:00.1 GMT`, `Sunday, 30-Aug-15 12:36:00 GMT`, `Sun Aug 30 12:36:00 2015`.
fn http(text: &str) -> Option<Timestamp> {
    let words = match text.split_once(',') {
        Some((weekday, rest)) if weekday.bytes().all(|byte| byte.is_ascii_alphabetic()) => rest.trim_start(),
        Some(_) => return None,
        None if text.starts_with(|first: char| first.is_ascii_alphabetic()) => return asctime(text),
        None => text,
    };
    let (day, rest) = number(words, 1, 2)?;
    let rest = rest.strip_prefix(['-', ' '])?;
    let month = month(rest.get(..3)?)?;
    let rest = rest[3..].strip_prefix(['-', ' '])?;
    let (year, rest) = number(rest, 2, 4)?;
    let (second, nanos, rest) = clock(rest.strip_prefix(' ')?)?;
    moment((century(year, text), month, day), (second, nanos), zone(rest)?)
}

/// RFC 6265's rule for the two-digit years of RFC 850; years of four digits, `0001` too, are what they say.
fn century(year: i64, text: &str) -> i64 {
    let short = year < 100 && !text.contains(&format!("{year:04}"));
    match year {
        70.. if short => year + 1900,
        _ if short => year + 2000,
        _ => year,
    }
}

fn asctime(text: &str) -> Option<Timestamp> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let month = month(words.next()?)?;
    let day = number(words.next()?, 1, 2)?.0;
    let (second, nanos, rest) = clock(words.next()?)?;
    let year = number(words.next()?, 4, 4)?.0;
    let end = rest.is_empty() && words.next().is_none();
    moment((year, month, day), (second, nanos), 0).filter(|_| end)
}

fn month(name: &str) -> Option<i64> {
    MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name)).map(|index| index as i64 + 1)
}

/// A decimal number of seconds, read without going through a float: its digits are kept.
fn epoch(text: &str) -> Option<Timestamp> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let negative = text.starts_with('-');
    let (whole, rest) = number(digits, 1, 15)?;
    let (nanos, rest) = fraction(rest).unwrap_or((0, "?"));
    if !rest.is_empty() {
        let plain = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        return text.parse().ok().filter(|_| plain).and_then(Timestamp::from_epoch);
    }
    Some(match (negative, nanos) {
        (false, _) => Timestamp::new(whole, nanos),
        (true, 0) => Timestamp::new(-whole, 0),
        (true, _) => Timestamp::new(-whole - 1, 1_000_000_000 - nanos),
    })
}

/// RFC 3339, with as many digits of the fraction as there are; outside the years 0 to 9999 with a sign and more digits.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.seconds.div_euclid(DAY));
        let second = self.seconds.rem_euclid(DAY);
        match year {
            0..=9999 => {}
            10000.. => f.write_str("+")?,
            _ => f.write_str("-")?,
        }
        write!(f, "{}", Date { year: year.abs(), month, day, second })?;
        if self.nanos != 0 {
            write!(f, ".{}", format!("{:09}", self.nanos).trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads RFC 3339: `2015-08-30T12:36:00.123Z`, with any offset.
impl FromStr for Timestamp {
    type Err = Error;

    /// # Errors
    /// [`ErrorKind::Serialize`] when the text is not a moment of RFC 3339.
    fn from_str(text: &str) -> Result<Self, Error> {
        iso(text).ok_or_else(|| {
            let text: String = text.chars().take(64).collect();
            Error::new(ErrorKind::Serialize, format!("{text:?} is not a timestamp such as 2015-08-30T12:36:00Z"))
        })
    }
}

/// Ends at the earliest or latest moment there is.
impl Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, duration: Duration) -> Timestamp {
        match self.seconds.checked_add_unsigned(duration.as_secs()) {
            Some(seconds) => Timestamp::new(seconds, self.nanos + duration.subsec_nanos()),
            None => Timestamp::LAST,
        }
    }
}

/// Ends at the earliest or latest moment there is.
impl Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, duration: Duration) -> Timestamp {
        let (borrowed, nanos) = match self.nanos.checked_sub(duration.subsec_nanos()) {
            Some(nanos) => (0, nanos),
            None => (1, self.nanos + 1_000_000_000 - duration.subsec_nanos()),
        };
        let seconds = self.seconds.checked_sub_unsigned(duration.as_secs());
        match seconds.and_then(|seconds| seconds.checked_sub(borrowed)) {
            Some(seconds) => Timestamp::new(seconds, nanos),
            None => Timestamp::FIRST,
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Timestamp::from_secs(0) + after,
            Err(before) => Timestamp::from_secs(0) - before.duration(),
        }
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = Error;

    /// # Errors
    /// [`ErrorKind::Parse`] when the system's clock cannot hold the moment.
    fn try_from(moment: Timestamp) -> Result<Self, Error> {
        let seconds = Duration::from_secs(moment.seconds.unsigned_abs());
        let time = match moment.seconds {
            0.. => UNIX_EPOCH.checked_add(seconds),
            _ => UNIX_EPOCH.checked_sub(seconds),
        };
        time.and_then(|time| time.checked_add(Duration::from_nanos(moment.nanos.into()))).ok_or_else(|| {
            Error::new(ErrorKind::Parse, format!("The timestamp {moment} is beyond what the system's clock holds"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let noon = Timestamp::from_secs(1_440_938_160);
        for text in [
            "1440938160",
            "1440938160.0",
            "1.44093816e9",
            "2015-08-30T12:36:00Z",
            "2015-08-30T12:36Z",
            "20150830T123600Z",
            "2015-08-30 14:36:00+0200",
            "2015-08-30T05:36:00-07:00",
            "2015-08-30T12:36:00",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "30 Aug 2015 12:36:00 +0000",
            "Sunday, 30-Aug-15 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
        ] {
            assert_eq!(Timestamp::parse(text), Some(noon), "{text}");
        }
        assert_eq!(Timestamp::parse("2015-08-30"), Some(Timestamp::from_secs(1_440_892_800)));
        assert_eq!(Timestamp::parse("-0.25"), Some(Timestamp::new(-1, 750_000_000)));
    }

    #[test]
    fn refuses_what_is_none() {
        for text in
            ["", "noon", "2015-02-29T00:00:00Z", "2015-08-30T24:00:00Z", "2015-08-30T12:36:00Q", "1e99", "é", "--1"]
        {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert!("2015-13-01T00:00:00Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn writes_as_botocore() {
        let moment = Timestamp::new(1_440_938_160, 3_691_999);
        assert_eq!(moment.format(TimestampFormat::Iso).as_deref(), Some("2015-08-30T12:36:00.003691Z"));
        assert_eq!(moment.format(TimestampFormat::Http).as_deref(), Some("Sun, 30 Aug 2015 12:36:00 GMT"));
        assert_eq!(moment.format(TimestampFormat::Epoch).as_deref(), Some("1440938160.003691"));
        assert_eq!(Timestamp::new(-1, 500_000_000).format(TimestampFormat::Epoch).as_deref(), Some("-0.5"));
        assert_eq!(Timestamp::from_secs(i64::MAX / 2).format(TimestampFormat::Iso), None);
        assert_eq!(Timestamp::from_secs(-62_167_219_201).to_string(), "-0001-12-31T23:59:59Z");
    }

    #[test]
    fn extremes() {
        let ends = [i64::MIN, i64::MIN + 1, -62_167_219_200, -1, 0, 253_402_300_799, i64::MAX - 1, i64::MAX];
        for moment in
            ends.into_iter().flat_map(|seconds| [Timestamp::new(seconds, 0), Timestamp::new(seconds, u32::MAX)])
        {
            for step in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
                assert!(moment + step >= moment && moment - step <= moment, "{moment} {step:?}");
            }
            assert!(moment.format(TimestampFormat::Epoch).is_some());
            if moment.format(TimestampFormat::Iso).is_some() {
                assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
            }
            if let Ok(time) = SystemTime::try_from(moment) {
                assert_eq!(Timestamp::from(time), moment);
            }
        }
        for seconds in [f64::NAN, f64::INFINITY, f64::MIN, 1.1e15, -1.1e15] {
            assert_eq!(Timestamp::from_epoch(seconds), None);
        }
        for text in ["9".repeat(1_000_000), format!("1e{}", "9".repeat(1000)), format!("-{}.5", "9".repeat(16))] {
            assert_eq!(Timestamp::parse(&text), None);
        }
        assert_eq!(Timestamp::parse(&format!("1.{}", "9".repeat(1_000_000))), Some(Timestamp::new(1, 999_999_999)));
    }

    /// What of a changed text still is a moment, is written and read again as the same.
    #[test]
    fn changed_texts() {
        const SEEDS: [&str; 5] = [
            "1440938160.25",
            "2015-08-30T12:36:00.5+02:00",
            "20150830T123600Z",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
        ];
        let signs: Vec<char> = "0129-+:.,eTZ é\t".chars().collect();
        for number in 0..8000 {
            let mut rng = fastrand::Rng::with_seed(number);
            let mut text: Vec<char> = SEEDS[rng.usize(..SEEDS.len())].chars().collect();
            for _ in 0..rng.u8(1..4) {
                let at = rng.usize(..text.len());
                match rng.u8(..3) {
                    0 => text[at] = signs[rng.usize(..signs.len())],
                    1 => text.insert(at, signs[rng.usize(..signs.len())]),
                    _ => text.truncate(at + 1),
                }
            }
            let text: String = text.into_iter().collect();
            let Some(moment) = Timestamp::parse(&text) else { continue };
            for format in [TimestampFormat::Epoch, TimestampFormat::Iso, TimestampFormat::Http] {
                if let Some(written) = moment.format(format) {
                    let again = Timestamp::parse(&written).unwrap_or_else(|| panic!("{text}, written as {written}"));
                    assert_eq!(again.format(format), Some(written), "{text}");
                }
            }
        }
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in -146_097..146_097 {
            let (year, month, of_month) = civil(day);
            assert_eq!(day_number(year, month, of_month), Some(day));
        }
    }

    #[test]
    fn system_time_both_ways() {
        for moment in [Timestamp::new(5, 7), Timestamp::new(-5, 7), Timestamp::from_secs(-1)] {
            assert_eq!(Timestamp::from(SystemTime::try_from(moment).unwrap()), moment);
        }
    }

    #[test]
    fn the_usual_form_is_read_as_any_other() {
        for text in [
            "2015-08-30T12:36:00Z",
            "2015-08-30T12:36:00.123Z",
            "1969-12-31T23:59:60.999Z",
            "0001-01-01T00:00:00Z",
            "2024-02-29T24:00:00Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-12-00T00:00:00.000Z",
            "2023-12-01T00:60:00Z",
            "2023-12-01T00:00:61Z",
            "2023-12-01T00:00:0aZ",
            "2023-12-01t00:00:00Z",
        ] {
            assert!(usual(text).is_none() || usual(text) == iso(text), "{text}");
            assert_eq!(Timestamp::parse(text), iso(text), "{text}");
        }
        assert!(usual("2015-08-30T12:36:00.123Z").is_some() && usual("2015-08-30T12:36:00Z").is_some());
    }
}
