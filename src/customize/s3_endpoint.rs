//! What S3 asks of its endpoint parameters. Source: botocore's `customize_endpoint_resolver_builtins` and
//! `compute_endpoint_resolver_builtin_defaults`.

use std::borrow::Cow;

use crate::endpoint::{BuiltIns, is_host_label};
use crate::shape::schema::Schema;
use crate::shape::{Value, View};

/// Changes the built-ins for one call. `global_host`: whether a presigned URL is to have the host without a region.
pub(crate) fn adapt(built_ins: &mut BuiltIns<'_>, operation: &str, input: &dyn Value, global_host: bool) {
    let bucket = bucket(input);
    adapt_to(built_ins, operation, bucket.as_deref(), global_host);
}

fn adapt_to(built_ins: &mut BuiltIns<'_>, operation: &str, bucket: Option<&str>, global_host: bool) {
    let arn = bucket.is_some_and(|bucket| bucket.starts_with("arn:") && bucket.split(':').count() >= 6);
    if operation == "GetBucketLocation" {
        // Who asks does not know the bucket's region, and a virtual host refuses a signature for another one.
        built_ins.s3_force_path_style = true;
    } else if arn {
        built_ins.s3_force_path_style = false;
    }
    let hostable = bucket.is_none_or(|bucket| is_host_label(bucket, false) && !bucket.ends_with("--x-s3"));
    if global_host && hostable && !arn && !built_ins.s3_force_path_style {
        built_ins.region = Some(Cow::Borrowed("aws-global"));
        built_ins.s3_use_global_endpoint = true;
    }
}

/// Whether buckets go into the path, by the settings `addressing_style` (`auto`, `virtual`, `path`),
/// `use_accelerate_endpoint` and `endpoint_url`.
pub(crate) fn force_path_style(addressing_style: Option<&str>, accelerate: bool, endpoint_url: Option<&str>) -> bool {
    match endpoint_url {
        _ if accelerate => false,
        Some(url) if !is_accelerate_url(url) => addressing_style != Some("virtual"),
        _ => addressing_style == Some("path"),
    }
}

/// Whether us-east-1 stands for the host without a region, by the setting `us_east_1_regional_endpoint` (`regional`; all
/// else is `legacy`).
pub(crate) fn use_global_endpoint(region: Option<&str>, us_east_1_regional_endpoint: Option<&str>) -> bool {
    matches!(region, None | Some("us-east-1")) && us_east_1_regional_endpoint != Some("regional")
}

/// Whether the URL is one of S3's for accelerated transfer, without a bucket.
pub(crate) fn is_accelerate_url(url: &str) -> bool {
    let authority = match url.split_once("://") {
        Some(("https" | "http", rest)) => rest.split(['/', '?', '#']).next().unwrap_or(rest),
        _ => return false,
    };
    matches!(authority, "s3-accelerate.amazonaws.com" | "s3-accelerate.dualstack.amazonaws.com")
}

/// The member `Bucket` of an input.
pub(super) fn bucket(input: &dyn Value) -> Option<String> {
    let mut bucket = None;
    input.view(&mut |view| {
        if let View::Structure(schema, values) = view
            && let Some((index, _)) = Schema::new(schema).member("Bucket")
            && let Some(value) = values.get(index)
        {
            value.view(&mut |view| {
                if let View::Str(text) = view {
                    bucket = Some(text.to_owned());
                }
            });
        }
    });
    bucket
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:s3:us-west-2:123456789012:accesspoint:x";

    fn adapted(path_style: bool, operation: &str, bucket: Option<&str>, global_host: bool) -> (bool, bool) {
        let mut built_ins =
            BuiltIns { region: Some("eu-west-1".into()), s3_force_path_style: path_style, ..BuiltIns::default() };
        adapt_to(&mut built_ins, operation, bucket, global_host);
        let global = built_ins.region.as_deref() == Some("aws-global");
        assert_eq!(built_ins.s3_use_global_endpoint, global);
        (built_ins.s3_force_path_style, global)
    }

    #[test]
    fn path_style() {
        assert_eq!(adapted(false, "GetBucketLocation", Some("bucket"), false), (true, false));
        assert_eq!(adapted(false, "GetBucketLocation", Some(ARN), false), (true, false));
        assert_eq!(adapted(true, "GetObject", Some(ARN), false), (false, false));
        assert_eq!(adapted(true, "GetObject", Some("arn:short"), false), (true, false));
        assert_eq!(adapted(true, "ListBuckets", None, false), (true, false));
    }

    #[test]
    fn global_host() {
        assert_eq!(adapted(false, "GetObject", Some("bucket"), true), (false, true));
        assert_eq!(adapted(false, "ListBuckets", None, true), (false, true));
        for bucket in ["with.dot", "Bad_Name", ARN, "b--usw2-az1--x-s3"] {
            assert_eq!(adapted(false, "GetObject", Some(bucket), true), (false, false), "{bucket}");
        }
        assert_eq!(adapted(true, "GetObject", Some("bucket"), true), (true, false));
    }

    #[test]
    fn settings() {
        assert!(force_path_style(None, false, Some("https://localhost")));
        assert!(!force_path_style(Some("virtual"), false, Some("https://localhost")));
        assert!(!force_path_style(None, false, Some("https://s3-accelerate.amazonaws.com")));
        assert!(force_path_style(Some("path"), false, None));
        assert!(!force_path_style(Some("path"), true, Some("https://localhost")));
        assert!(!force_path_style(None, false, None));
        assert!(use_global_endpoint(None, None) && use_global_endpoint(Some("us-east-1"), Some("legacy")));
        assert!(
            !use_global_endpoint(Some("us-east-1"), Some("regional")) && !use_global_endpoint(Some("us-west-2"), None)
        );
    }
}
