use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Environment variables and the home directory: the process's, or a map of one's own. Cheap to clone.
///
/// A session reads nothing else of its surroundings than this and the files it leads to.
///
/// ```
/// use botocore::Environment;
///
/// let environment = Environment::empty().with("AWS_DEFAULT_REGION", "eu-west-1").with("HOME", "/nowhere");
/// assert_eq!(environment.get("AWS_DEFAULT_REGION").as_deref(), Some("eu-west-1"));
/// ```
#[derive(Clone)]
pub struct Environment(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    variables: Variables,
    home: Option<PathBuf>,
}

#[derive(Clone)]
enum Variables {
    Process,
    Own(HashMap<String, String>),
}

impl Environment {
    /// The process's variables, looked up when asked for.
    pub fn process() -> Self {
        Environment(Arc::new(Inner { variables: Variables::Process, home: None }))
    }

    /// No variables, and no home directory.
    pub fn empty() -> Self {
        Environment::of(HashMap::new())
    }

    fn of(variables: HashMap<String, String>) -> Self {
        Environment(Arc::new(Inner { variables: Variables::Own(variables), home: None }))
    }

    /// The same, with one variable set. The process's environment becomes a copy of itself; the process is not changed.
    pub fn with(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let mut inner = self.0;
        let own = &mut Arc::make_mut(&mut inner).variables;
        if let Variables::Process = own {
            let text = |text: std::ffi::OsString| text.into_string().ok();
            *own = Variables::Own(
                std::env::vars_os().filter_map(|(key, value)| Some((text(key)?, text(value)?))).collect(),
            );
        }
        if let Variables::Own(variables) = own {
            variables.insert(name.into(), value.into());
        }
        Environment(inner)
    }

    /// The same, with that home directory, which `~` stands for.
    pub fn with_home(self, home: impl Into<PathBuf>) -> Self {
        let mut inner = self.0;
        Arc::make_mut(&mut inner).home = Some(home.into());
        Environment(inner)
    }

    /// The value of a variable. One that is not Unicode counts as not set.
    pub fn get(&self, name: &str) -> Option<String> {
        match &self.0.variables {
            Variables::Process => std::env::var(name).ok(),
            Variables::Own(variables) => variables.get(name).cloned(),
        }
    }

    /// The value of a variable that is set to something.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The home directory: the one given, else the process's, or `HOME` (`USERPROFILE`) of a map of one's own.
    pub fn home(&self) -> Option<PathBuf> {
        if let Some(home) = &self.0.home {
            return Some(home.clone());
        }
        match &self.0.variables {
            Variables::Process => home::home_dir(),
            Variables::Own(_) => self.filled("HOME").or_else(|| self.filled("USERPROFILE")).map(PathBuf::from),
        }
    }

    /// A path with `$NAME`, `${NAME}` and a leading `~` replaced; what is not known stays as it is.
    pub(crate) fn expand(&self, path: &str) -> PathBuf {
        let path = self.expand_variables(path);
        match (path.strip_prefix('~'), self.home()) {
            (Some(""), Some(home)) => home,
            (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => home.join(&rest[1..]),
            _ => PathBuf::from(path),
        }
    }

    fn expand_variables(&self, path: &str) -> String {
        let mut expanded = String::with_capacity(path.len());
        let mut rest = path;
        while let Some(start) = rest.find('$') {
            expanded.push_str(&rest[..start]);
            rest = &rest[start..];
            let (name, length) = variable_at(rest);
            match self.get(name).filter(|_| !name.is_empty()) {
                Some(value) => expanded.push_str(&value),
                None => expanded.push_str(&rest[..length]),
            }
            rest = &rest[length..];
        }
        expanded + rest
    }
}

/// The name of the variable that `text`, which begins with `$`, begins with, and how many bytes that takes.
fn variable_at(text: &str) -> (&str, usize) {
    if let Some((name, _)) = text[1..].strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return (name, name.len() + 3);
    }
    let end = text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(text.len(), |end| end + 1);
    (&text[1..end], end)
}

impl Default for Environment {
    fn default() -> Self {
        Environment::process()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Environment::of(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The names of one's own variables; values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.variables {
            Variables::Process => f.write_str("Environment(process)"),
            Variables::Own(variables) => {
                let mut names: Vec<_> = variables.keys().collect();
                names.sort();
                write!(f, "Environment({names:?})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_variables_and_home() {
        let environment = Environment::empty().with("HOME", "/home/u").with("A", "x").with("A_B", "y");
        for (path, expected) in [
            ("~/.aws/config", "/home/u/.aws/config"),
            ("~", "/home/u"),
            ("~other/x", "~other/x"),
            ("/$A/${A_B}/$A_B", "/x/y/y"),
            ("/$UNKNOWN/$", "/$UNKNOWN/$"),
            ("/${A", "/${A"),
        ] {
            assert_eq!(environment.expand(path), PathBuf::from(expected), "{path}");
        }
    }

    #[test]
    fn a_copy_of_the_process_leaves_it_alone() {
        let name = "BOTOCORE_TEST_ONLY_IN_THE_COPY";
        assert_eq!(Environment::process().with(name, "1").get(name).as_deref(), Some("1"));
        assert_eq!(Environment::process().get(name), None);
    }
}
