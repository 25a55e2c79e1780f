//! Items from and into types with serde's traits.

use serde_core::de::Deserialize;
use serde_core::ser::Serialize;

use super::AttributeValue;
pub use crate::attributes::items::with::{binary_set, bytes, number, number_set, string_set};
use crate::attributes::items::{from_part, to_map, to_value};
use crate::attributes::part::{Attribute, Entries, Part};
use crate::error::Result;
use crate::shape::Map;

/// An item: attributes by their names.
pub type Item = Map<String, AttributeValue>;

/// The item of a structure or map with serde's `Serialize`.
///
/// ```
/// # #[cfg(feature = "dynamodb")] {
/// use botocore::dynamodb::{self, Number, from_item, to_item};
/// use serde::{Deserialize, Serialize};
/// use std::collections::BTreeSet;
///
/// #[derive(Serialize, Deserialize, Debug, PartialEq)]
/// struct Order {
///     pk: String,
///     count: u32,
///     total: Number,
///     #[serde(with = "dynamodb::string_set", default, skip_serializing_if = "BTreeSet::is_empty")]
///     tags: BTreeSet<String>,
///     note: Option<String>,
/// }
///
/// let order = Order {
///     pk: "order 1".into(),
///     count: 3,
///     total: "12345678901234567890.10".parse()?,
///     tags: ["new".to_owned()].into(),
///     note: None,
/// };
/// let item = to_item(&order)?;
/// assert_eq!(item["total"].as_n(), Some("12345678901234567890.10"));
/// assert_eq!(item["tags"].as_ss(), Some(&["new".to_owned()][..]));
/// assert!(item["note"].is_null());
/// assert_eq!(from_item::<Order>(item)?, order);
///
/// let wrong: dynamodb::Item = [("pk", 1)].into();
/// let error = from_item::<Order>(wrong).unwrap_err();
/// assert_eq!(error.to_string(), "item.pk: invalid type: integer `1`, expected a string");
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// | serde's | DynamoDB's |
/// | --- | --- |
/// | integers, floats, `Number` | N; as many digits as DynamoDB keeps, infinities and what is no number are errors |
/// | texts, `char`, variants without values | S |
/// | bytes, [`Blob`](crate::Blob), with [`bytes`] | B |
/// | `None`, `()`, structures without members | NULL; a member with `skip_serializing_if` is absent |
/// | sequences, tuples | L; with [`string_set`], [`number_set`], [`binary_set`] a set |
/// | maps, structures | M; keys that are integers, truth values or variants are their text |
/// | variants with values | M, in the form that `#[serde(tag, content, untagged)]` say |
///
/// A set is read where a sequence is wanted, a binary where a sequence of bytes is. Where a type takes anything
/// (`flatten`, `untagged`), a number that is neither an integer of 64 bits nor exactly a float's is its text. Values lie in
/// each other 128 deep at most.
///
/// # Errors
/// When it is neither, or something in it is nothing that DynamoDB keeps; the text begins with its path
/// (`item.orders[3].price`).
pub fn to_item<T: Serialize + ?Sized>(value: &T) -> Result<Item> {
    to_map(value)
}

/// The value of an item, which is given or lent. What is lent may be borrowed from: `&str`, `&[u8]`.
///
/// # Errors
/// When the item is not as the type has it; the text begins with the path of what is wrong (`item.orders[3].price`).
pub fn from_item<'de, T: Deserialize<'de>>(item: impl Source<'de, Item>) -> Result<T> {
    from_part(item.part(), "item")
}

/// The values of the items of a page or batch.
///
/// # Errors
/// As [`from_item`], with the item's place in the path (`items[7].price`).
pub fn from_items<T: for<'de> Deserialize<'de>>(items: impl IntoIterator<Item = Item>) -> Result<Vec<T>> {
    let read = |(index, item): (usize, Item)| from_part(item.part(), &format!("items[{index}]"));
    items.into_iter().enumerate().map(read).collect()
}

/// The attribute value of a value with serde's `Serialize`: for keys and the values of expressions.
///
/// # Errors
/// When it is, or something in it is, nothing that DynamoDB keeps; the text begins with its path (`value[3]`).
pub fn to_attribute_value<T: Serialize + ?Sized>(value: &T) -> Result<AttributeValue> {
    to_value(value, "value")
}

/// The value of an attribute value, which is given or lent. What is lent may be borrowed from: `&str`, `&[u8]`.
///
/// # Errors
/// When it is not as the type has it; the text begins with the path of what is wrong (`value[3].price`).
pub fn from_attribute_value<'de, T: Deserialize<'de>>(value: impl Source<'de, AttributeValue>) -> Result<T> {
    from_part(value.part(), "value")
}

/// An `S`, given or lent. Not to be implemented elsewhere.
pub trait Source<'de, S> {
    #[doc(hidden)]
    fn part(self) -> Part<'de, AttributeValue>;
}

impl<'de> Source<'de, Item> for Item {
    fn part(self) -> Part<'de, AttributeValue> {
        Part::M(Entries::Taken(self.into_iter()))
    }
}

impl<'de> Source<'de, Item> for &'de Item {
    fn part(self) -> Part<'de, AttributeValue> {
        Part::M(Entries::Borrowed(self.into_iter()))
    }
}

impl<'de> Source<'de, AttributeValue> for AttributeValue {
    fn part(self) -> Part<'de, AttributeValue> {
        Attribute::part(self)
    }
}

impl<'de> Source<'de, AttributeValue> for &'de AttributeValue {
    fn part(self) -> Part<'de, AttributeValue> {
        self.part_of()
    }
}
