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

/// Assumes a role: `parameters` are those of the action, signed with `source` where there is one. The answer is as botocore
/// gives and keeps it.
pub(crate) fn assume(
    session: &Session,
    action: &str,
    parameters: &[(&str, &str)],
    source: Option<&Credentials>,
) -> Result<Value> {
    let client = Client::new(session, Service::Sts, None)?;
    let form = services::form(&[&[("Action", action), ("Version", "2011-06-15")], parameters].concat());
    let request = || -> Result<(Request, String)> {
        let mut request = exchange::request("POST", &client.url("/"))?;
        request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        request.body = form.clone().into();
        if let Some(credentials) = source {
            sign(&mut request, session, credentials, client.signing_region())?;
        }
        Ok((request, form.clone()))
    };
    let answer = client.call(action, request)?;
    match answer.status {
        200..=299 => response(&answer.text, &client.place(action)),
        _ => Err(client.refused(action, &Refusal::of(&answer))),
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
