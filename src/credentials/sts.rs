//! The two calls to STS that give credentials.

use std::borrow::Cow;

use super::answer::failed;
use super::services::{self, Service};
use super::{Credentials, exchange, expiry};
use crate::Session;
use crate::error::Result;
use crate::http::Request;
use crate::protocol::unescape;
use crate::signing::{self, Keys, Params, PathStyle, Payload, TokenName};

/// Assumes a role: `parameters` are those of the action, signed with `source` where there is one.
pub(crate) fn assume(
    session: &Session,
    action: &str,
    parameters: &[(&str, &str)],
    source: Option<&Credentials>,
) -> Result<Credentials> {
    let region = services::region(session)?;
    let origin = services::origin(session, Service::Sts, region.as_deref())?;
    let form = services::form(&[&[("Action", action), ("Version", "2011-06-15")], parameters].concat());
    let place = format!("STS {action}");
    let request = || -> Result<(Request, String)> {
        let mut request = exchange::request("POST", &format!("{origin}/"))?;
        request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        request.headers.set("User-Agent", session.user_agent());
        request.body = form.clone().into();
        if let Some(credentials) = source {
            sign(&mut request, session, credentials, region.as_deref().unwrap_or("us-east-1"))?;
        }
        Ok((request, form.clone()))
    };
    let answer = services::call(session, request, &place)?;
    if answer.status != 200 {
        let text = |name| element(&answer.text, name).unwrap_or_default().into_owned();
        let id = answer.headers.get("x-amzn-requestid").unwrap_or("unknown");
        let problem = format!("{}: {} (HTTP {}, request id {id})", text("Code"), text("Message"), answer.status);
        return Err(failed(&place, &problem));
    }
    credentials(&answer.text, &place)
}

fn sign(request: &mut Request, session: &Session, credentials: &Credentials, region: &str) -> Result<()> {
    let params = Params {
        credentials,
        region,
        service: "sts",
        time: session.clock().now(),
        payload: Payload::Body,
        path: PathStyle::NORMALIZED,
        payload_header: false,
        token: TokenName::Security,
        keys: &Keys::default(),
    };
    signing::sign(request, &params)
}

fn credentials(answer: &str, place: &str) -> Result<Credentials> {
    let required =
        |name: &str| element(answer, name).ok_or_else(|| failed(place, &format!("its answer has no {name}")));
    let end = required("Expiration")?;
    let end = expiry::parse(&end).ok_or_else(|| failed(place, "the Expiration of its answer is not a time"))?;
    let token = required("SessionToken")?.into_owned();
    let credentials = Credentials::new(required("AccessKeyId")?, required("SecretAccessKey")?, Some(token));
    let account = element(answer, "Arn").and_then(|arn| arn.split(':').nth(4).map(str::to_owned));
    Ok(match account.filter(|account| !account.is_empty()) {
        Some(account) => credentials.with_account_id(account).with_expiration(end),
        None => credentials.with_expiration(end),
    })
}

/// The text of the first element of that name. What STS answers has no attributes and no two leaves of one name.
fn element<'a>(answer: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let (_, rest) = answer.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    unescape(text.trim()).ok()
}
