//! Drops documentation, and nothing that is only called so.

use serde_json::Value;

/// Keys whose value is a map with names of the service's own as keys: there `documentation` is such a name.
const NAME_MAPS: &[&str] = &[
    "operations",
    "shapes",
    "members",
    "pagination",
    "waiters",
    "parameters",
    "clientContextParams",
    "staticContextParams",
    "operationContextParams",
    "headers",
    "properties",
    "regions",
    "services",
    "endpoints",
    "definitions",
];

/// Removes each `documentation`, and the empty `examples` some service files end with.
pub fn documentation(value: &mut Value) {
    if let Value::Object(file) = value {
        file.shift_remove("examples");
    }
    walk(value, false);
}

fn walk(value: &mut Value, keys_are_names: bool) {
    match value {
        Value::Object(object) => {
            if !keys_are_names {
                object.shift_remove("documentation");
            }
            for (key, child) in object {
                walk(child, !keys_are_names && NAME_MAPS.contains(&key.as_str()));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, false)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_called_documentation_survive() {
        let mut value = json!({
            "documentation": "gone",
            "examples": {},
            "operations": {
                "documentation": { "name": "documentation", "documentation": "gone" },
                "examples": { "name": "examples" },
            },
            "shapes": {
                "documentation": { "type": "string", "documentation": "gone" },
                "members": {
                    "type": "structure",
                    "members": {
                        "documentation": { "shape": "documentation", "documentation": "gone" },
                        "members": { "shape": "members", "documentation": "gone" },
                        "shapes": { "shape": "documentation", "documentation": "gone" },
                    },
                },
                "list": { "type": "list", "member": { "shape": "s", "documentation": "gone" } },
            },
        });
        documentation(&mut value);
        let expected = json!({
            "operations": {
                "documentation": { "name": "documentation" },
                "examples": { "name": "examples" },
            },
            "shapes": {
                "documentation": { "type": "string" },
                "members": {
                    "type": "structure",
                    "members": {
                        "documentation": { "shape": "documentation" },
                        "members": { "shape": "members" },
                        "shapes": { "shape": "documentation" },
                    },
                },
                "list": { "type": "list", "member": { "shape": "s" } },
            },
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn documentation_in_lists_and_merges_goes() {
        let mut value = json!({
            "merge": { "shapes": { "A": { "members": { "b": { "documentation": "gone" } } } } },
            "rules": [{ "documentation": "gone", "rules": [{ "documentation": "gone" }] }],
            "parameters": { "documentation": { "documentation": "gone", "type": "string" } },
        });
        documentation(&mut value);
        let expected = json!({
            "merge": { "shapes": { "A": { "members": { "b": {} } } } },
            "rules": [{ "rules": [{}] }],
            "parameters": { "documentation": { "type": "string" } },
        });
        assert_eq!(value, expected);
    }
}
