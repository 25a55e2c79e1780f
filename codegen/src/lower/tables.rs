//! What the models do not say.

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
