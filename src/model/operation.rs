use std::fmt;

use super::json::{Json, Object};
use super::{ServiceModel, Shape};
use crate::Map;
use crate::shape::Document;

/// An operation of a service's model. Source: botocore's `OperationModel`.
#[derive(Clone, Copy)]
pub struct OperationModel<'a> {
    pub(super) service: &'a ServiceModel,
    pub(super) name: &'a str,
    pub(super) json: &'a Json,
}

/// A parameter of the endpoint rules that the operation sets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StaticContextParameter<'a> {
    /// `UseObjectLambdaEndpoint`
    pub name: &'a str,
    /// A boolean, a text, or a list of texts.
    pub value: Document,
}

/// A parameter of the endpoint rules that a member of the input sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextParameter<'a> {
    /// The parameter: `Bucket`.
    pub name: &'a str,
    /// The member.
    pub member_name: &'a str,
}

impl<'a> OperationModel<'a> {
    /// The operation's name: `GetObject`.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The name that is sent, mostly the same.
    pub fn wire_name(&self) -> &'a str {
        self.json.text("name").unwrap_or(self.name)
    }

    /// The service whose operation it is.
    pub fn service_model(&self) -> &'a ServiceModel {
        self.service
    }

    /// What it does, in HTML. Empty where the model has no documentation.
    pub fn documentation(&self) -> &'a str {
        self.json.text("documentation").unwrap_or_default()
    }

    /// Whether it should not be used any more.
    pub fn deprecated(&self) -> bool {
        self.json.is_on("deprecated")
    }

    /// Why, or what to use instead.
    pub fn deprecated_message(&self) -> Option<&'a str> {
        self.json.text("deprecatedMessage")
    }

    /// `GET`, `PUT` … Empty where the model says nothing.
    pub fn http_method(&self) -> &'a str {
        self.http_text("method")
    }

    /// The path with its labels: `/{Bucket}/{Key+}`.
    pub fn request_uri(&self) -> &'a str {
        self.http_text("requestUri")
    }

    /// `method`, `requestUri`, `responseCode`, as the model has them.
    pub fn http(&self) -> Map<String, Document> {
        self.object("http").map(|(name, value)| (name.to_string(), value.document())).collect()
    }

    /// What it takes, if anything.
    pub fn input_shape(&self) -> Option<Shape<'a>> {
        self.service.resolve(self.json.get("input")?)
    }

    /// What it answers, if anything.
    pub fn output_shape(&self) -> Option<Shape<'a>> {
        self.service.resolve(self.json.get("output")?)
    }

    /// The errors that the model knows of it.
    pub fn error_shapes(&self) -> Vec<Shape<'a>> {
        let errors = self.json.get("errors").map(Json::items).unwrap_or_default();
        errors.iter().filter_map(|error| self.service.resolve(error)).collect()
    }

    /// The members of the input for which a random value stands when none is given.
    pub fn idempotent_members(&self) -> Vec<&'a str> {
        let members = self.input_members().into_iter();
        members.filter(|(_, shape)| shape.is_idempotency_token()).map(|(name, _)| name).collect()
    }

    /// The auth schemes, best first: `aws.auth#sigv4`. Empty: the service's.
    pub fn auth(&self) -> Vec<&'a str> {
        self.json.get("auth").map(Json::texts).unwrap_or_default()
    }

    /// The older form of the same: `none`, `v4-unsigned-body`.
    pub fn auth_type(&self) -> Option<&'a str> {
        self.json.text("authtype")
    }

    /// Whether the body is left out of the signature over TLS.
    pub fn unsigned_payload(&self) -> bool {
        self.json.is_on("unsignedPayload")
    }

    /// `hostPrefix` and what else the model says of the endpoint.
    pub fn endpoint(&self) -> Option<Document> {
        self.json.get("endpoint").map(Json::document)
    }

    /// Whether a request must carry a checksum, by the older trait of that name.
    pub fn http_checksum_required(&self) -> bool {
        self.json.is_on("httpChecksumRequired")
    }

    /// The checksums that requests and answers can carry, as the model has them. Empty where there are none.
    pub fn http_checksum(&self) -> Map<String, Document> {
        self.object("httpChecksum").map(|(name, value)| (name.to_string(), value.document())).collect()
    }

    /// The compressions that a request may have: `gzip`.
    pub fn request_compression(&self) -> Vec<&'a str> {
        let compression = self.json.get("requestcompression").and_then(|trait_| trait_.get("encodings"));
        compression.map(Json::texts).unwrap_or_default()
    }

    /// Parameters of the endpoint rules that the operation sets.
    pub fn static_context_parameters(&self) -> Vec<StaticContextParameter<'a>> {
        let parameters = self.object("staticContextParams");
        let value = |json: &Json| json.get("value").map_or(Document::Null, Json::document);
        parameters.map(|(name, json)| StaticContextParameter { name, value: value(json) }).collect()
    }

    /// Parameters of the endpoint rules that members of the input set.
    pub fn context_parameters(&self) -> Vec<ContextParameter<'a>> {
        let members = self.input_members().into_iter();
        let parameter = |(member_name, shape): (&'a str, Shape<'a>)| {
            Some(ContextParameter { name: shape.get("contextParam")?.text("name")?, member_name })
        };
        members.filter_map(parameter).collect()
    }

    /// Parameters of the endpoint rules, and the JMESPath expressions that find their values in the input.
    pub fn operation_context_parameters(&self) -> Vec<(&'a str, &'a str)> {
        let parameters = self.object("operationContextParams");
        parameters.map(|(name, json)| (&**name, json.text("path").unwrap_or_default())).collect()
    }

    /// `None`: the endpoint is not asked for. `Some(true)`: it must be.
    pub fn endpoint_discovery_required(&self) -> Option<bool> {
        self.json.get("endpointdiscovery").map(|discovery| discovery.is_on("required"))
    }

    /// Whether it is the one that tells the others' endpoints.
    pub fn is_endpoint_discovery_operation(&self) -> bool {
        self.json.is_on("endpointoperation")
    }

    /// Whether it takes a stream of events.
    pub fn has_event_stream_input(&self) -> bool {
        self.event_stream_input().is_some()
    }

    /// Whether it answers with a stream of events.
    pub fn has_event_stream_output(&self) -> bool {
        self.event_stream_output().is_some()
    }

    /// The events that it takes.
    pub fn event_stream_input(&self) -> Option<Shape<'a>> {
        events(self.input_shape()?)
    }

    /// The events that it answers with.
    pub fn event_stream_output(&self) -> Option<Shape<'a>> {
        events(self.output_shape()?)
    }

    /// Whether the body of its request is a blob.
    pub fn has_streaming_input(&self) -> bool {
        self.streaming_input().is_some()
    }

    /// Whether the body of its answer is a blob.
    pub fn has_streaming_output(&self) -> bool {
        self.streaming_output().is_some()
    }

    /// The blob that is the body of its request.
    pub fn streaming_input(&self) -> Option<Shape<'a>> {
        body(self.input_shape()?)
    }

    /// The blob that is the body of its answer.
    pub fn streaming_output(&self) -> Option<Shape<'a>> {
        body(self.output_shape()?)
    }

    /// All that the model says of it, as JSON.
    pub fn description(&self) -> Document {
        self.json.document()
    }

    fn input_members(&self) -> Vec<(&'a str, Shape<'a>)> {
        self.input_shape().map(|shape| shape.members()).unwrap_or_default()
    }

    fn http_text(&self, name: &str) -> &'a str {
        self.json.get("http").and_then(|http| http.text(name)).unwrap_or_default()
    }

    fn object(&self, name: &str) -> impl Iterator<Item = (&'a Box<str>, &'a Json)> + use<'a> {
        let object: Option<&'a Object> = self.json.get(name).and_then(Json::as_object);
        object.into_iter().flatten()
    }
}

fn events(shape: Shape<'_>) -> Option<Shape<'_>> {
    shape.member_named(shape.event_stream_name()?)
}

fn body(shape: Shape<'_>) -> Option<Shape<'_>> {
    shape.member_named(shape.payload()?).filter(|shape| shape.type_name() == "blob")
}

/// Service and name.
impl fmt::Debug for OperationModel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperationModel({} {})", self.service.service_name(), self.name)
    }
}
