//! Finds and reads the files of the wanted services.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{Extras, PaginatorExtras, Paginators, ServiceModel, Waiters};
use crate::place::member_at;
use crate::{Report, Request, gzip};

/// One service's files.
pub struct Source {
    /// botocore's directory.
    pub name: String,
    /// `service-2.json`, or packed: `service-2.json.gz`
    pub file: PathBuf,
    pub model: ServiceModel,
    /// `endpoint-rule-set-1.json` and its place, where there is one.
    pub endpoint_rules: Option<(PathBuf, Value)>,
    /// `paginators-1.json` of the model's version.
    pub paginators: Option<(PathBuf, Paginators)>,
    /// `waiters-2.json` of the model's version.
    pub waiters: Option<(PathBuf, Waiters)>,
    /// All files that were read.
    pub files: Vec<PathBuf>,
}

impl Source {
    /// Every file that was read, by botocore's names: `s3/2006-03-01/service-2`.
    pub fn named_files(&self) -> Vec<(String, PathBuf)> {
        self.files.iter().filter_map(|file| Some((named(&self.name, file)?, file.clone()))).collect()
    }
}

fn named(service: &str, file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?.split_once(".json")?.0;
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
        if overrides.is_relative() {
            report.complain(format!(
                "BOTOCORE_MODELS: the path {0} is not absolute; in .cargo/config.toml it is written {{ value = \"{0}\", \
                 relative = true }}",
                overrides.display()
            ));
        } else if !overrides.is_dir() {
            report.complain(format!("BOTOCORE_MODELS: there is no directory {}", overrides.display()));
        }
        read.push(overrides.clone());
        names.extend(directories(overrides).into_iter().filter(|name| !request.models.join(name).is_dir()));
    }
    names.iter().filter_map(|name| service(request, name, read, report)).collect()
}

fn service(request: &Request, name: &str, read: &mut Vec<PathBuf>, report: &mut Report) -> Option<Source> {
    let roots: Vec<&Path> = request.overrides.iter().chain([&request.models]).map(PathBuf::as_path).collect();
    let Some((version, file)) = roots.iter().find_map(|root| newest(&root.join(name), SERVICE)) else {
        let places: Vec<_> = roots.iter().map(|root| root.display().to_string()).collect();
        report.complain(format!("there is no model of the service {name} in {}", places.join(" or ")));
        return None;
    };
    let before = read.len();
    let mut model: ServiceModel = json(&file, read, report)?;
    let parts = Parts(roots.iter().map(|root| root.join(name).join(&version)).collect());
    if let Some((_, extras)) = parts.read::<Extras>(EXTRAS, read, report)? {
        model.merge(extras);
    }
    let endpoint_rules = match roots.iter().find_map(|root| newest(&root.join(name), RULES)) {
        Some((_, file)) => Some((file.clone(), json(&file, read, report)?)),
        None => None,
    };
    let mut paginators = parts.read::<Paginators>(PAGINATORS, read, report)?;
    if let Some((extras_file, extras)) = parts.read::<PaginatorExtras>(PAGINATOR_EXTRAS, read, report)? {
        paginators.get_or_insert_with(|| (extras_file, Paginators::default())).1.merge(extras);
    }
    let mut waiters = parts.read::<Waiters>(WAITERS, read, report)?;
    // Pages and waiters of another directory's model: it may have operations that this one does not.
    let foreign = |part: &Path| part.parent() != file.parent();
    if let Some((_, paginators)) = paginators.as_mut().filter(|(file, _)| foreign(file)) {
        paginators.pagination.retain(|name, _| model.operations.get(name).is_some());
    }
    if let Some((_, waiters)) = waiters.as_mut().filter(|(file, _)| foreign(file)) {
        waiters.waiters.retain(|_, waiter| model.operations.get(&waiter.operation).is_some());
    }
    let files = read[before..].to_vec();
    Some(Source { name: name.to_owned(), file, model, endpoint_rules, paginators, waiters, files })
}

/// The directories that may have files of one version of a service, the first that has one wins.
struct Parts(Vec<PathBuf>);

impl Parts {
    /// The file of that name, where there is one. `None` when it cannot be read.
    fn read<T: DeserializeOwned>(
        &self,
        name: &str,
        read: &mut Vec<PathBuf>,
        report: &mut Report,
    ) -> Option<Option<(PathBuf, T)>> {
        match self.0.iter().find_map(|directory| present(directory, name)) {
            Some(file) => json(&file, read, report).map(|content| Some((file, content))),
            None => Some(None),
        }
    }
}

/// The file of that name in the newest version that has it, and the version. Versions are dates, so they sort as text.
fn newest(service: &Path, file: &str) -> Option<(String, PathBuf)> {
    let versions = directories(service).into_iter().rev();
    versions.into_iter().find_map(|version| present(&service.join(&version), file).map(|file| (version, file)))
}

/// The file of that name, as it is or packed.
pub(crate) fn present(directory: &Path, name: &str) -> Option<PathBuf> {
    [directory.join(name), directory.join(format!("{name}.gz"))].into_iter().find(|file| file.is_file())
}

/// The names of the directories in `path`, sorted.
fn directories(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    entries.filter(|entry| entry.path().is_dir()).filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The content of a file; what is wrong with it goes to the report.
pub(crate) fn json<T: DeserializeOwned>(file: &Path, read: &mut Vec<PathBuf>, report: &mut Report) -> Option<T> {
    read.push(file.to_owned());
    let mut text = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(problem) => {
            report.add(file, &format!("it cannot be read: {problem}"));
            return None;
        }
    };
    if file.extension().is_some_and(|extension| extension == "gz") {
        text = gzip::unpack(&text)
            .map_err(|problem| report.add(file, &format!("it cannot be unpacked: {problem}")))
            .ok()?;
    }
    serde_json::from_slice(&text)
        .map_err(|problem| {
            let place = match member_at(&text, problem.line(), problem.column()) {
                member if member.is_empty() => String::new(),
                member => format!(", in {member}"),
            };
            report.add(file, &format!("it is not such a file: {problem}{place}"));
        })
        .ok()
}
