//! Breaks lines so that a change upstream is a small change here.

use serde_json::{Map, Value};

use crate::Result;

/// How a value is spread over lines.
pub enum Layout {
    /// All on one line.
    Flat,
    /// Each entry of the map or list on a line of its own, laid out in turn.
    Each(&'static Layout),
    /// Each key on a line of its own; those named are laid out in turn, others are flat.
    Sections(&'static [(&'static str, &'static Layout)]),
    /// On one line but for the keys named.
    Inline(&'static [(&'static str, &'static Layout)]),
}

use Layout::{Each, Flat, Inline, Sections};

static LINES: Layout = Each(&Flat);
static RULE: Layout = Inline(&[("rules", &RULES)]);
static RULES: Layout = Each(&RULE);
static PARTITIONS: Layout = Each(&Sections(&[("regions", &LINES), ("services", &LINES)]));
static DEFINITIONS: Layout =
    Sections(&[("operations", &LINES), ("shapes", &LINES), ("pagination", &LINES), ("waiters", &LINES)]);
static FILE: Layout = Sections(&[
    ("operations", &LINES),
    ("shapes", &LINES),
    ("pagination", &LINES),
    ("waiters", &LINES),
    ("merge", &DEFINITIONS),
    ("parameters", &LINES),
    ("rules", &RULES),
    ("partitions", &PARTITIONS),
    ("definitions", &LINES),
    ("retry", &LINES),
    ("modes", &LINES),
]);

/// The files that are taken; what upstream may add is for a person to decide on.
const TAKEN: &[&str] = &[
    "service-2.json",
    "service-2.sdk-extras.json",
    "paginators-1.json",
    "paginators-1.sdk-extras.json",
    "waiters-2.json",
    "waiters-2.sdk-extras.json",
    "endpoint-rule-set-1.json",
    "endpoints.json",
    "partitions.json",
    "sdk-default-configuration.json",
    "_retry.json",
];

/// The layout of a file, or none when it is left out.
pub fn of_file(name: &str) -> Result<Option<&'static Layout>> {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file {
        "examples-1.json" => Ok(None),
        file if TAKEN.contains(&file) => Ok(Some(&FILE)),
        _ => Err(format!("{name} is a kind of data file this importer does not know.").into()),
    }
}

/// The text of a file, with its final newline.
pub fn text(value: &Value, layout: &Layout) -> String {
    let mut text = String::new();
    write(&mut text, value, layout);
    text.push('\n');
    text
}

fn write(text: &mut String, value: &Value, layout: &Layout) {
    match (layout, value) {
        (Each(inner), Value::Array(items)) if !items.is_empty() => {
            text.push_str("[\n");
            for (index, item) in items.iter().enumerate() {
                separate(text, index, ",\n");
                write(text, item, inner);
            }
            text.push_str("\n]");
        }
        (Each(inner), Value::Object(object)) if !object.is_empty() => {
            entries(text, object, "\n", |_| inner);
        }
        (Sections(named), Value::Object(object)) => {
            entries(text, object, "\n", |key| find(named, key));
        }
        (Inline(named), Value::Object(object)) => {
            entries(text, object, "", |key| find(named, key));
        }
        (_, value) => text.push_str(&value.to_string()),
    }
}

fn entries(text: &mut String, object: &Map<String, Value>, line: &str, layout: impl Fn(&str) -> &'static Layout) {
    text.push('{');
    text.push_str(line);
    for (index, (key, value)) in object.iter().enumerate() {
        separate(text, index, ",");
        if index > 0 {
            text.push_str(line);
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(text, value, layout(key));
    }
    text.push_str(line);
    text.push('}');
}

fn separate(text: &mut String, index: usize, separator: &str) {
    if index > 0 {
        text.push_str(separator);
    }
}

fn find(named: &[(&str, &'static Layout)], key: &str) -> &'static Layout {
    named.iter().find(|(name, _)| *name == key).map_or(&Flat, |(_, layout)| layout)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_shape_or_operation_a_line() {
        let value = json!({
            "version": "2.0",
            "operations": { "B": { "name": "B" }, "A": { "rules": [1, 2] } },
            "shapes": {},
        });
        let expected = r#"{
"version":"2.0",
"operations":{
"B":{"name":"B"},
"A":{"rules":[1,2]}
},
"shapes":{}
}
"#;
        assert_eq!(text(&value, &FILE), expected);
    }

    #[test]
    fn one_rule_a_line_at_any_depth() {
        let value = json!({
            "rules": [
                { "conditions": [], "rules": [{ "error": "x" }, { "error": "y" }], "type": "tree" },
                { "error": "z" },
            ],
        });
        let expected = r#"{
"rules":[
{"conditions":[],"rules":[
{"error":"x"},
{"error":"y"}
],"type":"tree"},
{"error":"z"}
]
}
"#;
        assert_eq!(text(&value, &FILE), expected);
    }

    #[test]
    fn one_region_a_line() {
        let value = json!({ "partitions": [{ "id": "aws", "regions": { "r": { "d": "R" } } }] });
        let expected = r#"{
"partitions":[
{
"id":"aws",
"regions":{
"r":{"d":"R"}
}
}
]
}
"#;
        assert_eq!(text(&value, &FILE), expected);
    }

    #[test]
    fn unknown_files_are_refused() {
        assert!(of_file("s3/2006-03-01/examples-1.json").unwrap().is_none());
        let error = of_file("s3/2006-03-01/new-1.json").err().unwrap();
        assert!(error.to_string().contains("new-1.json"), "{error}");
    }
}
