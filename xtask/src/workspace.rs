//! The repository: where it lies, what is built of it, and cargo run on it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The services that tests and lints are built with: those tests talk to, and one at least of each protocol.
pub const SERVICES: &[&str] = &[
    "apigateway",
    "autoscaling",
    "bedrock-runtime",
    "cloudformation",
    "cloudsearchdomain",
    "cloudwatch",
    "docdb",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "ecr",
    "eventbridgev2",
    "events",
    "glacier",
    "iam",
    "importexport",
    "iot-data",
    "kinesis",
    "kms",
    "lambda",
    "lex-runtime",
    "logs",
    "machinelearning",
    "mediastore-data",
    "polly",
    "route53",
    "s3",
    "sdb",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sso-oidc",
    "sts",
];

/// What is kept of the larger of [`SERVICES`]: the operations that tests, examples and documentation call. Whole, they
/// would take three times as long to compile; a sweep and the differential test have them whole.
const OPERATIONS: &[(&str, &str)] = &[
    ("apigateway", "GetExport,GetRestApis"),
    ("autoscaling", "CreateLaunchConfiguration"),
    ("cloudformation", "CreateStack,DeleteStack,DescribeStacks,GetTemplate,ListStacks"),
    (
        "cloudwatch",
        "DeleteAlarms,DescribeAlarms,GetMetricStatistics,GetOTelEnrichment,ListMetrics,PutMetricAlarm,\
         PutMetricData",
    ),
    ("docdb", "CopyDBClusterSnapshot,CreateDBCluster,DescribeDBInstances"),
    (
        "ec2",
        "AssignIpv6Addresses,CopySnapshot,CreateTags,CreateVpc,DeleteVpc,DescribeInstances,DescribeRegions,\
         DescribeSpotPriceHistory,DescribeVpcs,GetConsoleOutput,RunInstances,TerminateInstances",
    ),
    ("ecr", "CreateRepository,DeleteRepository,DescribeRepositories,ListImages"),
    ("eventbridgev2", "ListEventBuses,PutEvents"),
    ("events", "DeleteRule,DescribeRule,ListEventBuses,ListRules,PutEvents,PutRule,PutTargets,RemoveTargets"),
    ("glacier", "AbortMultipartUpload,CompleteMultipartUpload,ListJobs,ListVaults,UploadArchive,UploadMultipartPart"),
    ("iam", "CreateRole,CreateUser,DeleteRole,DeleteUser,GetRole,GetUser,ListUsers"),
    ("kinesis", "CreateStream,DeleteStream,DescribeStream,GetRecords,SubscribeToShard"),
    ("kms", "CreateKey,Decrypt,Encrypt,ListKeys,ScheduleKeyDeletion,Sign,Verify"),
    ("lambda", "CreateFunction,DeleteFunction,GetFunction,InvokeWithResponseStream,ListFunctions"),
    (
        "logs",
        "CreateExportTask,CreateLogGroup,CreateLogStream,DeleteLogGroup,DescribeLogGroups,GetLogEvents,\
         PutLogEvents,StartLiveTail",
    ),
    ("machinelearning", "Predict"),
    (
        "route53",
        "ChangeResourceRecordSets,CreateHostedZone,CreateKeySigningKey,CreateQueryLoggingConfig,\
         CreateReusableDelegationSet,CreateTrafficPolicyInstance,GetChange,GetHealthCheck,GetHostedZone,\
         ListHostedZones,ListQueryLoggingConfigs,ListResourceRecordSets,ListTrafficPolicyInstancesByHostedZone",
    ),
    ("secretsmanager", "CreateSecret,DeleteSecret,GetSecretValue,ListSecrets"),
    ("sns", "CreateTopic,DeleteTopic,ListTopics,Publish,Subscribe"),
    ("ssm", "DeleteParameter,DescribeParameters,GetParameter,GetParametersByPath,PutParameter"),
];

/// [`OPERATIONS`], as `BOTOCORE_OPERATIONS` wants them.
pub fn operations() -> String {
    let services: Vec<String> = OPERATIONS.iter().map(|(service, names)| format!("{service}={names}")).collect();
    services.join(";")
}

/// [`SERVICES`], and what is no service, as cargo wants them for the whole workspace.
pub fn features() -> String {
    let features: Vec<String> = SERVICES
        .iter()
        .chain(&["cloudfront-key", "dynamodb-items", "s3-transfer", "serde"])
        .map(|name| format!("botocore/{name}"))
        .collect();
    features.join(",")
}

/// The directory of the root `Cargo.toml`.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// The cargo that runs us, at the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // A choice that somebody has made for a program of theirs.
    for name in ["BOTOCORE_MODELS", "BOTOCORE_OPERATIONS"] {
        command.env_remove(name);
    }
    // What cargo told us about xtask would make build scripts that look at it (ring's) run again each time.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(&*name);
        }
    }
    command
}

/// Runs a command, which must succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| format!("{} did not start: {error}.", line(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}.", line(command)).into()) }
}

/// What a command prints; it must succeed.
pub fn text(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{} failed: {}.", line(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A command as a person would write it, without its environment.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}
