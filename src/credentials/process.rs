use std::process::{Command, Stdio};

use super::answer::{self, Names, failed};
use super::{Credentials, ProvideCredentials, command};
use crate::Session;
use crate::error::Result;

/// The command that a profile names as `credential_process`. Source: botocore's `ProcessProvider`.
#[derive(Debug)]
pub(crate) struct Process {
    session: Session,
    profile: String,
}

const SOURCE: &str = "the credential_process";

impl Process {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        Process { session, profile: profile.to_owned() }
    }
}

impl ProvideCredentials for Process {
    fn name(&self) -> &str {
        "process"
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        let Some(profile) = profiles.profiles.get(&self.profile) else { return Ok(None) };
        let Some(line) = profile.get("credential_process") else { return Ok(None) };
        let answer = answer::json(&run(line, &self.profile)?, SOURCE)?;
        if answer["Version"].as_i64() != Some(1) {
            let problem = format!("its answer is of Version {}, and only 1 is supported", answer["Version"]);
            return Err(failed(SOURCE, &problem));
        }
        let names = Names { token: "SessionToken", temporary: false };
        let credentials = answer::credentials(&answer, &names, SOURCE)?;
        Ok(Some(match (credentials.account_id(), profile.get("aws_account_id")) {
            (None, Some(account)) => credentials.with_account_id(account.clone()),
            _ => credentials,
        }))
    }

    fn why_none(&self) -> String {
        format!("the profile {} has no credential_process", self.profile)
    }
}

/// What the command writes.
fn run(line: &str, profile: &str) -> Result<String> {
    let words = command::words(line, cfg!(windows)).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| {
        failed(SOURCE, &format!("the command of the profile {profile} is empty or has an open quotation mark"))
    })?;
    let output = Command::new(&words[0]).args(&words[1..]).stdin(Stdio::inherit()).output();
    let output = output.map_err(|cause| {
        failed(SOURCE, &format!("the program {} of the profile {profile} could not be started", words[0]))
            .with_source(cause)
    })?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(failed(
            SOURCE,
            &format!("the program {} failed, {}: {}", words[0], output.status, complaint.trim()),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
