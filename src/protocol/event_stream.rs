//! Event streams: frames with checksums, and what is in them.
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>

use std::io::Read;
use std::sync::Arc;

use super::codec::{Format, text};
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::ResponseMetadata;
use crate::operation::{Protocol, Service};
use crate::shape::schema::{Place, Schema};
use crate::shape::{Modeled, RawEvents, Slot, Timestamp, Union, Value};

/// Limits of the specification, as botocore sets them.
const MAX_HEADERS: u32 = 128 * 1024;
const MAX_PAYLOAD: u32 = 24 * 1024 * 1024;
/// Total length, headers' length and the checksum of both.
const PRELUDE: u32 = 12;
const CHECKSUM: u32 = 4;

#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) headers: Vec<(String, HeaderValue)>,
    pub(super) payload: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum HeaderValue {
    Bool(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    Bytes(Vec<u8>),
    String(String),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    Uuid([u8; 16]),
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Parse, format!("Event stream: {}", message.into()))
}

impl Frame {
    /// Reads a frame; `None` at the end of the stream.
    ///
    /// # Errors
    /// [`ErrorKind::Parse`] for a frame that is not well formed or whose checksum is wrong; [`ErrorKind::Transport`]
    /// when the stream ends within a frame, for then the connection was lost.
    pub(super) fn read(source: &mut impl Read) -> Result<Option<Frame>> {
        let mut bytes = Vec::with_capacity(256);
        fetch(source, &mut bytes, PRELUDE)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let word = |bytes: &[u8], at: usize| {
            bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
        };
        let (total, headers) = (word(&bytes, 0), word(&bytes, 4));
        check("prelude", word(&bytes, 8), &bytes[..8])?;
        let payload = total.checked_sub(PRELUDE + CHECKSUM).and_then(|rest| rest.checked_sub(headers));
        let payload =
            payload.ok_or_else(|| invalid(format!("a frame of {total} bytes cannot hold {headers} of headers")))?;
        if headers > MAX_HEADERS || payload > MAX_PAYLOAD {
            return Err(invalid(format!(
                "a frame with {headers} bytes of headers and {payload} of payload is too long"
            )));
        }
        fetch(source, &mut bytes, total - PRELUDE)?;
        let end = bytes.len() - CHECKSUM as usize;
        check("message", word(&bytes, end), &bytes[..end])?;
        let split = (PRELUDE + headers) as usize;
        let headers = read_headers(&bytes[PRELUDE as usize..split])?;
        Ok(Some(Frame { headers, payload: bytes[split..end].to_vec() }))
    }

    fn text(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| match value {
            HeaderValue::String(text) => text,
            _ => "",
        })
    }
}

/// Appends that many bytes. At the very start, the end of the stream appends none.
fn fetch(source: &mut impl Read, bytes: &mut Vec<u8>, length: u32) -> Result<()> {
    let before = bytes.len();
    let read = source.by_ref().take(length.into()).read_to_end(bytes);
    let read = read.map_err(|cause| Error::body("The event stream could not be read", cause))?;
    if read < length as usize && !(read == 0 && before == 0) {
        let message = format!("The connection ended inside an event, {read} of {length} bytes into it");
        return Err(Error::new(ErrorKind::Transport, message));
    }
    Ok(())
}

fn check(part: &str, expected: u32, bytes: &[u8]) -> Result<()> {
    match crc32fast::hash(bytes) {
        found if found == expected => Ok(()),
        found => Err(invalid(format!("the {part}'s checksum is {found:08x} and should be {expected:08x}"))),
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| invalid("the headers end too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| invalid("the headers end too early"))
    }

    fn long(&mut self) -> Result<&'a [u8]> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(length.into())
    }
}

fn utf8(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| invalid("a header is not UTF-8"))
}

fn read_headers(bytes: &[u8]) -> Result<Vec<(String, HeaderValue)>> {
    let mut bytes = Bytes(bytes);
    let mut headers: Vec<(String, HeaderValue)> = Vec::new();
    while !bytes.0.is_empty() {
        let [length] = bytes.array()?;
        let name = utf8(bytes.take(length.into())?)?;
        let [kind] = bytes.array()?;
        let value = match kind {
            0 => HeaderValue::Bool(true),
            1 => HeaderValue::Bool(false),
            2 => HeaderValue::Byte(i8::from_be_bytes(bytes.array()?)),
            3 => HeaderValue::Short(i16::from_be_bytes(bytes.array()?)),
            4 => HeaderValue::Integer(i32::from_be_bytes(bytes.array()?)),
            5 => HeaderValue::Long(i64::from_be_bytes(bytes.array()?)),
            6 => HeaderValue::Bytes(bytes.long()?.to_vec()),
            7 => HeaderValue::String(utf8(bytes.long()?)?),
            8 => HeaderValue::Timestamp(i64::from_be_bytes(bytes.array()?)),
            9 => HeaderValue::Uuid(bytes.array()?),
            kind => return Err(invalid(format!("the header {name:?} has the unknown type {kind}"))),
        };
        headers.push((name, value));
    }
    match twice(&headers) {
        Some(name) => Err(invalid(format!("the header {name:?} comes twice"))),
        None => Ok(headers),
    }
}

/// The name that two headers have. A frame has room for some 20,000 headers, too many to compare each with each.
fn twice(headers: &[(String, HeaderValue)]) -> Option<&str> {
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// What an RPC answer says beside its events; botocore wants it from these protocols only.
const INITIAL_RESPONSE: &str = "initial-response";

/// The payload of the first frame, which must be an RPC answer's `initial-response`.
///
/// # Errors
/// [`ErrorKind::Service`] for an exception in its place; those of frames; [`ErrorKind::Parse`] for anything else.
pub(super) fn initial_response(events: &mut RawEvents) -> Result<Vec<u8>> {
    let frame = Frame::read(&mut events.body)?;
    match (frame, events.service) {
        (Some(frame), Some(service)) if frame.text(":message-type") == "exception" => {
            let shape = capitalised(frame.text(":exception-type"));
            Err(exception(service, &events.metadata, &frame, &shape))
        }
        (Some(frame), _) if frame.text(":message-type") == "error" => Err(unmodeled(&events.metadata, &frame)),
        (Some(frame), _) if frame.text(":event-type") == INITIAL_RESPONSE => Ok(frame.payload),
        (Some(frame), _) => {
            let kind = frame.text(":event-type");
            Err(invalid(format!("the first event is {kind:?} and should be the initial response")))
        }
        (None, _) => Err(invalid("the stream ended before the initial response")),
    }
}

/// Reads the next event into `event`, a union of the kinds of events; `false` at the end.
///
/// # Errors
/// [`ErrorKind::Service`] for an exception in the stream; those of frames. The stream ends after an error.
pub(crate) fn next(events: &mut RawEvents, event: &mut dyn Value) -> Result<bool> {
    let result = read(events, event);
    if matches!(result, Ok(true)) {
        return result;
    }
    let body = std::mem::take(&mut events.body);
    match body.operation() {
        Some((service, operation)) => result.map_err(|error| error.in_operation(service, operation)),
        None => result,
    }
}

fn read(events: &mut RawEvents, event: &mut dyn Value) -> Result<bool> {
    let Some(service) = events.service else {
        return Ok(false);
    };
    let frame = loop {
        let Some(frame) = Frame::read(&mut events.body)? else {
            return Ok(false);
        };
        match frame.text(":message-type") {
            "exception" => {
                let shape = shape_name(frame.text(":exception-type"), event);
                return Err(exception(service, &events.metadata, &frame, &shape));
            }
            "error" => return Err(unmodeled(&events.metadata, &frame)),
            // Services whose protocol is no RPC may send one too, and it holds nothing then.
            "event" if frame.text(":event-type") == INITIAL_RESPONSE => {}
            "event" => break frame,
            kind => return Err(invalid(format!("an event has the message type {kind:?}"))),
        }
    };
    let kind = frame.text(":event-type");
    if kind.is_empty() {
        return Err(invalid("an event has no type"));
    }
    let mut result = Ok(());
    event.fill(&mut |slot| {
        if let Slot::Union(union) = slot {
            result = read_event(format(service), &frame, kind, union);
        }
        Ok(())
    })?;
    result.map(|()| true).map_err(|error| Error::new(error.kind(), format!("event {kind}: {}", error.message())))
}

fn format(service: &Service) -> Format {
    match service.protocol {
        Protocol::Json | Protocol::RestJson => Format::Json,
        Protocol::RestXml | Protocol::Query | Protocol::Ec2 => Format::Xml,
        Protocol::RpcV2Cbor => Format::Cbor,
    }
}

fn read_event(format: Format, frame: &Frame, kind: &str, union: &mut dyn Union) -> Result<()> {
    let schema = Schema::new(union.schema());
    let index = schema.members().position(|member| member.wire() == kind);
    let Some(place) = index.and_then(|index| union.select(index)) else {
        union.select_unknown(kind);
        return Ok(());
    };
    place.fill(&mut |slot| match slot {
        Slot::Structure(text, members) => read_members(format, frame, Schema::new(text), members),
        _ => Ok(()),
    })
}

fn read_members(format: Format, frame: &Frame, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    let mut whole = true;
    for (member, place) in schema.members().zip(members.iter_mut()) {
        match member.place() {
            Place::EventHeader => {
                if let Some((_, value)) = frame.headers.iter().find(|(name, _)| name == member.wire()) {
                    place.fill(&mut |slot| read_header(value, slot))?;
                }
            }
            Place::EventPayload => {
                whole = false;
                let mut shape = false;
                place.fill(&mut |slot| {
                    match slot {
                        Slot::Blob(place) => *place = frame.payload.clone().into(),
                        Slot::Str(place) => {
                            *place = String::from_utf8(frame.payload.clone())
                                .map_err(|_| invalid(format!("member {} is not UTF-8", member.name())))?;
                        }
                        _ => shape = true,
                    }
                    Ok(())
                })?;
                if shape {
                    format.read_payload(&frame.payload, member, *place)?;
                }
            }
            _ => {}
        }
    }
    if whole { format.read(&frame.payload, schema, members) } else { Ok(()) }
}

fn read_header(value: &HeaderValue, slot: Slot<'_>) -> Result<()> {
    let number = match value {
        HeaderValue::Bool(value) => i64::from(*value),
        HeaderValue::Byte(number) => i64::from(*number),
        HeaderValue::Short(number) => i64::from(*number),
        HeaderValue::Integer(number) => i64::from(*number),
        HeaderValue::Long(number) | HeaderValue::Timestamp(number) => *number,
        HeaderValue::Bytes(_) | HeaderValue::String(_) | HeaderValue::Uuid(_) => 0,
    };
    match (value, slot) {
        (HeaderValue::Bool(value), Slot::Bool(place)) => *place = *value,
        (HeaderValue::Timestamp(_), Slot::Timestamp(place)) => {
            let millis = number.rem_euclid(1000) as u32;
            *place = Timestamp::new(number.div_euclid(1000), millis * 1_000_000);
        }
        (HeaderValue::Bytes(bytes), Slot::Blob(place)) => *place = bytes.clone().into(),
        (HeaderValue::String(text), slot) => _ = text::read(text, slot)?,
        (HeaderValue::Uuid(bytes), Slot::Str(place)) => *place = uuid(bytes),
        (HeaderValue::Bytes(_) | HeaderValue::Uuid(_) | HeaderValue::Timestamp(_) | HeaderValue::Bool(_), _) => {}
        (_, slot) => _ = text::read(&number.to_string(), slot)?,
    }
    Ok(())
}

fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn unmodeled(answer: &ResponseMetadata, frame: &Frame) -> Error {
    failure(frame.text(":error-code"), frame.text(":error-message").to_owned(), answer.clone(), None)
}

fn exception(service: &'static Service, answer: &ResponseMetadata, frame: &Frame, shape: &str) -> Error {
    let format = format(service);
    let strings = match format {
        Format::Json => super::codec::json::strings(&frame.payload),
        Format::Xml => super::codec::xml::leaves(&frame.payload).unwrap_or_default(),
        Format::Cbor => super::codec::cbor::strings(&frame.payload),
    };
    let message = strings.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("message"));
    let message = message.map_or_else(|| frame.text(":error-message").to_owned(), |(_, text)| text);
    let mut modeled = (service.error)(shape);
    if let Some(error) = &mut modeled {
        let value: &mut dyn Value = &mut **error;
        // Members that cannot be read do not hide the exception itself.
        _ = value.fill(&mut |slot| match slot {
            Slot::Structure(text, members) => read_members(format, frame, Schema::new(text), members),
            _ => Ok(()),
        });
    }
    failure(frame.text(":exception-type"), message, answer.clone(), modeled)
}

/// The shape of the union's member of that name; without such a member, the name with a capital, as models have it.
fn shape_name(member: &str, event: &mut dyn Value) -> String {
    let mut name = String::new();
    _ = event.fill(&mut |slot| {
        if let Slot::Union(union) = slot {
            let index = Schema::new(union.schema()).members().position(|line| line.wire() == member);
            if let Some(place) = index.and_then(|index| union.select(index)) {
                return place.fill(&mut |slot| {
                    if let Slot::Structure(text, _) = slot {
                        Schema::new(text).name().clone_into(&mut name);
                    }
                    Ok(())
                });
            }
        }
        Ok(())
    });
    if name.is_empty() { capitalised(member) } else { name }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// An exception comes after the head of a successful answer: that is what `answer` tells of.
fn failure(code: &str, message: String, answer: ResponseMetadata, modeled: Option<Box<dyn Modeled>>) -> Error {
    Error::service(Answer {
        code: code.to_owned(),
        message,
        fault: None,
        metadata: answer,
        throttling: code.to_ascii_lowercase().contains("throttl"),
        modeled: modeled.map(Arc::from),
    })
}
