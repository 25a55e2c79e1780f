use std::sync::OnceLock;

/// Left rotations, four a round (RFC 1321, section 3.4)
const ROTATIONS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of RFC 1321: not safe against anyone, but S3 wants it of keys that callers bring (`…SSECustomerKeyMD5`).
pub(crate) fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut sum = Md5::new();
    sum.update(bytes);
    sum.finish()
}

/// An MD5 on its way, piece by piece.
pub(crate) struct Md5 {
    state: [u32; 4],
    /// What does not fill a block yet: of `length`, the bytes beyond whole blocks.
    rest: [u8; 64],
    /// Bytes seen so far.
    length: u64,
}

impl Md5 {
    pub(crate) fn new() -> Self {
        Md5 { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], rest: [0; 64], length: 0 }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        let held = (self.length % 64) as usize;
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if held > 0 {
            let (first, others) = bytes.split_at(bytes.len().min(64 - held));
            self.rest[held..held + first.len()].copy_from_slice(first);
            if held + first.len() < 64 {
                return;
            }
            mix(&mut self.state, &self.rest);
            bytes = others;
        }
        let (blocks, rest) = bytes.as_chunks::<64>();
        blocks.iter().for_each(|block| mix(&mut self.state, block));
        self.rest[..rest.len()].copy_from_slice(rest);
    }

    pub(crate) fn finish(mut self) -> [u8; 16] {
        let held = (self.length % 64) as usize;
        let mut end = [0; 128];
        end[..held].copy_from_slice(&self.rest[..held]);
        end[held] = 0x80;
        let length = if held < 56 { 64 } else { 128 };
        end[length - 8..length].copy_from_slice(&self.length.wrapping_mul(8).to_le_bytes());
        end[..length].as_chunks::<64>().0.iter().for_each(|block| mix(&mut self.state, block));
        let mut sum = [0; 16];
        for (target, word) in sum.as_chunks_mut::<4>().0.iter_mut().zip(self.state) {
            *target = word.to_le_bytes();
        }
        sum
    }
}

/// The integer parts of 2^32 times the sines of 1 to 64, which is how the RFC defines its table.
fn sines() -> &'static [u32; 64] {
    static SINES: OnceLock<[u32; 64]> = OnceLock::new();
    SINES.get_or_init(|| std::array::from_fn(|n| (((n + 1) as f64).sin().abs() * 4_294_967_296.0) as u32))
}

fn mix(state: &mut [u32; 4], block: &[u8; 64]) {
    let sines = sines();
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let [mut a, mut b, mut c, mut d] = *state;
    for step in 0..64 {
        let (mixed, word) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        let sum = a.wrapping_add(mixed).wrapping_add(sines[step]).wrapping_add(words[word % 16]);
        let rotated = sum.rotate_left(ROTATIONS[step / 16][step % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(rotated));
    }
    for (word, mixed) in state.iter_mut().zip([a, b, c, d]) {
        *word = word.wrapping_add(mixed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_give_the_sum_of_the_whole() {
        let bytes: Vec<u8> = (0..300_u16).map(|n| n as u8).collect();
        for size in [1, 7, 55, 56, 63, 64, 65, 128, 300] {
            let mut sum = Md5::new();
            bytes.chunks(size).for_each(|piece| sum.update(piece));
            assert_eq!(sum.finish(), md5(&bytes), "pieces of {size}");
        }
    }

    /// RFC 1321, appendix A.5
    #[test]
    fn the_suite_of_the_rfc() {
        for (text, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            let digits: String = md5(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digits, expected, "{text}");
        }
    }
}
