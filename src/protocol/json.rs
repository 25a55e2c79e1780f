//! AWS JSON 1.0 and 1.1. Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>

use super::codec::Format;
use crate::error::Result;
use crate::http::Request;
use crate::operation::{Operation, Service, word};
use crate::shape::Value;
use crate::shape::schema::Schema;

pub(super) fn serialize(
    service: &Service,
    operation: &Operation,
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Request> {
    let mut request = Request { method: operation.method, path: "/".to_owned(), ..Request::default() };
    let target = word(service.traits, "target=").unwrap_or(service.name);
    request.headers.set("X-Amz-Target", format!("{target}.{}", operation.name));
    let version = word(service.traits, "json=").unwrap_or("1.0");
    request.headers.set("Content-Type", format!("application/x-amz-json-{version}"));
    request.body = Format::Json.write(schema, members)?.into();
    Ok(request)
}
