//! Calls to the services that give credentials: seven requests, written by hand, so that credentials need no generated
//! client and no cargo feature.
//!
//! Everything else is as for a client of the service: its settings, the connections that clients share, and the verdicts
//! of the retry room.

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::answer::failed;
use super::exchange::{self, Answer};
pub(crate) use super::origin::Service;
use super::origin::{Variant, origin};
use crate::Session;
use crate::client::retry_policy;
use crate::clock::Clock as _;
use crate::configuration::{ClientOptions, Config, RegionalEndpoints, Settings, validate_region};
use crate::error::{Error, Result};
use crate::http::{Request, Transport};
use crate::operation;
use crate::retry::{self, Attempts, Outcome, Verdict};
use crate::user_agent::{Features, UserAgent};

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What the settings room must know of such a service.
const fn model(name: &'static str, id: &'static str) -> operation::Service {
    operation::Service {
        name,
        id,
        endpoint_prefix: name,
        signing_name: name,
        api_version: "",
        protocol: operation::Protocol::RestJson,
        signature_version: "v4",
        auth: "",
        traits: "",
        endpoint_rules: "",
        error: |_| None,
    }
}

static STS: operation::Service = model("sts", "STS");
static SSO: operation::Service = model("sso", "SSO");
static SSO_OIDC: operation::Service = model("sso-oidc", "SSO OIDC");
static SIGNIN: operation::Service = model("signin", "Signin");

impl Service {
    fn model(self) -> &'static operation::Service {
        match self {
            Service::Sts => &STS,
            Service::Sso => &SSO,
            Service::SsoOidc => &SSO_OIDC,
            Service::Signin => &SIGNIN,
        }
    }
}

/// A service, ready to be called.
pub(crate) struct Client<'s> {
    session: &'s Session,
    service: Service,
    settings: Settings,
    transport: Arc<dyn Transport>,
    origin: String,
    signing_region: String,
    features: Features,
}

/// What a service says when it refuses.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The error's shape: `AccessDeniedException`. Empty when the answer names none.
    pub(crate) code: String,
    /// The error by the names of OAuth: `authorization_pending`.
    pub(crate) oauth: String,
    message: String,
    request_id: String,
}

impl<'s> Client<'s> {
    /// The service in a region; `None`: the one of the first client, else the session's.
    pub(crate) fn new(session: &'s Session, service: Service, region: Option<&str>) -> Result<Self> {
        let model = service.model();
        let config = Some(Config::new().signature_version("none"));
        let settings = Settings::resolve(session, model, &ClientOptions { config, ..ClientOptions::default() })?;
        let region = match region.map(str::to_owned).or_else(|| session.client_region()) {
            Some(region) => Some(region),
            None => settings.region.clone(),
        };
        let region = match (region, service) {
            (Some(region), _) => region,
            (None, Service::Sts) => "aws-global".to_owned(),
            (None, _) => settings.require_region()?.to_owned(),
        };
        validate_region(&region, String::new)?;
        let (region, fips) = match region.strip_prefix("fips-").or(region.strip_suffix("-fips")) {
            Some(plain) => (plain.to_owned(), true),
            None => (region, settings.use_fips),
        };
        let (origin, signing_region) = match &settings.endpoint_url {
            Some(url) => (url.trim_end_matches('/').to_owned(), region),
            None => {
                let variant = Variant {
                    fips,
                    dual_stack: settings.use_dualstack,
                    legacy: settings.sts_regional_endpoints == RegionalEndpoints::Legacy,
                };
                origin(&*session.partitions()?, service, &region, variant)?
            }
        };
        let transport = match session.transport() {
            Some(transport) => transport,
            None => session.shared_transport(settings.transport_options()),
        };
        Ok(Client { session, service, settings, transport, origin, signing_region, features: Features::default() })
    }

    /// With what the way of the credentials makes use of, for the `User-Agent` header.
    pub(crate) fn with_features(self, features: Features) -> Self {
        Client { features, ..self }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(crate) fn signing_region(&self) -> &str {
        if self.signing_region == "aws-global" { "us-east-1" } else { &self.signing_region }
    }

    /// Posts JSON to a path; gives the JSON of the answer, or what the service says against it.
    pub(crate) fn post(&self, action: &str, path: &str, body: &Value) -> Result<std::result::Result<Value, Refusal>> {
        let (url, body) = (self.url(path), body.to_string());
        let place = self.place(action);
        let answer = self.call(action, || {
            let mut request = exchange::request("POST", &url)?;
            request.headers.set("Content-Type", "application/json");
            Ok((request, body.clone()))
        })?;
        match answer.status {
            200..=299 => super::answer::json(&answer.text, &place).map(Ok),
            _ => Ok(Err(Refusal::of(&answer))),
        }
    }

    /// Sends until there is an answer that is final. Each attempt is a request of its own, so that each is signed anew.
    pub(crate) fn call(&self, action: &str, request: impl Fn() -> Result<(Request, String)>) -> Result<Answer> {
        let clock = self.session.time();
        let now = || Duration::from_secs(u64::try_from(clock.now().seconds()).unwrap_or(0));
        let policy = retry_policy(&self.settings, self.service.model(), now());
        let mut attempts = Attempts::first();
        let mut corrected = false;
        let agent = UserAgent::of_client(self.session, &self.settings).of_call(self.features);
        loop {
            let (mut request, body) = request()?;
            request.headers.set("User-Agent", &*agent);
            let max = policy.announced_max(attempts.number()).map_or_else(String::new, |max| format!("; max={max}"));
            request.headers.set("amz-sdk-request", format!("attempt={}{max}", attempts.number()));
            let answered = exchange::send(&*self.transport, request, body);
            let refusal = answered.as_ref().ok().filter(|answer| answer.status >= 300).map(Refusal::of);
            // A request that is signed by a wrong clock is refused; what tells the right time is asked once more.
            if let (false, Ok(answer), Some(refusal)) = (corrected, &answered, &refusal)
                && let Some(off) = clock.correct(&refusal.code, answer.headers.get("Date"))
            {
                log::warn!("{}: refused, and the service's clock is {off} s ahead", self.place(action));
                corrected = true;
                continue;
            }
            let outcome = match &answered {
                Ok(answer) => Outcome::Answer(retry::Answer {
                    status: answer.status,
                    code: refusal.as_ref().map(|refusal| refusal.code.as_str()),
                    retry_after: answer.headers.get("x-amz-retry-after"),
                    ..retry::Answer::default()
                }),
                Err(error) if error.transport_failure().is_some() => Outcome::Disconnected,
                Err(_) => Outcome::Failed,
            };
            let Verdict::Retry(delay) = policy.verdict(&mut attempts, &outcome, false, fastrand::f64(), now()) else {
                return answered.map_err(|cause| {
                    let message = format!("{} could not be asked", self.origin);
                    failed(&self.place(action), &message).with_source(cause).after_attempts(attempts.number())
                });
            };
            log::debug!("{} is asked again in {delay:?}", self.place(action));
            clock.sleep(delay);
        }
    }

    /// The error of a call that was refused.
    pub(crate) fn refused(&self, action: &str, refusal: &Refusal) -> Error {
        failed(&self.place(action), &refusal.to_string())
    }

    /// The service and what it was asked, for messages.
    pub(crate) fn place(&self, action: &str) -> String {
        format!("{} {action}", self.service.id())
    }
}

impl Refusal {
    /// The error of an answer, in XML or JSON.
    pub(crate) fn of(answer: &Answer) -> Self {
        let json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let member = |names: &[&str]| names.iter().find_map(|name| json[name].as_str()).unwrap_or_default().to_owned();
        let element = |name| super::sts::element(&answer.text, name).unwrap_or_default().into_owned();
        let header = answer.headers.get("x-amzn-errortype").unwrap_or_default().to_owned();
        let code = [header, member(&["__type", "code"]), element("Code")];
        let code = code.into_iter().find(|code| !code.is_empty()).unwrap_or_default();
        // A URL may follow a colon, and a namespace may stand before a hash.
        let code = code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_owned();
        let message = [member(&["message", "Message", "error_description"]), element("Message")];
        let request_id = answer.headers.get("x-amzn-requestid").or(answer.headers.get("x-amz-request-id"));
        Refusal {
            status: answer.status,
            code,
            oauth: member(&["error"]),
            message: message.into_iter().find(|message| !message.is_empty()).unwrap_or_default(),
            request_id: request_id.map_or_else(|| element("RequestId"), str::to_owned),
        }
    }

    /// Whether it is that error, by its shape or by its name in OAuth.
    pub(crate) fn is(&self, code: &str, oauth: &str) -> bool {
        self.code == code || self.oauth == oauth
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = [&self.code, &self.oauth].into_iter().filter(|name| !name.is_empty()).map(String::as_str);
        let mut names = names.collect::<Vec<_>>().join(", ");
        if names.is_empty() {
            names = "no error code".to_owned();
        }
        write!(f, "{names}: {} (HTTP {}", self.message, self.status)?;
        if !self.request_id.is_empty() {
            write!(f, ", request id {}", self.request_id)?;
        }
        f.write_str(")")
    }
}

/// Names and values as a query or a form.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, &UNRESERVED));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
