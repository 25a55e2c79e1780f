//! Typed inputs as requests, and answers as typed outputs. It knows no hosts, keys or clocks.

mod codec;
mod ec2;
mod error;
pub(crate) mod event_stream;
mod http_binding;
mod json;
mod query;
mod rest_json;
mod rest_xml;
mod rpc_v2_cbor;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use codec::markup::unescape;
pub(crate) use error::{ServiceFailure, parse_error};

use self::codec::Format;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Headers, Request, Response, ResponseMetadata};
use crate::operation::{Operation, Protocol, Service, has_word, word};
use crate::shape::schema::{Member, Schema};
use crate::shape::{RawEvents, Slot, Value, View};

/// What an answer says beside its members.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) request_id: Option<String>,
    pub(crate) host_id: Option<String>,
}

/// The request without an origin. `token` makes up idempotency tokens where the input has none; an
/// empty one is none.
///
/// A streaming body is taken out of the input.
///
/// # Errors
/// [`ErrorKind::Serialize`] for an input that the protocol cannot express: an empty label of the path, a line break in a
/// header, a timestamp without a date.
pub(crate) fn serialize(
    service: &'static Service,
    operation: &'static Operation,
    input: &dyn Value,
    token: &mut dyn FnMut() -> String,
) -> Result<Request> {
    let mut request = Err(Error::new(ErrorKind::Serialize, "The input is not a structure"));
    input.view(&mut |view| {
        if let View::Structure(text, members) = view {
            let schema = Schema::new(text);
            let tokens = tokens(schema, members, token);
            let mut members = members.to_vec();
            for (index, token) in &tokens {
                members[*index] = token;
            }
            request = write(service, operation, schema, &members);
        }
    });
    let mut request = request.map_err(|error| error.in_operation(service.name, operation.name))?;
    if has_word(service.traits, "query-compatible") {
        request.headers.set("x-amzn-query-mode", "true");
    }
    Ok(request)
}

/// Members that want a token and have none, with tokens for them.
fn tokens(schema: Schema, members: &[&dyn Value], token: &mut dyn FnMut() -> String) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (index, (member, value)) in schema.members().zip(members).enumerate() {
        if member.has("token") && is(*value, |view| matches!(view, View::Absent)) {
            tokens.push((index, token()));
        }
    }
    tokens.retain(|(_, token)| !token.is_empty());
    tokens
}

fn write(service: &Service, operation: &Operation, schema: Schema, members: &[&dyn Value]) -> Result<Request> {
    match service.protocol {
        Protocol::Json => json::serialize(service, operation, schema, members),
        Protocol::RestJson => rest_json::serialize(operation, schema, members),
        Protocol::RestXml => rest_xml::serialize(operation, schema, members),
        Protocol::Query => query::serialize(service, operation, schema, members),
        Protocol::Ec2 => ec2::serialize(service, operation, schema, members),
        Protocol::RpcV2Cbor => rpc_v2_cbor::serialize(service, operation, schema, members),
    }
}

/// What comes before the endpoint's host, `123456789012.`, when the operation has such a prefix.
///
/// # Errors
/// [`ErrorKind::Serialize`] for a label that is absent or is not letters, digits, hyphens and periods.
pub(crate) fn host_prefix(operation: &'static Operation, input: &dyn Value) -> Result<Option<String>> {
    let Some(template) = word(operation.traits, "host=") else {
        return Ok(None);
    };
    let mut prefix = Ok(template.to_owned());
    input.view(&mut |view| {
        if let View::Structure(text, members) = view {
            for (member, value) in Schema::new(text).members().zip(members) {
                if member.has("host") {
                    value.view(&mut |view| {
                        if let Ok(before) = &prefix {
                            prefix = expand(before, member, &view);
                        }
                    });
                }
            }
        }
    });
    prefix.map(Some)
}

fn expand(prefix: &str, member: Member, view: &View<'_>) -> Result<String> {
    let name = member.name();
    let valid =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    match view {
        View::Str(label) if valid(label) => Ok(prefix.replace(&format!("{{{name}}}"), label)),
        View::Absent => {
            Err(Error::new(ErrorKind::Serialize, format!("The member {name} is missing: it is part of the host")))
        }
        _ => Err(Error::new(
            ErrorKind::Serialize,
            format!("The member {name} is part of the host: it must be letters, digits, hyphens and periods only"),
        )),
    }
}

/// Fills the output from an answer that is not an error. The body is read, unless the output streams it.
///
/// # Errors
/// [`ErrorKind::Parse`] with the member and place that is not as the model says; what the transport says when the
/// connection fails before the body's end.
pub(crate) fn parse(
    service: &'static Service,
    operation: &'static Operation,
    response: Response,
    output: &mut dyn Value,
) -> Result<Facts> {
    let (request_id, host_id) = request_ids(&response.headers);
    let mut facts = Facts { status: response.status, headers: Headers::default(), request_id, host_id };
    let mut response = Some(response);
    output
        .fill(&mut |slot| match (slot, response.take()) {
            (Slot::Structure(text, members), Some(mut response)) => {
                let id = read(service, operation, &mut response, Schema::new(text), members)?;
                facts.headers = response.headers;
                facts.request_id = id.or(facts.request_id.take());
                Ok(())
            }
            _ => Err(Error::new(ErrorKind::Parse, "The output is not a structure")),
        })
        .map_err(|error| match error.kind() {
            ErrorKind::Parse => Error::new(error.kind(), format!("{} (HTTP {})", error.message(), facts.status)),
            _ => error,
        })
        .map_err(|error| error.in_operation(service.name, operation.name))?;
    Ok(facts)
}

/// Gives the request id of the body, where there is one.
fn read(
    service: &'static Service,
    operation: &'static Operation,
    response: &mut Response,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<Option<String>> {
    match service.protocol {
        Protocol::Json => read_rpc(Format::Json, service, response, schema, members).map(|()| None),
        Protocol::RpcV2Cbor => read_rpc(Format::Cbor, service, response, schema, members).map(|()| None),
        Protocol::RestJson => http_binding::parse(Format::Json, service, response, schema, members).map(|()| None),
        Protocol::RestXml => http_binding::parse(Format::Xml, service, response, schema, members).map(|()| None),
        Protocol::Query => query::parse(operation, response, schema, members),
        Protocol::Ec2 => ec2::parse(response, schema, members),
    }
}

/// An answer all of whose members are in its body, or in the first of its events.
fn read_rpc(
    format: Format,
    service: &'static Service,
    response: &mut Response,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<()> {
    let bytes = match hand_over_events(service, response, members)? {
        Some(index) => initial_response(members, index)?,
        None => response.body.take().into_bytes()?,
    };
    format.read(&bytes, schema, members)
}

/// The status of the answer, which is beside its members; 0 where none was noted.
pub(crate) fn status(output: &dyn Value) -> u16 {
    let mut status = 0;
    output.view(&mut |view| {
        if let View::Structure(_, members) = view {
            for member in members {
                member.view(&mut |view| {
                    if let View::Metadata(metadata) = view {
                        status = metadata.status();
                    }
                });
            }
        }
    });
    status
}

/// Sets an output's member for what the answer says beside its members.
pub(crate) fn set_metadata(output: &mut dyn Value, metadata: ResponseMetadata) -> Result<()> {
    let mut metadata = Some(metadata);
    output.fill(&mut |slot| {
        if let Slot::Structure(_, members) = slot {
            for member in members.iter_mut().rev() {
                if is(&**member, |view| matches!(view, View::Metadata(_))) {
                    return member.fill(&mut |slot| {
                        if let (Slot::Metadata(place), Some(metadata)) = (slot, metadata.take()) {
                            *place = metadata;
                        }
                        Ok(())
                    });
                }
            }
        }
        Ok(())
    })
}

/// The ids of an answer's headers: the request's, and S3's second one.
pub(crate) fn request_ids(headers: &Headers) -> (Option<String>, Option<String>) {
    let get = |name| headers.get(name).filter(|id| !id.is_empty()).map(str::to_owned);
    (get("x-amzn-requestid").or_else(|| get("x-amz-request-id")), get("x-amz-id-2"))
}

fn is(value: &dyn Value, test: impl Fn(View<'_>) -> bool) -> bool {
    let mut result = false;
    value.view(&mut |view| result = test(view));
    result
}

/// Hands the answer's body to the output's event stream, if it has one: gives its index.
fn hand_over_events(
    service: &'static Service,
    response: &mut Response,
    members: &mut [&mut dyn Value],
) -> Result<Option<usize>> {
    let Some(index) = members.iter().position(|value| is(&**value, |view| matches!(view, View::Events(_)))) else {
        return Ok(None);
    };
    members[index].fill(&mut |slot| {
        if let Slot::Events(place) = slot {
            let (request_id, host_id) = request_ids(&response.headers);
            let metadata = ResponseMetadata::new(response.status, response.headers.clone(), request_id, host_id, 1);
            *place = RawEvents { body: response.body.take(), service: Some(service), metadata };
        }
        Ok(())
    })?;
    Ok(Some(index))
}

/// An RPC answer that is an event stream: the other members are in its first event.
fn initial_response(members: &mut [&mut dyn Value], index: usize) -> Result<Vec<u8>> {
    let mut payload = Vec::new();
    members[index].fill(&mut |slot| {
        if let Slot::Events(events) = slot {
            payload = event_stream::initial_response(events)?;
        }
        Ok(())
    })?;
    Ok(payload)
}
