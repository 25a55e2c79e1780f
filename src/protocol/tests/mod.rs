//! The drivers against outside vectors, with shapes made up at run time.

mod answers;
mod dynamic;
mod hostile;
mod hostile_frames;
mod hostile_heads;
mod mutations;
mod recorded;
pub(crate) mod suites;
mod vectors;

use std::path::PathBuf;

/// The outside vectors' directory; `None`, loudly, when it is not there.
fn vectors(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CONFORMANCE_DIR").map_or_else(|| "../shared/conformance".into(), PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        eprintln!("LEFT OUT: {} is missing; set CONFORMANCE_DIR to the outside vectors", path.display());
        return None;
    }
    Some(path)
}

fn json(path: PathBuf) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap()
}
