use std::collections::BTreeMap;

use super::reach::Use;
use super::schema::{Frame, is_json_header, is_streaming};
use super::{Lowering, docs, tables};
use crate::ir::{self, Ty};
use crate::model::{Operation, Reference, Shape};
use crate::names::{self, Scope};

/// More arguments than this cannot be read where they are given.
const MOST_ARGUMENTS: usize = 4;

/// Whether a shape is a Rust type of its own: structures, unions and enums.
pub fn is_type(shape: &Shape) -> bool {
    match shape.kind.as_deref() {
        Some("structure") => !shape.document,
        Some("string") => shape.values.is_some(),
        _ => false,
    }
}

impl<'a> Lowering<'a> {
    /// The contents of `types.rs`, in the model's order.
    pub fn types(&self) -> Vec<ir::Type> {
        let named = self.model.shapes.iter().filter_map(|(name, shape)| Some((name, shape, self.names.get(name)?)));
        named
            .filter(|(_, _, (file, _))| *file == ir::File::Types)
            .map(|(name, shape, (_, rust))| match shape.kind.as_deref() {
                Some("string") => ir::Type::Enum(enumeration(rust, name, shape)),
                _ if shape.union || shape.eventstream => ir::Type::Union(self.union(rust, name, shape)),
                _ => {
                    let side = self.reach.use_of(name);
                    ir::Type::Structure(self.structure(rust, Frame::new(name, shape, side, false)))
                }
            })
            .collect()
    }

    /// The contents of `error.rs`, in the model's order.
    pub fn errors(&self) -> Vec<ir::Structure> {
        let exceptions = self.model.shapes.iter().filter(|(_, shape)| shape.exception);
        exceptions
            .map(|(name, shape)| {
                let side = Use { input: false, output: true };
                self.structure(&self.names[name].1, Frame::new(name, shape, side, true))
            })
            .collect()
    }

    /// Codes and shape names of each error, in the order of [`Self::errors`]. A code belongs to the first error that has it.
    pub fn error_codes(&self, operations: &[(&'a str, &'a Operation)]) -> Vec<(Vec<String>, usize)> {
        let exceptions: Vec<_> = self.model.shapes.iter().filter(|(_, shape)| shape.exception).collect();
        let mut owners: BTreeMap<&str, usize> =
            exceptions.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
        for (at, (_, shape)) in exceptions.iter().enumerate() {
            if let Some(code) = shape.error.as_ref().and_then(|error| error.code.as_deref()) {
                owners.entry(code).or_insert(at);
            }
        }
        for reference in operations.iter().flat_map(|(_, operation)| &operation.errors) {
            let code = reference.error.as_ref().and_then(|error| error.code.as_deref());
            let at = exceptions.iter().position(|(name, _)| Some(*name) == reference.shape.as_deref());
            if let (Some(code), Some(at)) = (code, at) {
                owners.entry(code).or_insert(at);
            }
        }
        let mut codes: Vec<(Vec<String>, usize)> = (0..exceptions.len()).map(|at| (Vec::new(), at)).collect();
        for (code, at) in owners {
            codes[at].0.push(code.to_owned());
        }
        codes
    }

    fn structure(&self, rust: &str, frame: Frame<'a>) -> ir::Structure {
        ir::Structure {
            arguments: if frame.side.input { self.arguments(frame) } else { None },
            name: rust.to_owned(),
            schema: self.schema(frame, None, &[]),
            docs: docs::shape(frame.shape_name, frame.shape),
            members: self.members(frame, Scope::default()),
            clone: true,
            non_exhaustive: !frame.side.input,
        }
    }

    /// The members of a structure, in the model's order.
    pub fn members(&self, frame: Frame<'a>, mut scope: Scope) -> Vec<ir::Member> {
        frame
            .shape
            .members
            .iter()
            .map(|(name, member)| ir::Member {
                name: scope.claim(names::field(name)),
                docs: docs::member(name, member, self.target(member).1, self.is_required(frame, name, member)),
                ty: self.member_type(frame, name, member),
                json: self.json(frame, name, member),
            })
            .collect()
    }

    /// Indices of the members that a caller must give, unless there are too many.
    pub fn arguments(&self, frame: Frame<'_>) -> Option<Vec<usize>> {
        let members = frame.shape.members.iter().enumerate();
        let required = members.filter(|(_, (name, member))| self.is_required(frame, name, member));
        let arguments: Vec<usize> = required.map(|(at, _)| at).collect();
        (arguments.len() <= MOST_ARGUMENTS).then_some(arguments)
    }

    /// Whether a caller must give the member: an idempotency token that is left out is made up.
    pub fn is_required(&self, frame: Frame<'_>, name: &str, member: &Reference) -> bool {
        frame.shape.required.iter().any(|other| other == name) && !member.idempotency_token
    }

    fn member_type(&self, frame: Frame<'a>, name: &str, member: &'a Reference) -> Ty {
        let (target_name, target) = self.target(member);
        if frame.top && frame.payload == Some(name) && is_streaming(member, target) {
            return Ty::Body;
        }
        if is_json_header(frame.top, member, target) {
            return Ty::Option(Box::new(Ty::Document));
        }
        let mut ty = self.ty(member);
        if matches!(ty, Ty::Events(..)) {
            return ty;
        }
        if self.reach.is_recursive(frame.shape_name, target_name) {
            ty = Ty::Boxed(Box::new(ty));
        }
        let only_answers = frame.side.output && !frame.side.input;
        let always = only_answers && tables::is_always_sent(self.service, frame.shape_name, name);
        let collection = only_answers && matches!(ty, Ty::List(_) | Ty::Map(..));
        let error_message = frame.shape.exception && name.eq_ignore_ascii_case("message");
        match (self.is_required(frame, name, member) && !error_message) || always || collection {
            true => ty,
            false => Ty::Option(Box::new(ty)),
        }
    }

    /// The method that gives an answer's member as JSON.
    fn json(&self, frame: Frame<'a>, name: &str, member: &Reference) -> Option<String> {
        let shape = member.shape.as_deref().unwrap_or_default();
        let holds = frame.side.output && tables::holds_json(self.service, frame.shape_name, name, shape);
        holds.then(|| format!("{}_json", names::field(name).trim_start_matches("r#")))
    }

    /// The type of a shape, wherever it stands.
    fn ty(&self, reference: &'a Reference) -> Ty {
        let (name, shape) = self.target(reference);
        match shape.kind.as_deref().unwrap_or_default() {
            "boolean" => Ty::Bool,
            "byte" | "short" | "integer" => Ty::I32,
            "long" => Ty::I64,
            "float" => Ty::F32,
            "double" => Ty::F64,
            "blob" => Ty::Blob,
            "timestamp" => Ty::Timestamp,
            "list" => Ty::List(Box::new(self.element(shape.sparse, shape.member.as_ref()))),
            "map" => Ty::Map(
                Box::new(self.element(false, shape.key.as_ref())),
                Box::new(self.element(shape.sparse, shape.value.as_ref())),
            ),
            "structure" if shape.document => Ty::Document,
            "structure" => match &self.names[name] {
                (file, rust) if shape.eventstream => Ty::Events(*file, rust.clone()),
                (file, rust) => Ty::Shape(*file, rust.clone()),
            },
            _ if shape.values.is_some() => Ty::Enum(self.names[name].1.clone()),
            _ => Ty::String,
        }
    }

    fn element(&self, sparse: bool, reference: Option<&'a Reference>) -> Ty {
        let ty = reference.map_or(Ty::String, |reference| self.ty(reference));
        if sparse { Ty::Option(Box::new(ty)) } else { ty }
    }

    fn union(&self, rust: &str, name: &'a str, shape: &'a Shape) -> ir::Union {
        let frame = Frame::new(name, shape, self.reach.use_of(name), false);
        let mut scope = Scope::with(&["Unknown"]);
        let variants = shape.members.iter().map(|(member_name, member)| {
            let (target_name, target) = self.target(member);
            let ty = self.ty(member);
            ir::Member {
                name: scope.claim(names::variant(member_name)),
                docs: docs::member(member_name, member, target, false),
                ty: if self.reach.is_recursive(name, target_name) { Ty::Boxed(Box::new(ty)) } else { ty },
                json: None,
            }
        });
        ir::Union {
            name: rust.to_owned(),
            schema: self.schema(frame, None, &[]),
            docs: docs::shape(name, shape),
            variants: variants.collect(),
        }
    }
}

fn enumeration(rust: &str, name: &str, shape: &Shape) -> ir::Enum {
    let mut scope = Scope::with(&["Unknown"]);
    let mut variants: Vec<(String, String)> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in shape.values.iter().flatten() {
        if seen.insert(value) {
            variants.push((scope.claim(names::variant(value)), value.clone()));
        }
    }
    ir::Enum { name: rust.to_owned(), docs: docs::shape(name, shape), variants }
}
