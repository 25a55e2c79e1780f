//! Sums that show whether a body arrived as it was sent, on requests and on answers.

mod algorithm;
mod chunked;
mod crc;
#[cfg(test)]
mod decode;
mod md5;
mod request;
mod response;
mod tree_hash;

#[cfg(test)]
mod tests;

pub(crate) use algorithm::{Algorithm, Checksum};
pub(crate) use md5::{Md5, md5};
pub(crate) use request::{Calculation, Choice, Place, Plan, add, plan};
pub(crate) use response::check;
pub(crate) use tree_hash::TreeHash;
