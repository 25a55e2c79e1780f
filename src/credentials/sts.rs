//! The two calls to STS that give credentials.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::answer::{self, Names, failed};
use super::services::{self, Client, Refusal, Service};
use super::{Credentials, exchange};
use crate::Session;
use crate::error::Result;
use crate::http::Request;
use crate::protocol::unescape;
use crate::signing::{self, Keys, Params, PathStyle, Payload, TokenName};
use crate::user_agent::{Feature, Features};

/// Who assumes a role.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'a> {
    /// Who has credentials.
    Signs(&'a Credentials),
    /// Who has a token, come by in that way.
    Bears(Features),
}

/// Assumes a role: `parameters` are those of the action. The answer is as botocore gives and keeps it.
pub(crate) fn assume(
    session: &Session,
    action: &str,
    parameters: &[(&str, &str)],
    caller: Caller<'_>,
) -> Result<Value> {
    let features = match caller {
        Caller::Signs(credentials) => credentials.features().with(Feature::CredentialsCode),
        Caller::Bears(features) => features,
    };
    let client = Client::new(session, Service::Sts, None)?.with_features(features);
    let form = services::form(&[&[("Action", action), ("Version", "2011-06-15")], parameters].concat());
    let request = || -> Result<(Request, String)> {
        let mut request = exchange::request("POST", &client.url("/"))?;
        request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        request.body = form.clone().into();
        if let Caller::Signs(credentials) = caller {
            sign(&mut request, session, credentials, client.signing_region())?;
        }
        Ok((request, form.clone()))
    };
    let role = parameters.iter().find(|(name, _)| *name == "RoleArn").map_or("no role", |(_, role)| role);
    let asked = format!("{action} of {role}");
    let answer = client.call(&asked, request)?;
    match answer.status {
        200..=299 => response(&answer.text, &client.place(&asked)),
        _ => Err(client.refused(&asked, &Refusal::of(&answer))),
    }
}

/// The credentials of such an answer; `place` is where it comes from, for messages.
pub(crate) fn credentials(response: &Value, place: &str) -> Result<Credentials> {
    answer::credentials(&response["Credentials"], &Names { token: "SessionToken", temporary: true }, place)
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

fn response(answer: &str, place: &str) -> Result<Value> {
    let mut credentials = Map::new();
    for name in ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] {
        let text = element(answer, name).ok_or_else(|| failed(place, &format!("its answer has no {name}")))?;
        credentials.insert(name.to_owned(), text.into_owned().into());
    }
    let arn = element(answer, "Arn").unwrap_or_default();
    if let Some(account) = arn.split(':').nth(4).filter(|account| !account.is_empty()) {
        credentials.insert("AccountId".to_owned(), account.into());
    }
    let id = element(answer, "AssumedRoleId").unwrap_or_default();
    Ok(json!({"Credentials": credentials, "AssumedRoleUser": {"AssumedRoleId": id, "Arn": arn}}))
}

/// The text of the first element of that name. What STS answers has no attributes and no two leaves of one name.
pub(crate) fn element<'a>(answer: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let (_, rest) = answer.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    unescape(text.trim()).ok()
}
