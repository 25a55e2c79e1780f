//! AWS Query. Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use super::codec::form::{self, Dialect};
use super::codec::xml;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::operation::{Operation, Service, word};
use crate::shape::Value;
use crate::shape::schema::{Place, Schema};

pub(super) fn serialize(
    service: &Service,
    operation: &Operation,
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Request> {
    request(Dialect::Query, service, operation, schema, members)
}

pub(super) fn request(
    dialect: Dialect,
    service: &Service,
    operation: &Operation,
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Request> {
    let mut request = Request { method: operation.method, path: "/".to_owned(), ..Request::default() };
    request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    let first = [("Action", operation.name), ("Version", service.api_version)];
    request.body = form::write(dialect, &first, schema, members)?.into();
    Ok(request)
}

pub(super) fn parse(
    operation: &Operation,
    response: &mut Response,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<Option<String>> {
    result(word(operation.traits, "wrapper=").or_else(|| schema.head().get("wrapper=")), response, schema, members)
}

pub(super) fn result(
    wrapper: Option<&str>,
    response: &mut Response,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<Option<String>> {
    let bytes = response.body.take().into_bytes()?;
    if bytes.is_empty() && !schema.members().any(|member| member.place() == Place::Body) {
        return Ok(None);
    }
    xml::read_result(&bytes, wrapper, schema, members)
}
