use std::cell::Cell;

use super::data::{Data, Item, Next};
use super::error::{Error, ErrorKind};
use super::syntax::{Comparison, Node, Slice};

/// How many values one search may make: `[@, @] | [@, @] | …` doubles them with each step.
const MAX_VALUES: usize = 5_000_000;
/// How deep a value may nest that a search makes.
const MAX_DEPTH: usize = 256;

/// One application of an expression.
///
/// What a step finds is handed to the next step where it lies; values are made only for lists and objects that the
/// expression itself builds, and for the result.
pub(crate) struct Search {
    values: Cell<usize>,
}

impl Search {
    pub(super) fn new() -> Self {
        Search { values: Cell::new(0) }
    }

    /// Hands what the node gives to `next`.
    ///
    /// The steps of a chain wait for one another on the stack: the arms are functions, so that this frame stays small.
    pub(super) fn eval(&self, node: &Node, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        match node {
            Node::Current => next(item),
            Node::Field(name) => field(name, item, next),
            Node::Index(index) => element(*index, item, next),
            Node::Literal(value) => next(Item::of(value)),
            Node::Chain(first, second) => self.eval(first, item, &mut |found| self.eval(second, found, next)),
            Node::Flatten(_) | Node::Slice(_) | Node::Project(..) | Node::ProjectValues(..) | Node::Filter(..) => {
                self.stream(node, item, next)
            }
            Node::Compare(comparison, left, right) => self.compare(*comparison, left, right, item, next),
            Node::Or(left, right) => self.or(left, right, item, next),
            Node::And(left, right) => self.and(left, right, item, next),
            Node::Not(inner) => self.not(inner, item, next),
            Node::List(_) | Node::Object(_) if item.is_null() => next(Item::Null),
            Node::List(nodes) => self.list(nodes, item, next),
            Node::Object(nodes) => self.object(nodes, item, next),
            Node::Call(function, arguments, position) => self.call(*function, arguments, *position, item, next),
        }
    }

    fn stream(&self, node: &Node, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let made = self.collect(node, item)?;
        next(made.as_ref().map_or(Item::Null, Item::of))
    }

    fn compare(
        &self,
        comparison: Comparison,
        left: &Node,
        right: &Node,
        item: Item<'_>,
        next: Next<'_>,
    ) -> Result<(), Error> {
        self.eval(left, item, &mut |left| self.eval(right, item, &mut |right| next(compare(comparison, left, right)?)))
    }

    fn or(&self, left: &Node, right: &Node, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        self.eval(left, item, &mut |found| match found.is_true()? {
            true => next(found),
            false => self.eval(right, item, next),
        })
    }

    fn and(&self, left: &Node, right: &Node, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        self.eval(left, item, &mut |found| match found.is_true()? {
            true => self.eval(right, item, next),
            false => next(found),
        })
    }

    fn not(&self, inner: &Node, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let truth = self.holds(inner, item)?;
        next(Item::Bool(!truth))
    }

    fn list(&self, nodes: &[Node], item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let items: Result<_, _> = nodes.iter().map(|node| self.make(node, item)).collect();
        next(Item::of(&Data::List(items?)))
    }

    fn object(&self, nodes: &[(String, Node)], item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let entries: Result<_, Error> =
            nodes.iter().map(|(key, node)| Ok((key.clone(), self.make(node, item)?))).collect();
        next(Item::of(&Data::Object(entries?)))
    }

    /// Hands the elements of the list that the node gives to `next`, one by one; `false` when it gives no list.
    pub(super) fn each(&self, node: &Node, item: Item<'_>, next: Next<'_>) -> Result<bool, Error> {
        match node {
            Node::Flatten(inner) => self.each(inner, item, &mut |found| match found {
                Item::List(list) => list.each(next),
                found => next(found),
            }),
            Node::Project(left, right) => {
                self.each(left, item, &mut |element| self.eval(right, element, &mut |found| present(found, next)))
            }
            Node::Filter(left, right, condition) => {
                self.each(left, item, &mut |element| match self.holds(condition, element)? {
                    true => self.eval(right, element, &mut |found| present(found, next)),
                    false => Ok(()),
                })
            }
            Node::ProjectValues(left, right) => self.each_value(left, right, item, next),
            Node::Slice(slice) => slice_of(*slice, item, next),
            Node::Chain(first, second) if second.is_stream() => self.each_of_chain(first, second, item, next),
            node => self.each_of_list(node, item, next),
        }
    }

    fn each_value(&self, left: &Node, right: &Node, item: Item<'_>, next: Next<'_>) -> Result<bool, Error> {
        let mut is_object = false;
        self.eval(left, item, &mut |found| match found {
            Item::Object(object) => {
                is_object = true;
                object.each(&mut |_, value| self.eval(right, value, &mut |found| present(found, next)))
            }
            _ => Ok(()),
        })?;
        Ok(is_object)
    }

    fn each_of_chain(&self, first: &Node, second: &Node, item: Item<'_>, next: Next<'_>) -> Result<bool, Error> {
        let mut is_list = false;
        self.eval(first, item, &mut |found| {
            is_list = self.each(second, found, next)?;
            Ok(())
        })?;
        Ok(is_list)
    }

    fn each_of_list(&self, node: &Node, item: Item<'_>, next: Next<'_>) -> Result<bool, Error> {
        let mut is_list = false;
        self.eval(node, item, &mut |found| match found {
            Item::List(list) => {
                is_list = true;
                list.each(next)
            }
            _ => Ok(()),
        })?;
        Ok(is_list)
    }

    /// The node's truth.
    fn holds(&self, node: &Node, item: Item<'_>) -> Result<bool, Error> {
        let mut truth = false;
        self.eval(node, item, &mut |found| {
            truth = found.is_true()?;
            Ok(())
        })?;
        Ok(truth)
    }

    fn collect(&self, node: &Node, item: Item<'_>) -> Result<Option<Data>, Error> {
        let mut items = Vec::new();
        let is_list = self.each(node, item, &mut |found| {
            items.push(self.own(found)?);
            Ok(())
        })?;
        Ok(is_list.then_some(Data::List(items)))
    }

    pub(super) fn make(&self, node: &Node, item: Item<'_>) -> Result<Data, Error> {
        let mut made = Data::Null;
        self.eval(node, item, &mut |found| {
            made = self.own(found)?;
            Ok(())
        })?;
        Ok(made)
    }

    /// A value of its own.
    pub(crate) fn own(&self, item: Item<'_>) -> Result<Data, Error> {
        self.own_at(item, 0)
    }

    fn own_at(&self, item: Item<'_>, depth: usize) -> Result<Data, Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES || depth > MAX_DEPTH {
            return Err(too_large());
        }
        match item {
            Item::List(list) => {
                let mut items = Vec::with_capacity(list.len().min(MAX_VALUES - self.values.get()));
                list.each(&mut |item| {
                    items.push(self.own_at(item, depth + 1)?);
                    Ok(())
                })?;
                Ok(Data::List(items))
            }
            Item::Object(object) => {
                let mut entries = Vec::new();
                object.each(&mut |key, item| {
                    entries.push((key.to_owned(), self.own_at(item, depth + 1)?));
                    Ok(())
                })?;
                Ok(Data::Object(entries))
            }
            item => Ok(Data::of_scalar(item)),
        }
    }
}

fn too_large() -> Error {
    let message =
        format!("The expression makes more than {MAX_VALUES} values, or nests them more than {MAX_DEPTH} deep");
    Error::new(ErrorKind::Limit, 0, message)
}

/// A projection leaves nulls out.
fn present(item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
    match item {
        Item::Null => Ok(()),
        item => next(item),
    }
}

fn field(name: &str, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
    match item {
        Item::Object(object) => object.get(name, next),
        _ => next(Item::Null),
    }
}

fn element(index: i64, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
    match item {
        Item::List(list) => match place(index, list.len()) {
            Some(place) => list.item(place, next),
            None => next(Item::Null),
        },
        _ => next(Item::Null),
    }
}

fn slice_of(slice: Slice, item: Item<'_>, next: Next<'_>) -> Result<bool, Error> {
    match item {
        Item::List(list) => {
            slice.places(list.len()).try_for_each(|place| list.item(place, next))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn place(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

fn compare(comparison: Comparison, left: Item<'_>, right: Item<'_>) -> Result<Item<'static>, Error> {
    let ordered = |holds: fn(std::cmp::Ordering) -> bool| match left.order(right) {
        Some(order) => Item::Bool(holds(order)),
        None => Item::Null,
    };
    Ok(match comparison {
        Comparison::Equal => Item::Bool(left.equals(right)?),
        Comparison::NotEqual => Item::Bool(!left.equals(right)?),
        Comparison::Less => ordered(std::cmp::Ordering::is_lt),
        Comparison::LessOrEqual => ordered(std::cmp::Ordering::is_le),
        Comparison::Greater => ordered(std::cmp::Ordering::is_gt),
        Comparison::GreaterOrEqual => ordered(std::cmp::Ordering::is_ge),
    })
}
