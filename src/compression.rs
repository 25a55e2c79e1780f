//! Request bodies made smaller, where the model says that the service reads them so.

#[cfg(feature = "gzip")]
use std::io::Read;
use std::ops::RangeInclusive;

use crate::error::Result;
use crate::http::Request;
use crate::user_agent::{self, Feature};

/// The values that `request_min_compression_size_bytes` may have.
pub(crate) const MIN_SIZES: RangeInclusive<u64> = 1..=1_048_576;

/// What the model and the settings say of a request's compression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'a> {
    /// The model's `requestcompression` encodings, separated by commas: `gzip`.
    pub(crate) encodings: &'a str,
    /// The setting `disable_request_compression`.
    pub(crate) disabled: bool,
    /// The setting `request_min_compression_size_bytes`; 10,240 by default. Streams are compressed whatever their size.
    pub(crate) min_size: u64,
    /// The input has a streaming member.
    pub(crate) streaming: bool,
    /// That member must be sent with its length (`requiresLength`).
    pub(crate) requires_length: bool,
}

/// Compresses the body when it should be; tells whether it did. The compressed body is held in memory.
///
/// Without the feature `gzip` nothing is compressed, which services accept. Source: botocore's `maybe_compress_request`.
///
/// # Errors
/// When the body cannot be read.
pub(crate) fn compress(request: &mut Request, choice: &Choice<'_>) -> Result<bool> {
    if !choice.applies(request.body.len()) {
        return Ok(false);
    }
    let compressed = gzip(request)?;
    if compressed {
        user_agent::register(Feature::GzipRequestCompression);
    }
    Ok(compressed)
}

impl Choice<'_> {
    fn applies(&self, length: Option<u64>) -> bool {
        if self.disabled || !self.encodings.split(',').any(|encoding| encoding == "gzip") {
            return false;
        }
        if self.streaming { !self.requires_length } else { length.unwrap_or(0) >= self.min_size }
    }
}

#[cfg(not(feature = "gzip"))]
fn gzip(_: &mut Request) -> Result<bool> {
    Ok(false)
}

#[cfg(feature = "gzip")]
fn gzip(request: &mut Request) -> Result<bool> {
    let in_memory = request.body.with_bytes(|bytes| bytes.map(gzipped));
    let compressed = match in_memory {
        Some(compressed) => compressed,
        None => {
            let mut bytes = Vec::new();
            request
                .body
                .read_to_end(&mut bytes)
                .map_err(|cause| crate::Error::body("The body could not be read to compress it", cause))?;
            gzipped(&bytes)
        }
    };
    request.body = compressed.into();
    let encoding = match request.headers.get("Content-Encoding") {
        Some(encoding) => format!("{encoding},gzip"),
        None => "gzip".to_owned(),
    };
    request.headers.set("Content-Encoding", encoding);
    Ok(true)
}

/// A gzip member (RFC 1952) without name and time, so that the same bytes give the same bytes.
#[cfg(feature = "gzip")]
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    const LEVEL: u8 = 6;
    let mut member = HEADER.to_vec();
    member.extend_from_slice(&miniz_oxide::deflate::compress_to_vec(bytes, LEVEL));
    member.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    // The format wants the length modulo 2^32.
    member.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    member
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use serde_json::Value;

    use super::*;
    use crate::http::Body;
    use crate::suite::Suite;

    #[test]
    fn request_compression() {
        let Some((mut suite, cases)) = Suite::cases("request-compression", "request-compression.json") else { return };
        for case in cases {
            let id = case["id"].as_str().unwrap();
            suite.case(id, || {
                if case["kind"] == "config" {
                    let size = case["requestMinCompressionSizeBytes"].as_i64().unwrap();
                    let valid = u64::try_from(size).is_ok_and(|size| MIN_SIZES.contains(&size));
                    assert_eq!(Some(valid), case["expect"]["valid"].as_bool(), "{id}");
                    return Ok(());
                }
                check(&case, id);
                Ok(())
            });
        }
        suite.finish();
    }

    fn check(case: &Value, id: &str) {
        let encodings = case["operation"]["requestCompression"]["encodings"].as_array();
        let encodings: Vec<&str> = encodings.into_iter().flatten().filter_map(Value::as_str).collect();
        let streaming = &case["operation"]["streamingInput"];
        let choice = Choice {
            encodings: &encodings.join(","),
            disabled: case["config"]["disableRequestCompression"].as_bool().unwrap(),
            min_size: case["config"]["requestMinCompressionSizeBytes"].as_u64().unwrap(),
            streaming: streaming.is_object(),
            requires_length: streaming["requiresLength"].as_bool().unwrap_or(false),
        };
        let text = case["body"].as_str().unwrap().to_owned();
        let body = match case["bodyKind"].as_str().unwrap() {
            "bytes" => Body::from(text.clone()),
            "reader-seekable" => Body::from_seekable(Cursor::new(text.clone())).unwrap(),
            "reader-unknown-length" => Body::from_reader(Cursor::new(text.clone())),
            other => panic!("{id}: no body {other}"),
        };
        let mut request = Request { body, ..Request::default() };
        for (name, value) in case["headers"].as_object().unwrap() {
            request.headers.set(name.clone(), value.as_str().unwrap());
        }
        let expected = case["expect"]["compressed"].as_bool().unwrap() && cfg!(feature = "gzip");
        assert_eq!(compress(&mut request, &choice).unwrap(), expected, "{id}");
        let encoding = request.headers.get("Content-Encoding").map(str::to_owned);
        let sent = request.body.into_bytes().unwrap();
        if expected {
            assert_eq!(encoding.as_deref(), case["expect"]["contentEncoding"].as_str(), "{id}");
            assert_eq!(ungzipped(&sent), text.as_bytes(), "{id}");
        } else {
            assert_eq!(sent, text.as_bytes(), "{id}");
        }
    }

    #[cfg(feature = "gzip")]
    fn ungzipped(member: &[u8]) -> Vec<u8> {
        let (deflated, end) = member[10..].split_at(member.len() - 18);
        let bytes = miniz_oxide::inflate::decompress_to_vec(deflated).unwrap();
        assert_eq!(end[..4], crc32fast::hash(&bytes).to_le_bytes());
        assert_eq!(end[4..], (bytes.len() as u32).to_le_bytes());
        bytes
    }

    #[cfg(not(feature = "gzip"))]
    fn ungzipped(_: &[u8]) -> Vec<u8> {
        unreachable!("nothing is compressed without the feature")
    }

    #[cfg(feature = "gzip")]
    #[test]
    fn text_gets_smaller() {
        let text = "MetricData.member.1.MetricName=metric&".repeat(1000);
        assert!(gzipped(text.as_bytes()).len() < text.len() / 20);
    }
}
