//! Messages signed part by part. Nothing sends them yet: a stream of events to a service needs HTTP/2.

use super::date::Date;
use super::{Params, signature, string_to_sign};

/// The signature of an event in a stream, or of a chunk (whose `headers` are empty), after the signature `previous`.
pub(crate) fn sign_event(params: &Params<'_>, previous: &str, headers: &[u8], payload: &[u8]) -> String {
    let date = Date::new(params.time);
    let to_sign = string_to_sign::of_part("AWS4-HMAC-SHA256-PAYLOAD", params, &date, previous, &[headers, payload]);
    signature::sign(params, &date, &to_sign)
}
