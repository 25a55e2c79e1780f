use crate::shape::Document;

/// By name, a template in JSON is what it says; one in YAML stays text. Source: botocore
/// `handlers.json_decode_template_body`.
pub(super) fn read_template(output: &mut Document) {
    if let Some(Document::String(text)) = output.get("TemplateBody")
        && let Ok(template) = text.parse::<Document>()
    {
        output["TemplateBody"] = template;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_in_json_are_read() {
        for (text, read) in [("{\"a\": [1]}", json!({ "a": [1] })), ("a: [1]", json!("a: [1]"))] {
            let mut output = json!({ "TemplateBody": text, "StagesAvailable": ["{}"] });
            read_template(&mut output);
            assert_eq!(output, json!({ "TemplateBody": read, "StagesAvailable": ["{}"] }));
        }
        let mut without = json!({});
        read_template(&mut without);
        assert_eq!(without, json!({}));
    }
}
