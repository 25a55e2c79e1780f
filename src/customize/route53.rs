use crate::error::Result;
use crate::http::Request;
use crate::operation::Operation;

/// Ids come in answers as `/hostedzone/Z1`; in a path only their last part belongs.
/// Source: botocore `handlers.fix_route53_ids`.
pub(super) fn cut_ids(_: &Operation, request: &mut Request) -> Result<()> {
    if request.path.contains("%2F") {
        let parts = request.path.split('/').map(|part| part.rsplit("%2F").next().unwrap_or(part));
        request.path = parts.collect::<Vec<_>>().join("/");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_part_of_an_id_stays() {
        let operation = Operation { name: "GetHostedZone", method: "GET", uri: "/", traits: "" };
        let mut request =
            Request { path: "/2013-04-01/hostedzone/%2Fhostedzone%2FZ1/rrset".into(), ..Request::default() };
        cut_ids(&operation, &mut request).unwrap();
        assert_eq!(request.path, "/2013-04-01/hostedzone/Z1/rrset");
    }
}
