use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value};

use super::Ordered;

/// `service-2.json`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceModel {
    pub metadata: Metadata,
    pub operations: Ordered<Operation>,
    pub shapes: Ordered<Shape>,
    pub documentation: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Metadata {
    pub api_version: Option<String>,
    pub endpoint_prefix: Option<String>,
    pub protocol: Option<String>,
    pub protocols: Vec<String>,
    pub service_full_name: Option<String>,
    pub service_id: Option<String>,
    pub signature_version: Option<String>,
    pub signing_name: Option<String>,
    pub uid: Option<String>,
    pub auth: Vec<String>,
    pub json_version: Option<String>,
    pub target_prefix: Option<String>,
    pub xml_namespace: Option<XmlNamespace>,
    pub global_endpoint: Option<String>,
    pub aws_query_compatible: Option<Value>,
    pub checksum_format: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum XmlNamespace {
    Uri(String),
    Prefixed { uri: String, prefix: Option<String> },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Operation {
    pub name: Option<String>,
    pub http: Option<Http>,
    pub input: Option<Reference>,
    pub output: Option<Reference>,
    pub errors: Vec<Reference>,
    pub documentation: Option<String>,
    pub deprecated: bool,
    #[serde(rename = "deprecatedMessage")]
    pub deprecated_message: Option<String>,
    pub endpoint: Option<Endpoint>,
    pub auth: Vec<String>,
    pub authtype: Option<String>,
    #[serde(rename = "unsignedPayload")]
    pub unsigned_payload: bool,
    #[serde(rename = "httpChecksumRequired")]
    pub http_checksum_required: bool,
    #[serde(rename = "httpChecksum")]
    pub http_checksum: Option<HttpChecksum>,
    pub requestcompression: Option<RequestCompression>,
    #[serde(rename = "staticContextParams")]
    pub static_context_params: Ordered<StaticContextParam>,
    #[serde(rename = "operationContextParams")]
    pub operation_context_params: Ordered<OperationContextParam>,
    pub endpointdiscovery: Option<EndpointDiscovery>,
    pub endpointoperation: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Http {
    pub method: Option<String>,
    pub request_uri: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Endpoint {
    pub host_prefix: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HttpChecksum {
    pub request_algorithm_member: Option<String>,
    pub request_checksum_required: bool,
    pub request_validation_mode_member: Option<String>,
    pub response_algorithms: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestCompression {
    pub encodings: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct StaticContextParam {
    pub value: Value,
}

#[derive(Debug, Deserialize)]
pub struct OperationContextParam {
    pub path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointDiscovery {
    pub required: bool,
}

/// `error` of an exception shape, or of an operation's reference to one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ErrorTrait {
    pub code: Option<String>,
    pub http_status_code: Option<u16>,
}

#[derive(Debug, Deserialize)]
pub struct ContextParam {
    pub name: String,
}

/// What a member, a list, a map or an operation says of the shape it names. Its words win over the shape's own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reference {
    pub shape: Option<String>,
    pub documentation: Option<String>,
    pub location: Option<String>,
    #[serde(rename = "locationName")]
    pub location_name: Option<String>,
    #[serde(rename = "queryName")]
    pub query_name: Option<String>,
    pub payload: Option<String>,
    #[serde(rename = "resultWrapper")]
    pub result_wrapper: Option<String>,
    pub flattened: bool,
    pub streaming: bool,
    pub jsonvalue: bool,
    #[serde(rename = "idempotencyToken")]
    pub idempotency_token: bool,
    #[serde(rename = "hostLabel")]
    pub host_label: bool,
    #[serde(rename = "xmlAttribute")]
    pub xml_attribute: bool,
    #[serde(rename = "xmlNamespace")]
    pub xml_namespace: Option<XmlNamespace>,
    #[serde(rename = "timestampFormat")]
    pub timestamp_format: Option<String>,
    pub sensitive: bool,
    pub eventheader: bool,
    pub eventpayload: bool,
    #[serde(rename = "contextParam")]
    pub context_param: Option<ContextParam>,
    pub error: Option<ErrorTrait>,
    pub deprecated: bool,
    #[serde(rename = "deprecatedMessage")]
    pub deprecated_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub documentation: Option<String>,
    pub members: Ordered<Reference>,
    pub required: Vec<String>,
    pub member: Option<Reference>,
    pub key: Option<Reference>,
    pub value: Option<Reference>,
    #[serde(rename = "enum")]
    pub values: Option<Vec<String>>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub payload: Option<String>,
    pub location: Option<String>,
    #[serde(rename = "locationName")]
    pub location_name: Option<String>,
    #[serde(rename = "queryName")]
    pub query_name: Option<String>,
    pub flattened: bool,
    pub jsonvalue: bool,
    #[serde(rename = "xmlAttribute")]
    pub xml_attribute: bool,
    pub sparse: bool,
    pub streaming: bool,
    #[serde(rename = "requiresLength")]
    pub requires_length: bool,
    pub sensitive: bool,
    pub union: bool,
    pub document: bool,
    pub eventstream: bool,
    pub exception: bool,
    pub error: Option<ErrorTrait>,
    pub retryable: Option<Retryable>,
    #[serde(rename = "xmlNamespace")]
    pub xml_namespace: Option<XmlNamespace>,
    #[serde(rename = "timestampFormat")]
    pub timestamp_format: Option<String>,
    pub deprecated: bool,
    #[serde(rename = "deprecatedMessage")]
    pub deprecated_message: Option<String>,
}

/// An error after which the same request may succeed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Retryable {
    pub throttling: bool,
}

/// `service-2.sdk-extras.json`: what is laid over the model.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Extras {
    pub merge: Merge,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Merge {
    pub metadata: BTreeMap<String, Value>,
    pub shapes: Ordered<Shape>,
}

impl ServiceModel {
    /// Lays `extras` over the model: members are added, a type is replaced.
    pub fn merge(&mut self, extras: Extras) {
        if let Some(Value::String(id)) = extras.merge.metadata.get("serviceId") {
            self.metadata.service_id = Some(id.clone());
        }
        for (name, extra) in extras.merge.shapes {
            let Some(shape) = self.shapes.get_mut(&name) else {
                self.shapes.insert(name, extra);
                continue;
            };
            if extra.kind.is_some() {
                shape.kind = extra.kind;
            }
            for (name, member) in extra.members {
                shape.members.insert(name, member);
            }
        }
    }
}
