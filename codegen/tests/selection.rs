//! Selections of operations that are not right, and the whole of what is said about them.

use std::path::Path;
use std::{env, fs, process};

use botocore_codegen::{Request, generate};

/// What is said about a selection while the features `sts` and `sqs` are on.
fn said(name: &str, operations: &str) -> String {
    let out = env::temp_dir().join(format!("botocore-codegen-selection-{}-{name}", process::id()));
    fs::create_dir_all(&out).expect("the temporary directory can be written");
    let request = Request {
        services: vec!["sts".to_owned(), "sqs".to_owned()],
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../models"),
        operations: Some(operations.to_owned()),
        out: out.clone(),
        ..Request::default()
    };
    let result = generate(&request);
    fs::remove_dir_all(&out).expect("the temporary directory can be removed");
    result.map_or_else(|report| report.to_string(), |_| "nothing is wrong".to_owned())
}

#[test]
fn selections() {
    for (name, operations, expected) in [
        ("right", "sts=GetCallerIdentity,AssumeRole; sqs=SendMessage", "nothing is wrong"),
        (
            "operation",
            "sts=GetCallerIdentitty",
            "BOTOCORE_OPERATIONS: sts has no operation `GetCallerIdentitty`; did you mean GetCallerIdentity?",
        ),
        (
            "case",
            "sqs=sendmessage",
            "BOTOCORE_OPERATIONS: sqs has no operation `sendmessage`; did you mean SendMessage?",
        ),
        ("far", "sqs=Frobnicate", "BOTOCORE_OPERATIONS: sqs has no operation `Frobnicate`"),
        (
            "service",
            "sns=Publish",
            "BOTOCORE_OPERATIONS: the feature of the service `sns` is not on; those that are: sqs, sts",
        ),
        (
            "form",
            "GetCallerIdentity",
            "BOTOCORE_OPERATIONS: `GetCallerIdentity` is not of the form service=Operation,Operation",
        ),
        ("nothing", "sts=", "BOTOCORE_OPERATIONS: `sts=` names no operation"),
        (
            "several",
            "sts=A sqs=B",
            "BOTOCORE_OPERATIONS: sts has no operation `A`\nBOTOCORE_OPERATIONS: sqs has no operation `B`",
        ),
    ] {
        assert_eq!(said(name, operations), expected, "{operations}");
    }
}

/// What is kept brings its pages, its waiters and what it is made of, and nothing else is emitted.
#[test]
fn kept_operations_bring_what_they_reach() {
    let out = env::temp_dir().join(format!("botocore-codegen-selection-{}-reach", process::id()));
    fs::create_dir_all(&out).expect("the temporary directory can be written");
    let request = Request {
        services: vec!["dynamodb".to_owned()],
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../models"),
        operations: Some("dynamodb=ListTables,DescribeTable".to_owned()),
        out: out.clone(),
        ..Request::default()
    };
    generate(&request).expect("the selection is right");
    let file = |name: &str| fs::read_to_string(out.join("dynamodb").join(name)).expect("the file was emitted");
    let lines_of = |name: &str, start: &str| {
        let text = file(name);
        text.lines().filter(|line| line.trim_start().starts_with(start)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines_of("paginator.rs", "impl Paged for"), ["impl Paged for operation::ListTablesInput {"]);
    assert_eq!(
        lines_of("by_name.rs", "pub(crate) const NAMES"),
        [r#"pub(crate) const NAMES: &str = "DescribeTable ListTables";"#]
    );
    assert!(file("waiter.rs").contains("pub fn wait_until_table_exists"));
    let (types, error) = (file("types.rs"), file("error.rs"));
    assert!(types.contains("pub struct TableDescription") && !types.contains("pub struct BackupDetails"));
    // Errors are the service's, as botocore's `client.exceptions` are, and may come from any operation.
    assert!(error.contains("pub type ResourceNotFoundException = "));
    fs::remove_dir_all(&out).expect("the temporary directory can be removed");
}

#[test]
fn a_service_without_a_model() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let request = Request { services: vec!["s4".to_owned()], models: models.clone(), ..Request::default() };
    let report = generate(&request).expect_err("there is no such service");
    assert_eq!(report.to_string(), format!("there is no model of the service s4 in {}", models.display()));
}

#[test]
fn a_directory_of_models_that_is_not_there() {
    let request = Request {
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../models"),
        overrides: Some("/nonexistent/models".into()),
        ..Request::default()
    };
    let report = generate(&request).expect_err("there is no such directory");
    assert_eq!(report.to_string(), "BOTOCORE_MODELS: there is no directory /nonexistent/models");
}

/// A build script runs where the crate is, not where the application is.
#[test]
fn a_directory_of_models_by_a_relative_path() {
    let request = Request {
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../models"),
        overrides: Some("models".into()),
        ..Request::default()
    };
    let report = generate(&request).expect_err("it could be anywhere");
    assert_eq!(
        report.to_string(),
        "BOTOCORE_MODELS: the path models is not absolute; in .cargo/config.toml it is written { value = \"models\", \
         relative = true }"
    );
}
