use std::sync::OnceLock;

const BLOCK: usize = 64;

/// Left rotations, four a round (RFC 1321, section 3.4)
const ROTATIONS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of RFC 1321: not safe against anyone, but S3 wants it of keys that callers bring (`…SSECustomerKeyMD5`).
pub(crate) fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut md5 = Md5::new();
    md5.update(bytes);
    md5.finish()
}

/// An MD5 in the making.
pub(super) struct Md5 {
    state: [u32; 4],
    /// The start of a block whose rest is to come.
    begun: Vec<u8>,
    length: u64,
}

impl Md5 {
    pub(super) fn new() -> Self {
        Md5 { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], begun: Vec::new(), length: 0 }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if !self.begun.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.begun.len()));
            self.begun.extend_from_slice(now);
            bytes = later;
            let Ok(block) = self.begun.as_slice().try_into() else { return };
            mix(&mut self.state, block);
            self.begun.clear();
        }
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        blocks.iter().for_each(|block| mix(&mut self.state, block));
        self.begun.extend_from_slice(rest);
    }

    pub(super) fn finish(mut self) -> [u8; 16] {
        let mut end = self.begun;
        end.push(0x80);
        let filled = (end.len() + 8).next_multiple_of(BLOCK) - 8;
        end.resize(filled, 0);
        end.extend_from_slice(&self.length.wrapping_mul(8).to_le_bytes());
        end.as_chunks::<BLOCK>().0.iter().for_each(|block| mix(&mut self.state, block));
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

fn mix(state: &mut [u32; 4], block: &[u8; BLOCK]) {
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

    #[test]
    fn parts_give_the_sum_of_the_whole() {
        let bytes = [b'x'; 300];
        for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 200] {
            let mut parts = Md5::new();
            bytes.chunks(size).for_each(|part| parts.update(part));
            assert_eq!(parts.finish(), md5(&bytes), "{size}");
        }
    }
}
