use std::io::{Cursor, Read};

use serde_json::Value;

use super::chunked::{CHUNK, encode};
use super::decode::{Decoded, decode};
use super::*;
use crate::error::Result;
use crate::http::{Body, Request, Response};
use crate::suite::Suite;

fn payload(parts: &Value) -> Vec<u8> {
    use base64::Engine;
    let mut bytes = Vec::new();
    for part in parts.as_array().into_iter().flatten() {
        match part["latin1"].as_str() {
            Some(text) => {
                let once: Vec<u8> = text.chars().map(|c| c as u8).collect();
                (0..part["repeat"].as_u64().unwrap_or(1)).for_each(|_| bytes.extend_from_slice(&once));
            }
            None => {
                let text = part["base64"].as_str().unwrap();
                bytes.extend(base64::engine::general_purpose::STANDARD.decode(text).unwrap());
            }
        }
    }
    bytes
}

#[test]
fn digests() {
    let Some((mut suite, cases)) = Suite::cases("checksum-digests", "checksums/digests.json") else { return };
    for case in cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let bytes = payload(&case["payload"]);
            let ours = match case["algorithm"].as_str().unwrap() {
                "GLACIER-TREE-HASH" => {
                    let mut hash = TreeHash::new();
                    bytes.chunks(70_001).for_each(|part| hash.update(part));
                    hash.finish()
                }
                "MD5" => {
                    use base64::Engine;
                    match case["hex"].is_string() {
                        true => md5(&bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
                        false => base64::engine::general_purpose::STANDARD.encode(md5(&bytes)),
                    }
                }
                name => {
                    let mut checksum = Checksum::new(Algorithm::from_name(name).unwrap());
                    bytes.chunks(1_003).for_each(|part| checksum.update(part));
                    checksum.finish_base64()
                }
            };
            let expected = case["base64"].as_str().or(case["hex"].as_str());
            assert_eq!(Some(ours.as_str()), expected, "{}", case["id"]);
            Ok(())
        });
    }
    suite.finish();
}

#[test]
fn chunked_decoding() {
    let Some((mut suite, cases)) = Suite::cases("aws-chunked-decode", "checksums/aws-chunked-decode.json") else {
        return;
    };
    for case in &cases {
        suite.case(case["description"].as_str().unwrap_or_default(), || {
            let input = case["input"].as_str().unwrap_or_default();
            let got = decode(input.as_bytes(), case["expected_decoded_length"].as_u64());
            let expect = &case["expect"];
            let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
            let trailers = expect["trailers"].as_array().into_iter().flatten();
            let expected = Decoded {
                content: text(&expect["output"]).into_bytes(),
                trailers: trailers.map(|it| (text(&it["name"]), text(&it["value"]))).collect(),
            };
            match got {
                Err(_) if expect["error"].is_string() => Ok(()),
                Ok(got) if expect["error"].is_null() && got == expected => Ok(()),
                got => Err(format!("expected {expect}, got {got:?}")),
            }
        });
    }
    suite.finish();
}

#[test]
fn what_is_encoded_can_be_read_back() {
    for length in [0, 1, 7, 8, 9, 100] {
        let content: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
        for known in [Some(length), None] {
            let source = match known {
                Some(_) => Body::from(content.clone()),
                None => Body::from_reader(Cursor::new(content.clone())),
            };
            let encoded = encode(source, known, Some(Algorithm::Crc32), 8).unwrap().into_bytes().unwrap();
            let Decoded { content: got, trailers } = decode(&encoded, Some(length)).unwrap();
            assert_eq!(got, content);
            assert_eq!(trailers[0].0, "x-amz-checksum-crc32");
        }
    }
}

#[test]
fn chunked_encoding() {
    let Some((mut suite, cases)) = Suite::cases("aws-chunked-encode", "checksums/aws-chunked-encode.json") else {
        return;
    };
    for case in cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let text = case["body"].as_str().unwrap_or_default().to_owned();
            let chunk = case["chunkSize"].as_u64().unwrap() as usize;
            let algorithm = case["checksum"].as_str().map(|name| Algorithm::from_name(name).unwrap());
            let length = Some(text.len() as u64);
            let known = encode(Body::from(text.clone()), length, algorithm, chunk).unwrap();
            assert_eq!(known.read_to_string().unwrap(), case["encoded"], "{}", case["id"]);
            let unknown = encode(Body::from_reader(Cursor::new(text)), None, algorithm, chunk).unwrap();
            assert_eq!(unknown.read_to_string().unwrap(), case["encoded"], "{}, length unknown", case["id"]);
            Ok(())
        });
    }
    suite.finish();
}

fn apply(request: &mut Request, choice: &Choice<'_>) -> Result<Option<Place>> {
    let plan = plan(request, choice)?;
    if let Some(plan) = plan {
        assert!(add(request, plan, false)?.is_none());
    }
    Ok(plan.map(|plan| plan.place))
}

fn request(origin: &str, body: Body) -> Request {
    Request { method: "PUT", origin: origin.into(), path: "/".into(), body, ..Request::default() }
}

fn choice(algorithm: Option<&str>, streaming: bool) -> Choice<'_> {
    let algorithm_header = Some("x-amz-request-algorithm");
    Choice {
        supported: true,
        required: false,
        algorithm,
        algorithm_header,
        streaming,
        calculation: Calculation::WhenSupported,
        old: false,
    }
}

#[test]
fn flexible_checksums() {
    let Some((mut suite, cases)) = Suite::cases("httpchecksum", "checksums/flexible.json") else { return };
    for case in cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let id = case["id"].as_str().unwrap();
            let table = case["table"].as_str().unwrap();
            let algorithm = case["checksum_algorithm"].as_str();
            if table.starts_with("request") {
                let body = case["request_payload"].as_str().unwrap().to_owned();
                let mut request = request("https://h", Body::from(body.clone()));
                if let Some(algorithm) = algorithm {
                    // The protocol writes the member that the caller set.
                    request.headers.set("x-amz-request-algorithm", algorithm);
                }
                apply(&mut request, &choice(algorithm, table == "request-streaming")).unwrap();
                for (name, value) in case["expected_headers"].as_object().unwrap() {
                    assert_eq!(request.headers.get(name), value.as_str(), "{id}: {name}");
                }
                let sent = request.body.into_bytes().unwrap();
                let sent = String::from_utf8(sent).unwrap();
                match case["expected_trailers"].as_object() {
                    Some(trailers) => trailers.iter().for_each(|(name, value)| {
                        let trailer = format!("\r\n{name}:{}\r\n\r\n", value.as_str().unwrap());
                        assert!(sent.ends_with(&trailer), "{id}: {sent}");
                    }),
                    None => assert_eq!(sent, body, "{id}"),
                }
                return Ok(());
            }
            let mut response = Response {
                body: Body::from(case["response_payload"].as_str().unwrap().to_owned()),
                ..Response::default()
            };
            for (name, value) in case["response_headers"].as_object().unwrap() {
                response.headers.set(name.clone(), value.as_str().unwrap());
            }
            let algorithm = Algorithm::from_name(algorithm.unwrap()).unwrap();
            assert_eq!(check(&mut response, &Algorithm::BY_PRIORITY), Some(algorithm), "{id}");
            match (table, response.body.read_to_string()) {
                ("response-ok", Ok(text)) => assert_eq!(text, case["response_payload"], "{id}"),
                ("response-mismatch", Err(error)) => {
                    let text = error.to_string();
                    assert!(text.contains(case["expected_checksum"].as_str().unwrap()), "{id}: {text}");
                }
                (_, result) => panic!("{id}: {result:?}"),
            }
            Ok(())
        });
    }
    suite.finish();
}

#[test]
fn the_callers_own_sum_wins() {
    let mut request = request("https://h", Body::from("text"));
    request.headers.set("X-Amz-Checksum-SHA256", "own");
    assert_eq!(apply(&mut request, &choice(None, true)).unwrap(), None);
    assert_eq!(request.headers.iter().count(), 1);
    assert_eq!(request.body.read_to_string().unwrap(), "text");
}

#[test]
fn settings_and_model_decide_whether_there_is_one() {
    let applied = |choice: Choice<'_>| {
        let mut request = request("https://h", Body::from("text"));
        let applied = apply(&mut request, &choice).unwrap();
        (applied, request.headers.get("x-amz-checksum-crc32").is_some())
    };
    let required = Calculation::WhenRequired;
    assert_eq!(applied(Choice::default()), (None, false));
    assert_eq!(applied(Choice { required: true, ..Choice::default() }), (Some(Place::Header), true));
    assert_eq!(applied(Choice { calculation: required, ..choice(None, false) }), (None, false));
    assert_eq!(
        applied(Choice { calculation: required, required: true, ..choice(None, false) }),
        (Some(Place::Header), true)
    );
    assert_eq!(applied(Choice { calculation: required, ..choice(Some("sha1"), false) }), (Some(Place::Header), false));
    let error = apply(&mut request("https://h", Body::empty()), &choice(Some("CRC8"), false)).unwrap_err();
    assert!(error.to_string().contains("CRC8"), "{error}");
}

#[test]
fn one_reading_gives_all_sums() {
    for algorithm in [Algorithm::Crc32, Algorithm::Sha256] {
        for body in [Body::from("text"), Body::from_seekable(Cursor::new("text")).unwrap()] {
            let mut request = request("http://h", body);
            let hash = add(&mut request, Plan { algorithm, place: Place::Header, md5: true }, true).unwrap().unwrap();
            assert_eq!(hash, ring::digest::digest(&ring::digest::SHA256, b"text").as_ref());
            let sum = match algorithm {
                Algorithm::Crc32 => "O4unxw==",
                _ => "mC2ePrmW9VnmM/TRlN7zdh2Qn1o7ZH0ahR/q1nwyydE=",
            };
            assert_eq!(request.headers.get(algorithm.header()), Some(sum));
            assert_eq!(request.headers.get("content-md5"), Some("HLJR7A1WjeapKbUgxK7Y0Q=="));
            assert_eq!(request.body.read_to_string().unwrap(), "text");
        }
    }
}

#[test]
fn older_servers_get_a_required_sum_in_the_older_form_too() {
    let plan = |choice: Choice<'_>| plan(&mut request("http://h", Body::from("text")), &choice).unwrap();
    let older = Choice { required: true, old: true, calculation: Calculation::WhenRequired, ..choice(None, false) };
    assert!(plan(older).unwrap().md5);
    assert!(!plan(Choice { calculation: Calculation::WhenSupported, ..older }).unwrap().md5);
    assert!(!plan(Choice { old: false, ..older }).unwrap().md5);
    assert_eq!(plan(Choice { required: false, ..older }), None);
}

#[test]
fn over_plain_http_the_sum_goes_before_the_body() {
    let body = Body::from_seekable(Cursor::new("text")).unwrap();
    let mut plain = request("http://h", body);
    assert_eq!(apply(&mut plain, &choice(None, true)).unwrap(), Some(Place::Header));
    assert_eq!(plain.headers.get("x-amz-checksum-crc32"), Some("O4unxw=="));
    assert_eq!(plain.body.read_to_string().unwrap(), "text");

    let mut once = request("http://h", Body::from_reader(Cursor::new("text")));
    assert_eq!(apply(&mut once, &choice(None, true)).unwrap(), Some(Place::Trailer));
    assert_eq!(once.headers.get("x-amz-trailer"), Some("x-amz-checksum-crc32"));
}

#[test]
fn a_trailer_keeps_encoding_and_length() {
    let mut request = request("https://h", Body::from_reader(Cursor::new("text")));
    request.headers.set("Content-Encoding", "gzip");
    request.headers.set("Content-Length", "4");
    assert_eq!(apply(&mut request, &choice(None, true)).unwrap(), Some(Place::Trailer));
    assert_eq!(request.headers.get("content-encoding"), Some("gzip,aws-chunked"));
    assert_eq!(request.headers.get("content-length"), None);
    assert_eq!(request.headers.get("x-amz-decoded-content-length"), Some("4"));
    let length = request.body.len();
    assert_eq!(length, Some(request.body.into_bytes().unwrap().len() as u64));
}

#[test]
fn large_bodies_go_in_chunks_of_a_mebibyte() {
    let mut request = request("https://h", Body::from(vec![b'x'; CHUNK + 1]));
    apply(&mut request, &choice(None, true)).unwrap();
    let sent = request.body.into_bytes().unwrap();
    assert!(sent.starts_with(b"100000\r\nx"));
    assert!(sent[CHUNK + 8..].starts_with(b"\r\n1\r\nx\r\n0\r\nx-amz-checksum-crc32:"));
}

fn answer(headers: &[(&'static str, &str)], body: Body) -> Response {
    let mut response = Response { body, ..Response::default() };
    headers.iter().for_each(|(name, value)| response.headers.append(*name, *value));
    response
}

#[test]
fn sums_of_parts_are_passed_over() {
    let mut response = answer(&[("x-amz-checksum-crc32", "i9aeUg==-2")], Body::from("anything"));
    assert_eq!(check(&mut response, &[Algorithm::Crc32]), None);
    assert_eq!(response.body.read_to_string().unwrap(), "anything");
}

#[test]
fn the_first_by_priority_is_checked() {
    let headers = [("x-amz-checksum-crc32", "wrong"), ("x-amz-checksum-crc32c", "crUfeA==")];
    let mut response = answer(&headers, Body::from("Hello world"));
    assert_eq!(check(&mut response, &[Algorithm::Crc32, Algorithm::Crc32c]), Some(Algorithm::Crc32c));
    assert_eq!(response.body.read_to_string().unwrap(), "Hello world");
    let mut response = answer(&headers, Body::from("Hello world"));
    assert_eq!(check(&mut response, &[Algorithm::Sha1]), None);
}

#[test]
fn who_reads_just_the_length_learns_of_a_mismatch() {
    let body = Body::from_sized_reader(Cursor::new("Hello World"), 11);
    let mut response = answer(&[("x-amz-checksum-crc32", "i9aeUg==")], body);
    check(&mut response, &[Algorithm::Crc32]);
    let mut bytes = [0; 11];
    let error = response.body.read_exact(&mut bytes).unwrap_err();
    assert!(error.to_string().contains("CRC32"), "{error}");
}
