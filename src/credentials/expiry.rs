//! The ends of credentials, as providers write them.

use crate::Timestamp;

/// An ISO 8601 moment: `2026-01-02T03:04:05Z`, with a fraction or an offset (`+00:00`) where there is one. Without an
/// offset it is UTC; the AWS CLI writes that out in some of its files.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").unwrap_or(text);
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let mut date = date.split('-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(place) => (&rest[..place], offset(&rest[place..])?),
        None => (rest, 0),
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut time = time.split(':').map(number);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Some(Timestamp::new(seconds, nanos(fraction)?))
}

/// The moment as `2026-01-02T03:04:05Z`.
pub(crate) fn text(moment: Timestamp) -> String {
    let (day, second) = (moment.seconds().div_euclid(86_400), moment.seconds().rem_euclid(86_400));
    // The calendar turned round: days since the first of March of the year 0.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

fn number(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    digits.parse().ok()
}

fn offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text[1..].replace(':', "");
    let hours = number(digits.get(..2)?)?;
    let minutes = number(digits.get(2..).filter(|rest| !rest.is_empty()).unwrap_or("0"))?;
    Some(sign * (hours * 3_600 + minutes * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for moment in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2021-12-31T21:30:00Z", "1969-12-31T23:59:59Z"] {
            assert_eq!(parse(moment).map(text).as_deref(), Some(moment));
        }
    }

    #[test]
    fn moments() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some((0, 0))),
            ("2015-08-30T12:36:00Z", Some((1_440_938_160, 0))),
            ("2015-08-30T12:36:00.5+00:00", Some((1_440_938_160, 500_000_000))),
            ("2015-08-30T14:36:00+0200", Some((1_440_938_160, 0))),
            ("2015-08-30T12:36:00UTC", Some((1_440_938_160, 0))),
            ("2015-08-30T12:36:00CET", None),
            ("2000-02-29T00:00:00", Some((951_782_400, 0))),
            ("tomorrow", None),
            ("", None),
        ] {
            let got = parse(text).map(|moment| (moment.seconds(), moment.subsec_nanos()));
            assert_eq!(got, expected, "{text}");
        }
    }
}
