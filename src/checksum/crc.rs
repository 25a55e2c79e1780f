/// Words that are summed side by side, because each look-up in a sum waits for the one before.
const STRANDS: usize = 5;
const WORD: usize = 8;
const BLOCK: usize = STRANDS * WORD;

/// A reflected cyclic redundancy check of at most 64 bits.
///
/// A block is a row of words. The n-th words of all blocks are summed as if the others were zero; in the last block the
/// sums are joined. This is Kadatch and Jenkins' method, "Everything we know about CRC but afraid to forget" (2010).
pub(super) struct Crc {
    /// What each byte of a word does to the sum when the word ends the message.
    near: [[u64; 256]; WORD],
    /// The same when a block less a word follows.
    far: [[u64; 256]; WORD],
    ones: u64,
}

/// Castagnoli's CRC-32 (RFC 3720, appendix B.4)
pub(super) static CRC32C: Crc = Crc::new(0x82f6_3b78, 0xffff_ffff);
/// CRC-64 of the NVM Express specification
#[cfg(any(test, not(target_arch = "x86_64")))]
static CRC64NVME: Crc = Crc::new(0x9a6c_9329_ac4b_c9b5, u64::MAX);

impl Crc {
    const fn new(polynomial: u64, ones: u64) -> Self {
        let mut crc = Crc { near: [[0; 256]; WORD], far: [[0; 256]; WORD], ones };
        let mut byte = 0;
        while byte < 256 {
            let mut sum = byte as u64;
            let mut following = 0;
            while following < BLOCK {
                let mut bit = 0;
                while bit < 8 {
                    sum = (sum >> 1) ^ if sum & 1 == 1 { polynomial } else { 0 };
                    bit += 1;
                }
                if following < WORD {
                    crc.near[WORD - 1 - following][byte] = sum;
                }
                if following >= BLOCK - WORD {
                    crc.far[BLOCK - 1 - following][byte] = sum;
                }
                following += 1;
            }
            byte += 1;
        }
        crc
    }

    pub(super) fn start(&self) -> u64 {
        self.ones
    }

    pub(super) fn finish(&self, sum: u64) -> u64 {
        sum ^ self.ones
    }

    pub(super) fn update(&self, mut sum: u64, bytes: &[u8]) -> u64 {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        if let Some((last, blocks)) = blocks.split_last() {
            let mut sums = [0; STRANDS];
            sums[0] = sum;
            for block in blocks {
                for (sum, word) in sums.iter_mut().zip(words(block)) {
                    *sum = look_up(&self.far, *sum ^ word);
                }
            }
            sum = sums
                .into_iter()
                .zip(words(last))
                .fold(0, |sum, (strand, word)| look_up(&self.near, sum ^ strand ^ word));
        }
        for byte in rest {
            sum = (sum >> 8) ^ self.near[WORD - 1][usize::from(sum as u8 ^ byte)];
        }
        sum
    }
}

/// A sum by [`CRC64NVME`] in the making.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) struct Crc64Nvme(u64);

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Crc64Nvme {
    pub(super) fn new() -> Self {
        Crc64Nvme(CRC64NVME.start())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.0 = CRC64NVME.update(self.0, bytes);
    }

    pub(super) fn sum64(&self) -> u64 {
        CRC64NVME.finish(self.0)
    }
}

fn words(block: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
    block.as_chunks::<WORD>().0.iter().map(|word| u64::from_le_bytes(*word))
}

#[inline]
fn look_up(tables: &[[u64; 256]; WORD], word: u64) -> u64 {
    word.to_le_bytes().into_iter().zip(tables).fold(0, |sum, (byte, table)| sum ^ table[usize::from(byte)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(crc: &Crc, bytes: &[u8]) -> u64 {
        crc.finish(crc.update(crc.start(), bytes))
    }

    /// The check values of the catalogue of parametrised CRC algorithms
    #[test]
    fn check_values() {
        assert_eq!(sum(&CRC32C, b"123456789"), 0xe306_9283);
        assert_eq!(sum(&CRC64NVME, b"123456789"), 0xae8b_1486_0a79_9888);
    }

    #[test]
    fn parts_give_the_sum_of_the_whole() {
        let bytes: Vec<u8> = (0..1000_u32).map(|n| ((n * n) >> 3) as u8).collect();
        for crc in [&CRC32C, &CRC64NVME] {
            let slowly = bytes.iter().fold(crc.start(), |sum, byte| crc.update(sum, &[*byte]));
            assert_eq!(crc.finish(slowly), sum(crc, &bytes));
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn tables_and_instructions_agree() {
        let bytes: Vec<u8> = (0..5000_u32).map(|n| ((n * n) >> 5) as u8).collect();
        for size in [0, 1, 15, 16, 127, 128, 129, 1023, 1024, 5000] {
            let (mut ours, mut theirs) = (Crc64Nvme::new(), crc64fast_nvme::Digest::new());
            for part in bytes[..size].chunks(700) {
                ours.write(part);
                theirs.write(part);
            }
            assert_eq!(ours.sum64(), theirs.sum64(), "{size}");
        }
    }
}
