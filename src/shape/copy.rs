use super::{Slot, Value, View};
use crate::error::{Error, ErrorKind, Result};

/// A copy: `Clone` of structures, for which a function a type of its own would cost every build twice as much.
#[inline]
pub(crate) fn copied<T: Value + Default>(value: &T) -> T {
    let mut copied = T::default();
    copy(value, &mut copied).expect("the copy has the type of what is copied");
    copied
}

/// Copies a value into a zero value of the same type. A streamed body is moved: there is only one.
///
/// # Errors
/// [`ErrorKind::Serialize`], when the types are not the same.
pub(crate) fn copy(from: &dyn Value, to: &mut dyn Value) -> Result<()> {
    let mut result = Ok(());
    from.view(&mut |view| {
        result = match view {
            View::Absent => {
                to.clear();
                Ok(())
            }
            view => to.fill(&mut |slot| copy_view(&view, slot)),
        }
    });
    result
}

fn copy_view(view: &View<'_>, slot: Slot<'_>) -> Result<()> {
    match (view, slot) {
        (View::Bool(value), Slot::Bool(place)) => *place = *value,
        (View::Int(value), Slot::Integer(place)) => *place = i32::try_from(*value).map_err(|_| mismatch())?,
        (View::Int(value), Slot::Long(place)) => *place = *value,
        (View::Float(value), Slot::Float(place)) => *place = *value,
        (View::Double(value), Slot::Double(place)) => *place = *value,
        (View::Str(value), Slot::Str(place)) => (*value).clone_into(place),
        (View::Blob(value), Slot::Blob(place)) => *place = value.to_vec().into(),
        (View::Timestamp(value), Slot::Timestamp(place)) => *place = *value,
        (View::Document(value), Slot::Document(place)) => place.clone_from(value),
        (View::Stream(body), Slot::Stream(place)) => *place = body.take(),
        (View::Metadata(metadata), Slot::Metadata(place)) => place.clone_from(metadata),
        // Only answers have them, and they cannot be read twice.
        (View::Events(_), Slot::Events(_)) => {}
        (View::List(items), Slot::List(places)) => {
            places.expect(items.len());
            for item in items.iter() {
                copy(item, places.push())?;
            }
        }
        (View::Map(entries), Slot::Map(places)) => {
            places.expect(entries.len());
            for (key, value) in entries.iter() {
                copy(value, places.insert(key))?;
            }
        }
        (View::Structure(_, values), Slot::Structure(_, places)) => {
            for (value, place) in values.iter().zip(places) {
                copy(*value, *place)?;
            }
        }
        (View::Union(from), Slot::Union(to)) => match (from.variant(), from.unknown()) {
            (Some((index, value)), _) => copy(value, to.select(index).ok_or_else(mismatch)?)?,
            (None, Some(name)) => to.select_unknown(name),
            (None, None) => {}
        },
        _ => return Err(mismatch()),
    }
    Ok(())
}

fn mismatch() -> Error {
    Error::new(ErrorKind::Serialize, "A value cannot be copied into one of another type")
}
