use percent_encoding::percent_decode_str;

use super::member;
use crate::error::Result;
use crate::shape::{Document, Slot, Value, View};

/// The members of answers that are policies.
const POLICIES: [&str; 4] =
    ["AssumeRolePolicyDocument", "AssumeRolePolicyDocumentTemplate", "Document", "PolicyDocument"];

/// Policies come percent-encoded; here they are the JSON that they were stored as.
/// Source: botocore `handlers.json_decode_policies`.
pub(super) fn decode_policies(_: &dyn Value, output: &mut dyn Value) -> Result<()> {
    walk(output)
}

fn walk(value: &mut dyn Value) -> Result<()> {
    // Filling what is absent makes it present, and an enum empty.
    let mut has_members = false;
    value.view(&mut |view| has_members = matches!(view, View::Structure(..) | View::List(_)));
    if !has_members {
        return Ok(());
    }
    member::change(value, &POLICIES, &decoded)?;
    value.fill(&mut |slot| match slot {
        Slot::Structure(_, values) => values.iter_mut().try_for_each(|value| walk(&mut **value)),
        Slot::List(items) => items.each(&mut walk),
        _ => Ok(()),
    })
}

/// By name, policies are what they say: objects. Source: botocore `handlers.json_decode_policies`.
pub(super) fn read_policies(output: &mut Document) {
    match output {
        Document::Object(members) => members.iter_mut().for_each(|(name, value)| match value {
            Document::String(text) if POLICIES.contains(&name.as_str()) => {
                if let Ok(policy) = text.parse::<Document>() {
                    *value = policy;
                }
            }
            value => read_policies(value),
        }),
        Document::Array(items) => items.iter_mut().for_each(read_policies),
        _ => {}
    }
}

/// What is no JSON afterwards was not encoded.
fn decoded(policy: &str) -> String {
    match percent_decode_str(policy).decode_utf8() {
        Ok(plain) if serde_json::from_str::<Document>(&plain).is_ok() => plain.into_owned(),
        _ => policy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::customize::member::tests::Given;

    #[test]
    fn by_name_policies_are_objects() {
        let mut output =
            json!({ "Roles": [{ "AssumeRolePolicyDocument": "{\"a\": 1}", "Path": "{}" }], "Document": "no" });
        read_policies(&mut output);
        let read = json!({ "Roles": [{ "AssumeRolePolicyDocument": { "a": 1 }, "Path": "{}" }], "Document": "no" });
        assert_eq!(output, read);
    }

    #[test]
    fn policies_are_decoded() {
        for (sent, read) in
            [("%7B%22a%22%3A%20%22%2B%22%7D", "{\"a\": \"+\"}"), ("{}", "{}"), ("%zz", "%zz"), ("%ff", "%ff")]
        {
            let mut output = Given::new("Out\nPolicyDocument\nPolicyName\n", &[sent, "%7B%7D"]);
            decode_policies(&Given::new("In\n", &[]), &mut output).unwrap();
            assert_eq!(member::text(&output, "PolicyDocument").as_deref(), Some(read));
            assert_eq!(member::text(&output, "PolicyName").as_deref(), Some("%7B%7D"));
        }
    }
}
