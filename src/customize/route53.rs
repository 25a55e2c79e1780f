use crate::error::Result;
use crate::http::{Body, Request};
use crate::operation::Operation;

/// What stands in paths before ids of hosted zones, sets of name servers and changes.
const BEFORE: &[&str] =
    &["hostedzone", "hostedzonelimit", "delegationset", "reusabledelegationsetlimit", "change", "keysigningkey"];

/// The operations whose bodies name a hosted zone or a set of name servers, and how.
const NAMING: &[(&str, &str)] = &[
    ("CreateHostedZone", "DelegationSetId"),
    ("CreateKeySigningKey", "HostedZoneId"),
    ("CreateQueryLoggingConfig", "HostedZoneId"),
    ("CreateReusableDelegationSet", "HostedZoneId"),
    ("CreateTrafficPolicyInstance", "HostedZoneId"),
];

/// Ids come in answers as `/hostedzone/Z1`; requests take only their last part.
/// Source: botocore `handlers.fix_route53_ids`, which goes by the shapes ResourceId, DelegationSetId and ChangeId.
pub(super) fn cut_ids(operation: &Operation, request: &mut Request) -> Result<()> {
    // The ids of what is tagged are of another shape.
    if request.path.contains("%2F") && !request.path.contains("/tags/") {
        let mut before = "";
        let parts = request.path.split('/').map(|part| {
            let cut = if BEFORE.contains(&before) { last(part, "%2F") } else { part };
            before = part;
            cut
        });
        request.path = parts.collect::<Vec<_>>().join("/");
    }
    if request.query.contains("%2F") {
        let is_id = |name: &str| match name {
            "hostedzoneid" | "delegationsetid" => true,
            "id" => operation.name == "ListTrafficPolicyInstancesByHostedZone",
            _ => false,
        };
        let pairs = request.query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) if is_id(name) => format!("{name}={}", last(value, "%2F")),
            _ => pair.to_owned(),
        });
        request.query = pairs.collect::<Vec<_>>().join("&");
    }
    if let Some((_, name)) = NAMING.iter().find(|(naming, _)| *naming == operation.name)
        && let Some(body) = request.body.with_bytes(|bytes| cut_element(std::str::from_utf8(bytes?).ok()?, name))
    {
        request.body = Body::from(body);
    }
    Ok(())
}

/// The document with the element's id cut; nothing where there is nothing to cut.
fn cut_element(document: &str, name: &str) -> Option<String> {
    let (before, rest) = document.split_once(&format!("<{name}>"))?;
    let (id, after) = rest.split_once('<')?;
    id.contains('/').then(|| format!("{before}<{name}>{}<{after}", last(id, "/")))
}

fn last<'a>(id: &'a str, slash: &str) -> &'a str {
    id.rsplit(slash).next().unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &'static str, mut request: Request) -> Request {
        cut_ids(&Operation { name, method: "GET", uri: "/", traits: "" }, &mut request).unwrap();
        request
    }

    #[test]
    fn only_the_last_part_of_an_id_stays() {
        let path = "/2013-04-01/hostedzone/%2Fhostedzone%2FZ1/rrset".to_owned();
        let request = cut("ListResourceRecordSets", Request { path, ..Request::default() });
        assert_eq!(request.path, "/2013-04-01/hostedzone/Z1/rrset");

        let query = "hostedzoneid=%2Fhostedzone%2FZ1&nexttoken=a%2Fb".to_owned();
        let request = cut("ListQueryLoggingConfigs", Request { query, ..Request::default() });
        assert_eq!(request.query, "hostedzoneid=Z1&nexttoken=a%2Fb");

        let body = Body::from("<R><Name>a/b</Name><HostedZoneId>/hostedzone/Z1</HostedZoneId></R>");
        let request = cut("CreateKeySigningKey", Request { body, ..Request::default() });
        assert_eq!(request.body.read_to_string().unwrap(), "<R><Name>a/b</Name><HostedZoneId>Z1</HostedZoneId></R>");
    }

    #[test]
    fn other_values_stay() {
        for path in ["/2013-04-01/tags/hostedzone/a%2Fb", "/2013-04-01/healthcheck/a%2Fb"] {
            let request = cut("GetHealthCheck", Request { path: path.to_owned(), ..Request::default() });
            assert_eq!(request.path, path);
        }
        let body = Body::from("<R><HostedZoneId>/hostedzone/Z1</HostedZoneId></R>");
        let request = cut("ChangeResourceRecordSets", Request { body, ..Request::default() });
        assert!(request.body.read_to_string().unwrap().contains("/hostedzone/Z1"));
    }
}
