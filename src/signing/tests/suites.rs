use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::chain::sign_event;
use super::*;
use crate::suite::Suite;

fn read(path: PathBuf) -> String {
    let text = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    text.replace("\r\n", "\n")
}

fn json(path: PathBuf) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

/// `2015-08-30T12:36:00Z`
fn timestamp(text: &str) -> Timestamp {
    let digits: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let [year, month, day, hour, minute, second] = digits[..] else { panic!("{text}") };
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Timestamp::new(days * 86_400 + hour * 3_600 + minute * 60 + second, 0)
}

struct Case {
    id: String,
    credentials: Credentials,
    region: String,
    service: String,
    time: Timestamp,
    path: PathStyle,
    payload_header: bool,
    request: Request,
}

impl Case {
    fn params<'a>(&'a self, keys: &'a Keys) -> Params<'a> {
        Params {
            credentials: &self.credentials,
            region: &self.region,
            service: &self.service,
            time: self.time,
            payload: Payload::Body,
            path: self.path,
            payload_header: self.payload_header,
            token: TokenName::Security,
            keys,
        }
    }

    /// Signs in headers and compares each step.
    fn check(mut self, canonical: &str, to_sign: &str, authorization: &str) {
        let keys = Keys::default();
        let mut request = std::mem::take(&mut self.request);
        let params = self.params(&keys);
        sign(&mut request, &params).unwrap();
        let payload = params.payload.text(&mut request.body).unwrap().into_owned();
        let ours = CanonicalRequest::new(&request, self.path, &payload);
        assert_eq!(ours.text(), canonical.trim_end(), "canonical request of {}", self.id);
        let date = Date::new(self.time);
        assert_eq!(
            string_to_sign::of_request(Version::V4, &params, &date, ours.text()),
            to_sign.trim_end(),
            "string of {}",
            self.id
        );
        assert_eq!(request.headers.get("Authorization"), Some(authorization), "authorization of {}", self.id);
    }

    /// Signs in the query and compares the canonical request and the signature.
    fn check_query(mut self, expires: u64, canonical: &str, to_sign: &str, signature: &str) {
        let keys = Keys::default();
        let mut request = std::mem::take(&mut self.request);
        let params = self.params(&keys);
        // Two cases have a form, which the suite does not move to the query as `presign` does.
        presign::sign_query(Version::V4, &mut request, &params, Duration::from_secs(expires)).unwrap();
        let (query, ours) = request.query.rsplit_once("&X-Amz-Signature=").unwrap();
        let (query, ours) = (query.to_owned(), ours.to_owned());
        request.query = query;
        let payload = params.payload.text(&mut request.body).unwrap().into_owned();
        let text = CanonicalRequest::new(&request, self.path, &payload);
        assert_eq!(text.text(), canonical.trim_end(), "canonical request (query) of {}", self.id);
        let date = Date::new(self.time);
        assert_eq!(
            string_to_sign::of_request(Version::V4, &params, &date, text.text()),
            to_sign.trim_end(),
            "{}",
            self.id
        );
        assert_eq!(ours, signature.trim_end(), "signature (query) of {}", self.id);
    }
}

fn folders(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let deeper = folders(&path);
        if deeper.is_empty() { found.push(path) } else { found.extend(deeper) }
    }
    found.sort();
    found
}

#[test]
fn aws4_testsuite() {
    let Some((mut suite, directory)) = Suite::open("sigv4-botocore", "sigv4/aws4_testsuite") else { return };
    for folder in folders(&directory) {
        let id = folder.file_name().unwrap().to_string_lossy().into_owned();
        suite.case(&id.clone(), || {
            let file = |end: &str| read(folder.join(format!("{id}.{end}")));
            let mut request = read_request(&file("req"));
            // Signing sets it, to the same moment.
            request.headers.remove("X-Amz-Date");
            let case = Case {
                id: id.clone(),
                credentials: Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None),
                region: "us-east-1".into(),
                service: "service".into(),
                time: Timestamp::new(1_440_938_160, 0),
                path: PathStyle::NORMALIZED,
                payload_header: false,
                request,
            };
            case.check(&file("creq"), &file("sts"), file("authz").trim_end());
            Ok(())
        });
    }
    suite.finish();
}

fn case(folder: &Path, context: &Value) -> Case {
    let text = |name: &str| context[name].as_str().unwrap().to_owned();
    let keys = &context["credentials"];
    let omit = context["omit_session_token"].as_bool().unwrap_or(false);
    let token = keys["token"].as_str().filter(|_| !omit).map(str::to_owned);
    let (id, secret) = (keys["access_key_id"].as_str().unwrap(), keys["secret_access_key"].as_str().unwrap());
    Case {
        id: folder.file_name().unwrap().to_string_lossy().into_owned(),
        credentials: Credentials::new(id, secret, token),
        region: text("region"),
        service: text("service"),
        time: timestamp(&text("timestamp")),
        path: PathStyle { normalize: context["normalize"].as_bool().unwrap(), double_encode: true },
        payload_header: context["sign_body"].as_bool().unwrap(),
        request: read_request(&read(folder.join("request.txt"))),
    }
}

#[test]
fn aws_c_auth() {
    let Some((mut suite, directory)) = Suite::open("sigv4-aws-c-auth-v4", "sigv4/aws-c-auth/v4") else { return };
    for folder in folders(&directory) {
        suite.case(&folder.file_name().unwrap().to_string_lossy(), || {
            let context = json(folder.join("context.json"));
            let file = |name: &str| read(folder.join(name));
            let signed = file("header-signed-request.txt");
            let authorization = signed.lines().find_map(|line| line.strip_prefix("Authorization:")).unwrap();
            case(&folder, &context).check(
                &file("header-canonical-request.txt"),
                &file("header-string-to-sign.txt"),
                authorization.trim(),
            );
            case(&folder, &context).check_query(
                context["expiration_in_seconds"].as_u64().unwrap(),
                &file("query-canonical-request.txt"),
                &file("query-string-to-sign.txt"),
                &file("query-signature.txt"),
            );
            Ok(())
        });
    }
    suite.finish();
}

/// Signatures of Version 4a are never the same twice, so these are checked with the public key.
#[test]
fn aws_c_auth_asymmetric() {
    let Some((mut suite, directory)) = Suite::open("sigv4-aws-c-auth-v4a", "sigv4/aws-c-auth/v4a") else { return };
    for folder in folders(&directory) {
        suite.case(&folder.file_name().unwrap().to_string_lossy(), || {
            let context = json(folder.join("context.json"));
            let file = |name: &str| read(folder.join(name));
            if !folder.join("public-key.json").exists() {
                return Err("it comes without what is expected".to_owned());
            }
            let public = json(folder.join("public-key.json"));
            let key = bytes_of(&format!("04{}{}", public["X"].as_str().unwrap(), public["Y"].as_str().unwrap()));
            let case = case(&folder, &context);
            assert_eq!(asymmetric::public_key(&case.credentials)[..], key, "public key of {}", case.id);
            check_asymmetric(&case, &key, &file("header-canonical-request.txt"), &file("header-string-to-sign.txt"));
            let expires = Duration::from_secs(context["expiration_in_seconds"].as_u64().unwrap());
            let steps = (file("query-canonical-request.txt"), file("query-string-to-sign.txt"));
            check_asymmetric_query(&case, &key, expires, &steps.0, &steps.1);
            Ok(())
        });
    }
    suite.finish();
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
}

fn verify(key: &[u8], text: &str, signature: &str, id: &str) {
    use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key);
    key.verify(text.as_bytes(), &bytes_of(signature)).unwrap_or_else(|_| panic!("signature of {id}: {signature}"));
}

fn copy(request: &Request) -> Request {
    let body = request.body.with_bytes(|bytes| bytes.unwrap().to_vec()).into();
    let Request { method, origin, path, query, headers, .. } = request;
    let (origin, path, query) = (origin.clone(), path.clone(), query.clone());
    Request { method, origin, path, query, headers: headers.clone(), body, ..Request::default() }
}

fn check_steps(case: &Case, request: &mut Request, canonical: &str, to_sign: &str) {
    let keys = Keys::default();
    let params = case.params(&keys);
    let payload = params.payload.text(&mut request.body).unwrap().into_owned();
    let ours = CanonicalRequest::new(request, case.path, &payload);
    assert_eq!(ours.text(), canonical.trim_end(), "canonical request of {}", case.id);
    let ours = string_to_sign::of_request(Version::V4a, &params, &Date::new(case.time), ours.text());
    assert_eq!(ours, to_sign.trim_end(), "string of {}", case.id);
}

fn check_asymmetric(case: &Case, key: &[u8], canonical: &str, to_sign: &str) {
    let keys = Keys::default();
    let mut request = copy(&case.request);
    sign_v4a(&mut request, &case.params(&keys)).unwrap();
    check_steps(case, &mut request, canonical, to_sign);
    let authorization = request.headers.get("Authorization").unwrap();
    let start = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=";
    assert!(authorization.starts_with(start), "{}: {authorization}", case.id);
    let (_, signature) = authorization.rsplit_once("Signature=").unwrap();
    verify(key, to_sign.trim_end(), signature, &case.id);
}

fn check_asymmetric_query(case: &Case, key: &[u8], expires: Duration, canonical: &str, to_sign: &str) {
    let keys = Keys::default();
    let mut request = copy(&case.request);
    presign::sign_query(Version::V4a, &mut request, &case.params(&keys), expires).unwrap();
    let (query, signature) = request.query.rsplit_once("&X-Amz-Signature=").unwrap();
    let (query, signature) = (query.to_owned(), signature.to_owned());
    request.query = query;
    check_steps(case, &mut request, canonical, to_sign);
    verify(key, to_sign.trim_end(), &signature, &case.id);
}

#[test]
fn smithy_rs_paths() {
    let Some((mut suite, directory)) = Suite::open("sigv4-smithy-rs", "sigv4/smithy-rs") else { return };
    for folder in folders(&directory) {
        suite.case(&folder.file_name().unwrap().to_string_lossy(), || {
            let request = read_request(&read(folder.join("request.txt")));
            let expected = read(folder.join("header-canonical-request.txt"));
            let canonical = CanonicalRequest::new(&request, PathStyle::NORMALIZED, "");
            let path = |text: &str| text.lines().nth(1).map(str::to_owned);
            assert_eq!(path(canonical.text()), path(&expected), "{}", folder.display());
            Ok(())
        });
    }
    suite.finish();
}

fn bytes(parts: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts.as_array().into_iter().flatten() {
        let text = part["latin1"].as_str().expect("a part of Latin-1 text");
        let once: Vec<u8> = text.chars().map(|c| c as u8).collect();
        for _ in 0..part["repeat"].as_u64().unwrap_or(1) {
            bytes.extend_from_slice(&once);
        }
    }
    bytes
}

#[test]
fn chunks_and_events() {
    let Some((mut suite, cases)) = Suite::cases("sigv4-extra", "sigv4/extra.json") else { return };
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        suite.case(id, || {
            let text = |name: &str| case[name].as_str().unwrap_or_default();
            let credentials = Credentials::new(
                case["credentials"]["access_key_id"].as_str().unwrap(),
                case["credentials"]["secret_access_key"].as_str().unwrap(),
                None,
            );
            let keys = Keys::default();
            let params = Params {
                credentials: &credentials,
                region: text("region"),
                service: text("service"),
                time: timestamp(text("timestamp")),
                payload: Payload::Events,
                path: PathStyle::NORMALIZED,
                payload_header: true,
                token: TokenName::Security,
                keys: &keys,
            };
            let expected = case["expect"]["signature"].as_str();
            match text("kind") {
                "chunk" => {
                    let ours = sign_event(&params, text("previousSignature"), b"", &bytes(&case["payload"]));
                    assert_eq!(Some(ours.as_str()), expected, "{id}");
                }
                "event" => {
                    let ours = sign_event(
                        &params,
                        text("previousSignature"),
                        &date_header(params.time),
                        &bytes(&case["payload"]),
                    );
                    assert_eq!(Some(ours.as_str()), expected, "{id}");
                }
                "event-seed-request" => {
                    let mut request = read_request("POST /streaming HTTP/1.1\nhost:demo.us-east-1.amazonaws.com\n\n");
                    request.headers.append("Content-Encoding", "application/vnd.amazon.eventstream");
                    sign(&mut request, &params).unwrap();
                    assert_eq!(request.headers.get("Authorization"), case["expect"]["authorization"].as_str(), "{id}");
                }
                other => panic!("{id}: no test for {other}"),
            }
            Ok(())
        });
    }
    suite.finish();
}

/// An event's headers as they are signed: `:date`, milliseconds since 1970.
fn date_header(time: Timestamp) -> Vec<u8> {
    let mut header = b"\x05:date\x08".to_vec();
    header.extend_from_slice(&(time.seconds() * 1000).to_be_bytes());
    header
}
