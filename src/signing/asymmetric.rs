use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

use super::signature::push_hex;
use super::{Params, Version, p256};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind, Result};

/// The order of P-256's group, less two: the largest number that gives a key.
const LARGEST: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Key pairs that were derived before: one is good for its secret, everywhere and always.
#[derive(Default)]
pub(super) struct Pairs(Mutex<Vec<Pair>>);

const KEPT: usize = 4;

struct Pair {
    access_key_id: String,
    secret: String,
    keys: Arc<EcdsaKeyPair>,
}

impl Pairs {
    fn get(&self, credentials: &Credentials) -> Result<Arc<EcdsaKeyPair>> {
        let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pair) = kept.iter().find(|pair| pair.access_key_id == id && pair.secret == secret) {
            return Ok(pair.keys.clone());
        }
        let keys = Arc::new(derive(credentials)?);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(Pair { access_key_id: id.to_owned(), secret: secret.to_owned(), keys: keys.clone() });
        Ok(keys)
    }
}

/// The signature of `text`, DER in hexadecimal digits: another one each time, as ECDSA's are.
pub(super) fn sign(params: &Params<'_>, text: &str) -> Result<String> {
    let keys = params.keys.pairs.get(params.credentials)?;
    let signed = keys
        .sign(&SystemRandom::new(), text.as_bytes())
        .map_err(|_| Error::new(ErrorKind::Sign, "The system gave no random numbers to sign with"))?;
    let mut signature = String::with_capacity(144);
    push_hex(&mut signature, signed.as_ref());
    Ok(signature)
}

fn derive(credentials: &Credentials) -> Result<EcdsaKeyPair> {
    let private = private_key(credentials)?;
    let public = p256::public_key(&private);
    let random = SystemRandom::new();
    EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_ASN1_SIGNING, &private, &public, &random)
        .map_err(|_| Error::new(ErrorKind::Sign, "The secret gives no key for Signature Version 4a"))
}

/// SP 800-108's derivation in counter mode, tried until the number is in the group: one try in four thousand million fails.
fn private_key(credentials: &Credentials) -> Result<[u8; 32]> {
    const BITS: [u8; 4] = 256_u32.to_be_bytes();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4A{}", credentials.secret_access_key()).as_bytes());
    for counter in 1..255 {
        let mut context = hmac::Context::with_key(&secret);
        context.update(&1_u32.to_be_bytes());
        context.update(Version::V4a.algorithm().as_bytes());
        context.update(&[0]);
        context.update(credentials.access_key_id().as_bytes());
        context.update(&[counter]);
        context.update(&BITS);
        let candidate: [u8; 32] = context.sign().as_ref().try_into().expect("HMAC-SHA256 has 32 bytes");
        if candidate.cmp(&LARGEST) != Ordering::Greater {
            return Ok(plus_one(candidate));
        }
    }
    Err(Error::new(ErrorKind::Sign, "The secret gives no key for Signature Version 4a"))
}

fn plus_one(mut number: [u8; 32]) -> [u8; 32] {
    let mut carry = 1;
    for byte in number.iter_mut().rev() {
        let sum = u16::from(*byte) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    number
}

#[cfg(test)]
pub(super) fn public_key(credentials: &Credentials) -> [u8; 65] {
    p256::public_key(&private_key(credentials).unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carry_goes_through() {
        let mut number = [0xff; 32];
        number[0] = 7;
        let mut expected = [0; 32];
        expected[0] = 8;
        assert_eq!(plus_one(number), expected);
    }
}
