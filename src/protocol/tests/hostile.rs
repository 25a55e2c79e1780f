//! Answers that are not what they should be: an error that names the place, never a panic.

use serde_json::{Value as Json, json};

use super::dynamic::{CURRENT, Dyn, Model, operation, service, top};
use crate::http::{Body, Headers, Response};
use crate::operation::{Operation, Service};
use crate::protocol::{parse, parse_error, serialize};
use crate::{Error, ErrorKind};

fn shapes() -> Json {
    json!({
        "Out": { "type": "structure", "members": {
            "Name": { "shape": "Text" }, "Count": { "shape": "Int" }, "When": { "shape": "When" },
            "Inner": { "shape": "Out" }, "Many": { "shape": "Many" }, "Map": { "shape": "Map" },
            "Data": { "shape": "Data" }, "Either": { "shape": "Either" }, "Any": { "shape": "Any" },
            "Long": { "shape": "Long" }, "Real": { "shape": "Real" }, "Texts": { "shape": "Texts" } } },
        "Any": { "type": "structure", "document": true, "members": {} }, "Long": { "type": "long" },
        "Real": { "type": "double" }, "Texts": { "type": "list", "member": { "shape": "Text" }, "flattened": true },
        "Text": { "type": "string" }, "Int": { "type": "integer" }, "When": { "type": "timestamp" },
        "Data": { "type": "blob" }, "Many": { "type": "list", "member": { "shape": "Out" } },
        "Map": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Out" } },
        "Either": { "type": "structure", "union": true,
            "members": { "A": { "shape": "Text" }, "B": { "shape": "Either" } } }
    })
}

pub(super) struct Reader {
    service: &'static Service,
    operation: &'static Operation,
    pub(super) model: &'static Model,
    pub(super) name: &'static str,
}

impl Reader {
    pub(super) fn new(protocol: &'static str) -> Self {
        let service = service(&json!({ "protocol": protocol }));
        let operation = operation(&json!({ "name": "Op", "output": { "shape": "Out" } }));
        Reader { service, operation, model: Model::new(&shapes(), service.protocol), name: protocol }
    }

    /// As an answer; as an error it must not panic either.
    fn read(&self, body: &[u8]) -> Result<Json, Error> {
        self.output(body).map(|output| output.json().unwrap())
    }

    pub(super) fn output(&self, body: &[u8]) -> Result<Dyn, Error> {
        CURRENT.set(Some(self.model));
        let response = || Response { status: 200, headers: Headers::default(), body: Body::from(body.to_vec()) };
        parse_error(self.service, self.operation, Response { status: 400, ..response() });
        let mut output = Dyn::top(self.model, "Out", self.model.text("Out"));
        parse(self.service, self.operation, response(), &mut output)?;
        Ok(output)
    }

    /// The output as a request's body of the same members.
    pub(super) fn written(&self, output: &Dyn) -> Result<Vec<u8>, Error> {
        serialize(self.service, self.operation, output, &mut String::new)?.body.take().into_bytes()
    }
}

fn read(protocol: &'static str, body: &[u8]) -> Result<Json, Error> {
    Reader::new(protocol).read(body)
}

pub(super) const PROTOCOLS: [&str; 6] = ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"];

fn bodies() -> Vec<Vec<u8>> {
    let json = r#"{"Name": "a\u00e9\"b", "Count": 3, "When": 1.5, "Inner": {"Data": "aGk="}, "Many": [{"Name": "x"}, null],
        "Map": {"k": {"Count": 1}}, "Either": {"B": {"A": "x"}}, "Else": [1, {"a": [true, null, "s"]}]}"#;
    let xml = "<?xml version=\"1.0\"?><R><OpResult><Name>a&amp;&#66;<![CDATA[c]]></Name><Count> 3 </Count><!-- x -->\
        <When>2015-01-25T08:00:00Z</When><Inner><Data>aGk=</Data></Inner><Many><member><Name>x</Name></member></Many>\
        <Map><entry><value><Count>1</Count></value><key>k</key></entry></Map><Either><B><A>x</A></B></Either></OpResult></R>";
    let cbor = b"\xbf\x64Name\x7f\x61a\x61b\xff\x65Count\x03\x64When\xc1\xfb\x3f\xf8\0\0\0\0\0\0\x65Inner\xa1\x64Data\x42hi\
        \x64Many\x82\xa1\x64Name\x61x\xf6\x63Map\xa1\x61k\xa1\x65Count\x01\x66Either\xa1\x61B\xa1\x61A\x61x\x64Else\x9f\xf9\x3c\0\xff\xff";
    let plain = xml.replace("<OpResult>", "").replace("</OpResult>", "");
    vec![json.into(), xml.into(), plain.into(), cbor.to_vec()]
}

#[test]
fn whole_bodies_are_read() {
    let bodies = bodies();
    for (protocol, body) in [
        ("json", &bodies[0]),
        ("rest-json", &bodies[0]),
        ("query", &bodies[1]),
        ("rest-xml", &bodies[2]),
        ("ec2", &bodies[2]),
        ("smithy-rpc-v2-cbor", &bodies[3]),
    ] {
        let got = read(protocol, body).unwrap();
        assert_eq!(got["Many"][0]["Name"], "x", "{protocol}");
        assert_eq!(got["Inner"]["Data"], "hi", "{protocol}");
        assert_eq!(got["Map"]["k"]["Count"], 1, "{protocol}");
        assert_eq!(got["Either"]["B"]["A"], "x", "{protocol}");
    }
}

#[test]
fn cut_and_changed_bodies_do_not_panic() {
    for body in bodies() {
        for reader in PROTOCOLS.map(Reader::new) {
            for end in 0..body.len() {
                _ = reader.read(&body[..end]);
            }
            for at in 0..body.len() {
                for byte in [0, b'"', b'<', b'{', 0x7f, 0x9f, 0xff] {
                    let mut changed = body.clone();
                    changed[at] = byte;
                    _ = reader.read(&changed);
                }
            }
        }
    }
}

#[test]
fn deep_bodies_are_refused() {
    let deep = 1_000_000;
    let wrapped = |text: String| format!("<R><OpResult>{text}</OpResult></R>").into_bytes();
    for (protocol, body) in [
        ("json", "{\"Inner\":".repeat(deep).into_bytes()),
        ("json", [b"{\"Else\":".to_vec(), b"[".repeat(deep)].concat()),
        ("json", [b"{\"Any\":".to_vec(), b"[".repeat(deep)].concat()),
        ("json", [b"{\"Any\":".to_vec(), b"{\"a\":".repeat(deep)].concat()),
        ("rest-json", b"{\"Many\":[".repeat(deep)),
        ("rest-json", b"{\"Map\":{\"k\":".repeat(deep)),
        ("rest-json", "{\"Either\":{\"B\":".repeat(deep).into_bytes()),
        ("query", wrapped("<Inner>".repeat(deep))),
        ("rest-xml", "<Inner>".repeat(deep).into_bytes()),
        ("rest-xml", "<Else>".repeat(deep).into_bytes()),
        ("rest-xml", "<Many><member>".repeat(deep).into_bytes()),
        ("rest-xml", "<Either><B>".repeat(deep).into_bytes()),
        ("ec2", "<Map><entry><key>k</key><value>".repeat(deep).into_bytes()),
        ("smithy-rpc-v2-cbor", b"\xa1\x65Inner".repeat(deep)),
        ("smithy-rpc-v2-cbor", b"\xbf\x63Map\xbf\x61k".repeat(deep)),
        ("smithy-rpc-v2-cbor", b"\xa1\x66Either\xa1\x61B".repeat(deep)),
        ("smithy-rpc-v2-cbor", [b"\xa1\x64Else".to_vec(), b"\x81".repeat(deep)].concat()),
        ("smithy-rpc-v2-cbor", [b"\xa1\x64Else".to_vec(), b"\x9f".repeat(deep)].concat()),
    ] {
        assert_eq!(read(protocol, &body).unwrap_err().kind(), ErrorKind::Parse, "{protocol}");
    }
}

#[test]
fn declared_lengths_allocate_nothing() {
    for body in
        [&b"\xa1\x64Many\x9b\xff\xff\xff\xff\xff\xff\xff\xff"[..], b"\xa1\x64Data\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"]
    {
        assert_eq!(read("smithy-rpc-v2-cbor", body).unwrap_err().kind(), ErrorKind::Parse);
    }
}

/// The greatest depth there may be, and one more.
#[test]
fn depth_has_a_limit() {
    let nested = |open: &str, middle: &str, close: &str, count: usize| {
        [open.repeat(count), middle.to_owned(), close.repeat(count)].concat().into_bytes()
    };
    let cbor = |count: usize| [b"\xa1\x65Inner".repeat(count), b"\xa0".to_vec()].concat();
    for (protocol, fits, too_deep) in [
        ("json", nested("{\"Inner\":", "{}", "}", 127), nested("{\"Inner\":", "{}", "}", 128)),
        ("json", nested("[", "", "]", 127), nested("[", "", "]", 128)),
        ("rest-xml", nested("<Inner>", "", "</Inner>", 128), nested("<Inner>", "", "</Inner>", 129)),
        ("smithy-rpc-v2-cbor", cbor(128), cbor(129)),
    ] {
        let body = |inner: Vec<u8>| match (protocol, inner.first()) {
            ("json", Some(b'[')) => [b"{\"Any\":", &*inner, b"}"].concat(),
            ("rest-xml", _) => [b"<R>", &*inner, b"</R>"].concat(),
            _ => inner,
        };
        let reader = Reader::new(protocol);
        // All of it on a small stack: half of what a thread has.
        std::thread::scope(|scope| {
            let run = || {
                let output = reader.output(&body(fits.clone())).unwrap();
                assert!(reader.written(&output).is_ok());
                let error = reader.output(&body(too_deep.clone())).err().expect("too deep").to_string();
                assert!(error.contains("Values lie more than 128 deep in each other"), "{protocol}: {error}");
            };
            std::thread::Builder::new().stack_size(1 << 20).spawn_scoped(scope, run).unwrap().join().unwrap();
        });
    }
    // What no member takes is passed over without a stack.
    let unknown = nested("<Else>", "", "</Else>", 100_000);
    assert!(read("rest-xml", &[b"<R>", &*unknown, b"</R>"].concat()).is_ok());
    let unknown = [b"\xa1\x64Else".to_vec(), b"\x81".repeat(100_000), b"\0".to_vec()].concat();
    assert!(read("smithy-rpc-v2-cbor", &unknown).is_ok());
}

#[test]
fn long_numbers() {
    let digits = "7".repeat(1_000_000);
    for number in [
        digits.clone(),
        format!("-{digits}"),
        format!("0.{digits}"),
        format!("1e{digits}"),
        format!("{digits}e-{digits}"),
    ] {
        for member in ["Count", "Long", "Real", "When", "Any", "Else"] {
            let json = read("json", format!("{{\"{member}\": {number}}}").as_bytes());
            let xml = read("rest-xml", format!("<R><{member}>{number}</{member}></R>").as_bytes());
            for result in [json, xml] {
                if let Err(error) = result {
                    assert!(error.to_string().len() < 300, "{error}");
                }
            }
        }
    }
    assert_eq!(read("json", b"{\"Real\": 1e400}").unwrap()["Real"], "Infinity");
    assert!(read("json", b"{\"Count\": 1e400}").is_err());
}

#[test]
fn doubled_keys() {
    let json =
        read("json", b"{\"Name\": \"a\", \"Name\": \"b\", \"Map\": {\"k\": {\"Name\": \"c\"}, \"k\": {\"Count\": 1}}}")
            .unwrap();
    assert_eq!(json, json!({ "Name": "b", "Map": { "k": { "Count": 1 } } }));
    let cbor = read("smithy-rpc-v2-cbor", b"\xa2\x64Name\x61a\x64Name\x61b").unwrap();
    assert_eq!(cbor["Name"], "b");
    let xml = read("rest-xml", b"<R><Name>a</Name><Name>b</Name></R>").unwrap();
    assert_eq!(xml["Name"], "b");
    let lists = read("json", b"{\"Many\": [{\"Count\": 1}], \"Many\": [{\"Count\": 2}]}").unwrap();
    assert_eq!(lists["Many"], json!([{ "Count": 1 }, { "Count": 2 }]));
    for (protocol, body) in [
        ("json", &b"{\"Either\": {\"A\": \"x\", \"A\": \"y\"}}"[..]),
        ("smithy-rpc-v2-cbor", b"\xa1\x66Either\xa2\x61A\x61x\x61A\x61y"),
    ] {
        let error = read(protocol, body).unwrap_err();
        assert!(error.message().contains("The union Either has more than one member"), "{error}");
    }
}

#[test]
fn text_that_is_none() {
    for (protocol, body) in [
        ("json", &b"{\"Name\": \"\xff\"}"[..]),
        ("json", b"{\"Name\": \"\xed\xa0\x80\"}"),
        ("rest-xml", b"<R><Name>\xc3\x28</Name></R>"),
        ("smithy-rpc-v2-cbor", b"\xa1\x64Name\x62\xc3\x28"),
        ("smithy-rpc-v2-cbor", b"\xa1\x62\xc3\x28\x61x"),
        // Halves of a character do not make one.
        ("smithy-rpc-v2-cbor", b"\xa1\x64Name\x7f\x61\xc3\x61\xa9\xff"),
    ] {
        assert_eq!(read(protocol, body).unwrap_err().kind(), ErrorKind::Parse, "{protocol} {body:?}");
    }
    for (escapes, text) in [
        ("\\ud83d\\ude00", "\u{1f600}"),
        ("\\ud83d", "\u{fffd}"),
        ("\\ude00\\ud83d", "\u{fffd}\u{fffd}"),
        ("\\ud83d\\ud83d\\ude00", "\u{fffd}\u{1f600}"),
        ("\\u0000", "\0"),
    ] {
        assert_eq!(read("json", format!("{{\"Name\": \"{escapes}\"}}").as_bytes()).unwrap()["Name"], text);
    }
    for escapes in ["\\u12", "\\u+123", "\\ud83d\\u1", "\\x41", "\\u00\u{e9}0", "\\"] {
        assert!(read("json", format!("{{\"Name\": \"{escapes}\"}}").as_bytes()).is_err(), "{escapes}");
    }
}

/// What a document type defines is not known, so a small body cannot become a large text, nor name a file.
#[test]
fn entities_of_ones_own() {
    let mut bomb = "<!DOCTYPE R [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..100 {
        bomb += &format!("<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1);
    }
    for (head, entity) in [
        (&*bomb, "a99"),
        ("<!DOCTYPE R [<!ENTITY f SYSTEM \"file:///etc/passwd\">", "f"),
        ("<!DOCTYPE R [<!ENTITY % p 'x'>", "p"),
    ] {
        let body = format!("{head}]><R><Name>&{entity};</Name></R>");
        let error = read("rest-xml", body.as_bytes()).unwrap_err();
        assert!(error.message().contains(&format!("Unknown XML entity {entity:?}")), "{error}");
        assert!(read("rest-xml", body.replace(&format!("&{entity};"), "x").as_bytes()).is_ok());
    }
}

#[test]
fn errors_name_the_place() {
    for (protocol, body, text) in [
        (
            "json",
            &b"{\"Many\": [{}, {\"Map\": {\"k\": {\"Count\": \"x\"}}}]}"[..],
            "test Op: member Many[1].Map[\"k\"].Count: \"x\" is not an integer of 32 bits at byte 38 (HTTP 200)",
        ),
        ("json", b"{\"Inner\": 3}", "test Op: member Inner: Expected an object at byte 10, found '3' (HTTP 200)"),
        ("json", b"{\"Name\": \"x\"", "test Op: Expected ',' or '}' at byte 12, found the end (HTTP 200)"),
        (
            "json",
            b"<html><body>Proxy says no</body></html>",
            "test Op: The body is not JSON: its 39 bytes begin with \"<html><body>Proxy says no</body></html>\" (HTTP 200)",
        ),
        (
            "ec2",
            b"<!DOCTYPE html><html><body>no</body></html>",
            "test Op: The body is not XML of the service: its 43 bytes begin with \
             \"<!DOCTYPE html><html><body>no</body></html>\" (HTTP 200)",
        ),
        (
            "rest-xml",
            b"<R><Many><member><When>noon</When></member></Many></R>",
            "test Op: member Many[0].When: \"noon\" is not a timestamp before byte 34 (HTTP 200)",
        ),
        ("query", b"<R><Other/></R>", "test Op: The answer has no element OpResult before byte 15 (HTTP 200)"),
        (
            "smithy-rpc-v2-cbor",
            b"\xa1\x64Many\x81\xa1\x65Count\x61x",
            "test Op: member Many[0].Count: Expected an integer, found CBOR string at byte 14 (HTTP 200)",
        ),
    ] {
        assert_eq!(read(protocol, body).unwrap_err().to_string(), text);
    }
}

#[test]
fn requests_that_cannot_be() {
    let shapes = json!({
        "In": { "type": "structure", "members": {
            "Id": { "shape": "Text", "location": "uri" }, "Note": { "shape": "Text", "location": "header", "locationName": "x-note" },
            "When": { "shape": "When" }, "Host": { "shape": "Text", "hostLabel": true } } },
        "Text": { "type": "string" }, "When": { "type": "timestamp", "timestampFormat": "iso8601" }
    });
    let given = json!({ "name": "Op", "http": { "method": "GET", "requestUri": "/a/{Id}" }, "input": { "shape": "In" },
        "endpoint": { "hostPrefix": "{Host}." } });
    let service = service(&json!({ "protocol": "rest-json" }));
    let model = Model::new(&shapes, service.protocol);
    let send = |params: Json| {
        let mut input: Dyn = top(model, &given["input"]);
        input.set(&params);
        crate::protocol::host_prefix(operation(&given), &input)?;
        serialize(service, operation(&given), &input, &mut String::new).map(|request| request.path)
    };
    let fails = |params: Json| send(params).unwrap_err().to_string();
    assert_eq!(send(json!({ "Id": "a/b c", "Host": "h-1.x" })).unwrap(), "/a/a%2Fb%20c");
    assert!(
        fails(json!({ "Id": "", "Host": "h" })).ends_with("The member Id is missing or empty: it is part of the path")
    );
    assert!(
        fails(json!({ "Id": "x", "Host": "h", "Note": "a\r\nb: c" }))
            .contains("member Note: A header cannot hold a line break")
    );
    assert!(
        fails(json!({ "Id": "x", "Host": "h", "When": 400_000_000_000_i64 })).contains("member When: The timestamp")
    );
    assert!(fails(json!({ "Id": "x", "Host": "evil.com/" })).contains("letters, digits, hyphens and periods only"));
    assert!(fails(json!({ "Id": "x" })).contains("The member Host is missing"));
}
