use crate::error::Result;
use crate::http::Request;
use crate::operation::Operation;

/// Without this the service answers in a form of its own. Source: botocore `handlers.add_accept_header`.
pub(super) fn accept_json(_: &Operation, request: &mut Request) -> Result<()> {
    if request.headers.get("Accept").is_none() {
        request.headers.set("Accept", "application/json");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_accepts_stays() {
        let operation = Operation { name: "GetExport", method: "GET", uri: "/", traits: "" };
        let mut request = Request::default();
        accept_json(&operation, &mut request).unwrap();
        assert_eq!(request.headers.get("accept"), Some("application/json"));
        request.headers.set("Accept", "application/yaml");
        accept_json(&operation, &mut request).unwrap();
        assert_eq!(request.headers.get("accept"), Some("application/yaml"));
    }
}
