//! Random calls, made by botocore and by ours: requests and what is read of answers must be the same.

mod build;
mod explained;
mod report;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::explained::Explained;
use self::report::Report;
use crate::python;
use crate::workspace::{self, root};
use crate::{Error, Result};

/// The scripts that draw, call botocore and compare; the first is the one that runs.
const SCRIPTS: [(&str, &str); 6] = [
    ("compare.py", include_str!("compare.py")),
    ("draw.py", include_str!("draw.py")),
    ("reference.py", include_str!("reference.py")),
    ("sent.py", include_str!("sent.py")),
    ("values.py", include_str!("values.py")),
    ("wire.py", include_str!("wire.py")),
];

/// Bytes of models that one program is built with: some 60 services, and what a compiler has room for.
const BATCH: u64 = 6_000_000;

pub fn run(words: &[String]) -> Result<()> {
    let arguments = Arguments::parse(words)?;
    let all = services()?;
    let whole = arguments.services.is_empty() && !arguments.sample;
    let chosen = arguments.choose(&all)?;
    let python = python::environment()?;
    let scripts = workspace::target().join("differential/scripts");
    fs::create_dir_all(&scripts)?;
    for (name, text) in SCRIPTS {
        fs::write(scripts.join(name), text)?;
    }
    let mut report = Report::new(Explained::read(include_str!("explained.toml"))?, arguments.verbose);
    let found = workspace::target().join("differential/differences.jsonl");
    let mut lines = BufWriter::new(File::create(&found)?);
    let batches = batches(&chosen);
    for (number, batch) in batches.iter().enumerate() {
        eprintln!("Batch {} of {}: {} services.", number + 1, batches.len(), batch.len());
        let program = build::build(batch)?;
        compare(&python, &scripts.join(SCRIPTS[0].0), &program, batch, &arguments, &mut |line| {
            writeln!(lines, "{line}")?;
            report.take(&serde_json::from_str(line)?)
        })?;
    }
    lines.flush()?;
    println!("All that was found, explained or not, is in {}.", found.display());
    report.finish(whole && arguments.is_default())
}

/// Has the script draw, call and compare, and hands over the lines of what it finds.
fn compare(
    python: &Path,
    script: &Path,
    program: &Path,
    services: &[String],
    arguments: &Arguments,
    take: &mut dyn FnMut(&str) -> Result<()>,
) -> Result<()> {
    let mut command = Command::new(python);
    command.arg(script).arg("--ours").arg(program);
    command.args(["--cases", &arguments.cases.to_string(), "--seed", &arguments.seed.to_string()]);
    command.args(["--direction", &arguments.direction]);
    if arguments.presign {
        command.arg("--presign");
    }
    command.args(services);
    command.stdout(Stdio::piped());
    let mut process = command.spawn()?;
    let output = process.stdout.take().ok_or("the script has no output.")?;
    for line in BufReader::new(output).lines() {
        take(&line?)?;
    }
    match process.wait()?.success() {
        true => Ok(()),
        false => Err("the comparison stopped; its message stands above.".into()),
    }
}

#[derive(Debug, PartialEq)]
struct Arguments {
    services: Vec<String>,
    cases: u64,
    seed: u64,
    direction: String,
    verbose: bool,
    sample: bool,
    /// URLs in place of calls.
    presign: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments {
            services: Vec::new(),
            cases: 5,
            seed: 1,
            direction: "both".to_owned(),
            verbose: false,
            sample: false,
            presign: false,
        }
    }
}

impl Arguments {
    fn parse(words: &[String]) -> Result<Self> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| Error::from(format!("{word} wants a value.")));
            match word.as_str() {
                "--services" => arguments.services = value()?.split(',').map(str::to_owned).collect(),
                "--cases" => arguments.cases = value()?.parse()?,
                "--seed" => arguments.seed = value()?.parse()?,
                "--direction" => arguments.direction = value()?.clone(),
                "--verbose" => arguments.verbose = true,
                "--sample" => arguments.sample = true,
                "--presign" => arguments.presign = true,
                word => return Err(format!("differential does not know `{word}`.").into()),
            }
        }
        match arguments.direction.as_str() {
            "request" | "response" | "both" => Ok(arguments),
            other => Err(format!("the direction is request, response or both, not `{other}`.").into()),
        }
    }

    /// Whether the run is the one that the list of explained differences belongs to.
    fn is_default(&self) -> bool {
        let default = Self::default();
        (self.cases, self.seed, &self.direction, self.presign)
            == (default.cases, default.seed, &default.direction, default.presign)
    }

    fn choose<'a>(&self, all: &'a [(String, u64)]) -> Result<Vec<&'a (String, u64)>> {
        let sample: Vec<String> = workspace::SERVICES.iter().map(|name| (*name).to_owned()).collect();
        let wanted = if self.sample { &sample } else { &self.services };
        if let Some(name) = wanted.iter().find(|name| all.iter().all(|(known, _)| known != *name)) {
            return Err(format!("models/ has no service named `{name}`.").into());
        }
        Ok(all.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name)).collect())
    }
}

/// The services of models/, each with the bytes of its files.
fn services() -> Result<Vec<(String, u64)>> {
    let mut services = Vec::new();
    for entry in fs::read_dir(root().join("models"))? {
        let path = entry?.path();
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            services.push((name, size(&path)?));
        }
    }
    services.sort();
    Ok(services)
}

fn size(directory: &PathBuf) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// Services in groups that are built together.
fn batches(services: &[&(String, u64)]) -> Vec<Vec<String>> {
    let mut batches: Vec<Vec<String>> = Vec::new();
    let mut bytes = BATCH;
    for (name, size) in services {
        if bytes + size > BATCH {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(batch) = batches.last_mut() {
            batch.push(name.clone());
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&words)
    }

    #[test]
    fn options_are_read() {
        let arguments = parse("--services s3,sqs --cases 9 --seed 4 --direction request --verbose").unwrap();
        assert_eq!(arguments.services, ["s3", "sqs"]);
        assert_eq!((arguments.cases, arguments.seed, arguments.direction.as_str()), (9, 4, "request"));
        assert!(!arguments.is_default() && parse("--verbose").unwrap().is_default());
        assert!(parse("--cases").is_err() && parse("--cases x").is_err() && parse("s3").is_err());
        assert!(parse("--direction sideways").is_err());
        assert!(parse("--presign").unwrap().presign && !parse("--presign").unwrap().is_default());
    }

    #[test]
    fn services_are_known() {
        let all = [("a".to_owned(), 1), ("b".to_owned(), 1)];
        assert_eq!(parse("").unwrap().choose(&all).unwrap().len(), 2);
        assert_eq!(parse("--services b").unwrap().choose(&all).unwrap(), [&all[1]]);
        assert!(parse("--services c").unwrap().choose(&all).is_err());
    }

    #[test]
    fn batches_have_a_bound() {
        let all: Vec<_> = (0..5).map(|n| (n.to_string(), BATCH / 2)).chain([("x".to_owned(), 3 * BATCH)]).collect();
        let batches = batches(&all.iter().collect::<Vec<_>>());
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1, 1]);
    }
}
