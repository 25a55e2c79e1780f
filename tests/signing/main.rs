//! What servers see of signatures: sessions with directory buckets, and clocks that are wrong.

mod clock;
mod express;
#[path = "../errors/server.rs"]
#[allow(dead_code, reason = "it serves other tests, too")]
mod server;
