use crate::error::{Error, ErrorKind, Result};
use crate::http::{Response, TransportFailure};
use crate::operation::Operation;

/// Compares the answer's body with the CRC-32 in its header. A damaged answer is asked for again; where it stays so, botocore
/// hands it out in its mode `standard` and fails in its mode `legacy`: here it is an error in every mode. Source: botocore's
/// `RetryDDBChecksumError` and `CRC32Checker`.
pub(super) fn compare_sum(_: &Operation, response: &mut Response) -> Result<()> {
    let Some(expected) = response.headers.get("x-amz-crc32").and_then(|text| text.trim().parse::<u32>().ok()) else {
        return Ok(());
    };
    match response.body.with_bytes(|bytes| bytes.map(crc32fast::hash)) {
        Some(computed) if computed != expected => {
            let message = format!(
                "The answer's body is not what was sent: its CRC-32 is {computed}, and the header x-amz-crc32 says {expected}"
            );
            Err(Error::new(ErrorKind::Body, message).with_failure(TransportFailure::Damage))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    const OPERATION: Operation = Operation { name: "GetItem", method: "POST", uri: "/", traits: "" };

    fn compared(sum: Option<&str>) -> Result<()> {
        let mut headers = Headers::default();
        if let Some(sum) = sum {
            headers.set("x-amz-crc32", sum);
        }
        compare_sum(&OPERATION, &mut Response { status: 200, headers, body: "{}".into() })
    }

    #[test]
    fn sums_are_compared_where_there_are_such() {
        // CRC-32 of `{}` as Python's `binascii` computes it.
        assert!(compared(Some("2745614147")).is_ok());
        for unread in [None, Some(""), Some("crc"), Some("-1")] {
            assert!(compared(unread).is_ok(), "{unread:?}");
        }
        let error = compared(Some("2745614148")).unwrap_err();
        assert_eq!(error.transport_failure(), Some(TransportFailure::Damage));
        assert!(error.to_string().contains("2745614147"), "{error}");
    }
}
