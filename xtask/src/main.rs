//! What is done to the repository, as `cargo xtask <task>`.

mod conformance;
mod dependencies;
mod differential;
mod models;
mod package;
mod python;
mod soak;
mod sweep;
mod test;
mod workspace;

use std::process::ExitCode;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

const USAGE: &str = "\
Usage: cargo xtask <task>

  test [code] [doc] [xtask] [-p PACKAGE]... [-- ARGUMENTS]
      Runs the tests of the workspace, all parts when none is named: those in code, those in
      documentation, those of xtask. Starts moto for the time of the run and hands its address
      over in BOTOCORE_TEST_MOTO. ARGUMENTS go to `cargo test` (`-- --test s3 -- get_object`).

  conformance [DIR]
      Runs the outside cases of DIR (CONFORMANCE_DIR, or ../shared/conformance) through emitted code
      and prints passed, failed and skipped cases of each suite.

  differential [--services A,B] [--cases N] [--seed N] [--direction request|response|both]
               [--sample] [--verbose] [--presign]
      Has botocore and ours make the same random calls of every operation, of all services when none
      is named, and prints what is different in requests and in what is read of answers; then a table,
      with --verbose one of each service too. A sample are the services that tests use.
      With --presign it is URLs that are made and compared, by Signature Version 4.

  features
      Prints the features that tests and lints use.

  operations
      Prints the operations that they keep of the larger services, for BOTOCORE_OPERATIONS.

  dependencies
      Checks licences and duplicate versions of the dependencies against deny.toml.

  package-size [--verify]
      Packages the crates and checks their size. With --verify also builds what was packaged.

  soak [--calls N] [--threads N] [--faults PERCENT] [--release]
      Has threads write, read, list and delete objects of a store on loopback that goes wrong now and
      then (20,000 calls, 32 threads, 5 % when nothing is said), and prints figures and claims. Fails
      when a claim does not hold: an object lost or doubled, a connection, file or thread left over,
      memory that grows, an error that is not clear.

  sweep [SERVICE]... [--sample N] [--seed N] [--jobs N]
      Checks the crate with each service alone (all when none is named) and prints a table of
      lines, CPU seconds and warnings. A sample is the ten largest services and N others that
      change from day to day, or with the seed.

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
        "test" => test::run(rest),
        "conformance" => conformance::run(rest),
        "features" => {
            println!("{}", workspace::features());
            Ok(())
        }
        "operations" => {
            println!("{}", workspace::operations());
            Ok(())
        }
        "dependencies" => dependencies::run(),
        "differential" => differential::run(rest),
        "package-size" => package::run(rest),
        "soak" => soak::run(rest),
        "sweep" => sweep::run(rest),
        "models" => models::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no task named `{other}`.\n\n{USAGE}").into()),
    }
}
