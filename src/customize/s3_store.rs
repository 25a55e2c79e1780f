//! Stores that speak S3 and do not know the checksums that AWS added to it.

use crate::checksum::Calculation;
use crate::configuration::Settings;
use crate::operation::{Operation, has_word, word};
use crate::protocol::ServiceFailure;

/// What such stores complain of: headers of checksums, a payload that is followed by one, its encoding.
const UNKNOWN: &[&str] = &["checksum", "trailer", "aws-chunked", "x-amz-content-sha256", "content-md5"];

/// Where the failure may be about a checksum that the client added: the setting that leaves it out.
pub(super) fn hint(operation: &Operation, failure: &ServiceFailure, settings: &Settings) -> Option<String> {
    let elsewhere = settings.endpoint_url.is_some();
    let added = elsewhere && sums(operation) && settings.checksum_calculation() == Calculation::WhenSupported;
    (added && is_refusal(failure)).then(|| {
        "a store that does not know AWS's newer checksums answers so. With the setting request_checksum_calculation = \
         when_required (in the environment AWS_REQUEST_CHECKSUM_CALCULATION) requests carry no checksum but where S3 \
         requires one"
            .to_owned()
    })
}

fn sums(operation: &Operation) -> bool {
    let traits = operation.traits;
    word(traits, "checksum-algorithm=").is_some() || has_word(traits, "checksum-required")
}

fn is_refusal(failure: &ServiceFailure) -> bool {
    let message = failure.message.to_ascii_lowercase();
    match failure.code.as_str() {
        "NotImplemented" | "XAmzContentSHA256Mismatch" | "MissingContentLength" | "MissingContentMD5" => true,
        // The client's own sums are right; wrong is what the caller gave, or what happened on the way.
        "BadDigest" => false,
        _ => {
            failure.status == 501
                || ((400..500).contains(&failure.status) && UNKNOWN.iter().any(|word| message.contains(word)))
        }
    }
}
