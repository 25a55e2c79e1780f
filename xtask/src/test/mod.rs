//! Runs the tests of the workspace beside a moto server.

mod moto;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use self::moto::Moto;
use crate::python;
use crate::workspace::{self, cargo, succeed};
use crate::{Error, Result};

pub fn run(words: &[String]) -> Result<()> {
    let arguments = Arguments::parse(words)?;
    let mut failures: Vec<Error> = Vec::new();
    if arguments.runs(Part::Code) || arguments.runs(Part::Doc) {
        let python = python::environment()?;
        let moto = Moto::start(&python)?;
        let environment = Environment::new(&moto, python)?;
        for part in [Part::Code, Part::Doc] {
            if arguments.runs(part) {
                failures.extend(succeed(&mut environment.command(part, &arguments)).err());
            }
        }
    }
    if arguments.runs(Part::Xtask) {
        // Apart from the others: together, its dependencies' features would reach the crate, and
        // what is tested would not be what a user builds.
        failures.extend(succeed(cargo().args(["test", "-p", "xtask"])).err());
    }
    let lines: Vec<String> = failures.iter().map(ToString::to_string).collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(lines.join("\n").into()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Code,
    Doc,
    Xtask,
}

#[derive(Debug, Default, PartialEq)]
struct Arguments {
    parts: Vec<Part>,
    packages: Vec<String>,
    rest: Vec<String>,
}

impl Arguments {
    fn parse(words: &[String]) -> Result<Self> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "code" => arguments.parts.push(Part::Code),
                "doc" => arguments.parts.push(Part::Doc),
                "xtask" => arguments.parts.push(Part::Xtask),
                "-p" => {
                    let package = words.next().ok_or("-p wants the name of a package.")?;
                    arguments.packages.push(package.clone());
                }
                "--" => arguments.rest = words.by_ref().cloned().collect(),
                other => return Err(format!("test does not know `{other}`.").into()),
            }
        }
        Ok(arguments)
    }

    /// Whether a part was named, or goes without saying.
    fn runs(&self, part: Part) -> bool {
        match (self.parts.is_empty(), part) {
            (false, part) => self.parts.contains(&part),
            (true, Part::Code) => true,
            (true, Part::Doc) => self.rest.is_empty(),
            (true, Part::Xtask) => self.rest.is_empty() && self.packages.is_empty(),
        }
    }
}

/// What tests find around them: moto, test credentials, and nothing of the person who runs them.
struct Environment {
    variables: Vec<(&'static str, String)>,
    removed: Vec<String>,
}

impl Environment {
    fn new(moto: &Moto, python: PathBuf) -> Result<Self> {
        let empty = workspace::target().join("empty-aws-config");
        fs::write(&empty, "")?;
        let conformance = env::var("CONFORMANCE_DIR").unwrap_or_else(|_| {
            let path = workspace::root().join("../shared/conformance");
            path.display().to_string()
        });
        let variables = vec![
            ("BOTOCORE_TEST_MOTO", moto.address().to_owned()),
            ("BOTOCORE_TEST_PYTHON", python.display().to_string()),
            ("CONFORMANCE_DIR", conformance),
            ("AWS_ACCESS_KEY_ID", "testing".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "testing".to_owned()),
            ("AWS_SESSION_TOKEN", "testing".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_CONFIG_FILE", empty.display().to_string()),
            ("AWS_SHARED_CREDENTIALS_FILE", empty.display().to_string()),
            ("NO_PROXY", "127.0.0.1,localhost".to_owned()),
            ("no_proxy", "127.0.0.1,localhost".to_owned()),
        ];
        let removed = env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with("AWS_") || name.starts_with("BOTO"))
            .collect();
        Ok(Self { variables, removed })
    }

    fn command(&self, part: Part, arguments: &Arguments) -> Command {
        let mut command = cargo();
        command.args(["test", "--no-fail-fast"]);
        if arguments.packages.is_empty() {
            command.args(["--workspace", "--exclude", "xtask"]);
        }
        for package in &arguments.packages {
            command.args(["-p", package]);
        }
        if arguments.packages.is_empty() || arguments.packages.iter().any(|p| p == "botocore") {
            command.args(["--features", &workspace::features()]);
            command.env("BOTOCORE_OPERATIONS", workspace::operations());
        }
        match part {
            Part::Doc => drop(command.arg("--doc")),
            // A person who chooses targets after `--` has chosen.
            _ if chooses_targets(&arguments.rest) => {}
            _ => drop(command.args(["--lib", "--bins", "--tests", "--examples"])),
        }
        command.args(&arguments.rest);
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().cloned());
        command
    }
}

fn chooses_targets(rest: &[String]) -> bool {
    rest.iter().take_while(|word| *word != "--").any(|word| word.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Arguments {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&words).unwrap()
    }

    #[test]
    fn all_parts_run_when_none_is_named() {
        let arguments = parse("");
        assert!([Part::Code, Part::Doc, Part::Xtask].map(|part| arguments.runs(part)) == [true; 3]);
    }

    #[test]
    fn named_parts_run_alone() {
        let arguments = parse("doc -p botocore");
        assert!(arguments.runs(Part::Doc) && !arguments.runs(Part::Code));
        assert_eq!(arguments.packages, ["botocore"]);
    }

    #[test]
    fn a_choice_of_tests_runs_code_only() {
        let arguments = parse("-- --test s3 -- get");
        assert!(arguments.runs(Part::Code) && !arguments.runs(Part::Doc));
        assert!(!arguments.runs(Part::Xtask));
        assert_eq!(arguments.rest, ["--test", "s3", "--", "get"]);
        assert!(chooses_targets(&arguments.rest));
        assert!(!chooses_targets(&parse("-- get -- --nocapture").rest));
    }

    #[test]
    fn unknown_words_are_refused() {
        assert!(Arguments::parse(&["docs".to_owned()]).is_err());
        assert!(Arguments::parse(&["-p".to_owned()]).is_err());
    }
}
