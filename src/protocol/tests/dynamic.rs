//! Values of shapes that are known only when a test runs: what generated types are otherwise.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::http::Body;
use crate::operation::{Operation, Protocol, Service};
use crate::protocol::codec::text::decode_base64;
use crate::shape::{
    Blob, Entries, EntriesMut, Items, ItemsMut, Modeled, RawEvents, Slot, Timestamp, Union, Value, View,
};

/// A model's shapes, and the descriptions made of them.
pub(super) struct Model {
    pub(super) shapes: Json,
    pub(super) protocol: Protocol,
    texts: Mutex<HashMap<String, &'static str>>,
}

thread_local! {
    /// The model of the test that runs, for the plain function that finds modelled errors.
    pub(super) static CURRENT: Cell<Option<&'static Model>> = const { Cell::new(None) };
}

pub(super) fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The modelled error of that code, of the current model.
pub(super) fn modeled(code: &str) -> Option<Box<dyn Modeled>> {
    let model = CURRENT.get()?;
    let shapes = model.shapes.as_object()?;
    let (name, _) = shapes.iter().find(|(name, shape)| {
        let named = name.as_str() == code || shape["error"]["code"] == code;
        named && shape["exception"] == true
    })?;
    Some(Box::new(Dyn::new(model, leak(name.clone()))))
}

fn protocol(name: &str) -> Protocol {
    match name {
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "smithy-rpc-v2-cbor" => Protocol::RpcV2Cbor,
        other => panic!("unknown protocol {other}"),
    }
}

pub(super) fn service(metadata: &Json) -> &'static Service {
    let text = |key: &str| leak(metadata[key].as_str().unwrap_or_default().to_owned());
    let mut traits =
        format!("target={} json={}", text("targetPrefix"), metadata["jsonVersion"].as_str().unwrap_or("1.0"));
    if metadata.get("awsQueryCompatible").is_some() {
        traits += " query-compatible";
    }
    Box::leak(Box::new(Service {
        name: "test",
        id: "Test",
        endpoint_prefix: "test",
        signing_name: "test",
        api_version: text("apiVersion"),
        protocol: protocol(metadata["protocol"].as_str().unwrap()),
        signature_version: "v4",
        auth: "",
        traits: leak(traits),
        endpoint_rules: "",
        error: modeled,
    }))
}

pub(super) fn operation(given: &Json) -> &'static Operation {
    let name = leak(given["name"].as_str().unwrap().to_owned());
    let mut traits = format!("wrapper={name}Result");
    if let Some(wrapper) = given["output"]["resultWrapper"].as_str() {
        traits = format!("wrapper={wrapper}");
    }
    if let Some(prefix) = given["endpoint"]["hostPrefix"].as_str() {
        traits += &format!(" host={prefix}");
    }
    Box::leak(Box::new(Operation {
        name,
        method: leak(given["http"]["method"].as_str().unwrap_or("POST").to_owned()),
        uri: leak(given["http"]["requestUri"].as_str().unwrap_or("/").to_owned()),
        traits: leak(traits),
    }))
}

pub(super) fn top(model: &'static Model, reference: &Json) -> Dyn {
    Dyn::top(model, leak(reference["shape"].as_str().unwrap_or_default().to_owned()), model.top(reference))
}

impl Model {
    pub(super) fn new(shapes: &Json, protocol: Protocol) -> &'static Model {
        Box::leak(Box::new(Model { shapes: shapes.clone(), protocol, texts: Mutex::default() }))
    }

    /// The shape with the traits of the reference laid over it, as botocore resolves references.
    fn resolve(&self, reference: &Json) -> Json {
        let mut shape = self.shapes[reference["shape"].as_str().unwrap_or_default()].clone();
        for (key, value) in reference.as_object().into_iter().flatten() {
            if key != "shape" {
                shape[key] = value.clone();
            }
        }
        shape
    }

    pub(super) fn text(&self, name: &str) -> &'static str {
        if let Some(text) = self.texts.lock().unwrap().get(name) {
            return text;
        }
        let text = leak(self.describe(name, &self.shapes[name]));
        self.texts.lock().unwrap().insert(name.to_owned(), text);
        text
    }

    /// The description of an operation's input or output, whose reference may have traits of its own.
    pub(super) fn top(&self, reference: &Json) -> &'static str {
        match reference["shape"].as_str() {
            Some(name) => leak(self.describe(name, &self.resolve(reference))),
            None => "",
        }
    }

    fn describe(&self, name: &str, shape: &Json) -> String {
        let mut text = name.to_owned();
        if shape["union"] == true {
            text += " union";
        }
        for (key, word) in [("payload", "payload"), ("locationName", "root"), ("resultWrapper", "wrapper")] {
            if let Some(value) = shape[key].as_str() {
                _ = write!(text, " {word}={value}");
            }
        }
        namespace(&mut text, shape);
        for (member, reference) in shape["members"].as_object().into_iter().flatten() {
            let target = self.resolve(reference);
            let wire = target["locationName"].as_str().unwrap_or(member);
            _ = write!(text, "\n{wire}");
            let rest = matches!(self.protocol, Protocol::RestJson | Protocol::RestXml);
            let place = match target["location"].as_str() {
                _ if target["xmlAttribute"] == true => Some("attribute"),
                _ if target["eventheader"] == true => Some("event-header"),
                _ if target["eventpayload"] == true => Some("event-payload"),
                _ if !rest => None,
                _ if shape["payload"] == member.as_str() => Some("payload"),
                Some("querystring") if target["type"] == "map" => Some("queries"),
                Some("querystring") => Some("query"),
                Some("statusCode") => Some("status"),
                Some(place @ ("header" | "headers" | "uri")) => Some(place),
                _ => None,
            };
            if let Some(place) = place {
                _ = write!(text, " at={place}");
            }
            if wire != member {
                _ = write!(text, " name={member}");
            }
            if place == Some("payload") && matches!(target["type"].as_str(), Some("string" | "blob")) {
                text += " raw";
            }
            if self.protocol == Protocol::Ec2 {
                let capital = |name: &str| name[..1].to_uppercase() + &name[1..];
                let query = target["queryName"].as_str().map_or_else(|| capital(wire), str::to_owned);
                _ = write!(text, " query={query}");
            }
            self.words(&mut text, &target);
        }
        text + "\n"
    }

    fn words(&self, text: &mut String, target: &Json) {
        for (key, word) in [
            ("flattened", "flat"),
            ("sparse", "sparse"),
            ("jsonvalue", "json"),
            ("idempotencyToken", "token"),
            ("hostLabel", "host"),
            ("streaming", "stream"),
        ] {
            if target[key] == true {
                _ = write!(text, " {word}");
            }
        }
        match target["timestampFormat"].as_str() {
            Some("iso8601") => text.push_str(" time=iso"),
            Some("rfc822") => text.push_str(" time=http"),
            Some("unixTimestamp") => text.push_str(" time=epoch"),
            _ => {}
        }
        if target["type"] != "structure" || target.get("xmlNamespace").is_some() {
            namespace(text, target);
        }
        match target["type"].as_str() {
            Some("list") => _ = write!(text, " list({})", self.line(&target["member"])),
            Some("map") => _ = write!(text, " map({}, {})", self.line(&target["key"]), self.line(&target["value"])),
            _ => {}
        }
    }

    fn line(&self, reference: &Json) -> String {
        let target = self.resolve(reference);
        let mut text = target["locationName"].as_str().unwrap_or_default().to_owned();
        self.words(&mut text, &target);
        text
    }
}

fn namespace(text: &mut String, shape: &Json) {
    let namespace = &shape["xmlNamespace"];
    if let Some(uri) = namespace.as_str().or(namespace["uri"].as_str()) {
        let prefix = namespace["prefix"].as_str().map(|prefix| format!("{prefix}=")).unwrap_or_default();
        _ = write!(text, " ns={prefix}{uri}");
    }
}

/// A value of a shape, or its absence.
pub(super) struct Dyn {
    model: &'static Model,
    shape: &'static str,
    /// Of an operation's input or output.
    text: Option<&'static str>,
    content: Option<Content>,
}

enum Content {
    Bool(bool),
    Integer(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Str(String),
    Blob(Blob),
    Timestamp(Timestamp),
    Document(Json),
    List(DynList),
    Map(DynMap),
    Structure(Vec<Dyn>),
    Union(DynUnion),
    Stream(Body),
    Events(RawEvents),
}

struct DynList {
    model: &'static Model,
    element: &'static str,
    items: Vec<Dyn>,
}

struct DynMap {
    model: &'static Model,
    value: &'static str,
    entries: Vec<(String, Dyn)>,
}

struct DynUnion {
    model: &'static Model,
    shape: &'static str,
    variant: Option<(usize, Box<Dyn>)>,
    unknown: String,
}

/// Text, or bytes as the suites write them.
fn bytes(json: &Json) -> Vec<u8> {
    match json["$bytes"].as_str().or(json["$blob"].as_str()) {
        Some(text) => decode_base64(text).unwrap(),
        None => json.as_str().unwrap_or_default().as_bytes().to_vec(),
    }
}

fn members(model: &'static Model, shape: &str) -> Vec<(String, &'static str)> {
    let members = model.shapes[shape]["members"].as_object();
    let name = |reference: &Json| leak(reference["shape"].as_str().unwrap_or_default().to_owned());
    members.into_iter().flatten().map(|(member, reference)| (member.clone(), name(reference))).collect()
}

impl Dyn {
    pub(super) fn new(model: &'static Model, shape: &'static str) -> Dyn {
        Dyn { model, shape, text: None, content: None }
    }

    /// A structure with a description of its own.
    pub(super) fn top(model: &'static Model, shape: &'static str, text: &'static str) -> Dyn {
        let mut value = Dyn { text: Some(text), ..Dyn::new(model, shape) };
        let zero = value.zero();
        value.content = Some(zero);
        value
    }

    /// An event, before it is known which.
    pub(super) fn event(model: &'static Model, shape: &'static str) -> Dyn {
        let union = DynUnion { model, shape, variant: None, unknown: String::new() };
        Dyn { content: Some(Content::Union(union)), ..Dyn::new(model, shape) }
    }

    fn zero(&self) -> Content {
        let model = self.model;
        let shape = &model.shapes[self.shape];
        let target = |reference: &Json| leak(reference["shape"].as_str().unwrap_or_default().to_owned());
        match shape["type"].as_str().unwrap_or("structure") {
            "boolean" => Content::Bool(false),
            "integer" => Content::Integer(0),
            "long" => Content::Long(0),
            "float" => Content::Float(0.0),
            "double" => Content::Double(0.0),
            "blob" if shape["streaming"] == true => Content::Stream(Body::empty()),
            "blob" => Content::Blob(Blob::default()),
            "timestamp" => Content::Timestamp(Timestamp::default()),
            "list" => Content::List(DynList { model, element: target(&shape["member"]), items: vec![] }),
            "map" => Content::Map(DynMap { model, value: target(&shape["value"]), entries: vec![] }),
            "structure" if shape["document"] == true => Content::Document(Json::Null),
            "structure" if shape["eventstream"] == true => Content::Events(RawEvents::default()),
            "structure" if shape["union"] == true => {
                Content::Union(DynUnion { model, shape: self.shape, variant: None, unknown: String::new() })
            }
            "structure" => {
                let mut values = vec![];
                for (_, shape) in members(model, self.shape) {
                    let mut value = Dyn::new(model, shape);
                    let target = &model.shapes[shape];
                    if target["streaming"] == true || target["eventstream"] == true {
                        value.content = Some(value.zero());
                    }
                    values.push(value);
                }
                Content::Structure(values)
            }
            _ => Content::Str(String::new()),
        }
    }

    /// The arguments of a call, as the suites write them.
    pub(super) fn set(&mut self, json: &Json) {
        if json.is_null() && !matches!(self.zero(), Content::Document(_)) {
            return;
        }
        let mut content = self.zero();
        let number = || match json.as_str() {
            Some(text) => text.parse().unwrap(),
            None => json.as_f64().unwrap(),
        };
        match &mut content {
            Content::Bool(place) => *place = json.as_bool().unwrap(),
            Content::Integer(place) => *place = json.as_i64().unwrap().try_into().unwrap(),
            Content::Long(place) => *place = json.as_i64().unwrap(),
            Content::Float(place) => *place = number() as f32,
            Content::Double(place) => *place = number(),
            Content::Str(place) => *place = json.as_str().map_or_else(|| json.to_string(), str::to_owned),
            Content::Blob(place) => *place = bytes(json).into(),
            Content::Stream(place) => *place = bytes(json).into(),
            Content::Timestamp(place) => {
                let text = json["$timestamp"].as_str().map_or_else(|| json.to_string(), str::to_owned);
                *place = Timestamp::parse(&text).unwrap();
            }
            Content::Document(place) => *place = json.clone(),
            Content::List(list) => {
                for item in json.as_array().unwrap() {
                    list.push_dyn().set(item);
                }
            }
            Content::Map(map) => {
                for (key, value) in json.as_object().unwrap() {
                    map.insert_dyn(key).set(value);
                }
            }
            Content::Structure(values) => {
                for ((name, _), value) in members(self.model, self.shape).iter().zip(values) {
                    if let Some(json) = json.get(name) {
                        value.set(json);
                    }
                }
            }
            Content::Union(union) => {
                let (name, json) = json.as_object().unwrap().iter().next().unwrap();
                let index = members(self.model, self.shape).iter().position(|(member, _)| member == name);
                union.select(index.unwrap());
                if let Some((_, value)) = &mut union.variant {
                    value.set(json);
                }
            }
            Content::Events(_) => {}
        }
        self.content = Some(content);
    }

    /// As the suites write results. `None` for what is absent.
    pub(super) fn json(&self) -> Option<Json> {
        let special = |number: f64| match number.is_finite() {
            true => json!(number),
            false => json!(super::super::codec::text::double(number)),
        };
        Some(match self.content.as_ref()? {
            Content::Bool(value) => json!(value),
            Content::Integer(value) => json!(value),
            Content::Long(value) => json!(value),
            Content::Float(value) => special((*value).into()),
            Content::Double(value) => special(*value),
            Content::Str(value) => json!(value),
            Content::Blob(value) => json!(String::from_utf8_lossy(value)),
            Content::Timestamp(value) => {
                json!(value.seconds() as f64 + f64::from(value.subsec_nanos()) / 1e9)
            }
            Content::Document(value) => value.clone(),
            Content::List(list) => list.items.iter().map(|item| item.json().unwrap_or_default()).collect(),
            Content::Map(map) => {
                let entries = map.entries.iter().map(|(key, value)| (key.clone(), value.json().unwrap_or_default()));
                Json::Object(entries.collect())
            }
            Content::Structure(values) => {
                let names = members(self.model, self.shape);
                let present =
                    names.iter().zip(values).filter_map(|((name, _), value)| Some((name.clone(), value.json()?)));
                Json::Object(present.collect())
            }
            Content::Union(union) => match &union.variant {
                Some((index, value)) => {
                    let name = &members(self.model, self.shape)[*index].0;
                    json!({ name: value.json() })
                }
                None => json!({ "SDK_UNKNOWN_MEMBER": { "name": union.unknown } }),
            },
            Content::Stream(body) => body.with_bytes(|bytes| json!(String::from_utf8_lossy(bytes.unwrap_or_default()))),
            Content::Events(_) => return None,
        })
    }
}

impl Value for Dyn {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        match &self.content {
            None => see(View::Absent),
            Some(Content::Bool(value)) => see(View::Bool(*value)),
            Some(Content::Integer(value)) => see(View::Int((*value).into())),
            Some(Content::Long(value)) => see(View::Int(*value)),
            Some(Content::Float(value)) => see(View::Float(*value)),
            Some(Content::Double(value)) => see(View::Double(*value)),
            Some(Content::Str(value)) => see(View::Str(value)),
            Some(Content::Blob(value)) => see(View::Blob(value)),
            Some(Content::Timestamp(value)) => see(View::Timestamp(*value)),
            Some(Content::Document(value)) => see(View::Document(value)),
            Some(Content::List(value)) => see(View::List(value)),
            Some(Content::Map(value)) => see(View::Map(value)),
            Some(Content::Structure(values)) => {
                let members: Vec<&dyn Value> = values.iter().map(|value| value as &dyn Value).collect();
                see(View::Structure(self.text.unwrap_or_else(|| self.model.text(self.shape)), &members));
            }
            Some(Content::Union(value)) => see(View::Union(value)),
            Some(Content::Stream(value)) => see(View::Stream(value)),
            Some(Content::Events(value)) => see(View::Events(value)),
        }
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        let zero = self.zero();
        match self.content.get_or_insert(zero) {
            Content::Bool(place) => fill(Slot::Bool(place)),
            Content::Integer(place) => fill(Slot::Integer(place)),
            Content::Long(place) => fill(Slot::Long(place)),
            Content::Float(place) => fill(Slot::Float(place)),
            Content::Double(place) => fill(Slot::Double(place)),
            Content::Str(place) => fill(Slot::Str(place)),
            Content::Blob(place) => fill(Slot::Blob(place)),
            Content::Timestamp(place) => fill(Slot::Timestamp(place)),
            Content::Document(place) => fill(Slot::Document(place)),
            Content::List(place) => fill(Slot::List(place)),
            Content::Map(place) => fill(Slot::Map(place)),
            Content::Structure(values) => {
                let text = self.text.unwrap_or_else(|| self.model.text(self.shape));
                let mut members: Vec<&mut dyn Value> = values.iter_mut().map(|value| value as &mut dyn Value).collect();
                fill(Slot::Structure(text, &mut members))
            }
            Content::Union(place) => fill(Slot::Union(place)),
            Content::Stream(place) => fill(Slot::Stream(place)),
            Content::Events(place) => fill(Slot::Events(place)),
        }
    }
}

impl DynList {
    fn push_dyn(&mut self) -> &mut Dyn {
        self.items.push(Dyn::new(self.model, self.element));
        self.items.last_mut().unwrap()
    }
}

impl Items for DynList {
    fn len(&self) -> usize {
        self.items.len()
    }
    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.items.get(index).map(|item| item as &dyn Value)
    }
}

impl ItemsMut for DynList {
    fn push(&mut self) -> &mut dyn Value {
        self.push_dyn()
    }
    fn each(&mut self, change: &mut dyn FnMut(&mut dyn Value) -> Result<()>) -> Result<()> {
        self.items.iter_mut().try_for_each(|item| change(item))
    }
    fn keep(&mut self, start: usize, count: usize) {
        self.items.truncate(start.saturating_add(count));
        self.items.drain(..start.min(self.items.len()));
    }
}

impl DynMap {
    fn insert_dyn(&mut self, key: &str) -> &mut Dyn {
        self.remove(key);
        self.entries.push((key.to_owned(), Dyn::new(self.model, self.value)));
        &mut self.entries.last_mut().unwrap().1
    }
}

impl Entries for DynMap {
    fn len(&self) -> usize {
        self.entries.len()
    }
    fn entry(&self, index: usize) -> Option<(&str, &dyn Value)> {
        self.entries.get(index).map(|(key, value)| (key.as_str(), value as &dyn Value))
    }
}

impl EntriesMut for DynMap {
    fn insert(&mut self, key: &str) -> &mut dyn Value {
        self.insert_dyn(key)
    }
    fn remove(&mut self, key: &str) {
        self.entries.retain(|(other, _)| other != key);
    }
}

impl Union for DynUnion {
    fn schema(&self) -> &'static str {
        self.model.text(self.shape)
    }
    fn variant(&self) -> Option<(usize, &dyn Value)> {
        self.variant.as_ref().map(|(index, value)| (*index, &**value as &dyn Value))
    }
    fn unknown(&self) -> Option<&str> {
        self.variant.is_none().then_some(&self.unknown)
    }
    fn select(&mut self, index: usize) -> Option<&mut dyn Value> {
        let (_, shape) = members(self.model, self.shape).swap_remove(index);
        self.variant = Some((index, Box::new(Dyn::new(self.model, shape))));
        self.variant.as_mut().map(|(_, value)| &mut **value as &mut dyn Value)
    }
    fn select_unknown(&mut self, name: &str) {
        self.variant = None;
        name.clone_into(&mut self.unknown);
    }
}
