use std::fmt;
use std::path::Path;

/// Everything that is wrong with the models and what was asked for.
#[derive(Debug, Default)]
pub struct Report(Vec<String>);

impl Report {
    /// A report of one problem.
    pub(crate) fn one(place: &Path, problem: &str) -> Self {
        let mut report = Report::default();
        report.add(place, problem);
        report
    }

    /// Adds a problem of a file.
    pub(crate) fn add(&mut self, place: &Path, problem: &str) {
        self.0.push(format!("{}: {problem}", place.display()));
    }

    /// Adds a problem of the request.
    pub(crate) fn complain(&mut self, problem: String) {
        self.0.push(problem);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_result(self) -> Result<(), Report> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The problems, a line each.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Report {}
