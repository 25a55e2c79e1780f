//! A proof of possession (DPoP, RFC 9449): a token signed with the key of a login, for one request.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use crate::error::{Error, ErrorKind, Result};
use crate::signing::p256_public_key;

/// The object identifier of the curve P-256 in DER: 1.2.840.10045.3.1.7
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// A private key on the curve P-256.
pub(super) struct Key {
    pair: EcdsaKeyPair,
    /// The public key: a 4, then the two coordinates.
    public: [u8; 65],
}

impl Key {
    /// The key of a PEM text, as PKCS #8 (RFC 5958) or SEC 1 (RFC 5915) have it.
    pub(super) fn from_pem(pem: &str) -> Option<Key> {
        let lines = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let der = STANDARD.decode(lines.collect::<String>()).ok()?;
        let private = private_key(&der)?;
        let public = p256_public_key(&private);
        let random = SystemRandom::new();
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &private, &public, &random);
        Some(Key { pair: pair.ok()?, public })
    }

    /// The proof for a POST to `url` at `now`, seconds since 1970; `id` serves once.
    pub(super) fn of_post(&self, url: &str, now: i64, id: &str) -> Result<String> {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (x, y) = (encoded(&self.public[1..33]), encoded(&self.public[33..]));
        let header =
            format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{x}","y":"{y}","crv":"P-256"}}}}"#);
        let claims = serde_json::json!({"htm": "POST", "htu": url, "iat": now, "jti": id}).to_string();
        let signed = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| {
            Error::new(ErrorKind::Credentials, "The system gave no random numbers to sign a proof of the login with.")
        })?;
        Ok(format!("{signed}.{}", encoded(signature.as_ref())))
    }
}

/// The number in an `ECPrivateKey`, which may lie in a `PrivateKeyInfo`.
fn private_key(der: &[u8]) -> Option<[u8; 32]> {
    let (key, _) = part(der, SEQUENCE)?;
    let (version, rest) = part(key, INTEGER)?;
    match version {
        [1] => {
            let (number, _) = part(rest, OCTETS)?;
            let mut padded = [0; 32];
            padded[32_usize.checked_sub(number.len())?..].copy_from_slice(number);
            Some(padded)
        }
        [0] => {
            let (algorithm, rest) = part(rest, SEQUENCE)?;
            if !algorithm.ends_with(&P256) {
                return None;
            }
            let (inner, _) = part(rest, OCTETS)?;
            // One level: a key within a key within a key is none.
            inner.get(2..).filter(|_| inner.first() == Some(&SEQUENCE))?;
            let (key, _) = part(inner, SEQUENCE)?;
            let (version, _) = part(key, INTEGER)?;
            if version == [1] { private_key(inner) } else { None }
        }
        _ => None,
    }
}

/// The contents of a DER value of that type, and what follows it.
fn part(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (head, rest) = der.split_at_checked(2)?;
    if head[0] != tag {
        return None;
    }
    let (length, rest) = match head[1] {
        short @ ..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    /// The key of RFC 6979, appendix A.2.5, in both forms.
    const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MDECAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n\
        AwEH\n-----END EC PRIVATE KEY-----\n";
    const PKCS8: &str = "-----BEGIN PRIVATE KEY-----\n\
        ME0CAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEMzAxAgEBBCDJr6nYRbp1FmtcIVdn\n\
        sdaTTlDD2zbomxJ7imIrEg9nIaAKBggqhkjOPQMBBw==\n-----END PRIVATE KEY-----";

    #[test]
    fn a_proof_is_signed_by_its_own_key() {
        let key = Key::from_pem(SEC1).unwrap();
        assert_eq!(Key::from_pem(PKCS8).unwrap().public, key.public);
        let proof = key.of_post("https://a.example/v1/token", 1_700_000_000, "id-1").unwrap();
        let parts: Vec<_> = proof.split('.').collect();
        let text = |place: usize| String::from_utf8(URL_SAFE_NO_PAD.decode(parts[place]).unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_str(&text(0)).unwrap();
        assert_eq!((&header["typ"], &header["alg"]), (&"dpop+jwt".into(), &"ES256".into()));
        assert_eq!(header["jwk"]["x"], "YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y");
        let claims: serde_json::Value = serde_json::from_str(&text(1)).unwrap();
        let expected = serde_json::json!({"htm": "POST", "htu": "https://a.example/v1/token", "iat": 1_700_000_000, "jti": "id-1"});
        assert_eq!(claims, expected);
        let signed = format!("{}.{}", parts[0], parts[1]);
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public);
        public.verify(signed.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn damaged_keys_are_none() {
        let whole = STANDARD.decode(SEC1.lines().skip(1).take(2).collect::<String>()).unwrap();
        assert!(Key::from_pem(&STANDARD.encode(&whole)).is_some());
        for length in 0..39 {
            assert!(Key::from_pem(&STANDARD.encode(&whole[..length])).is_none(), "{length}");
        }
        for pem in ["", "-----BEGIN PRIVATE KEY-----", "not base64!", "MAA=", "MAMCAQA=", "MAMCAQE="] {
            assert!(Key::from_pem(pem).is_none(), "{pem}");
        }
        for place in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[place] ^= 1 << bit;
                assert!(Key::from_pem(&STANDARD.encode(&changed)).is_none_or(|key| key.public[0] == 4));
            }
        }
    }
}
