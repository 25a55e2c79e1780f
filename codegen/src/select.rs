use std::collections::{BTreeMap, BTreeSet};

use crate::Report;
use crate::read::Source;

/// The operations that each named service keeps, from `ec2=DescribeInstances,RunInstances;s3=GetObject`. Services are
/// separated by semicolons or white space. Names that are not there are reported.
pub fn operations(text: Option<&str>, sources: &[Source], report: &mut Report) -> BTreeMap<String, BTreeSet<String>> {
    let mut selection: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let parts = text.unwrap_or_default().split(|c: char| c == ';' || c.is_whitespace());
    for part in parts.filter(|part| !part.is_empty()) {
        let Some((service, names)) = part.split_once('=') else {
            report.complain(format!("BOTOCORE_OPERATIONS: `{part}` is not of the form service=Operation,Operation"));
            continue;
        };
        let Some(source) = sources.iter().find(|source| source.name == service) else {
            let on: Vec<_> = sources.iter().map(|source| source.name.as_str()).collect();
            let on = on.join(", ");
            report.complain(format!(
                "BOTOCORE_OPERATIONS: the feature of the service `{service}` is not on; those that are: {on}"
            ));
            continue;
        };
        let kept = selection.entry(service.to_owned()).or_default();
        for name in names.split(',').filter(|name| !name.is_empty()) {
            if source.model.operations.get(name).is_none() {
                let near = near(name, source.model.operations.iter().map(|(name, _)| name));
                report.complain(format!("BOTOCORE_OPERATIONS: {service} has no operation `{name}`{near}"));
            }
            kept.insert(name.to_owned());
        }
        if kept.is_empty() {
            report.complain(format!("BOTOCORE_OPERATIONS: `{part}` names no operation"));
        }
    }
    selection
}

/// `; did you mean A, B?` of the names that differ least.
fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    let wanted = wanted.to_ascii_lowercase();
    let mut close: Vec<(usize, &str)> = names
        .map(|name| (distance(&wanted, &name.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2 + name.len() / 6)
        .collect();
    close.sort();
    match close.as_slice() {
        [] => String::new(),
        close => {
            let names: Vec<_> = close.iter().take(3).map(|(_, name)| *name).collect();
            format!("; did you mean {}?", names.join(", "))
        }
    }
}

/// Levenshtein's distance.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, c) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (at, other) in to.iter().enumerate() {
            let change = diagonal + usize::from(c != *other);
            diagonal = row[at + 1];
            row[at + 1] = change.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}
