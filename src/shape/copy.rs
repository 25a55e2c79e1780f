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

#[cfg(all(test, feature = "s3"))]
mod tests {
    use crate::Timestamp;
    use crate::s3::operation::PutBucketLifecycleConfigurationInput;
    use crate::s3::types::{
        BucketLifecycleConfiguration, EndEvent, ExpirationStatus, LifecycleExpiration, LifecycleRule, RecordsEvent,
        SelectObjectContentEventStream,
    };

    #[test]
    fn a_copy_has_what_the_original_has() {
        let rule = LifecycleRule {
            id: Some("old".to_owned()),
            expiration: Some(LifecycleExpiration { date: Some(Timestamp::new(7, 0)), ..Default::default() }),
            ..LifecycleRule::new("Someday")
        };
        let rules = vec![rule, LifecycleRule::new(ExpirationStatus::Enabled)];
        let input = PutBucketLifecycleConfigurationInput {
            lifecycle_configuration: Some(BucketLifecycleConfiguration::new(rules)),
            ..PutBucketLifecycleConfigurationInput::new("bucket")
        };
        assert_eq!(format!("{:?}", input.clone()), format!("{input:?}"));
        let rules = input.clone().lifecycle_configuration.unwrap().rules;
        assert_eq!(rules[0].status, ExpirationStatus::Unknown("Someday".to_owned()));
        assert!(matches!(rules[1].status, ExpirationStatus::Enabled));
        assert!(input.clone().checksum_algorithm.is_none());
    }

    #[test]
    fn unions_are_copied_whatever_they_hold() {
        let records = RecordsEvent { payload: Some(b"a,b".to_vec().into()) };
        for event in [
            SelectObjectContentEventStream::Records(records),
            SelectObjectContentEventStream::End(EndEvent::default()),
            SelectObjectContentEventStream::Unknown("Pause".to_owned()),
        ] {
            assert_eq!(format!("{:?}", event.clone()), format!("{event:?}"));
        }
    }
}
