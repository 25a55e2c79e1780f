//! The service features in the root `Cargo.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Result;

const BEGIN: &str = "# services: begin\n";
const END: &str = "# services: end\n";

/// The services, each with the features that its own switches on.
pub type Services = BTreeMap<String, Vec<&'static str>>;

/// The features of the crate that operations of a service ask for by their traits.
pub fn needed(model: &Value) -> Vec<&'static str> {
    let operations = model["operations"].as_object();
    let compresses = operations
        .is_some_and(|operations| operations.values().any(|operation| operation.get("requestcompression").is_some()));
    Vec::from_iter(compresses.then_some("gzip"))
}

/// Replaces what stands between the markers by one feature a service.
pub fn rewrite(manifest: &Path, services: &Services) -> Result<()> {
    let text = fs::read_to_string(manifest)?;
    let text =
        between_markers(&text, services).ok_or_else(|| format!("{} has no services markers.", manifest.display()))?;
    Ok(fs::write(manifest, text)?)
}

/// The text with one feature a service between its markers, if it has them.
pub fn between_markers(text: &str, services: &Services) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let lines: String = services.iter().map(|(service, needed)| format!("{} = {needed:?}\n", key(service))).collect();
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
        let services = [("s3", vec![]), ("a.b", vec![]), ("ec2-x", vec!["gzip"])];
        let services = services.map(|(service, needed)| (service.to_owned(), needed)).into();
        assert_eq!(
            between_markers(text, &services).unwrap(),
            "[features]\n# services: begin\n\"a.b\" = []\nec2-x = [\"gzip\"]\ns3 = []\n# services: end\n[dependencies]\n"
        );
        assert!(between_markers("[features]\n", &services).is_none());
    }

    #[test]
    fn what_compresses_needs_gzip() {
        let model = |traits: &str| serde_json::from_str(&format!(r#"{{"operations": {{"A": {traits}}}}}"#)).unwrap();
        assert_eq!(needed(&model(r#"{"requestcompression": {"encodings": ["gzip"]}}"#)), ["gzip"]);
        assert!(needed(&model("{}")).is_empty());
        assert!(needed(&Value::Null).is_empty());
    }
}
