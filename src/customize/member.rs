//! Members of inputs and outputs by their names in the model.

use crate::error::Result;
use crate::shape::schema::Schema;
use crate::shape::{Slot, Value, View};

/// The text of a member; nothing where the shape has no such member, or it is absent.
pub(super) fn text(value: &dyn Value, name: &str) -> Option<String> {
    let mut found = None;
    value.view(&mut |view| {
        if let View::Structure(schema, values) = view
            && let Some((index, _)) = Schema::new(schema).member(name)
        {
            found = values.get(index).and_then(|value| own_text(*value));
        }
    });
    found
}

/// Hands each text of the named members to `change`; absent ones stay so.
pub(super) fn change(value: &mut dyn Value, names: &[&str], change: &dyn Fn(&str) -> String) -> Result<()> {
    value.fill(&mut |slot| {
        let Slot::Structure(schema, values) = slot else { return Ok(()) };
        for (member, value) in Schema::new(schema).members().zip(values) {
            if names.contains(&member.name())
                && let Some(text) = own_text(*value)
            {
                set(*value, change(&text))?;
            }
        }
        Ok(())
    })
}

/// The text that a value is: read before it is changed, as an enum hands out an empty place.
fn own_text(value: &dyn Value) -> Option<String> {
    let mut found = None;
    value.view(&mut |view| {
        if let View::Str(text) = view {
            found = Some(text.to_owned());
        }
    });
    found
}

fn set(value: &mut dyn Value, text: String) -> Result<()> {
    value.fill(&mut |slot| {
        if let Slot::Str(place) = slot {
            place.clone_from(&text);
        }
        Ok(())
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A structure of texts.
    pub(crate) struct Given {
        schema: &'static str,
        texts: Vec<Option<String>>,
    }

    impl Given {
        /// An empty text is absent.
        pub(crate) fn new(schema: &'static str, texts: &[&str]) -> Self {
            let text = |text: &&str| (!text.is_empty()).then(|| (*text).to_owned());
            Given { schema, texts: texts.iter().map(text).collect() }
        }
    }

    impl Value for Given {
        fn view(&self, see: &mut dyn FnMut(View<'_>)) {
            let values: Vec<&dyn Value> = self.texts.iter().map(|text| text as &dyn Value).collect();
            see(View::Structure(self.schema, &values));
        }

        fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
            let mut values: Vec<&mut dyn Value> = self.texts.iter_mut().map(|text| text as &mut dyn Value).collect();
            fill(Slot::Structure(self.schema, &mut values))
        }
    }

    #[test]
    fn members_are_found_and_changed() {
        let mut given = Given::new("In\nname name=Name\nOther\n", &["a", ""]);
        assert_eq!(text(&given, "Name").as_deref(), Some("a"));
        assert_eq!([text(&given, "Other"), text(&given, "name")], [None, None]);
        change(&mut given, &["Name", "Other"], &|text| format!("{text}!")).unwrap();
        assert_eq!(given.texts, [Some("a!".to_owned()), None]);
    }

    /// As enums do: the place to fill is empty, whatever the value is.
    struct Enum(String);

    impl Value for Enum {
        fn view(&self, see: &mut dyn FnMut(View<'_>)) {
            see(View::Str(&self.0));
        }

        fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
            let mut text = String::new();
            let filled = fill(Slot::Str(&mut text));
            self.0 = text;
            filled
        }
    }

    #[test]
    fn enums_are_changed_from_what_they_are() {
        struct Holder(Enum);

        impl Value for Holder {
            fn view(&self, see: &mut dyn FnMut(View<'_>)) {
                see(View::Structure("Out\nKind\n", &[&self.0]));
            }

            fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
                fill(Slot::Structure("Out\nKind\n", &mut [&mut self.0]))
            }
        }

        let mut holder = Holder(Enum("a".to_owned()));
        change(&mut holder, &["Kind"], &|text| format!("{text}!")).unwrap();
        assert_eq!(text(&holder, "Kind").as_deref(), Some("a!"));
    }
}
