use serde_json::Value as Json;

use crate::error::{Error, ErrorKind, Result};
use crate::http::Request;
use crate::operation::Operation;

/// A prediction is asked for at the model's own endpoint, which is a member of the request.
/// Source: botocore `handlers.switch_host_machinelearning`.
pub(super) fn go_to_endpoint(_: &Operation, request: &mut Request) -> Result<()> {
    let endpoint = request.body.with_bytes(|bytes| {
        let body: Json = serde_json::from_slice(bytes?).ok()?;
        Some(body.get("PredictEndpoint")?.as_str()?.to_owned())
    });
    let Some(endpoint) = endpoint else { return Ok(()) };
    let parts = endpoint.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
    let Some((scheme, rest)) = parts.filter(|(_, rest)| !rest.is_empty() && !rest.starts_with(['/', '?', '#'])) else {
        let message = format!("member PredictEndpoint: {endpoint:?} is not a URL with scheme and host");
        return Err(Error::new(ErrorKind::Serialize, message));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    request.origin = format!("{scheme}://{host}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(endpoint: &str) -> Result<String> {
        let operation = Operation { name: "Predict", method: "POST", uri: "/", traits: "" };
        let body = serde_json::json!({ "PredictEndpoint": endpoint }).to_string();
        let mut request = Request { origin: "https://here".to_owned(), body: body.into(), ..Request::default() };
        go_to_endpoint(&operation, &mut request).map(|()| request.origin)
    }

    #[test]
    fn the_endpoint_of_the_request_is_taken() {
        assert_eq!(gone("https://realtime.example.com/x").unwrap(), "https://realtime.example.com");
        assert!(gone("realtime.example.com").is_err() && gone("ftp://x").is_err() && gone("https:///x").is_err());
    }
}
