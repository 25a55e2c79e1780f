//! Checks the crate with each service alone, and tells what each costs.

mod check;
mod sample;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use std::thread;

use self::check::{Cost, Outcome, Place};
use crate::{Result, workspace};

pub fn run(words: &[String]) -> Result<()> {
    let arguments = Arguments::parse(words)?;
    let models = workspace::root().join("models");
    let services = sample::services(&models)?;
    let chosen = arguments.choose(&services)?;
    println!("{HEADER}");
    let outcomes = check_all(chosen, arguments.jobs)?;
    println!("{}", total(&outcomes));
    let bad: Vec<&str> =
        outcomes.iter().filter(|(_, outcome)| !outcome.is_clean()).map(|(service, _)| service.as_str()).collect();
    match bad.is_empty() {
        true => Ok(()),
        false => Err(format!("not clean: {}.", bad.join(", ")).into()),
    }
}

#[derive(Debug, Default, PartialEq)]
struct Arguments {
    names: Vec<String>,
    sample: Option<usize>,
    seed: Option<u64>,
    jobs: usize,
}

impl Arguments {
    fn parse(words: &[String]) -> Result<Self> {
        let mut arguments = Self { jobs: 1, ..Self::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut number = || -> Result<u64> {
                let value = words.next().and_then(|value| value.parse().ok());
                value.ok_or_else(|| format!("{word} wants a number.").into())
            };
            match word.as_str() {
                "--sample" => arguments.sample = Some(number()? as usize),
                "--seed" => arguments.seed = Some(number()?),
                "--jobs" => arguments.jobs = number()?.max(1) as usize,
                word if word.starts_with('-') => {
                    return Err(format!("sweep does not know `{word}`.").into());
                }
                name => arguments.names.push(name.to_owned()),
            }
        }
        Ok(arguments)
    }

    fn choose(&self, services: &[sample::Service]) -> Result<Vec<String>> {
        let known: BTreeSet<&str> = services.iter().map(|s| s.name.as_str()).collect();
        if let Some(name) = self.names.iter().find(|name| !known.contains(name.as_str())) {
            return Err(format!("models/ has no service named `{name}`.").into());
        }
        Ok(match (self.names.is_empty(), self.sample) {
            (false, _) => self.names.clone(),
            (true, Some(count)) => sample::sample(services, count, self.seed),
            (true, None) => known.into_iter().map(str::to_owned).collect(),
        })
    }
}

/// Checks each service, with as many at a time as there are jobs, and prints a line for each when it is done.
fn check_all(services: Vec<String>, jobs: usize) -> Result<Vec<(String, Outcome)>> {
    let queue = Mutex::new(VecDeque::from(services));
    let done = Mutex::new(Vec::new());
    let next = || queue.lock().ok()?.pop_front();
    let work = |job: usize| -> Result<()> {
        let place = Place::prepare(job)?;
        while let Some(service) = next() {
            let outcome = place.check(&service)?;
            println!("{}", line(&service, &outcome));
            if let Ok(mut done) = done.lock() {
                done.push((service, outcome));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs)
            .map(|job| {
                scope.spawn({
                    let work = &work;
                    move || work(job)
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err("a worker stopped.".into())))
    })?;
    Ok(done.into_inner().unwrap_or_default())
}

const HEADER: &str = "service                                      lines    check s  warnings";

fn line(service: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Checked(cost) => row(service, cost),
        Outcome::Failed(message) => format!("{service:<40}  failed\n{message}"),
    }
}

fn row(name: &str, cost: &Cost) -> String {
    let seconds = cost.seconds.map_or("-".to_owned(), |s| format!("{s:.2}"));
    format!("{name:<40} {:>9} {seconds:>10} {:>9}", cost.lines, cost.warnings)
}

fn total(outcomes: &[(String, Outcome)]) -> String {
    let mut sum = Cost::default();
    let mut failed = 0;
    for (_, outcome) in outcomes {
        match outcome {
            Outcome::Checked(cost) => sum.add(cost),
            Outcome::Failed(_) => failed += 1,
        }
    }
    let name = format!("{} services, {failed} failed", outcomes.len());
    row(&name, &sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&words)
    }

    fn services() -> Vec<sample::Service> {
        let service = |(name, size)| sample::Service { name, size };
        let all = (0..30).map(|n| (format!("s{n:02}"), 100 - n));
        all.map(service).collect()
    }

    #[test]
    fn names_and_options_are_read() {
        let arguments = parse("s3 --jobs 2 sqs --seed 7").unwrap();
        assert_eq!(arguments.names, ["s3", "sqs"]);
        assert_eq!((arguments.jobs, arguments.seed), (2, Some(7)));
        assert!(parse("--jobs").is_err());
        assert!(parse("--job 2").is_err());
    }

    #[test]
    fn all_services_are_chosen_when_none_is_named() {
        let chosen = |line: &str| parse(line).unwrap().choose(&services());
        assert_eq!(chosen("").unwrap().len(), 30);
        assert_eq!(chosen("s03 s01").unwrap(), ["s03", "s01"]);
        assert!(chosen("s3").is_err());
        assert_eq!(chosen("--sample 4").unwrap().len(), 14);
    }

    #[test]
    fn the_total_counts_failures_apart() {
        let cost = |lines| Cost { lines, seconds: Some(1.5), warnings: 1 };
        let outcomes = [
            ("a".to_owned(), Outcome::Checked(cost(10))),
            ("b".to_owned(), Outcome::Failed("e".to_owned())),
            ("c".to_owned(), Outcome::Checked(cost(20))),
        ];
        let total = total(&outcomes);
        assert!(total.starts_with("3 services, 1 failed"), "{total}");
        let words: Vec<&str> = total.split_whitespace().skip(4).collect();
        assert_eq!(words, ["30", "3.00", "2"]);
    }
}
