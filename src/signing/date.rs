use crate::Timestamp;

/// The two forms of a moment that signatures use, `20150830T123600Z` and its first eight characters.
pub(super) struct Date(String);

impl Date {
    pub(super) fn new(time: Timestamp) -> Self {
        let (days, second) = (time.seconds().div_euclid(86_400), time.seconds().rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        Date(format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z"))
    }

    pub(super) fn time(&self) -> &str {
        &self.0
    }

    pub(super) fn day(&self) -> &str {
        let end = self.0.find('T').unwrap_or(self.0.len());
        &self.0[..end]
    }
}

/// Year, month and day of a day counted from 1970-01-01. Years begin in March here, so that a leap day comes last; 400
/// years always have 146,097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year_of_era + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        for (seconds, expected) in [
            (0, "19700101T000000Z"),
            (-1, "19691231T235959Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            let date = Date::new(Timestamp::new(seconds, 999_999_999));
            assert_eq!(date.time(), expected);
            assert_eq!(date.day(), &expected[..8]);
        }
    }
}
