use std::time::Duration;

/// The longest pause that is computed, seconds.
const LONGEST: f64 = 20.0;
/// How much longer the service may make a pause, seconds.
const LONGER: f64 = 5.0;

/// The pause after attempt `number` (from 1): a random part of `base` doubled for each earlier attempt. `retry_after`,
/// the service's wish in seconds, raises it by five seconds at most.
pub(super) fn delay(number: u32, base: f64, retry_after: Option<f64>, jitter: f64) -> Duration {
    let doublings = i32::try_from(number.saturating_sub(1)).unwrap_or(i32::MAX);
    let computed = jitter.clamp(0.0, 1.0) * (base * 2_f64.powi(doublings)).min(LONGEST);
    let seconds = retry_after.map_or(computed, |wish| wish.clamp(computed, computed + LONGER));
    Duration::from_secs_f64(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        let seconds = |number, jitter| delay(number, 0.05, None, jitter).as_secs_f64();
        assert_eq!([seconds(1, 1.0), seconds(2, 1.0), seconds(9, 1.0)], [0.05, 0.1, 12.8]);
        assert_eq!([seconds(10, 1.0), seconds(u32::MAX, 1.0)], [20.0, 20.0]);
        assert_eq!([seconds(2, 0.5), seconds(3, 0.0)], [0.05, 0.0]);
    }

    #[test]
    fn the_service_can_ask_for_five_seconds_more() {
        let seconds = |wish| delay(1, 1.0, Some(wish), 1.0).as_secs_f64();
        assert_eq!([seconds(0.5), seconds(3.0), seconds(60.0)], [1.0, 3.0, 6.0]);
    }
}
