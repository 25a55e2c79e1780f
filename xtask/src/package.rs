//! What is published, and how large it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{cargo, root, succeed, target};
use crate::{Error, Result};

/// A package registry takes no more; see `DESIGN.md`.
const LIMIT: u64 = 10 * 1024 * 1024;

/// What is published, the generator first: the crate needs it.
const CRATES: [&str; 2] = ["botocore-codegen", "botocore"];

pub fn run(words: &[String]) -> Result<()> {
    let verify = match words {
        [] => false,
        [word] if word == "--verify" => true,
        _ => return Err("package-size takes --verify at most.".into()),
    };
    // Both crates at once: the generator is not in a registry yet when the crate is packaged.
    let mut command = cargo();
    command.args(["package", "--quiet", "--workspace", "--exclude", "xtask", "--allow-dirty", "--no-verify"]);
    succeed(&mut command)?;
    let version = version()?;
    let packages: Vec<PathBuf> = CRATES.iter().map(|name| archive(name, &version)).collect();
    packages.iter().try_for_each(|path| check(path))?;
    if verify { self::verify(&packages, &version) } else { Ok(()) }
}

fn archive(name: &str, version: &str) -> PathBuf {
    target().join("package").join(format!("{name}-{version}.crate"))
}

fn check(path: &Path) -> Result<()> {
    let size = fs::metadata(path).map_err(|error| format!("{}: {error}.", path.display()))?.len();
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    println!("{file}: {size} bytes of at most {LIMIT}");
    match size > LIMIT {
        true => Err(format!("{file} is too large to publish.").into()),
        false => Ok(()),
    }
}

/// Builds what the archives hold, the crate with the generator beside it. Cargo's own verification would take the
/// generator from where it unpacked one of the same version before, whatever that one held.
fn verify(packages: &[PathBuf], version: &str) -> Result<()> {
    let directory = target().join("verify");
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&directory)?,
    }
    for package in packages {
        succeed(Command::new("tar").arg("-xzf").arg(package).arg("-C").arg(&directory))?;
    }
    let members: Vec<String> = CRATES.iter().map(|name| format!("\"{name}-{version}\"")).collect();
    let generator = CRATES[0];
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[patch.crates-io]\n{generator} = {{ path = \"{generator}-{version}\" }}\n",
        members.join(", "),
    );
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), directory.join("Cargo.lock"))?;
    let mut command = cargo();
    command.current_dir(&directory).args(["check", "--quiet", "--workspace", "--features", "botocore/sts"]);
    command.arg("--target-dir").arg(target());
    succeed(&mut command)
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
