use super::markdown;
use super::schema::location;
use crate::model::{Operation, Reference, ServiceModel, Shape};

/// The documentation of a service's module, above the example.
pub fn service(name: &str, model: &ServiceModel) -> Vec<String> {
    let title = model.metadata.service_full_name.as_deref().unwrap_or(name);
    let version = model.metadata.api_version.as_deref().unwrap_or_default();
    let lines = vec![format!("{}, API version {version}.", escape(title))];
    with_html(lines, model.documentation.as_deref())
}

/// An operation's method and call.
pub fn operation(model: &ServiceModel, name: &str, operation: &Operation) -> Vec<String> {
    let mut lines = with_html(vec![format!("The operation `{name}`.")], operation.documentation.as_deref());
    if let Some(uid) = &model.metadata.uid {
        lines.push(String::new());
        lines.push(format!("[AWS's page](https://docs.aws.amazon.com/goto/WebAPI/{uid}/{name})"));
    }
    let errors: Vec<&str> = operation.errors.iter().filter_map(|error| error.shape.as_deref()).collect();
    if !errors.is_empty() {
        lines.push(String::new());
        lines.push(format!("Modelled errors: `{}`.", errors.join("`, `")));
    }
    lines
}

/// A structure, union or enum.
pub fn shape(name: &str, shape: &Shape) -> Vec<String> {
    let mut first = format!("`{name}`");
    if shape.values.is_some() {
        first.push_str(": text becomes one by `into()`, of a value that the model does not know too.");
    }
    with_html(vec![first], shape.documentation.as_deref())
}

/// A member: what is known of it besides its type.
pub fn member(name: &str, member: &Reference, target: &Shape, required: bool) -> Vec<String> {
    let mut line = format!("`{name}`");
    if required {
        line.push_str(", required");
    }
    if member.idempotency_token {
        line.push_str(", made up when absent");
    }
    if let Some(limits) = limits(target) {
        line.push_str(", ");
        line.push_str(&limits);
    }
    let wire = member.location_name.as_deref().or(target.location_name.as_deref()).unwrap_or(name);
    match location(member, target) {
        Some("header") => line.push_str(&format!(", header `{wire}`")),
        Some("headers") => line.push_str(&format!(", headers `{wire}*`")),
        Some("querystring") => line.push_str(&format!(", query `{wire}`")),
        Some("statusCode") => line.push_str(", the HTTP status"),
        _ => {}
    }
    let deprecated =
        member.deprecated.then(|| format!(", deprecated: {}", escape(&plain(member.deprecated_message.as_deref()))));
    line.extend(deprecated);
    with_html(vec![line], member.documentation.as_deref())
}

/// The facts, then what the model's documentation says.
fn with_html(mut lines: Vec<String>, html: Option<&str>) -> Vec<String> {
    if let Some(html) = html {
        lines.push(String::new());
        lines.extend(markdown::from_html(html));
    }
    lines
}

fn limits(target: &Shape) -> Option<String> {
    let unit = match target.kind.as_deref()? {
        "string" => " characters",
        "blob" => " bytes",
        "list" => " elements",
        "map" => " entries",
        _ => "",
    };
    match (&target.min, &target.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}")),
        (Some(min), None) => Some(format!("at least {min}{unit}")),
        (None, Some(max)) => Some(format!("at most {max}{unit}")),
        (None, None) => None,
    }
}

/// The reason for a deprecation, in one line.
pub fn plain(message: Option<&str>) -> String {
    message.unwrap_or("AWS says so").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '`' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
