use crate::error::Result;
use crate::http::{Body, Request};
use crate::operation::Operation;

/// A search may be longer than a URL can be: its query becomes a form. Source: botocore `handlers.change_get_to_post`.
pub(super) fn post_query(_: &Operation, request: &mut Request) -> Result<()> {
    if request.method == "GET" && !request.query.is_empty() {
        request.method = "POST";
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = Body::from(std::mem::take(&mut request.query));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_becomes_the_body() {
        let operation = Operation { name: "Search", method: "GET", uri: "/", traits: "" };
        let mut request = Request { method: "GET", query: "q=a%26b&size=6".to_owned(), ..Request::default() };
        post_query(&operation, &mut request).unwrap();
        assert_eq!((request.method, request.query.as_str()), ("POST", ""));
        assert_eq!(request.body.read_to_string().unwrap(), "q=a%26b&size=6");
    }
}
