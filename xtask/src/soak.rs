//! Many calls from many threads to a store that goes wrong: `tests/soak`, with figures.

use crate::Result;
use crate::workspace::{cargo, succeed};

pub fn run(words: &[String]) -> Result<()> {
    let arguments = Arguments::parse(words)?;
    let mut command = cargo();
    command.args(["test", "-p", "botocore", "--features", "s3", "--test", "soak"]);
    if arguments.release {
        command.arg("--release");
    }
    command.args(["--", "--exact", "soak", "--nocapture"]);
    let Arguments { calls, threads, faults, .. } = arguments;
    command.env("BOTOCORE_SOAK", format!("{calls} {threads} {faults}"));
    succeed(&mut command)
}

#[derive(Debug, PartialEq)]
struct Arguments {
    calls: usize,
    threads: usize,
    /// Percent of requests.
    faults: usize,
    release: bool,
}

impl Arguments {
    fn parse(words: &[String]) -> Result<Self> {
        let mut arguments = Arguments { calls: 20_000, threads: 32, faults: 5, release: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let place = match word.as_str() {
                "--release" => {
                    arguments.release = true;
                    continue;
                }
                "--calls" => &mut arguments.calls,
                "--threads" => &mut arguments.threads,
                "--faults" => &mut arguments.faults,
                other => return Err(format!("soak does not know `{other}`.").into()),
            };
            let number = words.next().and_then(|number| number.parse().ok());
            *place = number.ok_or_else(|| format!("{word} wants a number."))?;
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&words)
    }

    #[test]
    fn numbers_and_their_defaults() {
        let all = Arguments { calls: 20_000, threads: 32, faults: 5, release: false };
        assert_eq!(parse("").unwrap(), all);
        let some = Arguments { calls: 10, faults: 0, release: true, ..all };
        assert_eq!(parse("--calls 10 --release --faults 0").unwrap(), some);
        assert!(parse("--calls").is_err() && parse("--calls many").is_err() && parse("10").is_err());
    }
}
