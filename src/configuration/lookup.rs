//! One setting, looked for in one place after another.

use super::variables::{self, Kind, Variable};
use super::{ConfigValue, Properties, SessionVariable, file};
use crate::error::{Error, ErrorKind, Result};
use crate::{Map, Session};

/// A place where settings are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigSource {
    /// The session's own variables, `set_config_variable`.
    Session,
    /// Environment variables.
    Environment,
    /// The profile.
    Profile,
    /// What a setting is when nothing says.
    Default,
}

/// In botocore's order.
pub(crate) const EVERYWHERE: [ConfigSource; 4] =
    [ConfigSource::Session, ConfigSource::Environment, ConfigSource::Profile, ConfigSource::Default];
/// What somebody has set, wherever.
pub(crate) const SET: [ConfigSource; 3] = [ConfigSource::Session, ConfigSource::Environment, ConfigSource::Profile];

/// The value of that name. `None` for a name that is not known, unless the session has a variable of that name.
pub(crate) fn by_name(session: &Session, name: &str, sources: &[ConfigSource]) -> Result<Option<ConfigValue>> {
    if let Some(own) = session.own_variable(name) {
        return find_own(session, name, own, sources);
    }
    if sources.contains(&ConfigSource::Session)
        && let Some(value) = session.instance_variable(name)
    {
        return match variables::variable(name) {
            Some(variable) => converted(variable, value, &format!("The session variable {name}")).map(Some),
            None => Ok(Some(value)),
        };
    }
    match name {
        "s3" => section(session, &variables::S3, Some("s3"), sources),
        "proxies_config" => section(session, &variables::PROXIES, None, sources),
        "api_versions" if sources.contains(&ConfigSource::Default) => {
            let found = variables::variable(name).map_or(Ok(None), |variable| find(session, variable, sources))?;
            Ok(Some(found.unwrap_or_else(|| Map::new().into())))
        }
        _ => variables::variable(name).map_or(Ok(None), |variable| find(session, variable, sources)),
    }
}

/// The value of a setting, from the first of the sources that has it.
pub(crate) fn find(session: &Session, variable: &Variable, sources: &[ConfigSource]) -> Result<Option<ConfigValue>> {
    for source in sources {
        let found = match source {
            ConfigSource::Session => session_value(session, variable)?,
            ConfigSource::Environment => environment_value(session, variable)?,
            ConfigSource::Profile => profile_value(session, variable)?,
            ConfigSource::Default => variable.default.value(),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Who has set a setting, in words: for errors about its value. Empty when nobody has, or when it is not known.
pub(crate) fn place(session: &Session, name: &str) -> String {
    if session.instance_variable(name).is_some() {
        return format!("the session variable {name}");
    }
    let Some(variable) = variables::variable(name) else { return String::new() };
    let set = |name: &&&'static str| session.environment().filled(name).is_some();
    if let Some(name) = variable.environment.iter().find(set) {
        return format!("the environment variable {name}");
    }
    let profile = session.scoped_properties().ok().flatten().unwrap_or_default();
    match variable.properties.iter().find(|name| property(&profile, name).is_some()) {
        Some(name) => format!("the property {name} of the profile {}", session.profile_name()),
        None => String::new(),
    }
}

/// The same of a setting that the program added to the session, or put in a setting's place.
fn find_own(
    session: &Session,
    name: &str,
    own: &SessionVariable,
    sources: &[ConfigSource],
) -> Result<Option<ConfigValue>> {
    for source in sources {
        let found = match source {
            ConfigSource::Session => session.instance_variable(name),
            ConfigSource::Environment => {
                own.environment.iter().find_map(|name| session.environment().filled(name)).map(ConfigValue::from)
            }
            ConfigSource::Profile if own.properties.is_empty() => None,
            ConfigSource::Profile => {
                let profile = session.scoped_properties()?;
                profile.and_then(|profile| own.properties.iter().find_map(|name| property(&profile, name)))
            }
            ConfigSource::Default => own.default.clone(),
        };
        match (found, &own.convert) {
            (Some(ConfigValue::Text(text)), Some(convert)) => {
                let refused = |problem| {
                    Error::new(ErrorKind::Config, format!("The value {text:?} of {name} is not valid: {problem}"))
                };
                return convert(&text).map(Some).map_err(refused);
            }
            (Some(value), _) => return Ok(Some(value)),
            (None, _) => {}
        }
    }
    Ok(None)
}

fn session_value(session: &Session, variable: &Variable) -> Result<Option<ConfigValue>> {
    let value = session.instance_variable(variable.name);
    value.map(|value| converted(variable, value, &format!("The session variable {}", variable.name))).transpose()
}

fn environment_value(session: &Session, variable: &Variable) -> Result<Option<ConfigValue>> {
    let set = |name: &&'static str| Some((*name, session.environment().filled(name)?));
    let Some((name, text)) = variable.environment.iter().find_map(set) else { return Ok(None) };
    converted(variable, text.into(), &format!("The environment variable {name}")).map(Some)
}

fn profile_value(session: &Session, variable: &Variable) -> Result<Option<ConfigValue>> {
    if variable.properties.is_empty() {
        return Ok(None);
    }
    let Some(profile) = session.scoped_properties()? else { return Ok(None) };
    for name in variable.properties {
        if let Some(value) = property(&profile, name) {
            let place = format!("The property {name} of the profile {}", session.profile_name());
            return converted(variable, value, &place).map(Some);
        }
    }
    Ok(None)
}

fn property(profile: &Properties, name: &str) -> Option<ConfigValue> {
    let Some((block, name)) = name.split_once('.') else {
        return profile.get(name).map(|text| ConfigValue::of_property(text));
    };
    let block = profile.get(block).filter(|text| text.starts_with('\n'))?;
    file::nested(block).get(name).map(|text| text.as_str().into())
}

fn converted(variable: &Variable, value: ConfigValue, place: &str) -> Result<ConfigValue> {
    let ConfigValue::Text(text) = &value else { return Ok(value) };
    variable.kind.convert(text).ok_or_else(|| {
        let type_name = if variable.kind == Kind::Integer { "a whole number" } else { "such a value" };
        Error::new(ErrorKind::Config, format!("{place} is not {type_name}: {text}"))
    })
}

/// The settings of a name that stands for several, over what else the profile's block of that name has.
fn section(
    session: &Session,
    variables: &[Variable],
    block: Option<&str>,
    sources: &[ConfigSource],
) -> Result<Option<ConfigValue>> {
    let mut values = Map::new();
    if sources.contains(&ConfigSource::Profile)
        && let (Some(block), Some(profile)) = (block, session.scoped_properties()?)
        && let Some(ConfigValue::Map(map)) = property(&profile, block)
    {
        values = map;
    }
    let sources: Vec<_> = sources.iter().copied().filter(|source| *source != ConfigSource::Session).collect();
    for variable in variables {
        if let Some(value) = find(session, variable, &sources)? {
            values.insert(variable.name.to_owned(), value);
        }
    }
    Ok((!values.is_empty()).then_some(ConfigValue::Map(values)))
}
