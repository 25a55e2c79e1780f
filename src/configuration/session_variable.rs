use std::fmt;
use std::sync::Arc;

use super::ConfigValue;

/// A setting of one's own: where [`Session::get_config_variable`](crate::Session::get_config_variable) looks for it, and
/// what it is when nothing says. Source: the tuples of botocore's `session_vars`.
///
/// ```
/// use botocore::{ConfigValue, Environment, Session, SessionVariable};
///
/// let colour = SessionVariable::new().property("colour").environment("APP_COLOUR").default("blue");
/// let limit = SessionVariable::new()
///     .environment("APP_LIMIT")
///     .convert(|text| text.parse::<i64>().map(ConfigValue::from).map_err(|problem| problem.to_string()));
/// let session = Session::builder()
///     .environment(Environment::empty().with("APP_LIMIT", "12"))
///     .session_variable("colour", colour)
///     .session_variable("limit", limit)
///     .build();
/// assert_eq!(session.get_config_variable("colour")?, Some("blue".into()));
/// assert_eq!(session.get_config_variable("limit")?, Some(12.into()));
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct SessionVariable {
    pub(super) properties: Vec<String>,
    pub(super) environment: Vec<String>,
    pub(super) default: Option<ConfigValue>,
    pub(super) convert: Option<Arc<Convert>>,
}

pub(super) type Convert = dyn Fn(&str) -> Result<ConfigValue, String> + Send + Sync;

impl SessionVariable {
    /// A setting that is looked for nowhere but among the session's own variables.
    pub fn new() -> Self {
        Default::default()
    }

    /// Adds a property of the profile; `s3.x` is `x` in the nested block `s3`. The first that is there counts.
    pub fn property(mut self, name: impl Into<String>) -> Self {
        self.properties.push(name.into());
        self
    }

    /// Adds an environment variable. The first that is set to something counts.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment.push(name.into());
        self
    }

    /// Sets what it is when nothing says. Default: nothing.
    pub fn default(mut self, value: impl Into<ConfigValue>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Sets what makes the value of a text, wherever it comes from; its error is what is wrong with the text. Default:
    /// the text itself.
    pub fn convert(mut self, convert: impl Fn(&str) -> Result<ConfigValue, String> + Send + Sync + 'static) -> Self {
        self.convert = Some(Arc::new(convert));
        self
    }
}

impl fmt::Debug for SessionVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionVariable")
            .field("properties", &self.properties)
            .field("environment", &self.environment)
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}
