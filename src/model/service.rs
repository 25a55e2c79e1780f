use std::fmt;
use std::sync::Arc;

use super::json::{Json, Object};
use super::{OperationModel, Shape, file};
use crate::Map;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

/// The model of a service. Cheap to clone. Source: botocore's `ServiceModel`.
#[derive(Clone)]
pub struct ServiceModel {
    description: Arc<Json>,
    service_name: Arc<str>,
}

/// A parameter of the service's endpoint rules that a client may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientContextParameter<'a> {
    /// `ForcePathStyle`
    pub name: &'a str,
    /// `boolean`, `string`
    pub type_name: &'a str,
    /// Empty where the model has none.
    pub documentation: &'a str,
}

/// The protocols that are spoken, those to be preferred first. Source: botocore's
/// `PRIORITY_ORDERED_SUPPORTED_PROTOCOLS`.
const PROTOCOLS: [&str; 6] = ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2"];

impl ServiceModel {
    /// The model in a text of one's own, the content of a `service-2.json`. Without a name, the service is called by its
    /// endpoint prefix.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when it is no JSON, or refers to shapes that it does not have.
    pub fn from_json(text: &str, service_name: Option<&str>) -> Result<Self> {
        let json = file::parse(text.as_bytes())
            .map_err(|cause| Error::new(ErrorKind::Data, "The service's model is not JSON").with_source(cause))?;
        let prefix = json.get("metadata").and_then(|metadata| metadata.text("endpointPrefix"));
        let name = service_name.or(prefix).unwrap_or_default().to_owned();
        ServiceModel::new(Arc::new(json), &name)
    }

    pub(super) fn new(description: Arc<Json>, service_name: &str) -> Result<Self> {
        let model = ServiceModel { description, service_name: service_name.into() };
        model.check()?;
        Ok(model)
    }

    /// The whole model as JSON, in which members are in alphabetical order.
    pub fn description(&self) -> Document {
        self.description.document()
    }

    /// The name by which the model was asked for: `s3`.
    pub fn service_name(&self) -> &str {
        &self.service_name
    }

    /// `serviceId`: `DynamoDB Streams`.
    pub fn service_id(&self) -> Option<&str> {
        self.meta("serviceId")
    }

    /// The service id as events' names have it: `dynamodb-streams`.
    pub fn hyphenized_service_id(&self) -> Option<String> {
        self.service_id().map(|id| id.replace(' ', "-").to_lowercase())
    }

    /// The names of the operations, in the model's order.
    pub fn operation_names(&self) -> Vec<&str> {
        self.operations().map(|operations| operations.keys().map(|name| &**name).collect()).unwrap_or_default()
    }

    /// The operation of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when there is none.
    pub fn operation_model(&self, name: &str) -> Result<OperationModel<'_>> {
        let found = self.operations().and_then(|operations| operations.get_key_value(name));
        found.map(|(name, json)| OperationModel { service: self, name, json }).ok_or_else(|| {
            Error::new(ErrorKind::Data, format!("The model of {} has no operation {name}.", self.service_name))
        })
    }

    /// All operations, in the model's order.
    pub fn operation_models(&self) -> impl Iterator<Item = OperationModel<'_>> {
        let operations = self.operations().into_iter().flatten();
        operations.map(|(name, json)| OperationModel { service: self, name, json })
    }

    /// The names of the shapes, in the model's order.
    pub fn shape_names(&self) -> Vec<&str> {
        self.shapes().map(|shapes| shapes.keys().map(|name| &**name).collect()).unwrap_or_default()
    }

    /// The shape of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when there is none.
    pub fn shape_for(&self, name: &str) -> Result<Shape<'_>> {
        self.shape_named(name).ok_or_else(|| {
            Error::new(ErrorKind::Data, format!("The model of {} has no shape {name}.", self.service_name))
        })
    }

    /// The error that goes by that code.
    pub fn shape_for_error_code(&self, code: &str) -> Option<Shape<'_>> {
        // Of errors that share a code, botocore's table keeps the last.
        self.error_shapes().into_iter().rfind(|shape| shape.error_code() == Some(code))
    }

    /// The errors that the service models, in the model's order.
    pub fn error_shapes(&self) -> Vec<Shape<'_>> {
        let names = self.shapes().into_iter().flat_map(|shapes| shapes.keys());
        names.filter_map(|name| self.shape_named(name)).filter(|shape| shape.is_exception()).collect()
    }

    /// Facts of the service: `apiVersion`, `protocol` …
    pub fn metadata(&self) -> Map<String, Document> {
        let metadata = self.description.get("metadata").and_then(Json::as_object);
        metadata.into_iter().flatten().map(|(name, value)| (name.to_string(), value.document())).collect()
    }

    /// What the service is, in HTML. Empty where the model has no documentation.
    pub fn documentation(&self) -> &str {
        self.description.text("documentation").unwrap_or_default()
    }

    /// How requests are signed: `v4`, `s3`.
    pub fn signature_version(&self) -> Option<&str> {
        self.meta("signatureVersion")
    }

    /// The service's name in signatures: `signingName` of the model, or else the endpoint prefix.
    pub fn signing_name(&self) -> Option<&str> {
        self.meta("signingName").or(self.endpoint_prefix())
    }

    /// The beginning of the service's hosts: `s3`, `elasticloadbalancing`.
    pub fn endpoint_prefix(&self) -> Option<&str> {
        self.meta("endpointPrefix")
    }

    /// The version of the model: `2006-03-01`.
    pub fn api_version(&self) -> Option<&str> {
        self.meta("apiVersion")
    }

    /// The protocol of old models, which name one only.
    pub fn protocol(&self) -> Option<&str> {
        self.meta("protocol")
    }

    /// All protocols that the service speaks.
    pub fn protocols(&self) -> Vec<&str> {
        let protocols = self.description.get("metadata").and_then(|metadata| metadata.get("protocols"));
        protocols.map(Json::texts).unwrap_or_default()
    }

    /// The protocol to speak: the best of those that the service and this crate speak.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when they share none.
    pub fn resolved_protocol(&self) -> Result<&str> {
        let protocols = self.protocols();
        let best = match protocols.is_empty() {
            true => self.protocol(),
            false => PROTOCOLS.into_iter().find(|protocol| protocols.contains(protocol)),
        };
        best.ok_or_else(|| {
            let (name, there) = (&self.service_name, protocols.join(", "));
            Error::new(ErrorKind::Data, format!("No protocol of {name} is known here; the model has: {there}."))
        })
    }

    /// The operation that tells the endpoints of the others, where there is one.
    pub fn endpoint_discovery_operation(&self) -> Option<OperationModel<'_>> {
        self.operation_models().find(OperationModel::is_endpoint_discovery_operation)
    }

    /// Whether there are operations that cannot be called before the service was asked for their endpoint.
    pub fn endpoint_discovery_required(&self) -> bool {
        self.operation_models().any(|operation| operation.endpoint_discovery_required() == Some(true))
    }

    /// The parameters of the endpoint rules that a client may set.
    pub fn client_context_parameters(&self) -> Vec<ClientContextParameter<'_>> {
        let parameters = self.description.get("clientContextParams").and_then(Json::as_object);
        parameters
            .into_iter()
            .flatten()
            .map(|(name, json)| ClientContextParameter {
                name,
                type_name: json.text("type").unwrap_or_default(),
                documentation: json.text("documentation").unwrap_or_default(),
            })
            .collect()
    }

    /// Whether errors keep the codes that the service had when it spoke the query protocol.
    pub fn is_query_compatible(&self) -> bool {
        self.description.get("metadata").is_some_and(|metadata| metadata.get("awsQueryCompatible").is_some())
    }

    /// The shape that a reference names, with what the reference says of it.
    pub(super) fn resolve<'a>(&'a self, reference: &'a Json) -> Option<Shape<'a>> {
        let shape = self.shape_named(reference.text("shape")?)?;
        Some(Shape { reference: reference.as_object(), ..shape })
    }

    fn shape_named(&self, name: &str) -> Option<Shape<'_>> {
        let (name, model) = self.shapes()?.get_key_value(name)?;
        Some(Shape { service: self, name, model: model.as_object()?, reference: None })
    }

    fn meta(&self, name: &str) -> Option<&str> {
        self.description.get("metadata")?.text(name)
    }

    fn operations(&self) -> Option<&Object> {
        self.description.get("operations")?.as_object()
    }

    fn shapes(&self) -> Option<&Object> {
        self.description.get("shapes")?.as_object()
    }

    /// Refuses what would have no meaning: shapes without a type, and references to shapes that are not there.
    fn check(&self) -> Result<()> {
        for (name, shape) in self.shapes().into_iter().flatten() {
            if shape.text("type").is_none() {
                return Err(self.damaged(&format!("the shape {name} has no type")));
            }
            let members = shape.get("members").and_then(Json::as_object).into_iter().flatten();
            self.check_references(name, members.map(|(_, member)| member))?;
            let needed: &[&str] = match shape.text("type") {
                Some("list") => &["member"],
                Some("map") => &["key", "value"],
                _ => &[],
            };
            for part in needed {
                let reference =
                    shape.get(part).ok_or_else(|| self.damaged(&format!("the shape {name} has no `{part}`")))?;
                self.check_references(name, [reference])?;
            }
        }
        for (name, operation) in self.operations().into_iter().flatten() {
            let errors = operation.get("errors").map(Json::items).unwrap_or_default();
            self.check_references(name, ["input", "output"].iter().filter_map(|part| operation.get(part)))?;
            self.check_references(name, errors)?;
        }
        Ok(())
    }

    fn check_references<'a>(&self, owner: &str, references: impl IntoIterator<Item = &'a Json>) -> Result<()> {
        for reference in references {
            let Some(shape) = reference.text("shape") else {
                return Err(self.damaged(&format!("a reference of {owner} names no shape")));
            };
            if self.shapes().and_then(|shapes| shapes.get(shape)).is_none() {
                return Err(self.damaged(&format!("{owner} refers to the shape {shape}, which is not there")));
            }
        }
        Ok(())
    }

    fn damaged(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Data, format!("The model of {} is not whole: {problem}.", self.service_name))
    }
}

/// Only the service's name.
impl fmt::Debug for ServiceModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceModel({})", self.service_name)
    }
}
