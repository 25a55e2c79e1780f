//! The functions of endpoint rules. Source: the standard library of Smithy's rules engine; where the two differ,
//! botocore's `RuleSetStandardLibrary`.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::url::is_ipv4;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `isValidHostLabel`: one label of a host name (RFC 1123), or with `dots` several.
pub(crate) fn is_host_label(text: &str, dots: bool) -> bool {
    if dots { text.split('.').all(is_label) } else { is_label(text) }
}

fn is_label(label: &str) -> bool {
    matches!(label.len(), 1..=63)
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// `aws.isVirtualHostableS3Bucket`: whether the bucket's name can be part of a host name; with `dots` several labels are allowed.
pub(super) fn is_virtual_hostable_bucket(bucket: &str, dots: bool) -> bool {
    bucket.len() >= 3
        && !bucket.bytes().any(|byte| byte.is_ascii_uppercase())
        && !is_ipv4(bucket)
        && is_host_label(bucket, dots)
}

/// `aws.parseArn`: whether the text has an ARN's six fields, with a partition, a service and a resource.
pub(super) fn is_arn(text: &str) -> bool {
    let mut fields = text.splitn(6, ':');
    let mut filled = || fields.next().is_some_and(|field| !field.is_empty());
    text.starts_with("arn:") && filled() && filled() && filled() && {
        let (_region, _account) = (fields.next(), fields.next());
        fields.next().is_some_and(|resource| !resource.is_empty())
    }
}

/// `substring` of ASCII text from `start` up to `stop`, counted from the end when `reverse`.
pub(super) fn substring(text: &str, start: i32, stop: i32, reverse: bool) -> Option<std::ops::Range<usize>> {
    let (start, stop) = (usize::try_from(start).ok()?, usize::try_from(stop).ok()?);
    if start >= stop || text.len() < stop || !text.is_ascii() {
        return None;
    }
    Some(if reverse { text.len() - stop..text.len() - start } else { start..stop })
}

/// `uriEncode`: all but letters, digits, `-`, `.`, `_` and `~` percent-encoded.
pub(super) fn uri_encode(text: Cow<'_, str>) -> Cow<'_, str> {
    match utf8_percent_encode(&text, UNRESERVED).into() {
        Cow::Borrowed(_) => text,
        Cow::Owned(encoded) => Cow::Owned(encoded),
    }
}

/// `split`: the parts between delimiters, at most `limit` of them unless that is 0.
pub(super) fn split(text: &str, delimiter: &str, limit: i32) -> Vec<String> {
    match usize::try_from(limit) {
        _ if delimiter.is_empty() => vec![text.to_owned()],
        Ok(0) | Err(_) => text.split(delimiter).map(str::to_owned).collect(),
        Ok(limit) => text.splitn(limit, delimiter).map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_labels() {
        for good in ["a", "A-1", "0", &"x".repeat(63)] {
            assert!(is_host_label(good, false) && is_host_label(good, true), "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "a b", "é", "a%41", "a\n", &"x".repeat(64)] {
            assert!(!is_host_label(bad, false) && !is_host_label(bad, true), "{bad:?}");
        }
        assert!(is_host_label("a.b", true) && !is_host_label("a.b", false));
        assert!(!is_host_label("a..b", true) && !is_host_label("a.", true));
    }

    #[test]
    fn buckets() {
        assert!(is_virtual_hostable_bucket("abc", false));
        assert!(is_virtual_hostable_bucket("a.b", true) && !is_virtual_hostable_bucket("a.b", false));
        for bad in ["ab", "Abc", "1.2.3.4", "a_c", "é12", "abc-"] {
            assert!(!is_virtual_hostable_bucket(bad, true), "{bad}");
        }
    }

    #[test]
    fn arns() {
        for good in ["arn:p:s:::r", "arn:aws:s3:us-east-1:123456789012:a:b:c", "arn:p:s:é:%:☃"] {
            assert!(is_arn(good), "{good}");
        }
        for bad in ["", "arn:", "arn:p:s::", "arn:p:s:::", "arn::s:::r", "arn:p::::r", "ARN:p:s:::r", "xarn:p:s:::r"] {
            assert!(!is_arn(bad), "{bad}");
        }
    }

    #[test]
    fn substrings() {
        let take =
            |text: &'static str, start, stop, reverse| substring(text, start, stop, reverse).map(|range| &text[range]);
        assert_eq!(take("abcdef", 1, 3, false), Some("bc"));
        assert_eq!(take("abcdef", 1, 3, true), Some("de"));
        assert_eq!(take("abc", 0, 3, true), Some("abc"));
        for (text, start, stop) in
            [("abc", 0, 4), ("abc", 2, 2), ("abc", 2, 1), ("", 0, 1), ("é12", 0, 1), ("abc", -1, 1)]
        {
            assert_eq!(take(text, start, stop, false), None, "{text} {start} {stop}");
        }
    }

    #[test]
    fn encoding() {
        assert_eq!(uri_encode("a-b_c.d~e".into()), "a-b_c.d~e");
        assert!(matches!(uri_encode("plain".into()), Cow::Borrowed("plain")));
        assert_eq!(uri_encode("50% é/".into()), "50%25%20%C3%A9%2F");
    }

    #[test]
    fn splitting() {
        assert_eq!(split("a--b--c", "--", 0), ["a", "b", "c"]);
        assert_eq!(split("a--b--c", "--", 2), ["a", "b--c"]);
        assert_eq!(split("--x--", "--", 0), ["", "x", ""]);
        assert_eq!(split("", "--", 0), [""]);
    }
}
