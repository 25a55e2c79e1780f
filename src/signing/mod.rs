//! Who a request is from, proven: Signature Version 4 in headers or in the URL, Version 2 in a form,
//! the Version 2 of S3, and bearer tokens.
//!
//! A file a step, in the order of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>. The time is an argument.
//! Version 4a differs in four places only: the key, the name, a scope without region, and `X-Amz-Region-Set`.

mod asymmetric;
mod bearer;
mod canonical_request;
#[cfg(test)]
mod chain;
mod cloudfront;
mod date;
mod p256;
mod payload;
mod post;
mod presign;
mod query;
mod s3_v2;
mod signature;
mod string_to_sign;

#[cfg(test)]
mod tests;

pub use cloudfront::{CloudFrontPolicy, CloudFrontSigner};

pub(crate) use bearer::sign_bearer;
pub(crate) use p256::public_key as p256_public_key;
pub(crate) use payload::{Payload, PayloadChoice};
pub(crate) use post::{Policy, PostFields, sign_post};
pub(crate) use presign::{presign, presign_v4a};
pub(crate) use query::sign_v2;
pub(crate) use s3_v2::{presign_s3_v2, sign_post_s3_v2, sign_s3_v2};
pub(crate) use signature::Keys;

use self::canonical_request::CanonicalRequest;
use self::date::Date;
use crate::Credentials;
use crate::Timestamp;
use crate::error::Result;
use crate::http::Request;

/// What signs a request, and how.
pub(crate) struct Params<'a> {
    pub(crate) credentials: &'a Credentials,
    /// The region; for Version 4a the set of them, `*` or `us-east-1,eu-west-*`.
    pub(crate) region: &'a str,
    /// The signing name, `s3`.
    pub(crate) service: &'a str,
    pub(crate) time: Timestamp,
    pub(crate) payload: Payload,
    /// How the service's hosts read the path.
    pub(crate) path: PathStyle,
    /// S3 wants `X-Amz-Content-SHA256` on every request; elsewhere it is sent only when it is not the body's hash.
    pub(crate) payload_header: bool,
    pub(crate) token: TokenName,
    /// Keys derived before; a client keeps one.
    pub(crate) keys: &'a Keys,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// HMAC with a key that is good for one region
    V4,
    /// ECDSA, for several regions
    V4a,
}

impl Version {
    fn algorithm(self) -> &'static str {
        match self {
            Version::V4 => "AWS4-HMAC-SHA256",
            Version::V4a => "AWS4-ECDSA-P256-SHA256",
        }
    }
}

/// What is done to a path that is percent-encoded already before it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathStyle {
    /// Dot segments are resolved, and neighbouring slashes become one.
    pub(crate) normalize: bool,
    /// The path is percent-encoded once more.
    pub(crate) double_encode: bool,
}

impl PathStyle {
    /// Every service but S3.
    pub(crate) const NORMALIZED: PathStyle = PathStyle { normalize: true, double_encode: true };
    /// S3: keys are bytes, signed as they are sent.
    #[cfg(test)]
    pub(crate) const VERBATIM: PathStyle = PathStyle { normalize: false, double_encode: false };
}

/// Under which name a session token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenName {
    /// `X-Amz-Security-Token`
    Security,
    /// `x-amz-s3session-token`: keys of S3's CreateSession
    S3Session,
}

impl TokenName {
    fn header(self) -> &'static str {
        match self {
            TokenName::Security => "X-Amz-Security-Token",
            TokenName::S3Session => "x-amz-s3session-token",
        }
    }

    /// In a form.
    fn field(self) -> &'static str {
        match self {
            TokenName::Security => "x-amz-security-token",
            TokenName::S3Session => "X-Amz-S3session-Token",
        }
    }

    fn parameter(self) -> &'static str {
        match self {
            TokenName::Security => "X-Amz-Security-Token",
            TokenName::S3Session => "X-Amz-S3session-Token",
        }
    }
}

/// Signs in headers, after the last change to the request. What an earlier attempt left there is replaced.
///
/// # Errors
/// When the body must be hashed and cannot be read twice.
pub(crate) fn sign(request: &mut Request, params: &Params<'_>) -> Result<()> {
    sign_headers(Version::V4, request, params)
}

/// As [`sign`], with Version 4a: the signature is good in all of `params.region`.
///
/// # Errors
/// As [`sign`], and when the secret gives no key.
pub(crate) fn sign_v4a(request: &mut Request, params: &Params<'_>) -> Result<()> {
    sign_headers(Version::V4a, request, params)
}

fn sign_headers(version: Version, request: &mut Request, params: &Params<'_>) -> Result<()> {
    let date = Date::new(params.time);
    let payload = params.payload.text(&mut request.body)?;
    set_headers(version, request, params, &date, &payload);
    let canonical = CanonicalRequest::new(request, params.path, &payload);
    let to_sign = string_to_sign::of_request(version, params, &date, canonical.text());
    let signature = signature(version, params, &date, &to_sign)?;
    let authorization = authorization(version, params, &date, canonical.signed_headers(), &signature);
    request.headers.set("Authorization", authorization);
    Ok(())
}

fn signature(version: Version, params: &Params<'_>, date: &Date, text: &str) -> Result<String> {
    match version {
        Version::V4 => Ok(signature::sign(params, date, text)),
        Version::V4a => asymmetric::sign(params, text),
    }
}

fn set_headers(version: Version, request: &mut Request, params: &Params<'_>, date: &Date, payload: &str) {
    let headers = &mut request.headers;
    headers.remove("Authorization");
    headers.remove("Date");
    headers.set("X-Amz-Date", date.time());
    if version == Version::V4a {
        headers.set("X-Amz-Region-Set", params.region);
    }
    if params.payload_header || params.payload.is_named() {
        headers.set("X-Amz-Content-SHA256", payload);
    }
    if let Some(token) = params.credentials.session_token() {
        headers.set(params.token.header(), token);
    }
}

fn authorization(version: Version, params: &Params<'_>, date: &Date, signed_headers: &str, signature: &str) -> String {
    let mut text = String::with_capacity(192 + signed_headers.len());
    for part in [version.algorithm(), " Credential=", params.credentials.access_key_id(), "/"] {
        text.push_str(part);
    }
    string_to_sign::push_scope(&mut text, version, params, date);
    for part in [", SignedHeaders=", signed_headers, ", Signature=", signature] {
        text.push_str(part);
    }
    text
}
