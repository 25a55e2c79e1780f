//! What steps of a call cost. It is measured, not tested, so that it is built only when it is asked for:
//! `RUSTFLAGS="--cfg costs" cargo test --release --features s3 --lib costs -- --nocapture --test-threads 1`.

use std::hint::black_box;
use std::time::Instant;

use ring::{digest, hmac};

use super::{Call, join};
use crate::client::ServiceClient;
use crate::configuration::Environment;
use crate::endpoint::Scheme;
use crate::http::{Replay, Request};
use crate::operation::Input;
use crate::s3::operation::{GetObjectInput, ListObjectsV2Input};
use crate::signing::{self, Payload};
use crate::{Credentials, Session, s3};

/// Nanoseconds of one run, the median of seven times twenty thousand.
fn time(name: &str, mut run: impl FnMut()) -> f64 {
    const RUNS: u32 = 20_000;
    let mut took: Vec<f64> = (0..7)
        .map(|_| {
            let start = Instant::now();
            (0..RUNS).for_each(|_| run());
            start.elapsed().as_nanos() as f64 / f64::from(RUNS)
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!("{name:50} {:8.0} ns", took[3]);
    took[3]
}

fn client() -> s3::Client {
    let session = Session::builder()
        .environment(Environment::empty())
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None))
        .transport(Replay::new())
        .build();
    s3::Client::new(&session).unwrap()
}

#[test]
fn of_an_endpoint() {
    let client = client();
    let call = Call::new(client.core(), GetObjectInput::OPERATION);
    for bucket in
        ["bucket", "a.dotted.bucket", "arn:aws:s3:eu-west-1:123456789012:accesspoint:point", "b--use1-az4--x-s3"]
    {
        let input = GetObjectInput { bucket: bucket.to_owned(), key: "key".to_owned(), ..Default::default() };
        time(&format!("endpoint of S3, bucket {bucket:.20}"), || {
            black_box(call.endpoint(black_box(&input)).unwrap());
        });
    }
}

#[test]
fn of_a_signature() {
    let client = client();
    let input =
        ListObjectsV2Input { bucket: "bucket".to_owned(), prefix: Some("logs/2026/".to_owned()), ..Default::default() };
    let call = Call::new(client.core(), ListObjectsV2Input::OPERATION);
    let endpoint = call.endpoint(&input).unwrap();
    let Scheme::Signature(signature) = call.scheme(&endpoint).unwrap() else { panic!("S3 wants a signature") };
    let credentials = call.credentials().unwrap();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let mut request = Request {
        method: "POST",
        query: "list-type=2&prefix=logs%2F2026%2F".into(),
        body: body.into(),
        ..Request::default()
    };
    join(&mut request, &endpoint, None).unwrap();
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("User-Agent", "botocore-rust");
    let ours = time("Signature Version 4", || {
        signing::sign(&mut request, &call.signing(&credentials, &signature, Payload::Body)).unwrap();
        black_box(&request);
    });
    // The same hashes: of the body, of as long a canonical request, and the signature with a key that is kept.
    let (canonical, to_sign) = ([b'a'; 360], [b'b'; 130]);
    let key = [7; 32];
    let bare = time("bare hashes", || {
        black_box(digest::digest(&digest::SHA256, black_box(body.as_bytes())));
        black_box(digest::digest(&digest::SHA256, black_box(&canonical)));
        black_box(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, black_box(&key)), black_box(&to_sign)));
    });
    println!("{:.2} x the bare hashes", ours / bare);
}
