//! What is done to the repository, as `cargo xtask <task>`.

mod models;
mod workspace;

use std::process::ExitCode;

type Error = Box<dyn std::error::Error>;
type Result<T> = std::result::Result<T, Error>;

const USAGE: &str = "\
Usage: cargo xtask <task>

  models <wheel or data directory> [--with-docs DIR]
      Writes models/ and the service features from botocore's data. With --with-docs
      only writes DIR: the same tree, documentation kept.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<()> {
    let Some((task, rest)) = words.split_first() else {
        return Err(USAGE.into());
    };
    match task.as_str() {
        "models" => models::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no task named `{other}`.\n\n{USAGE}").into()),
    }
}
