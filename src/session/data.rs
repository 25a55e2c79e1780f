//! What a session tells of services.

use std::sync::Arc;

use super::Session;
use crate::components::DATA_LOADER;
use crate::configuration::ConfigValue;
use crate::endpoint::REGIONS;
use crate::error::Result;
use crate::model::{Loader, PaginatorModel, ServiceModel, WaiterModel};
use crate::shape::Document;

/// What botocore calls the types of a model's files.
const SERVICE: &str = "service-2";

impl Session {
    /// The names of the services whose models are there, sorted: those that are compiled in, and those in the directories
    /// of `data_path` and in `~/.aws/models`.
    ///
    /// # Errors
    /// When the setting `data_path` cannot be read.
    pub fn get_available_services(&self) -> Result<Vec<String>> {
        Ok(self.data_loader()?.list_available_services(SERVICE))
    }

    /// The model of a service, of the newest version when none is named.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) when there is none, with the places that were searched.
    ///
    /// ```
    /// # #[cfg(feature = "s3")] {
    /// let model = botocore::Session::new().get_service_model("s3", None)?;
    /// assert!(model.operation_names().contains(&"GetObject"));
    /// # }
    /// # Ok::<(), botocore::Error>(())
    /// ```
    pub fn get_service_model(&self, service_name: &str, api_version: Option<&str>) -> Result<ServiceModel> {
        self.data_loader()?.service_model(service_name, api_version)
    }

    /// The waiters of a service.
    ///
    /// # Errors
    /// As for [`get_service_model`](Self::get_service_model); also when the service has no waiters.
    pub fn get_waiter_model(&self, service_name: &str, api_version: Option<&str>) -> Result<WaiterModel> {
        self.data_loader()?.waiter_model(service_name, api_version)
    }

    /// The operations of a service that answer page by page.
    ///
    /// # Errors
    /// As for [`get_service_model`](Self::get_service_model); also when the service has no paginators.
    pub fn get_paginator_model(&self, service_name: &str, api_version: Option<&str>) -> Result<PaginatorModel> {
        self.data_loader()?.paginator_model(service_name, api_version)
    }

    /// The model of a service as JSON, in which members are in alphabetical order.
    ///
    /// # Errors
    /// As for [`get_service_model`](Self::get_service_model).
    pub fn get_service_data(&self, service_name: &str, api_version: Option<&str>) -> Result<Document> {
        self.data_loader()?.load_service_model(service_name, SERVICE, api_version)
    }

    /// Other data as JSON, by its path: `endpoints`, `partitions`, `sdk-default-configuration`, `_retry`,
    /// `s3/2006-03-01/endpoint-rule-set-1`.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) when it is nowhere, with the places that were searched.
    pub fn get_data(&self, data_path: &str) -> Result<Document> {
        self.data_loader()?.load_data(data_path)
    }

    /// The regions of a partition in which a service is, by the service's name; in all else as
    /// [`get_available_regions`](Self::get_available_regions). Empty for a service whose model is not there.
    ///
    /// # Errors
    /// When the setting `data_path` or a file of the service cannot be read.
    pub fn get_available_regions_by_name(
        &self,
        service_name: &str,
        partition: &str,
        allow_non_regional: bool,
    ) -> Result<Vec<&'static str>> {
        let loader = self.data_loader()?;
        if loader.list_api_versions(service_name, SERVICE).is_empty() {
            return Ok(Vec::new());
        }
        let model = loader.service_model(service_name, None)?;
        let prefix = model.endpoint_prefix().unwrap_or(service_name);
        Ok(REGIONS.available_regions(prefix, partition, allow_non_regional))
    }

    /// What finds the models: the directories of the setting `data_path` (`AWS_DATA_PATH`), `~/.aws/models`, then what is
    /// compiled in. Made at the first question; what it has read it keeps.
    ///
    /// # Errors
    /// When the setting `data_path` cannot be read.
    pub fn data_loader(&self) -> Result<Arc<Loader>> {
        if let Some(registered) = self.inner.components.get(DATA_LOADER)? {
            return Ok(registered);
        }
        let make = || -> Result<Arc<Loader>> {
            let environment = &self.inner.environment;
            let setting = self.get_config_variable("data_path")?;
            let setting = setting.as_ref().and_then(ConfigValue::as_str).unwrap_or_default();
            let mut paths: Vec<_> = std::env::split_paths(setting)
                .filter(|path| !path.as_os_str().is_empty())
                .map(|path| environment.expand(&path.to_string_lossy()))
                .collect();
            paths.extend(environment.home().map(|home| home.join(".aws").join("models")));
            Ok(Arc::new(Loader::new(paths)))
        };
        self.inner.loader.get_or_init(make).clone()
    }
}
