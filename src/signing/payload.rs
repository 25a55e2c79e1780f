use std::borrow::Cow;

use ring::digest;

use super::signature::push_hex;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Body;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What a signature says of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// The body's SHA-256; a body that is not in memory is read for it and taken back to its start.
    Body,
    /// That SHA-256, in hexadecimal digits.
    Hash(String),
    /// Nothing: `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// That a checksum follows the body: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    UnsignedTrailer,
    /// That events follow which are signed one by one: `STREAMING-AWS4-HMAC-SHA256-EVENTS`.
    #[cfg(test)]
    Events,
}

/// What decides how the body is signed. Source: botocore's `SigV4Auth.payload` and `S3SigV4Auth`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PayloadChoice<'a> {
    /// The header that names the body's hash, where a customization set it.
    pub(crate) hash: Option<&'a str>,
    /// Scheme `https`.
    pub(crate) tls: bool,
    /// S3's rules.
    pub(crate) s3: bool,
    /// The model's `unsignedPayload` or `authtype: v4-unsigned-body`.
    pub(crate) unsigned_operation: bool,
    /// S3's setting `payload_signing_enabled`.
    pub(crate) payload_signing_enabled: Option<bool>,
    /// The input has a streaming member.
    pub(crate) streaming: bool,
    /// A header carries a checksum of the body that was computed here, or the caller's Content-MD5.
    pub(crate) checksum_header: bool,
    /// A trailer will carry it.
    pub(crate) checksum_trailer: bool,
}

impl Payload {
    pub(crate) fn choose(choice: PayloadChoice<'_>) -> Payload {
        if let Some(hash) = choice.hash {
            return Payload::Hash(hash.to_owned());
        }
        if choice.checksum_trailer {
            return Payload::UnsignedTrailer;
        }
        match choice.signs() {
            true => Payload::Body,
            false => Payload::Unsigned,
        }
    }

    /// The body with that SHA-256.
    pub(crate) fn of_hash(hash: &[u8]) -> Payload {
        Payload::Hash(hexadecimal(hash))
    }

    /// Whether it must be said in a header because it cannot be found from the body.
    pub(super) fn is_named(&self) -> bool {
        !matches!(self, Payload::Body | Payload::Hash(_))
    }

    pub(super) fn text(&self, body: &mut Body) -> Result<Cow<'_, str>> {
        Ok(match self {
            Payload::Body => hash(body)?,
            Payload::Hash(hash) => Cow::Borrowed(hash),
            Payload::Unsigned => Cow::Borrowed("UNSIGNED-PAYLOAD"),
            Payload::UnsignedTrailer => Cow::Borrowed("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            #[cfg(test)]
            Payload::Events => Cow::Borrowed("STREAMING-AWS4-HMAC-SHA256-EVENTS"),
        })
    }
}

impl PayloadChoice<'_> {
    fn signs(self) -> bool {
        if !self.s3 {
            return !self.unsigned_operation;
        }
        if let Some(enabled) = self.payload_signing_enabled {
            return enabled;
        }
        // TLS and a checksum together protect the body well enough to leave it unsigned.
        !(self.tls && self.checksum_header && (self.streaming || self.unsigned_operation))
    }
}

fn hash(body: &mut Body) -> Result<Cow<'static, str>> {
    if body.len() == Some(0) {
        return Ok(Cow::Borrowed(EMPTY));
    }
    let in_memory = body.with_bytes(|bytes| bytes.map(|bytes| digest::digest(&digest::SHA256, bytes)));
    let digest = match in_memory {
        Some(digest) => digest,
        None => hash_stream(body)?,
    };
    Ok(Cow::Owned(hexadecimal(digest.as_ref())))
}

fn hexadecimal(hash: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    push_hex(&mut text, hash);
    text
}

fn hash_stream(body: &mut Body) -> Result<digest::Digest> {
    if !body.is_replayable() {
        return Err(Error::new(
            ErrorKind::Sign,
            "The body comes from a reader that is read once, and signing it needs to read it first. Pass a file, \
             bytes or Body::from_seekable, or use an HTTPS endpoint",
        ));
    }
    let failed = |cause| Error::new(ErrorKind::Sign, "The body could not be read to sign it").with_source(cause);
    let mut context = digest::Context::new(&digest::SHA256);
    body.look_through(|piece| context.update(piece)).map_err(failed)?;
    Ok(context.finish())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_file_is_hashed_and_taken_back_to_its_start() {
        let mut source = Cursor::new(b"skipped text".to_vec());
        source.set_position(8);
        let mut body = Body::from_seekable(source).unwrap();
        let expected = Payload::Body.text(&mut Body::from("text")).unwrap().into_owned();
        assert_eq!(Payload::Body.text(&mut body).unwrap(), expected);
        assert_eq!(body.read_to_string().unwrap(), "text");
    }

    #[test]
    fn a_reader_that_is_read_once_cannot_be_signed() {
        let mut body = Body::from_reader(Cursor::new(b"text".to_vec()));
        let error = Payload::Body.text(&mut body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sign);
        assert_eq!(Payload::Unsigned.text(&mut body).unwrap(), "UNSIGNED-PAYLOAD");
    }

    #[test]
    fn s3_leaves_streams_unsigned_only_with_tls_and_a_checksum() {
        let stream =
            PayloadChoice { s3: true, tls: true, streaming: true, checksum_header: true, ..Default::default() };
        assert_eq!(Payload::choose(stream), Payload::Unsigned);
        assert_eq!(Payload::choose(PayloadChoice { tls: false, ..stream }), Payload::Body);
        assert_eq!(Payload::choose(PayloadChoice { checksum_header: false, ..stream }), Payload::Body);
        assert_eq!(Payload::choose(PayloadChoice { streaming: false, ..stream }), Payload::Body);
        assert_eq!(Payload::choose(PayloadChoice { payload_signing_enabled: Some(true), ..stream }), Payload::Body);
        let plain = PayloadChoice { payload_signing_enabled: Some(false), s3: true, ..Default::default() };
        assert_eq!(Payload::choose(plain), Payload::Unsigned);
        assert_eq!(Payload::choose(PayloadChoice { checksum_trailer: true, ..stream }), Payload::UnsignedTrailer);
    }

    #[test]
    fn elsewhere_the_operation_decides() {
        assert_eq!(Payload::choose(PayloadChoice::default()), Payload::Body);
        let unsigned = PayloadChoice { unsigned_operation: true, ..Default::default() };
        assert_eq!(Payload::choose(unsigned), Payload::Unsigned);
    }
}
