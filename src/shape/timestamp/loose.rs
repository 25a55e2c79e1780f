//! Dates as people write them, for headers that anybody may have set: `10/21/2018`, `1 dec 2100`, `Sun, 22 Oct 23 00:45 UTC`.

use super::{Timestamp, century, clock, moment, month, number, zone};

#[derive(Default)]
struct Parts {
    date: Option<(i64, i64, i64)>,
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
    clock: Option<(i64, u32)>,
    zone: Option<i64>,
}

/// The moment that a text names, its words in any order: midnight where there is no time, UTC where there is no zone.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let mut parts = Parts::default();
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    words.enumerate().try_for_each(|(index, word)| parts.take(index, word, text))?;
    let date = match parts.date {
        Some(date) => date,
        None => (parts.year?, parts.month?, parts.day?),
    };
    moment(date, parts.clock.unwrap_or_default(), parts.zone.unwrap_or(0))
}

impl Parts {
    fn take(&mut self, index: usize, word: &str, text: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(|first: char| first.is_ascii_digit()) {
            let (second, nanos, rest) = clock(word)?;
            self.zone = if rest.is_empty() { self.zone } else { Some(zone(rest)?) };
            return set(&mut self.clock, (second, nanos));
        }
        if word.starts_with(['+', '-']) || (self.clock.is_some() && zone(word).is_some()) {
            return set(&mut self.zone, zone(word)?);
        }
        if let Some(date) = slashed(word).or_else(|| dashed(word)) {
            return set(&mut self.date, date);
        }
        if let Ok(value) = word.parse::<i64>() {
            return match (word.len(), self.day) {
                (1 | 2, None) => set(&mut self.day, value),
                (2 | 4, _) => set(&mut self.year, century(value, text)),
                _ => None,
            };
        }
        let is_name = word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        match month(word.get(..3)?) {
            Some(month) if is_name => set(&mut self.month, month),
            // The name of a weekday, which says nothing new.
            _ if index == 0 && is_name && is_weekday(word) => Some(()),
            _ => None,
        }
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn is_weekday(word: &str) -> bool {
    super::WEEKDAYS.iter().any(|name| word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// `10/21/2018`: the month goes first.
fn slashed(word: &str) -> Option<(i64, i64, i64)> {
    let (month, rest) = number(word, 1, 2)?;
    let (day, rest) = number(rest.strip_prefix('/')?, 1, 2)?;
    let (year, rest) = number(rest.strip_prefix('/')?, 4, 4)?;
    rest.is_empty().then_some((year, month, day))
}

/// `2018-10-21`
fn dashed(word: &str) -> Option<(i64, i64, i64)> {
    let (year, rest) = number(word, 4, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    rest.is_empty().then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_forms() {
        for (text, expected) in [
            ("10/21/2018", "2018-10-21T00:00:00Z"),
            ("1 dec 2100", "2100-12-01T00:00:00Z"),
            ("December 1, 2100 8:05", "2100-12-01T08:05:00Z"),
            ("Sun, 22 Oct 23 00:45:02 UTC", "2023-10-22T00:45:02Z"),
            ("2023-11-02 08:43:04 -0400", "2023-11-02T12:43:04Z"),
        ] {
            assert_eq!(parse(text).map(|moment| moment.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "never", "access plus 1 month", "Expires: Thu, 9 Sep 2013", "{2013-01-01}", "13/13/2018", "1 1 1", "é"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
