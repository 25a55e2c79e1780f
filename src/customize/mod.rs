//! What single services need beside their models: a file a service, one table.

mod route53;
mod s3;
pub(crate) mod s3_endpoint;
mod sso_oidc;
mod s3_input;

use crate::endpoint::BuiltIns;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::operation::{Operation, Service};
use crate::shape::Value;

/// What is changed or refused, and when.
enum Step {
    /// The input, before anything is made of it.
    Input(fn(&dyn Value) -> Result<()>),
    /// The request, complete but for checksum and signature.
    Request(fn(&Operation, &mut Request) -> Result<()>),
    /// The answer, with its whole body in memory, before anything looks at it.
    Response(fn(&Operation, &mut Response) -> Result<()>),
    /// The output, beside the input it answers.
    Output(fn(&dyn Value, &mut dyn Value) -> Result<()>),
}

struct Entry {
    service: &'static str,
    /// No names: every operation.
    operations: &'static [&'static str],
    step: Step,
}

const LISTS: &[&str] = &["ListObjects", "ListObjectsV2", "ListObjectVersions"];
const COPIES: &[&str] = &["CopyObject", "UploadPartCopy"];
const METADATA: &[&str] = &["CopyObject", "PutObject", "CreateMultipartUpload"];

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    Entry { service: "s3", operations: &[], step: Step::Input(s3_input::check_bucket) },
    Entry { service: "s3", operations: METADATA, step: Step::Input(s3_input::check_metadata) },
    Entry { service: "s3", operations: &[], step: Step::Request(s3::expect_continue) },
    Entry { service: "s3", operations: LISTS, step: Step::Request(s3::ask_for_encoded_keys) },
    Entry { service: "s3", operations: COPIES, step: Step::Request(s3::quote_copy_source) },
    Entry { service: "s3", operations: &[], step: Step::Response(s3::error_in_success) },
    Entry { service: "s3", operations: &["GetBucketLocation"], step: Step::Response(s3::wrap_location) },
    Entry { service: "s3", operations: LISTS, step: Step::Output(s3::decode_keys) },
    Entry { service: "route53", operations: &[], step: Step::Request(route53::cut_ids) },
    Entry { service: "sso-oidc", operations: &[], step: Step::Response(sso_oidc::describe) },
];

fn entries(service: &'static Service, operation: &Operation) -> impl Iterator<Item = &'static Step> {
    TABLE
        .iter()
        .filter(move |entry| {
            entry.service == service.name && (entry.operations.is_empty() || entry.operations.contains(&operation.name))
        })
        .map(|entry| &entry.step)
}

/// Endpoint parameters that one call sees otherwise than the settings have them.
pub(crate) fn built_ins(
    service: &'static Service,
    operation: &Operation,
    input: &dyn Value,
    built_ins: &mut BuiltIns<'_>,
) {
    if service.name == "s3" {
        s3_endpoint::adapt(built_ins, operation.name, input, false);
    }
}

pub(crate) fn input(service: &'static Service, operation: &Operation, input: &dyn Value) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Input(check) => check(input),
        _ => Ok(()),
    })
}

pub(crate) fn request(service: &'static Service, operation: &Operation, request: &mut Request) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Request(change) => change(operation, request),
        _ => Ok(()),
    })
}

pub(crate) fn response(service: &'static Service, operation: &Operation, response: &mut Response) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Response(change) => change(operation, response),
        _ => Ok(()),
    })
}

pub(crate) fn output(
    service: &'static Service,
    operation: &Operation,
    input: &dyn Value,
    output: &mut dyn Value,
) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Output(change) => change(input, output),
        _ => Ok(()),
    })
}
