//! The published example, and the outside suites of Signature Version 4.

use super::*;
use crate::http::Body;

pub(super) const CANONICAL: &str = "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
    content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
    x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n\
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(super) const STRING_TO_SIGN: &str = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
    f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";

/// The request of <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
pub(super) fn example() -> Request {
    let mut request = Request {
        method: "GET",
        origin: "https://iam.amazonaws.com".into(),
        path: "/".into(),
        query: "Action=ListUsers&Version=2010-05-08".into(),
        ..Request::default()
    };
    request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request
}

pub(super) fn with_example_params<T>(test: impl FnOnce(&Params<'_>) -> T) -> T {
    test(&Params {
        credentials: &Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None),
        region: "us-east-1",
        service: "iam",
        time: Timestamp::new(1_440_938_160, 0),
        payload: Payload::Body,
        path: PathStyle::NORMALIZED,
        payload_header: false,
        token: TokenName::Security,
        keys: &Keys::default(),
    })
}

#[test]
fn published_example() {
    let mut request = example();
    with_example_params(|params| sign(&mut request, params)).unwrap();
    assert_eq!(
        request.headers.get("Authorization"),
        Some(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        )
    );
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>, "GET Object"
#[test]
fn published_s3_example() {
    let mut request = Request {
        method: "GET",
        origin: "https://examplebucket.s3.amazonaws.com".into(),
        path: "/test.txt".into(),
        ..Request::default()
    };
    request.headers.set("Range", "bytes=0-9");
    let params = Params {
        credentials: &Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None),
        region: "us-east-1",
        service: "s3",
        time: Timestamp::new(1_369_353_600, 0),
        payload: Payload::Body,
        path: PathStyle::VERBATIM,
        payload_header: true,
        token: TokenName::Security,
        keys: &Keys::default(),
    };
    sign(&mut request, &params).unwrap();
    let authorization = request.headers.get("Authorization").unwrap();
    assert!(
        authorization.ends_with("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        "{authorization}"
    );
}

#[test]
fn another_attempt_replaces_what_the_first_one_signed() {
    let mut request = example();
    let token = Some("token".to_owned());
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token);
    with_example_params(|params| {
        let params = |seconds| Params {
            credentials: &credentials,
            time: Timestamp::new(seconds, 0),
            payload: Payload::Body,
            ..*params
        };
        sign(&mut request, &params(1_440_938_160)).unwrap();
        let first = format!("{:?}{:?}", request.headers, request.headers.get("Authorization"));
        sign(&mut request, &params(1_440_938_220)).unwrap();
        assert_eq!(request.headers.get("X-Amz-Date"), Some("20150830T123700Z"));
        sign(&mut request, &params(1_440_938_160)).unwrap();
        assert_eq!(format!("{:?}{:?}", request.headers, request.headers.get("Authorization")), first);
    });
    assert_eq!(request.headers.get("x-amz-security-token"), Some("token"));
}

mod suites;

/// A request of a suite: a raw HTTP message.
fn read_request(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (method, rest) = first.split_once(' ').unwrap_or_default();
    let target = rest.trim_end_matches(" HTTP/1.1");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: if method == "POST" { "POST" } else { "GET" },
        path: path.to_owned(),
        query: wire_query(query),
        body: Body::from(body.to_owned()),
        ..Request::default()
    };
    for (name, value) in headers(lines) {
        match name.eq_ignore_ascii_case("host") {
            true => request.origin = format!("https://{value}"),
            false => request.headers.append(name, value),
        }
    }
    request
}

/// Header lines; a line that begins with a space goes on from the one before.
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.starts_with(' '), headers.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    headers
}

/// Suites write queries as a user types them.
fn wire_query(query: &str) -> String {
    let mut wire = String::new();
    canonical_request::push_encoded(&mut wire, query, b"&=%+/:;,@!$'()*");
    wire
}
