use std::fmt;

use crate::Map;

/// The value of a setting, as [`Session::get_config_variable`](crate::Session::get_config_variable) gives it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConfigValue {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// A nested block, such as `s3 =` of a profile, or a section.
    Map(Map<String, ConfigValue>),
}

impl ConfigValue {
    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            ConfigValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The switch, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            ConfigValue::Bool(on) => Some(*on),
            _ => None,
        }
    }

    /// The number, when it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            ConfigValue::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The nested block, when it is one.
    pub fn as_map(&self) -> Option<&Map<String, ConfigValue>> {
        match self {
            ConfigValue::Map(map) => Some(map),
            _ => None,
        }
    }

    /// What a property of a file says.
    pub(crate) fn of_property(text: &str) -> Self {
        match text.starts_with('\n') {
            true => ConfigValue::Map(
                super::file::nested(text).into_iter().map(|(name, value)| (name, ConfigValue::Text(value))).collect(),
            ),
            false => ConfigValue::Text(text.to_owned()),
        }
    }
}

/// Text, numbers and switches plainly; a block as `{name = value, …}`.
impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigValue::Bool(on) => on.fmt(f),
            ConfigValue::Integer(number) => number.fmt(f),
            ConfigValue::Text(text) => f.write_str(text),
            ConfigValue::Map(map) => {
                f.write_str("{")?;
                for (place, (name, value)) in map.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{name} = {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

impl From<bool> for ConfigValue {
    fn from(on: bool) -> Self {
        ConfigValue::Bool(on)
    }
}

impl From<i64> for ConfigValue {
    fn from(number: i64) -> Self {
        ConfigValue::Integer(number)
    }
}

impl From<&str> for ConfigValue {
    fn from(text: &str) -> Self {
        ConfigValue::Text(text.to_owned())
    }
}

impl From<String> for ConfigValue {
    fn from(text: String) -> Self {
        ConfigValue::Text(text)
    }
}

impl From<Map<String, ConfigValue>> for ConfigValue {
    fn from(map: Map<String, ConfigValue>) -> Self {
        ConfigValue::Map(map)
    }
}
