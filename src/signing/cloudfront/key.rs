//! RSA with SHA-1, as CloudFront wants it: ring signs with newer sums only.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::rand_core::OsRng;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use thiserror::Error;

/// What stands before a SHA-1 sum that is signed: RFC 8017, section 9.2, note 1.
const SHA1: [u8; 15] = [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// Why a text gives no key. Nothing of the text is in it.
#[derive(Debug, Error)]
pub(super) enum Problem {
    #[error("The text has no line -----BEGIN … PRIVATE KEY-----")]
    NoKey,
    #[error("The text ends before the line -----END {0}-----")]
    Unfinished(String),
    #[error("The key is encrypted: `openssl pkey` writes it without a password")]
    Encrypted,
    #[error("The text holds no private key of RSA, but this: {0}")]
    Other(String),
    #[error("What stands between the lines of {0} is not Base64")]
    Base64(String),
    #[error("The {0} is not a sound key of RSA: {1}")]
    Unsound(String, String),
}

/// A private key. Its memory is overwritten when it goes.
pub(super) struct Key(RsaPrivateKey);

impl Key {
    pub(super) fn read(pem: &str) -> Result<Self, Problem> {
        let (label, lines) = block(pem)?;
        let unsound = |cause: &dyn std::fmt::Display| Problem::Unsound(label.to_owned(), cause.to_string());
        let der = || BASE64_STANDARD.decode(lines.concat()).map_err(|_| Problem::Base64(label.to_owned()));
        let key = match label {
            "RSA PRIVATE KEY" if lines.iter().any(|line| line.contains(':')) => return Err(Problem::Encrypted),
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(&der()?).map_err(|cause| unsound(&cause))?,
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_der(&der()?).map_err(|cause| unsound(&cause))?,
            "ENCRYPTED PRIVATE KEY" => return Err(Problem::Encrypted),
            other => return Err(Problem::Other(other.to_owned())),
        };
        key.validate().map_err(|cause| unsound(&cause))?;
        Ok(Key(key))
    }

    pub(super) fn sign(&self, message: &[u8]) -> rsa::Result<Vec<u8>> {
        let sum = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message);
        let padding = Pkcs1v15Sign { hash_len: Some(sum.as_ref().len()), prefix: SHA1.into() };
        self.0.sign_with_rng(&mut OsRng, padding, sum.as_ref())
    }
}

/// The first block that holds a private key, else the first of all: its name and its lines.
fn block(pem: &str) -> Result<(&str, Vec<&str>), Problem> {
    let mut lines = pem.lines().map(str::trim);
    let mut other = None;
    while let Some(line) = lines.next() {
        let label = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----"));
        match label {
            Some(label) if label.ends_with("PRIVATE KEY") => return Ok((label, inside(label, &mut lines)?)),
            Some(label) => other = other.or(Some(label)),
            None => {}
        }
    }
    Err(other.map_or(Problem::NoKey, |label| Problem::Other(label.to_owned())))
}

fn inside<'a>(label: &str, lines: &mut impl Iterator<Item = &'a str>) -> Result<Vec<&'a str>, Problem> {
    let mut inside = Vec::new();
    for line in lines {
        if line.starts_with("-----END ") {
            return Ok(inside);
        }
        inside.push(line);
    }
    Err(Problem::Unfinished(label.to_owned()))
}
