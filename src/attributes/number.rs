use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// A number as DynamoDB keeps it: its decimal text, exactly, up to 38 digits from 10<sup>-130</sup> to 10<sup>126</sup>.
///
/// Comparing and hashing go by the value, so `1.0` is `1`; the text stays as it was.
///
/// ```
/// # #[cfg(feature = "dynamodb")] {
/// use botocore::dynamodb::Number;
///
/// let price: Number = "12345678901234567890.10".parse()?;
/// assert_eq!(price.as_str(), "12345678901234567890.10");
/// assert_eq!(price, "12345678901234567890.1".parse()?);
/// assert!(Number::from(7) < Number::try_from(7.5)?);
/// assert_eq!(u8::try_from(&Number::from(7))?, 7);
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone)]
pub struct Number(String);

/// Digits that DynamoDB keeps.
const DIGITS: usize = 38;

/// Exponents of the first digit that DynamoDB keeps.
const EXPONENTS: std::ops::RangeInclusive<i64> = -130..=125;

impl Number {
    /// The number that the text says: `-12.5`, `1e10`.
    ///
    /// # Errors
    /// When it is no decimal number, or one that DynamoDB does not keep exactly.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        let Some(decimal) = Decimal::of(&text) else {
            return Err(problem(format!("{} is no decimal number", shown(&text))));
        };
        if decimal.digits.len() > DIGITS {
            return Err(problem(format!(
                "{} has {} digits, and DynamoDB keeps {DIGITS}",
                shown(&text),
                decimal.digits.len()
            )));
        }
        if !decimal.digits.is_empty() && !EXPONENTS.contains(&decimal.first()) {
            return Err(problem(format!("{} is not within what DynamoDB keeps, 1E-130 to 9.9E+125", shown(&text))));
        }
        Ok(Number(text))
    }

    /// The number as text.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number of the service, which knows what numbers are.
    pub(super) fn received(text: String) -> Self {
        Number(text)
    }
}

/// Begins with what it is about: long texts are cut.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn problem(text: String) -> Error {
    Error::new(ErrorKind::Serialize, text)
}

/// A number's value: sign, digits without zeros at their ends, and the power of ten of the last.
#[derive(PartialEq, Eq, Hash)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let negative = mantissa.starts_with('-');
        let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut exponent = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent += 1;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        if digits.is_empty() {
            return Some(Decimal { negative: false, digits, exponent: 0 });
        }
        Some(Decimal { negative, digits, exponent })
    }

    /// The power of ten of the first digit.
    fn first(&self) -> i64 {
        self.exponent + self.digits.len() as i64 - 1
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }

    /// The text of an integer of at most 40 digits.
    fn integer(&self) -> Option<String> {
        if !(0..40).contains(&self.exponent) || self.first() >= 40 {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let digits = String::from_utf8_lossy(&self.digits);
        let zeros = if self.digits.is_empty() { 1 } else { self.exponent as usize };
        Some(format!("{sign}{digits}{:0<zeros$}", ""))
    }

    fn compare(&self, other: &Decimal) -> Ordering {
        let sign = self.sign();
        if sign != other.sign() || sign == 0 {
            return sign.cmp(&other.sign());
        }
        let size = self.first().cmp(&other.first()).then_with(|| self.digits.cmp(&other.digits));
        if self.negative { size.reverse() } else { size }
    }
}

/// Whether the text says exactly what the float's shortest text does.
#[cfg(feature = "dynamodb-items")]
pub(super) fn is_exact(text: &str, number: f64) -> bool {
    number.is_finite() && Decimal::of(text).is_some_and(|decimal| Decimal::of(&format!("{number:e}")) == Some(decimal))
}

/// The integer that the text says, where it is one: `3.0` and `1e3` are.
pub(super) fn integer<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok().or_else(|| Decimal::of(text)?.integer()?.parse().ok())
}

/// The text of a finite float, the shortest that gives it again.
pub(super) fn float_text(number: f64, plain: String, scientific: String) -> Result<Number> {
    if !number.is_finite() {
        return Err(problem(format!("{plain} is no number that DynamoDB keeps")));
    }
    match number == 0.0 || (1e-7..1e21).contains(&number.abs()) {
        true => Number::new(plain),
        false => Number::new(scientific),
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (Decimal::of(&self.0), Decimal::of(&other.0)) {
            (Some(one), Some(two)) => one.compare(&two),
            // What the service sent and is no number has its place beside those that are.
            (one, two) => one.is_some().cmp(&two.is_some()).then_with(|| self.0.cmp(&other.0)),
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match Decimal::of(&self.0) {
            Some(decimal) => decimal.hash(state),
            None => self.0.hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.0)
    }
}

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Number::new(text)
    }
}

impl TryFrom<&str> for Number {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        Number::new(text)
    }
}

impl TryFrom<String> for Number {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Number::new(text)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

macro_rules! always_fits {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            #[inline]
            fn from(number: $integer) -> Self {
                Number(number.to_string())
            }
        }
    )*};
}

always_fits! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

macro_rules! may_fit {
    ($($integer:ty)*) => {$(
        impl TryFrom<$integer> for Number {
            type Error = Error;

            #[inline]
            fn try_from(number: $integer) -> Result<Self> {
                Number::new(number.to_string())
            }
        }
    )*};
}

may_fit! { i128 u128 }

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl TryFrom<$float> for Number {
            type Error = Error;

            #[inline]
            fn try_from(number: $float) -> Result<Self> {
                float_text(number.into(), number.to_string(), format!("{number:e}"))
            }
        }

        /// The nearest float.
        impl TryFrom<&Number> for $float {
            type Error = Error;

            #[inline]
            fn try_from(number: &Number) -> Result<Self> {
                super::float(&number.0)
            }
        }
    )*};
}

floats! { f32 f64 }

macro_rules! integers {
    ($($integer:ty)*) => {$(
        /// Exactly: `3.0` is an integer, `3.5` is none.
        impl TryFrom<&Number> for $integer {
            type Error = Error;

            #[inline]
            fn try_from(number: &Number) -> Result<Self> {
                super::whole(&number.0, stringify!($integer))
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: &Number) -> u64 {
        let mut state = std::hash::DefaultHasher::new();
        number.hash(&mut state);
        state.finish()
    }

    #[test]
    fn what_is_the_same_number_is_equal() -> Result<()> {
        for (one, two) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("-0", "0"),
            ("0.001", "1E-3"),
            ("+5", "5"),
            ("0e900", "0"),
            ("0012.50", "12.5"),
        ] {
            let (one, two) = (Number::new(one)?, Number::new(two)?);
            assert_eq!((&one, hash(&one)), (&two, hash(&two)));
        }
        let mut numbers =
            ["10", "9", "-1", "-1.5", "0", "1e-5", "99999999999999999999.1", "99999999999999999999", "-1e30"]
                .map(|text| Number::new(text).unwrap());
        numbers.sort();
        let sorted = numbers.each_ref().map(Number::as_str);
        assert_eq!(
            sorted,
            ["-1e30", "-1.5", "-1", "0", "1e-5", "9", "10", "99999999999999999999", "99999999999999999999.1"]
        );
        Ok(())
    }

    #[test]
    fn what_dynamodb_does_not_keep_is_refused() {
        let refused = |text: &str| Number::new(text).unwrap_err().to_string();
        assert_eq!(refused("1,5"), "`1,5` is no decimal number");
        for text in
            ["", ".", "-", "1e", "e5", "1.2.3", " 1", "1_000", "NaN", "inf", "0x10", "1e99999999999", "--1", "١"]
        {
            assert!(refused(text).contains("is no decimal number"), "{text}");
        }
        let long = "1".repeat(39);
        assert_eq!(refused(&long), format!("`{long}` has 39 digits, and DynamoDB keeps 38"));
        assert!(refused("1e126").contains("is not within"), "{}", refused("1e126"));
        assert!(refused("-1e-131").contains("is not within"));
        for text in ["9.9999999999999999999999999999999999999E+125", "1E-130", "-1e-130", "0e-500", "1e-130"] {
            assert_eq!(Number::new(text).unwrap().as_str(), text);
        }
        assert!(Number::new(format!("{}{}", "1".repeat(38), "0".repeat(80))).is_ok());
    }

    #[test]
    fn rust_numbers_come_back() -> Result<()> {
        for number in [0.1, -1e100, 1e-100, 123456.789, f64::MIN_POSITIVE * 1e200, 1e21, 0.0, 5e20] {
            assert_eq!(f64::try_from(&Number::try_from(number)?)?, number);
        }
        assert_eq!(Number::try_from(0.1_f32)?.as_str(), "0.1");
        assert_eq!(Number::try_from(1e100)?.as_str(), "1e100");
        for number in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE] {
            assert!(Number::try_from(number).is_err(), "{number}");
        }
        assert_eq!(i64::try_from(&Number::from(i64::MIN))?, i64::MIN);
        assert_eq!(u64::try_from(&Number::from(u64::MAX))?, u64::MAX);
        assert_eq!(
            i128::try_from(&Number::new("-12345678901234567890123456789012345678")?)?,
            -12345678901234567890123456789012345678
        );
        assert!(Number::try_from(u128::MAX).is_err());
        assert_eq!(u16::try_from(&Number::new("1e3")?)?, 1000);
        assert_eq!(i8::try_from(&Number::new("-0.0")?)?, 0);
        assert_eq!(u8::try_from(&Number::from(256)).unwrap_err().to_string(), "`256` is no integer from 0 to 255 (u8)");
        assert_eq!(u8::try_from(&Number::new("2.5")?).unwrap_err().kind(), ErrorKind::Parse);
        Ok(())
    }
}
