//! Settings and their order: explicit, environment, profile, default. The only door to environment variables and `~/.aws`.

mod choices;
mod defaults;
mod endpoint_url;
mod environment;
pub(crate) mod file;
pub(crate) mod lookup;
mod options;
mod profiles;
mod region;
mod session_variable;
mod settings;
mod value;
mod variables;

pub use choices::{
    AccountIdEndpointMode, AddressingStyle, ChecksumMode, DefaultsMode, EndpointDiscovery, ProxiesConfig,
    RegionalEndpoints, Retries, RetryMode, S3Config,
};
pub use environment::Environment;
pub use lookup::ConfigSource;
pub use options::Config;
pub use session_variable::SessionVariable;
pub use value::ConfigValue;

pub(crate) use file::Properties;
pub(crate) use profiles::Profiles;
pub(crate) use region::validate as validate_region;
pub(crate) use settings::{ClientOptions, Settings};

/// Names a place in the middle of a sentence; nothing where it is not known.
fn from_place(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(", from {place},") }
}

#[cfg(test)]
mod tests;

/// A directory for one test's files.
#[cfg(test)]
pub(crate) fn scratch(name: &str) -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(format!("botocore-test-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory for the test");
    directory
}
