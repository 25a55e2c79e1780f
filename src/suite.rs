//! Outside suites: where they lie, which cases are left out, and what is said of the rest.
//!
//! Every test that runs such a suite prints one line, `NAME: 3 passed, 0 failed, 1 skipped`; a suite that several tests
//! share has a line of each.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// Cases that are left out: a line each, of suite, case and reason.
const SKIPS: &str = include_str!("../xtask/src/conformance/skips");

/// A suite on its way.
pub(crate) struct Suite {
    name: &'static str,
    passed: usize,
    failed: Vec<String>,
    skipped: usize,
}

impl Suite {
    /// The suite and its file or folder; nothing, and a loud word, when that is not there.
    pub(crate) fn open(name: &'static str, place: &str) -> Option<(Suite, PathBuf)> {
        let root = std::env::var_os("CONFORMANCE_DIR")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance"), PathBuf::from);
        let path = root.join(place);
        if !path.exists() {
            eprintln!("LEFT OUT: suite {name}, because {} is not there (CONFORMANCE_DIR)", path.display());
            return None;
        }
        Some((Suite { name, passed: 0, failed: Vec::new(), skipped: 0 }, path))
    }

    /// The suite and the JSON of its file.
    pub(crate) fn read(name: &'static str, file: &str) -> Option<(Suite, Json)> {
        Suite::open(name, file).map(|(suite, path)| (suite, json(&path)))
    }

    /// The suite and its cases: the file is a list, or has one.
    pub(crate) fn cases(name: &'static str, file: &str) -> Option<(Suite, Vec<Json>)> {
        let (suite, json) = Suite::read(name, file)?;
        let cases = json["cases"].as_array().or(json.as_array()).cloned();
        Some((suite, cases.unwrap_or_default()))
    }

    /// Runs a case. One that is on the list of skips must fail: else the list is out of date.
    pub(crate) fn case(&mut self, id: &str, check: impl FnOnce() -> Result<(), String>) {
        let outcome = catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|panic| Err(words(&*panic)));
        match (skip(self.name, id), outcome) {
            (None, Ok(())) => self.passed += 1,
            (None, Err(problem)) => self.failed.push(format!("{id}: {problem}")),
            (Some(_), Err(_)) => self.skipped += 1,
            (Some(reason), Ok(())) if reason.starts_with("sometimes ") => self.passed += 1,
            (Some(_), Ok(())) => self.failed.push(format!("{id}: it passes, so it need not be skipped")),
        }
    }

    /// Says how it went.
    ///
    /// # Panics
    /// When a case failed: tests end here.
    #[track_caller]
    pub(crate) fn finish(self) {
        let Suite { name, passed, failed, skipped } = self;
        println!("{name}: {passed} passed, {} failed, {skipped} skipped", failed.len());
        let shown: Vec<_> = failed.iter().map(|text| text.chars().take(1500).collect::<String>()).collect();
        assert!(failed.is_empty(), "{name}: {} failed:\n{}", failed.len(), shown.join("\n"));
    }
}

/// The JSON of a file.
///
/// # Panics
/// When it is not there, or not JSON.
pub(crate) fn json(path: &Path) -> Json {
    let bytes = fs::read(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

/// The entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|problem| panic!("{}: {problem}", folder.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    entries.sort();
    entries
}

/// Why a case is left out.
fn skip(suite: &str, id: &str) -> Option<&'static str> {
    let lines = SKIPS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let mut parts = lines.filter_map(|line| {
        let (suite, rest) = line.split_once(' ')?;
        let (id, reason) = rest.trim_start().split_once("  ")?;
        Some((suite, id, reason.trim_start()))
    });
    parts.find(|(of, which, _)| *of == suite && fits(which, id)).map(|(.., reason)| reason)
}

/// Whether an id is the one that is named; `*` at either end of a name stands for anything.
fn fits(which: &str, id: &str) -> bool {
    match (which.strip_prefix('*'), which.strip_suffix('*')) {
        (Some(rest), Some(_)) => id.contains(rest.trim_end_matches('*')),
        (Some(end), None) => id.ends_with(end),
        (None, Some(start)) => id.starts_with(start),
        (None, None) => which == id,
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panic").to_owned()
}

#[test]
fn every_skip_has_suite_case_and_reason() {
    for line in SKIPS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let (suite, rest) = line.split_once(' ').expect(line);
        let (id, reason) = rest.trim_start().split_once("  ").expect(line);
        assert!(skip(suite, id).is_some() && reason.trim().len() > 10, "{line}");
    }
}

#[test]
fn a_star_stands_for_anything() {
    assert!(fits("a*", "ab") && fits("*b", "ab") && fits("*x*", "axb") && fits("*", "ab") && fits("ab", "ab"));
    assert!(!fits("a", "ab") && !fits("*a", "ab") && !fits("b*", "ab"));
}
