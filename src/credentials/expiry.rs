//! The ends of credentials, as providers write them.

use crate::Timestamp;

/// An ISO 8601 moment: `2026-01-02T03:04:05Z`, with a fraction or an offset (`+00:00`) where there is one. Without an
/// offset it is UTC; the AWS CLI writes that out in some of its files.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// The moment as `2026-01-02T03:04:05Z`.
pub(crate) fn text(moment: Timestamp) -> String {
    Timestamp::from_secs(moment.seconds()).to_string()
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
