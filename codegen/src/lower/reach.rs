use std::collections::{HashMap, HashSet};

use crate::model::{Operation, Reference, ServiceModel, Shape};

/// Which shapes the kept operations use, from which side, and which contain themselves.
pub struct Reach<'a> {
    uses: HashMap<&'a str, Use>,
    /// Pairs of a structure and a member's structure that contains the first again by value.
    recursive: HashSet<(&'a str, &'a str)>,
}

/// How a shape is used.
#[derive(Clone, Copy, Default)]
pub struct Use {
    /// A request carries it.
    pub input: bool,
    /// An answer carries it.
    pub output: bool,
}

impl<'a> Reach<'a> {
    /// Follows all references from the inputs and outputs of `operations` and from all errors of the service.
    pub fn of(model: &'a ServiceModel, operations: &[(&'a str, &'a Operation)]) -> Self {
        let mut reach = Reach { uses: HashMap::new(), recursive: HashSet::new() };
        for (_, operation) in operations {
            reach.enter(model, operation.input.as_ref(), Use { input: true, output: false });
            reach.enter(model, operation.output.as_ref(), Use { input: false, output: true });
        }
        for (_, shape) in model.shapes.iter().filter(|(_, shape)| shape.exception) {
            reach.follow(model, shape, Use { input: false, output: true });
        }
        reach.recursive = Cycles::of(model);
        reach
    }

    /// Whether a shape is used by others than the operations themselves.
    pub fn is_nested(&self, name: &str) -> bool {
        self.uses.contains_key(name)
    }

    /// How a shape is used inside others.
    pub fn use_of(&self, name: &str) -> Use {
        self.uses.get(name).copied().unwrap_or_default()
    }

    /// Whether a member of `shape` must hold `target` behind a pointer.
    pub fn is_recursive(&self, shape: &str, target: &str) -> bool {
        !self.recursive.is_empty() && self.recursive.contains(&(shape, target))
    }

    fn enter(&mut self, model: &'a ServiceModel, reference: Option<&'a Reference>, side: Use) {
        if let Some(shape) = reference.and_then(|reference| model.shapes.get(reference.shape.as_deref()?)) {
            self.follow(model, shape, side);
        }
    }

    fn follow(&mut self, model: &'a ServiceModel, shape: &'a Shape, side: Use) {
        let mut open = vec![shape];
        while let Some(shape) = open.pop() {
            for name in references(shape) {
                let seen = self.uses.entry(name).or_default();
                if (seen.input || !side.input) && (seen.output || !side.output) {
                    continue;
                }
                seen.input |= side.input;
                seen.output |= side.output;
                open.extend(model.shapes.get(name));
            }
        }
    }
}

/// The shapes that a shape names.
fn references(shape: &Shape) -> impl Iterator<Item = &str> {
    let members = shape.members.iter().map(|(_, member)| member);
    members.chain(&shape.member).chain(&shape.key).chain(&shape.value).filter_map(|member| member.shape.as_deref())
}

/// Tarjan's search for strongly connected structures, over members held by value.
struct Cycles<'a> {
    model: &'a ServiceModel,
    order: HashMap<&'a str, usize>,
    low: HashMap<&'a str, usize>,
    stack: Vec<&'a str>,
    open: HashSet<&'a str>,
    edges: HashSet<(&'a str, &'a str)>,
}

impl<'a> Cycles<'a> {
    fn of(model: &'a ServiceModel) -> HashSet<(&'a str, &'a str)> {
        let mut cycles = Cycles {
            model,
            order: HashMap::new(),
            low: HashMap::new(),
            stack: Vec::new(),
            open: HashSet::new(),
            edges: HashSet::new(),
        };
        for (name, shape) in model.shapes.iter() {
            if shape.kind.as_deref() == Some("structure") && !cycles.order.contains_key(name) {
                cycles.visit(name);
            }
        }
        cycles.edges
    }

    fn visit(&mut self, name: &'a str) {
        let number = self.order.len();
        self.order.insert(name, number);
        self.low.insert(name, number);
        self.stack.push(name);
        self.open.insert(name);
        for target in by_value(self.model, name) {
            if !self.order.contains_key(target) {
                self.visit(target);
                let low = self.low[name].min(self.low[target]);
                self.low.insert(name, low);
            } else if self.open.contains(target) {
                let low = self.low[name].min(self.order[target]);
                self.low.insert(name, low);
            }
        }
        if self.low[name] == number {
            let from = self.stack.iter().rposition(|other| *other == name).unwrap_or(0);
            let component: HashSet<&str> = self.stack.drain(from..).collect();
            for &member in &component {
                self.open.remove(member);
                let inside = by_value(self.model, member).filter(|target| component.contains(target));
                self.edges.extend(inside.map(|target| (member, target)));
            }
        }
    }
}

/// The structures that a structure's members hold by value.
fn by_value<'a>(model: &'a ServiceModel, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let members = model.shapes.get(name).map(|shape| shape.members.iter());
    members
        .into_iter()
        .flatten()
        .filter_map(move |(_, member)| member.shape.as_deref())
        .filter(move |target| model.shapes.get(target).is_some_and(|shape| shape.kind.as_deref() == Some("structure")))
}
