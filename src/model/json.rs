//! JSON whose objects keep the order of their file, as a model's members, operations and shapes must.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::Map;
use crate::shape::Document;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    List(Vec<Json>),
    Object(Object),
}

pub(crate) type Object = Map<Box<str>, Json>;

impl Json {
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        self.as_object()?.get(key)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// Whether the member is there and is `true`.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Json::Bool(true)))
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    /// The texts of a list, or the one text that stands in its place.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Json::Text(text) => vec![text],
            list => list.items().iter().filter_map(Json::as_str).collect(),
        }
    }

    pub(crate) fn as_number(&self) -> Option<&Number> {
        match self {
            Json::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn document(&self) -> Document {
        match self {
            Json::Null => Document::Null,
            Json::Bool(on) => Document::Bool(*on),
            Json::Number(number) => Document::Number(number.clone()),
            Json::Text(text) => Document::String(text.to_string()),
            Json::List(items) => items.iter().map(Json::document).collect(),
            Json::Object(object) => object.iter().map(|(key, value)| (key.to_string(), value.document())).collect(),
        }
    }

    /// Puts `extra` over this: members of objects that both have are merged, all else is replaced.
    pub(crate) fn merge(&mut self, extra: &Json) {
        match (self, extra) {
            (Json::Object(base), Json::Object(extra)) => {
                for (key, value) in extra {
                    match base.get_mut(key) {
                        Some(base) => base.merge(value),
                        None => {
                            base.insert(key.clone(), value.clone());
                        }
                    }
                }
            }
            (base, extra) => *base = extra.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<Json, E> {
        Ok(Json::Bool(on))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: serde_core::de::Error>(self, number: f64) -> Result<Json, E> {
        Number::from_f64(number).map(Json::Number).ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Object::new();
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            object.insert(key.into_boxed_str(), value);
        }
        // With another crate's feature `arbitrary_precision`, a number is an object of one entry.
        if object.len() == 1
            && let Some((key, Json::Text(text))) = object.get_index(0)
            && &**key == "$serde_json::private::Number"
        {
            return text.parse().map(Json::Number).map_err(A::Error::custom);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_keep_their_order() {
        let text = r#"{"z":1,"a":{"y":null,"b":[true,-2,1.5,"t"]}}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        let keys = |json: &Json| json.as_object().unwrap().keys().map(|key| key.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (keys(&json), keys(json.get("a").unwrap())),
            (vec!["z".into(), "a".into()], vec!["y".into(), "b".into()])
        );
        assert_eq!(json.document(), serde_json::from_str::<Document>(text).unwrap());
    }

    #[test]
    fn merging_goes_deep() {
        let mut base: Json = serde_json::from_str(r#"{"a":{"x":1,"y":[1]},"b":2}"#).unwrap();
        base.merge(&serde_json::from_str(r#"{"a":{"y":[2],"z":3},"c":4}"#).unwrap());
        assert_eq!(base, serde_json::from_str(r#"{"a":{"x":1,"y":[2],"z":3},"b":2,"c":4}"#).unwrap());
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(serde_json::from_str::<Json>(&"[".repeat(100_000)).is_err());
    }
}
