//! The service features in the root `Cargo.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::Result;

const BEGIN: &str = "# services: begin\n";
const END: &str = "# services: end\n";

/// Replaces what stands between the markers by one feature a service.
pub fn rewrite(manifest: &Path, services: &BTreeSet<String>) -> Result<()> {
    let text = fs::read_to_string(manifest)?;
    let text =
        between_markers(&text, services).ok_or_else(|| format!("{} has no services markers.", manifest.display()))?;
    Ok(fs::write(manifest, text)?)
}

/// The text with one feature a service between its markers, if it has them.
pub fn between_markers(text: &str, services: &BTreeSet<String>) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let lines: String = services.iter().map(|service| format!("{} = []\n", key(service))).collect();
    Some(format!("{before}{BEGIN}{lines}{END}{after}"))
}

fn key(service: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if service.chars().all(bare) { service.to_owned() } else { format!("{service:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let text = "[features]\n# services: begin\nold = []\n# services: end\n[dependencies]\n";
        let services = ["s3", "a.b", "ec2-x"].map(str::to_owned).into();
        assert_eq!(
            between_markers(text, &services).unwrap(),
            "[features]\n# services: begin\n\"a.b\" = []\nec2-x = []\ns3 = []\n# services: end\n[dependencies]\n"
        );
        assert!(between_markers("[features]\n", &services).is_none());
    }
}
