//! Answers that are errors. Source: botocore's `_do_error_parse` of each protocol.

use super::codec::{Format, cbor, excerpt, json, xml};
use super::{http_binding, request_ids};
use crate::http::{Headers, Response};
use crate::operation::{Operation, Protocol, Service};
use crate::shape::schema::Schema;
use crate::shape::{Modeled, Slot, Value};

/// What a service said when it refused.
pub(crate) struct ServiceFailure {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// The error code; the status, when the answer has none.
    pub(crate) code: String,
    pub(crate) message: String,
    /// `Sender` or `Receiver`, where the service says who is to blame.
    pub(crate) fault: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) host_id: Option<String>,
    /// Where S3 says that the bucket is.
    pub(crate) region: Option<String>,
    /// The host that S3 says is the bucket's.
    pub(crate) endpoint: Option<String>,
    /// How the body begins, when it says nothing that the service would say: a proxy's page.
    pub(crate) foreign: Option<String>,
    /// The error's own shape, when the model has one.
    pub(crate) modeled: Option<Box<dyn Modeled>>,
}

/// Reads an error's answer. What cannot be understood becomes a failure too, with the status for a code: that the
/// call failed is certain.
pub(crate) fn parse_error(service: &'static Service, _: &'static Operation, response: Response) -> ServiceFailure {
    // A connection lost in the body of an error takes away details, not the error.
    let body = response.body.take().into_bytes().unwrap_or_default();
    let status = response.status;
    let (request_id, host_id) = request_ids(&response.headers);
    let mut found = Found::default();
    if !is_generic(status, &body) || response.headers.get("x-amzn-errortype").is_some() {
        found = match service.protocol {
            Protocol::Json => found_in_json(status, &body, &response.headers),
            Protocol::RestJson => found_in_rest(status, &body, &response.headers),
            Protocol::RpcV2Cbor => found_in_strings(status, cbor::strings(&body), b"", &response.headers),
            Protocol::RestXml | Protocol::Query | Protocol::Ec2 => found_in_xml(&body),
        };
    }
    let modeled = modeled(service, found.own_code.as_deref().unwrap_or(&found.code), &body, &response);
    if found.code.is_empty() {
        found.code = status.to_string();
    }
    // An answer that says nothing: its status is all there is to tell.
    let mut foreign = None;
    if found.message.is_empty() && found.code == status.to_string() {
        found.message = reason(status).to_owned();
        let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
        foreign = Some(excerpt(text.trim(), 100)).filter(|text| !text.is_empty());
    }
    ServiceFailure {
        status,
        headers: response.headers,
        code: found.code,
        message: found.message,
        fault: found.fault,
        request_id: found.request_id.or(request_id),
        host_id: host_id.or(found.host_id),
        region: found.region,
        endpoint: found.endpoint,
        foreign,
        modeled,
    }
}

/// A 5xx page of a load balancer or proxy, or nothing at all.
fn is_generic(status: u16, body: &[u8]) -> bool {
    let body = body.trim_ascii();
    status >= 500 && (body.is_empty() || body.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"<html>")))
}

#[derive(Default)]
struct Found {
    code: String,
    /// The protocol's own code, when `code` is the one that the service had as a query service.
    own_code: Option<String>,
    message: String,
    fault: Option<String>,
    request_id: Option<String>,
    host_id: Option<String>,
    region: Option<String>,
    endpoint: Option<String>,
}

fn take(strings: &[(String, String)], names: [&str; 2]) -> Option<String> {
    names.iter().find_map(|name| strings.iter().find(|(other, _)| other == name)).map(|(_, text)| text.clone())
}

/// The code without namespace and URI: `aws.protocoltests#FooError:http://…` is `FooError`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

/// Where botocore looks (`__type`), and then where other clients look too.
fn found_in_json(status: u16, body: &[u8], headers: &Headers) -> Found {
    let mut strings = json::strings(body);
    if take(&strings, ["__type", "__type"]).is_none()
        && let Some(code) =
            headers.get("x-amzn-errortype").map(str::to_owned).or_else(|| take(&strings, ["code", "Code"]))
    {
        strings.push(("__type".to_owned(), code));
    }
    found_in_strings(status, strings, body, headers)
}

fn found_in_strings(status: u16, strings: Vec<(String, String)>, body: &[u8], headers: &Headers) -> Found {
    let code = take(&strings, ["__type", "__type"]).map_or_else(|| status.to_string(), |code| bare(&code));
    let mut message = take(&strings, ["message", "Message"]).unwrap_or_default();
    if strings.is_empty() && !body.trim_ascii().starts_with(b"{") {
        message = excerpt(&String::from_utf8_lossy(body), 1000);
    }
    let mut found = Found { code, message, ..Found::default() };
    if let Some((code, kind)) = headers.get("x-amzn-query-error").and_then(|error| error.split_once(';'))
        && !code.is_empty()
        && !kind.contains(';')
    {
        found.own_code = Some(std::mem::replace(&mut found.code, code.to_owned()));
        found.fault = Some(kind.to_owned());
    }
    found
}

fn found_in_rest(status: u16, body: &[u8], headers: &Headers) -> Found {
    let strings = json::strings(body);
    let code = headers.get("x-amzn-errortype").map(str::to_owned).or_else(|| take(&strings, ["code", "Code"]));
    let mut found = found_in_strings(status, strings, body, headers);
    if let Some(code) = code {
        found.code = bare(&code);
    }
    found
}

fn found_in_xml(body: &[u8]) -> Found {
    let leaves = xml::leaves(body).unwrap_or_default();
    let get = |name: &str| take(&leaves, [name, name]).map(|text| text.trim().to_owned());
    Found {
        code: get("Code").unwrap_or_default(),
        own_code: None,
        message: take(&leaves, ["Message", "message"]).unwrap_or_default(),
        fault: get("Type"),
        request_id: get("RequestId").or_else(|| get("RequestID")).or_else(|| get("requestId")),
        host_id: get("HostId"),
        region: get("Region"),
        endpoint: get("Endpoint"),
    }
}

/// The modelled error of that code with its members; `None` also when they cannot be read.
fn modeled(service: &'static Service, code: &str, body: &[u8], response: &Response) -> Option<Box<dyn Modeled>> {
    let mut error = (service.error)(code)?;
    let value: &mut dyn Value = &mut *error;
    let filled = value.fill(&mut |slot| {
        let Slot::Structure(text, members) = slot else {
            return Ok(());
        };
        let schema = Schema::new(text);
        match service.protocol {
            Protocol::Json => Format::Json.read(body, schema, members),
            Protocol::RpcV2Cbor => Format::Cbor.read(body, schema, members),
            Protocol::RestJson => {
                http_binding::parse_head(response, schema, members)?;
                Format::Json.read(body, schema, members)
            }
            Protocol::RestXml => {
                http_binding::parse_head(response, schema, members)?;
                xml::read_error(body, schema, members)
            }
            Protocol::Query | Protocol::Ec2 => xml::read_error(body, schema, members),
        }
    });
    filled.is_ok().then_some(error)
}

/// The phrase of a status, where that is all there is to say.
fn reason(status: u16) -> &'static str {
    match status {
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
