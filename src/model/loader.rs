//! Where models and other data come from: directories in botocore's layout, then what was compiled in.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::json::Json;
use super::{PaginatorModel, ServiceModel, WaiterModel, built_in, file};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

/// Finds models and other data: in directories of one's own, laid out as botocore's (`s3/2006-03-01/service-2.json`, also
/// `.json.gz` with the feature `gzip`), then among what was compiled in. What was found is kept. Source: botocore's `Loader`.
///
/// ```
/// use botocore::model::Loader;
///
/// let loader = Loader::new(["/etc/models"]);
/// assert!(loader.load_data("endpoints")?.get("partitions").is_some());
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Loader {
    search_paths: Vec<PathBuf>,
    /// Under `s3/2006-03-01/service-2`, extras merged.
    models: Mutex<HashMap<String, Arc<Json>>>,
}

impl Loader {
    /// A loader that looks into these directories before what was compiled in. Those that are not there count as empty.
    pub fn new(search_paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Loader { search_paths: search_paths.into_iter().map(Into::into).collect(), models: Mutex::default() }
    }

    /// The directories that are looked into, first things first.
    pub fn search_paths(&self) -> &[PathBuf] {
        &self.search_paths
    }

    /// The names of the services that have a file of that type (`service-2`, `waiters-2`, `paginators-1` …), sorted.
    pub fn list_available_services(&self, type_name: &str) -> Vec<String> {
        let mut services: BTreeSet<String> =
            built_in::services(type_name).map(|(service, _)| service.to_owned()).collect();
        for root in &self.search_paths {
            let found = directories(root).into_iter().filter(|service| {
                let service = root.join(service);
                directories(&service).iter().any(|version| file::exists(&service.join(version).join(type_name)))
            });
            services.extend(found);
        }
        services.into_iter().collect()
    }

    /// The versions of a service's file of that type, sorted: the last is the newest. Empty when there is none.
    pub fn list_api_versions(&self, service_name: &str, type_name: &str) -> Vec<String> {
        let compiled = built_in::services(type_name).filter(|(service, _)| *service == service_name);
        let mut versions: BTreeSet<String> = compiled.map(|(_, version)| version.to_owned()).collect();
        if is_plain(service_name) {
            for root in &self.search_paths {
                let service = root.join(service_name);
                let found = directories(&service).into_iter();
                versions.extend(found.filter(|version| file::exists(&service.join(version).join(type_name))));
            }
        }
        versions.into_iter().collect()
    }

    /// The newest version of a service's file of that type.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when there is none.
    pub fn determine_latest_version(&self, service_name: &str, type_name: &str) -> Result<String> {
        let newest = self.list_api_versions(service_name, type_name).pop();
        newest.ok_or_else(|| self.unknown_service(service_name, type_name))
    }

    /// The service's file of that type, with its `sdk-extras` merged; of the newest version, when none is named.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when the service or the version is not there, or a file cannot be read.
    pub fn load_service_model(
        &self,
        service_name: &str,
        type_name: &str,
        api_version: Option<&str>,
    ) -> Result<Document> {
        self.load(service_name, type_name, api_version).map(|json| json.document())
    }

    /// The content of a file, by its path below a directory and without its ending: `endpoints`,
    /// `s3/2006-03-01/service-2`.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when it is nowhere, with the places that were searched, and when it cannot be read.
    pub fn load_data(&self, name: &str) -> Result<Document> {
        self.data(name)?.map(|json| json.document()).ok_or_else(|| self.not_found(name))
    }

    /// The content of a file of the directories, where one of them has it: what is compiled in is not looked at.
    pub(crate) fn own_data(&self, name: &str) -> Result<Option<Document>> {
        for root in &self.search_paths {
            if let Some(json) = file::load(&root.join(name))? {
                return Ok(Some(json.document()));
            }
        }
        Ok(None)
    }

    pub(crate) fn service_model(&self, service_name: &str, api_version: Option<&str>) -> Result<ServiceModel> {
        ServiceModel::new(self.load(service_name, "service-2", api_version)?, service_name)
    }

    pub(crate) fn waiter_model(&self, service_name: &str, api_version: Option<&str>) -> Result<WaiterModel> {
        WaiterModel::new(self.load(service_name, "waiters-2", api_version)?, service_name)
    }

    pub(crate) fn paginator_model(&self, service_name: &str, api_version: Option<&str>) -> Result<PaginatorModel> {
        Ok(PaginatorModel::new(self.load(service_name, "paginators-1", api_version)?, service_name))
    }

    fn load(&self, service_name: &str, type_name: &str, api_version: Option<&str>) -> Result<Arc<Json>> {
        let versions = self.list_api_versions(service_name, type_name);
        let newest = versions.last().ok_or_else(|| self.unknown_service(service_name, type_name))?;
        let name = format!("{service_name}/{}/{type_name}", api_version.unwrap_or(newest));
        if let Some(known) = self.models().get(&name) {
            return Ok(known.clone());
        }
        let Some(mut json) = self.data(&name)? else {
            let there = versions.join(", ");
            let message = format!("There is no {name}: of {service_name} there is {there}. {}", self.places());
            return Err(Error::new(ErrorKind::Data, message));
        };
        if let Some(extras) = self.data(&format!("{name}.sdk-extras"))?.as_ref().and_then(|extras| extras.get("merge"))
        {
            json.merge(extras);
        }
        let json = Arc::new(json);
        self.models().insert(name, json.clone());
        Ok(json)
    }

    fn models(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Json>>> {
        self.models.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn data(&self, name: &str) -> Result<Option<Json>> {
        if !name.split('/').all(is_plain) {
            return Ok(None);
        }
        for root in &self.search_paths {
            if let Some(json) = file::load(&root.join(name))? {
                return Ok(Some(json));
            }
        }
        let Some(text) = built_in::text(name) else { return Ok(None) };
        file::parse(text.as_bytes()).map(Some).map_err(|cause| {
            Error::new(ErrorKind::Data, format!("The file {name}.json, compiled in, is not JSON")).with_source(cause)
        })
    }

    fn not_found(&self, name: &str) -> Error {
        Error::new(ErrorKind::Data, format!("There is no data {name}. {}", self.places()))
    }

    fn unknown_service(&self, service_name: &str, type_name: &str) -> Error {
        let there = self.list_available_services(type_name);
        let there = if there.is_empty() { "no service".to_owned() } else { there.join(", ") };
        let message = format!(
            "There is no {type_name} of a service {service_name}: either it has none, or the crate was built without the \
             service's feature. There is that of {there}. {}",
            self.places()
        );
        Error::new(ErrorKind::Data, message)
    }

    fn places(&self) -> String {
        let mut text = "Searched: ".to_owned();
        for path in &self.search_paths {
            // Writing to a string does not fail.
            let _ = write!(text, "{}, ", path.display());
        }
        text + "what was compiled in."
    }
}

/// Whether a part of a path stays where it is put.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '\\', ':'])
}

/// The names of the directories in `path`, sorted; none where it is no directory.
fn directories(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).into_iter().flatten().filter_map(|entry| entry.ok());
    entries.filter(|entry| entry.path().is_dir()).filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
