use base64::Engine;
use base64::engine::general_purpose::STANDARD;
#[cfg(target_arch = "x86_64")]
use crc64fast_nvme::Digest as Crc64Nvme;
use ring::digest;
use xxhash_rust::{xxh3::Xxh3, xxh64::Xxh64};

use super::crc::CRC32C;
#[cfg(not(target_arch = "x86_64"))]
use super::crc::Crc64Nvme;
use super::md5::Md5;

/// The algorithms that models name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
    Sha512,
    Md5,
    Xxhash64,
    Xxhash3,
    Xxhash128,
}

impl Algorithm {
    /// All of them; of several sums in an answer, the first is checked. Source: botocore's `_ALGORITHMS_PRIORITY_LIST`,
    /// which lacks the last one.
    pub(crate) const BY_PRIORITY: [Algorithm; 10] = [
        Algorithm::Xxhash128,
        Algorithm::Xxhash3,
        Algorithm::Crc64Nvme,
        Algorithm::Xxhash64,
        Algorithm::Crc32c,
        Algorithm::Crc32,
        Algorithm::Sha1,
        Algorithm::Sha256,
        Algorithm::Sha512,
        Algorithm::Md5,
    ];

    /// The algorithm of that name, whatever its case.
    pub(crate) fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::BY_PRIORITY.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The name in models, `CRC32`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
            Algorithm::Sha512 => "SHA512",
            Algorithm::Md5 => "MD5",
            Algorithm::Xxhash64 => "XXHASH64",
            Algorithm::Xxhash3 => "XXHASH3",
            Algorithm::Xxhash128 => "XXHASH128",
        }
    }

    /// The header or trailer that carries the sum.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "x-amz-checksum-crc32",
            Algorithm::Crc32c => "x-amz-checksum-crc32c",
            Algorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Algorithm::Sha1 => "x-amz-checksum-sha1",
            Algorithm::Sha256 => "x-amz-checksum-sha256",
            Algorithm::Sha512 => "x-amz-checksum-sha512",
            Algorithm::Md5 => "x-amz-checksum-md5",
            Algorithm::Xxhash64 => "x-amz-checksum-xxhash64",
            Algorithm::Xxhash3 => "x-amz-checksum-xxhash3",
            Algorithm::Xxhash128 => "x-amz-checksum-xxhash128",
        }
    }

    /// The bytes of a sum before base64.
    pub(super) fn size(self) -> u64 {
        match self {
            Algorithm::Crc32 | Algorithm::Crc32c => 4,
            Algorithm::Crc64Nvme | Algorithm::Xxhash64 | Algorithm::Xxhash3 => 8,
            Algorithm::Xxhash128 | Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        }
    }
}

/// A sum in the making.
pub(crate) struct Checksum(State);

enum State {
    Crc32(crc32fast::Hasher),
    Crc32c(u64),
    Crc64Nvme(Crc64Nvme),
    Sha(Box<digest::Context>),
    Md5(Box<Md5>),
    Xxhash64(Box<Xxh64>),
    Xxhash3(Box<Xxh3>),
    Xxhash128(Box<Xxh3>),
}

impl Checksum {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Checksum(match algorithm {
            Algorithm::Crc32 => State::Crc32(crc32fast::Hasher::new()),
            Algorithm::Crc32c => State::Crc32c(CRC32C.start()),
            Algorithm::Crc64Nvme => State::Crc64Nvme(Crc64Nvme::new()),
            Algorithm::Sha1 => State::Sha(Box::new(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY))),
            Algorithm::Sha256 => State::Sha(Box::new(digest::Context::new(&digest::SHA256))),
            Algorithm::Sha512 => State::Sha(Box::new(digest::Context::new(&digest::SHA512))),
            Algorithm::Md5 => State::Md5(Box::new(Md5::new())),
            Algorithm::Xxhash64 => State::Xxhash64(Box::new(Xxh64::new(0))),
            Algorithm::Xxhash3 => State::Xxhash3(Box::new(Xxh3::new())),
            Algorithm::Xxhash128 => State::Xxhash128(Box::new(Xxh3::new())),
        })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Crc32(hasher) => hasher.update(bytes),
            State::Crc32c(sum) => *sum = CRC32C.update(*sum, bytes),
            State::Crc64Nvme(sum) => sum.write(bytes),
            State::Sha(context) => context.update(bytes),
            State::Md5(hasher) => hasher.update(bytes),
            State::Xxhash64(hasher) => hasher.update(bytes),
            State::Xxhash3(hasher) | State::Xxhash128(hasher) => hasher.update(bytes),
        }
    }

    /// The sum, most significant byte first.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Crc32(hasher) => hasher.finalize().to_be_bytes().to_vec(),
            State::Crc32c(sum) => CRC32C.finish(sum).to_be_bytes()[4..].to_vec(),
            State::Crc64Nvme(sum) => sum.sum64().to_be_bytes().to_vec(),
            State::Sha(context) => context.finish().as_ref().to_vec(),
            State::Md5(hasher) => hasher.finish().to_vec(),
            State::Xxhash64(hasher) => hasher.digest().to_be_bytes().to_vec(),
            State::Xxhash3(hasher) => hasher.digest().to_be_bytes().to_vec(),
            State::Xxhash128(hasher) => hasher.digest128().to_be_bytes().to_vec(),
        }
    }

    /// The sum as headers carry it.
    pub(crate) fn finish_base64(self) -> String {
        STANDARD.encode(self.finish())
    }
}
