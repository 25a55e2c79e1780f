//! Forms that browsers send: the signature is of a policy, which says what the form may be.
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>, botocore's `S3SigV4PostAuth`.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::date::Date;
use super::{Params, Version, signature, string_to_sign};
use crate::Timestamp;

/// What a form may be.
pub(crate) struct Policy {
    pub(crate) conditions: Vec<Value>,
    pub(crate) expires: Duration,
}

/// Names and values of a form's fields.
pub(crate) type PostFields = Vec<(&'static str, String)>;

/// The fields that make a form good until its policy expires, policy and signature among them.
pub(crate) fn sign_post(params: &Params<'_>, policy: &Policy) -> PostFields {
    let date = Date::new(params.time);
    let mut credential = params.credentials.access_key_id().to_owned() + "/";
    string_to_sign::push_scope(&mut credential, Version::V4, params, &date);
    let mut fields = vec![
        ("x-amz-algorithm", Version::V4.algorithm().to_owned()),
        ("x-amz-credential", credential),
        ("x-amz-date", date.time().to_owned()),
    ];
    if let Some(token) = params.credentials.session_token() {
        fields.push((params.token.field(), token.to_owned()));
    }
    let mut conditions = policy.conditions.clone();
    conditions.extend(fields.iter().map(|(name, value)| json!({ *name: value })));
    let policy = BASE64_STANDARD.encode(policy_text(params.time, policy.expires, &conditions));
    let signature = signature::sign(params, &date, &policy);
    fields.push(("policy", policy));
    fields.push(("x-amz-signature", signature));
    fields
}

/// The policy as JSON, spaced and escaped as botocore does it, so that policies of both can be compared.
pub(super) fn policy_text(time: Timestamp, expires: Duration, conditions: &[Value]) -> String {
    let expiration = Timestamp::from_secs((time + expires).seconds());
    let mut text = format!("{{\"expiration\": \"{expiration}\", \"conditions\": [");
    for (index, condition) in conditions.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        push(&mut text, condition);
    }
    text.push_str("]}");
    text
}

fn push(text: &mut String, value: &Value) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                push(text, item);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                push_ascii(text, &Value::from(name.as_str()));
                text.push_str(": ");
                push(text, member);
            }
            text.push('}');
        }
        plain => push_ascii(text, plain),
    }
}

fn push_ascii(text: &mut String, value: &Value) {
    for unit in value.to_string().encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\u{unit:04x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::tests::with_example_params;

    #[test]
    fn a_policy_holds_what_signs_it() {
        with_example_params(|params| {
            let conditions = vec![json!({ "bucket": "b" }), json!(["starts-with", "$key", "ä/"])];
            let fields = sign_post(params, &Policy { conditions, expires: Duration::from_secs(60) });
            let get = |wanted| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
            let policy = BASE64_STANDARD.decode(get("policy").unwrap()).unwrap();
            assert_eq!(
                String::from_utf8(policy).unwrap(),
                format!(
                    "{{\"expiration\": \"2015-08-30T12:37:00Z\", \"conditions\": [{{\"bucket\": \"b\"}}, \
                     [\"starts-with\", \"$key\", \"\\u00e4/\"], {{\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"}}, \
                     {{\"x-amz-credential\": \"{}\"}}, {{\"x-amz-date\": \"20150830T123600Z\"}}]}}",
                    get("x-amz-credential").unwrap()
                )
            );
            assert_eq!(get("x-amz-signature").unwrap().len(), 64);
        });
    }
}
