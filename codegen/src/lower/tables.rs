//! What the models do not say.

use crate::model::ServiceModel;

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

/// Structures of which exactly one member is set, though the model does not call them unions.
const UNIONS: [(&str, &str); 2] = [("dynamodb", "AttributeValue"), ("dynamodbstreams", "AttributeValue")];

/// Calls that the model's facts lack: shapes become unions here.
pub fn amend(service: &str, model: &mut ServiceModel) {
    for (_, name) in UNIONS.iter().filter(|(other, _)| *other == service) {
        if let Some(shape) = model.shapes.get_mut(name) {
            shape.union = true;
        }
    }
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
    fn members_are_found() {
        assert!(ALWAYS_SENT.is_sorted());
        assert!(is_always_sent("s3", "Object", "Key"));
        assert!(!is_always_sent("s3", "Object", "Owner"));
    }
}
