//! Sends the outside cases through emitted code and through the rooms of the runtime, and counts what passes.

mod models;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use self::models::Plan;
use crate::Result;
use crate::workspace::{self, cargo};

pub fn run(words: &[String]) -> Result<()> {
    let directory = match words {
        [] => env::var_os("CONFORMANCE_DIR")
            .map_or_else(|| workspace::root().join("../shared/conformance"), PathBuf::from),
        [directory] => PathBuf::from(directory),
        _ => return Err("conformance takes one directory at most.".into()),
    };
    let directory = directory.canonicalize().map_err(|error| format!("{}: {error}.", directory.display()))?;
    let work = workspace::target().join("conformance");
    let plan = Plan::make(&directory, &work)?;
    let binary = build(&plan)?;
    let (said, succeeded) = test(&binary, &directory)?;
    let suites = sum(&said);
    report(&directory, &suites)?;
    let failed: usize = suites.values().map(|counts| counts[1]).sum();
    match succeeded && failed == 0 {
        true => Ok(()),
        false => Err(format!("{failed} cases failed, or a test without cases did; their messages stand above.").into()),
    }
}

/// Builds the unit tests with everything that the cases name emitted; gives their program.
fn build(plan: &Plan) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["test", "--lib", "--no-run", "--message-format=json-render-diagnostics", "--features"]);
    command.arg(plan.features());
    command.env("BOTOCORE_MODELS", &plan.models);
    command.env("BOTOCORE_OPERATIONS", plan.operations());
    command.env("BOTOCORE_CONFORMANCE", &plan.table);
    // Warnings are for other tasks; here they would be read hundreds of times.
    command.arg("--quiet");
    let messages = workspace::text(&mut command)?;
    let programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_library = message["target"]["name"] == "botocore" && message["profile"]["test"] == true;
        message["executable"].as_str().filter(|_| is_library).map(PathBuf::from)
    });
    programs.last().ok_or_else(|| "cargo built no program of tests.".into())
}

/// What the tests say, and whether all passed.
fn test(binary: &Path, directory: &Path) -> Result<(String, bool)> {
    let mut command = std::process::Command::new(binary);
    command.current_dir(workspace::root()).args(["--nocapture", "--test-threads=2"]);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("AWS_") || name.starts_with("BOTO") {
            command.env_remove(&*name);
        }
    }
    command.env("CONFORMANCE_DIR", directory).env("AWS_EC2_METADATA_DISABLED", "true");
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let problems = String::from_utf8_lossy(&output.stderr).into_owned();
    fs::write(workspace::target().join("conformance/log"), format!("{said}\n{problems}"))?;
    if !output.status.success() {
        eprintln!("{problems}");
        said.lines()
            .filter(|line| line.starts_with("test ") && line.ends_with("FAILED"))
            .for_each(|line| eprintln!("{line}"));
    }
    Ok((said, output.status.success()))
}

/// Passed, failed and skipped cases of each suite, of which several tests may have had a part.
fn sum(said: &str) -> BTreeMap<String, [usize; 3]> {
    let mut suites: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (name, counts) in said.lines().filter_map(read) {
        let sum = suites.entry(name).or_default();
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    suites
}

/// `NAME: 3 passed, 0 failed, 1 skipped`, which other output may stand before.
fn read(line: &str) -> Option<(String, [usize; 3])> {
    let (name, rest) = line.split_once(": ")?;
    let [passed, failed, skipped] = *rest.split(", ").collect::<Vec<_>>() else { return None };
    let count = |text: &str, word: &str| text.strip_suffix(word)?.trim_end().parse().ok();
    let name = name.rsplit(' ').next()?.to_owned();
    Some((name, [count(passed, "passed")?, count(failed, "failed")?, count(skipped, "skipped")?]))
}

/// Prints the suites in the order of `counts.json`, where there is one, and complains of those that nothing ran.
fn report(directory: &Path, suites: &BTreeMap<String, [usize; 3]>) -> Result<()> {
    let mut order: Vec<String> = Vec::new();
    if let Ok(bytes) = fs::read(directory.join("counts.json")) {
        let counts: serde_json::Value = serde_json::from_slice(&bytes)?;
        order.extend(counts["suites"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
    }
    order.extend(suites.keys().filter(|name| !order.contains(name)).cloned().collect::<Vec<_>>());
    let mut total = [0; 3];
    for name in order {
        match suites.get(&name) {
            Some(counts) => {
                println!("{name}: {} passed, {} failed, {} skipped", counts[0], counts[1], counts[2]);
                total.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
            }
            None => println!("{name}: not run"),
        }
    }
    println!("total: {} passed, {} failed, {} skipped", total[0], total[1], total[2]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_suite_are_summed() {
        let said = "a: 1 passed, 0 failed, 2 skipped\ntest x ... a: 2 passed, 1 failed, 0 skipped\nb: 3 passed\n";
        assert_eq!(sum(said), BTreeMap::from([("a".to_owned(), [3, 1, 2])]));
    }
}
