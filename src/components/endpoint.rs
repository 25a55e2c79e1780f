use std::fmt;

use crate::Document;
use crate::error::Result;
use crate::hooks;
use crate::operation::{Operation, Service};
use crate::shape::Value;

/// Says where requests go, in place of the endpoint rules of the services.
///
/// ```
/// use botocore::components::{ENDPOINT_RESOLVER, EndpointRequest, ResolveEndpoint, ResolvedEndpoint};
/// use std::sync::Arc;
///
/// /// Sends DynamoDB's requests to a server beside the program, and others where they belong.
/// #[derive(Debug)]
/// struct Local;
///
/// impl ResolveEndpoint for Local {
///     fn resolve(&self, request: &EndpointRequest) -> botocore::Result<Option<ResolvedEndpoint>> {
///         let local = || ResolvedEndpoint::new("http://localhost:8000");
///         Ok((request.service_name() == "dynamodb").then(local))
///     }
/// }
///
/// let session = botocore::Session::new();
/// session.register_component(ENDPOINT_RESOLVER, Arc::new(Local));
/// ```
pub trait ResolveEndpoint: Send + Sync + fmt::Debug {
    /// The endpoint of a call; `None` to follow the service's own rules.
    ///
    /// # Errors
    /// When there is none; then the call fails.
    fn resolve(&self, request: &EndpointRequest<'_>) -> Result<Option<ResolvedEndpoint>>;
}

/// A call whose endpoint is asked for.
pub struct EndpointRequest<'a> {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) region: Option<&'a str>,
    pub(crate) input: &'a dyn Value,
}

impl EndpointRequest<'_> {
    /// The service's name, `s3`.
    pub fn service_name(&self) -> &'static str {
        self.service.name
    }

    /// The operation's name, `GetObject`.
    pub fn operation_name(&self) -> &'static str {
        self.operation.name
    }

    /// The region, where one is set.
    pub fn region_name(&self) -> Option<&str> {
        self.region
    }

    /// A member of the input as JSON, by its name in the model: `Bucket`.
    pub fn get(&self, member: &str) -> Option<Document> {
        hooks::member(self.input, member)
    }
}

/// Where requests go, and how they are signed.
#[derive(Clone, Debug, Default)]
pub struct ResolvedEndpoint {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) signing_name: Option<String>,
    pub(crate) signing_region: Option<String>,
}

impl ResolvedEndpoint {
    /// Scheme, host, and a path before that of the operation where there is one: `https://host:8443/base`.
    pub fn new(url: impl Into<String>) -> Self {
        ResolvedEndpoint { url: url.into(), ..ResolvedEndpoint::default() }
    }

    /// Adds a header to the requests.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Has requests signed for the service of that name. Default: the service's own signing name.
    pub fn signing_name(mut self, name: impl Into<String>) -> Self {
        self.signing_name = Some(name.into());
        self
    }

    /// Has requests signed for that region. Default: the client's.
    pub fn signing_region(mut self, region: impl Into<String>) -> Self {
        self.signing_region = Some(region.into());
        self
    }
}

/// Follows each service's own rules.
#[derive(Debug)]
pub(crate) struct OwnRules;

impl ResolveEndpoint for OwnRules {
    fn resolve(&self, _: &EndpointRequest<'_>) -> Result<Option<ResolvedEndpoint>> {
        Ok(None)
    }
}
