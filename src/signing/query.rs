//! Signature Version 2, in a query protocol's form: SimpleDB's. Source: botocore's `SigV2Auth`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::hmac;

use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Request};
use crate::{Credentials, Timestamp};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What an earlier attempt may have left.
const OWN: [&str; 6] =
    ["AWSAccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SecurityToken", "Timestamp"];

/// Signs the form that is the body, or the query where there is none.
///
/// # Errors
/// When the body is not in memory.
pub(crate) fn sign_v2(request: &mut Request, credentials: &Credentials, time: Timestamp) -> Result<()> {
    let in_body = request.method == "POST";
    let form = match in_body {
        true => request.body.with_bytes(|bytes| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())),
        false => Some(request.query.clone()),
    };
    let form = form.ok_or_else(|| Error::new(ErrorKind::Sign, "A form that is not in memory cannot be signed"))?;
    let mut pairs: Vec<(String, String)> = form.split('&').filter(|pair| !pair.is_empty()).map(decoded).collect();
    pairs.retain(|(name, _)| !OWN.contains(&name.as_str()));
    let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    add("AWSAccessKeyId", credentials.access_key_id());
    add("SignatureVersion", "2");
    add("SignatureMethod", "HmacSHA256");
    add("Timestamp", &Timestamp::from_secs(time.seconds()).to_string());
    if let Some(token) = credentials.session_token() {
        add("SecurityToken", token);
    }
    let signature = signature(request, &pairs, credentials);
    pairs.push(("Signature".to_owned(), signature));
    let form = joined(&pairs);
    match in_body {
        true => request.body = Body::from(form.replace("%20", "+")),
        false => request.query = form,
    }
    Ok(())
}

fn signature(request: &Request, pairs: &[(String, String)], credentials: &Credentials) -> String {
    let host = request.origin.split_once("://").map_or(request.origin.as_str(), |(_, host)| host);
    let path = if request.path.is_empty() { "/" } else { &request.path };
    let mut sorted = pairs.to_vec();
    sorted.sort();
    let text = format!("{}\n{host}\n{path}\n{}", request.method, joined(&sorted));
    let key = hmac::Key::new(hmac::HMAC_SHA256, credentials.secret_access_key().as_bytes());
    BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

fn joined(pairs: &[(String, String)]) -> String {
    let encoded = |text| utf8_percent_encode(text, KEPT);
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn decoded(pair: &str) -> (String, String) {
    let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (plain(name), plain(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(token: Option<&str>, times: usize) -> String {
        let keys = Credentials::new("AKID", "secret", token.map(str::to_owned));
        let body = "Action=GetAttributes&DomainName=a+b%26%C3%BC&Version=2009-04-15";
        let origin = "https://sdb.amazonaws.com".to_owned();
        let mut request =
            Request { method: "POST", origin, path: "/".to_owned(), body: body.into(), ..Request::default() };
        for _ in 0..times {
            sign_v2(&mut request, &keys, Timestamp::new(1_369_353_600, 5)).unwrap();
        }
        request.body.read_to_string().unwrap()
    }

    const PLAIN: &str = "Action=GetAttributes&DomainName=a+b%26%C3%BC&Version=2009-04-15&AWSAccessKeyId=AKID\
        &SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2013-05-24T00%3A00%3A00Z\
        &Signature=CLGKwFrwuBLsGR%2BtE1nX%2FVEaJ6fkPErhp0wi1KQFZJ8%3D";
    const WITH_TOKEN: &str = "Action=GetAttributes&DomainName=a+b%26%C3%BC&Version=2009-04-15&AWSAccessKeyId=AKID\
        &SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2013-05-24T00%3A00%3A00Z&SecurityToken=to%2Fken%3D%3D\
        &Signature=kOipfg7mdd1uG1aP0SzdgpePJVwFIgFZbyQcI4%2F%2BDbo%3D";

    /// The expected texts come from botocore.
    #[test]
    fn forms_are_signed() {
        assert_eq!(signed(None, 1), PLAIN);
        assert_eq!(signed(None, 2), PLAIN, "an attempt leaves nothing to the next");
        assert_eq!(signed(Some("to/ken=="), 1), WITH_TOKEN);
    }
}
