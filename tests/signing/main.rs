//! What servers see of signatures: sessions with directory buckets, clocks that are wrong, URLs of CloudFront.

mod clock;
#[cfg(feature = "cloudfront-key")]
mod cloudfront;
mod express;
mod schemes;
#[path = "../errors/server.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod server;
