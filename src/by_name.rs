//! Calls of operations that are known by name only when the program runs, with JSON for input and output.

use std::time::Duration;

use crate::client::Core;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Input, Operation};
use crate::protocol::event_stream;
use crate::shape::schema::Schema;
use crate::shape::{Document, RawEvents, Slot, Typed, Value, View, json};
use crate::{call, customize};

/// An operation with zero values of its input and output.
pub struct ByName {
    pub(crate) operation: &'static Operation,
    pub(crate) input: Box<dyn Typed>,
    pub(crate) output: Box<dyn Typed>,
    /// A zero value of the events that the answer consists of.
    pub(crate) event: Option<fn() -> Box<dyn Value>>,
}

impl ByName {
    #[inline]
    pub(crate) fn of<I: Input + Default>() -> Self {
        let (input, output) = (Box::new(I::default()), Box::new(I::Output::default()));
        ByName { operation: I::OPERATION, input, output, event: None }
    }

    /// The same, of an operation that answers with such events.
    #[inline]
    #[allow(dead_code, reason = "there are services without event streams")]
    pub(crate) fn with_events<T: Value + Default + 'static>(self) -> Self {
        ByName { event: Some(|| Box::new(T::default())), ..self }
    }
}

/// Calls the operation of that name. `found` and `names` are what the service has.
///
/// # Errors
/// For a name that the service does not have, for parameters that are not as the model has them, and as the
/// operation's own method.
pub(crate) fn call(
    core: &Core,
    name: &str,
    found: Option<ByName>,
    names: &'static str,
    parameters: &Document,
) -> Result<Document> {
    let Some(ByName { operation, mut input, mut output, event }) = found else {
        return Err(unknown(core.service().name, name, names));
    };
    let named = |error: Error| error.in_operation(core.service().name, operation.name);
    read(core, operation, &mut *input, parameters).map_err(named)?;
    call::run(core, operation, &*input, &mut *output)?;
    json::hold(&mut *output).map_err(named)?;
    let mut result = json::write(&*output).unwrap_or_default();
    if let Some(event) = event {
        read_events(&mut *output, event, &mut result).map_err(named)?;
    }
    customize::document(core.service(), operation, &mut result);
    Ok(result)
}

impl Error {
    /// The members of the modelled error, as JSON in the model's member names: for callers by name, who have no type to
    /// ask [`downcast_ref`](Error::downcast_ref) for. `None` when the service's model does not have the error.
    pub fn members(&self) -> Option<Document> {
        json::write(&*self.modeled()?)
    }
}

/// The presigned URL of the operation of that name.
pub(crate) fn presign(
    core: &Core,
    found: ByName,
    parameters: &Document,
    method: Option<&'static str>,
    expires: Duration,
) -> Result<String> {
    let ByName { operation, mut input, .. } = found;
    let named = |error: Error| error.in_operation(core.service().name, operation.name);
    read(core, operation, &mut *input, parameters).map_err(named)?;
    call::presigned(core, operation, &*input, method, expires)
}

fn read(core: &Core, operation: &'static Operation, input: &mut dyn Typed, parameters: &Document) -> Result<()> {
    let known = |name: &str| has_member(&*input, name);
    let renamed = customize::parameters(core.service(), operation, parameters, &known)?;
    json::read(input, renamed.as_ref().unwrap_or(parameters), core.settings().parameter_validation)
}

pub(crate) fn unknown(service: &str, name: &str, names: &'static str) -> Error {
    let wanted = name.to_ascii_lowercase().replace(['_', '-'], "");
    let mut near: Vec<(usize, &str)> =
        names.split(' ').map(|name| (distance(&wanted, &name.to_ascii_lowercase()), name)).collect();
    near.retain(|(distance, name)| *distance <= 2 + name.len() / 6);
    near.sort_unstable();
    let mut text = format!("{service} has no operation `{name}`, or it was not selected when the crate was built");
    if !near.is_empty() {
        let names: Vec<_> = near.iter().take(3).map(|(_, name)| *name).collect();
        text += &format!("; there is {}", names.join(", "));
    }
    Error::new(ErrorKind::Serialize, text)
}

/// Levenshtein's distance.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, from) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (at, to) in to.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

/// Reads the answer's events to their end, as an array under their member's name.
pub(crate) fn read_events(output: &mut dyn Value, event: fn() -> Box<dyn Value>, result: &mut Document) -> Result<()> {
    output.fill(&mut |slot| {
        let Slot::Structure(schema, values) = slot else { return Ok(()) };
        for (member, value) in Schema::new(schema).members().zip(values) {
            if !is_events(*value) {
                continue;
            }
            let mut events = Vec::new();
            value.fill(&mut |slot| {
                if let Slot::Events(raw) = slot {
                    read_all(raw, event, &mut events)?;
                }
                Ok(())
            })?;
            result[member.name()] = events.into();
        }
        Ok(())
    })
}

fn read_all(raw: &mut RawEvents, event: fn() -> Box<dyn Value>, events: &mut Vec<Document>) -> Result<()> {
    loop {
        let mut event = event();
        if !event_stream::next(raw, &mut *event)? {
            return Ok(());
        }
        events.extend(json::write(&*event));
    }
}

fn has_member(value: &dyn Value, name: &str) -> bool {
    let mut found = false;
    value.view(&mut |view| {
        if let View::Structure(schema, _) = view {
            found = Schema::new(schema).member(name).is_some();
        }
    });
    found
}

fn is_events(value: &dyn Value) -> bool {
    let mut events = false;
    value.view(&mut |view| events = matches!(view, View::Events(_)));
    events
}
