use std::fmt;

use crate::http::Request;

/// A request for logs: its body is not shown, nor are values that let their reader act for the sender.
pub(crate) struct Shown<'a>(pub(crate) &'a Request);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { method, headers, body, .. } = self.0;
        write!(f, "{method} {}, headers {headers:?}, {body:?}", url(self.0))
    }
}

/// The URL, with the values of parameters that may be secrets hidden.
pub(crate) fn url(request: &Request) -> String {
    let mut url = format!("{}{}", request.origin, request.path);
    for (at, pair) in request.query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        url.push(if at == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => url += &format!("{name}=***"),
            _ => url += pair,
        }
    }
    url
}

/// Whether the value of a header or parameter of that name may be a secret: by the words in names that services use.
pub(crate) fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 10] = [
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "customer-key",
        "password",
        "secret",
        "security",
        "signature",
        "token",
    ];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word)) && !name.ends_with("-md5")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    #[test]
    fn secrets_are_hidden() {
        let mut headers = Headers::default();
        for (name, value) in [
            ("Authorization", "AWS4-HMAC-SHA256 hush"),
            ("x-amz-security-token", "hush"),
            ("x-amz-copy-source-server-side-encryption-customer-key", "hush"),
            ("x-amz-sso_bearer_token", "hush"),
            ("x-amz-s3session-token", "hush"),
            ("x-amz-server-side-encryption-customer-key-MD5", "digest"),
            ("Range", "bytes=0-1"),
        ] {
            headers.set(name, value);
        }
        let request = Request {
            method: "PUT",
            origin: "https://s3.eu-west-1.amazonaws.com".to_owned(),
            path: "/bucket/key".to_owned(),
            query: "versionId=3&X-Amz-Signature=hush&X-Amz-Security-Token=hush&X-Amz-Credential=hush&acl".to_owned(),
            headers,
            body: "hush".into(),
            ..Request::default()
        };
        let text = Shown(&request).to_string();
        assert!(!text.contains("hush"), "{text}");
        let start = "PUT https://s3.eu-west-1.amazonaws.com/bucket/key?versionId=3&X-Amz-Signature=***&";
        assert!(text.starts_with(start) && text.ends_with("Body(4 bytes)"), "{text}");
        assert!(text.contains("bytes=0-1") && text.contains("digest") && text.contains("&acl"), "{text}");
    }
}
