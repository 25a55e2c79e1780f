//! REST with JSON bodies. Source: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

use super::codec::Format;
use super::http_binding::{self, Payload};
use crate::error::Result;
use crate::http::Request;
use crate::operation::Operation;
use crate::shape::Value;
use crate::shape::schema::{Place, Schema};

pub(super) fn serialize(operation: &Operation, schema: Schema, members: &[&dyn Value]) -> Result<Request> {
    let mut request = http_binding::serialize(operation, schema, members)?;
    let body = match http_binding::payload(Format::Json, schema, members)? {
        Payload::Raw(body) => {
            request.body = body;
            return Ok(request);
        }
        Payload::Written(body) => body,
        Payload::Absent => b"{}".to_vec(),
        Payload::Members if schema.members().any(|member| member.place() == Place::Body) => {
            Format::Json.write(schema, members)?
        }
        Payload::Members => return Ok(request),
    };
    request.body = body.into();
    if request.headers.get("Content-Type").is_none() {
        request.headers.set("Content-Type", "application/json");
    }
    Ok(request)
}
