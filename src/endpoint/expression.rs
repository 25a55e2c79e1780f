//! The expressions by which an operation takes an endpoint parameter out of its input.
//!
//! They are JMESPath, of which models use little: `A.B`, `A[*].B`, `A[].B`, `keys(A)` and `A[*].[B.C, D.E][]`. Here is
//! just that, straight over the input, for the general engine works on documents.

use super::Param;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::Schema;
use crate::shape::{Value, View};

/// What the expression finds: a string, or a list when it goes through one; nothing when the members are absent.
///
/// # Errors
/// [`ErrorKind::Endpoint`] for an expression of another form.
pub(super) fn search(input: &dyn Value, path: &str) -> Result<Option<Param<'static>>> {
    let mut found = Found { texts: Vec::new(), list: false, good: true };
    match path.strip_prefix("keys(").map(|path| path.strip_suffix(')')) {
        Some(Some(path)) => found.walk(input, path, true),
        Some(None) => found.good = false,
        None => found.walk(input, path, false),
    }
    match found {
        Found { good: false, .. } => {
            let message = format!("The endpoint parameter's expression `{path}` has a form that is not supported.");
            Err(Error::new(ErrorKind::Endpoint, message))
        }
        Found { list: true, texts, .. } => Ok(Some(Param::List(texts))),
        Found { mut texts, .. } => Ok(texts.pop().map(|text| Param::Str(text.into()))),
    }
}

/// The text of a string that is there.
pub(super) fn text(value: &dyn Value) -> Option<String> {
    let mut text = None;
    value.view(&mut |view| {
        if let View::Str(value) = view {
            text = Some(value.to_owned());
        }
    });
    text
}

struct Found {
    texts: Vec<String>,
    /// Whether a list or map was there, be it empty.
    list: bool,
    good: bool,
}

impl Found {
    fn walk(&mut self, value: &dyn Value, path: &str, keys: bool) {
        if let Some(rest) = path.strip_prefix("[*]").or_else(|| path.strip_prefix("[]")) {
            return self.project(value, rest.strip_prefix('.').unwrap_or(rest), keys);
        }
        if let Some(rest) = path.strip_prefix('[') {
            return self.select(value, rest, keys);
        }
        if path.is_empty() {
            return self.take(value, keys);
        }
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, rest) = path.split_at(end);
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        self.good &= !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        value.view(&mut |view| {
            if let View::Structure(schema, values) = view
                && let Some((index, _)) = Schema::new(schema).member(name)
                && let Some(value) = values.get(index)
            {
                self.walk(*value, rest, keys);
            }
        });
    }

    fn project(&mut self, value: &dyn Value, rest: &str, keys: bool) {
        value.view(&mut |view| {
            if let View::List(items) = view {
                self.list = true;
                for item in items.iter() {
                    self.walk(item, rest, keys);
                }
            }
        });
    }

    /// Several paths from one value. The lists that this makes are joined by the `[]` that must follow.
    fn select(&mut self, value: &dyn Value, rest: &str, keys: bool) {
        match rest.split_once(']') {
            Some((paths, "[]")) => {
                for path in paths.split(',') {
                    self.walk(value, path.trim(), keys);
                }
            }
            _ => self.good = false,
        }
    }

    fn take(&mut self, value: &dyn Value, keys: bool) {
        value.view(&mut |view| match view {
            View::Map(entries) if keys => {
                self.list = true;
                let entries = entries.iter();
                self.texts.extend(entries.map(|(key, _)| key.to_owned()));
            }
            View::Str(text) if !keys => self.texts.push(text.to_owned()),
            _ => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Map;
    use crate::shape::Slot;

    struct Shape(&'static str, Vec<Box<dyn Value>>);

    impl Value for Shape {
        fn view(&self, see: &mut dyn FnMut(View<'_>)) {
            see(View::Structure(self.0, &self.1.iter().map(|value| &**value).collect::<Vec<_>>()));
        }
        fn fill(&mut self, _: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
            Ok(())
        }
    }

    struct List(Vec<Shape>);

    impl Value for List {
        fn view(&self, see: &mut dyn FnMut(View<'_>)) {
            see(View::List(self));
        }
        fn fill(&mut self, _: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
            Ok(())
        }
    }

    impl crate::shape::Items for List {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn item(&self, index: usize) -> Option<&dyn Value> {
            self.0.get(index).map(|shape| shape as &dyn Value)
        }
    }

    fn named(member: &'static str, name: &str) -> Shape {
        let table = Shape("Table\nTableName\n", vec![Box::new(Some(name.to_owned()))]);
        Shape(member, vec![Box::new(table)])
    }

    fn input() -> Shape {
        let requests: Map<String, String> = [("b", "1"), ("a", "2")].into();
        let items = List(vec![named("Item\nPut\n", "x"), named("Item\nGet\n", "y"), named("Item\nGet\n", "z")]);
        Shape(
            "Input\nwire-name name=Name\nRequests map(k, v)\nItems list()\nNone\n",
            vec![Box::new(Some("n".to_owned())), Box::new(requests), Box::new(items), Box::new(None::<String>)],
        )
    }

    #[test]
    fn forms_that_models_use() {
        let list = |items: &[&str]| Some(Param::List(items.iter().map(|&item| item.to_owned()).collect()));
        for (path, expected) in [
            ("Name", Some(Param::Str("n".into()))),
            ("None", None),
            ("Nobody.Knows", None),
            ("Name.Inner", None),
            ("keys(Requests)", list(&["b", "a"])),
            ("keys(Nobody)", None),
            ("Items[*].Get.TableName", list(&["y", "z"])),
            ("Items[].Put.TableName", list(&["x"])),
            ("Items[*].Update.TableName", list(&[])),
            ("Items[*].[Get.TableName, Put.TableName][]", list(&["x", "y", "z"])),
            ("Nobody[*].Name", None),
        ] {
            assert_eq!(search(&input(), path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn other_forms_are_errors() {
        for path in ["a || b", "keys(Name", "Items[*].[Get]", "Items[0]", "@", "length(Name)", "Items[?x]", ".Name"] {
            assert!(search(&input(), path).is_err(), "{path}");
        }
    }
}
