use ring::digest;

use super::date::Date;
use super::signature::push_hex;
use super::{Params, Version};

pub(super) fn of_request(version: Version, params: &Params<'_>, date: &Date, canonical: &str) -> String {
    let mut text = head(version.algorithm(), version, params, date);
    push_hash(&mut text, canonical.as_bytes());
    text
}

/// The string for a part of a longer message, which goes on from the signature before it.
#[cfg(test)]
pub(super) fn of_part(algorithm: &str, params: &Params<'_>, date: &Date, previous: &str, parts: &[&[u8]]) -> String {
    let mut text = head(algorithm, Version::V4, params, date);
    text.push_str(previous);
    for part in parts {
        text.push('\n');
        push_hash(&mut text, part);
    }
    text
}

fn head(algorithm: &str, version: Version, params: &Params<'_>, date: &Date) -> String {
    let mut text = String::with_capacity(256);
    for part in [algorithm, "\n", date.time(), "\n"] {
        text.push_str(part);
    }
    push_scope(&mut text, version, params, date);
    text.push('\n');
    text
}

/// `20150830/us-east-1/iam/aws4_request`; for Version 4a without the region.
pub(super) fn push_scope(text: &mut String, version: Version, params: &Params<'_>, date: &Date) {
    text.push_str(date.day());
    if version == Version::V4 {
        text.push('/');
        text.push_str(params.region);
    }
    for part in ["/", params.service, "/aws4_request"] {
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
            assert_eq!(of_request(Version::V4, params, &Date::new(params.time), CANONICAL), STRING_TO_SIGN);
        });
    }
}
