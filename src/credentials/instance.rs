use std::sync::Mutex;
use std::time::Duration;

use super::answer::{self, Names, failed};
use super::exchange::{self, Answer};
use super::{Credentials, ProvideCredentials};
use crate::configuration::{ConfigValue, lookup};
use crate::error::{Error, ErrorKind, Result};
use crate::http::TransportFailure;
use crate::user_agent::Features;
use crate::{Session, Timestamp};

const TOKEN: &str = "latest/api/token";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const ZONE: &str = "latest/meta-data/placement/availability-zone/";
/// Seconds that a session with the metadata service lasts: the longest it allows.
const TOKEN_TTL: &str = "21600";
const SOURCE: &str = "the instance's metadata";

/// The role of an EC2 instance. Source: botocore's `InstanceMetadataProvider` over `InstanceMetadataFetcher`.
#[derive(Debug)]
pub(crate) struct Instance {
    session: Session,
    why_none: Mutex<String>,
}

impl Instance {
    pub(crate) fn new(session: Session) -> Self {
        Instance { session, why_none: Mutex::new(String::new()) }
    }
}

impl ProvideCredentials for Instance {
    fn name(&self) -> &str {
        super::chain::INSTANCE
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        match self.ask() {
            Ok(credentials) => Ok(Some(credentials)),
            Err(Failure::Nothing(reason)) => {
                log::debug!("The instance's metadata has no credentials: {reason}");
                *self.why_none.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = reason;
                Ok(None)
            }
            Err(Failure::Error(error)) => Err(error),
        }
    }

    fn why_none(&self) -> String {
        self.why_none.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl Instance {
    fn ask(&self) -> std::result::Result<Credentials, Failure> {
        let service = Service::of(&self.session)?;
        let token = service.token()?;
        let role = service.get(ROLES, token.as_deref(), |answer| is_name(answer.text.trim()))?.text;
        let role = role.trim();
        let is_json = |answer: &Answer| answer::json(&answer.text, SOURCE).is_ok();
        let answer = service.get(&format!("{ROLES}{role}"), token.as_deref(), is_json)?;
        let answer = answer::json(&answer.text, SOURCE)?;
        if let (Some(code), Some(message)) = (answer["Code"].as_str(), answer["Message"].as_str()) {
            return Err(Failure::Nothing(format!("it answered {code}: {message}")));
        }
        let names = Names { token: "Token", temporary: true };
        let credentials =
            answer::credentials(&answer, &names, SOURCE).map_err(|error| Failure::Nothing(error.to_string()))?;
        Ok(extended(credentials, self.session.clock().now()).with_features(Features::of_codes(&["0"])))
    }
}

/// Whether that can be the name of a role: what answers in the place of the metadata service gives a page.
fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
}

/// Keys that are about to end, or have ended, are good for some more minutes: the service that should have renewed them
/// is in trouble, and AWS then takes the old ones. Source: botocore's `_evaluate_expiration`.
fn extended(credentials: Credentials, now: Timestamp) -> Credentials {
    let window = 15 * 60 + fastrand::i64(120..=600);
    match credentials.expiration() {
        Some(end) if now.seconds() >= end.seconds() - window => {
            log::info!(
                "The instance's credentials end soon and are used on; they are asked for again within {} minutes.",
                window / 60
            );
            credentials.with_expiration(Timestamp::new(now.seconds() + window, 0))
        }
        _ => credentials,
    }
}

/// The region of the instance this runs on; `None` where there is no instance or its metadata may not be asked.
pub(crate) fn region(session: &Session) -> Option<String> {
    let ask = || -> std::result::Result<String, Failure> {
        let service = Service::of(session)?;
        let token = service.token()?;
        Ok(service.get(ZONE, token.as_deref(), |answer| !answer.text.is_empty())?.text)
    };
    let mut zone = ask().ok()?;
    zone.pop();
    Some(zone).filter(|region| !region.is_empty())
}

/// Why there are no credentials: none here, or some that could not be had.
enum Failure {
    Nothing(String),
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

/// The metadata service.
struct Service<'s> {
    session: &'s Session,
    base: String,
    attempts: i64,
    timeout: Duration,
    v1_disabled: bool,
}

impl Service<'_> {
    fn of(session: &Session) -> std::result::Result<Service<'_>, Failure> {
        let disabled = session.environment().filled("AWS_EC2_METADATA_DISABLED");
        if disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Err(Failure::Nothing("AWS_EC2_METADATA_DISABLED is true".to_owned()));
        }
        let number = |name: &str| -> Result<i64> {
            Ok(session.get_config_variable(name)?.and_then(|value| value.as_integer()).unwrap_or(1))
        };
        let v1_disabled = session.get_config_variable("ec2_metadata_v1_disabled")?;
        Ok(Service {
            session,
            base: endpoint(session)?,
            attempts: number("metadata_service_num_attempts")?,
            timeout: Duration::from_secs(number("metadata_service_timeout")?.clamp(1, 3_600).unsigned_abs()),
            v1_disabled: v1_disabled.and_then(|value| value.as_bool()).unwrap_or(false),
        })
    }

    /// The token of a session; `None` where the service knows only its first version.
    fn token(&self) -> std::result::Result<Option<String>, Failure> {
        let mut unreachable = None;
        for _ in 0..self.attempts {
            let mut request = exchange::request("PUT", &self.url(TOKEN))?;
            request.headers.set("x-aws-ec2-metadata-token-ttl-seconds", TOKEN_TTL);
            request.headers.set("User-Agent", self.session.user_agent());
            match exchange::send(&*self.session.metadata_transport(self.timeout), request, "") {
                Ok(answer) if answer.status == 200 => return Ok(Some(answer.text)),
                Ok(Answer { status: 403..=405, .. }) => break,
                Ok(Answer { status: 400, .. }) => {
                    return Err(Failure::Nothing(format!("{} answered with HTTP 400", self.url(TOKEN))));
                }
                Ok(answer) => log::debug!("{} answered with HTTP {}", self.url(TOKEN), answer.status),
                // The first hop may keep the answer from a container; then the older version is asked.
                Err(error) if error.transport_failure() == Some(TransportFailure::ReadTimeout) => break,
                Err(error) => {
                    log::debug!("{error}");
                    unreachable = is_unreachable(&error).then(|| error.to_string());
                }
            }
        }
        match (self.v1_disabled, unreachable) {
            // Nobody is there: asking again would only take as long again.
            (false, Some(reason)) => Err(Failure::Nothing(reason)),
            (false, None) => Ok(None),
            (true, _) => Err(Failure::Error(failed(
                SOURCE,
                "it gave no token, and its first version is switched off by ec2_metadata_v1_disabled",
            ))),
        }
    }

    fn get(
        &self,
        path: &str,
        token: Option<&str>,
        is_good: impl Fn(&Answer) -> bool,
    ) -> std::result::Result<Answer, Failure> {
        let url = self.url(path);
        let mut reason = format!("{url} was not asked: metadata_service_num_attempts is {}", self.attempts);
        for _ in 0..self.attempts {
            let mut request = exchange::request("GET", &url)?;
            if let Some(token) = token {
                request.headers.set("x-aws-ec2-metadata-token", token);
            }
            request.headers.set("User-Agent", self.session.user_agent());
            reason = match exchange::send(&*self.session.metadata_transport(self.timeout), request, "") {
                Ok(answer) if answer.status == 200 && is_good(&answer) => return Ok(answer),
                Ok(answer) if answer.status == 200 => format!("{url} answered with something else"),
                Ok(answer) => format!("{url} answered with HTTP {}", answer.status),
                Err(error) => error.to_string(),
            };
        }
        Err(Failure::Nothing(reason))
    }

    fn url(&self, path: &str) -> String {
        let slash = if self.base.ends_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.base)
    }
}

/// Whether there was no connection.
fn is_unreachable(error: &Error) -> bool {
    use TransportFailure::{Connect, ConnectTimeout, Dns};
    matches!(error.transport_failure(), Some(Connect | ConnectTimeout | Dns))
}

/// Where the metadata service is: the endpoint that was set, else the IPv4 or the IPv6 one.
pub(crate) fn endpoint(session: &Session) -> Result<String> {
    let text = |name: &str| -> Result<Option<String>> {
        let value = session.get_config_variable(name)?;
        Ok(value.as_ref().and_then(ConfigValue::as_str).filter(|text| !text.is_empty()).map(str::to_owned))
    };
    let on = |name: &str| -> Result<bool> {
        Ok(session.get_config_variable(name)?.and_then(|value| value.as_bool()).unwrap_or(false))
    };
    let ipv6 = match text("ec2_metadata_service_endpoint_mode")? {
        Some(mode) if mode.eq_ignore_ascii_case("ipv6") => true,
        Some(mode) if mode.eq_ignore_ascii_case("ipv4") => false,
        Some(mode) => {
            let message = format!(
                "`{mode}` is not a valid endpoint mode of ec2_metadata_service_endpoint_mode: it must be ipv4 or ipv6."
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        None => on("imds_use_ipv6")?,
    };
    let url = text("ec2_metadata_service_endpoint")?;
    let url = url.unwrap_or_else(|| if ipv6 { "http://[fd00:ec2::254]" } else { "http://169.254.169.254" }.to_owned());
    exchange::request("GET", &url).map_err(|cause| {
        let place = lookup::place(session, "ec2_metadata_service_endpoint");
        Error::new(ErrorKind::Config, format!("The instance's metadata service cannot be where {place} says"))
            .with_source(cause)
    })?;
    Ok(url)
}
