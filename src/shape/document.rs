/// A member whose shape the model leaves open: any JSON value.
///
/// The type is [`serde_json::Value`], so `serde_json::json!` makes one and `serde_json::from_value` takes it apart.
pub type Document = serde_json::Value;
