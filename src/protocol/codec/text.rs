//! Scalars as text: in headers, labels, queries, forms and XML.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::excerpt;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::Member;
use crate::shape::{Slot, Timestamp, TimestampFormat, View};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(in super::super) fn encode_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Base64 with or without padding; white space, as in wrapped lines, does not count.
pub(in super::super) fn decode_base64(text: &str) -> Result<Vec<u8>> {
    let clean: Cow<'_, [u8]> = match text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        true => text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>().into(),
        false => text.as_bytes().into(),
    };
    BASE64.decode(clean).map_err(|cause| invalid("base64", text).with_source(cause))
}

/// The shortest text that gives the number again, laid out as Python's `repr` does.
pub(in super::super) fn double(number: f64) -> String {
    float(&format!("{number:e}"), number)
}

/// The same of single precision: `1.1`, not `1.10000002384185791`.
pub(in super::super) fn single(number: f32) -> String {
    float(&format!("{number:e}"), number.into())
}

fn float(scientific: &str, number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let length = digits.len() as i32;
    match exponent {
        0..16 if length <= exponent + 1 => format!("{sign}{digits:0<width$}.0", width = exponent as usize + 1),
        0..16 => {
            let (whole, rest) = digits.split_at(exponent as usize + 1);
            format!("{sign}{whole}.{rest}")
        }
        -4..0 => format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        _ => format!("{sign}{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()),
    }
}

/// The timestamp format of a member's line, or the place's own.
pub(in super::super) fn format(member: Member, default: TimestampFormat) -> TimestampFormat {
    match member.get("time=") {
        Some("iso") => TimestampFormat::Iso,
        Some("http") => TimestampFormat::Http,
        Some("epoch") => TimestampFormat::Epoch,
        _ => default,
    }
}

pub(in super::super) fn timestamp(moment: Timestamp, format: TimestampFormat) -> Result<String> {
    moment.format(format).ok_or_else(|| {
        Error::new(ErrorKind::Serialize, format!("The timestamp {moment} lies outside the years 0 to 9999"))
    })
}

/// A scalar's text; `None` for what is not a scalar.
pub(in super::super) fn write<'a>(
    member: Member,
    view: &View<'a>,
    default: TimestampFormat,
) -> Result<Option<Cow<'a, str>>> {
    Ok(Some(match *view {
        View::Bool(true) => "true".into(),
        View::Bool(false) => "false".into(),
        View::Int(number) => number.to_string().into(),
        View::Float(number) => single(number).into(),
        View::Double(number) => double(number).into(),
        View::Str(text) => text.into(),
        View::Blob(bytes) => encode_base64(bytes).into(),
        View::Timestamp(moment) => timestamp(moment, format(member, default))?.into(),
        _ => return Ok(None),
    }))
}

/// Fills a scalar from its text. `false` for what is not a scalar.
pub(in super::super) fn read(text: &str, slot: Slot<'_>) -> Result<bool> {
    match slot {
        Slot::Str(place) => text.clone_into(place),
        Slot::Bool(place) => *place = text.trim() == "true",
        Slot::Integer(place) => *place = integer(text)?,
        Slot::Long(place) => *place = integer(text)?,
        Slot::Float(place) => *place = number(text)? as f32,
        Slot::Double(place) => *place = number(text)?,
        Slot::Blob(place) => *place = decode_base64(text)?.into(),
        Slot::Timestamp(place) => *place = Timestamp::parse(text).ok_or_else(|| invalid("a timestamp", text))?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// An integer; `3.0` and `1e3` count as such when nothing is lost.
pub(in super::super) fn integer<N: TryFrom<i64>>(text: &str) -> Result<N> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
    });
    whole.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
        let bits = size_of::<N>() * 8;
        invalid(&format!("an integer of {bits} bits"), text)
    })
}

pub(in super::super) fn number(text: &str) -> Result<f64> {
    text.trim().parse().map_err(|_| invalid("a number", text))
}

pub(in super::super) fn invalid(what: &str, text: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("{:?} is not {what}", excerpt(text, 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_python_writes_them() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (123456.789, "123456.789"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e22, "1.25e+22"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double(number), text);
        }
        assert_eq!(single(1.1), "1.1");
    }

    #[test]
    fn integers_keep_their_size() {
        assert_eq!(integer::<i64>("-9223372036854775808").unwrap(), i64::MIN);
        assert_eq!(integer::<i32>("3.0").unwrap(), 3);
        assert_eq!(integer::<i32>("2147483648").unwrap_err().message(), "\"2147483648\" is not an integer of 32 bits");
        assert!(integer::<i64>("9223372036854775808").is_err());
        assert!(integer::<i64>("1.5").is_err());
    }

    #[test]
    fn base64_of_every_habit() {
        for text in ["aGVsbG8=", "aGVsbG8", "aGVs\r\nbG8=\n"] {
            assert_eq!(decode_base64(text).unwrap(), b"hello");
        }
        assert!(decode_base64("a*b").is_err());
    }
}
