//! What came of the cases, as a table.

use std::collections::BTreeMap;

use serde_json::Value;

use super::explained::{Difference, Explained};
use crate::Result;

/// Of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    cases: u64,
    same: u64,
    meaning: u64,
    explained: u64,
    different: u64,
}

#[derive(Clone, Debug, Default)]
struct Row {
    services: u64,
    operations: u64,
    directions: [Counts; 2],
}

pub struct Report {
    explained: Explained,
    verbose: bool,
    protocols: BTreeMap<String, Row>,
    services: BTreeMap<String, Row>,
    /// The case whose differences come in, whether one of them is unexplained, and whether one is explained.
    case: (String, usize, [bool; 2]),
    /// Of the present service: cases by the heaviest of their differences.
    weighed: [(u64, u64); 2],
    printed: BTreeMap<String, u64>,
}

/// Lines printed of one sort of difference.
const PRINTED: u64 = 3;

impl Report {
    pub fn new(explained: Explained, verbose: bool) -> Self {
        Report {
            explained,
            verbose,
            protocols: BTreeMap::new(),
            services: BTreeMap::new(),
            case: Default::default(),
            weighed: Default::default(),
            printed: BTreeMap::new(),
        }
    }

    /// Takes a line of the comparison: a difference, or the counts at a service's end.
    pub fn take(&mut self, line: &Value) -> Result<()> {
        match line.get("counts") {
            Some(counts) => self.end(line, counts),
            None => self.difference(line),
        }
        Ok(())
    }

    fn difference(&mut self, line: &Value) {
        let text = |name: &str| line[name].as_str().unwrap_or_default();
        if text("weight") != "different" {
            return;
        }
        let direction = usize::from(text("direction") == "response");
        if (self.case.0.as_str(), self.case.1) != (text("case"), direction) {
            self.weigh();
            self.case = (text("case").to_owned(), direction, [false; 2]);
        }
        let difference = Difference {
            protocol: text("protocol"),
            service: text("service"),
            operation: text("operation"),
            direction: text("direction"),
            place: text("place"),
            what: text("what"),
        };
        let explained = self.explained.explains(&difference);
        self.case.2[usize::from(explained)] = true;
        if !explained {
            self.print(&difference, text("case"));
        }
    }

    fn print(&mut self, difference: &Difference<'_>, case: &str) {
        let place = difference.place.split(['.', '[']).next().unwrap_or_default();
        let sort = format!("{} {} {place}", difference.service, difference.direction);
        let printed = self.printed.entry(sort).or_default();
        *printed += 1;
        if *printed <= PRINTED || self.verbose {
            println!("{case} {}: {}: {}", difference.direction, difference.place, difference.what);
        }
    }

    /// Counts the case that is over.
    fn weigh(&mut self) {
        let (_, direction, [different, explained]) = std::mem::take(&mut self.case);
        self.weighed[direction].0 += u64::from(different);
        self.weighed[direction].1 += u64::from(explained && !different);
    }

    fn end(&mut self, line: &Value, counts: &Value) {
        self.weigh();
        let weighed = std::mem::take(&mut self.weighed);
        let count = |direction: &str, name: &str| counts[direction][name].as_u64().unwrap_or_default();
        let mut row =
            Row { services: 1, operations: line["operations"].as_u64().unwrap_or_default(), ..Row::default() };
        for (index, direction) in ["request", "response"].into_iter().enumerate() {
            row.directions[index] = Counts {
                cases: count(direction, "cases"),
                same: count(direction, "same"),
                meaning: count(direction, "meaning"),
                explained: weighed[index].1,
                different: weighed[index].0,
            };
        }
        self.protocols.entry(line["protocol"].as_str().unwrap_or_default().to_owned()).or_default().add(&row);
        self.services.insert(line["service"].as_str().unwrap_or_default().to_owned(), row);
    }

    /// Prints the table. `whole`: entries that explain nothing are an error.
    pub fn finish(self, whole: bool) -> Result<()> {
        let mut total = Row::default();
        self.protocols.values().for_each(|row| total.add(row));
        println!("\n{HEADER}");
        if self.verbose {
            self.services.iter().for_each(|(name, row)| row.print(name));
            println!();
        }
        self.protocols.iter().for_each(|(name, row)| row.print(name));
        total.print("all");
        let different: u64 = total.directions.iter().map(|counts| counts.different).sum();
        let unused: Vec<String> = self.explained.unused().filter(|_| whole).collect();
        match (different, unused.as_slice()) {
            (0, []) => Ok(()),
            (0, unused) => {
                Err(format!("explained.toml has entries that explain nothing:\n{}", unused.join("\n")).into())
            }
            _ => Err(format!("{different} cases are different.").into()),
        }
    }
}

const HEADER: &str = "\
| | services | operations | direction | cases | same | same meaning | explained | different |
| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |";

impl Row {
    fn add(&mut self, other: &Row) {
        self.services += other.services;
        self.operations += other.operations;
        for (mine, other) in self.directions.iter_mut().zip(&other.directions) {
            mine.cases += other.cases;
            mine.same += other.same;
            mine.meaning += other.meaning;
            mine.explained += other.explained;
            mine.different += other.different;
        }
    }

    fn print(&self, name: &str) {
        for (counts, direction) in self.directions.iter().zip(["request", "response"]) {
            let Counts { cases, same, meaning, explained, different } = counts;
            let (services, operations) = (self.services, self.operations);
            println!(
                "| {name} | {services} | {operations} | {direction} | {cases} | {same} | {meaning} | {explained} | {different} |"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cases_are_counted_once_by_their_heaviest_difference() {
        let explained = Explained::read("[[difference]]\nplace = \"a\"\nreason = \"so\"\n").unwrap();
        let mut report = Report::new(explained, false);
        for (case, place) in [("1", "a"), ("2", "a"), ("2", "b"), ("2", "b"), ("3", "c")] {
            report
                .take(&json!({ "case": case, "weight": "different", "direction": "response", "place": place }))
                .unwrap();
        }
        report
            .take(&json!({
                "service": "s", "protocol": "p", "operations": 2,
                "counts": { "response": { "cases": 9, "same": 5, "meaning": 1, "different": 3 } },
            }))
            .unwrap();
        let counts = report.protocols["p"].directions[1];
        assert_eq!(counts, Counts { cases: 9, same: 5, meaning: 1, explained: 1, different: 2 });
        assert!(report.finish(false).is_err());
    }
}
