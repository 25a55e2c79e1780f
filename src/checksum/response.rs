use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Algorithm, Checksum};
use crate::error::{Error, ErrorKind};
use crate::http::{Body, Response};

/// Makes the body fail at its end when it does not have the checksum that a header names; gives the algorithm.
///
/// `algorithms` are those the operation may answer with (`checksum-responses`). A sum of sums, which ends in `-` and the
/// number of parts, is passed over. Source: botocore's `handle_checksum_body`.
pub(crate) fn check(response: &mut Response, algorithms: &[Algorithm]) -> Option<Algorithm> {
    let mut known = Algorithm::BY_PRIORITY.into_iter().filter(|algorithm| algorithms.contains(algorithm));
    let (algorithm, expected) = known.find_map(|algorithm| {
        let expected = response.headers.get(algorithm.header())?;
        (!expected.contains('-')).then(|| (algorithm, expected.to_owned()))
    })?;
    let length = response.body.len();
    let checked = Checked {
        source: std::mem::take(&mut response.body),
        remaining: length,
        checksum: Some(Checksum::new(algorithm)),
        algorithm,
        expected,
    };
    response.body = match length {
        Some(length) => Body::from_sized_reader(checked, length),
        None => Body::from_reader(checked),
    };
    Some(algorithm)
}

struct Checked {
    source: Body,
    /// Bytes to come, where that is known: a caller who asks for no more never sees the end.
    remaining: Option<u64>,
    /// Until it has been compared.
    checksum: Option<Checksum>,
    algorithm: Algorithm,
    expected: String,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        if let Some(checksum) = &mut self.checksum {
            checksum.update(&buffer[..read]);
        }
        self.remaining = self.remaining.map(|remaining| remaining.saturating_sub(read as u64));
        if (read == 0 && !buffer.is_empty()) || self.remaining == Some(0) {
            self.compare()?;
        }
        Ok(read)
    }
}

impl Checked {
    fn compare(&mut self) -> io::Result<()> {
        let Some(checksum) = self.checksum.take() else { return Ok(()) };
        let computed = checksum.finish();
        if STANDARD.decode(&self.expected).is_ok_and(|expected| expected == computed) {
            return Ok(());
        }
        let message = format!(
            "The answer's body is not what was sent: its {} checksum is {}, and the header {} says {}",
            self.algorithm.name(),
            STANDARD.encode(computed),
            self.algorithm.header(),
            self.expected
        );
        Err(io::Error::other(Error::new(ErrorKind::Body, message)))
    }
}
