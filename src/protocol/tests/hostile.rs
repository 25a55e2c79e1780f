//! Answers that are not what they should be: an error that names the place, never a panic.

use serde_json::{Value as Json, json};

use super::dynamic::{CURRENT, Dyn, Model};
use super::suites::{operation, service, top};
use crate::http::{Body, Headers, Response};
use crate::operation::{Operation, Service};
use crate::protocol::{parse, parse_error, serialize};
use crate::{Error, ErrorKind};

fn shapes() -> Json {
    json!({
        "Out": { "type": "structure", "members": {
            "Name": { "shape": "Text" }, "Count": { "shape": "Int" }, "When": { "shape": "When" },
            "Inner": { "shape": "Out" }, "Many": { "shape": "Many" }, "Map": { "shape": "Map" },
            "Data": { "shape": "Data" }, "Either": { "shape": "Either" } } },
        "Text": { "type": "string" }, "Int": { "type": "integer" }, "When": { "type": "timestamp" },
        "Data": { "type": "blob" }, "Many": { "type": "list", "member": { "shape": "Out" } },
        "Map": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Out" } },
        "Either": { "type": "structure", "union": true,
            "members": { "A": { "shape": "Text" }, "B": { "shape": "Either" } } }
    })
}

struct Reader {
    service: &'static Service,
    operation: &'static Operation,
    model: &'static Model,
}

impl Reader {
    fn new(protocol: &str) -> Self {
        let service = service(&json!({ "protocol": protocol }));
        let operation = operation(&json!({ "name": "Op", "output": { "shape": "Out" } }));
        Reader { service, operation, model: Model::new(&shapes(), service.protocol) }
    }

    /// As an answer; as an error it must not panic either.
    fn read(&self, body: &[u8]) -> Result<Json, Error> {
        CURRENT.set(Some(self.model));
        let response = || Response { status: 200, headers: Headers::default(), body: Body::from(body.to_vec()) };
        parse_error(self.service, self.operation, Response { status: 400, ..response() });
        let mut output = Dyn::top(self.model, "Out", self.model.text("Out"));
        parse(self.service, self.operation, response(), &mut output)?;
        Ok(output.json().unwrap())
    }
}

fn read(protocol: &str, body: &[u8]) -> Result<Json, Error> {
    Reader::new(protocol).read(body)
}

const PROTOCOLS: [&str; 6] = ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"];

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
        ("rest-json", "{\"Either\":{\"B\":".repeat(deep).into_bytes()),
        ("query", wrapped("<Inner>".repeat(deep))),
        ("rest-xml", "<Inner>".repeat(deep).into_bytes()),
        ("rest-xml", "<Else>".repeat(deep).into_bytes()),
        ("smithy-rpc-v2-cbor", b"\xa1\x65Inner".repeat(deep)),
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

#[test]
fn errors_name_the_place() {
    for (protocol, body, text) in [
        (
            "json",
            &b"{\"Many\": [{}, {\"Map\": {\"k\": {\"Count\": \"x\"}}}]}"[..],
            "test Op: Out: member Many[1].Map[\"k\"].Count: \"x\" is not an integer of 32 bits at byte 38 (HTTP 200)",
        ),
        ("json", b"{\"Inner\": 3}", "test Op: Out: member Inner: Expected an object at byte 10, found '3' (HTTP 200)"),
        ("json", b"{\"Name\": \"x\"", "test Op: Out: Expected ',' or '}' at byte 12, found the end (HTTP 200)"),
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
            "test Op: Out: member Many[0].When: \"noon\" is not a timestamp before byte 34 (HTTP 200)",
        ),
        ("query", b"<R><Other/></R>", "test Op: Out: The answer has no element OpResult before byte 15 (HTTP 200)"),
        (
            "smithy-rpc-v2-cbor",
            b"\xa1\x64Many\x81\xa1\x65Count\x61x",
            "test Op: Out: member Many[0].Count: Expected an integer, found CBOR string at byte 14 (HTTP 200)",
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
