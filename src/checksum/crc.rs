/// A reflected cyclic redundancy check of at most 64 bits, sixteen bytes a step.
///
/// Entry `[n][byte]` is what a byte does to the sum when `n` more follow, so the sixteen look-ups of a step do not wait
/// for one another.
pub(super) struct Crc {
    tables: [[u64; 256]; 16],
    ones: u64,
}

/// Castagnoli's CRC-32 (RFC 3720, appendix B.4)
pub(super) static CRC32C: Crc = Crc::new(0x82f6_3b78, 0xffff_ffff);
/// CRC-64 of the NVM Express specification
pub(super) static CRC64NVME: Crc = Crc::new(0x9a6c_9329_ac4b_c9b5, u64::MAX);

impl Crc {
    const fn new(polynomial: u64, ones: u64) -> Self {
        let mut tables = [[0; 256]; 16];
        let mut byte = 0;
        while byte < 256 {
            let mut sum = byte as u64;
            let mut bit = 0;
            while bit < 8 {
                sum = (sum >> 1) ^ if sum & 1 == 1 { polynomial } else { 0 };
                bit += 1;
            }
            tables[0][byte] = sum;
            byte += 1;
        }
        let mut following = 1;
        while following < 16 {
            let mut byte = 0;
            while byte < 256 {
                let sum = tables[following - 1][byte];
                tables[following][byte] = (sum >> 8) ^ tables[0][(sum & 0xff) as usize];
                byte += 1;
            }
            following += 1;
        }
        Crc { tables, ones }
    }

    pub(super) fn start(&self) -> u64 {
        self.ones
    }

    pub(super) fn finish(&self, sum: u64) -> u64 {
        sum ^ self.ones
    }

    pub(super) fn update(&self, mut sum: u64, bytes: &[u8]) -> u64 {
        let (steps, rest) = bytes.as_chunks::<16>();
        for step in steps {
            sum = self.step(sum, step);
        }
        for byte in rest {
            sum = (sum >> 8) ^ self.tables[0][usize::from(sum as u8 ^ byte)];
        }
        sum
    }

    #[inline]
    fn step(&self, sum: u64, bytes: &[u8; 16]) -> u64 {
        let whole = u128::from_le_bytes(*bytes) ^ u128::from(sum);
        let mut next = 0;
        for (place, byte) in whole.to_le_bytes().into_iter().enumerate() {
            next ^= self.tables[15 - place][usize::from(byte)];
        }
        next
    }
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
}
