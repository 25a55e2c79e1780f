use crate::error::{Error, ErrorKind, Result};
use crate::http::Request;

/// Sends `token` as RFC 6750 says (section 2.1).
///
/// # Errors
/// When the endpoint is not HTTPS: whoever reads the token can use it.
pub(crate) fn sign_bearer(request: &mut Request, token: &str) -> Result<()> {
    if !request.origin.starts_with("https://") {
        let message = format!(
            "A bearer token is sent over HTTPS only, and the endpoint is {}. Use an https:// endpoint",
            request.origin
        );
        return Err(Error::new(ErrorKind::Sign, message));
    }
    request.headers.set("Authorization", format!("Bearer {token}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_over_tls_only() {
        let mut request = Request { origin: "https://h".into(), ..Request::default() };
        request.headers.set("authorization", "old");
        sign_bearer(&mut request, "t0ken").unwrap();
        assert_eq!(request.headers.get("Authorization"), Some("Bearer t0ken"));

        let mut request = Request { origin: "http://h".into(), ..Request::default() };
        let error = sign_bearer(&mut request, "t0ken").unwrap_err();
        assert!(error.to_string().contains("http://h"), "{error}");
        assert!(!error.to_string().contains("t0ken"), "{error}");
        assert_eq!(request.headers.get("Authorization"), None);
    }
}
