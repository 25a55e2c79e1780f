//! Settings and their order: explicit, environment, profile, default. The only door to environment variables and `~/.aws`.

mod choices;
mod defaults;
mod endpoint_url;
mod environment;
mod file;
pub(crate) mod lookup;
mod options;
mod profiles;
mod region;
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
pub use value::ConfigValue;

pub(crate) use endpoint_url::configured as configured_endpoint_url;
pub(crate) use file::Properties;
pub(crate) use profiles::Profiles;
pub(crate) use region::validate as validate_region;
pub(crate) use settings::{ClientOptions, Settings};

#[cfg(test)]
mod tests;

/// A file of outside test vectors, or `None`, loudly, where they are not at hand.
#[cfg(test)]
pub(crate) fn vectors(path: &str) -> Option<serde_json::Value> {
    let bytes = std::fs::read(vectors_directory(path)?).expect("the vectors can be read");
    Some(serde_json::from_slice(&bytes).expect("the vectors are JSON"))
}

/// Where test vectors are; `None`, loudly, where they are not at hand.
#[cfg(test)]
pub(crate) fn vectors_directory(path: &str) -> Option<std::path::PathBuf> {
    let directory = std::env::var_os("CONFORMANCE_DIR").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance"),
        std::path::PathBuf::from,
    );
    let path = directory.join(path);
    if !path.exists() {
        eprintln!("LEFT OUT: {} is missing; set CONFORMANCE_DIR", path.display());
        return None;
    }
    Some(path)
}

/// A directory for one test's files.
#[cfg(test)]
pub(crate) fn scratch(name: &str) -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(format!("botocore-test-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory for the test");
    directory
}
