use ring::digest;

use super::Params;
use super::date::Date;
use super::signature::push_hex;

pub(super) fn of_request(params: &Params<'_>, date: &Date, canonical: &str) -> String {
    let mut text = head("AWS4-HMAC-SHA256", params, date);
    push_hash(&mut text, canonical.as_bytes());
    text
}

/// The string for a part of a longer message, which goes on from the signature before it.
pub(super) fn of_part(algorithm: &str, params: &Params<'_>, date: &Date, previous: &str, parts: &[&[u8]]) -> String {
    let mut text = head(algorithm, params, date);
    text.push_str(previous);
    for part in parts {
        text.push('\n');
        push_hash(&mut text, part);
    }
    text
}

fn head(algorithm: &str, params: &Params<'_>, date: &Date) -> String {
    let mut text = String::with_capacity(256);
    for part in [algorithm, "\n", date.time(), "\n"] {
        text.push_str(part);
    }
    push_scope(&mut text, params, date);
    text.push('\n');
    text
}

/// `20150830/us-east-1/iam/aws4_request`
pub(super) fn push_scope(text: &mut String, params: &Params<'_>, date: &Date) {
    for part in [date.day(), "/", params.region, "/", params.service, "/aws4_request"] {
        text.push_str(part);
    }
}

fn push_hash(text: &mut String, bytes: &[u8]) {
    push_hex(text, digest::digest(&digest::SHA256, bytes).as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::tests::{CANONICAL, STRING_TO_SIGN, with_example_params};

    #[test]
    fn published_example() {
        with_example_params(|params| {
            assert_eq!(of_request(params, &Date::new(params.time), CANONICAL), STRING_TO_SIGN);
        });
    }
}
