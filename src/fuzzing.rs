//! The readers as the fuzzers of `fuzz/` call them, with what must hold for any bytes. `cargo fuzz` compiles it, nobody else.

use std::sync::LazyLock;

use crate::by_name::{self, ByName};
use crate::configuration::{Profiles, file};
use crate::endpoint::{PARTITIONS, Param, ParameterKind, Params, Partitions, RuleSet};
use crate::http::{Headers, Response};
use crate::jmespath::Expression;
use crate::operation::{Operation, Protocol, Service};
use crate::protocol::{parse, parse_error, serialize};
use crate::shape::{Document, TimestampFormat, json as by_json};
use crate::{Timestamp, dynamodb, kitchen, s3};

const JSON: Service = Service { protocol: Protocol::Json, traits: "json=1.1 target=Kitchen", ..kitchen::SERVICE };
const REST_XML: Service = Service { protocol: Protocol::RestXml, ..kitchen::SERVICE };
const QUERY: Service = Service { protocol: Protocol::Query, ..kitchen::SERVICE };
const EC2: Service = Service { protocol: Protocol::Ec2, ..kitchen::SERVICE };
const CBOR: Service = Service { protocol: Protocol::RpcV2Cbor, traits: "target=Kitchen", ..kitchen::SERVICE };
const WRAPPED: Operation = Operation { name: "Echo", method: "POST", uri: "/", traits: "wrapper=EchoResult" };

/// An operation of an emitted service, spoken in a protocol of choice.
struct Case {
    service: &'static Service,
    operation: Option<&'static Operation>,
    found: Option<ByName>,
}

impl Case {
    fn of(service: &'static Service, found: Option<ByName>) -> Self {
        Case { service, operation: None, found }
    }

    fn kitchen(service: &'static Service, name: &str) -> Self {
        Case::of(service, kitchen::by_name::operation(name))
    }

    fn operation(&self, call: &ByName) -> &'static Operation {
        self.operation.unwrap_or(call.operation)
    }
}

fn response(status: u16, headers: &Headers, body: &[u8]) -> Response {
    Response { status, headers: headers.clone(), body: body.to_vec().into() }
}

/// Reads the bytes as an error and as an answer; gives the call with its output when that can be read.
fn read(mut case: Case, status: u16, headers: &Headers, body: &[u8]) -> Option<(Case, ByName)> {
    let mut call = case.found.take()?;
    let operation = case.operation(&call);
    let failure = parse_error(case.service, operation, response(400, headers, body));
    assert!(!failure.code.is_empty() || !body.is_empty());
    match parse(case.service, operation, response(status, headers, body), &mut *call.output) {
        Ok(_) => Some((case, call)),
        Err(error) => {
            assert!(error.to_string().len() < 4096, "an error's text is short");
            None
        }
    }
}

/// The output as a request of the same members; `None` for what cannot be sent, as an unknown variant.
fn written(case: &Case, call: &ByName) -> Option<(Headers, Vec<u8>)> {
    let request = serialize(case.service, case.operation(call), &*call.output, &mut String::new).ok()?;
    let body = request.body.take().into_bytes().ok()?;
    Some((request.headers, body))
}

/// What we write of what was read, is read and written again without a difference.
fn echo(case: impl Fn() -> Case, status: u16, headers: &Headers, body: &[u8]) {
    let Some((first, call)) = read(case(), status, headers, body) else { return };
    by_json::write(&*call.output);
    if matches!(first.service.protocol, Protocol::Query | Protocol::Ec2) {
        written(&first, &call);
        return;
    }
    let Some((headers, body)) = written(&first, &call) else { return };
    let text = || String::from_utf8_lossy(&body).into_owned();
    let (second, call) = read(case(), status, &headers, &body).unwrap_or_else(|| panic!("cannot be read: {}", text()));
    let again = written(&second, &call).unwrap_or_else(|| panic!("cannot be written again: {}", text()));
    assert_eq!((headers, text()), (again.0, String::from_utf8_lossy(&again.1).into_owned()));
}

/// The first byte chooses among `count`.
fn choice(bytes: &[u8], count: u8) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (first % count, rest))
}

/// JSON bodies, errors and parameters of calls by name.
pub fn json(bytes: &[u8]) {
    let (choice, body) = choice(bytes, 5);
    let none = Headers::default();
    match choice {
        0 => echo(|| Case::kitchen(&JSON, "Echo"), 200, &none, body),
        1 => echo(|| Case::kitchen(&kitchen::SERVICE, "Echo"), 200, &none, body),
        2 => echo(|| Case::of(&dynamodb::SERVICE, dynamodb::by_name::operation("GetItem")), 200, &none, body),
        3 => echo(|| Case::kitchen(&kitchen::SERVICE, "Pay"), 200, &none, body),
        _ => parameters(body),
    }
}

fn parameters(body: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Document>(body) else { return };
    for mut call in [kitchen::by_name::operation("Echo"), dynamodb::by_name::operation("GetItem")].into_iter().flatten()
    {
        if by_json::read(&mut *call.input, &json, true).is_ok() {
            let service = &JSON;
            by_json::write(&*call.input);
            let _ = serialize(service, call.operation, &*call.input, &mut String::new);
        }
    }
}

/// XML bodies of the three protocols that have them.
pub fn xml(bytes: &[u8]) {
    let (choice, body) = choice(bytes, 5);
    let none = Headers::default();
    match choice {
        0 => echo(|| Case::kitchen(&REST_XML, "Echo"), 200, &none, body),
        1 => echo(|| Case::kitchen(&REST_XML, "Pay"), 200, &none, body),
        2 => echo(|| Case { operation: Some(&WRAPPED), ..Case::kitchen(&QUERY, "Echo") }, 200, &none, body),
        3 => echo(|| Case::kitchen(&EC2, "Echo"), 200, &none, body),
        _ => echo(|| Case::of(&s3::SERVICE, s3::by_name::operation("ListObjectsV2")), 200, &none, body),
    }
}

/// CBOR bodies.
pub fn cbor(bytes: &[u8]) {
    echo(|| Case::kitchen(&CBOR, "Echo"), 200, &Headers::default(), bytes);
}

/// Event streams: raw bytes, or frames made around the bytes so that checksums do not stop everything at the door.
pub fn event_stream(bytes: &[u8]) {
    let (choice, rest) = choice(bytes, 10);
    let stream = if choice < 5 { rest.to_vec() } else { frames(rest) };
    let services = [&JSON, &kitchen::SERVICE, &REST_XML, &CBOR, &s3::SERVICE];
    let service = services[usize::from(choice % 5)];
    let found = match service.name {
        "s3" => s3::by_name::operation("SelectObjectContent"),
        _ => kitchen::by_name::operation("Listen"),
    };
    if let Some((_, mut call)) = read(Case::of(service, found), 200, &Headers::default(), &stream)
        && let Some(event) = call.event
    {
        let mut result = Document::Object(serde_json::Map::new());
        let _ = by_name::read_events(&mut *call.output, event, &mut result);
    }
}

/// Frames of lengths that the bytes say: of the headers, of the payload, then both.
fn frames(mut bytes: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    while let [headers, payload, rest @ ..] = bytes {
        let headers = usize::from(*headers).min(rest.len());
        let (content, rest) = rest.split_at((headers + usize::from(*payload)).min(rest.len()));
        frame(&content[..headers], &content[headers..], &mut stream);
        bytes = rest;
    }
    stream
}

fn frame(headers: &[u8], payload: &[u8], stream: &mut Vec<u8>) {
    let start = stream.len();
    stream.extend(((16 + headers.len() + payload.len()) as u32).to_be_bytes());
    stream.extend((headers.len() as u32).to_be_bytes());
    stream.extend(crc32fast::hash(&stream[start..]).to_be_bytes());
    stream.extend_from_slice(headers);
    stream.extend_from_slice(payload);
    stream.extend(crc32fast::hash(&stream[start..]).to_be_bytes());
}

/// Headers and status, a line each header.
pub fn headers(bytes: &[u8]) {
    let (status, rest) =
        bytes.split_first_chunk().map_or((200, bytes), |(status, rest)| (u16::from_be_bytes(*status), rest));
    let mut headers = Headers::default();
    for line in String::from_utf8_lossy(rest).split('\n') {
        if let Some((name, value)) = line.split_once(':') {
            headers.append(name.to_owned(), value);
        }
    }
    let heads = || Case::kitchen(&kitchen::SERVICE, "Heads");
    // Elements between quotes are read with any byte escaped, and written, as botocore has it, with quotes alone escaped.
    match headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("x-texts") && value.contains('\\')) {
        true => drop(read(heads(), status, &headers, b"")),
        false => echo(heads, status, &headers, b""),
    }
    read(Case::of(&s3::SERVICE, s3::by_name::operation("GetObject")), status, &headers, b"");
}

/// Timestamps of every form, and their arithmetic.
pub fn timestamp(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = text.parse::<Timestamp>();
    let Some(moment) = Timestamp::parse(text) else { return };
    for format in [TimestampFormat::Epoch, TimestampFormat::Iso, TimestampFormat::Http] {
        if let Some(text) = moment.format(format) {
            let again = Timestamp::parse(&text).unwrap_or_else(|| panic!("{text} cannot be read"));
            assert_eq!(again.format(format), Some(text));
        }
    }
    if moment.format(TimestampFormat::Iso).is_some() {
        assert_eq!(moment.to_string().parse::<Timestamp>().ok(), Some(moment), "{moment}");
    }
    let step = std::time::Duration::new(u64::MAX / 2 + text.len() as u64, 999_999_999);
    assert!(moment + step >= moment && moment - step <= moment);
    if let Ok(time) = std::time::SystemTime::try_from(moment) {
        assert_eq!(Timestamp::from(time), moment);
    }
}

/// Configuration files: the config and, after a zero byte, the credentials.
pub fn profile_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (config, credentials) = text.split_once('\0').unwrap_or((text, ""));
    let read = |text: &str| file::parse(text).map_err(|malformed| assert!(malformed.to_string().len() < 200)).ok();
    let (Some(config), Some(credentials)) = (read(config), read(credentials)) else { return };
    let mut text = String::new();
    for (head, properties) in config.iter() {
        text.push_str(&format!("[{head}]\n"));
        for (name, value) in properties.iter() {
            file::nested(value);
            text.push_str(&format!("{name}={}\n", value.replace('\n', "\n ")));
        }
    }
    let again = read(&text).unwrap_or_else(|| panic!("cannot be read: {text}"));
    assert_eq!(format!("{again:?}"), format!("{config:?}"));
    let profiles = Profiles::merge(config, credentials);
    let _ = profiles.profile("default");
}

/// An expression and, after a zero byte, the JSON that it is applied to. Longer expressions may take their time: they are
/// the program's own.
pub fn jmespath(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, json) = text.split_once('\0').unwrap_or((text, "{\"a\": [{\"b\": 1}, {\"b\": \"c\"}, [[]], null]}"));
    let Ok(expression) = Expression::parse(text) else { return };
    assert_eq!(expression.as_str(), text);
    if text.len() < 100
        && json.len() < 200
        && let Ok(json) = serde_json::from_str::<Document>(json)
        && let Ok(found) = expression.search(&json)
    {
        assert!(serde_json::to_string(&found).is_ok());
    }
}

/// Damaged rules, whose text must not be used after the call; or S3's rules with these parameters.
pub fn endpoint_rules(text: &'static str) {
    static OWN: LazyLock<(RuleSet, Partitions)> = LazyLock::new(|| {
        let rules = RuleSet::parse(s3::SERVICE.endpoint_rules).expect("the generator's rules are well-formed");
        (rules, Partitions::parse(PARTITIONS).expect("so are its partitions"))
    });
    let (rules, partitions) = &*OWN;
    if text.starts_with("endpoint-rules") {
        // Rules may refer to each other so often that going through them takes long: those are the generator's own.
        if let Ok(rules) = RuleSet::parse(text)
            && text.len() < 160
        {
            let params = vec![Some(Param::Str("eu-west-1".into())), Some(Param::Bool(true)), None];
            let _ = rules.resolve(&Params(params), partitions);
        }
        return;
    }
    let mut words = text.split('\n');
    let flags = words.next().unwrap_or_default().as_bytes();
    let strings = rules.parameters().iter().enumerate().map(|(index, parameter)| {
        let flag = flags.get(index % flags.len().max(1)).copied().unwrap_or_default() as usize >> (index / 8) & 1;
        match parameter.kind {
            ParameterKind::Boolean => Some(Param::Bool(flag == 1)),
            _ => words.next().filter(|word| !word.is_empty()).map(|word| Param::Str(word.into())),
        }
    });
    let params = Params(strings.collect());
    if let Ok(endpoint) = rules.resolve(&params, partitions) {
        assert!(!endpoint.without_tls().url.is_empty());
    }
}

/// Inputs to begin with, made by our own writers: files of that target.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "json" => [0, 1, 2, 3, 4].map(|choice| [&[choice], JSON_SEED.as_bytes()].concat()).into(),
        "cbor" => vec![written_as(&CBOR)],
        "xml" => {
            let plain = written_as(&REST_XML);
            let wrapped = [b"<R><EchoResult>", &*plain, b"</EchoResult></R>"].concat();
            vec![[b"\0", &*plain].concat(), [b"\x01", &*plain].concat(), [b"\x02", &*wrapped].concat(), [b"\x03", &*plain].concat()]
        }
        "event_stream" => vec![event_seed(5), event_seed(6), event_seed(7), event_seed(8)],
        "headers" => vec![HEADERS_SEED.into()],
        "timestamp" => ["1440938160.25", "2015-08-30T12:36:00.5+02:00", "Sun, 30 Aug 2015 12:36:00 GMT", "Sun Aug 30 12:36:00 2015"]
            .map(|text| text.as_bytes().to_vec())
            .into(),
        "profile_file" => vec![PROFILES_SEED.into()],
        "jmespath" => vec![b"sort_by(a[?b > `1`], &b)[*].{c: b, d: join('-', e || `[]`)} | [0:5:2]\0{\"a\": [{\"b\": 2}]}".into()],
        "endpoint_rules" => vec![
            b"endpoint-rules 1 3\nRegion string @AWS::Region\nFlag boolean =true\n\n{0}.com\n{2#name}\n\nisSet $0\n$2=aws.partition $0\n\n-\n\n0 1 = s0 0\n! s1\n> 0 1\n\n".into(),
            b"aB3\nbucket\nus-east-1\nhttps://e.com\n".into(),
            b"zz\narn:aws:s3:eu-west-1:123456789012:accesspoint/x\neu-west-1\n".into(),
        ],
        _ => Vec::new(),
    }
}

const JSON_SEED: &str = r#"{"Name": "a\u00e9\"b", "Texts": ["x", null], "Any": [1, {"a": [true, null, 1.5e3]}], "Deep": {"k": {"Small": 1}},
"Sink": {"Text": "t", "Flag": true, "Small": -3, "Large": 9007199254740993, "Half": 1.5, "Whole": "NaN", "Bytes": "aGk=", "When": 1.5,
"WhenIso": "2015-01-25T08:00:00.25Z", "WhenHttp": "Sun, 25 Jan 2015 08:00:00 GMT", "Kind": "bowl", "Inner": {"Text": ""}, "Sinks": [{}],
"Nested": [["a"], []], "Flat": ["f"], "Pairs": {"a": "b"}, "Ints": {"i": 7}, "Either": {"Again": {"Number": 1}}},
"Item": {"a": {"S": "x"}, "b": {"L": [{"N": "1"}, {"M": {"c": {"BOOL": true}, "d": {"NULL": true}, "e": {"BS": ["aGk="]}}}]}}, "__type": "Broken"}"#;

const HEADERS_SEED: &str = "\0\u{1}x-text:a\nx-flag:true\nx-small:-3\nx-large:9007199254740993\nx-half:1.5\nx-whole:-Infinity\nx-bytes:aGk=\n\
x-when:Sun, 25 Jan 2015 08:00:00 GMT\nx-when-iso:2015-01-25T08:00:00Z\nx-when-epoch:1422172800.5\nExpires:0\nx-kind:bowl\n\
x-texts:a, \"b,\\\"c\", d\nx-numbers:1,2\nx-whens:Sun, 25 Jan 2015 08:00:00 GMT, Mon, 26 Jan 2015 08:00:00 GMT\nx-json:eyJhIjoxfQ==\nx-tag-a:1\n\
x-amz-meta-a:b\nContent-Length:0\nLast-Modified:Sun, 25 Jan 2015 08:00:00 GMT\nx-amzn-errortype:Broken:x\n";

const PROFILES_SEED: &str = "[default]\nregion = eu-west-1 # there\n[profile \"two words\"]\ns3 =\n  a = b\n; no\nx = 1\n  2\n\0[default]\nkey=b\n";

/// The kitchen sink as our own writer has it.
fn written_as(service: &'static Service) -> Vec<u8> {
    let mut json: Document = serde_json::from_str(JSON_SEED).expect("the seed is JSON");
    // XML and CBOR have no documents.
    json.as_object_mut().expect("the seed is an object").remove("Any");
    let read = read(Case::kitchen(&JSON, "Echo"), 200, &Headers::default(), json.to_string().as_bytes());
    let (_, call) = read.expect("the seed can be read");
    written(&Case::kitchen(service, "Echo"), &call).expect("the seed can be written").1
}

fn event_seed(choice: u8) -> Vec<u8> {
    let text = |name: &str, value: &str| {
        let length = (value.len() as u16).to_be_bytes();
        [&[name.len() as u8], name.as_bytes(), &[7], &length, value.as_bytes()].concat()
    };
    let mut seed = vec![choice];
    let mut add = |headers: Vec<u8>, payload: &[u8]| {
        seed.extend([headers.len() as u8, payload.len() as u8]);
        seed.extend([&*headers, payload].concat());
    };
    let event = |kind: &str| [text(":message-type", "event"), text(":event-type", kind)].concat();
    let (empty, sink): (&[u8], &[u8]) = match choice {
        8 => (b"\xa0", b"\xa1\x64Text\x61x"),
        7 => (b"", b"<Sink><Text>x</Text></Sink>"),
        _ => (b"{}", b"{\"Text\": \"x\"}"),
    };
    add(event("initial-response"), empty);
    add(event("Said"), b"hello");
    let all = [
        b"\x04Flag\0\x05Small\x04\0\0\0\x05\x05Large\x05\0\0\0\0\0\0\0\x09".as_slice(),
        b"\x05Bytes\x06\0\x02hi\x04When\x08\0\0\0\0\0\0\0\x01\x04Text\x09",
    ];
    add([event("Shown"), all.concat(), vec![7; 16]].concat(), sink);
    add(event("Written"), sink);
    add([text(":message-type", "exception"), text(":exception-type", "Broken")].concat(), sink);
    seed
}
