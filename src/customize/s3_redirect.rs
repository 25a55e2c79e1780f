//! Buckets in another region than the client's: S3 refuses, and mostly tells which one.
//! Source: botocore's `S3RegionRedirectorv2`.

use super::{Elsewhere, s3_endpoint};
use crate::configuration::{Settings, validate_region};
use crate::operation::Operation;
use crate::protocol::ServiceFailure;
use crate::shape::Value;

const REGION: &str = "x-amz-bucket-region";

/// The bucket, when it is in another region than was asked; a bucket named by an ARN is where the ARN says.
pub(super) fn elsewhere(operation: &Operation, input: &dyn Value, failure: &ServiceFailure) -> Option<Elsewhere> {
    let bucket = s3_endpoint::bucket(input).filter(|bucket| !bucket.starts_with("arn:"))?;
    is_elsewhere(operation, failure).then(|| Elsewhere { bucket, region: region(failure).map(str::to_owned) })
}

fn is_elsewhere(operation: &Operation, failure: &ServiceFailure) -> bool {
    let tells = failure.headers.get(REGION).is_some();
    match failure.code.as_str() {
        "PermanentRedirect" => true,
        "AuthorizationHeaderMalformed" => failure.region.is_some(),
        "IllegalLocationConstraintException" => operation.name != "CreateBucket",
        // An answer to HEAD has no body that could say more.
        "400" | "301" if operation.name == "HeadObject" => true,
        "400" | "301" if operation.name == "HeadBucket" && tells => true,
        _ => matches!(failure.status, 301 | 302 | 307),
    }
}

/// The region that the answer names, if it is a name at all.
fn region(failure: &ServiceFailure) -> Option<&str> {
    failure
        .headers
        .get(REGION)
        .or(failure.region.as_deref())
        .filter(|region| validate_region(region, String::new).is_ok())
}

/// What the answer says of the bucket's place, for who has to go there on his own.
pub(super) fn hint(operation: &Operation, failure: &ServiceFailure, _: &Settings) -> Option<String> {
    if !is_elsewhere(operation, failure) {
        return None;
    }
    match (region(failure), &failure.endpoint) {
        (Some(region), _) => {
            Some(format!("the bucket is in the region {region}, and a client of that region reaches it"))
        }
        (None, Some(endpoint)) => Some(format!("the bucket is in another region, and its endpoint is {endpoint}")),
        (None, None) => None,
    }
}
