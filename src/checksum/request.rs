use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::chunked::{self, CHUNK};
use super::{Algorithm, Checksum};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Request};
use crate::user_agent;

/// Bytes that are given to one sum after the other: they stay in the processor's cache.
const PIECE: usize = 64 * 1024;

/// The setting `request_checksum_calculation`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Calculation {
    /// Wherever the operation knows checksums.
    #[default]
    WhenSupported,
    /// Only where the operation requires one.
    WhenRequired,
}

/// What the model, the input and the settings say of a request's checksum.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// The operation has a member that chooses the algorithm (`requestAlgorithmMember`).
    pub(crate) supported: bool,
    /// `requestChecksumRequired`, or the older `httpChecksumRequired`, which meant Content-MD5.
    pub(crate) required: bool,
    /// That member's value, when the caller gave one.
    pub(crate) algorithm: Option<&'a str>,
    /// The header that the member travels in, `x-amz-sdk-checksum-algorithm`.
    pub(crate) algorithm_header: Option<&'static str>,
    /// The input has a streaming member.
    pub(crate) streaming: bool,
    pub(crate) calculation: Calculation,
    /// The server may want a required checksum in the older form.
    pub(crate) old: bool,
}

/// Where the checksum of a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Header,
    /// At the end of a body that is to be `aws-chunked`.
    Trailer,
}

/// The checksum that a request is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) algorithm: Algorithm,
    pub(crate) place: Place,
    /// There is to be the header `Content-MD5` too.
    pub(crate) md5: bool,
}

/// The checksum that the model and the settings ask for; none where the caller brought one. Not for presigned requests,
/// whose body is not known. Source: botocore's `resolve_request_checksum_algorithm`.
///
/// # Errors
/// When the algorithm is not known.
pub(crate) fn plan(request: &mut Request, choice: &Choice<'_>) -> Result<Option<Plan>> {
    if has_own_checksum(request) {
        return Ok(None);
    }
    let algorithm = match choice.algorithm {
        Some(name) if choice.supported => named(name)?,
        _ if choice.required || (choice.supported && choice.calculation == Calculation::WhenSupported) => {
            if let Some(header) = choice.algorithm_header {
                request.headers.set(header, Algorithm::Crc32.name());
            }
            Algorithm::Crc32
        }
        _ => return Ok(None),
    };
    user_agent::register(user_agent::of_checksum(algorithm));
    // The trailer is not signed, so only TLS protects it; but what is read once can be summed in no other way.
    let trailer = choice.streaming && (request.origin.starts_with("https://") || !request.body.is_replayable());
    let md5 = choice.old
        && choice.required
        && choice.calculation == Calculation::WhenRequired
        && request.headers.get("Content-MD5").is_none();
    Ok(Some(Plan { algorithm, place: if trailer { Place::Trailer } else { Place::Header }, md5 }))
}

/// Adds the planned checksum. With `hash` the body's SHA-256 is given as well, taken while the body is read for a
/// checksum in a header. Source: botocore's `apply_request_checksum`.
///
/// # Errors
/// When the sum must go in a header and the body fails.
pub(crate) fn add(request: &mut Request, plan: Plan, hash: bool) -> Result<Option<Vec<u8>>> {
    let Plan { algorithm, place, md5 } = plan;
    if place == Place::Trailer {
        set_trailer(request, algorithm)?;
        return Ok(None);
    }
    let own = algorithm == Algorithm::Sha256;
    let mut checksum = Checksum::new(algorithm);
    let mut beside = [(hash && !own).then_some(Algorithm::Sha256), md5.then_some(Algorithm::Md5)]
        .map(|algorithm| algorithm.map(Checksum::new));
    look_through(&mut request.body, |bytes| {
        for piece in bytes.chunks(PIECE) {
            checksum.update(piece);
            beside.iter_mut().flatten().for_each(|other| other.update(piece));
        }
    })?;
    let sum = checksum.finish();
    request.headers.set(algorithm.header(), STANDARD.encode(&sum));
    let [other, md5] = beside;
    if let Some(md5) = md5 {
        request.headers.set("Content-MD5", md5.finish_base64());
    }
    Ok(other.map(Checksum::finish).or((hash && own).then_some(sum)))
}

fn named(name: &str) -> Result<Algorithm> {
    Algorithm::from_name(name).ok_or_else(|| {
        Error::new(ErrorKind::Serialize, format!("The checksum algorithm {name} is not known to this client"))
    })
}

/// Any `x-amz-checksum-…` counts, the one that names the sum's type too: so does botocore's `has_checksum_header`.
fn has_own_checksum(request: &Request) -> bool {
    const PREFIX: &str = "x-amz-checksum-";
    request
        .headers
        .iter()
        .any(|(name, _)| name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX)))
}

fn set_trailer(request: &mut Request, algorithm: Algorithm) -> Result<()> {
    let headers = &mut request.headers;
    let encoding = match headers.get("Content-Encoding") {
        Some(encoding) => format!("{encoding},aws-chunked"),
        None => "aws-chunked".to_owned(),
    };
    headers.set("Content-Encoding", encoding);
    headers.set("X-Amz-Trailer", algorithm.header());
    let told = headers.get("Content-Length").and_then(|length| length.trim().parse().ok());
    headers.remove("Content-Length");
    let length = request.body.len().or(told);
    if let Some(length) = length {
        headers.set("X-Amz-Decoded-Content-Length", length.to_string());
    }
    request.body = chunked::encode(std::mem::take(&mut request.body), length, Some(algorithm), CHUNK)?;
    Ok(())
}

fn look_through(body: &mut Body, mut see: impl FnMut(&[u8])) -> Result<()> {
    if body.with_bytes(|bytes| bytes.map(&mut see).is_some()) {
        return Ok(());
    }
    if !body.is_replayable() {
        return Err(Error::new(
            ErrorKind::Serialize,
            "The body comes from a reader that is read once, and its checksum goes before it. Pass a file, bytes or \
             Body::from_seekable, or use an HTTPS endpoint",
        ));
    }
    body.look_through(see).map_err(|cause| Error::body("The body could not be read for its checksum", cause))
}
