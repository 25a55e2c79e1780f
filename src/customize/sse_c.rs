use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checksum::md5;
use crate::error::Result;
use crate::http::Request;
use crate::operation::Operation;

/// The headers of the keys that callers bring: the object's own and, in a copy, its source's.
const HEADERS: [(&str, &str); 2] = [
    ("x-amz-server-side-encryption-customer-key", "x-amz-server-side-encryption-customer-key-MD5"),
    (
        "x-amz-copy-source-server-side-encryption-customer-key",
        "x-amz-copy-source-server-side-encryption-customer-key-MD5",
    ),
];

/// A key travels in base64, with its MD5. A caller who gives the MD5 gives the key in base64 too.
/// Source: botocore `handlers.sse_md5` and `copy_source_sse_md5`.
pub(super) fn encode_keys(_: &Operation, request: &mut Request) -> Result<()> {
    for (header, md5_header) in HEADERS {
        if request.headers.get(md5_header).is_some() {
            continue;
        }
        if let Some(key) = request.headers.get(header) {
            let (encoded, sum) = (STANDARD.encode(key), STANDARD.encode(md5(key.as_bytes())));
            request.headers.set(header, encoded);
            request.headers.set(md5_header, sum);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation { name: "CopyObject", method: "PUT", uri: "/", traits: "" };

    #[test]
    fn keys_are_encoded_and_summed() {
        for (header, md5_header) in HEADERS {
            let mut request = Request::default();
            request.headers.set(header, "0123456789abcdef0123456789abcdef");
            encode_keys(&OPERATION, &mut request).unwrap();
            assert_eq!(request.headers.get(header), Some("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
            assert_eq!(request.headers.get(md5_header), Some("hRasmdxgYDKV3nvbahU1MA=="));
            let before = request.headers.clone();
            encode_keys(&OPERATION, &mut request).unwrap();
            assert_eq!(request.headers, before, "the caller's own MD5 stays");
        }
    }
}
