//! Checks the crate with one service and measures that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workspace::{cargo, succeed, target};
use crate::{Error, Result};

/// What one service, or several together, cost.
#[derive(Debug, Default)]
pub struct Cost {
    /// Lines of Rust emitted.
    pub lines: usize,
    /// User and system time of the generator and the compiler; dependencies are built before.
    pub seconds: Option<f64>,
    pub warnings: usize,
}

impl Cost {
    pub fn add(&mut self, other: &Cost) {
        self.lines += other.lines;
        self.seconds = match (self.seconds, other.seconds) {
            (mine, None) => mine,
            (mine, Some(seconds)) => Some(mine.unwrap_or_default() + seconds),
        };
        self.warnings += other.warnings;
    }
}

pub enum Outcome {
    Checked(Cost),
    /// With what the compiler said first.
    Failed(String),
}

impl Outcome {
    pub fn is_clean(&self) -> bool {
        matches!(self, Self::Checked(cost) if cost.warnings == 0)
    }
}

/// A target directory for one check at a time.
pub struct Place {
    directory: PathBuf,
}

impl Place {
    /// Makes the directory and builds the dependencies in it.
    pub fn prepare(job: usize) -> Result<Self> {
        let directory = target().join("sweep").join(job.to_string());
        fs::create_dir_all(&directory)?;
        let place = Self { directory };
        let mut command = cargo();
        command.args(ARGUMENTS).arg("--quiet").args(place.target());
        succeed(command.env("CARGO_INCREMENTAL", "0"))?;
        Ok(place)
    }

    fn target(&self) -> [&std::ffi::OsStr; 2] {
        ["--target-dir".as_ref(), self.directory.as_os_str()]
    }

    /// Removes what the service before left (gigabytes, for all) and has the next one measured anew. `cargo clean` would
    /// take the generator along, whose name begins alike.
    fn forget(&self) -> Result<()> {
        for part in [".fingerprint", "build", "deps"] {
            for entry in fs::read_dir(self.directory.join("debug").join(part))? {
                let path = entry?.path();
                match path.file_name().is_some_and(|name| is_of_the_crate(&name.to_string_lossy())) {
                    true if path.is_dir() => fs::remove_dir_all(path)?,
                    true => fs::remove_file(path)?,
                    false => {}
                }
            }
        }
        Ok(())
    }

    pub fn check(&self, service: &str) -> Result<Outcome> {
        self.forget()?;
        let times = self.directory.join("times");
        let mut check = cargo();
        check
            .args(ARGUMENTS)
            .args(["--message-format", "json", "--features", service])
            .env("CARGO_INCREMENTAL", "0")
            .args(self.target());
        let output = timed(&check, &times).stderr(Stdio::piped()).output()?;
        let messages = Messages::read(&output.stdout);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Ok(Outcome::Failed(messages.error.unwrap_or(said)));
        }
        let out = messages.out_dir.ok_or("cargo did not say where the generator writes.")?;
        Ok(Outcome::Checked(Cost {
            lines: emitted_lines(&out, service)?,
            seconds: fs::read_to_string(times).ok().and_then(|text| seconds(&text)),
            warnings: messages.warnings,
        }))
    }
}

/// Whether cargo made a file of that name for the crate itself: `botocore-<hash>`, `libbotocore-<hash>.rmeta`.
fn is_of_the_crate(name: &str) -> bool {
    let hash = name.strip_prefix("lib").unwrap_or(name).strip_prefix("botocore-");
    hash.and_then(|hash| hash.split('.').next()).is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit()))
}

const ARGUMENTS: [&str; 4] = ["check", "-p", "botocore", "--no-default-features"];

/// The command inside a shell that writes the processor time of what it ran to a file.
fn timed(command: &Command, file: &Path) -> Command {
    let script = r#"file=$1; shift; "$@"; code=$?; times >"$file"; exit $code"#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(file);
    shell.arg(command.get_program()).args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        shell.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// The seconds in the output of the shell's `times`: its own line, then that of its children, each user and system.
fn seconds(times: &str) -> Option<f64> {
    let children = times.lines().nth(1)?.split_whitespace();
    children
        .map(|time| {
            let (minutes, seconds) = time.trim_end_matches('s').split_once('m')?;
            Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
        })
        .sum()
}

/// What cargo said of the crate.
#[derive(Default)]
struct Messages {
    out_dir: Option<PathBuf>,
    warnings: usize,
    error: Option<String>,
}

impl Messages {
    fn read(output: &[u8]) -> Self {
        let mut messages = Self::default();
        for line in String::from_utf8_lossy(output).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            messages.take(&message);
        }
        messages
    }

    fn take(&mut self, message: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match message["reason"].as_str() {
            Some("build-script-executed") if is_ours(message) => {
                self.out_dir = text(&message["out_dir"]).map(PathBuf::from);
            }
            Some("compiler-message") => match message["message"]["level"].as_str() {
                // The compiler's count of warnings comes as one more, without a place.
                Some("warning") if message["message"]["spans"] != Value::Array(Vec::new()) => {
                    self.warnings += 1;
                }
                Some("error") if self.error.is_none() => {
                    self.error = text(&message["message"]["rendered"]);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// Whether a message speaks of the crate `botocore` itself: of a `path+file:///…#botocore@0.1.0`, where the name is
/// left out when the directory has it too.
fn is_ours(message: &Value) -> bool {
    let id = message["package_id"].as_str().unwrap_or_default();
    id.starts_with("path+") && (id.contains("#botocore@") || (id.contains("/botocore#") && !id.contains('@')))
}

/// The lines of a service's module: `<module>.rs`, or everything in the folder `<module>`.
fn emitted_lines(out: &Path, service: &str) -> Result<usize> {
    let module = service.replace(['-', '.'], "_");
    let (file, folder) = (out.join(format!("{module}.rs")), out.join(&module));
    if !file.exists() && !folder.exists() {
        return Err(Error::from(format!("{} has no module `{module}`.", out.display())));
    }
    let mut lines = 0;
    if file.exists() {
        lines += fs::read_to_string(file)?.lines().count();
    }
    if folder.exists() {
        lines += lines_below(&folder)?;
    }
    Ok(lines)
}

fn lines_below(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            lines += lines_below(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += fs::read_to_string(path)?.lines().count();
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_children_are_added() {
        assert_eq!(seconds("0m0.01s 0m0.02s\n1m1.500s 0m0.250s\n"), Some(61.75));
        assert_eq!(seconds("nonsense"), None);
    }

    #[test]
    fn the_generator_is_not_the_crate() {
        assert!(["botocore-3c011ef124ac0d29", "libbotocore-f1bc3a0104668762.rmeta"].into_iter().all(is_of_the_crate));
        let others =
            ["botocore-codegen-62a3f750429aab52", "libbotocore_codegen-62a3.rlib", "libc-0a.rmeta", "botocore"];
        assert!(!others.into_iter().any(is_of_the_crate));
    }

    #[test]
    fn commands_are_timed_and_keep_their_verdict() {
        let file = target().join(format!("times-{}", std::process::id()));
        fs::create_dir_all(target()).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; exit 3"]);
        let status = timed(&command, &file).status().unwrap();
        assert_eq!(status.code(), Some(3));
        let text = fs::read_to_string(&file).unwrap();
        fs::remove_file(file).unwrap();
        assert!(seconds(&text).unwrap() > 0.0, "{text}");
    }

    #[test]
    fn messages_of_the_crate_are_counted() {
        let output = br#"{"reason":"build-script-executed","package_id":"path+file:///x#botocore@0.1.0","out_dir":"/o"}
{"reason":"build-script-executed","package_id":"registry+https://x#ring@0.17.0","out_dir":"/other"}
{"reason":"compiler-message","message":{"level":"warning","spans":[{}],"rendered":"w"}}
{"reason":"compiler-message","message":{"level":"warning","spans":[],"rendered":"1 warning"}}
{"reason":"compiler-message","message":{"level":"error","spans":[{}],"rendered":"first"}}
{"reason":"compiler-message","message":{"level":"error","spans":[],"rendered":"second"}}
"#;
        let messages = Messages::read(output);
        assert_eq!(messages.out_dir.as_deref(), Some(Path::new("/o")));
        assert_eq!(messages.warnings, 1);
        assert_eq!(messages.error.as_deref(), Some("first"));
        assert!(is_ours(&serde_json::json!({ "package_id": "path+file:///a/botocore#0.1.0" })));
    }

    #[test]
    fn lines_are_counted_below_the_module() {
        let out = target().join(format!("lines-{}", std::process::id()));
        fs::create_dir_all(out.join("lex_models/deep")).unwrap();
        fs::write(out.join("lex_models/mod.rs"), "a\nb\n").unwrap();
        fs::write(out.join("lex_models/deep/x.rs"), "c\n").unwrap();
        fs::write(out.join("lex_models/x.bin"), "d\n").unwrap();
        assert_eq!(emitted_lines(&out, "lex-models").unwrap(), 3);
        assert!(emitted_lines(&out, "lex").is_err());
        fs::remove_dir_all(out).unwrap();
    }
}
