//! A Python environment with the packages of `requirements.txt`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::workspace::{self, succeed};
use crate::{Result, workspace::root};

/// The environment's interpreter; the environment is made when it is missing or out of date.
pub fn environment() -> Result<PathBuf> {
    let directory = workspace::target().join("test-python");
    let python = if cfg!(windows) { directory.join("Scripts/python.exe") } else { directory.join("bin/python") };
    let requirements = root().join("xtask/requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    // Written last, so that an installation that was broken off is made anew.
    let stamp = directory.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("Making a Python environment in {}.", directory.display());
    succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory))?;
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    fs::write(stamp, wanted)?;
    Ok(python)
}
