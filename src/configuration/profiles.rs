use std::io;
use std::path::{Path, PathBuf};

use super::file::{self, Properties, Sections};
use crate::error::{Error, ErrorKind, Result};

/// What `~/.aws/config` and `~/.aws/credentials` say together.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    pub(crate) profiles: Sections,
    pub(crate) sso_sessions: Sections,
    /// The `services` sections; a service's block is a property.
    pub(crate) services: Sections,
    /// The sections of other names, which nothing here reads.
    pub(crate) others: Sections,
    /// What the config file alone says of each profile.
    pub(crate) of_config: Sections,
    /// What the credentials file alone says of each profile.
    pub(crate) of_credentials: Sections,
    pub(crate) config_path: PathBuf,
    pub(crate) credentials_path: PathBuf,
}

impl Profiles {
    /// Reads both files; one that does not exist is as an empty one.
    pub(crate) fn read(config_path: PathBuf, credentials_path: PathBuf) -> Result<Self> {
        let config = read(&config_path)?;
        let credentials = read(&credentials_path)?;
        let mut profiles = Profiles::merge(config, credentials);
        profiles.config_path = config_path;
        profiles.credentials_path = credentials_path;
        Ok(profiles)
    }

    pub(crate) fn merge(config: Sections, credentials: Sections) -> Self {
        let mut merged = Profiles::default();
        // `[profile default]` wins over `[default]`, wherever in the file they stand.
        let prefixed_default = config.keys().any(|head| words(head) == ["profile", "default"]);
        for (head, properties) in config {
            let words = words(&head);
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            match words[..] {
                ["default"] if prefixed_default => {}
                ["default"] => extend(&mut merged.of_config, "default", properties),
                ["profile", name] => extend(&mut merged.of_config, name, properties),
                ["sso-session", name] => extend(&mut merged.sso_sessions, name, properties),
                ["services", name] => extend(&mut merged.services, name, properties),
                ["profile" | "sso-session" | "services", ..] | [] => {
                    log::warn!("A section of the AWS config file is passed over, its name is not valid: [{head}]");
                }
                _ => extend(&mut merged.others, &head, properties),
            }
        }
        for (name, properties) in credentials {
            match name.contains(char::is_whitespace) || name.is_empty() {
                true => {
                    log::warn!("A section of the AWS credentials file is passed over, its name is not valid: [{name}]")
                }
                false => extend(&mut merged.of_credentials, &name, properties),
            }
        }
        merged.profiles = merged.of_config.clone();
        for (name, properties) in &merged.of_credentials {
            extend(&mut merged.profiles, name, properties.clone());
        }
        merged
    }

    /// A profile that must be there.
    ///
    /// # Errors
    /// One that names the files read and the profiles found.
    pub(crate) fn profile(&self, name: &str) -> Result<&Properties> {
        self.profiles.get(name).ok_or_else(|| self.not_found(name))
    }

    fn not_found(&self, name: &str) -> Error {
        let found: Vec<_> = self.profiles.keys().map(String::as_str).collect();
        let (config, credentials) = (self.config_path.display(), self.credentials_path.display());
        let reason = match found.is_empty() {
            true if !self.config_path.exists() && !self.credentials_path.exists() => {
                format!("neither {config} nor {credentials} is there")
            }
            true => format!("{config} and {credentials} were read, and hold no profiles"),
            false => format!("{config} and {credentials} were read, and hold {}", found.join(", ")),
        };
        let hint = match self.others.contains_key(name) {
            true => format!(" {config} has a section [{name}]: there, a profile's section is called [profile {name}]."),
            false => String::new(),
        };
        Error::new(ErrorKind::Config, format!("The profile {name} could not be found: {reason}.{hint}"))
    }
}

fn extend(sections: &mut Sections, name: &str, properties: Properties) {
    sections.or_default(name.to_owned()).extend(properties);
}

fn read(path: &Path) -> Result<Sections> {
    let named = |problem: String| Error::new(ErrorKind::Config, format!("The file {} {problem}", path.display()));
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        // Also a path that leads through a file or is a directory: botocore reads only what is a file.
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Sections::new());
        }
        Err(_) if path.is_dir() || path.as_os_str().is_empty() => return Ok(Sections::new()),
        Err(cause) => return Err(named("could not be read".to_owned()).with_source(cause)),
    };
    let text = String::from_utf8(bytes).map_err(|cause| {
        let before = &cause.as_bytes()[..cause.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        named(format!("is not UTF-8, line {line}"))
    })?;
    file::parse(&text).map_err(|malformed| named(format!("could not be understood, {malformed}")))
}

/// A section's head in words: quotation marks of both kinds hold words together. Empty when a mark is not closed.
fn words(head: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in head.chars() {
        match quote {
            Some(mark) if mark == c => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Vec::new();
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::suite::Suite;

    fn merged(config: &str, credentials: &str) -> std::result::Result<Profiles, String> {
        let parse = |text| file::parse(text).map_err(|malformed| malformed.to_string());
        Ok(Profiles::merge(parse(config)?, parse(credentials)?))
    }

    #[test]
    fn parser_vectors() {
        let Some((mut suite, vectors)) =
            Suite::read("config-profile-parser-tests", "config-files/profile-parser-tests.json")
        else {
            return;
        };
        for case in vectors["tests"].as_array().expect("a list of tests") {
            suite.case(case["name"].as_str().unwrap_or_default(), || {
                let text = |name: &str| case["input"][name].as_str().unwrap_or_default();
                let got = merged(text("configFile"), text("credentialsFile"));
                let output = &case["output"];
                let right = match (&got, output["errorContaining"].as_str()) {
                    (Err(message), Some(expected)) => message.contains(expected),
                    (Ok(got), None) => {
                        same(&got.profiles, &output["config"]["profiles"])
                            && same(&got.sso_sessions, &output["config"]["ssoSessions"])
                            && same(&got.services, &output["config"]["services"])
                    }
                    _ => false,
                };
                if right { Ok(()) } else { Err(format!("expected {output}, got {got:?}")) }
            });
        }
        suite.finish();
    }

    fn same(sections: &Sections, expected: &Value) -> bool {
        let got: Value = sections.iter().map(|(name, properties)| (name.clone(), json(properties))).collect();
        expected.is_null() || got == *expected
    }

    fn json(properties: &Properties) -> Value {
        properties.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
    }

    #[test]
    fn reads_what_botocore_reads_beyond_the_shared_rules() {
        let indented = merged("[default]\n  Region = eu-west-1\n  # note\n  output = json\n", "").unwrap();
        assert_eq!(json(&indented.profiles["default"]), serde_json::json!({"region": "eu-west-1", "output": "json"}));
        let quoted = merged("[profile \"two words\"]\nregion = eu-west-1\n", "").unwrap();
        assert!(quoted.profiles.contains_key("two words"));
    }

    #[test]
    fn other_sections_are_kept_apart() {
        let got =
            merged("[preview]\na = b\n[sso-session s]\nsso_region = x\n[services v]\ns3 =\n endpoint_url = u\n", "")
                .unwrap();
        assert!(got.profiles.is_empty());
        assert_eq!(got.others["preview"]["a"], "b");
        assert_eq!(got.sso_sessions["s"]["sso_region"], "x");
        assert_eq!(file::nested(&got.services["v"]["s3"])["endpoint_url"], "u");
    }

    #[test]
    fn a_malformed_file_is_named_with_its_line() {
        let directory = crate::configuration::scratch("malformed");
        let path = directory.join("config");
        std::fs::write(&path, "[default]\n\nregion\n").unwrap();
        let message = Profiles::read(path.clone(), directory.join("none")).unwrap_err().to_string();
        assert!(message.contains(&path.display().to_string()) && message.contains("line 3"), "{message}");
    }

    #[test]
    fn a_missing_profile_names_files_and_profiles() {
        let mut profiles = merged("[profile one]\n[default]\n", "[two]\n").unwrap();
        profiles.config_path = "/c".into();
        profiles.credentials_path = "/d".into();
        let message = profiles.profile("three").unwrap_err().to_string();
        assert_eq!(message, "The profile three could not be found: /c and /d were read, and hold one, default, two.");
    }

    #[test]
    fn a_section_without_the_word_profile_is_pointed_at() {
        let mut profiles = merged("[mine]\nregion = eu-west-1\n", "").unwrap();
        profiles.config_path = "/c".into();
        let message = profiles.profile("mine").unwrap_err().to_string();
        assert!(message.ends_with(" /c has a section [mine]: there, a profile's section is called [profile mine]."));
    }

    #[test]
    fn bytes_that_are_not_text_are_named_with_their_line() {
        let directory = crate::configuration::scratch("latin");
        let path = directory.join("config");
        std::fs::write(&path, b"[default]\n\nregion = \xe9\n").unwrap();
        let message = Profiles::read(path, directory.join("none")).unwrap_err().to_string();
        assert!(message.ends_with("is not UTF-8, line 3"), "{message}");
    }
}
