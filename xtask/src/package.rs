//! What is published, and how large it is.

use std::fs;

use crate::workspace::{cargo, succeed, target};
use crate::{Error, Result};

/// A package registry takes no more; see `DESIGN.md`.
const LIMIT: u64 = 10 * 1024 * 1024;

pub fn run(words: &[String]) -> Result<()> {
    let mut command = cargo();
    // Both crates at once: the generator is not in a registry yet when the crate is packaged.
    command.args(["package", "--quiet", "--workspace", "--exclude", "xtask"]);
    command.arg("--allow-dirty");
    match words {
        [] => drop(command.arg("--no-verify")),
        [word] if word == "--verify" => drop(command.args(["--features", "botocore/sts"])),
        _ => return Err("package-size takes --verify at most.".into()),
    }
    succeed(&mut command)?;
    for name in ["botocore", "botocore-codegen"] {
        check(name)?;
    }
    Ok(())
}

fn check(name: &str) -> Result<()> {
    let file = format!("{name}-{}.crate", version()?);
    let path = target().join("package").join(&file);
    let size = fs::metadata(&path).map_err(|error| format!("{}: {error}.", path.display()))?.len();
    println!("{file}: {size} bytes of at most {LIMIT}");
    match size > LIMIT {
        true => Err(format!("{file} is too large to publish.").into()),
        false => Ok(()),
    }
}

/// The version the crates share.
fn version() -> Result<String> {
    let path = crate::workspace::root().join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(&path)?.parse()?;
    manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("package")?.get("version")?.as_str())
        .map(str::to_owned)
        .ok_or_else(|| Error::from(format!("{} names no version.", path.display())))
}
