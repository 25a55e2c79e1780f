//! Smithy RPC v2 with CBOR. Source: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>

use super::codec::Format;
use crate::error::Result;
use crate::http::Request;
use crate::operation::{Operation, Service, has_word, word};
use crate::shape::Value;
use crate::shape::schema::Schema;

pub(super) fn serialize(
    service: &Service,
    operation: &Operation,
    schema: Schema,
    members: &[&dyn Value],
) -> Result<Request> {
    let target = word(service.traits, "target=").unwrap_or(service.name);
    let path = format!("/service/{target}/operation/{}", operation.name);
    let mut request = Request { method: "POST", path, ..Request::default() };
    request.headers.set("smithy-protocol", "rpc-v2-cbor");
    let events = has_word(operation.traits, "events");
    request.headers.set("Accept", if events { "application/vnd.amazon.eventstream" } else { "application/cbor" });
    // An operation without input, unlike one with an empty input, has no body.
    if !schema.name().is_empty() {
        request.headers.set("Content-Type", "application/cbor");
        request.body = Format::Cbor.write(schema, members)?.into();
    }
    Ok(request)
}
