//! EC2's variety of AWS Query. Source: <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>

use super::codec::form::Dialect;
use super::query;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::operation::{Operation, Service};
use crate::shape::Value;
use crate::shape::schema::Schema;

pub(super) fn serialize(
    service: &Service,
    operation: &Operation,
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Request> {
    query::request(Dialect::Ec2, service, operation, schema, members)
}

pub(super) fn parse(response: &mut Response, schema: Schema, members: &mut [&mut dyn Value]) -> Result<Option<String>> {
    query::result(None, response, schema, members)
}
