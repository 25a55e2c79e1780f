//! Endpoint rules in the form that the runtime interprets.

/// The compact form of a rule set.
///
/// # Errors
/// A sentence that says what in the rule set is not understood.
pub fn compact(_rules: &serde_json::Value) -> Result<String, String> {
    Ok(String::new())
}
