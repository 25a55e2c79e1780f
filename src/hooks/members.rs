//! Members of inputs and outputs by their names in the model, for handlers that know no types.

use serde_json::{Map, Value as Json};

use crate::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::schema::Schema;
use crate::shape::{Slot, Value, View, json};

/// The member as JSON; `None` when it is absent or not known.
pub(crate) fn get(value: &dyn Value, name: &str) -> Option<Document> {
    let mut found = None;
    value.view(&mut |view| {
        if let View::Structure(schema, members) = view
            && let Some((at, _)) = Schema::new(schema).member(name)
        {
            found = json::write(members[at]);
        }
    });
    found
}

/// Sets a member from JSON; null makes it absent, or zero where it cannot be.
///
/// # Errors
/// [`ErrorKind::Hook`] for a member that is not known; [`ErrorKind::Serialize`] for JSON that is not of its type.
pub(super) fn set(value: &mut dyn Value, name: &str, json: Document) -> Result<()> {
    empty(value, name)?;
    if json.is_null() {
        return Ok(());
    }
    json::read(value, &Json::Object(Map::from_iter([(name.to_owned(), json)])), false)
}

/// Makes a member absent, or zero where it cannot be.
fn empty(value: &mut dyn Value, name: &str) -> Result<()> {
    value.fill(&mut |slot| {
        let Slot::Structure(schema, members) = slot else { return Ok(()) };
        let schema = Schema::new(schema);
        let Some((at, _)) = schema.member(name) else {
            let message = format!("{} has no member `{name}`", schema.name());
            return Err(Error::new(ErrorKind::Hook, message));
        };
        let member = &mut *members[at];
        member.clear();
        let (absent, keys) = state(member);
        if absent {
            return Ok(());
        }
        member.fill(&mut |slot| {
            match slot {
                Slot::List(items) => items.keep(0, 0),
                Slot::Map(entries) => keys.iter().for_each(|key| entries.remove(key)),
                Slot::Str(text) => text.clear(),
                _ => {}
            }
            Ok(())
        })
    })
}

/// Whether a value is absent, and the keys of a map.
fn state(value: &dyn Value) -> (bool, Vec<String>) {
    let (mut absent, mut keys) = (false, Vec::new());
    value.view(&mut |view| match view {
        View::Absent => absent = true,
        View::Map(entries) => {
            keys = (0..entries.len()).filter_map(|at| entries.entry(at)).map(|(key, _)| key.to_owned()).collect();
        }
        _ => {}
    });
    (absent, keys)
}
