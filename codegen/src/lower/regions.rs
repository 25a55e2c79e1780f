//! Where services are, in the compact form that a client reads.
//!
//! ```text
//! aws ^(us|eu)\-\w+\-\d+$ eu-west-1 us-east-1     a partition: name, pattern of regions, regions
//! s3 3 aws-global=us-east-1 s3-external-1         a service: regions as bits (hexadecimal, the first region is bit 0), then
//!                                                 its endpoints that are no regions; `=REGION`: what a global one is
//!                                                 signed for
//! health 2 aws-global=us-east-1 *=us-east-1       the service is in one place, and signed for there in every region
//!                                                 an empty line after each partition
//! ```

use serde_json::Value;

/// The compact form of `endpoints.json`: of each partition its regions, and of each service where it is.
///
/// # Errors
/// Everything that does not fit, each with its place in the file.
pub fn compact_regions(endpoints: &Value) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut text = String::new();
    for (index, partition) in endpoints["partitions"].as_array().into_iter().flatten().enumerate() {
        let path = format!("partitions[{index}]");
        let name = partition["partition"].as_str().unwrap_or_default();
        let pattern = partition["regionRegex"].as_str().unwrap_or_default();
        let regions = names(&partition["regions"]);
        if regions.len() > 128 {
            problems.push(format!("{path}.regions: more than 128"));
            continue;
        }
        let first: Vec<&str> = [name, pattern].into_iter().chain(regions.iter().copied()).collect();
        text += &line(&first, &path, &mut problems);
        for (service, data) in partition["services"].as_object().into_iter().flatten() {
            let path = format!("{path}.services.{service}");
            let (mut mask, mut others) = (0u128, Vec::new());
            for endpoint in names(&data["endpoints"]) {
                match regions.iter().position(|region| *region == endpoint) {
                    Some(bit) => mask |= 1 << bit,
                    None => others.push(match scope(data, endpoint).filter(|_| endpoint.ends_with("-global")) {
                        Some(scope) => format!("{endpoint}={scope}"),
                        None => endpoint.to_owned(),
                    }),
                }
            }
            let only = data["partitionEndpoint"].as_str().filter(|_| data["isRegionalized"] == false);
            others.extend(only.and_then(|endpoint| scope(data, endpoint)).map(|scope| format!("*={scope}")));
            let mask = format!("{mask:x}");
            let words: Vec<&str> =
                [service, mask.as_str()].into_iter().chain(others.iter().map(String::as_str)).collect();
            text += &line(&words, &path, &mut problems);
        }
        text.push('\n');
    }
    if text.is_empty() {
        problems.push("partitions: there are none".to_owned());
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// The region that an endpoint is signed for.
fn scope<'a>(service: &'a Value, endpoint: &str) -> Option<&'a str> {
    service["endpoints"][endpoint]["credentialScope"]["region"].as_str()
}

fn names(object: &Value) -> Vec<&str> {
    object.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn line(words: &[&str], path: &str, problems: &mut Vec<String>) -> String {
    if words.iter().any(|word| word.is_empty() || word.contains([' ', '\n'])) {
        problems.push(format!("{path}: a name is missing or has spaces"));
    }
    words.join(" ") + "\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn regions_are_bits() {
        let text = compact_regions(&json!({"partitions": [{
            "partition": "p", "regionRegex": "^p$", "regions": {"a": {}, "b": {}, "c": {}},
            "services": {"s": {"endpoints": {"a": {}, "c": {}, "s-global": {}}}, "t": {"endpoints": {}}},
        }]}))
        .unwrap();
        assert_eq!(text, "p ^p$ a b c\ns 5 s-global\nt 0\n\n");
    }

    #[test]
    fn global_services_say_what_they_are_signed_for() {
        let global = json!({"g": {}, "p-global": {"credentialScope": {"region": "b"}}});
        let text = compact_regions(&json!({"partitions": [{
            "partition": "p", "regionRegex": "^p$", "regions": {"a": {}, "b": {}},
            "services": {
                "s": {"endpoints": {"a": {}, "p-global": {"credentialScope": {"region": "b"}}}},
                "t": {"endpoints": global, "isRegionalized": false, "partitionEndpoint": "p-global"},
            },
        }]}))
        .unwrap();
        assert_eq!(text, "p ^p$ a b\ns 1 p-global=b\nt 0 g p-global=b *=b\n\n");
    }

    #[test]
    fn problems_have_places() {
        let problems = compact_regions(&json!({"partitions": [{"partition": "a b", "regionRegex": "x"}]})).unwrap_err();
        assert_eq!(problems, ["partitions[0]: a name is missing or has spaces"]);
    }
}
