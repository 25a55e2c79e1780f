use std::fmt;
use std::sync::{Mutex, PoisonError};

use ring::hmac;

use super::Params;
use super::asymmetric::Pairs;
use super::date::Date;

/// Derived keys: one is good for a day, a region and a service, and costs four times what using it costs.
#[derive(Default)]
pub(crate) struct Keys {
    derived: Mutex<Vec<Derived>>,
    pub(super) pairs: Pairs,
}

/// A client signs for one or two regions; S3 Express brings a secret a bucket.
const KEPT: usize = 16;

struct Derived {
    secret: String,
    day: String,
    region: String,
    service: String,
    key: hmac::Key,
}

impl Keys {
    fn get(&self, params: &Params<'_>, day: &str) -> hmac::Key {
        let secret = params.credentials.secret_access_key();
        let mut kept = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|derived| {
            derived.day == day
                && derived.region == params.region
                && derived.service == params.service
                && derived.secret == secret
        });
        if let Some(derived) = found {
            return derived.key.clone();
        }
        let key = derive(secret, day, params.region, params.service);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(Derived {
            secret: secret.to_owned(),
            day: day.to_owned(),
            region: params.region.to_owned(),
            service: params.service.to_owned(),
            key: key.clone(),
        });
        key
    }
}

/// Nothing of the keys.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

/// The signature of `text`, in hexadecimal digits.
pub(super) fn sign(params: &Params<'_>, date: &Date, text: &str) -> String {
    let key = params.keys.get(params, date.day());
    let mut signature = String::with_capacity(64);
    push_hex(&mut signature, hmac::sign(&key, text.as_bytes()).as_ref());
    signature
}

fn derive(secret: &str, day: &str, region: &str, service: &str) -> hmac::Key {
    let first = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret}").as_bytes());
    [day, region, service, "aws4_request"]
        .into_iter()
        .fold(first, |key, part| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref()))
}

pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(HEX[usize::from(byte >> 4)] as char);
        text.push(HEX[usize::from(byte & 15)] as char);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;
    use crate::signing::Payload;
    use crate::signing::tests::{STRING_TO_SIGN, with_example_params};

    #[test]
    fn published_example() {
        with_example_params(|params| {
            let date = Date::new(params.time);
            let expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
            assert_eq!(sign(params, &date, STRING_TO_SIGN), expected);
            assert_eq!(sign(params, &date, STRING_TO_SIGN), expected, "with the key that was kept");
        });
    }

    #[test]
    fn a_key_is_derived_once_a_day_region_service_and_secret() {
        with_example_params(|params| {
            let derived = || params.keys.derived.lock().unwrap().len();
            let date = Date::new(params.time);
            for _ in 0..3 {
                sign(params, &date, STRING_TO_SIGN);
            }
            assert_eq!(derived(), 1);
            sign(&Params { region: "eu-west-1", payload: Payload::Body, ..*params }, &date, STRING_TO_SIGN);
            sign(&Params { service: "sts", payload: Payload::Body, ..*params }, &date, STRING_TO_SIGN);
            assert_eq!(derived(), 3);
            let renewed = Credentials::new("AKIDEXAMPLE", "another secret", None);
            sign(&Params { credentials: &renewed, payload: Payload::Body, ..*params }, &date, STRING_TO_SIGN);
            assert_eq!(derived(), 4);
            sign(params, &date, STRING_TO_SIGN);
            assert_eq!(derived(), 4);
        });
    }

    #[test]
    fn no_more_keys_are_kept_than_a_client_uses() {
        with_example_params(|params| {
            for day in 0..40 {
                params.keys.get(params, &format!("201508{day:02}"));
            }
            assert_eq!(params.keys.derived.lock().unwrap().len(), KEPT);
        });
    }
}
