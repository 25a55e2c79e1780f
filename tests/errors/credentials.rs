//! No keys, half of them, and providers that fail.

use botocore::{ErrorKind, sts};

use crate::settings::Scratch;
use crate::{check, error, nowhere, of};

fn whoami(environment: botocore::Environment) -> botocore::Error {
    let session = of(environment.with("AWS_DEFAULT_REGION", "eu-west-1"));
    error(sts::Client::new(&session).and_then(|client| client.get_caller_identity().send()))
}

#[test]
fn none_at_all() {
    check(
        &whoami(nowhere()),
        ErrorKind::Credentials,
        0,
        "sts GetCallerIdentity: No credentials could be found: put some into the environment or a profile; these were \
         asked: env (AWS_ACCESS_KEY_ID is not set); assume-role (the profile default has no role_arn); assume-role-with-web-identity (neither \
         AWS_WEB_IDENTITY_TOKEN_FILE nor the profile default names a token file); sso (the profile default has no \
         sso_account_id); shared-credentials-file (/nonexistent/credentials has no profile default); login (the profile \
         default has no login_session); custom-process (the profile default has no credential_process); config-file \
         (/nonexistent/config has no profile default); container-role (neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
         AWS_CONTAINER_CREDENTIALS_FULL_URI is set); iam-role (AWS_EC2_METADATA_DISABLED is true).",
    );
}

#[test]
fn half_a_pair_in_the_environment() {
    check(
        &whoami(nowhere().with("AWS_ACCESS_KEY_ID", "a")),
        ErrorKind::Credentials,
        0,
        "sts GetCallerIdentity: The credentials in the environment are not complete: AWS_SECRET_ACCESS_KEY is missing.",
    );
    check(
        &whoami(nowhere().with("AWS_SECRET_ACCESS_KEY", "b")),
        ErrorKind::Credentials,
        0,
        "sts GetCallerIdentity: The credentials in the environment are not complete: AWS_ACCESS_KEY_ID is missing.",
    );
}

#[test]
fn half_a_pair_in_a_file() {
    let scratch = Scratch::new("half");
    let keys = scratch.file("credentials", "[default]\naws_access_key_id = a\n");
    check(
        &whoami(nowhere().with("AWS_SHARED_CREDENTIALS_FILE", &keys)),
        ErrorKind::Credentials,
        0,
        &format!(
            "sts GetCallerIdentity: The credentials in the profile default of {keys} are not complete: \
             aws_secret_access_key is missing."
        ),
    );
    let config = scratch.file("config", "[default]\naws_secret_access_key = b\n");
    check(
        &whoami(nowhere().with("AWS_CONFIG_FILE", &config)),
        ErrorKind::Credentials,
        0,
        &format!(
            "sts GetCallerIdentity: The credentials in the profile default of {config} are not complete: \
             aws_access_key_id is missing."
        ),
    );
}

#[test]
fn half_a_pair_in_code() {
    let session = of(nowhere().with("AWS_DEFAULT_REGION", "eu-west-1"));
    check(
        &error(session.create_client::<sts::Client>().access_key_id("a").build()),
        ErrorKind::Credentials,
        0,
        "The keys given to the client are not complete: secret_access_key is missing.",
    );
    check(
        &error(session.create_client::<sts::Client>().secret_access_key("b").build()),
        ErrorKind::Credentials,
        0,
        "The keys given to the client are not complete: access_key_id is missing.",
    );
}

#[test]
fn a_role_whose_source_is_not_there() {
    let scratch = Scratch::new("role");
    let config =
        scratch.file("config", "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = gone\n");
    check(
        &whoami(nowhere().with("AWS_CONFIG_FILE", &config).with("AWS_PROFILE", "role")),
        ErrorKind::Credentials,
        0,
        "sts GetCallerIdentity: The profile role has the source_profile gone, which does not exist.",
    );
}

#[cfg(unix)]
#[test]
fn a_process_that_fails() {
    let scratch = Scratch::new("process");
    for (command, said) in [
        (
            "/nonexistent/program",
            "the program /nonexistent/program of the profile default could not be started: No such file or directory (os \
             error 2)",
        ),
        ("sh -c 'echo no luck >&2; exit 3'", "the program sh of the profile default failed, exit status: 3: no luck"),
        ("echo '{\"Version\": 2}'", "its answer is of Version 2, and only 1 is supported"),
        ("echo text", "its answer is not JSON: expected ident at line 1 column 2"),
    ] {
        let config = scratch.file("config", &format!("[default]\ncredential_process = {command}\n"));
        check(
            &whoami(nowhere().with("AWS_CONFIG_FILE", &config)),
            ErrorKind::Credentials,
            0,
            &format!("sts GetCallerIdentity: Credentials could not be had from the credential_process: {said}"),
        );
    }
}

#[cfg(unix)]
#[test]
fn what_a_process_prints_stays_out_of_errors() {
    let scratch = Scratch::new("process-secret");
    let answer = r#"{"Version": 1, "AccessKeyId": 7, "SecretAccessKey": "hush-hush", "SessionToken": "hush-hush"}"#;
    let config = scratch.file("config", &format!("[default]\ncredential_process = echo '{answer}'\n"));
    let error = whoami(nowhere().with("AWS_CONFIG_FILE", &config));
    assert!(error.to_string().contains("AccessKeyId") && !error.to_string().contains("hush"), "{error}");
}
