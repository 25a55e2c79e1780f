//! Model to decided form: every choice about names, types, places and documentation is made here.

mod docs;
pub mod endpoint_rules;
mod example;
mod expression;
mod markdown;
mod operations;
mod paginator;
pub mod partitions;
mod reach;
pub mod regions;
mod schema;
mod shapes;
mod tables;
mod waiter;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

pub use schema::location;
pub use tables::amend;

use crate::Report;
use crate::ir;
use crate::model::{Paginators, Reference, ServiceModel, Shape, Waiters, XmlNamespace};
use crate::names::{self, Scope};
use reach::Reach;

/// The wire protocols that the runtime speaks, in botocore's order of preference.
pub const PROTOCOLS: [(&str, Protocol); 6] = [
    ("json", Protocol::Json),
    ("rest-json", Protocol::RestJson),
    ("rest-xml", Protocol::RestXml),
    ("smithy-rpc-v2-cbor", Protocol::RpcV2Cbor),
    ("query", Protocol::Query),
    ("ec2", Protocol::Ec2),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Json,
    RestJson,
    RestXml,
    RpcV2Cbor,
    Query,
    Ec2,
}

impl Protocol {
    /// The one to speak, of those that the model names.
    pub fn of(model: &ServiceModel) -> Option<Protocol> {
        let metadata = &model.metadata;
        let named = |name: &str| match metadata.protocols.is_empty() {
            true => metadata.protocol.as_deref() == Some(name),
            false => metadata.protocols.iter().any(|other| other == name),
        };
        PROTOCOLS.iter().find(|(name, _)| named(name)).map(|(_, protocol)| *protocol)
    }

    fn is_rest(self) -> bool {
        matches!(self, Protocol::RestJson | Protocol::RestXml)
    }

    fn is_xml(self) -> bool {
        matches!(self, Protocol::RestXml | Protocol::Query | Protocol::Ec2)
    }

    fn variant(self) -> &'static str {
        match self {
            Protocol::Json => "Json",
            Protocol::RestJson => "RestJson",
            Protocol::RestXml => "RestXml",
            Protocol::RpcV2Cbor => "RpcV2Cbor",
            Protocol::Query => "Query",
            Protocol::Ec2 => "Ec2",
        }
    }
}

/// A model that has passed the checks, and what of it is wanted.
pub struct Source<'a> {
    /// botocore's directory.
    pub name: &'a str,
    pub model: &'a ServiceModel,
    pub protocol: Protocol,
    /// The operations to keep; `None` keeps all.
    pub keep: Option<&'a BTreeSet<String>>,
    pub endpoint_rules: String,
    pub paginators: Option<&'a (PathBuf, Paginators)>,
    pub waiters: Option<&'a (PathBuf, Waiters)>,
}

/// Decides everything about one service. Paginators and waiters that do not fit the model are reported.
pub fn lower(source: Source<'_>, report: &mut Report) -> ir::Service {
    let model = source.model;
    let (kept, left_out) = operations::kept(model, source.keep);
    let reach = Reach::of(model, &kept);
    let lowering =
        Lowering { service: source.name, model, protocol: source.protocol, names: shape_names(model, &reach), reach };
    let metadata = &model.metadata;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let errors: Vec<_> = lowering.errors();
    let mut service = ir::Service {
        name: source.name.to_owned(),
        module: names::module(source.name),
        title: metadata.service_full_name.clone().unwrap_or_else(|| source.name.to_owned()),
        docs: docs::service(source.name, model),
        id: text(&metadata.service_id),
        endpoint_prefix: text(&metadata.endpoint_prefix),
        signing_name: metadata.signing_name.clone().unwrap_or_else(|| text(&metadata.endpoint_prefix)),
        api_version: text(&metadata.api_version),
        protocol: source.protocol.variant(),
        signature_version: tables::signature_version(source.name, metadata.signature_version.as_deref()),
        auth: metadata.auth.join(" "),
        traits: operations::service_traits(model, source.protocol),
        endpoint_rules: source.endpoint_rules,
        operations: lowering.operations(&kept),
        types: lowering.types(),
        error_codes: lowering.error_codes(&kept),
        errors,
        left_out,
        attribute_values: false,
        transfers: false,
        role_keys: false,
    };
    service.attribute_values = tables::has_attribute_values(&service);
    service.transfers = tables::has_transfers(&service);
    service.role_keys = tables::has_role_keys(&service);
    if let Some((file, paginators)) = source.paginators {
        let problems = lowering.paginators(&mut service, paginators);
        problems.iter().for_each(|problem| report.add(file, problem));
    }
    if let Some((file, waiters)) = source.waiters {
        let problems = lowering.waiters(&mut service, waiters);
        problems.iter().for_each(|problem| report.add(file, problem));
    }
    service.docs.extend(example::of(&service));
    service
}

/// One service on its way from model to decided form.
struct Lowering<'a> {
    service: &'a str,
    model: &'a ServiceModel,
    protocol: Protocol,
    reach: Reach<'a>,
    /// Files and names of the shapes that are types.
    names: HashMap<&'a str, (ir::File, String)>,
}

impl<'a> Lowering<'a> {
    /// The shape a reference names. The checks have seen that it is there.
    fn target(&self, reference: &'a Reference) -> (&'a str, &'a Shape) {
        let name = reference.shape.as_deref().unwrap_or_default();
        (name, self.model.shapes.get(name).expect("the checks have seen every reference's shape"))
    }

    /// The wire name that a reference, or else its shape, gives.
    fn location_name(&self, reference: &'a Reference) -> Option<&'a str> {
        reference.location_name.as_deref().or_else(|| self.target(reference).1.location_name.as_deref())
    }
}

fn shape_names<'a>(model: &'a ServiceModel, reach: &Reach<'a>) -> HashMap<&'a str, (ir::File, String)> {
    let mut names = HashMap::new();
    let (mut types, mut errors) = (Scope::default(), Scope::default());
    // Types whose names are the same words, joined otherwise, are told apart.
    let mut words: BTreeMap<String, ()> = BTreeMap::new();
    for (name, shape) in model.shapes.iter() {
        let (file, scope) = match shape.exception {
            true => (ir::File::Error, &mut errors),
            false if reach.is_nested(name) && shapes::is_type(shape) => (ir::File::Types, &mut types),
            false => continue,
        };
        let mut rust = scope.claim(names::shape_name(name));
        while words.insert(format!("{file:?}{}", names::constant(&rust)), ()).is_some() {
            rust = scope.claim(rust);
        }
        names.insert(name, (file, rust));
    }
    names
}

/// `URI`, or `PREFIX=URI`.
fn namespace(namespace: &XmlNamespace) -> String {
    match namespace {
        XmlNamespace::Uri(uri) | XmlNamespace::Prefixed { uri, prefix: None } => uri.clone(),
        XmlNamespace::Prefixed { uri, prefix: Some(prefix) } => format!("{prefix}={uri}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order is botocore's: `PRIORITY_ORDERED_SUPPORTED_PROTOCOLS`.
    #[test]
    fn the_protocol_is_the_first_that_botocore_prefers() {
        let chosen = |metadata: &str| {
            let model = format!(r#"{{"metadata": {metadata}, "operations": {{}}, "shapes": {{}}}}"#);
            Protocol::of(&serde_json::from_str(&model).unwrap())
        };
        for (metadata, protocol) in [
            (r#"{"protocol": "query", "protocols": ["query", "smithy-rpc-v2-cbor", "json"]}"#, Some(Protocol::Json)),
            (r#"{"protocol": "query", "protocols": ["query", "smithy-rpc-v2-cbor"]}"#, Some(Protocol::RpcV2Cbor)),
            (r#"{"protocol": "json", "protocols": ["ec2", "query"]}"#, Some(Protocol::Query)),
            (r#"{"protocol": "rest-xml"}"#, Some(Protocol::RestXml)),
            (r#"{"protocol": "json", "protocols": ["carrier-pigeon"]}"#, None),
            ("{}", None),
        ] {
            assert_eq!(chosen(metadata), protocol, "{metadata}");
        }
    }
}
