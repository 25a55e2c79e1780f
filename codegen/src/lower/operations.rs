use std::collections::BTreeSet;

use serde_json::Value;

use super::reach::Use;
use super::schema::Frame;
use super::{Lowering, Protocol, docs, namespace, tables};
use crate::ir::{self, Ty};
use crate::model::{Operation, Reference, ServiceModel};
use crate::names::{self, Scope};

/// Methods of every call: a setter of such a name gets an underscore.
const CALL_METHODS: [&str; 6] = ["input", "items", "new", "pages", "presign", "send"];

/// Types that the operations' module has, or uses, besides those of the operations.
const CALL_TYPES: [&str; 4] = ["Call", "Items", "Paged", "Pages"];

/// Functions of every client.
const CLIENT_METHODS: [&str; 6] = ["call", "core", "from_core", "meta", "new", "send"];

/// The operations to emit, in the model's order, and the names of those that cannot be.
pub fn kept<'a>(
    model: &'a ServiceModel,
    keep: Option<&BTreeSet<String>>,
) -> (Vec<(&'a str, &'a Operation)>, Vec<String>) {
    let mut left_out = Vec::new();
    let mut kept = Vec::new();
    for (name, operation) in model.operations.iter() {
        if keep.is_some_and(|keep| !keep.contains(name)) {
            continue;
        }
        // A stream of events to the service needs HTTP/2.
        if sends_events(model, operation) {
            left_out.push(name.to_owned());
        } else {
            kept.push((name, operation));
        }
    }
    (kept, left_out)
}

fn sends_events(model: &ServiceModel, operation: &Operation) -> bool {
    let shape = |reference: &Reference| model.shapes.get(reference.shape.as_deref()?);
    let input = operation.input.as_ref().and_then(shape);
    input.is_some_and(|input| {
        input.members.iter().filter_map(|(_, member)| shape(member)).any(|target| target.eventstream)
    })
}

/// The words of the runtime's `Service::traits`.
pub fn service_traits(model: &ServiceModel, protocol: Protocol) -> String {
    let metadata = &model.metadata;
    let mut words = Words::default();
    if protocol == Protocol::Json {
        words.set("json=", metadata.json_version.as_deref());
    }
    words.set("target=", metadata.target_prefix.as_deref());
    words.set("ns=", metadata.xml_namespace.as_ref().map(namespace).as_deref());
    words.flag("query-compatible", metadata.aws_query_compatible.is_some());
    words.set("global=", metadata.global_endpoint.as_deref());
    words.set("checksum=", metadata.checksum_format.as_deref());
    words.set("discovery=", discovery(model));
    words.0
}

/// Whether the service tells where its endpoints are, and whether some of its operations can be sent nowhere else.
fn discovery(model: &ServiceModel) -> Option<&'static str> {
    let mut operations = model.operations.iter().map(|(_, operation)| operation);
    let required = |operation: &Operation| operation.endpointdiscovery.as_ref().is_some_and(|it| it.required);
    match (operations.clone().any(|operation| operation.endpointoperation), operations.any(required)) {
        (false, _) => None,
        (true, true) => Some("required"),
        (true, false) => Some("optional"),
    }
}

impl<'a> Lowering<'a> {
    /// The operations, in the model's order.
    pub fn operations(&self, kept: &[(&'a str, &'a Operation)]) -> Vec<ir::Operation> {
        let mut types = Scope::with(&CALL_TYPES);
        let mut methods = Scope::with(&CLIENT_METHODS);
        // All calls first: they keep their names where another operation's input or output would have the same.
        let calls: Vec<String> = kept.iter().map(|(name, _)| types.claim(names::shape_name(name))).collect();
        let named = kept.iter().zip(calls);
        named.map(|((name, operation), call)| self.operation(name, operation, call, &mut types, &mut methods)).collect()
    }

    fn operation(
        &self,
        name: &'a str,
        operation: &'a Operation,
        call: String,
        types: &mut Scope,
        methods: &mut Scope,
    ) -> ir::Operation {
        let (input, output) = (types.claim(format!("{call}Input")), types.claim(format!("{call}Output")));
        let input = self.input(&call, input, operation);
        ir::Operation {
            name: name.to_owned(),
            method: methods.claim(names::field(name)),
            http_method: operation
                .http
                .as_ref()
                .and_then(|http| http.method.clone())
                .unwrap_or_else(|| "POST".to_owned()),
            uri: self.uri(operation),
            traits: self.traits(operation),
            docs: docs::operation(self.model, name, operation),
            deprecated: operation.deprecated.then(|| docs::plain(operation.deprecated_message.as_deref())),
            output: self.output(&call, output, operation),
            setters: setters(&input),
            pages: None,
            waiters: Vec::new(),
            input,
            call,
        }
    }

    fn input(&self, call: &str, rust: String, operation: &'a Operation) -> ir::Structure {
        let side = Use { input: true, output: false };
        let Some(reference) = &operation.input else {
            return empty(rust, vec![String::new()]);
        };
        let frame = self.frame(reference, side);
        let members = self.members(frame, Scope::default());
        ir::Structure {
            arguments: self.arguments(frame),
            schema: self.schema(frame, Some(reference), &[]),
            docs: vec![format!("What [`{call}`] sends.")],
            clone: cloneable(&members),
            members,
            non_exhaustive: false,
            name: rust,
        }
    }

    fn output(&self, call: &str, rust: String, operation: &'a Operation) -> ir::Structure {
        let metadata = ir::Member {
            name: "response_metadata".to_owned(),
            docs: vec!["Status, headers and ids of the answer.".to_owned()],
            ty: Ty::ResponseMetadata,
            json: None,
        };
        let line = "ResponseMetadata at=metadata".to_owned();
        let mut structure = match &operation.output {
            None => empty(rust, vec![String::new(), line]),
            Some(reference) => {
                let frame = self.frame(reference, Use { input: false, output: true });
                let members = self.members(frame, Scope::with(&["response_metadata"]));
                ir::Structure {
                    arguments: None,
                    schema: self.schema(frame, Some(reference), &[line]),
                    docs: Vec::new(),
                    clone: cloneable(&members),
                    members,
                    non_exhaustive: true,
                    name: rust,
                }
            }
        };
        structure.docs = vec![format!("What [`{call}`] answers.")];
        structure.non_exhaustive = true;
        structure.members.push(metadata);
        structure
    }

    fn frame(&self, reference: &'a Reference, side: Use) -> Frame<'a> {
        let (shape_name, shape) = self.target(reference);
        let frame = Frame::new(shape_name, shape, side, true);
        Frame { payload: reference.payload.as_deref().or(frame.payload), ..frame }
    }

    /// The path. The endpoint rules of S3 put the bucket into the URL, so it is not taken from the path as well.
    fn uri(&self, operation: &Operation) -> String {
        let uri = operation.http.as_ref().and_then(|http| http.request_uri.clone()).unwrap_or_else(|| "/".to_owned());
        match self.service {
            "s3" => uri.strip_prefix("/{Bucket}").map(str::to_owned).unwrap_or(uri),
            service => tables::with_default_labels(service, uri),
        }
    }

    fn traits(&self, operation: &Operation) -> String {
        let mut words = Words::default();
        if !operation.auth.is_empty() {
            let schemes: Vec<&str> = operation.auth.iter().map(|scheme| auth_scheme(scheme)).collect();
            words.set("auth=", Some(&schemes.join(",")));
        }
        words.set("authtype=", operation.authtype.as_deref());
        words.flag("unsigned-payload", operation.unsigned_payload);
        words.set("host=", self.host_prefix(operation));
        words.set("wrapper=", operation.output.as_ref().and_then(|output| output.result_wrapper.as_deref()));
        if let Some(checksum) = &operation.http_checksum {
            words.flag("checksum-required", checksum.request_checksum_required);
            words.set("checksum-algorithm=", checksum.request_algorithm_member.as_deref());
            words.set("checksum-mode=", checksum.request_validation_mode_member.as_deref());
            if !checksum.response_algorithms.is_empty() {
                words.set("checksum-responses=", Some(&checksum.response_algorithms.join(",")));
            }
        }
        words.flag("md5-required", operation.http_checksum_required);
        if let Some(compression) = &operation.requestcompression {
            words.set("compress=", Some(&compression.encodings.join(",")));
        }
        for (name, param) in operation.static_context_params.iter() {
            words.set("static=", Some(&format!("{name}:{}", without_spaces(&param.value.to_string()))));
        }
        for (name, param) in operation.operation_context_params.iter() {
            words.set("operation-context=", Some(&format!("{name}:{}", without_spaces(&param.path))));
        }
        words.flag("events", self.answers_events(operation));
        words.flag("requires-length", self.requires_length(operation));
        words.flag("long-poll", operation.name.as_deref().is_some_and(|name| tables::is_long_poll(self.service, name)));
        if let Some(discovery) = &operation.endpointdiscovery {
            words.set("discovery=", Some(if discovery.required { "required" } else { "optional" }));
        }
        words.flag("discovery-operation", operation.endpointoperation);
        words.0
    }

    fn answers_events(&self, operation: &'a Operation) -> bool {
        operation.output.as_ref().is_some_and(|output| {
            let members = &self.target(output).1.members;
            members.iter().any(|(_, member)| self.target(member).1.eventstream)
        })
    }

    /// Whether the streamed body must be sent with its length.
    fn requires_length(&self, operation: &'a Operation) -> bool {
        operation.input.as_ref().is_some_and(|input| {
            let members = &self.target(input).1.members;
            members.iter().any(|(_, member)| self.target(member).1.requires_length)
        })
    }

    /// The host prefix. The endpoint rules of S3 Control add the account's where the operation says that they need it.
    fn host_prefix<'o>(&self, operation: &'o Operation) -> Option<&'o str> {
        let prefix = operation.endpoint.as_ref()?.host_prefix.as_deref()?;
        let rules_add_it = operation
            .static_context_params
            .get("RequiresAccountId")
            .is_some_and(|param| param.value == Value::Bool(true));
        (self.service != "s3control" || prefix != "{AccountId}." || !rules_add_it).then_some(prefix)
    }
}

fn empty(rust: String, schema: Vec<String>) -> ir::Structure {
    ir::Structure {
        arguments: Some(Vec::new()),
        schema,
        docs: vec!["Nothing.".to_owned()],
        members: Vec::new(),
        clone: true,
        non_exhaustive: false,
        name: rust,
    }
}

fn cloneable(members: &[ir::Member]) -> bool {
    !members.iter().any(|member| matches!(member.ty, Ty::Body | Ty::Events(..)))
}

fn setters(input: &ir::Structure) -> Vec<String> {
    let mut scope = Scope::with(&CALL_METHODS);
    let name = |name: &str| if CALL_METHODS.contains(&name) { format!("{name}_") } else { name.to_owned() };
    input.members.iter().map(|member| scope.claim(name(&member.name))).collect()
}

fn auth_scheme(scheme: &str) -> &str {
    if scheme == "smithy.api#noAuth" { "none" } else { scheme }
}

/// Words are separated by spaces: those that mean nothing go, those inside quotes become `%20`.
fn without_spaces(text: &str) -> String {
    let mut quote = None;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, quote) {
            (' ', None) => continue,
            (' ', Some(_)) => {
                out.push_str("%20");
                continue;
            }
            ('"' | '\'' | '`', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Words separated by spaces.
#[derive(Default)]
struct Words(String);

impl Words {
    fn set(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.push_str(key);
            self.0.push_str(value);
        }
    }

    fn flag(&mut self, word: &str, set: bool) {
        self.set(word, set.then_some(""));
    }
}

#[cfg(test)]
mod tests {
    use super::without_spaces;

    #[test]
    fn spaces_of_expressions_go_or_are_escaped() {
        assert_eq!(without_spaces("A[*].[B.C, D.E][]"), "A[*].[B.C,D.E][]");
        assert_eq!(without_spaces("a[?b == 'c d']"), "a[?b=='c%20d']");
    }
}
