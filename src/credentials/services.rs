//! Where STS and SSO are, and calls to them: three requests, written by hand, so that credentials need no generated client.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::failed;
use super::exchange::{self, Answer};
use crate::Session;
use crate::configuration::{ConfigValue, configured_endpoint_url};
use crate::error::Result;
use crate::http::{Request, TransportOptions};

const ATTEMPTS: u32 = 3;
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A service that gives credentials.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Service {
    Sts,
    Sso,
    SsoOidc,
}

impl Service {
    fn id(self) -> &'static str {
        match self {
            Service::Sts => "STS",
            Service::Sso => "SSO",
            Service::SsoOidc => "SSO OIDC",
        }
    }

    fn host(self) -> &'static str {
        match self {
            Service::Sts => "sts",
            Service::Sso => "portal.sso",
            Service::SsoOidc => "oidc",
        }
    }
}

/// Scheme and host of a service: the endpoint that was configured, else its own in the region, with FIPS and dual-stack
/// where they are on. Without a region, the global endpoint of STS.
pub(crate) fn origin(session: &Session, service: Service, region: Option<&str>) -> Result<String> {
    let on = |name: &str| -> Result<bool> {
        Ok(session.get_config_variable(name)?.and_then(|value| value.as_bool()).unwrap_or(false))
    };
    if !on("ignore_configured_endpoint_urls")?
        && let Some(url) = configured_endpoint_url(session, service.id())?
    {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let Some(region) = region else { return Ok("https://sts.amazonaws.com".to_owned()) };
    crate::configuration::validate_region(region)?;
    let partitions = session.partitions()?;
    let partition = partitions.for_region(region);
    // In the US government's regions the plain names are the FIPS ones.
    let fips = on("use_fips_endpoint")? && !region.starts_with("us-gov-");
    let fips = if fips { "-fips" } else { "" };
    let dual_stack = on("use_dualstack_endpoint")?;
    let suffix = if dual_stack { &partition.dual_stack_dns_suffix } else { &partition.dns_suffix };
    Ok(format!("https://{}{fips}.{region}.{suffix}", service.host()))
}

/// The region of calls to STS: that of the first client, else the session's.
pub(crate) fn region(session: &Session) -> Result<Option<String>> {
    match session.client_region() {
        Some(region) => Ok(Some(region)),
        None => Ok(session.get_config_variable("region")?.as_ref().and_then(ConfigValue::as_str).map(str::to_owned)),
    }
}

/// Sends until there is an answer that is final: a server's error, throttling and a broken connection are tried again.
pub(crate) fn call(session: &Session, request: impl Fn() -> Result<(Request, String)>, source: &str) -> Result<Answer> {
    let transport = match session.transport() {
        Some(transport) => transport,
        None => session.shared_transport(TransportOptions {
            proxies: session.proxies(),
            verify: session.verify()?,
            ..TransportOptions::default()
        }),
    };
    let mut attempt = 1;
    loop {
        let (request, body) = request()?;
        let url = request.origin.clone();
        let outcome = exchange::send(&*transport, request, body);
        match outcome {
            Ok(answer) if attempt == ATTEMPTS || !is_passing(&answer) => return Ok(answer),
            Err(error) if attempt == ATTEMPTS => {
                return Err(failed(source, &format!("{url} could not be asked")).with_source(error));
            }
            Ok(answer) => log::debug!("{url} answered with HTTP {}", answer.status),
            Err(error) => log::debug!("{error}"),
        }
        let longest = 50 << attempt;
        session.clock().sleep(Duration::from_millis(fastrand::u64(0..=longest)));
        attempt += 1;
    }
}

fn is_passing(answer: &Answer) -> bool {
    matches!(answer.status, 429 | 500 | 502 | 503 | 504)
        || (answer.status == 400
            && ["Throttling", "IDPCommunicationError"].iter().any(|code| answer.text.contains(code)))
}

/// Names and values as a query or a form.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, &UNRESERVED));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
