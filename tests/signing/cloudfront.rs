//! CloudFront's URLs and cookies by keys in PEM. What is expected was made by botocore's `CloudFrontSigner` with the key
//! in `keys/`, which is for these tests alone.

use botocore::{CloudFrontPolicy, CloudFrontSigner, ErrorKind, Timestamp};
use serde_json::Value;

const PKCS1: &str = include_str!("keys/pkcs1.pem");
const PKCS8: &str = include_str!("keys/pkcs8.pem");
const CASES: &str = include_str!("cloudfront.json");

fn policy(case: &Value) -> Option<CloudFrontPolicy> {
    let mut policy = CloudFrontPolicy::new(case["resource"].as_str()?, moment(&case["until"])?);
    if let Some(since) = moment(&case["since"]) {
        policy = policy.since(since);
    }
    if let Some(address) = case["ip"].as_str() {
        policy = policy.ip_address(address);
    }
    Some(policy)
}

fn moment(seconds: &Value) -> Option<Timestamp> {
    seconds.as_i64().map(Timestamp::from_secs)
}

#[test]
fn urls_and_cookies_are_those_of_botocore() {
    let signer = CloudFrontSigner::from_pem("K2JCJMDEHXQW5F", PKCS8).unwrap();
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 8);
    for case in &cases {
        let (url, until) = (case["url"].as_str().unwrap(), moment(&case["until"]).unwrap());
        let (signed, cookies) = match policy(case) {
            Some(policy) => (signer.sign_url_by(url, &policy).unwrap(), signer.sign_cookies_by(&policy).unwrap()),
            None => (signer.sign_url(url, until).unwrap(), signer.sign_cookies(url, until).unwrap()),
        };
        assert_eq!(signed, case["expected"].as_str().unwrap());
        let parameters: Vec<_> = signed[url.len() + 1..].split('&').map(|pair| format!("CloudFront-{pair}")).collect();
        assert_eq!(cookies.map(|(name, value)| format!("{name}={value}")).as_slice(), parameters);
    }
}

#[test]
fn keys_are_found_in_what_stands_around_them() {
    let until = Timestamp::from_secs(1_767_290_400);
    let signed = |pem: &str| {
        let signer = CloudFrontSigner::from_pem("K", pem).unwrap();
        std::thread::spawn(move || signer.clone().sign_url("https://d.net/a", until).unwrap()).join().unwrap()
    };
    let expected = signed(PKCS8);
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let indented: String = PKCS8.lines().map(|line| format!("    {line}\r\n")).collect();
    for pem in [PKCS1.to_owned(), format!("Key for d.net:\n{certificate}{PKCS1}{certificate}"), indented] {
        assert_eq!(signed(&pem), expected);
    }
}

#[test]
fn what_is_no_key_is_refused_and_not_shown() {
    let elliptic = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJR59Ck6ExKI7Hc1I\n\
        YZz1egIC9hNIG0lFFOYHUwMaKp6hRANCAATLZM8Dg9FNmcC1C+q/cytGNBExIJ2K\n-----END PRIVATE KEY-----";
    let changed = PKCS1.replacen("MIIEpAIBAAKCAQEA2", "MIIEpAIBAAKCAQEA3", 1);
    let cut = PKCS8.replace("-----END PRIVATE KEY-----", "");
    for (pem, expected) in [
        ("", "has no line -----BEGIN"),
        ("MIIEpAIBAAKCAQEA", "has no line -----BEGIN"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "but this: PUBLIC KEY"),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "but this: EC PRIVATE KEY"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "is encrypted"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            "is encrypted",
        ),
        ("-----BEGIN PRIVATE KEY-----\nhush!\n-----END PRIVATE KEY-----", "is not Base64"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "is not a sound key of RSA"),
        (elliptic, "is not a sound key of RSA"),
        (&changed, "is not a sound key of RSA"),
        (&cut, "ends before the line -----END PRIVATE KEY-----"),
    ] {
        let error = CloudFrontSigner::from_pem("KEY", pem).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Sign);
        assert!(text.starts_with("The private key of CloudFront's key KEY could not be read"), "{text}");
        assert!(text.contains(expected) && !text.contains("hush") && !text.contains("MII"), "{text}");
    }
}
