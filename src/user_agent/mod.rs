//! The `User-Agent` header. Source: botocore's `useragent.py`.

mod features;

use std::sync::{Arc, OnceLock, RwLock};

pub(crate) use features::{Feature, Features, current, noting, register, scope, scope_with};

use crate::Session;
use crate::checksum::Algorithm;
use crate::configuration::{AccountIdEndpointMode, ChecksumMode, RetryMode, Settings};
use crate::credentials::Credentials;

/// The name that stands for botocore's own.
pub(crate) const NAME: &str = "botocore-rs";
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The header of a client's requests.
#[derive(Debug)]
pub(crate) struct UserAgent {
    /// What comes before the features, and what after; before alone, where the user has set the header.
    parts: (String, Option<String>),
    /// What the client makes use of by its settings.
    features: Features,
    /// The header of each set of features that was asked for: few.
    made: RwLock<Vec<(Features, Arc<str>)>>,
}

/// More kinds of calls than this are not remembered.
const MADE: usize = 16;

impl UserAgent {
    /// What the user set in its place, or name, version, platform, settings, application.
    pub(crate) fn of_client(session: &Session, settings: &Settings) -> Self {
        let (name, version, session_extra) = session.user_agent_parts();
        let extras = [session_extra.as_str(), settings.user_agent_extra.as_deref().unwrap_or_default()];
        let parts = match &settings.user_agent {
            Some(own) => (joined([own.as_str(), extras[0], extras[1]]), None),
            None => {
                let before = [sdk(&name, &version), "ua/2.1".to_owned(), platform().to_owned(), environment(session)];
                let after = [retries(settings), application(settings), extras[0].to_owned(), extras[1].to_owned()];
                (joined(before.iter().map(String::as_str)), Some(joined(after.iter().map(String::as_str))))
            }
        };
        UserAgent { parts, features: of_settings(settings), made: RwLock::default() }
    }

    /// The header of a call that makes use of these features.
    pub(crate) fn of_call(&self, features: Features) -> Arc<str> {
        let features = self.features.and(features);
        let made = self.made.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, header)) = made.iter().find(|(other, _)| *other == features) {
            return header.clone();
        }
        drop(made);
        let header: Arc<str> = self.text(features).into();
        let mut made = self.made.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if made.len() < MADE {
            made.push((features, header.clone()));
        }
        header
    }

    /// The header without features, which a call may add to.
    pub(crate) fn preliminary(&self) -> String {
        self.text(Features::default())
    }

    fn text(&self, features: Features) -> String {
        let (before, Some(after)) = &self.parts else { return self.parts.0.clone() };
        let features = match features.text() {
            codes if codes.is_empty() => codes,
            codes => format!("m/{codes}"),
        };
        joined([before.as_str(), &features, after])
    }
}

/// The feature of a request's checksum.
pub(crate) fn of_checksum(algorithm: Algorithm) -> Feature {
    match algorithm {
        Algorithm::Crc32 => Feature::ChecksumCrc32,
        Algorithm::Crc32c => Feature::ChecksumCrc32c,
        Algorithm::Crc64Nvme => Feature::ChecksumCrc64,
        Algorithm::Sha1 => Feature::ChecksumSha1,
        Algorithm::Sha256 => Feature::ChecksumSha256,
        Algorithm::Sha512 => Feature::ChecksumSha512,
        Algorithm::Md5 => Feature::ChecksumMd5,
        Algorithm::Xxhash3 => Feature::ChecksumXxhash3,
        Algorithm::Xxhash64 => Feature::ChecksumXxhash64,
        Algorithm::Xxhash128 => Feature::ChecksumXxhash128,
    }
}

/// Notes where the keys came from that the request is about to be signed with.
pub(crate) fn register_credentials(credentials: &Credentials) {
    features::register_all(credentials.features());
    if credentials.source() == "explicit" {
        register(Feature::CredentialsCode);
    }
}

/// Notes a mode of endpoints with account ids.
pub(crate) fn register_account_id_mode(mode: &str) {
    match AccountIdEndpointMode::named(mode) {
        Some(AccountIdEndpointMode::Preferred) => register(Feature::AccountIdModePreferred),
        Some(AccountIdEndpointMode::Disabled) => register(Feature::AccountIdModeDisabled),
        Some(AccountIdEndpointMode::Required) => register(Feature::AccountIdModeRequired),
        None => {}
    }
}

fn of_settings(settings: &Settings) -> Features {
    let mut features = Features::default()
        .with(match settings.retry_mode {
            RetryMode::Legacy => Feature::RetryModeLegacy,
            RetryMode::Standard => Feature::RetryModeStandard,
            RetryMode::Adaptive => Feature::RetryModeAdaptive,
        })
        .with(match settings.request_checksum_calculation {
            ChecksumMode::WhenSupported => Feature::RequestChecksumsWhenSupported,
            ChecksumMode::WhenRequired => Feature::RequestChecksumsWhenRequired,
        })
        .with(match settings.response_checksum_validation {
            ChecksumMode::WhenSupported => Feature::ResponseChecksumsWhenSupported,
            ChecksumMode::WhenRequired => Feature::ResponseChecksumsWhenRequired,
        });
    if settings.endpoint_url.is_some() {
        features = features.with(Feature::EndpointOverride);
    }
    features
}

/// The crate, or the program and then the crate.
fn sdk(name: &str, version: &str) -> String {
    if name.is_empty() || version.is_empty() || (name, version) == (NAME, VERSION) {
        return format!("{NAME}/{VERSION}");
    }
    format!("{}/{} md/{NAME}#{VERSION}", sanitized(name, true), sanitized(version, false))
}

/// System, its release where it is known, architecture, language.
fn platform() -> &'static str {
    static PLATFORM: OnceLock<String> = OnceLock::new();
    PLATFORM.get_or_init(|| {
        let release = release().map(|release| format!("#{}", sanitized(release.trim(), true))).unwrap_or_default();
        let system = match std::env::consts::OS {
            name @ ("windows" | "linux" | "macos" | "android" | "ios" | "watchos" | "tvos") => {
                format!("{name}{release}")
            }
            other => format!("other md/{}{release}", sanitized(other, false)),
        };
        format!("os/{system} md/arch#{} lang/rust", std::env::consts::ARCH)
    })
}

fn release() -> Option<String> {
    let known = cfg!(any(target_os = "linux", target_os = "android"));
    known.then(|| std::fs::read_to_string("/proc/sys/kernel/osrelease").ok()).flatten()
}

fn environment(session: &Session) -> String {
    let environment = session.environment().filled("AWS_EXECUTION_ENV");
    environment.map(|name| format!("exec-env/{}", sanitized(&name, false))).unwrap_or_default()
}

fn retries(settings: &Settings) -> String {
    format!("cfg/retry-mode#{}", settings.retry_mode.as_str())
}

fn application(settings: &Settings) -> String {
    let id = settings.user_agent_appid.as_deref().filter(|id| !id.is_empty());
    id.map(|id| format!("app/{}", sanitized(id, true))).unwrap_or_default()
}

fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

/// What may not stand in a component of the header becomes a hyphen.
fn sanitized(text: &str, hash: bool) -> String {
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(letter) || (hash && letter == '#');
    text.chars().map(|letter| if allowed(letter) { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests;
