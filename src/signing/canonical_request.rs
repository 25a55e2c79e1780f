use std::borrow::Cow;
use std::ops::Range;

use super::PathStyle;
use crate::http::Request;

/// Headers that proxies and clients may change on the way, or that tracing adds. Source: botocore's
/// `SIGNED_HEADERS_BLACKLIST`.
const UNSIGNED: [&str; 15] = [
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

fn is_signed(name: &str) -> bool {
    // Botocore adds those that name the call and count its attempts to a request that is signed already.
    !name.starts_with("amz-sdk-") && !UNSIGNED.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// A request in the one form that both sides can write.
pub(super) struct CanonicalRequest {
    text: String,
    signed_headers: Range<usize>,
}

impl CanonicalRequest {
    pub(super) fn new(request: &Request, path: PathStyle, payload: &str) -> Self {
        let mut text = String::with_capacity(1024);
        text.push_str(request.method);
        text.push('\n');
        push_path(&mut text, &request.path, path);
        text.push('\n');
        push_query(&mut text, &request.query);
        text.push('\n');
        let host = host(&request.origin);
        let headers = sorted_headers(request, &host);
        push_headers(&mut text, &headers);
        text.push('\n');
        let start = text.len();
        push_names(&mut text, &headers);
        let signed_headers = start..text.len();
        text.push('\n');
        text.push_str(payload);
        CanonicalRequest { text, signed_headers }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The signed headers' names, `host;x-amz-date`.
    pub(super) fn signed_headers(&self) -> &str {
        &self.text[self.signed_headers.clone()]
    }
}

/// The names of the headers that would be signed, `host;x-amz-date`.
pub(super) fn signed_headers(request: &Request) -> String {
    let host = host(&request.origin);
    let mut names = String::new();
    push_names(&mut names, &sorted_headers(request, &host));
    names
}

fn push_path(text: &mut String, path: &str, style: PathStyle) {
    let path = match style.normalize {
        true => Cow::Owned(normalize(path)),
        false => Cow::Borrowed(if path.is_empty() { "/" } else { path }),
    };
    match style.double_encode {
        true => push_encoded(text, &path, b"/"),
        false => text.push_str(&path),
    }
}

/// Without dot segments (RFC 3986, section 5.2.4) and empty ones.
fn normalize(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut normalized = String::with_capacity(path.len() + 1);
    for segment in &kept {
        normalized.push('/');
        normalized.push_str(segment);
    }
    if kept.is_empty() || path.ends_with('/') {
        normalized.push('/');
    }
    normalized
}

/// Percent-encodes all bytes but RFC 3986's unreserved ones and those in `safe`.
pub(super) fn push_encoded(text: &mut String, value: &str, safe: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || safe.contains(&byte) {
            text.push(byte as char);
        } else {
            text.push('%');
            text.push(HEX[usize::from(byte >> 4)] as char);
            text.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

fn push_query(text: &mut String, query: &str) {
    if query.is_empty() {
        return;
    }
    let mut pairs: Vec<(&str, &str)> =
        query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    for (place, (name, value)) in pairs.into_iter().enumerate() {
        if place > 0 {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
}

/// The `Host` header that goes with an origin: lower case, without user and default port.
fn host(origin: &str) -> Cow<'_, str> {
    let (scheme, authority) = origin.split_once("://").unwrap_or(("", origin));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = authority.strip_suffix(default_port).unwrap_or(authority);
    match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => Cow::Borrowed(host),
    }
}

/// The headers to sign, sorted by name; those of one name stay in their order.
fn sorted_headers<'a>(request: &'a Request, host: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut headers = Vec::with_capacity(16);
    headers.extend(request.headers.iter().filter(|(name, _)| is_signed(name)));
    if request.headers.get("host").is_none() {
        headers.push(("host", host));
    }
    headers.sort_by(|(a, _), (b, _)| lower(a).cmp(lower(b)));
    headers
}

fn lower(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().map(|byte| byte.to_ascii_lowercase())
}

fn push_headers(text: &mut String, headers: &[(&str, &str)]) {
    let mut last = "";
    for &(name, value) in headers {
        if name.eq_ignore_ascii_case(last) {
            // The line of that name is still the last one: its end gives way to a comma.
            text.pop();
            text.push(',');
        } else {
            push_lower(text, name);
            text.push(':');
        }
        push_trimmed(text, value);
        text.push('\n');
        last = name;
    }
}

fn push_names(text: &mut String, headers: &[(&str, &str)]) {
    let mut last = "";
    for &(name, _) in headers {
        if name.eq_ignore_ascii_case(last) {
            continue;
        }
        if !last.is_empty() {
            text.push(';');
        }
        push_lower(text, name);
        last = name;
    }
}

fn push_lower(text: &mut String, name: &str) {
    let start = text.len();
    text.push_str(name);
    text[start..].make_ascii_lowercase();
}

/// Without white space at the ends, and with single spaces elsewhere.
fn push_trimmed(text: &mut String, value: &str) {
    for (place, word) in value.split_whitespace().enumerate() {
        if place > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::tests::example;

    /// The published example: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
    #[test]
    fn published_example() {
        let mut request = example();
        request.headers.set("X-Amz-Date", "20150830T123600Z");
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let canonical = CanonicalRequest::new(&request, PathStyle::NORMALIZED, hash);
        assert_eq!(
            canonical.text(),
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
             content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
             x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(canonical.signed_headers(), "content-type;host;x-amz-date");
        assert_eq!(signed_headers(&request), canonical.signed_headers());
    }

    #[test]
    fn hosts_are_written_without_user_and_default_port() {
        for (origin, expected) in [
            ("https://S3.Amazonaws.com", "s3.amazonaws.com"),
            ("https://h:443", "h"),
            ("https://h:80", "h:80"),
            ("http://h:80", "h"),
            ("http://h:4566", "h:4566"),
            ("https://user:secret@h:8443", "h:8443"),
            ("http://[::1]:80", "[::1]"),
            ("http://[fd00::80]", "[fd00::80]"),
        ] {
            assert_eq!(host(origin), expected, "{origin}");
        }
    }

    #[test]
    fn paths_are_normalized_unless_they_are_keys() {
        for (path, normalized, verbatim) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("//a//./b/../c", "/a/c", "//a//./b/../c"),
            ("/../..", "/", "/../.."),
            ("/a%20b/@/", "/a%2520b/%40/", "/a%20b/@/"),
        ] {
            let mut text = String::new();
            push_path(&mut text, path, PathStyle::NORMALIZED);
            assert_eq!(text, normalized, "{path}");
            text.clear();
            push_path(&mut text, path, PathStyle::VERBATIM);
            assert_eq!(text, verbatim, "{path}");
        }
    }

    #[test]
    fn headers_that_change_on_the_way_are_not_signed() {
        let mut request = example();
        for name in ["User-Agent", "Expect", "traceparent", "X-Amzn-Trace-Id", "Transfer-Encoding", "Authorization"] {
            request.headers.append(name, "value");
        }
        request.headers.append("X-B", " two   words ");
        request.headers.append("x-a", "1");
        request.headers.append("X-A", "2");
        let canonical = CanonicalRequest::new(&request, PathStyle::NORMALIZED, "");
        assert_eq!(canonical.signed_headers(), "content-type;host;x-a;x-b");
        assert!(canonical.text().contains("\nx-a:1,2\nx-b:two words\n\n"), "{}", canonical.text());
    }
}
