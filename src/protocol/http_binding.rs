//! Where the members of REST protocols travel outside of the body: path, query, headers and status.
//! Source: <https://smithy.io/2.0/spec/http-bindings.html>, botocore's `BaseRestSerializer` and `BaseRestParser`.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::codec::{Format, json, text};
use super::hand_over_events;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Headers, Request, Response};
use crate::operation::{Operation, Service};
use crate::shape::schema::{Member, Place, Schema};
use crate::shape::{EntriesMut, Items, ItemsMut, Slot, Timestamp, TimestampFormat, Value, View};

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Of labels that take the rest of the path.
const ESCAPED_PATH: &AsciiSet = &ESCAPED.remove(b'/');

/// The request but for its body.
pub(super) fn serialize(operation: &Operation, schema: Schema, members: &[&dyn Value]) -> Result<Request> {
    let (path, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let path = expand(path, schema, members)?;
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    let mut request = Request { method: operation.method, path, ..Request::default() };
    let mut parameters = Parameters::default();
    for (member, value) in schema.members().zip(members) {
        let mut result = Ok(());
        match member.place() {
            Place::Header => value.view(&mut |view| result = header(&mut request.headers, member, view)),
            Place::Headers => value.view(&mut |view| result = prefix_headers(&mut request.headers, member, view)),
            Place::Query => value.view(&mut |view| result = parameters.member(member, view)),
            Place::Queries => value.view(&mut |view| result = parameters.map(member, view)),
            _ => {}
        }
        result.map_err(|error| named(member, error))?;
    }
    request.query = parameters.join(expand(query, schema, members)?);
    Ok(request)
}

fn named(member: Member, error: Error) -> Error {
    Error::new(error.kind(), format!("member {}: {}", member.name(), error.message()))
}

/// A template with its labels, `{Bucket}`, `{Key+}` and `{accountId=-}`, which has a default, filled in.
fn expand(template: &str, schema: Schema, members: &[&dyn Value]) -> Result<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((label, after)) = after.split_once('}') else {
            return Err(Error::new(ErrorKind::Serialize, format!("The path {template} has an open label")));
        };
        let greedy = label.ends_with('+');
        let (name, escaped) = label.strip_suffix('+').map_or((label, ESCAPED), |name| (name, ESCAPED_PATH));
        let (name, default) = name.split_once('=').map_or((name, None), |(name, default)| (name, Some(default)));
        let value = self::label(name, default, schema, members)?;
        // Wherever on the way dots in paths are resolved, these lead to another resource.
        if !greedy && matches!(value.as_str(), "." | "..") {
            let message = format!("The label {name} is {value:?}: as a part of the path that leads elsewhere");
            return Err(Error::new(ErrorKind::Serialize, message));
        }
        out.extend(utf8_percent_encode(&value, escaped));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn label(name: &str, default: Option<&str>, schema: Schema, members: &[&dyn Value]) -> Result<String> {
    let labels = || schema.members().zip(members).filter(|(member, _)| member.place() == Place::Uri);
    let found = labels().find(|(member, _)| member.wire() == name);
    let mut text = Ok(None);
    if let Some((member, value)) = found {
        value.view(&mut |view| {
            text = text::write(member, &view, TimestampFormat::Iso).map(|text| text.map(Cow::into_owned));
        });
    }
    // An empty label would address another resource: the list instead of its element.
    text?.filter(|text| !text.is_empty()).or(default.map(str::to_owned)).ok_or_else(|| {
        let name = found.map_or(name, |(member, _)| member.name());
        Error::new(ErrorKind::Serialize, format!("The member {name} is missing or empty: it is part of the path"))
    })
}

#[derive(Default)]
struct Parameters(Vec<(String, Vec<String>)>);

impl Parameters {
    fn member(&mut self, member: Member, view: View<'_>) -> Result<()> {
        let values = match view {
            View::Absent => return Ok(()),
            View::Map(_) => return self.map(member, view),
            View::List(items) => texts(member.element(), items, TimestampFormat::Iso)?,
            view => Vec::from_iter(text::write(member, &view, TimestampFormat::Iso)?.map(Cow::into_owned)),
        };
        // A member of its own wins over an entry of a map.
        self.0.retain(|(name, _)| name != member.wire());
        self.0.push((member.wire().to_owned(), values));
        Ok(())
    }

    fn map(&mut self, member: Member, view: View<'_>) -> Result<()> {
        let View::Map(entries) = view else {
            return Ok(());
        };
        for (key, value) in entries.iter() {
            let mut values = Ok(Vec::new());
            value.view(&mut |view| {
                values = match view {
                    View::List(items) => texts(member.value().element(), items, TimestampFormat::Iso),
                    view => text::write(member.value(), &view, TimestampFormat::Iso)
                        .map(|text| Vec::from_iter(text.map(Cow::into_owned))),
                };
            });
            if !self.0.iter().any(|(name, _)| name == key) {
                self.0.push((key.to_owned(), values?));
            }
        }
        Ok(())
    }

    fn join(self, mut query: String) -> String {
        for (name, values) in self.0 {
            for value in values {
                if !query.is_empty() {
                    query.push('&');
                }
                query.extend(utf8_percent_encode(&name, ESCAPED));
                query.push('=');
                query.extend(utf8_percent_encode(&value, ESCAPED));
            }
        }
        query
    }
}

/// The texts of a list's elements; absent ones are left out.
fn texts(element: Member, items: &dyn Items, default: TimestampFormat) -> Result<Vec<String>> {
    let mut texts = Vec::with_capacity(items.len());
    for item in items.iter() {
        let mut text = Ok(None);
        item.view(&mut |view| {
            text = text::write(element, &whole(view, default), default).map(|text| text.map(Cow::into_owned))
        });
        texts.extend(text?);
    }
    Ok(texts)
}

/// Headers have no fractions of a second, in whatever format. Source: botocore's `_convert_header_value`.
fn whole(view: View<'_>, default: TimestampFormat) -> View<'_> {
    match view {
        View::Timestamp(moment) if default == TimestampFormat::Http => {
            View::Timestamp(Timestamp::from_secs(moment.seconds()))
        }
        view => view,
    }
}

fn header(headers: &mut Headers, member: Member, view: View<'_>) -> Result<()> {
    let value = match view {
        View::Absent => return Ok(()),
        View::List(items) if items.len() == 0 => return Ok(()),
        View::List(items) => {
            let strings = matches!(kind(items), Some(true));
            let texts = texts(member.element(), items, TimestampFormat::Http)?;
            texts.iter().map(|text| if strings { quoted(text) } else { text.into() }).collect::<Vec<_>>().join(",")
        }
        View::Str(text) if member.has("json") => text::encode_base64(text.as_bytes()),
        View::Document(document) => text::encode_base64(&json::document(document)),
        view => match text::write(member, &whole(view, TimestampFormat::Http), TimestampFormat::Http)? {
            Some(text) => text.into_owned(),
            None => return Err(Error::new(ErrorKind::Serialize, "A header cannot hold a value of this kind")),
        },
    };
    set(headers, member.wire(), value)
}

/// Whether the first element is a string.
fn kind(items: &dyn Items) -> Option<bool> {
    let mut string = false;
    items.item(0)?.view(&mut |view| string = matches!(view, View::Str(_)));
    Some(string)
}

/// An element with a comma or quote in it goes between quotes.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.contains([',', '"']) {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\\\""))),
        false => Cow::Borrowed(text),
    }
}

fn prefix_headers(headers: &mut Headers, member: Member, view: View<'_>) -> Result<()> {
    let View::Map(entries) = view else {
        return Ok(());
    };
    for (key, value) in entries.iter() {
        let name = format!("{}{key}", member.wire());
        // A header of a member of its own wins, and nobody else's header is named by a map.
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(Error::new(ErrorKind::Serialize, format!("{name:?} is not the name of a header")));
        }
        let mut text = Ok(None);
        value.view(&mut |view| {
            text = text::write(member.value(), &view, TimestampFormat::Http).map(|text| text.map(Cow::into_owned));
        });
        if let Some(text) = text? {
            set(headers, name, text)?;
        }
    }
    Ok(())
}

/// A line break would end the header and begin another one.
fn set(headers: &mut Headers, name: impl Into<Cow<'static, str>>, value: String) -> Result<()> {
    if value.contains(['\r', '\n', '\0']) {
        return Err(Error::new(ErrorKind::Serialize, "A header cannot hold a line break"));
    }
    headers.set(name, value);
    Ok(())
}

/// What an input's body is.
pub(super) enum Payload {
    /// The members that have no other place.
    Members,
    /// A member alone, that is absent.
    Absent,
    /// A member alone, in the protocol's notation.
    Written(Vec<u8>),
    /// A member alone, as it is.
    Raw(Body),
}

pub(super) fn payload(format: Format, schema: Schema, members: &[&dyn Value]) -> Result<Payload> {
    let Some((index, member)) = schema.head().get("payload=").and_then(|name| schema.member(name)) else {
        return Ok(Payload::Members);
    };
    let Some(value) = members.get(index) else {
        return Ok(Payload::Members);
    };
    let mut payload = Payload::Absent;
    value.view(&mut |view| {
        payload = match view {
            View::Stream(body) => Payload::Raw(body.take()),
            View::Str(text) => Payload::Raw(text.to_owned().into()),
            View::Blob(bytes) => Payload::Raw(bytes.to_vec().into()),
            View::Absent if member.has("raw") => Payload::Raw(Body::empty()),
            View::Absent => Payload::Absent,
            _ => Payload::Members,
        }
    });
    match payload {
        Payload::Members => Ok(format.write_payload(member, *value)?.map_or(Payload::Absent, Payload::Written)),
        payload => Ok(payload),
    }
}

/// Fills an output, or an error, from an answer.
pub(super) fn parse(
    format: Format,
    service: &'static Service,
    response: &mut Response,
    schema: Schema,
    members: &mut [&mut dyn Value],
) -> Result<()> {
    parse_head(response, schema, members)?;
    if hand_over_events(service, response, members)?.is_some() {
        return Ok(());
    }
    let payload = schema.head().get("payload=").and_then(|name| schema.member(name));
    let Some((index, member)) = payload else {
        return format.read(&response.body.take().into_bytes()?, schema, members);
    };
    match members.get_mut(index) {
        Some(place) => parse_payload(format, response, member, *place),
        None => Ok(()),
    }
}

fn parse_payload(format: Format, response: &mut Response, member: Member, place: &mut dyn Value) -> Result<()> {
    let streams = super::is(place, |view| matches!(view, View::Stream(_)));
    let mut body = Some(response.body.take());
    let bytes = match streams {
        true => Vec::new(),
        false => body.take().unwrap_or_default().into_bytes()?,
    };
    if !streams && bytes.is_empty() {
        return Ok(());
    }
    let mut shape = false;
    place
        .fill(&mut |slot| {
            match slot {
                Slot::Stream(place) => *place = body.take().unwrap_or_default(),
                Slot::Blob(place) => *place = bytes.clone().into(),
                Slot::Str(place) => {
                    *place = String::from_utf8(bytes.clone())
                        .map_err(|cause| Error::new(ErrorKind::Parse, "The body is not UTF-8").with_source(cause))?;
                }
                _ => shape = true,
            }
            Ok(())
        })
        .map_err(|error| named(member, error))?;
    match shape {
        true => format.read_payload(&bytes, member, place),
        false => Ok(()),
    }
}

/// The members in headers and status.
pub(super) fn parse_head(response: &Response, schema: Schema, members: &mut [&mut dyn Value]) -> Result<()> {
    for (member, place) in schema.members().zip(members) {
        match member.place() {
            Place::Header => parse_header(&response.headers, member, *place),
            Place::Headers => parse_prefix_headers(&response.headers, member, *place),
            Place::Status => place.fill(&mut |slot| text::read(&response.status.to_string(), slot).map(drop)),
            _ => Ok(()),
        }
        .map_err(|error| named(member, error))?;
    }
    Ok(())
}

fn parse_header(headers: &Headers, member: Member, place: &mut dyn Value) -> Result<()> {
    let Some(text) = headers.get(member.wire()) else {
        return Ok(());
    };
    if member.wire().eq_ignore_ascii_case("Expires") {
        return parse_expires(text, member, place);
    }
    place.fill(&mut |slot| match slot {
        Slot::List(items) => {
            let mut values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(member.wire()));
            values.try_for_each(|(_, value)| parse_elements(value, items))
        }
        Slot::Document(place) => {
            *place = json::read_document(&text::decode_base64(text)?)
                .map_err(|cause| Error::new(ErrorKind::Parse, "The header is not JSON in base64").with_source(cause))?;
            Ok(())
        }
        Slot::Str(place) if member.has("json") => {
            *place = String::from_utf8_lossy(&text::decode_base64(text)?).into_owned();
            Ok(())
        }
        slot => text::read(text, slot).map(drop),
    })
}

/// Whoever stored the object set it, and in any form. RFC 9111, 5.3: what is no date stands for the past; as botocore
/// does, it counts as absent.
fn parse_expires(text: &str, member: Member, place: &mut dyn Value) -> Result<()> {
    let mut is_date = true;
    place.fill(&mut |slot| match (slot, Timestamp::parse_loosely(text)) {
        (Slot::Timestamp(place), Some(moment)) => {
            *place = moment;
            Ok(())
        }
        (Slot::Timestamp(_), None) => {
            is_date = false;
            Ok(())
        }
        (slot, _) => text::read(text, slot).map(drop),
    })?;
    if !is_date {
        log::warn!("The header Expires is not a date, so the member {} stays empty: {text}", member.name());
        place.clear();
    }
    Ok(())
}

/// The elements of a list in a header: between commas, but for those between quotes and those in HTTP dates.
fn parse_elements(value: &str, items: &mut dyn ItemsMut) -> Result<()> {
    let mut rest = Some(value);
    while let Some(value) = rest.take() {
        items.push().fill(&mut |slot| {
            let (element, after) = first_element(value, matches!(slot, Slot::Timestamp(_)));
            rest = after;
            text::read(&element, slot).map(drop)
        })?;
    }
    Ok(())
}

/// The first element, and what comes behind its comma.
fn first_element(value: &str, is_date: bool) -> (String, Option<&str>) {
    let (mut element, mut quotes) = (String::new(), false);
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' if quotes => element.extend(chars.next()),
            '"' if quotes || element.trim().is_empty() => quotes = !quotes,
            ',' if !(quotes || is_date && is_weekday(&element)) => {
                return (element.trim().to_owned(), Some(chars.as_str()));
            }
            char => element.push(char),
        }
    }
    (element.trim().to_owned(), None)
}

/// `Mon` of `Mon, 16 Dec 2019 23:48:18 GMT`.
fn is_weekday(element: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&element.trim())
}

fn parse_prefix_headers(headers: &Headers, member: Member, place: &mut dyn Value) -> Result<()> {
    let prefix = member.wire();
    place.fill(&mut |slot| {
        let Slot::Map(entries) = slot else {
            return Ok(());
        };
        let entries: &mut dyn EntriesMut = entries;
        for (name, value) in headers.iter() {
            if name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
                entries.insert(&name[prefix.len()..]).fill(&mut |slot| text::read(value, slot).map(drop))?;
            }
        }
        Ok(())
    })
}
