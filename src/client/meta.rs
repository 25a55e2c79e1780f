//! What a client tells of itself.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{ClientMeta, built_ins, region_without_region};
use crate::configuration::{Config, ConfigValue, Settings};
use crate::endpoint::{self, Partitions, REGIONS, RuleSet};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{self, ServiceModel};
use crate::operation::{Operation, Service};
use crate::user_agent::UserAgent;
use crate::{Map, Session};

/// What questions about a client are answered from.
#[derive(Clone)]
pub(super) struct Details {
    pub(super) rules: Arc<RuleSet>,
    pub(super) partitions: Arc<Partitions>,
    /// What stands for the region where none is set.
    pub(super) region_without_region: Option<&'static str>,
    session: Session,
    service: &'static Service,
    settings: Arc<Settings>,
    endpoint_url: OnceLock<Option<String>>,
}

impl Details {
    pub(super) fn new(session: &Session, service: &'static Service, settings: &Arc<Settings>) -> Result<Self> {
        let region_without_region = match settings.region {
            Some(_) => None,
            None => region_without_region(service, settings),
        };
        Ok(Details {
            rules: session.rules(service)?,
            partitions: session.partitions()?,
            region_without_region,
            session: session.clone(),
            service,
            settings: settings.clone(),
            endpoint_url: OnceLock::new(),
        })
    }

    /// The endpoint of an operation that says nothing of it.
    fn endpoint(&self) -> Option<String> {
        const ANY: Operation = Operation { name: "", method: "POST", uri: "/", traits: "" };
        let settings = &*self.settings;
        let (no_account, context) = (|| Ok(None), settings.client_context());
        let built_ins = built_ins(settings, self.region_without_region, &no_account, &context);
        let url = built_ins.endpoint.as_deref().map(str::to_owned);
        url.or_else(|| {
            let parameters = endpoint::parameters(&self.rules, &ANY, &String::new(), &built_ins).ok()?;
            let endpoint = self.rules.resolve(&parameters, &self.partitions).ok()?;
            Some(if settings.use_ssl { endpoint.url } else { endpoint.without_tls().url })
        })
    }
}

impl ClientMeta {
    /// The service's endpoint: the one that was set in code, environment or profile, or the one that its rules give for
    /// the region. Operations may go elsewhere: to a bucket's host, to an account's. `None` without a region where the
    /// service needs one. Found at the first question.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.details.endpoint_url.get_or_init(|| self.details.endpoint()).as_deref()
    }

    /// The partition of the region, `aws`, `aws-cn` …; `aws` where the region is not known or not set.
    pub fn partition(&self) -> &'static str {
        let region = self.region_name().and_then(|region| REGIONS.partition_for_region(region).ok());
        region.unwrap_or("aws")
    }

    /// The options as they were settled from code, environment, profile and defaults.
    pub fn config(&self) -> Config {
        let Details { session, service, settings, .. } = &self.details;
        let user_agent = UserAgent::of_client(session, settings).preliminary();
        settings.config(service.signature_version, user_agent)
    }

    /// The service's model.
    ///
    /// # Errors
    /// As for [`Session::get_service_model`].
    pub fn service_model(&self) -> Result<ServiceModel> {
        self.details.session.get_service_model(self.service_name(), Some(self.api_version()))
    }

    /// The client's methods and the operations that they call: `get_object`, `GetObject`.
    ///
    /// # Errors
    /// As for [`Session::get_service_model`].
    pub fn method_to_api_mapping(&self) -> Result<Map<String, String>> {
        let model = self.service_model()?;
        Ok(model.operation_names().into_iter().map(|name| (model::method_name(name), name)).collect())
    }
}

impl fmt::Debug for ClientMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMeta")
            .field("service", &self.service_name())
            .field("api_version", &self.api_version())
            .field("region", &self.region_name())
            .field("endpoint_url", &self.details.settings.endpoint_url)
            .finish_non_exhaustive()
    }
}

/// Refuses a version of the service that is not the one compiled in: that of the argument, or of the setting
/// `api_versions`.
pub(super) fn check_version(session: &Session, service: &Service, wanted: Option<&str>) -> Result<()> {
    let setting;
    let wanted = match wanted {
        Some(wanted) => wanted,
        None => {
            setting = session.get_config_variable("api_versions")?;
            let versions = setting.as_ref().and_then(ConfigValue::as_map);
            match versions.and_then(|versions| versions.get(service.name)).and_then(ConfigValue::as_str) {
                Some(wanted) => wanted,
                None => return Ok(()),
            }
        }
    };
    if wanted == service.api_version {
        return Ok(());
    }
    let Service { name, api_version, .. } = service;
    let message =
        format!("There is no API version {wanted} of {name}: the client that is compiled in is of {api_version}.");
    Err(Error::new(ErrorKind::Config, message))
}
