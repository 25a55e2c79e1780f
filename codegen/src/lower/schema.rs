use std::fmt::Write;

use super::reach::Use;
use super::{Lowering, Protocol, namespace};
use crate::model::{Reference, Shape};

/// What is described: how it is used, and whether its members may travel outside the body.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub shape_name: &'a str,
    pub shape: &'a Shape,
    pub side: Use,
    /// The member that is the whole body.
    pub payload: Option<&'a str>,
    /// An operation's input or output, or an error.
    pub top: bool,
}

impl<'a> Frame<'a> {
    pub fn new(shape_name: &'a str, shape: &'a Shape, side: Use, top: bool) -> Self {
        Frame { shape_name, shape, side, payload: shape.payload.as_deref(), top }
    }
}

impl<'a> Lowering<'a> {
    /// A structure's description: its head, then a line a member.
    pub fn schema(&self, frame: Frame<'a>, reference: Option<&'a Reference>, extra: &[String]) -> Vec<String> {
        let mut lines = vec![self.head(frame, reference)];
        for (name, member) in frame.shape.members.iter() {
            lines.push(self.member_line(frame, name, member));
        }
        lines.extend_from_slice(extra);
        lines
    }

    fn head(&self, frame: Frame<'a>, reference: Option<&'a Reference>) -> String {
        let shape = frame.shape;
        let mut line = frame.shape_name.to_owned();
        if shape.union || shape.eventstream {
            line.push_str(" union");
        }
        if shape.exception {
            line.push_str(" error");
            push(&mut line, "code=", shape.error.as_ref().and_then(|error| error.code.as_deref()));
            match &shape.retryable {
                Some(retryable) if retryable.throttling => line.push_str(" throttling"),
                Some(_) => line.push_str(" retryable"),
                None => {}
            }
        }
        if self.protocol == Protocol::RestXml && frame.top && frame.side.input {
            let root = reference.and_then(|reference| reference.location_name.as_deref());
            push(&mut line, "root=", root.or(shape.location_name.as_deref()));
        }
        if self.protocol == Protocol::RestXml {
            let uri = reference.and_then(|reference| reference.xml_namespace.as_ref()).or(shape.xml_namespace.as_ref());
            push(&mut line, "ns=", uri.map(namespace).as_deref());
        }
        if self.protocol.is_rest() && frame.top {
            push(&mut line, "payload=", frame.payload);
        }
        push(&mut line, "wrapper=", reference.and_then(|reference| reference.result_wrapper.as_deref()));
        line
    }

    fn member_line(&self, frame: Frame<'a>, name: &'a str, member: &'a Reference) -> String {
        let (_, target) = self.target(member);
        let place = self.place(frame, name, member, target);
        let (request, answer) = match place {
            Some(place) if place != "attribute" => {
                let root = target.location_name.as_deref().filter(|_| place == "payload");
                let wire = self.location_name(member).or(root).unwrap_or(name).to_owned();
                (wire.clone(), wire)
            }
            _ => (self.request_name(name, member, target), self.answer_name(name, member, target)),
        };
        let wire = if frame.side.output { &answer } else { &request };
        let mut line = wire.clone();
        push(&mut line, "at=", place);
        if wire != name {
            push(&mut line, "name=", Some(name));
        }
        if frame.side.input && *wire != request {
            push(&mut line, "query=", Some(&request));
        }
        if frame.shape.required.iter().any(|other| other == name) {
            line.push_str(" required");
        }
        flag(&mut line, "token", member.idempotency_token);
        flag(&mut line, "host", member.host_label);
        let bytes = place == Some("payload") && matches!(target.kind.as_deref(), Some("blob" | "string"));
        flag(&mut line, "stream", bytes && is_streaming(member, target));
        flag(&mut line, "raw", bytes && !is_streaming(member, target));
        flag(&mut line, "json", is_json_header(frame.top, member, target));
        push(&mut line, "context=", member.context_param.as_ref().map(|param| param.name.as_str()));
        self.push_words(&mut line, frame.side, member, target);
        line
    }

    /// Where a member travels, when not in the body.
    fn place(&self, frame: Frame<'a>, name: &str, member: &Reference, target: &Shape) -> Option<&'static str> {
        if member.eventheader {
            return Some("event-header");
        }
        if member.eventpayload {
            return Some("event-payload");
        }
        if frame.top && target.eventstream {
            return Some("payload");
        }
        if frame.top && self.protocol.is_rest() {
            match location(member, target) {
                Some("header") => return Some("header"),
                Some("headers") => return Some("headers"),
                Some("uri") => return Some("uri"),
                Some("querystring") if target.kind.as_deref() == Some("map") => return Some("queries"),
                Some("querystring") => return Some("query"),
                Some("statusCode") => return Some("status"),
                _ if frame.payload == Some(name) => return Some("payload"),
                _ => {}
            }
        }
        ((member.xml_attribute || target.xml_attribute) && self.protocol == Protocol::RestXml).then_some("attribute")
    }

    /// The name of a member in a request's body. Source: botocore's serializers.
    fn request_name(&self, name: &str, member: &'a Reference, target: &'a Shape) -> String {
        let own = self.location_name(member);
        match self.protocol {
            Protocol::Ec2 => match (member.query_name.as_ref().or(target.query_name.as_ref()), own) {
                (Some(query), _) => query.clone(),
                (None, Some(own)) => capitalised(own),
                (None, None) => name.to_owned(),
            },
            Protocol::Query => self.flat_element(member, target).or(own).unwrap_or(name).to_owned(),
            _ => own.unwrap_or(name).to_owned(),
        }
    }

    /// The name of a member in an answer's body. Source: botocore's parsers.
    fn answer_name(&self, name: &str, member: &'a Reference, target: &'a Shape) -> String {
        let flat = if self.protocol.is_xml() { self.flat_element(member, target) } else { None };
        flat.or_else(|| self.location_name(member)).unwrap_or(name).to_owned()
    }

    /// The name of a flattened list's elements, which stands for the list's own.
    fn flat_element(&self, member: &'a Reference, target: &'a Shape) -> Option<&'a str> {
        let element = target.member.as_ref().filter(|_| member.flattened || target.flattened)?;
        self.location_name(element)
    }

    /// The words that members, elements, keys and values have in common.
    fn push_words(&self, line: &mut String, side: Use, reference: &'a Reference, target: &'a Shape) {
        flag(line, "secret", reference.sensitive || target.sensitive);
        if self.protocol.is_xml() {
            flag(line, "flat", reference.flattened || target.flattened);
        }
        flag(line, "sparse", target.sparse);
        if target.kind.as_deref() == Some("timestamp") {
            let format = reference.timestamp_format.as_deref().or(target.timestamp_format.as_deref());
            push(line, "time=", format.and_then(time_format));
        }
        if self.protocol == Protocol::RestXml {
            // A structure's own namespace stands in its own description.
            let own = target.xml_namespace.as_ref().filter(|_| target.kind.as_deref() != Some("structure"));
            let uri = reference.xml_namespace.as_ref().or(own);
            push(line, "ns=", uri.map(namespace).as_deref());
        }
        if side.input {
            push_range(line, target);
        }
        match target.kind.as_deref() {
            Some("list") => self.push_list(line, side, target),
            Some("map") => self.push_map(line, side, target),
            _ => {}
        }
    }

    fn push_list(&self, line: &mut String, side: Use, list: &'a Shape) {
        let Some(element) = &list.member else { return };
        let default = if self.protocol == Protocol::Ec2 { "item" } else { "member" };
        let element = self.element_line(side, element, default);
        if !element.is_empty() {
            let _ = write!(line, " list({element})");
        }
    }

    fn push_map(&self, line: &mut String, side: Use, map: &'a Shape) {
        let (Some(key), Some(value)) = (&map.key, &map.value) else { return };
        let key = self.element_line(side, key, "key");
        let value = self.element_line(side, value, "value");
        if !key.is_empty() || !value.is_empty() {
            let _ = write!(line, " map({key}, {value})");
        }
    }

    fn element_line(&self, side: Use, element: &'a Reference, default: &str) -> String {
        let name = self.location_name(element).filter(|name| self.protocol.is_xml() && *name != default);
        let mut line = name.unwrap_or_default().to_owned();
        self.push_words(&mut line, side, element, self.target(element).1);
        line
    }
}

/// A header whose value is JSON: botocore treats the trait as text everywhere else.
pub fn is_json_header(top: bool, member: &Reference, target: &Shape) -> bool {
    top && (member.jsonvalue || target.jsonvalue) && location(member, target) == Some("header")
}

/// Where a member is said to travel: by its own word, else by its shape's.
pub fn location<'a>(member: &'a Reference, target: &'a Shape) -> Option<&'a str> {
    member.location.as_deref().or(target.location.as_deref())
}

/// A blob that is the whole body and is not held in memory.
pub fn is_streaming(member: &Reference, target: &Shape) -> bool {
    (member.streaming || target.streaming) && target.kind.as_deref() == Some("blob")
}

/// The runtime's word for a model's timestamp format.
fn time_format(format: &str) -> Option<&'static str> {
    match format {
        "iso8601" => Some("iso"),
        "rfc822" => Some("http"),
        "unixTimestamp" => Some("epoch"),
        _ => None,
    }
}

fn push_range(line: &mut String, target: &Shape) {
    if target.min.is_none() && target.max.is_none() {
        return;
    }
    line.push_str(" range=");
    if let Some(min) = &target.min {
        let _ = write!(line, "{min}");
    }
    line.push_str("..");
    if let Some(max) = &target.max {
        let _ = write!(line, "{max}");
    }
}

fn push(line: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        line.push(' ');
        line.push_str(key);
        line.push_str(value);
    }
}

fn flag(line: &mut String, word: &str, set: bool) {
    if set {
        line.push(' ');
        line.push_str(word);
    }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
