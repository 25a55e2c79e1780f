//! What the models do not say.

use crate::ir;
use crate::model::{Reference, ServiceModel, Shape};

/// Members of answers that the service always sends: plain types instead of `Option`.
const ALWAYS_SENT: [(&str, &str, &str); 7] = [
    ("s3", "Bucket", "CreationDate"),
    ("s3", "Bucket", "Name"),
    ("s3", "CommonPrefix", "Prefix"),
    ("s3", "Object", "ETag"),
    ("s3", "Object", "Key"),
    ("s3", "Object", "LastModified"),
    ("s3", "Object", "Size"),
];

/// Whether the service sends that member in every answer.
pub fn is_always_sent(service: &str, shape: &str, member: &str) -> bool {
    ALWAYS_SENT.binary_search(&(service, shape, member)).is_ok()
}

/// The signature version that a service takes, which is not always the model's.
/// Source: botocore's `_set_importexport_signature_version`.
pub fn signature_version(service: &str, modeled: Option<&str>) -> String {
    match service {
        "importexport" => "v4".to_owned(),
        _ => modeled.unwrap_or_default().to_owned(),
    }
}

/// Structures of which exactly one member is set, though the model does not call them unions.
const UNIONS: [(&str, &str); 2] = [("dynamodb", "AttributeValue"), ("dynamodbstreams", "AttributeValue")];

/// The variants that the runtime knows of an attribute's value.
const ATTRIBUTE_VALUE: [&str; 10] = ["S", "N", "B", "Ss", "Ns", "Bs", "M", "L", "Null", "Bool"];

/// Whether the service's items are made of attribute values, and these are emitted.
pub fn has_attribute_values(service: &ir::Service) -> bool {
    let is_value = |ty: &ir::Type| match ty {
        ir::Type::Union(union) if union.name == "AttributeValue" => {
            union.variants.iter().map(|variant| variant.name.as_str()).eq(ATTRIBUTE_VALUE)
        }
        _ => false,
    };
    UNIONS.iter().any(|(name, _)| *name == service.name) && service.types.iter().any(is_value)
}

/// What moves a file to S3 and back, in parts or whole.
const TRANSFERS: [&str; 7] = [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "GetObject",
    "HeadObject",
    "PutObject",
    "UploadPart",
];

/// Whether all operations that move files in parts are emitted.
pub fn has_transfers(service: &ir::Service) -> bool {
    let is_there = |name: &&str| service.operations.iter().any(|operation| operation.name == *name);
    service.name == "s3" && TRANSFERS.iter().all(is_there)
}

/// Whether there are the keys of assumed roles, with the members that the runtime knows.
pub fn has_role_keys(service: &ir::Service) -> bool {
    const MEMBERS: [&str; 4] = ["access_key_id", "secret_access_key", "session_token", "expiration"];
    let is_it = |ty: &ir::Type| match ty {
        ir::Type::Structure(keys) if keys.name == "Credentials" => {
            keys.members.iter().map(|member| member.name.as_str()).eq(MEMBERS)
        }
        _ => false,
    };
    service.name == "sts" && service.types.iter().any(is_it)
}

/// Calls that the model's facts lack: shapes become unions here.
pub fn amend(service: &str, model: &mut ServiceModel) {
    for (_, name) in UNIONS.iter().filter(|(other, _)| *other == service) {
        if let Some(shape) = model.shapes.get_mut(name) {
            shape.union = true;
        }
    }
    if service == "s3" {
        add_expires_string(model);
    }
    for (_, member, _) in DEFAULT_LABELS.iter().filter(|(other, ..)| *other == service) {
        for (_, operation) in model.operations.iter() {
            let input = operation.input.as_ref().and_then(|input| input.shape.as_deref());
            if let Some(shape) = input.and_then(|input| model.shapes.get_mut(input)) {
                shape.required.retain(|name| name != member);
            }
        }
    }
}

/// Whoever stored an object may have written anything for the moment when it expires, so answers have the text as well.
/// Source: botocore's `handle_expires_header`.
fn add_expires_string(model: &mut ServiceModel) {
    let outputs: Vec<String> = model
        .operations
        .iter()
        .filter_map(|(_, operation)| operation.output.as_ref()?.shape.clone())
        .filter(|output| {
            let expires = model.shapes.get(output).and_then(|shape| shape.members.get("Expires"));
            expires.is_some_and(|member| member.location_name.as_deref() == Some("Expires"))
        })
        .collect();
    for output in &outputs {
        let member = Reference {
            shape: Some("ExpiresString".to_owned()),
            location: Some("header".to_owned()),
            location_name: Some("Expires".to_owned()),
            ..Reference::default()
        };
        if let Some(shape) = model.shapes.get_mut(output) {
            shape.members.insert("ExpiresString".to_owned(), member);
        }
    }
    if !outputs.is_empty() {
        let text = Shape { kind: Some("string".to_owned()), ..Shape::default() };
        model.shapes.insert("ExpiresString".to_owned(), text);
    }
}

/// Whether a member of an answer is the text of a JSON document. Source: botocore's `json_decode_template_body` and
/// `json_decode_policies`.
pub fn holds_json(service: &str, shape: &str, member: &str, target: &str) -> bool {
    match service {
        "cloudformation" => (shape, member) == ("GetTemplateOutput", "TemplateBody"),
        "iam" => target == "policyDocumentType",
        _ => false,
    }
}

/// Members in paths that may be left out, and what stands for them then. Source: botocore's `inject_account_id`.
const DEFAULT_LABELS: [(&str, &str, &str); 1] = [("glacier", "accountId", "-")];

/// The path with the service's defaults in its labels: `{accountId=-}`.
pub fn with_default_labels(service: &str, uri: String) -> String {
    let defaults = DEFAULT_LABELS.iter().filter(|(other, ..)| *other == service);
    defaults.fold(uri, |uri, (_, member, default)| {
        uri.replace(&format!("{{{member}}}"), &format!("{{{member}={default}}}"))
    })
}

/// Operations that wait on the server's side for something to answer. Source: botocore's `_LONG_POLLING_OPERATIONS`.
const LONG_POLLS: [(&str, &str); 6] = [
    ("kinesis", "ReceiveDeadLetterQueueRecords"),
    ("kinesis", "ReceiveQueueRecords"),
    ("sqs", "ReceiveMessage"),
    ("stepfunctions", "GetActivityTask"),
    ("swf", "PollForActivityTask"),
    ("swf", "PollForDecisionTask"),
];

/// Whether the operation waits on the server's side.
pub fn is_long_poll(service: &str, operation: &str) -> bool {
    LONG_POLLS.contains(&(service, operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_may_be_left_out() {
        let model = r#"{"metadata": {}, "operations": {"ListVaults": {"input": {"shape": "In"},
            "http": {"method": "GET", "requestUri": "/{accountId}/vaults"}}}, "shapes": {"In": {"type": "structure",
            "required": ["accountId"], "members": {"accountId": {"shape": "string"}}}, "string": {"type": "string"}}}"#;
        let mut model: ServiceModel = serde_json::from_str(model).unwrap();
        amend("glacier", &mut model);
        assert!(model.shapes.get("In").unwrap().required.is_empty());
        assert_eq!(with_default_labels("glacier", "/{accountId}/vaults".to_owned()), "/{accountId=-}/vaults");
        assert_eq!(with_default_labels("mturk", "/{accountId}".to_owned()), "/{accountId}");
    }

    #[test]
    fn the_text_of_expires_is_kept() {
        let model = r#"{"metadata": {}, "operations": {"GetObject": {"output": {"shape": "Out"}}}, "shapes": {
            "Out": {"type": "structure", "members": {"Expires": {"shape": "Expires", "locationName": "Expires"}}},
            "Expires": {"type": "timestamp"}}}"#;
        let mut model: ServiceModel = serde_json::from_str(model).unwrap();
        amend("s3", &mut model);
        let member = model.shapes.get("Out").unwrap().members.get("ExpiresString").unwrap();
        assert_eq!(member.location_name.as_deref(), Some("Expires"));
        assert_eq!(model.shapes.get("ExpiresString").unwrap().kind.as_deref(), Some("string"));
    }

    #[test]
    fn texts_of_json_are_known() {
        assert!(holds_json("cloudformation", "GetTemplateOutput", "TemplateBody", "TemplateBody"));
        assert!(!holds_json("cloudformation", "CreateStackInput", "TemplateBody", "TemplateBody"));
        assert!(holds_json("iam", "PolicyVersion", "Document", "policyDocumentType"));
        assert!(!holds_json("iam", "PolicyVersion", "VersionId", "policyVersionIdType"));
        assert!(!holds_json("s3", "PolicyVersion", "Document", "policyDocumentType"));
    }

    #[test]
    fn members_are_found() {
        assert!(ALWAYS_SENT.is_sorted());
        assert!(is_always_sent("s3", "Object", "Key"));
        assert!(!is_always_sent("s3", "Object", "Owner"));
    }
}
