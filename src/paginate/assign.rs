use crate::error::{Error, ErrorKind, Result};
use crate::jmespath::{self, Item, List, Next, Object};
use crate::shape::schema::Schema;
use crate::shape::{EntriesMut, ItemsMut, Slot, Union, Value};

/// Makes `place` what `item` is. Members that `item` has not stay as they are; lists are replaced.
///
/// # Errors
/// When the kinds do not fit: [`ErrorKind::Serialize`].
pub(super) fn assign(place: &mut dyn Value, item: Item<'_>) -> Result<()> {
    if item.is_null() {
        place.clear();
        return Ok(());
    }
    place.fill(&mut |slot| assign_slot(slot, item))
}

fn assign_slot(slot: Slot<'_>, item: Item<'_>) -> Result<()> {
    match (slot, item) {
        (Slot::Bool(place), Item::Bool(value)) => *place = value,
        (Slot::Integer(place), Item::Int(value)) => *place = value.try_into().map_err(|_| unfit(item))?,
        (Slot::Long(place), Item::Int(value)) => *place = value.try_into().map_err(|_| unfit(item))?,
        (Slot::Integer(place), Item::Str(text)) => *place = text.parse().map_err(|_| unfit(item))?,
        (Slot::Long(place), Item::Str(text)) => *place = text.parse().map_err(|_| unfit(item))?,
        (Slot::Float(place), Item::Int(_) | Item::Float(_)) => *place = item.number().unwrap_or_default() as f32,
        (Slot::Double(place), Item::Int(_) | Item::Float(_)) => *place = item.number().unwrap_or_default(),
        (Slot::Str(place), Item::Str(text)) => text.clone_into(place),
        (Slot::Str(place), Item::Int(value)) => *place = value.to_string(),
        (Slot::Blob(place), Item::Blob(bytes)) => *place = bytes.into(),
        (Slot::Blob(place), Item::Str(text)) => *place = text.into(),
        (Slot::Timestamp(place), Item::Timestamp(time)) => *place = time,
        (Slot::Timestamp(place), Item::Str(text)) => *place = text.parse()?,
        (Slot::Document(place), item) => *place = jmespath::own(item)?.into_json(),
        (Slot::List(place), Item::List(list)) => {
            place.keep(0, 0);
            return extend(place, list);
        }
        (Slot::Map(place), Item::Object(object)) => return assign_map(place, object),
        (Slot::Structure(schema, members), Item::Object(object)) => return assign_members(schema, members, object),
        (Slot::Union(place), Item::Object(object)) => return assign_union(place, object),
        (Slot::Metadata(_) | Slot::Stream(_) | Slot::Events(_), _) => {}
        _ => return Err(unfit(item)),
    }
    Ok(())
}

fn unfit(item: Item<'_>) -> Error {
    let message = format!("A value of type {} does not fit the member it is for", item.type_name());
    Error::new(ErrorKind::Serialize, message)
}

/// Appends the elements of `list`.
pub(super) fn extend(place: &mut dyn ItemsMut, list: List<'_>) -> Result<()> {
    visit(|next| list.each(next), |item| assign(place.push(), item))
}

fn assign_map(place: &mut dyn EntriesMut, object: Object<'_>) -> Result<()> {
    entries(object, |key, item| assign(place.insert(key), item))
}

fn assign_members(schema: &'static str, members: &mut [&mut dyn Value], object: Object<'_>) -> Result<()> {
    entries(object, |key, item| match Schema::new(schema).member(key) {
        Some((index, _)) if index < members.len() => assign(&mut *members[index], item),
        _ => Ok(()),
    })
}

fn assign_union(place: &mut dyn Union, object: Object<'_>) -> Result<()> {
    let schema = Schema::new(place.schema());
    entries(object, |key, item| match schema.member(key).and_then(|(index, _)| place.select(index)) {
        Some(value) => assign(value, item),
        None => {
            place.select_unknown(key);
            Ok(())
        }
    })
}

/// What `walk` hands out, until `each` fails.
pub(super) fn visit(
    walk: impl FnOnce(Next<'_>) -> std::result::Result<(), jmespath::Error>,
    mut each: impl FnMut(Item<'_>) -> Result<()>,
) -> Result<()> {
    let mut result = Ok(());
    walk(&mut |item| {
        if result.is_ok() {
            result = each(item);
        }
        Ok(())
    })?;
    result
}

fn entries(object: Object<'_>, mut each: impl FnMut(&str, Item<'_>) -> Result<()>) -> Result<()> {
    let mut result = Ok(());
    object.each(&mut |key, item| {
        if result.is_ok() {
            result = each(key, item);
        }
        Ok(())
    })?;
    result
}

/// Hands the member at a dotted path to `change`, and makes the structures on the way present.
///
/// # Errors
/// When the shapes have no such member.
pub(super) fn at_path(
    place: &mut dyn Value,
    path: &str,
    change: &mut dyn FnMut(&mut dyn Value) -> Result<()>,
) -> Result<()> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    place.fill(&mut |slot| {
        let found = match slot {
            Slot::Structure(schema, members) => {
                Schema::new(schema).member(name).and_then(|(index, _)| members.get_mut(index))
            }
            _ => None,
        };
        match (found, rest) {
            (Some(member), None) => change(&mut **member),
            (Some(member), Some(rest)) => at_path(&mut **member, rest, change),
            (None, _) => Err(Error::new(ErrorKind::Serialize, format!("There is no member {path}"))),
        }
    })
}
