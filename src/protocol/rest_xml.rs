//! REST with XML bodies. Source: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>

use super::codec::Format;
use super::http_binding::{self, Payload};
use super::is;
use crate::error::Result;
use crate::http::{Body, Request};
use crate::operation::Operation;
use crate::shape::schema::{Place, Schema};
use crate::shape::{Value, View};

/// Sets no `Content-Type`, as botocore does not: services take none for XML.
pub(super) fn serialize(operation: &Operation, schema: Schema, members: &[&dyn Value]) -> Result<Request> {
    let mut request = http_binding::serialize(operation, schema, members)?;
    request.body = match http_binding::payload(Format::Xml, schema, members)? {
        Payload::Raw(body) => body,
        Payload::Written(body) => body.into(),
        Payload::Absent => Body::empty(),
        Payload::Members => {
            let present = |value: &&dyn Value| !is(*value, |view| matches!(view, View::Absent));
            let mut body = schema.members().zip(members).filter(|(member, _)| member.place() == Place::Body);
            match body.any(|(_, value)| present(value)) {
                true => Format::Xml.write(schema, members)?.into(),
                false => Body::empty(),
            }
        }
    };
    Ok(request)
}
