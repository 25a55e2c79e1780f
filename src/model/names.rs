/// Words of mixed case that are one word.
const WORDS: [(&str, &str); 12] = [
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("IPV4", "Ipv4"),
    ("IPV6", "Ipv6"),
    ("iSCSI", "Iscsi"),
    ("PartiQL", "Partiql"),
    ("OAuth2", "Oauth2"),
    ("WhatsApp", "Whatsapp"),
    ("OTel", "Otel"),
    ("MiB", "Mib"),
    ("GiB", "Gib"),
    ("vCpu", "Vcpu"),
];

/// The client's method of an operation, `describe_db_instances` of `DescribeDBInstances`: the generator names it by the
/// same rules.
pub(crate) fn method_name(operation: &str) -> String {
    let plain = WORDS.iter().fold(operation.to_owned(), |name, (word, plain)| name.replace(word, plain));
    let mut letters: Vec<char> = plain.chars().collect();
    // The s of a plural belongs to its acronym: `ARNs`.
    for at in 2..letters.len() {
        let ends = letters.get(at + 1).is_none_or(char::is_ascii_uppercase);
        if letters[at] == 's' && ends && letters[at - 2..at].iter().all(char::is_ascii_uppercase) {
            letters[at] = 'S';
        }
    }
    let mut name = String::with_capacity(operation.len() + 8);
    for (at, letter) in letters.iter().enumerate().filter(|(_, letter)| letter.is_ascii_alphanumeric()) {
        let after_word = at > 0 && (letters[at - 1].is_ascii_lowercase() || letters[at - 1].is_ascii_digit());
        let before_word = at > 0 && letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (after_word || before_word) {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_called_as_operations() {
        for (operation, method) in [
            ("GetObject", "get_object"),
            ("ListObjectsV2", "list_objects_v2"),
            ("DescribeDBInstances", "describe_db_instances"),
            ("ListTopicARNs", "list_topic_arns"),
            ("CreateCachediSCSIVolume", "create_cached_iscsi_volume"),
            ("CreateOAuth2Token", "create_oauth2_token"),
            ("AssignIpv6Addresses", "assign_ipv6_addresses"),
        ] {
            assert_eq!(method_name(operation), method);
        }
    }
}
