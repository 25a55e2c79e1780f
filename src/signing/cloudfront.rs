#[cfg(feature = "cloudfront-key")]
mod key;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::Timestamp;
use crate::error::{Error, ErrorKind, Result};

/// Signs URLs and cookies of Amazon CloudFront, with which viewers may see what is private.
///
/// CloudFront wants RSA with SHA-1 (PKCS #1 v1.5). With the feature `cloudfront-key` that is done here, by a key in PEM:
#[cfg_attr(feature = "cloudfront-key", doc = "[`from_pem`](Self::from_pem).")]
#[cfg_attr(not(feature = "cloudfront-key"), doc = "`from_pem`.")]
/// Otherwise, or where the key is in a machine that does not give it away, [`new`](Self::new) takes a function that signs:
/// with `openssl` a `sign::Signer` of `MessageDigest::sha1()`.
///
/// A canned policy says until when one URL may be seen; a [`CloudFrontPolicy`] may say since when and from where, and for
/// many URLs.
///
/// ```
/// use botocore::{CloudFrontPolicy, CloudFrontSigner, Timestamp};
///
/// # fn rsa_sha1(message: &[u8]) -> Result<Vec<u8>, std::io::Error> { Ok(message[..3].to_vec()) }
/// let signer = CloudFrontSigner::new("K2JCJMDEHXQW5F", rsa_sha1);
/// let until = Timestamp::from_secs(1_767_290_400);
/// let url = signer.sign_url("https://d111111abcdef8.cloudfront.net/image.jpg?size=large", until)?;
/// assert_eq!(
///     url,
///     "https://d111111abcdef8.cloudfront.net/image.jpg?size=large&Expires=1767290400&Signature=eyJT\
///      &Key-Pair-Id=K2JCJMDEHXQW5F"
/// );
///
/// let policy = CloudFrontPolicy::new("https://d111111abcdef8.cloudfront.net/*", until).ip_address("192.0.2.0/24");
/// for (name, value) in signer.sign_cookies_by(&policy)? {
///     println!("Set-Cookie: {name}={value}; Secure; HttpOnly");
/// }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// Source: botocore's `CloudFrontSigner`, which has no cookies, and
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html>.
#[derive(Clone)]
pub struct CloudFrontSigner {
    key_id: String,
    sign: Arc<Sign>,
}

type Sign = dyn Fn(&[u8]) -> Result<Vec<u8>> + Send + Sync;

impl CloudFrontSigner {
    /// A signer with the id of a public key that the distribution trusts, and what signs with the private one.
    pub fn new<F, E>(key_id: impl Into<String>, sign: F) -> Self
    where
        F: Fn(&[u8]) -> std::result::Result<Vec<u8>, E> + Send + Sync + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let key_id = key_id.into();
        let failed = format!("CloudFront's policy could not be signed with the key {key_id}");
        let sign = move |message: &[u8]| {
            sign(message).map_err(|cause| Error::new(ErrorKind::Sign, failed.clone()).with_source(cause))
        };
        CloudFrontSigner { key_id, sign: Arc::new(sign) }
    }

    /// A signer with the id of a public key that the distribution trusts, and the private key in PEM: `BEGIN RSA PRIVATE
    /// KEY` (PKCS #1) or `BEGIN PRIVATE KEY` (PKCS #8). What stands around that is passed over.
    ///
    /// Each signature is blinded by numbers of the system's source of randomness, so that the time it takes tells nothing
    /// of the key.
    ///
    /// # Errors
    /// [`ErrorKind::Sign`] for a text without such a key, an encrypted key, and one that is not of RSA or not sound.
    #[cfg(feature = "cloudfront-key")]
    pub fn from_pem(key_id: impl Into<String>, pem: &str) -> Result<Self> {
        let key_id = key_id.into();
        let key = key::Key::read(pem).map_err(|problem| {
            let message = format!("The private key of CloudFront's key {key_id} could not be read");
            Error::new(ErrorKind::Sign, message).with_source(problem)
        })?;
        Ok(CloudFrontSigner::new(key_id, move |message: &[u8]| key.sign(message)))
    }

    /// The URL, good until that moment.
    ///
    /// # Errors
    /// [`ErrorKind::Sign`] when the function that signs fails.
    pub fn sign_url(&self, url: &str, until: Timestamp) -> Result<String> {
        let signature = self.signature(&CloudFrontPolicy::new(url, until).to_string())?;
        Ok(self.extend(url, &format!("Expires={}", until.seconds()), &signature))
    }

    /// The URL, good as the policy says.
    ///
    /// # Errors
    /// As [`sign_url`](Self::sign_url).
    pub fn sign_url_by(&self, url: &str, policy: &CloudFrontPolicy) -> Result<String> {
        let policy = policy.to_string();
        let signature = self.signature(&policy)?;
        Ok(self.extend(url, &format!("Policy={}", encode(policy.as_bytes())), &signature))
    }

    /// Names and values of the cookies with which that one URL may be seen until that moment.
    ///
    /// # Errors
    /// As [`sign_url`](Self::sign_url).
    pub fn sign_cookies(&self, url: &str, until: Timestamp) -> Result<[(&'static str, String); 3]> {
        let signature = self.signature(&CloudFrontPolicy::new(url, until).to_string())?;
        Ok(self.cookies(("CloudFront-Expires", until.seconds().to_string()), signature))
    }

    /// Names and values of the cookies with which may be seen what the policy says.
    ///
    /// # Errors
    /// As [`sign_url`](Self::sign_url).
    pub fn sign_cookies_by(&self, policy: &CloudFrontPolicy) -> Result<[(&'static str, String); 3]> {
        let policy = policy.to_string();
        let signature = self.signature(&policy)?;
        Ok(self.cookies(("CloudFront-Policy", encode(policy.as_bytes())), signature))
    }

    fn cookies(&self, first: (&'static str, String), signature: String) -> [(&'static str, String); 3] {
        [first, ("CloudFront-Signature", signature), ("CloudFront-Key-Pair-Id", self.key_id.clone())]
    }

    fn signature(&self, policy: &str) -> Result<String> {
        Ok(encode(&(self.sign)(policy.as_bytes())?))
    }

    fn extend(&self, url: &str, first: &str, signature: &str) -> String {
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{first}&Signature={signature}&Key-Pair-Id={}", self.key_id)
    }
}

impl fmt::Debug for CloudFrontSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudFrontSigner").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// What may be seen of a CloudFront distribution, and when and from where. Its text is the policy's JSON.
/// Source: botocore's `CloudFrontSigner.build_policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudFrontPolicy {
    resource: String,
    until: Timestamp,
    since: Option<Timestamp>,
    ip_address: Option<String>,
}

impl CloudFrontPolicy {
    /// The URL, in which `*` stands for any text and `?` for any character, until that moment.
    pub fn new(resource: impl Into<String>, until: Timestamp) -> Self {
        CloudFrontPolicy { resource: resource.into(), until, since: None, ip_address: None }
    }

    /// Not before that moment.
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Only from that address or network, `192.0.2.7` or `192.0.2.0/24`.
    pub fn ip_address(mut self, ip_address: impl Into<String>) -> Self {
        self.ip_address = Some(ip_address.into());
        self
    }
}

impl fmt::Display for CloudFrontPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"Statement\":[{\"Resource\":")?;
        write_text(f, &self.resource)?;
        write!(f, ",\"Condition\":{{\"DateLessThan\":{{\"AWS:EpochTime\":{}}}", self.until.seconds())?;
        if let Some(address) = self.ip_address.as_deref().filter(|address| !address.is_empty()) {
            f.write_str(",\"IpAddress\":{\"AWS:SourceIp\":")?;
            match address.contains('/') {
                true => write_text(f, address)?,
                false => write_text(f, &format!("{address}/32"))?,
            }
            f.write_str("}")?;
        }
        if let Some(since) = self.since {
            write!(f, ",\"DateGreaterThan\":{{\"AWS:EpochTime\":{}}}", since.seconds())?;
        }
        f.write_str("}}]}")
    }
}

/// A JSON string of ASCII: the canned policy must be, to the byte, what CloudFront makes of the URL.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quoted = serde_json::Value::from(text).to_string();
    for character in quoted.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            write!(f, "{character}")?;
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(f, "\\u{unit:04x}")?;
            }
        }
    }
    Ok(())
}

/// Base64 with what URLs allow in place of its signs.
fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes).replace('+', "-").replace('=', "_").replace('/', "~")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io;

    use super::*;

    const BY_POLICY: [(&str, &str); 4] = [
        (
            r##"{"Statement":[{"Resource":"http://d.net/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}"##,
            r##"http://d.net/a?b=c&Policy=eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiaHR0cDovL2QubmV0LyoiLCJDb25kaXRpb24iOnsiRGF0ZUxlc3NUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOjE3NjcyOTA0MDB9fX1dfQ__&Signature=--~~Zw__&Key-Pair-Id=KEY"##,
        ),
        (
            r##"{"Statement":[{"Resource":"http://d.net/\u00fc\ud83d\ude00\"\\\n","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400},"IpAddress":{"AWS:SourceIp":"192.0.2.7/32"}}}]}"##,
            r##"http://d.net/a?b=c&Policy=eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiaHR0cDovL2QubmV0L1x1MDBmY1x1ZDgzZFx1ZGUwMFwiXFxcbiIsIkNvbmRpdGlvbiI6eyJEYXRlTGVzc1RoYW4iOnsiQVdTOkVwb2NoVGltZSI6MTc2NzI5MDQwMH0sIklwQWRkcmVzcyI6eyJBV1M6U291cmNlSXAiOiIxOTIuMC4yLjcvMzIifX19XX0_&Signature=--~~qg__&Key-Pair-Id=KEY"##,
        ),
        (
            r##"{"Statement":[{"Resource":"x","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":-5}}}]}"##,
            r##"http://d.net/a?b=c&Policy=eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoieCIsIkNvbmRpdGlvbiI6eyJEYXRlTGVzc1RoYW4iOnsiQVdTOkVwb2NoVGltZSI6MTc2NzI5MDQwMH0sIklwQWRkcmVzcyI6eyJBV1M6U291cmNlSXAiOiIxOTIuMC4yLjAvMjQifSwiRGF0ZUdyZWF0ZXJUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOi01fX19XX0_&Signature=--~~rQ__&Key-Pair-Id=KEY"##,
        ),
        (
            r##"{"Statement":[{"Resource":"a/b?c=d&e","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400},"DateGreaterThan":{"AWS:EpochTime":1700000000}}}]}"##,
            r##"http://d.net/a?b=c&Policy=eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiYS9iP2M9ZCZlIiwiQ29uZGl0aW9uIjp7IkRhdGVMZXNzVGhhbiI6eyJBV1M6RXBvY2hUaW1lIjoxNzY3MjkwNDAwfSwiRGF0ZUdyZWF0ZXJUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOjE3MDAwMDAwMDB9fX1dfQ__&Signature=--~~kQ__&Key-Pair-Id=KEY"##,
        ),
    ];
    const CANNED: [(&str, &str); 3] = [
        (r##"http://d.net/a"##, r##"http://d.net/a?Expires=1767290400&Signature=--~~Zw__&Key-Pair-Id=KEY"##),
        (r##"https://d.net/ü?x=1"##, r##"https://d.net/ü?x=1&Expires=1767290400&Signature=--~~cQ__&Key-Pair-Id=KEY"##),
        (r##"http://d.net/a?"##, r##"http://d.net/a?&Expires=1767290400&Signature=--~~aA__&Key-Pair-Id=KEY"##),
    ];

    fn signer() -> CloudFrontSigner {
        // Bytes whose base64 has every sign there is to replace; the message's length shows what was signed.
        CloudFrontSigner::new("KEY", |message: &[u8]| Ok::<_, Infallible>(vec![0xfb, 0xef, 0xff, message.len() as u8]))
    }

    fn policies() -> [CloudFrontPolicy; 4] {
        let until = Timestamp::new(1_767_290_400, 999);
        [
            CloudFrontPolicy::new("http://d.net/*", until),
            CloudFrontPolicy::new("http://d.net/ü\u{1f600}\"\\\n", until).ip_address("192.0.2.7"),
            CloudFrontPolicy::new("x", until).ip_address("192.0.2.0/24").since(Timestamp::from_secs(-5)),
            CloudFrontPolicy::new("a/b?c=d&e", until).ip_address("").since(Timestamp::from_secs(1_700_000_000)),
        ]
    }

    /// The expected texts come from botocore.
    #[test]
    fn policies_and_urls() {
        for (policy, (text, url)) in policies().iter().zip(BY_POLICY) {
            assert_eq!(policy.to_string(), text);
            assert_eq!(signer().sign_url_by("http://d.net/a?b=c", policy).unwrap(), url);
        }
        for (url, expected) in CANNED {
            assert_eq!(signer().sign_url(url, Timestamp::from_secs(1_767_290_400)).unwrap(), expected);
        }
    }

    #[test]
    fn cookies_hold_what_urls_do() {
        let (url, until) = ("http://d.net/a", Timestamp::from_secs(1_767_290_400));
        let signed = signer().sign_url(url, until).unwrap();
        let cookies = signer().sign_cookies(url, until).unwrap();
        assert_eq!(format!("{url}?{}", joined(&cookies)), signed);
        let policy = &policies()[0];
        let cookies = signer().sign_cookies_by(policy).unwrap();
        assert_eq!(format!("{url}?{}", joined(&cookies)), signer().sign_url_by(url, policy).unwrap());
    }

    fn joined(cookies: &[(&str, String)]) -> String {
        let pairs = cookies.iter().map(|(name, value)| format!("{}={value}", name.trim_start_matches("CloudFront-")));
        pairs.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn a_signer_that_fails_is_the_cause() {
        let signer = CloudFrontSigner::new("KEY", |_: &[u8]| Err(io::Error::other("the key is locked")));
        let error = signer.sign_url("http://d.net", Timestamp::from_secs(0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sign);
        assert_eq!(error.to_string(), "CloudFront's policy could not be signed with the key KEY: the key is locked");
    }
}
