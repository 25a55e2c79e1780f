use crate::Report;
use crate::read::Source;

/// Reports everything that is wrong with a model.
pub fn service(_source: &Source, _report: &mut Report) {}
