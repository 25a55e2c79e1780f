//! Headers and statuses that are not what they should be.

use serde_json::{Value as Json, json};

use super::dynamic::{Dyn, Model, operation, service};
use crate::Error;
use crate::http::{Body, Headers, Response};
use crate::protocol::{parse, parse_error};

fn shapes() -> Json {
    let header = |shape: &str| json!({ "shape": shape, "location": "header", "locationName": format!("x-{}", shape.to_lowercase()) });
    json!({
        "Out": { "type": "structure", "members": {
            "Text": header("Text"), "Flag": header("Flag"), "Count": header("Count"), "Long": header("Long"), "Real": header("Real"),
            "Data": header("Data"), "When": header("When"), "Texts": header("Texts"), "Whens": header("Whens"), "Any": header("Any"),
            "Tags": { "shape": "Tags", "location": "headers", "locationName": "x-tag-" },
            "Status": { "shape": "Count", "location": "statusCode" } } },
        "Text": { "type": "string" }, "Flag": { "type": "boolean" }, "Count": { "type": "integer" }, "Long": { "type": "long" },
        "Real": { "type": "double" }, "Data": { "type": "blob" }, "When": { "type": "timestamp" },
        "Texts": { "type": "list", "member": { "shape": "Text" } }, "Whens": { "type": "list", "member": { "shape": "When" } },
        "Any": { "type": "structure", "document": true, "members": {} },
        "Tags": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Text" } }
    })
}

/// What is read of an answer with that status and those headers.
pub(super) fn read(status: u16, given: &[(&str, &str)]) -> Result<Json, Error> {
    let service = service(&json!({ "protocol": "rest-json" }));
    let operation = operation(&json!({ "name": "Op", "output": { "shape": "Out" } }));
    let model = Model::new(&shapes(), service.protocol);
    let mut headers = Headers::default();
    given.iter().for_each(|(name, value)| headers.append((*name).to_owned(), *value));
    let response = |status| Response { status, headers: headers.clone(), body: Body::empty() };
    parse_error(service, operation, response(400));
    let mut output = Dyn::top(model, "Out", model.text("Out"));
    parse(service, operation, response(status), &mut output)?;
    Ok(output.json().unwrap())
}

#[test]
fn values_of_every_kind() {
    let names = ["text", "flag", "count", "long", "real", "data", "when", "texts", "whens", "any"];
    let long = "9".repeat(100_000);
    let commas = ",".repeat(10_000);
    let quotes = "\"".repeat(10_001);
    let values = [
        "",
        " ",
        "\0",
        "\u{1}\u{7f}",
        "a\r\nb",
        "\t,\t",
        "\"",
        "\\",
        "\"\\",
        "\u{fffd}",
        "\u{1f600}",
        "-",
        "+",
        ".",
        "e",
        "NaN",
        "-Infinity",
        "1e999",
        "-1e999",
        "0x10",
        "9223372036854775808",
        "-9223372036854775809",
        "2147483648",
        "=",
        "====",
        "a===",
        "eyI=",
        "W1s=",
        "Mon,",
        "Mon, ",
        "Mon, 16 Dec 2019 23:48:18",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59.999999999+00:01",
        "999999999999999",
        "-999999999999999.9999999999",
        &long,
        &commas,
        &quotes,
    ];
    for name in names {
        let header = format!("x-{name}");
        for value in values {
            match read(200, &[(&header, value), ("x-tag-", value), ("X-TAG-\u{e9}", value)]) {
                Ok(got) => assert_eq!(got["Tags"][""], value),
                Err(error) => {
                    assert!(error.to_string().len() < 300, "{name}: {error}");
                    assert!(error.message().contains("member "), "{name}: {error}");
                }
            }
        }
    }
    for status in [0, 99, 200, 299, 999, u16::MAX] {
        assert_eq!(read(status, &[]).unwrap()["Status"], status);
    }
}

#[test]
fn documents_in_headers() {
    use crate::protocol::codec::text::encode_base64;
    let any = |json: &str| read(200, &[("x-any", &encode_base64(json.as_bytes()))]).map(|got| got["Any"].clone());
    assert_eq!(any("{\"a\": [1, 2.5]}").unwrap(), json!({ "a": [1, 2.5] }));
    for json in ["{", "[1,]", "nul", "\"\\ud8\"", &"[".repeat(100_000), "01", "1.", "-", "1e999", "NaN", "{} {}"] {
        assert!(any(json).is_err(), "{json:.20}");
    }
    // `serde_json` would have the last one's neighbour.
    for number in ["0", "-7", "18446744073709551615", "1.5e300", "1333.3333333333335"] {
        assert_eq!(any(number).unwrap().as_f64(), number.parse().ok(), "{number}");
    }
}
