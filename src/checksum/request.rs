use super::chunked::{self, CHUNK};
use super::{Algorithm, Checksum};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Request};
use crate::user_agent;

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
}

/// Where the checksum of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// None was added: none is wanted, or the caller brought one.
    Nowhere,
    Header,
    /// At the end of a body that is now `aws-chunked`.
    Trailer,
}

/// Adds the checksum that the model and the settings ask for. The caller's own header wins. Not for presigned requests,
/// whose body is not known. Source: botocore's `resolve_request_checksum_algorithm` and `apply_request_checksum`.
///
/// # Errors
/// When the algorithm is not known, or the sum must go in a header and the body fails.
pub(crate) fn apply(request: &mut Request, choice: &Choice<'_>) -> Result<Applied> {
    if has_own_checksum(request) {
        return Ok(Applied::Nowhere);
    }
    let algorithm = match choice.algorithm {
        Some(name) if choice.supported => named(name)?,
        _ if choice.required || (choice.supported && choice.calculation == Calculation::WhenSupported) => {
            if let Some(header) = choice.algorithm_header {
                request.headers.set(header, Algorithm::Crc32.name());
            }
            Algorithm::Crc32
        }
        _ => return Ok(Applied::Nowhere),
    };
    user_agent::register(user_agent::of_checksum(algorithm));
    // The trailer is not signed, so only TLS protects it; but what is read once can be summed in no other way.
    if choice.streaming && (request.origin.starts_with("https://") || !request.body.is_replayable()) {
        set_trailer(request, algorithm)?;
        Ok(Applied::Trailer)
    } else {
        let sum = sum(&mut request.body, algorithm)?;
        request.headers.set(algorithm.header(), sum);
        Ok(Applied::Header)
    }
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

fn sum(body: &mut Body, algorithm: Algorithm) -> Result<String> {
    let mut checksum = Checksum::new(algorithm);
    let in_memory = body.with_bytes(|bytes| bytes.map(|bytes| checksum.update(bytes)).is_some());
    if !in_memory {
        sum_stream(body, &mut checksum)?;
    }
    Ok(checksum.finish_base64())
}

fn sum_stream(body: &mut Body, checksum: &mut Checksum) -> Result<()> {
    if !body.is_replayable() {
        return Err(Error::new(
            ErrorKind::Serialize,
            "The body comes from a reader that is read once, and its checksum goes before it. Pass a file, bytes or \
             Body::from_seekable, or use an HTTPS endpoint",
        ));
    }
    let failed = |cause| Error::body("The body could not be read for its checksum", cause);
    body.look_through(|piece| checksum.update(piece)).map_err(failed)
}
