use std::time::Duration;

use serde_json::Value;

use super::canonical_request::{self, CanonicalRequest, push_encoded};
use super::date::Date;
use super::{Params, Payload, Version, string_to_sign};
use crate::error::Result;
use crate::http::{Body, Request};

const FORM: &str = "application/x-www-form-urlencoded";

/// Signs in the query: afterwards the request's URL is good for `expires` from the time on (AWS allows seven days).
///
/// The members of a form or JSON body move to the query, because who has a URL has no body. A body that is not signed stays:
/// it is an upload, which comes with the URL.
///
/// # Errors
/// When the body must be hashed and cannot be read twice.
pub(crate) fn presign(request: &mut Request, params: &Params<'_>, expires: Duration) -> Result<()> {
    presign_as(Version::V4, request, params, expires)
}

/// As [`presign`], with Version 4a: the URL is good in all of `params.region`.
///
/// # Errors
/// As [`presign`], and when the secret gives no key.
pub(crate) fn presign_v4a(request: &mut Request, params: &Params<'_>, expires: Duration) -> Result<()> {
    presign_as(Version::V4a, request, params, expires)
}

fn presign_as(version: Version, request: &mut Request, params: &Params<'_>, expires: Duration) -> Result<()> {
    request.headers.remove("Authorization");
    if params.payload == Payload::Body {
        move_body(request);
    }
    drop_form_content_type(request);
    sign_query(version, request, params, expires)
}

pub(super) fn sign_query(
    version: Version,
    request: &mut Request,
    params: &Params<'_>,
    expires: Duration,
) -> Result<()> {
    let date = Date::new(params.time);
    let mut query = recode(&request.query);
    push_parameters(&mut query, version, request, params, &date, expires);
    request.query = query;
    let payload = params.payload.text(&mut request.body)?;
    let canonical = CanonicalRequest::new(request, params.path, &payload);
    let to_sign = string_to_sign::of_request(version, params, &date, canonical.text());
    let signature = super::signature(version, params, &date, &to_sign)?;
    push(&mut request.query, "X-Amz-Signature", &signature);
    Ok(())
}

fn push_parameters(
    query: &mut String,
    version: Version,
    request: &Request,
    params: &Params<'_>,
    date: &Date,
    expires: Duration,
) {
    let mut credential = params.credentials.access_key_id().to_owned();
    credential.push('/');
    string_to_sign::push_scope(&mut credential, version, params, date);
    push(query, "X-Amz-Algorithm", version.algorithm());
    push(query, "X-Amz-Credential", &credential);
    push(query, "X-Amz-Date", date.time());
    push(query, "X-Amz-Expires", &expires.as_secs().to_string());
    if version == Version::V4a {
        push(query, "X-Amz-Region-Set", params.region);
    }
    push(query, "X-Amz-SignedHeaders", &canonical_request::signed_headers(request));
    if let Some(token) = params.credentials.session_token() {
        push(query, params.token.parameter(), token);
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

/// The query in the one encoding that signatures know: `%20` for a space, an `=` in each pair.
fn recode(query: &str) -> String {
    let mut recoded = String::with_capacity(query.len() + 512);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        push(&mut recoded, &decode(name), &decode(value));
    }
    recoded
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn move_body(request: &mut Request) {
    let is_form = request.headers.get("Content-Type").is_some_and(|kind| kind.starts_with(FORM));
    let moved = request.body.with_bytes(|bytes| match bytes {
        Some(b"") | None => None,
        Some(bytes) if is_form => std::str::from_utf8(bytes).ok().map(recode),
        Some(bytes) => json_members(bytes),
    });
    if let Some(moved) = moved {
        request.body = Body::empty();
        if !request.query.is_empty() && !moved.is_empty() {
            request.query.push('&');
        }
        request.query.push_str(&moved);
    }
}

fn json_members(bytes: &[u8]) -> Option<String> {
    let Value::Object(members) = serde_json::from_slice(bytes).ok()? else { return None };
    let mut query = String::new();
    for (name, value) in &members {
        match value {
            Value::Array(items) => items.iter().for_each(|item| push_value(&mut query, name, item)),
            value => push_value(&mut query, name, value),
        }
    }
    Some(query)
}

fn push_value(query: &mut String, name: &str, value: &Value) {
    match value {
        Value::String(text) => push(query, name, text),
        value => push(query, name, &value.to_string()),
    }
}

/// Nobody who opens a URL sends this header, which only serializing set.
fn drop_form_content_type(request: &mut Request) {
    if request.headers.get("Content-Type") == Some("application/x-www-form-urlencoded; charset=utf-8") {
        request.headers.remove("Content-Type");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::tests::with_example_params;
    use crate::signing::{PathStyle, TokenName};
    use crate::{Credentials, Timestamp};

    /// The published example: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
    #[test]
    fn published_example() {
        let params = Params {
            credentials: &Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None),
            region: "us-east-1",
            service: "s3",
            time: Timestamp::new(1_369_353_600, 0),
            payload: Payload::Unsigned,
            path: PathStyle::VERBATIM,
            payload_header: true,
            token: TokenName::Security,
            keys: &Default::default(),
        };
        let mut request = Request {
            method: "GET",
            origin: "https://examplebucket.s3.amazonaws.com".into(),
            path: "/test.txt".into(),
            ..Request::default()
        };
        presign(&mut request, &params, Duration::from_secs(86_400)).unwrap();
        assert_eq!(
            request.url(),
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
        assert_eq!(request.headers.iter().count(), 0);
    }

    #[test]
    fn a_form_moves_to_the_query() {
        with_example_params(|params| {
            let mut request = Request {
                method: "POST",
                origin: "https://sts.amazonaws.com".into(),
                path: "/".into(),
                body: "Action=GetCallerIdentity&Text=a+b".into(),
                ..Request::default()
            };
            request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
            presign(&mut request, params, Duration::from_secs(60)).unwrap();
            assert!(
                request.query.starts_with("Action=GetCallerIdentity&Text=a%20b&X-Amz-Algorithm="),
                "{}",
                request.query
            );
            assert_eq!(request.body.len(), Some(0));
            assert_eq!(request.headers.get("content-type"), None);
        });
    }

    #[test]
    fn an_upload_stays() {
        with_example_params(|params| {
            let params = Params { payload: Payload::Unsigned, ..*params };
            let mut request =
                Request { method: "PUT", path: "/key".into(), body: r#"{"a":1}"#.into(), ..Request::default() };
            presign(&mut request, &params, Duration::from_secs(60)).unwrap();
            assert!(request.query.starts_with("X-Amz-Algorithm="), "{}", request.query);
            assert_eq!(request.body.len(), Some(7));
        });
    }

    #[test]
    fn the_members_of_json_move_to_the_query() {
        let query = json_members(br#"{"Text":"a & b","Names":["x","y"],"Rate":8000}"#);
        let mut pairs: Vec<_> = query.as_deref().unwrap_or_default().split('&').collect();
        pairs.sort_unstable();
        assert_eq!(pairs, ["Names=x", "Names=y", "Rate=8000", "Text=a%20%26%20b"]);
        assert_eq!(json_members(b"[1]"), None);
        assert_eq!(json_members(b"\xff\xd8"), None);
    }
}
