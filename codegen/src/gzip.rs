//! Unpacks gzip files (RFC 1952): botocore's wheel has its larger models so. Ours are not packed, so this is small rather
//! than quick: a crate for it would cost every build more than all of this one's other reading.

/// The content of a gzip file.
///
/// # Errors
/// What is wrong with the file.
pub fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut bits = Bits { bytes, at: header(bytes).ok_or("it does not begin as a gzip file")?, held: 0, count: 0 };
    let mut out = Vec::with_capacity(bytes.len() * 8);
    inflate(&mut bits, &mut out)?;
    let tail = bytes.get(bits.at..bits.at + 8).ok_or(CUT)?;
    let (sum, length) = tail.split_at(4);
    if length != (out.len() as u32).to_le_bytes() || sum != crc32(&out).to_le_bytes() {
        return Err("its checksum or length is another".to_owned());
    }
    Ok(out)
}

const CUT: &str = "it ends too early";

const MEANINGLESS: &str = "a code means nothing";

/// Where the header ends.
fn header(bytes: &[u8]) -> Option<usize> {
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *bytes.strip_prefix(&[0x1f, 0x8b, 8])?.first()?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            at += 1 + bytes.get(at..)?.iter().position(|byte| *byte == 0)?;
        }
    }
    Some(if flags & CHECKSUM != 0 { at + 2 } else { at })
}

/// Bits, the lowest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    /// The next `wanted` bits, 13 at most.
    fn take(&mut self, wanted: u32) -> Result<usize, String> {
        while self.count < wanted {
            self.held |= u32::from(*self.bytes.get(self.at).ok_or(CUT)?) << self.count;
            self.at += 1;
            self.count += 8;
        }
        let taken = self.held & ((1 << wanted) - 1);
        self.held >>= wanted;
        self.count -= wanted;
        Ok(taken as usize)
    }

    /// The next symbol of a code.
    fn symbol(&mut self, code: &Code) -> Result<usize, String> {
        let (mut bits, mut first, mut index) = (0, 0, 0);
        for count in &code.counts[1..] {
            bits |= self.take(1)?;
            if bits < first + count {
                return Ok(code.symbols[index + bits - first]);
            }
            index += count;
            first = (first + count) << 1;
            bits <<= 1;
        }
        Err(MEANINGLESS.to_owned())
    }
}

/// A canonical Huffman code: how many symbols there are of each length, and the symbols in the order of their codes.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    /// From the lengths of the symbols' codes.
    fn new(lengths: &[usize]) -> Result<Self, String> {
        let mut counts = [0; 16];
        lengths.iter().filter(|length| **length > 0).for_each(|length| counts[*length] += 1);
        let mut free = 1_usize;
        for count in &counts[1..] {
            free = (free << 1).checked_sub(*count).ok_or("a code has too many symbols")?;
        }
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        Ok(Code { counts, symbols })
    }
}

/// Unpacks deflated data (RFC 1951).
fn inflate(bits: &mut Bits<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(bits, out)?,
            1 => {
                let lengths: Vec<usize> =
                    (0..288).map(|symbol| [8, 9, 7, 8][FIXED.partition_point(|end| *end <= symbol)]).collect();
                block(bits, out, &Code::new(&lengths)?, &Code::new(&[5; 30])?)?;
            }
            2 => {
                let (symbols, distances) = codes(bits)?;
                block(bits, out, &symbols, &distances)?;
            }
            _ => return Err("a block is of no known kind".to_owned()),
        }
        if last {
            return Ok(());
        }
    }
}

/// Where the lengths of the fixed code change.
const FIXED: [usize; 3] = [144, 256, 280];

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    (bits.held, bits.count) = (0, 0);
    let head = bits.bytes.get(bits.at..bits.at + 4).ok_or(CUT)?;
    let length = usize::from(u16::from_le_bytes([head[0], head[1]]));
    let start = bits.at + 4;
    out.extend_from_slice(bits.bytes.get(start..start + length).ok_or(CUT)?);
    bits.at = start + length;
    Ok(())
}

/// The codes of a block that brings its own.
fn codes(bits: &mut Bits<'_>) -> Result<(Code, Code), String> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let symbols = 257 + bits.take(5)?;
    let all = symbols + 1 + bits.take(5)?;
    let mut own = [0; 19];
    for place in &ORDER[..4 + bits.take(4)?] {
        own[*place] = bits.take(3)?;
    }
    let own = Code::new(&own)?;
    let mut lengths = Vec::new();
    while lengths.len() < all {
        let (length, times) = match bits.symbol(&own)? {
            16 => (*lengths.last().ok_or("a code repeats nothing")?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length, 1),
        };
        lengths.extend(std::iter::repeat_n(length, times));
    }
    if lengths.len() > all {
        return Err("a code repeats too much".to_owned());
    }
    Ok((Code::new(&lengths[..symbols])?, Code::new(&lengths[symbols..])?))
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, symbols: &Code, distances: &Code) -> Result<(), String> {
    loop {
        let symbol = bits.symbol(symbols)?;
        let length = match symbol {
            0..256 => {
                out.push(symbol as u8);
                continue;
            }
            256 => return Ok(()),
            257..265 => symbol - 254,
            265..285 => step(bits, symbol - 265, 2)? + 11,
            285 => 258,
            _ => return Err(MEANINGLESS.to_owned()),
        };
        let distance = match bits.symbol(distances)? {
            symbol @ 0..4 => symbol + 1,
            symbol => step(bits, symbol - 4, 1)? + 5,
        };
        let start = out.len().checked_sub(distance).ok_or("it repeats what is before its start")?;
        for at in start..start + length {
            out.push(out[at]);
        }
    }
}

/// How far a symbol lies above the first that has bits of its own: `2^power` symbols for each number of such bits.
fn step(bits: &mut Bits<'_>, symbol: usize, power: u32) -> Result<usize, String> {
    let group = 1 << power;
    let more = (symbol >> power) + 1;
    if more > 13 {
        return Err(MEANINGLESS.to_owned());
    }
    let base = group * ((1 << more) - 2) + ((symbol & (group - 1)) << more);
    Ok(base + bits.take(more as u32)?)
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0_u32; 256];
    for (start, entry) in (0_u32..).zip(&mut table) {
        *entry = (0..8).fold(start, |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 });
    }
    !bytes.iter().fold(!0, |sum, byte| table[((sum ^ u32::from(*byte)) & 0xff) as usize] ^ (sum >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with zlib: a block with codes of its own, of the text that [`members`] gives.
    const OWN_CODES: &str = "1f8b08000000000002038dd33d0a83501444e1ad3c6e6d911913ffd6e1060c3c48f382981482b877c1522c4e7b39d5fd\
        982dbe53c931a428b9bcf3921e51a5f87da6f93c8e79fdc75ea5ed9a89656659cdb227cb5e2c6b58d6b2ac63590fdf4b19a0832084a084\
        2085a0852086a0862087a087a187e92ea087a187a187a187a187a187a187ef3d0e2cbcb2f4a6040000";
    /// Made with zlib: a block with the fixed codes.
    const FIXED_CODES: &str = "1f8b08000000000002032bc957484ad551c82f52c8cb2f512881f0c0140029a2eadc1a000000";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    fn members() -> String {
        (0..30).map(|number| format!(r#"{{"name": "member {number}", "shape": "Text"}}, "#)).collect()
    }

    #[test]
    fn blocks_of_both_codes() {
        assert_eq!(unpack(&bytes(OWN_CODES)), Ok(members().into_bytes()));
        assert_eq!(unpack(&bytes(FIXED_CODES)).as_deref(), Ok(b"to be, or not to be, to be".as_slice()));
    }

    #[test]
    fn headers_may_say_more() {
        let plain = bytes(FIXED_CODES);
        let mut file = vec![0x1f, 0x8b, 8, 2 + 4 + 8 + 16];
        file.extend(&plain[4..10]);
        file.extend(b"\x03\0abcname\0comment\0\0\0");
        file.extend(&plain[10..]);
        assert_eq!(unpack(&file), unpack(&plain));
    }

    #[test]
    fn what_is_broken_is_an_error() {
        for hex in [OWN_CODES, FIXED_CODES] {
            let whole = bytes(hex);
            for length in 0..whole.len() {
                assert!(unpack(&whole[..length]).is_err(), "{length}");
            }
            // From the first byte of data on. The bits that fill up its last byte say nothing.
            for at in 80..8 * whole.len() {
                let mut flipped = whole.clone();
                flipped[at / 8] ^= 1 << (at % 8);
                let unpacked = unpack(&flipped);
                assert!(unpacked.is_err() || unpacked == unpack(&whole), "{at}");
            }
        }
    }
}
