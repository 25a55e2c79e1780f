//! Bytes of our own writers, changed at random: nothing panics, and what can still be read is written and read again
//! without a difference. The fuzzers of `fuzz/` ask the same for longer; here the seeds are fixed.

use fastrand::Rng;
use serde_json::{Value as Json, json};

use super::dynamic::Dyn;
use super::hostile::{PROTOCOLS, Reader};

/// Bytes that mean something in one of the notations.
const SIGNS: &[u8] =
    b"\"\\{}[],:<>/&;=!?'-+.eE09 \n\0\x1b\x5b\x5f\x7b\x7f\x9b\x9f\xa1\xb9\xbb\xbf\xc1\xf6\xf7\xf9\xfb\xff";
const WORDS: [&str; 16] = [
    "null",
    "NaN",
    "-Infinity",
    "\\ud83d",
    "\\u0041",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&#xd800;",
    "&amp;",
    "<Inner>",
    "</Inner>",
    "\"Many\":[",
    "1e999",
    "18446744073709551616",
];

fn parameters() -> Json {
    json!({
        "Name": "a\u{e9}\"b\r\n<&>", "Count": -3, "Long": 9_007_199_254_740_993_i64, "Real": 1.5e-7, "When": 1.5,
        "Inner": { "Data": "hi", "Inner": { "Name": "" } }, "Many": [{ "Name": "x" }, { "Real": "NaN" }], "Texts": ["a", "b"],
        "Map": { "k": { "Count": 1 }, "": {} }, "Either": { "B": { "B": { "A": "x" } } },
    })
}

fn seed(reader: &Reader) -> Vec<u8> {
    let mut value = Dyn::top(reader.model, "Out", reader.model.text("Out"));
    let mut parameters = parameters();
    if matches!(reader.name, "json" | "rest-json") {
        parameters["Any"] = json!([1, { "a": [true, null, "s", 1.5] }]);
    }
    value.set(&parameters);
    match reader.name {
        // Their requests are forms; their answers are as REST has them.
        "query" | "ec2" => {
            let body = String::from_utf8(seed(&Reader::new("rest-xml"))).unwrap();
            format!("<R><OpResult>{body}</OpResult>{body}</R>").into_bytes()
        }
        _ => reader.written(&value).unwrap(),
    }
}

fn change(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.usize(..=bytes.len());
    let length = rng.usize(..=(bytes.len() - at).min(24));
    match rng.u8(..7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
        1 if at < bytes.len() => bytes[at] = SIGNS[rng.usize(..SIGNS.len())],
        2 => bytes.insert(at, SIGNS[rng.usize(..SIGNS.len())]),
        3 => drop(bytes.drain(at..at + length)),
        4 => drop(bytes.splice(at..at, WORDS[rng.usize(..WORDS.len())].bytes())),
        5 => {
            let piece = bytes[at..at + length].to_vec();
            let to = rng.usize(..=bytes.len());
            drop(bytes.splice(to..to, piece));
        }
        _ => bytes.truncate(bytes.len() - rng.usize(..=bytes.len().min(8))),
    }
}

/// Gives whether it could be read.
fn check(reader: &Reader, body: &[u8], note: &str) -> bool {
    let Ok(output) = reader.output(body) else { return false };
    output.json();
    if let (false, Ok(first)) = (matches!(reader.name, "query" | "ec2"), reader.written(&output)) {
        let text = || format!("{note}: {}", String::from_utf8_lossy(&first));
        let output = reader.output(&first).unwrap_or_else(|error| panic!("{} {error}", text()));
        let second = reader.written(&output).unwrap_or_else(|error| panic!("{} {error}", text()));
        assert_eq!(String::from_utf8_lossy(&second), String::from_utf8_lossy(&first), "{note}");
    }
    true
}

#[test]
fn changed_bodies() {
    for protocol in PROTOCOLS {
        let reader = Reader::new(protocol);
        let seed = seed(&reader);
        assert!(check(&reader, &seed, "unchanged"), "{protocol}");
        let mut whole = 0;
        for number in 0..1500 {
            let mut rng = Rng::with_seed(number);
            let mut body = seed.clone();
            for _ in 0..rng.u8(1..4) {
                change(&mut rng, &mut body);
            }
            whole += usize::from(check(&reader, &body, &format!("{protocol}, seed {number}")));
        }
        // Else nothing but refusals would be tested.
        assert!((50..1450).contains(&whole), "{protocol}: {whole} of 1500 could be read");
    }
}

#[test]
fn every_bit() {
    for protocol in PROTOCOLS {
        let reader = Reader::new(protocol);
        let seed = seed(&reader);
        for bit in 0..seed.len() * 8 {
            let mut body = seed.clone();
            body[bit / 8] ^= 1 << (bit % 8);
            check(&reader, &body, &format!("{protocol}, bit {bit}"));
        }
    }
}

/// Bytes without any order.
#[test]
fn noise() {
    let mut rng = Rng::with_seed(7);
    for reader in PROTOCOLS.map(Reader::new) {
        for _ in 0..500 {
            let mut body: Vec<u8> = (0..rng.usize(..40)).map(|_| SIGNS[rng.usize(..SIGNS.len())]).collect();
            // Some of it behind a beginning that is right.
            let start: &[u8] = match reader.name {
                "json" | "rest-json" => b"{\"Any\":",
                "smithy-rpc-v2-cbor" => b"\xbf\x64Name",
                _ => b"<R><OpResult><Name a='",
            };
            check(&reader, &body, "noise");
            body.splice(0..0, start.iter().copied());
            check(&reader, &body, "noise after a beginning");
        }
    }
}
