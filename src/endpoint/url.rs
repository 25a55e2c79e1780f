//! The parts of an endpoint's URL, as `parseURL` gives them. Source: botocore's `RuleSetStandardLibrary.parse_url`, which
//! rests on Python's `urlparse`.

use std::net::Ipv6Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Whether this is a URL that can be an endpoint: HTTP or HTTPS, a host, a good port, no query.
pub(super) fn is_url(text: &str) -> bool {
    let authority = authority(text);
    matches!(scheme(text), "http" | "https")
        && !host(authority).is_empty()
        && has_good_port(authority)
        && before_fragment(text).split_once('?').is_none_or(|(_, query)| query.is_empty())
}

/// The scheme in lower case; empty when it is neither HTTP nor HTTPS.
pub(super) fn scheme(text: &str) -> &'static str {
    match text.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => "https",
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => "http",
        _ => "",
    }
}

/// Host and port, and user information if there is any.
pub(super) fn authority(text: &str) -> &str {
    split(text).0
}

/// The path as it is written.
pub(super) fn path(text: &str) -> &str {
    split(text).1
}

/// The path percent-encoded, without `.`, `..` and empty segments, with `/` at both ends.
pub(super) fn normalized_path(text: &str) -> String {
    let mut segments = Vec::new();
    for segment in path(text).split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let mut normalized = "/".to_owned();
    for segment in segments {
        normalized.extend(utf8_percent_encode(segment, PATH));
        normalized.push('/');
    }
    normalized
}

/// Whether the host is an IPv4 or IPv6 address.
pub(super) fn is_ip(text: &str) -> bool {
    let host = host(authority(text));
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.split('%').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => is_ipv4(host),
    }
}

/// Four numbers of one to three digits, larger than 255 or not.
pub(super) fn is_ipv4(host: &str) -> bool {
    let mut numbers = 0;
    host.split('.').all(|number| {
        numbers += 1;
        matches!(number.len(), 1..=3) && number.bytes().all(|byte| byte.is_ascii_digit())
    }) && numbers == 4
}

fn before_fragment(text: &str) -> &str {
    text.split('#').next().unwrap_or(text)
}

fn split(text: &str) -> (&str, &str) {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

/// The host, with its brackets if it has such. Empty when brackets do not match.
fn host(authority: &str) -> &str {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if authority.starts_with('[') {
        return authority.find(']').map_or("", |end| &authority[..=end]);
    }
    if authority.contains(['[', ']']) {
        return "";
    }
    authority.split(':').next().unwrap_or(authority)
}

fn has_good_port(authority: &str) -> bool {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority[host(authority).len()..].strip_prefix(':') {
        Some("") => true,
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => authority.len() == host(authority).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = "HTTPS://user@Host.example:8443/a/../b//c%20d/é";
        assert!(is_url(url));
        assert_eq!((scheme(url), authority(url)), ("https", "user@Host.example:8443"));
        assert_eq!(path(url), "/a/../b//c%20d/é");
        assert_eq!(normalized_path(url), "/b/c%2520d/%C3%A9/");
        assert_eq!(normalized_path("https://x"), "/");
        assert_eq!(normalized_path("https://x/../.."), "/");
        assert_eq!(path("https://x"), "");
    }

    #[test]
    fn what_cannot_be_an_endpoint() {
        for bad in [
            "",
            "x",
            "example.com",
            "ftp://example.com",
            "https:example.com",
            "https:///path",
            "https://host:x/",
            "https://host:70000",
            "https://host:-1",
            "https://[::1",
            "https://::1]/",
            "https://[::1]x/",
            "https://host/?a=b",
            "https://:80/",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
        for good in ["https://host:/", "https://host/?", "https://host/#a?b", "http://[::1]:80/x", "https://1.2.3.4"] {
            assert!(is_url(good), "{good}");
        }
    }

    #[test]
    fn addresses() {
        for ip in ["http://1.2.3.4", "http://999.1.1.1:80/", "https://[::1]", "https://[fe80::1%25eth0]:80/"] {
            assert!(is_ip(ip), "{ip}");
        }
        for name in [
            "http://1.2.3",
            "http://1.2.3.4.5",
            "http://1.2.3.a",
            "http://1.2.3.1234",
            "https://[v1.x]",
            "http://1..2.3",
        ] {
            assert!(!is_ip(name), "{name}");
        }
    }
}
