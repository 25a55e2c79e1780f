//! What single services need beside their models: a file a service, one table.

mod alias;
mod apigateway;
mod auth_token;
mod cloudformation;
mod cloudsearchdomain;
mod copy;
mod copy_source;
mod dynamodb;
mod form;
mod glacier;
mod iam;
mod machinelearning;
mod member;
mod polly;
mod presigned_post;
#[cfg(role_keys)]
mod role_keys;
mod route53;
mod s3;
pub(crate) mod s3_endpoint;
mod s3_input;
mod s3_redirect;
mod s3_store;
#[cfg(all(feature = "s3-transfer", transfers))]
pub mod s3_transfer;
mod s3control;
mod sse_c;
mod sso_oidc;
mod user_data;

pub use auth_token::AuthToken;
pub use copy_source::CopySource;
pub use presigned_post::{PostForm, PresignedPost};

use self::copy::Copy;
use crate::configuration::Settings;
use crate::endpoint::BuiltIns;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::operation::{Operation, Service};
use crate::protocol::ServiceFailure;
use crate::shape::{Document, Value};

/// What is changed or refused, and when.
enum Step {
    /// The parameters of a call by name; nothing when they stay as they are.
    Parameters(fn(&Document) -> Result<Option<Document>>),
    /// The input, before anything is made of it.
    Input(fn(&dyn Value) -> Result<()>),
    /// The request, complete but for checksum and signature.
    Request(fn(&Operation, &mut Request) -> Result<()>),
    /// The same, but only when it is sent: what botocore does on `before-call` and later, of which presigned URLs know nothing.
    Sent(fn(&Operation, &mut Request) -> Result<()>),
    /// The request that becomes a presigned URL.
    Presign(fn(&mut Request)),
    /// The request is a copy, whose source may be in another region.
    Copy(Copy),
    /// The answer, with its whole body in memory, before anything looks at it.
    Response(fn(&Operation, &mut Response) -> Result<()>),
    /// An answer that is an error: whether what was asked for is somewhere else.
    Refusal(fn(&Operation, &dyn Value, &ServiceFailure) -> Option<Elsewhere>),
    /// What an error's answer tells beside its code and message.
    Hint(fn(&Operation, &ServiceFailure, &Settings) -> Option<String>),
    /// The output, beside the input it answers.
    Output(fn(&dyn Value, &mut dyn Value) -> Result<()>),
    /// The output of a call by name.
    Document(fn(&mut Document)),
}

/// A bucket that is in another region than was asked.
pub(crate) struct Elsewhere {
    pub(crate) bucket: String,
    /// `None`: the answer does not say; the bucket does, when asked.
    pub(crate) region: Option<String>,
}

struct Entry {
    service: &'static str,
    /// No names: every operation.
    operations: &'static [&'static str],
    step: Step,
}

const LISTS: &[&str] = &["ListObjects", "ListObjectsV2", "ListObjectVersions"];
const BREAKS: &[&str] = &["DeleteObjects", "PutBucketLifecycleConfiguration"];
const PARTS: &[&str] = &["UploadArchive", "UploadMultipartPart"];
const COPIES: &[&str] = &["CopyObject", "UploadPartCopy"];
const CLUSTERS: &[&str] = &["CopyDBClusterSnapshot", "CreateDBCluster"];
const DATABASES: &[&str] = &[
    "CopyDBClusterSnapshot",
    "CopyDBSnapshot",
    "CreateDBCluster",
    "CreateDBInstanceReadReplica",
    "StartDBInstanceAutomatedBackupsReplication",
];
const METADATA: &[&str] = &["CopyObject", "PutObject", "CreateMultipartUpload"];

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    Entry { service: "apigateway", operations: &[], step: Step::Sent(apigateway::accept_json) },
    Entry { service: "autoscaling", operations: &["CreateLaunchConfiguration"], step: Step::Request(user_data::encode) },
    Entry { service: "cloudformation", operations: &["GetTemplate"], step: Step::Document(cloudformation::read_template) },
    Entry { service: "cloudsearchdomain", operations: &["Search"], step: Step::Sent(cloudsearchdomain::post_query) },
    Entry { service: "docdb", operations: CLUSTERS, step: Step::Copy(Copy::Rds) },
    Entry { service: "dynamodb", operations: &[], step: Step::Response(dynamodb::compare_sum) },
    Entry { service: "ec2", operations: &["CopySnapshot"], step: Step::Copy(Copy::Ec2) },
    Entry { service: "ec2", operations: &["RunInstances"], step: Step::Request(user_data::encode) },
    Entry { service: "ec2", operations: &["GetConsoleOutput"], step: Step::Output(user_data::decode) },
    Entry { service: "glacier", operations: &[], step: Step::Sent(glacier::name_version) },
    Entry { service: "glacier", operations: PARTS, step: Step::Sent(glacier::add_hashes) },
    Entry { service: "iam", operations: &[], step: Step::Output(iam::decode_policies) },
    Entry { service: "iam", operations: &[], step: Step::Document(iam::read_policies) },
    Entry { service: "machinelearning", operations: &["Predict"], step: Step::Request(machinelearning::go_to_endpoint) },
    Entry { service: "neptune", operations: CLUSTERS, step: Step::Copy(Copy::Rds) },
    Entry { service: "polly", operations: &["SynthesizeSpeech"], step: Step::Presign(polly::drop_content_type) },
    Entry { service: "rds", operations: DATABASES, step: Step::Copy(Copy::Rds) },
    Entry { service: "s3", operations: &[], step: Step::Input(s3_input::check_bucket) },
    Entry { service: "s3", operations: METADATA, step: Step::Input(s3_input::check_metadata) },
    Entry { service: "s3", operations: &[], step: Step::Sent(s3::expect_continue) },
    Entry { service: "s3", operations: &[], step: Step::Request(sse_c::encode_keys) },
    Entry { service: "s3", operations: LISTS, step: Step::Request(s3::ask_for_encoded_keys) },
    Entry { service: "s3", operations: BREAKS, step: Step::Sent(s3::refer_to_breaks) },
    Entry { service: "s3", operations: COPIES, step: Step::Request(copy_source::quote) },
    Entry { service: "s3", operations: COPIES, step: Step::Parameters(copy_source::flatten) },
    Entry { service: "s3", operations: &[], step: Step::Response(s3::error_in_success) },
    Entry { service: "s3", operations: &["GetBucketLocation"], step: Step::Response(s3::wrap_location) },
    Entry { service: "s3", operations: &[], step: Step::Refusal(s3_redirect::elsewhere) },
    Entry { service: "s3", operations: &[], step: Step::Hint(s3_redirect::hint) },
    Entry { service: "s3", operations: &[], step: Step::Hint(s3_store::hint) },
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

/// The region of clients that set none, where a service has one of its own.
pub(crate) fn default_region(service: &Service, dual_stack: bool, own_endpoint: bool) -> Option<&'static str> {
    (service.name == "s3" && (dual_stack || own_endpoint)).then_some("us-east-1")
}

/// Endpoint parameters that one call sees otherwise than the settings have them.
pub(crate) fn built_ins(
    service: &'static Service,
    operation: &Operation,
    input: &dyn Value,
    global_host: bool,
    built_ins: &mut BuiltIns<'_>,
) -> Result<()> {
    match service.name {
        "s3" => s3_endpoint::adapt(built_ins, operation.name, input, global_host),
        "s3control" => s3control::refuse_acceleration(built_ins, operation.name, input)?,
        _ => {}
    }
    Ok(())
}

/// The parameters of a call by name as the model has them, when they come otherwise; `known`: whether the input has a
/// member of that name.
pub(crate) fn parameters(
    service: &'static Service,
    operation: &Operation,
    parameters: &Document,
    known: &dyn Fn(&str) -> bool,
) -> Result<Option<Document>> {
    let mut changed = alias::rename(service, operation, parameters, known)?;
    for step in entries(service, operation) {
        if let Step::Parameters(change) = step {
            changed = change(changed.as_ref().unwrap_or(parameters))?.or(changed);
        }
    }
    Ok(changed)
}

/// The output of a call by name as its users expect it.
pub(crate) fn document(service: &'static Service, operation: &Operation, document: &mut Document) {
    for step in entries(service, operation) {
        if let Step::Document(change) = step {
            change(document);
        }
    }
}

pub(crate) fn input(service: &'static Service, operation: &Operation, input: &dyn Value) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Input(check) => check(input),
        _ => Ok(()),
    })
}

/// What is known to be moved by earlier refusals: the bucket of the input.
pub(crate) fn movable(service: &'static Service, input: &dyn Value) -> Option<String> {
    if service.name == "s3" { s3_endpoint::bucket(input) } else { None }
}

pub(crate) fn elsewhere(
    service: &'static Service,
    operation: &Operation,
    input: &dyn Value,
    failure: &ServiceFailure,
) -> Option<Elsewhere> {
    entries(service, operation).find_map(|step| match step {
        Step::Refusal(elsewhere) => elsewhere(operation, input, failure),
        _ => None,
    })
}

pub(crate) fn hint(
    service: &'static Service,
    operation: &Operation,
    failure: &ServiceFailure,
    settings: &Settings,
) -> Option<String> {
    entries(service, operation).find_map(|step| match step {
        Step::Hint(hint) => hint(operation, failure, settings),
        _ => None,
    })
}

pub(crate) fn request(service: &'static Service, operation: &Operation, request: &mut Request) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Request(change) => change(operation, request),
        _ => Ok(()),
    })
}

/// What only a request that is sent needs, after [`request`].
pub(crate) fn sent(service: &'static Service, operation: &Operation, request: &mut Request) -> Result<()> {
    entries(service, operation).try_for_each(|step| match step {
        Step::Sent(change) => change(operation, request),
        _ => Ok(()),
    })
}

pub(crate) fn presign(service: &'static Service, operation: &Operation, request: &mut Request) {
    for step in entries(service, operation) {
        if let Step::Presign(change) = step {
            change(request);
        }
    }
}

/// How the operation's copies from other regions are spelt.
pub(crate) fn copy(service: &'static Service, operation: &Operation) -> Option<Copy> {
    entries(service, operation).find_map(|step| match step {
        Step::Copy(copy) => Some(*copy),
        _ => None,
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
