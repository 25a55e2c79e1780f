//! Inputs that S3 would take for something else, or not at all.

use super::s3_endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::Schema;
use crate::shape::{Entries, Value, View};

/// A bucket's name is part of a host or path: what is not a name could lead to another resource.
/// Source: botocore `handlers.validate_bucket_name`.
pub(super) fn check_bucket(input: &dyn Value) -> Result<()> {
    match s3_endpoint::bucket(input) {
        Some(bucket) if !is_bucket(&bucket) && !is_arn(&bucket) => Err(Error::new(
            ErrorKind::Serialize,
            format!(
                "the bucket name {bucket:?} is not valid: it must be 1 to 255 letters, digits, periods, hyphens and \
                 underscores, or the ARN of an access point"
            ),
        )),
        _ => Ok(()),
    }
}

/// Dots alone are no names, though botocore lets them pass: in a path they lead elsewhere.
fn is_bucket(name: &str) -> bool {
    is_word(name, 255, "._-") && !matches!(name, "." | "..")
}

/// Up to `most` letters, digits, and those others.
fn is_word(text: &str, most: usize, others: &str) -> bool {
    (1..=most).contains(&text.len()) && text.chars().all(|char| char.is_ascii_alphanumeric() || others.contains(char))
}

/// `arn:aws:s3:eu-west-1:123456789012:accesspoint/name`, or `…:s3-outposts:…:outpost/id/accesspoint/name`, with colons
/// for slashes too.
pub(super) fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts[..] else { return false };
    let resource: Vec<&str> = resource.split(['/', ':']).collect();
    let is_region = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_resource = match (service, &resource[..]) {
        ("s3" | "s3-object-lambda", ["accesspoint", name]) => is_word(name, 63, "-."),
        ("s3-outposts", ["outpost", id, "accesspoint", name]) => {
            !region.is_empty() && is_word(id, 63, "-") && is_word(name, 63, "-")
        }
        _ => false,
    };
    partition.starts_with("aws") && is_region && is_account && is_resource
}

/// Headers carry it, and S3 gives back only ASCII as it was. Source: botocore `handlers.validate_ascii_metadata`.
pub(super) fn check_metadata(input: &dyn Value) -> Result<()> {
    let mut result = Ok(());
    input.view(&mut |view| {
        if let View::Structure(schema, values) = view
            && let Some((index, _)) = Schema::new(schema).member("Metadata")
        {
            values[index].view(&mut |view| {
                if let View::Map(entries) = view {
                    result = check_entries(entries);
                }
            });
        }
    });
    result
}

fn check_entries(entries: &dyn Entries) -> Result<()> {
    let mut result = Ok(());
    for (key, value) in entries.iter() {
        value.view(&mut |view| {
            if let View::Str(text) = view
                && result.is_ok()
                && !(key.is_ascii() && text.is_ascii())
            {
                let message =
                    format!("member Metadata: the value {text:?} of {key:?} is not ASCII, and S3 keeps nothing else");
                result = Err(Error::new(ErrorKind::Serialize, message));
            }
        });
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_access_points_are_buckets() {
        for arn in [
            "arn:aws:s3:us-west-2:123456789012:accesspoint:endpoint",
            "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/end.point-1",
            "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
            "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/name",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:myaccesspoint",
        ] {
            assert!(is_arn(arn), "{arn}");
        }
        for text in [
            "arn:aws:s3:::bucket",
            "arn:aws:s3:us-west-2:123456789012:accesspoint",
            "arn:aws:s3:us-west-2:123456789012:accesspoint:a/b",
            "arn:aws:s3:us-west-2:1234:accesspoint:name",
            "arn:aws:s3:us-west-2/:123456789012:accesspoint:name",
            "arn:aws:s3-outposts::123456789012:outpost:op-1:accesspoint:name",
            "arn:aws:sns:us-west-2:123456789012:accesspoint:name",
        ] {
            assert!(!is_arn(text), "{text}");
        }
    }
}
