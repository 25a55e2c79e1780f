use std::collections::HashMap;

use super::handler::Handler;

/// Handlers by the parts of the names that they are registered for.
#[derive(Clone, Default)]
pub(super) struct Node {
    sections: [Vec<Handler>; 3],
    children: HashMap<String, Node>,
}

/// The part of a name's handlers that one belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Section {
    First,
    #[default]
    Middle,
    Last,
}

impl Node {
    pub(super) fn insert(&mut self, name: &str, section: Section, handler: Handler) {
        let node = name.split('.').fold(self, |node, part| node.children.entry(part.to_owned()).or_default());
        node.sections[section as usize].push(handler);
    }

    /// Takes out the first that is this handler.
    pub(super) fn remove(&mut self, name: &str, handler: &Handler) {
        self.remove_at(&name.split('.').collect::<Vec<_>>(), handler);
    }

    fn remove_at(&mut self, parts: &[&str], handler: &Handler) {
        let Some((part, rest)) = parts.split_first() else {
            for section in &mut self.sections {
                if let Some(at) = section.iter().position(|other| other.is(handler)) {
                    section.remove(at);
                    return;
                }
            }
            return;
        };
        if let Some(child) = self.children.get_mut(*part) {
            child.remove_at(rest, handler);
            if child.len() == 0 {
                self.children.remove(*part);
            }
        }
    }

    /// The handlers of an event, from those of the nearest name on. Among names of one length botocore's walk decides: at
    /// each part the wildcard's handlers come before the part's own, whatever follows.
    pub(super) fn search(&self, name: &str) -> Vec<Handler> {
        let mut found = Vec::new();
        self.collect(&name.split('.').collect::<Vec<_>>(), &mut found);
        found
    }

    fn collect(&self, parts: &[&str], found: &mut Vec<Handler>) {
        if let Some((part, rest)) = parts.split_first() {
            for child in [self.children.get("*"), self.children.get(*part)].into_iter().flatten() {
                child.collect(rest, found);
            }
        }
        found.extend(self.sections.iter().flatten().cloned());
    }

    pub(super) fn len(&self) -> usize {
        let own: usize = self.sections.iter().map(Vec::len).sum();
        own + self.children.values().map(Node::len).sum::<usize>()
    }
}
