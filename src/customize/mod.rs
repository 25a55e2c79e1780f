//! What single services need beyond their models.

pub(crate) mod s3_endpoint;
