//! Finds and reads the files of the wanted services.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{Extras, PaginatorExtras, Paginators, ServiceModel, Waiters};
use crate::{Report, Request};

/// One service's files.
pub struct Source {
    /// botocore's directory.
    pub name: String,
    /// `service-2.json`
    pub file: PathBuf,
    pub model: ServiceModel,
    /// `endpoint-rule-set-1.json` and its place, where there is one.
    pub endpoint_rules: Option<(PathBuf, Value)>,
    /// `paginators-1.json` beside the model.
    pub paginators: Option<(PathBuf, Paginators)>,
    /// `waiters-2.json` beside the model.
    pub waiters: Option<(PathBuf, Waiters)>,
}

impl Source {
    /// Every file that was read, by botocore's names: `s3/2006-03-01/service-2`.
    pub fn files(&self) -> Vec<(String, PathBuf)> {
        let beside =
            [SERVICE, EXTRAS, PAGINATORS, PAGINATOR_EXTRAS, WAITERS].map(|name| self.file.with_file_name(name));
        let rules = self.endpoint_rules.iter().map(|(file, _)| file.clone());
        let files = beside.into_iter().filter(|file| file.is_file()).chain(rules);
        files.filter_map(|file| Some((named(&self.name, &file)?, file))).collect()
    }
}

fn named(service: &str, file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?.strip_suffix(".json")?;
    let version = file.parent()?.file_name()?.to_str()?;
    Some(format!("{service}/{version}/{name}"))
}

const SERVICE: &str = "service-2.json";
const EXTRAS: &str = "service-2.sdk-extras.json";
const RULES: &str = "endpoint-rule-set-1.json";
const PAGINATORS: &str = "paginators-1.json";
const PAGINATOR_EXTRAS: &str = "paginators-1.sdk-extras.json";
const WAITERS: &str = "waiters-2.json";

/// Reads the wanted services, and those that only the overriding directory has. What cannot be read is reported.
pub fn services(request: &Request, read: &mut Vec<PathBuf>, report: &mut Report) -> Vec<Source> {
    let mut names: BTreeSet<String> = request.services.iter().cloned().collect();
    if let Some(overrides) = &request.overrides {
        if !overrides.is_dir() {
            report.complain(format!("BOTOCORE_MODELS: there is no directory {}", overrides.display()));
        }
        read.push(overrides.clone());
        names.extend(directories(overrides).into_iter().filter(|name| !request.models.join(name).is_dir()));
    }
    names.iter().filter_map(|name| service(request, name, read, report)).collect()
}

fn service(request: &Request, name: &str, read: &mut Vec<PathBuf>, report: &mut Report) -> Option<Source> {
    let roots: Vec<&Path> = request.overrides.iter().chain([&request.models]).map(PathBuf::as_path).collect();
    let Some(file) = roots.iter().find_map(|root| newest(&root.join(name), SERVICE)) else {
        let places: Vec<_> = roots.iter().map(|root| root.display().to_string()).collect();
        report.complain(format!("there is no model of the service {name} in {}", places.join(" or ")));
        return None;
    };
    let mut model: ServiceModel = json(&file, read, report)?;
    let extras = file.with_file_name(EXTRAS);
    if extras.is_file() {
        model.merge(json::<Extras>(&extras, read, report)?);
    }
    let endpoint_rules = match roots.iter().find_map(|root| newest(&root.join(name), RULES)) {
        Some(file) => Some((file.clone(), json(&file, read, report)?)),
        None => None,
    };
    let mut paginators: Option<(PathBuf, Paginators)> = beside(&file, PAGINATORS, read, report)?;
    let extras: Option<(PathBuf, PaginatorExtras)> = beside(&file, PAGINATOR_EXTRAS, read, report)?;
    if let (Some((_, paginators)), Some((_, extras))) = (&mut paginators, extras) {
        paginators.merge(extras);
    }
    let waiters = beside(&file, WAITERS, read, report)?;
    Some(Source { name: name.to_owned(), file, model, endpoint_rules, paginators, waiters })
}

/// The file of that name beside `file`, where there is one. `None` when it cannot be read.
fn beside<T: DeserializeOwned>(
    file: &Path,
    name: &str,
    read: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Option<(PathBuf, T)>> {
    let file = file.with_file_name(name);
    match file.is_file() {
        true => json(&file, read, report).map(|content| Some((file, content))),
        false => Some(None),
    }
}

/// The file of that name in the newest version that has it. Versions are dates, so they sort as text.
fn newest(service: &Path, file: &str) -> Option<PathBuf> {
    directories(service).iter().rev().map(|version| service.join(version).join(file)).find(|file| file.is_file())
}

/// The names of the directories in `path`, sorted.
fn directories(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    entries.filter(|entry| entry.path().is_dir()).filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

fn json<T: DeserializeOwned>(file: &Path, read: &mut Vec<PathBuf>, report: &mut Report) -> Option<T> {
    read.push(file.to_owned());
    let text = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(problem) => {
            report.add(file, &format!("it cannot be read: {problem}"));
            return None;
        }
    };
    serde_json::from_slice(&text).map_err(|problem| report.add(file, &format!("it is not such a file: {problem}"))).ok()
}
