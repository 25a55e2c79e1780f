//! Signature Version 2 of S3, in headers, URLs and forms: for stores that know nothing newer. Source: botocore's
//! `HmacV1Auth` and <https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html>.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use ring::hmac;

use super::canonical_request::push_encoded;
use super::post::{Policy, PostFields, policy_text};
use crate::http::Request;
use crate::shape::TimestampFormat;
use crate::{Credentials, Timestamp};

/// The parameters of the query that are signed. Source: botocore's `QSAOfInterest`.
const SIGNED: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

const TOKEN: &str = "x-amz-security-token";

/// Signs in a header. `resource` is the path with the bucket in it, wherever the request has that.
pub(crate) fn sign_s3_v2(request: &mut Request, credentials: &Credentials, resource: &str, time: Timestamp) {
    let date = Timestamp::from_secs(time.seconds()).format(TimestampFormat::Http).unwrap_or_default();
    request.headers.remove("Authorization");
    request.headers.remove("X-Amz-Date");
    request.headers.set("Date", &*date);
    set_token(request, credentials);
    let signature = sign(credentials, &canonical(request, &date, resource));
    request.headers.set("Authorization", format!("AWS {}:{signature}", credentials.access_key_id()));
}

/// Signs in the query: afterwards the request's URL is good for so long from the time on.
pub(crate) fn presign_s3_v2(
    request: &mut Request,
    credentials: &Credentials,
    resource: &str,
    time: Timestamp,
    expires: Duration,
) {
    let end = (time + expires).seconds().to_string();
    request.headers.remove("Authorization");
    set_token(request, credentials);
    let signature = sign(credentials, &canonical(request, &end, resource));
    let query = &mut request.query;
    push(query, "AWSAccessKeyId", credentials.access_key_id());
    push(query, "Signature", &signature);
    for (name, value) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        if name.starts_with("x-amz-") || name == "content-md5" || name == "content-type" {
            push(query, &name, value);
        }
    }
    push(query, "Expires", &end);
}

/// The fields that make a form good until its policy expires, policy and signature among them.
pub(crate) fn sign_post_s3_v2(credentials: &Credentials, time: Timestamp, policy: &Policy) -> PostFields {
    let mut fields = vec![("AWSAccessKeyId", credentials.access_key_id().to_owned())];
    let mut conditions = policy.conditions.clone();
    if let Some(token) = credentials.session_token() {
        fields.push((TOKEN, token.to_owned()));
        conditions.push(serde_json::json!({ TOKEN: token }));
    }
    let policy = BASE64_STANDARD.encode(policy_text(time, policy.expires, &conditions));
    let signature = sign(credentials, &policy);
    fields.push(("policy", policy));
    fields.push(("signature", signature));
    fields
}

fn set_token(request: &mut Request, credentials: &Credentials) {
    request.headers.remove(TOKEN);
    if let Some(token) = credentials.session_token() {
        request.headers.set(TOKEN, token);
    }
}

fn sign(credentials: &Credentials, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, credentials.secret_access_key().as_bytes());
    BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

fn canonical(request: &Request, date: &str, resource: &str) -> String {
    let header = |name| request.headers.get(name).unwrap_or_default().trim();
    let mut text = format!("{}\n{}\n{}\n{date}\n", request.method, header("Content-MD5"), header("Content-Type"));
    let mut own: Vec<(String, String)> = Vec::new();
    for (name, value) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        match own.iter_mut().find(|(other, _)| *other == name) {
            _ if !name.starts_with("x-amz-") => {}
            Some((_, values)) => *values = format!("{values},{}", value.trim()),
            None => own.push((name, value.trim().to_owned())),
        }
    }
    own.sort();
    own.iter().for_each(|(name, value)| text.extend([name, ":", value, "\n"]));
    text.push_str(resource);
    push_parameters(&mut text, &request.query);
    text
}

/// The parameters that say which part of the resource is meant, their values as they are meant.
fn push_parameters(text: &mut String, query: &str) {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) => (name, Some(percent_decode_str(value).decode_utf8_lossy())),
        None => (pair, None),
    });
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| SIGNED.contains(name)).collect();
    pairs.sort_by_key(|(name, _)| *name);
    for (index, (name, value)) in pairs.iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(name);
        if let Some(value) = value {
            text.extend(["=", value]);
        }
    }
}

fn push(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    push_encoded(query, name, b"");
    query.push('=');
    push_encoded(query, value, b"");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(token: Option<&str>) -> Credentials {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, token.map(str::to_owned))
    }

    fn request(method: &'static str, path: &str, query: &str, headers: &[(&'static str, &str)]) -> Request {
        let origin = "https://awsexamplebucket1.s3.us-west-1.amazonaws.com".to_owned();
        let mut request =
            Request { method, origin, path: path.to_owned(), query: query.to_owned(), ..Request::default() };
        headers.iter().for_each(|(name, value)| request.headers.append(*name, *value));
        request
    }

    /// The examples of <https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html>.
    #[test]
    fn published_examples() {
        let path = "/photos/puppy.jpg";
        let image = [("Content-Type", "image/jpeg"), ("Content-Length", "94328")];
        let cases = [
            (request("GET", path, "", &[]), "19:36:42", "qgk2+6Sv9/oM7G3qLEjTH1a1l1g="),
            (request("PUT", path, "", &image), "21:15:45", "iqRzw+ileNPu1fhspnRs8nOjjIA="),
            (
                request("GET", "/", "prefix=photos&max-keys=50&marker=puppy", &[]),
                "19:42:41",
                "m0WP8eCtspQl5Ahe6L1SozdX9YA=",
            ),
            (request("GET", "/", "acl", &[]), "19:44:46", "82ZHiFIjc+WbcwFKGUVEQspPn+0="),
        ];
        for (request, time, expected) in cases {
            let date = format!("Tue, 27 Mar 2007 {time} +0000");
            let text = canonical(&request, &date, &format!("/awsexamplebucket1{}", request.path));
            assert_eq!(sign(&keys(None), &text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_signed() {
        let headers = [
            ("X-Amz-Meta-B", " two "),
            ("x-amz-meta-b", "three"),
            ("x-amz-acl", "private"),
            ("Content-MD5", "sum"),
            ("Accept", "text"),
        ];
        let query = "versionId=a%2Bb+c&prefix=p&uploads&response-content-type=t%2Fp&Versions=1";
        let text = canonical(&request("PUT", "/k", query, &headers), "DATE", "/b/k");
        let parameters = "response-content-type=t/p&uploads&versionId=a+b+c";
        let expected = format!("PUT\nsum\n\nDATE\nx-amz-acl:private\nx-amz-meta-b:two,three\n/b/k?{parameters}");
        assert_eq!(text, expected);
    }

    #[test]
    fn an_attempt_leaves_nothing_to_the_next() {
        let mut once = request("GET", "/k", "", &[("x-amz-date", "earlier")]);
        sign_s3_v2(&mut once, &keys(Some("token")), "/b/k", Timestamp::from_secs(1_700_000_000));
        let mut twice = request("GET", "/k", "", &[]);
        sign_s3_v2(&mut twice, &keys(Some("old")), "/b/k", Timestamp::from_secs(1_600_000_000));
        sign_s3_v2(&mut twice, &keys(Some("token")), "/b/k", Timestamp::from_secs(1_700_000_000));
        let mut parts: Vec<_> = [&once, &twice]
            .map(|request| {
                let mut headers: Vec<_> = request.headers.iter().map(|(n, v)| format!("{n}: {v}")).collect();
                headers.sort();
                headers
            })
            .into();
        assert_eq!(parts.pop(), parts.pop());
        assert_eq!(once.headers.get("Date"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));
        assert_eq!(once.headers.get(TOKEN), Some("token"));
    }
}
