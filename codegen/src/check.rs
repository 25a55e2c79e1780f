//! Everything that is wrong with a model, at once: what passes here, `lower` can decide about.

use std::collections::BTreeSet;

use crate::Report;
use crate::lower::{Protocol, location};
use crate::model::{Operation, Reference, ServiceModel, Shape};
use crate::read::Source;

const TYPES: [&str; 13] = [
    "blob",
    "boolean",
    "byte",
    "double",
    "float",
    "integer",
    "list",
    "long",
    "map",
    "short",
    "string",
    "structure",
    "timestamp",
];

const TIMESTAMP_FORMATS: [&str; 3] = ["iso8601", "rfc822", "unixTimestamp"];

/// Reports what is wrong with a service's model.
pub fn service(source: &Source, report: &mut Report) {
    let mut check = Check { model: &source.model, problems: Vec::new() };
    check.protocol();
    for (name, operation) in source.model.operations.iter() {
        check.operation(name, operation);
    }
    for (name, shape) in source.model.shapes.iter() {
        check.shape(name, shape);
    }
    check.requirements();
    for problem in check.problems {
        report.add(&source.file, &problem);
    }
}

struct Check<'a> {
    model: &'a ServiceModel,
    problems: Vec<String>,
}

impl<'a> Check<'a> {
    fn protocol(&mut self) {
        if Protocol::of(self.model).is_none() {
            let metadata = &self.model.metadata;
            let named = match metadata.protocols.is_empty() {
                true => metadata.protocol.iter().cloned().collect(),
                false => metadata.protocols.clone(),
            };
            self.problems.push(match named.is_empty() {
                true => "the metadata names no protocol".to_owned(),
                false => format!("none of the protocols is known: {}", named.join(", ")),
            });
        }
    }

    fn operation(&mut self, name: &str, operation: &'a Operation) {
        let place = format!("operation {name}");
        self.word(&place, "its name", Some(name));
        for (role, reference) in [("input", &operation.input), ("output", &operation.output)] {
            if let Some(reference) = reference {
                let shape = self.target(&format!("{place}, {role}"), reference);
                if shape.is_some_and(|shape| shape.kind.as_deref() != Some("structure")) {
                    self.problems.push(format!("{place}, {role}: the shape is not a structure"));
                }
                let payload = reference.payload.as_ref().zip(shape);
                if let Some((name, _)) = payload.filter(|(name, shape)| shape.members.get(name).is_none()) {
                    self.problems.push(format!("{place}, {role}: the payload {name} is not a member"));
                }
            }
        }
        // The runtime asks for endpoints by that name; no other has been seen.
        if operation.endpointoperation && name != "DescribeEndpoints" {
            self.problems.push(format!("{place}: an `endpointoperation` must be called DescribeEndpoints"));
        }
        for error in &operation.errors {
            self.target(&format!("{place}, errors"), error);
        }
        match operation.http.as_ref().map(|http| (&http.method, &http.request_uri)) {
            Some((Some(method), Some(uri))) => {
                self.word(&place, "the HTTP method", Some(method));
                self.labels(&place, operation, uri);
            }
            Some((None, _)) => self.problems.push(format!("{place}: `http` has no `method`")),
            Some((_, None)) => self.problems.push(format!("{place}: `http` has no `requestUri`")),
            None => self.problems.push(format!("{place}: there is no `http`")),
        }
    }

    /// Every label of the path is a member that travels there.
    fn labels(&mut self, place: &str, operation: &Operation, uri: &str) {
        self.word(place, "the path", Some(uri));
        let input = operation.input.as_ref().and_then(|input| self.model.shapes.get(input.shape.as_deref()?));
        for part in uri.split('{').skip(1) {
            let Some((label, _)) = part.split_once('}') else {
                self.problems.push(format!("{place}: a label of the path `{uri}` has no end"));
                continue;
            };
            let label = label.trim_end_matches('+');
            let is_there = input
                .is_some_and(|input| input.members.iter().any(|(name, member)| self.is_label(name, member, label)));
            if !is_there {
                self.problems.push(format!("{place}: no member of the input travels in the path's label {{{label}}}"));
            }
        }
    }

    fn is_label(&self, name: &str, member: &Reference, label: &str) -> bool {
        let Some(target) = member.shape.as_deref().and_then(|shape| self.model.shapes.get(shape)) else { return false };
        let wire = member.location_name.as_deref().or(target.location_name.as_deref());
        location(member, target) == Some("uri") && wire.unwrap_or(name) == label
    }

    fn shape(&mut self, name: &str, shape: &'a Shape) {
        let place = format!("shape {name}");
        self.word(&place, "its name", Some(name));
        match shape.kind.as_deref() {
            None => self.problems.push(format!("{place}: there is no `type`")),
            Some(kind) if !TYPES.contains(&kind) => {
                self.problems.push(format!("{place}: the type `{kind}` is not known"));
            }
            Some("structure") => self.structure(&place, shape),
            Some("list") => {
                self.part(&place, "member", shape.member.as_ref());
                self.nesting(name, shape);
            }
            Some("map") => self.map(&place, name, shape),
            Some(_) => {}
        }
        self.time_format(&place, shape.timestamp_format.as_deref());
        self.word(&place, "`locationName`", shape.location_name.as_deref());
        self.word(&place, "the error code", shape.error.as_ref().and_then(|error| error.code.as_deref()));
    }

    fn structure(&mut self, place: &str, shape: &'a Shape) {
        for (name, member) in shape.members.iter() {
            let place = format!("{place}, member {name}");
            self.target(&place, member);
            self.word(&place, "its name", Some(name));
            // Headers whose names begin with anything: a map of all of them.
            let wire = member.location_name.as_deref();
            let all_headers = wire == Some("") && member.location.as_deref() == Some("headers");
            self.word(&place, "`locationName`", wire.filter(|_| !all_headers));
            self.word(&place, "`queryName`", member.query_name.as_deref());
            let parameter = member.context_param.as_ref().map(|param| param.name.as_str());
            self.word(&place, "the endpoint parameter", parameter);
            self.time_format(&place, member.timestamp_format.as_deref());
        }
        for name in shape.required.iter().filter(|name| shape.members.get(name).is_none()) {
            self.problems.push(format!("{place}: the required member {name} is not there"));
        }
        if let Some(name) = shape.payload.as_ref().filter(|name| shape.members.get(name).is_none()) {
            self.problems.push(format!("{place}: the payload {name} is not a member"));
        }
    }

    fn map(&mut self, place: &str, name: &str, shape: &'a Shape) {
        let key = self.part(place, "key", shape.key.as_ref());
        if key.is_some_and(|key| key.kind.as_deref() != Some("string")) {
            self.problems.push(format!("{place}: the key is not a string"));
        }
        self.part(place, "value", shape.value.as_ref());
        self.nesting(name, shape);
    }

    /// A list or map that holds itself with no structure between has no type.
    fn nesting(&mut self, name: &str, shape: &'a Shape) {
        let mut seen = BTreeSet::from([name]);
        let mut inner = shape;
        while let Some(next) = inner.member.as_ref().or(inner.value.as_ref()).and_then(|part| part.shape.as_deref()) {
            let Some(shape) = self.model.shapes.get(next) else { return };
            if !matches!(shape.kind.as_deref(), Some("list" | "map")) {
                return;
            }
            if next == name {
                self.problems.push(format!("shape {name}: it holds itself with no structure between"));
            }
            if !seen.insert(next) {
                return;
            }
            inner = shape;
        }
    }

    /// A list's member, or a map's key or value.
    fn part(&mut self, place: &str, role: &str, reference: Option<&'a Reference>) -> Option<&'a Shape> {
        let Some(reference) = reference else {
            self.problems.push(format!("{place}: there is no `{role}`"));
            return None;
        };
        self.word(place, "`locationName`", reference.location_name.as_deref());
        self.time_format(place, reference.timestamp_format.as_deref());
        self.target(&format!("{place}, {role}"), reference)
    }

    fn target(&mut self, place: &str, reference: &Reference) -> Option<&'a Shape> {
        let Some(name) = &reference.shape else {
            self.problems.push(format!("{place}: there is no `shape`"));
            return None;
        };
        let shape = self.model.shapes.get(name);
        if shape.is_none() {
            self.problems.push(format!("{place}: the shape {name} is not there"));
        }
        shape
    }

    fn time_format(&mut self, place: &str, format: Option<&str>) {
        if let Some(format) = format.filter(|format| !TIMESTAMP_FORMATS.contains(format)) {
            self.problems.push(format!("{place}: the timestamp format `{format}` is not known"));
        }
    }

    /// A word of a description: blanks would end it, parentheses belong to collections.
    fn word(&mut self, place: &str, what: &str, text: Option<&str>) {
        let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')');
        if let Some(text) = text.filter(|text| text.is_empty() || text.contains(bad)) {
            self.problems.push(format!("{place}: {what} is `{}`, which is not a word", text.escape_debug()));
        }
    }

    /// A structure that requires itself has no smallest value.
    fn requirements(&mut self) {
        let (mut done, mut path) = (BTreeSet::new(), Vec::new());
        for (name, _) in self.model.shapes.iter() {
            self.follow_required(name, &mut path, &mut done);
        }
    }

    fn follow_required(&mut self, name: &'a str, path: &mut Vec<&'a str>, done: &mut BTreeSet<&'a str>) {
        if let Some(start) = path.iter().position(|other| *other == name) {
            let cycle = path[start..].join(" requires ");
            self.problems.push(format!("shape {name}: it requires itself: {cycle} requires {name}"));
            return;
        }
        let Some(shape) = self.model.shapes.get(name) else { return };
        if shape.kind.as_deref() != Some("structure") || shape.union || !done.insert(name) {
            return;
        }
        path.push(name);
        for member in shape.required.iter().filter_map(|member| shape.members.get(member)) {
            if let Some(target) = &member.shape {
                self.follow_required(target, path, done);
            }
        }
        path.pop();
    }
}
