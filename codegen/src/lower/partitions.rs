//! Partitions in the compact form that a client reads: a line for each.
//!
//! ```text
//! aws amazonaws.com api.aws us-east-1 fips+dual ^(us|eu)\-\w+\-\d+$ aws-global us-east-1
//! ```
//!
//! That is name, DNS suffix, suffix of dual-stack hosts, implicit global region, what is supported (or `-`), pattern of
//! regions, and the regions.

use serde_json::Value;

/// The compact form of `partitions.json`.
///
/// # Errors
/// Everything that is missing or does not fit, each with its place in the file.
pub fn compact_partitions(partitions: &Value) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut text = String::new();
    for (index, partition) in partitions["partitions"].as_array().into_iter().flatten().enumerate() {
        let mut word = |value: &Value, place: &str| match value.as_str() {
            Some(word) if !word.is_empty() && !word.contains([' ', '\n']) => word.to_owned(),
            _ => {
                problems.push(format!("partitions[{index}].{place}: is not a text without spaces"));
                String::new()
            }
        };
        let outputs = &partition["outputs"];
        let pattern = word(&partition["regionRegex"], "regionRegex");
        let words = [
            word(&partition["id"], "id"),
            word(&outputs["dnsSuffix"], "outputs.dnsSuffix"),
            word(&outputs["dualStackDnsSuffix"], "outputs.dualStackDnsSuffix"),
            word(&outputs["implicitGlobalRegion"], "outputs.implicitGlobalRegion"),
            support(outputs),
        ];
        text += &words.join(" ");
        text += " ";
        text += &pattern;
        for region in partition["regions"].as_object().into_iter().flatten().map(|(name, _)| name) {
            text += " ";
            text += region;
        }
        text.push('\n');
    }
    if text.is_empty() {
        problems.push("partitions: there are none".to_owned());
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

fn support(outputs: &Value) -> String {
    let words: Vec<&str> = [("supportsFIPS", "fips"), ("supportsDualStack", "dual")]
        .into_iter()
        .filter(|(name, _)| outputs[*name] == true)
        .map(|(_, word)| word)
        .collect();
    if words.is_empty() { "-".to_owned() } else { words.join("+") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_for_each() {
        let outputs =
            json!({"dnsSuffix": "a", "dualStackDnsSuffix": "b", "implicitGlobalRegion": "c", "supportsFIPS": true});
        let partition = json!({"id": "x", "outputs": outputs, "regionRegex": "^x$", "regions": {"r-1": {}, "r-2": {}}});
        let text = compact_partitions(&json!({"partitions": [partition]})).unwrap();
        assert_eq!(text, "x a b c fips ^x$ r-1 r-2\n");
    }

    #[test]
    fn problems_have_places() {
        let problems = compact_partitions(&json!({"partitions": [{"id": "x y"}]})).unwrap_err();
        assert_eq!(problems[0], "partitions[0].regionRegex: is not a text without spaces");
        assert_eq!(problems.len(), 5);
        assert_eq!(compact_partitions(&json!({})).unwrap_err(), ["partitions: there are none"]);
    }
}
