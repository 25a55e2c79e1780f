//! Plain requests of providers: a URL in, a status and text out.

use std::io::Read;

use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Headers, Request, Transport};

/// Longest answer that is read: what providers answer is a few kilobytes.
const LONGEST: u64 = 1 << 20;

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) text: String,
}

/// A request to a URL.
///
/// # Errors
/// When the URL has no host, another scheme than `http` and `https`, or signs that no URL has.
pub(crate) fn request(method: &'static str, url: &str) -> Result<Request> {
    let (origin, path, query) = split(url)
        .map_err(|problem| Error::new(ErrorKind::Credentials, format!("The URL {url:?} is not valid: {problem}.")))?;
    Ok(Request { method, origin, path, query, ..Request::default() })
}

/// Sends, and reads the answer whole.
pub(crate) fn send(transport: &dyn Transport, mut request: Request, body: impl Into<Body>) -> Result<Answer> {
    request.body = body.into();
    let response = transport.send(&mut request)?;
    let mut text = Vec::new();
    let read = response.body.take(LONGEST).read_to_end(&mut text);
    read.map_err(|cause| {
        let message = format!("The answer of {} could not be read", request.origin);
        Error::new(ErrorKind::Transport, message).with_source(cause)
    })?;
    Ok(Answer { status: response.status, headers: response.headers, text: String::from_utf8_lossy(&text).into_owned() })
}

/// The host of a URL's origin, without port and brackets.
pub(crate) fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    }
}

fn split(url: &str) -> std::result::Result<(String, String, String), &'static str> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("invalid uri character");
    }
    let (scheme, rest) = url.split_once("://").ok_or("URI did not specify a host")?;
    if scheme != "http" && scheme != "https" {
        return Err("its scheme is neither http nor https");
    }
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.is_empty() || authority.starts_with(':') {
        return Err("URI did not specify a host");
    }
    if authority.contains('@') {
        return Err("it has a user name");
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = if path.is_empty() { "/" } else { path };
    Ok((format!("{scheme}://{authority}"), path.to_owned(), query.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_in_parts() {
        let request = request("GET", "http://[fd00:ec2::23]:80/v1/c?a=1#x").unwrap();
        assert_eq!((request.origin.as_str(), request.path.as_str()), ("http://[fd00:ec2::23]:80", "/v1/c"));
        assert_eq!((request.query.as_str(), host(&request.origin)), ("a=1", "fd00:ec2::23"));
        assert_eq!(host("https://a.example:8080"), "a.example");
        for url in [
            "",
            "/credentials",
            "ftp://a/",
            "http://",
            "http://:80/",
            "http://a b/",
            "http://localhost@evil/",
            "not a uri",
        ] {
            assert!(super::request("GET", url).is_err(), "{url}");
        }
    }
}
