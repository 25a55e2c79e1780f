use std::fmt;

use super::json::{Json, Object};
use super::{ServiceModel, members};
use crate::Map;
use crate::shape::Document;

/// A shape of a service's model: what a member, an input, an output or an error looks like. A reference to a shape may
/// say more of it, or something else, than the shape itself does: the reference wins. Source: botocore's `Shape` and the
/// classes made of it.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    pub(super) service: &'a ServiceModel,
    pub(super) name: &'a str,
    pub(super) model: &'a Object,
    pub(super) reference: Option<&'a Object>,
}

/// Where a value travels.
const SERIALIZATION: [&str; 16] = [
    "locationName",
    "queryName",
    "flattened",
    "location",
    "payload",
    "streaming",
    "timestampFormat",
    "xmlNamespace",
    "resultWrapper",
    "xmlAttribute",
    "eventstream",
    "event",
    "eventheader",
    "eventpayload",
    "jsonvalue",
    "hostLabel",
];

/// What a value may be.
const METADATA: [&str; 16] = [
    "required",
    "min",
    "max",
    "pattern",
    "sensitive",
    "enum",
    "idempotencyToken",
    "error",
    "exception",
    "endpointdiscoveryid",
    "retryable",
    "document",
    "union",
    "contextParam",
    "clientContextParams",
    "requiresLength",
];

impl<'a> Shape<'a> {
    /// The shape's name: `BucketName`.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// `structure`, `list`, `map`, `string`, `integer`, `long`, `float`, `double`, `boolean`, `blob`, `timestamp` …
    pub fn type_name(&self) -> &'a str {
        self.get("type").and_then(Json::as_str).unwrap_or_default()
    }

    /// What it is, in HTML. Empty where the model has no documentation.
    pub fn documentation(&self) -> &'a str {
        self.get("documentation").and_then(Json::as_str).unwrap_or_default()
    }

    /// The members of a structure, in the model's order. Empty for anything else.
    pub fn members(&self) -> Vec<(&'a str, Shape<'a>)> {
        let members = self.members_of_model().into_iter().flatten();
        members.filter_map(|(name, reference)| Some((&**name, self.service.resolve(reference)?))).collect()
    }

    /// The member of a structure that is called so.
    pub fn member_named(&self, name: &str) -> Option<Shape<'a>> {
        self.service.resolve(self.members_of_model()?.get(name)?)
    }

    /// What a list consists of.
    pub fn member(&self) -> Option<Shape<'a>> {
        self.part("member")
    }

    /// What the keys of a map are.
    pub fn key(&self) -> Option<Shape<'a>> {
        self.part("key")
    }

    /// What the values of a map are.
    pub fn value(&self) -> Option<Shape<'a>> {
        self.part("value")
    }

    /// The members of a structure that must be there.
    pub fn required_members(&self) -> Vec<&'a str> {
        self.get("required").map(Json::texts).unwrap_or_default()
    }

    /// The values that the model knows of an enum. Empty where any text will do.
    pub fn enum_values(&self) -> Vec<&'a str> {
        self.get("enum").map(Json::texts).unwrap_or_default()
    }

    /// The smallest number, or the least length in characters, bytes or items.
    pub fn min(&self) -> Option<f64> {
        self.get("min")?.as_number()?.as_f64()
    }

    /// The largest number, or the greatest length in characters, bytes or items.
    pub fn max(&self) -> Option<f64> {
        self.get("max")?.as_number()?.as_f64()
    }

    /// The regular expression that a text should match.
    pub fn pattern(&self) -> Option<&'a str> {
        self.get("pattern")?.as_str()
    }

    /// Whether it is a secret.
    pub fn is_sensitive(&self) -> bool {
        self.is_on("sensitive")
    }

    /// Whether a random value stands for one that is not given.
    pub fn is_idempotency_token(&self) -> bool {
        self.is_on("idempotencyToken")
    }

    /// Whether it is any JSON.
    pub fn is_document_type(&self) -> bool {
        self.is_on("document")
    }

    /// Whether exactly one of its members is set.
    pub fn is_tagged_union(&self) -> bool {
        self.is_on("union")
    }

    /// Whether it is streamed instead of held in memory.
    pub fn is_streaming(&self) -> bool {
        self.is_on("streaming")
    }

    /// Whether it should not be used any more.
    pub fn is_deprecated(&self) -> bool {
        self.is_on("deprecated")
    }

    /// Whether it is an error of the service.
    pub fn is_exception(&self) -> bool {
        self.is_on("exception")
    }

    /// The code of an error: the one that the model gives it, or its name. `None` for what is no error.
    pub fn error_code(&self) -> Option<&'a str> {
        if !self.is_exception() {
            return None;
        }
        let code = self.get("error").and_then(|error| error.text("code"));
        Some(code.filter(|code| !code.is_empty()).unwrap_or(self.name))
    }

    /// The member of a structure that is a stream of events.
    pub fn event_stream_name(&self) -> Option<&'a str> {
        let members = self.members().into_iter();
        members.filter(|(_, shape)| shape.is_on("eventstream")).map(|(name, _)| name).next()
    }

    /// The member of a structure that is the whole body.
    pub fn payload(&self) -> Option<&'a str> {
        self.get("payload")?.as_str()
    }

    /// Where and how it travels: `location`, `name` (the model's `locationName`), `flattened`, `payload` …
    pub fn serialization(&self) -> Map<String, Document> {
        let mut found = members(&SERIALIZATION, |name| self.get(name));
        if let Some(name) = found.remove("locationName") {
            found.insert("name".to_owned(), name);
        }
        found
    }

    /// What its values may be: `required`, `min`, `max`, `pattern`, `enum`, `sensitive` …
    pub fn metadata(&self) -> Map<String, Document> {
        members(&METADATA, |name| self.get(name))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Json> {
        // `shape` of a reference is the shape's name, and nothing of the shape.
        let of_reference = self.reference.filter(|_| name != "shape").and_then(|reference| reference.get(name));
        of_reference.or_else(|| self.model.get(name))
    }

    fn is_on(&self, name: &str) -> bool {
        self.get(name) == Some(&Json::Bool(true))
    }

    fn members_of_model(&self) -> Option<&'a Object> {
        self.get("members")?.as_object()
    }

    fn part(&self, name: &str) -> Option<Shape<'a>> {
        self.service.resolve(self.get(name)?)
    }
}

/// Type and name.
impl fmt::Debug for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.type_name(), self.name)
    }
}
