use serde_json::Value as Json;

use crate::error::Result;
use crate::http::{Body, Response};
use crate::operation::Operation;

/// OAuth says in `error_description` what other services say in `message`. Source: botocore `handlers._map_oauth2_errors`.
pub(super) fn describe(_: &Operation, response: &mut Response) -> Result<()> {
    if response.status < 400 {
        return Ok(());
    }
    let described = response.body.with_bytes(|bytes| {
        let mut body: Json = serde_json::from_slice(bytes?).ok()?;
        let members = body.as_object_mut()?;
        let filled = |name: &str| members.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        let description = filled("error_description")?.to_owned();
        if filled("Message").or(filled("message")).is_some() {
            return None;
        }
        members.insert("Message".to_owned(), description.into());
        Some(body.to_string())
    });
    if let Some(described) = described {
        response.body = Body::from(described);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    const OPERATION: Operation = Operation { name: "CreateToken", method: "POST", uri: "/token", traits: "" };

    fn described(status: u16, body: &str) -> String {
        let mut response = Response { status, body: body.to_owned().into(), ..Response::default() };
        describe(&OPERATION, &mut response).unwrap();
        response.body.read_to_string().unwrap()
    }

    #[test]
    fn a_description_is_the_message() {
        let got: Json =
            serde_json::from_str(&described(400, r#"{"error":"invalid_grant","error_description":"No."}"#)).unwrap();
        assert_eq!(got["Message"], "No.");
        assert_eq!(got["error"], "invalid_grant");
    }

    #[test]
    fn other_bodies_stay() {
        let Some((mut suite, cases)) = Suite::cases("oauth-errors", "oauth-errors.json") else { return };
        for case in &cases {
            suite.case(case["id"].as_str().unwrap_or_default(), || {
                let body = case["body"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
                let got = described(case["status_code"].as_u64().unwrap_or(200) as u16, &body);
                if got == body { Ok(()) } else { Err(format!("expected {body}, got {got}")) }
            });
        }
        suite.finish();
    }
}
