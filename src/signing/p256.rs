//! The public key of a private one on the curve P-256 (SP 800-186, section 3.2.1.3), which `ring` checks but does not give.
//!
//! One multiplication a secret, so the code is short and not fast. What is done does not depend on the key's bits.

/// An integer modulo the field's prime, times 2^256 (Montgomery's form); the least significant word first.
#[derive(Clone, Copy)]
struct Element([u64; 4]);

const PRIME: [u64; 4] = [0xffff_ffff_ffff_ffff, 0x0000_0000_ffff_ffff, 0, 0xffff_ffff_0000_0001];
const B: [u64; 4] = [0x3bce_3c3e_27d2_604b, 0x651d_06b0_cc53_b0f6, 0xb3eb_bd55_7698_86bc, 0x5ac6_35d8_aa3a_93e7];
const GENERATOR_X: [u64; 4] =
    [0xf4a1_3945_d898_c296, 0x7703_7d81_2deb_33a0, 0xf8bc_e6e5_63a4_40f2, 0x6b17_d1f2_e12c_4247];
const GENERATOR_Y: [u64; 4] =
    [0xcbb6_4068_37bf_51f5, 0x2bce_3357_6b31_5ece, 0x8ee7_eb4a_7c0f_9e16, 0x4fe3_42e2_fe1a_7f9b];

/// A point in projective coordinates.
#[derive(Clone, Copy)]
struct Point {
    x: Element,
    y: Element,
    z: Element,
}

/// The uncompressed point (SEC 1, section 2.3.3) that belongs to the private key, big-endian.
pub(crate) fn public_key(private_key: &[u8; 32]) -> [u8; 65] {
    let one = Element::new([1, 0, 0, 0]);
    let zero = Element([0; 4]);
    let b = Element::new(B);
    let generator = Point { x: Element::new(GENERATOR_X), y: Element::new(GENERATOR_Y), z: one };
    let mut point = Point { x: zero, y: one, z: zero };
    for byte in private_key {
        for bit in (0..8).rev() {
            point = point.add(&point, b);
            let with_generator = point.add(&generator, b);
            point = Point::select(byte >> bit & 1, with_generator, point);
        }
    }
    let inverse = point.z.invert(one);
    let mut encoded = [4; 65];
    encoded[1..33].copy_from_slice(&point.x.mul(inverse).to_bytes());
    encoded[33..].copy_from_slice(&point.y.mul(inverse).to_bytes());
    encoded
}

impl Point {
    /// The sum of any two points, the same one and none included: Renes, Costello and Batina, "Complete addition formulas
    /// for prime order elliptic curves" (2015), with a = -3.
    fn add(&self, other: &Point, b: Element) -> Point {
        let xx = self.x.mul(other.x);
        let yy = self.y.mul(other.y);
        let zz = self.z.mul(other.z);
        let xy = self.x.mul(other.y).add(other.x.mul(self.y));
        let xz = self.x.mul(other.z).add(other.x.mul(self.z));
        let yz = self.y.mul(other.z).add(other.y.mul(self.z));
        // a(X1Z2 + X2Z1) + 3bZ1Z2
        let s = b.mul(zz).sub(xz).triple();
        // aX1X2 + 3b(X1Z2 + X2Z1) - a²Z1Z2
        let t = b.mul(xz).sub(xx).sub(zz.triple()).triple();
        // 3X1X2 + aZ1Z2
        let u = xx.sub(zz).triple();
        let (plus, minus) = (yy.add(s), yy.sub(s));
        Point { x: xy.mul(minus).sub(yz.mul(t)), y: u.mul(t).add(plus.mul(minus)), z: yz.mul(plus).add(xy.mul(u)) }
    }

    fn select(bit: u8, if_set: Point, if_not: Point) -> Point {
        let select = |a, b| Element::select(u64::from(bit), a, b);
        Point { x: select(if_set.x, if_not.x), y: select(if_set.y, if_not.y), z: select(if_set.z, if_not.z) }
    }
}

impl Element {
    /// Doubling 256 times is multiplying by 2^256.
    fn new(value: [u64; 4]) -> Self {
        (0..256).fold(Element(value), |element, _| element.add(element))
    }

    fn add(self, other: Element) -> Element {
        let mut sum = [0; 5];
        let mut carry = 0;
        for (place, (a, b)) in self.0.into_iter().zip(other.0).enumerate() {
            let word = u128::from(a) + u128::from(b) + carry;
            sum[place] = word as u64;
            carry = word >> 64;
        }
        sum[4] = carry as u64;
        Element::reduce(sum)
    }

    fn triple(self) -> Element {
        self.add(self).add(self)
    }

    /// The other's negative is the prime less the other; zero gives the prime itself, which the sum reduces.
    fn sub(self, other: Element) -> Element {
        self.add(Element(less(PRIME, other.0).0))
    }

    /// The product over 2^256. The prime's lowest word is -1 modulo 2^64, so the lowest word of the product is itself the
    /// multiple of the prime that makes it vanish.
    fn mul(self, other: Element) -> Element {
        let mut product = [0_u64; 6];
        for factor in other.0 {
            let carry = add_multiple(&mut product, self.0, factor);
            add_at(&mut product, 4, carry);
            let multiple = product[0];
            let carry = add_multiple(&mut product, PRIME, multiple);
            add_at(&mut product, 4, carry);
            product = [product[1], product[2], product[3], product[4], product[5], 0];
        }
        Element::reduce([product[0], product[1], product[2], product[3], product[4]])
    }

    /// By Fermat's little theorem: the power of the prime less two. `one` is 1 in this form.
    fn invert(self, one: Element) -> Element {
        let (exponent, _) = less(PRIME, [2, 0, 0, 0]);
        (0..256).rev().fold(one, |power, bit| {
            let squared = power.mul(power);
            let set = exponent[bit / 64] >> (bit % 64) & 1;
            Element::select(set, squared.mul(self), squared)
        })
    }

    /// Less the prime, where it is not smaller; `value` is less than twice the prime.
    fn reduce(value: [u64; 5]) -> Element {
        let low = [value[0], value[1], value[2], value[3]];
        let (reduced, borrow) = less(low, PRIME);
        Element::select(borrow & !value[4] & 1, Element(low), Element(reduced))
    }

    fn select(bit: u64, if_set: Element, if_not: Element) -> Element {
        let mask = bit.wrapping_neg();
        Element(std::array::from_fn(|place| (if_set.0[place] & mask) | (if_not.0[place] & !mask)))
    }

    fn to_bytes(self) -> [u8; 32] {
        let plain = self.mul(Element([1, 0, 0, 0]));
        let mut bytes = [0; 32];
        for (target, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(plain.0.into_iter().rev()) {
            *target = word.to_be_bytes();
        }
        bytes
    }
}

/// The difference modulo 2^256, and 1 where it is below zero.
fn less(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], u64) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for (place, (a, b)) in a.into_iter().zip(b).enumerate() {
        let (word, first) = a.overflowing_sub(b);
        let (word, second) = word.overflowing_sub(u64::from(borrow));
        difference[place] = word;
        borrow = first | second;
    }
    (difference, u64::from(borrow))
}

/// Adds `value` times `factor` to the lowest words; gives what is carried to the fifth.
fn add_multiple(sum: &mut [u64; 6], value: [u64; 4], factor: u64) -> u64 {
    let mut carry = 0;
    for (place, word) in value.into_iter().enumerate() {
        let wide = u128::from(word) * u128::from(factor) + u128::from(sum[place]) + carry;
        sum[place] = wide as u64;
        carry = wide >> 64;
    }
    carry as u64
}

fn add_at(sum: &mut [u64; 6], place: usize, value: u64) {
    let (word, carry) = sum[place].overflowing_add(value);
    sum[place] = word;
    sum[place + 1] += u64::from(carry);
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn one_gives_the_generator() {
        let mut one = [0; 32];
        one[31] = 1;
        let expected = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                        4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
        assert_eq!(hex(&public_key(&one)), expected);
    }

    /// RFC 6979, appendix A.2.5
    #[test]
    fn the_key_of_the_rfc() {
        let private = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
        let private: Vec<u8> = (0..32).map(|n| u8::from_str_radix(&private[2 * n..2 * n + 2], 16).unwrap()).collect();
        let public = public_key(private.as_slice().try_into().unwrap());
        assert_eq!(hex(&public[1..33]), "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
        assert_eq!(hex(&public[33..]), "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    }

    #[test]
    fn ring_finds_the_same_keys() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..40 {
            let mut private = [0; 32];
            random.fill(&mut private);
            let public = public_key(&private);
            EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_ASN1_SIGNING,
                &private,
                &public,
                &SystemRandom::new(),
            )
            .unwrap_or_else(|cause| panic!("{}: {cause}", hex(&private)));
        }
    }
}
