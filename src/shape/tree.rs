//! Values of shapes made from samples, for tests of what walks values.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::{Entries, EntriesMut, Items, ItemsMut, Map, Slot, Value, View};
use crate::error::Result;

/// A shape that fits some samples.
#[derive(Clone, Debug, Default)]
pub(crate) enum Shape {
    #[default]
    Str,
    Bool,
    Long,
    Double,
    List(Rc<Shape>),
    Map(Rc<Shape>),
    Structure(&'static str, Rc<[Shape]>),
}

impl Shape {
    /// An object is a structure on the first two levels, as a page is, and a map below.
    pub(crate) fn of<'a>(samples: impl IntoIterator<Item = &'a Json>) -> Shape {
        Shape::at_level(&samples.into_iter().collect::<Vec<_>>(), 0)
    }

    fn at_level(samples: &[&Json], level: usize) -> Shape {
        match samples.iter().find(|sample| !sample.is_null()) {
            Some(Json::Bool(_)) => Shape::Bool,
            Some(Json::Number(number)) if number.is_f64() => Shape::Double,
            Some(Json::Number(_)) => Shape::Long,
            Some(Json::Array(_)) => {
                let elements: Vec<_> = samples.iter().filter_map(|sample| sample.as_array()).flatten().collect();
                Shape::List(Rc::new(Shape::at_level(&elements, level)))
            }
            Some(Json::Object(_)) => Shape::of_objects(samples, level),
            _ => Shape::Str,
        }
    }

    fn of_objects(samples: &[&Json], level: usize) -> Shape {
        let mut members: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
        for (key, value) in samples.iter().filter_map(|sample| sample.as_object()).flatten() {
            members.entry(key).or_default().push(value);
        }
        if level > 1 {
            let values: Vec<_> = members.into_values().flatten().collect();
            return Shape::Map(Rc::new(Shape::at_level(&values, level + 1)));
        }
        let names: String = members.keys().map(|name| format!("{name}\n")).collect();
        let schema = format!("Sample\n{names}").leak();
        Shape::Structure(schema, members.values().map(|samples| Shape::at_level(samples, level + 1)).collect())
    }
}

/// A value of a [`Shape`]; every member is optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    shape: Shape,
    content: Option<Content>,
}

#[derive(Clone, Debug)]
enum Content {
    Str(String),
    Bool(bool),
    Long(i64),
    Double(f64),
    List(List),
    Map(List),
    Structure(Vec<Tree>),
}

#[derive(Clone, Debug)]
struct List {
    element: Rc<Shape>,
    keys: Map<String, ()>,
    trees: Vec<Tree>,
}

impl Tree {
    pub(crate) fn absent(shape: &Shape) -> Tree {
        Tree { shape: shape.clone(), content: None }
    }

    pub(crate) fn new(shape: &Shape, json: &Json) -> Tree {
        let content = match (shape, json) {
            (Shape::Str, Json::String(text)) => Some(Content::Str(text.clone())),
            (Shape::Bool, Json::Bool(value)) => Some(Content::Bool(*value)),
            (Shape::Long, Json::Number(value)) => value.as_i64().map(Content::Long),
            (Shape::Double, Json::Number(value)) => value.as_f64().map(Content::Double),
            (Shape::List(element), Json::Array(items)) => {
                let trees = items.iter().map(|item| Tree::new(element, item)).collect();
                Some(Content::List(List { element: element.clone(), keys: Map::new(), trees }))
            }
            (Shape::Map(element), Json::Object(entries)) => {
                let keys = entries.keys().map(|key| (key.clone(), ())).collect();
                let trees = entries.values().map(|value| Tree::new(element, value)).collect();
                Some(Content::Map(List { element: element.clone(), keys, trees }))
            }
            (Shape::Structure(schema, members), Json::Object(entries)) => {
                let values = names(schema).zip(members.iter()).map(|(name, member)| match entries.get(name) {
                    Some(value) => Tree::new(member, value),
                    None => Tree::absent(member),
                });
                Some(Content::Structure(values.collect()))
            }
            _ => None,
        };
        Tree { shape: shape.clone(), content }
    }

    /// Absent members are left out.
    pub(crate) fn to_json(&self) -> Json {
        match (&self.shape, &self.content) {
            (_, Some(Content::Str(value))) => Json::from(value.as_str()),
            (_, Some(Content::Bool(value))) => Json::from(*value),
            (_, Some(Content::Long(value))) => Json::from(*value),
            (_, Some(Content::Double(value))) => Json::from(*value),
            (_, Some(Content::List(list))) => list.trees.iter().map(Tree::to_json).collect(),
            (_, Some(Content::Map(list))) => {
                list.keys.keys().cloned().zip(list.trees.iter().map(Tree::to_json)).collect()
            }
            (Shape::Structure(schema, _), Some(Content::Structure(trees))) => {
                let members = names(schema).zip(trees).filter(|(_, tree)| tree.content.is_some());
                members.map(|(name, tree)| (name.to_owned(), tree.to_json())).collect()
            }
            _ => Json::Null,
        }
    }

    fn zero(&self) -> Content {
        let list = |element: &Rc<Shape>| List { element: element.clone(), keys: Map::new(), trees: Vec::new() };
        match &self.shape {
            Shape::Str => Content::Str(String::new()),
            Shape::Bool => Content::Bool(false),
            Shape::Long => Content::Long(0),
            Shape::Double => Content::Double(0.0),
            Shape::List(element) => Content::List(list(element)),
            Shape::Map(element) => Content::Map(list(element)),
            Shape::Structure(_, members) => Content::Structure(members.iter().map(Tree::absent).collect()),
        }
    }
}

fn names(schema: &'static str) -> impl Iterator<Item = &'static str> {
    schema.lines().skip(1)
}

impl Value for Tree {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        match (&self.shape, &self.content) {
            (_, None) => see(View::Absent),
            (_, Some(Content::Str(value))) => see(View::Str(value)),
            (_, Some(Content::Bool(value))) => see(View::Bool(*value)),
            (_, Some(Content::Long(value))) => see(View::Int(*value)),
            (_, Some(Content::Double(value))) => see(View::Double(*value)),
            (_, Some(Content::List(list))) => see(View::List(list)),
            (_, Some(Content::Map(list))) => see(View::Map(list)),
            (Shape::Structure(schema, _), Some(Content::Structure(trees))) => {
                see(View::Structure(schema, &trees.iter().map(|tree| tree as &dyn Value).collect::<Vec<_>>()));
            }
            _ => see(View::Absent),
        }
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        let zero = self.zero();
        match (&self.shape, self.content.get_or_insert(zero)) {
            (_, Content::Str(value)) => fill(Slot::Str(value)),
            (_, Content::Bool(value)) => fill(Slot::Bool(value)),
            (_, Content::Long(value)) => fill(Slot::Long(value)),
            (_, Content::Double(value)) => fill(Slot::Double(value)),
            (_, Content::List(list)) => fill(Slot::List(list)),
            (_, Content::Map(list)) => fill(Slot::Map(list)),
            (Shape::Structure(schema, _), Content::Structure(trees)) => {
                let mut places: Vec<_> = trees.iter_mut().map(|tree| tree as &mut dyn Value).collect();
                fill(Slot::Structure(schema, &mut places))
            }
            _ => Ok(()),
        }
    }

    fn clear(&mut self) {
        self.content = None;
    }
}

impl Items for List {
    fn len(&self) -> usize {
        self.trees.len()
    }

    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.trees.get(index).map(|tree| tree as &dyn Value)
    }
}

impl ItemsMut for List {
    fn push(&mut self) -> &mut dyn Value {
        self.trees.push(Tree::absent(&self.element));
        self.trees.last_mut().expect("an element was just pushed")
    }

    fn each(&mut self, change: &mut dyn FnMut(&mut dyn Value) -> Result<()>) -> Result<()> {
        self.trees.iter_mut().try_for_each(|tree| change(tree))
    }

    fn keep(&mut self, start: usize, count: usize) {
        ItemsMut::keep(&mut self.trees, start, count);
    }
}

impl Entries for List {
    fn len(&self) -> usize {
        self.trees.len()
    }

    fn entry(&self, index: usize) -> Option<(&str, &dyn Value)> {
        let (key, ()) = self.keys.get_index(index)?;
        Some((key, self.trees.get(index)?))
    }
}

impl EntriesMut for List {
    fn insert(&mut self, key: &str) -> &mut dyn Value {
        self.remove(key);
        self.keys.insert(key.to_owned(), ());
        self.push()
    }

    fn remove(&mut self, key: &str) {
        let place = self.keys.keys().position(|other| other == key);
        if let Some(place) = place {
            self.keys.remove(key);
            self.trees.remove(place);
        }
    }
}
