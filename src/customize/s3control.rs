use super::member::text;
use crate::endpoint::BuiltIns;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Value;

/// Outposts have no accelerated transfer. Source: botocore's `S3ControlArnParamHandlerv2`.
pub(super) fn refuse_acceleration(built_ins: &BuiltIns<'_>, operation: &str, input: &dyn Value) -> Result<()> {
    let is_arn = |member| text(input, member).is_some_and(|text| text.starts_with("arn:"));
    let by_name = operation != "CreateAccessPoint" && is_arn("Name");
    match built_ins.s3_accelerate && (by_name || is_arn("Bucket")) {
        true => Err(Error::new(
            ErrorKind::Config,
            "s3.use_accelerate_endpoint is on, and what ARNs of Outposts name cannot be reached by accelerated transfer",
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customize::member::tests::Given;

    #[test]
    fn only_arns_are_refused() {
        let refused = |s3_accelerate, operation, input| {
            let built_ins = BuiltIns { s3_accelerate, ..BuiltIns::default() };
            refuse_acceleration(&built_ins, operation, &input).is_err()
        };
        let arn = || Given::new("In\nName\n", &["arn:aws:s3-outposts:x"]);
        assert!(refused(true, "GetAccessPoint", arn()));
        assert!(refused(true, "GetBucket", Given::new("In\nBucket\n", &["arn:aws:s3-outposts:x"])));
        assert!(!refused(false, "GetAccessPoint", arn()));
        assert!(!refused(true, "CreateAccessPoint", arn()));
        assert!(!refused(true, "GetAccessPoint", Given::new("In\nName\n", &["name"])));
    }
}
