//! Settings and files that do not say what is needed.

use std::fs;
use std::path::PathBuf;

use botocore::{ErrorKind, s3, sqs};

use crate::{check, environment, error, nowhere, of};

/// A directory of one test's own.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("botocore-errors-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// A file with that text; its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn no_region() {
    let environment = nowhere().with("AWS_ACCESS_KEY_ID", "a").with("AWS_SECRET_ACCESS_KEY", "b");
    let client = sqs::Client::new(&of(environment)).unwrap();
    check(
        &error(client.get_queue_url("queue").send()),
        ErrorKind::Config,
        0,
        "sqs GetQueueUrl: No region is set: name one with region_name, the environment variable AWS_DEFAULT_REGION, or \
         region in the profile.",
    );
}

#[test]
fn a_region_that_is_no_host_label() {
    let session = of(environment().with("AWS_DEFAULT_REGION", "eu-west-1.evil.example/"));
    check(
        &error(sqs::Client::new(&session)),
        ErrorKind::Config,
        0,
        "The region name \"eu-west-1.evil.example/\", from the environment variable AWS_DEFAULT_REGION, is not valid: it must \
         be letters, digits and hyphens, as in eu-west-1.",
    );
}

#[test]
fn a_malformed_file() {
    let scratch = Scratch::new("malformed");
    let path = scratch.file("config", "[default]\nregion = eu-west-1\n\noutput\n");
    let session = of(nowhere().with("AWS_CONFIG_FILE", &path));
    check(
        &error(s3::Client::new(&session)),
        ErrorKind::Config,
        0,
        &format!("The file {path} could not be understood, line 4: Expected an '=' sign defining a property"),
    );
}

#[test]
fn a_file_that_is_not_text() {
    let scratch = Scratch::new("not-text");
    let path = scratch.file("config", "");
    fs::write(&path, b"[default]\nregion = \xff\xfe\n").unwrap();
    let text = error(s3::Client::new(&of(nowhere().with("AWS_CONFIG_FILE", &path)))).to_string();
    assert_eq!(text, format!("The file {path} is not UTF-8, line 2"));
}

#[test]
fn a_profile_that_is_not_there() {
    let scratch = Scratch::new("no-profile");
    let config = scratch.file("config", "[default]\nregion = eu-west-1\n[profile dev]\n");
    let credentials = scratch.file("credentials", "[ci]\n");
    let environment = nowhere()
        .with("AWS_CONFIG_FILE", &config)
        .with("AWS_SHARED_CREDENTIALS_FILE", &credentials)
        .with("AWS_PROFILE", "prod");
    check(
        &error(s3::Client::new(&of(environment))),
        ErrorKind::Config,
        0,
        &format!(
            "The profile prod could not be found: {config} and {credentials} were read, and hold default, dev, ci."
        ),
    );
}

#[test]
fn a_profile_without_any_file() {
    check(
        &error(s3::Client::new(&of(nowhere().with("AWS_PROFILE", "prod")))),
        ErrorKind::Config,
        0,
        "The profile prod could not be found: neither /nonexistent/config nor /nonexistent/credentials is there.",
    );
}

#[test]
fn settings_of_another_type() {
    for (name, value, said) in [
        ("AWS_MAX_ATTEMPTS", "many", "The environment variable AWS_MAX_ATTEMPTS is not a whole number: many"),
        (
            "AWS_RETRY_MODE",
            "eager",
            "The value \"eager\" of retry_mode, from the environment variable AWS_RETRY_MODE, is not valid: it must be one of legacy, standard, adaptive.",
        ),
        (
            "AWS_ENDPOINT_URL",
            "localhost:4566",
            "The endpoint \"localhost:4566\", from the environment variable AWS_ENDPOINT_URL, is not the URL of a host, as http://localhost:4566 or https://example.com is.",
        ),
        (
            "AWS_ENDPOINT_URL",
            "https://user:hush@example.com",
            "The endpoint \"…@example.com\", from the environment variable AWS_ENDPOINT_URL, is not the URL of a host, as http://localhost:4566 or https://example.com is.",
        ),
        (
            "AWS_ENDPOINT_URL_S3",
            "https:///bucket",
            "The endpoint \"https:///bucket\", from the environment variable AWS_ENDPOINT_URL_S3, is not the URL of a host, as http://localhost:4566 or https://example.com is.",
        ),
    ] {
        let session = of(environment().with(name, value));
        check(&error(s3::Client::new(&session)), ErrorKind::Config, 0, said);
    }
}
