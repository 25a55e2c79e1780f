//! How the model's names become Rust's.

use std::collections::BTreeSet;

/// Words of mixed case that are one word.
const WORDS: [(&str, &str); 26] = [
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("IPV4", "Ipv4"),
    ("IPV6", "Ipv6"),
    ("aWS", "Aws"),
    ("iSCSI", "Iscsi"),
    ("PartiQL", "Partiql"),
    ("OAuth", "Oauth"),
    ("WhatsApp", "Whatsapp"),
    ("OTel", "Otel"),
    ("MiB", "Mib"),
    ("GiB", "Gib"),
    ("KiB", "Kib"),
    ("MBps", "Mbps"),
    ("vCpu", "Vcpu"),
    ("VCpu", "Vcpu"),
    ("BBox", "Bbox"),
    ("CRC32C", "Crc32c"),
    ("DDoS", "Ddos"),
    ("FSx", "Fsx"),
    ("InfluxDBv", "InfluxDbv"),
    ("LoRaWAN", "Lorawan"),
    ("MLflow", "Mlflow"),
    ("MySQL", "Mysql"),
    ("QnA", "Qna"),
    ("SaaS", "Saas"),
];

const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

/// Types, traits and variants that emitted files use by their short names.
const USED: [&str; 53] = [
    "AsRef",
    "Blob",
    "Body",
    "Borrow",
    "Box",
    "Client",
    "Clone",
    "Copy",
    "Core",
    "Debug",
    "Default",
    "Document",
    "Drop",
    "Duration",
    "Eq",
    "Err",
    "EventStream",
    "Fill",
    "Fn",
    "FnMut",
    "From",
    "FromStr",
    "Hash",
    "Hasher",
    "Infallible",
    "Input",
    "Into",
    "IntoIterator",
    "Iterator",
    "Map",
    "Modeled",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "PartialEq",
    "ResponseMetadata",
    "Result",
    "See",
    "Self",
    "Send",
    "Slot",
    "Some",
    "String",
    "Sync",
    "Timestamp",
    "ToOwned",
    "ToString",
    "Union",
    "Value",
    "Vec",
    "View",
];

/// `describe_db_instances` of `DescribeDBInstances`, without regard to keywords: `_` before a capital that begins a
/// word, and before one that follows a small letter or digit. The plural s of an acronym belongs to it (`ARNs`).
pub fn snake(name: &str) -> String {
    let mut name = name.to_owned();
    for (word, plain) in WORDS {
        if name.contains(word) {
            name = name.replace(word, plain);
        }
    }
    let mut chars: Vec<char> = name.chars().collect();
    for at in 2..chars.len() {
        if chars[at] == 's'
            && chars[at - 1].is_ascii_uppercase()
            && chars[at - 2].is_ascii_uppercase()
            && chars.get(at + 1).is_none_or(char::is_ascii_uppercase)
        {
            chars[at] = 'S';
        }
    }
    let mut out = String::with_capacity(name.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let before = at.checked_sub(1).map(|before| chars[before]);
        let starts = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || chars.get(at + 1).is_some_and(char::is_ascii_lowercase)
            });
        if starts && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    while out.ends_with('_') {
        out.pop();
    }
    if out.is_empty() || out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if out == "_" {
        out.push('0');
    }
    out
}

/// A member, method or module: snake case, keywords made raw.
pub fn field(name: &str) -> String {
    let name = snake(name);
    if NEVER_RAW.contains(&name.as_str()) {
        return name + "_";
    }
    match KEYWORDS.contains(&name.as_str()) {
        true => format!("r#{name}"),
        false => name,
    }
}

/// The module of a service, from botocore's directory.
pub fn module(service: &str) -> String {
    field(service)
}

/// The words of a type's name, in capitals.
pub fn constant(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// A type: the model's own name, with a capital at its head and without underscores.
pub fn type_name(name: &str) -> String {
    let mut out = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        push_word(&mut out, word, false);
    }
    guard_start(out, "Shape")
}

/// A type that may not hide one that emitted code uses: such a name gets `Shape` at its end.
pub fn shape_name(name: &str) -> String {
    let name = type_name(name);
    match USED.binary_search(&name.as_str()) {
        Ok(_) => name + "Shape",
        Err(_) => name,
    }
}

/// A variant of an enum or union: words capitalised and joined. A value all in capitals is written as words.
pub fn variant(value: &str) -> String {
    let shouts = !value.contains(|c: char| c.is_ascii_lowercase());
    let mut out = String::new();
    for word in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        push_word(&mut out, word, shouts);
    }
    if out.is_empty() {
        out = value.chars().map(symbol).collect();
    }
    match out.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "Self_".to_owned(),
        "Unknown" => "UnknownValue".to_owned(),
        _ => guard_start(out, "V"),
    }
}

fn push_word(out: &mut String, word: &str, lower_tail: bool) {
    // Digits on both sides would run together.
    if out.ends_with(|last: char| last.is_ascii_digit()) && word.starts_with(|first: char| first.is_ascii_digit()) {
        out.push('_');
    }
    let mut chars = word.chars();
    out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
    match lower_tail {
        true => out.extend(chars.map(|c| c.to_ascii_lowercase())),
        false => out.extend(chars),
    }
}

fn guard_start(mut name: String, prefix: &str) -> String {
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, prefix);
    }
    name
}

fn symbol(c: char) -> &'static str {
    match c {
        '=' => "Equals",
        '<' => "Less",
        '>' => "Greater",
        '!' => "Not",
        '*' => "Star",
        '+' => "Plus",
        '-' => "Minus",
        '/' => "Slash",
        '.' => "Dot",
        ',' => "Comma",
        ' ' => "Space",
        '|' => "Pipe",
        ';' => "Semicolon",
        ':' => "Colon",
        '&' => "And",
        '%' => "Percent",
        '$' => "Dollar",
        '#' => "Hash",
        '@' => "At",
        '?' => "Question",
        '^' => "Caret",
        '~' => "Tilde",
        '_' => "Underscore",
        '\t' => "Tab",
        _ => "Symbol",
    }
}

/// Names of one place, each used once.
#[derive(Default)]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// A scope in which `taken` are used already.
    pub fn with(taken: &[&str]) -> Self {
        Scope(taken.iter().map(|&name| name.to_owned()).collect())
    }

    /// `name`, or the first free one of `name2`, `name3` … (`name_2` where it ends in a digit).
    pub fn claim(&mut self, name: String) -> String {
        if self.0.insert(name.clone()) {
            return name;
        }
        let joint = if name.ends_with(|last: char| last.is_ascii_digit()) { "_" } else { "" };
        let mut number = 2;
        loop {
            let other = format!("{name}{joint}{number}");
            if self.0.insert(other.clone()) {
                return other;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_separated() {
        assert_eq!(snake("GetObject"), "get_object");
        assert_eq!(snake("DescribeDBInstances"), "describe_db_instances");
        assert_eq!(snake("SSEKMSKeyId"), "ssekms_key_id");
        assert_eq!(snake("ListObjectsV2"), "list_objects_v2");
        assert_eq!(snake("S3Key"), "s3_key");
        assert_eq!(snake("error_description"), "error_description");
        assert_eq!(snake("__AdTriggersElement"), "ad_triggers_element");
    }

    #[test]
    fn plural_acronyms_stay_whole() {
        assert_eq!(snake("ListWebACLs"), "list_web_acls");
        assert_eq!(snake("ListHITs"), "list_hits");
        assert_eq!(snake("ListHITsForQualificationType"), "list_hits_for_qualification_type");
        assert_eq!(snake("ResourceARNsList"), "resource_arns_list");
    }

    #[test]
    fn words_of_mixed_case_stay_whole() {
        assert_eq!(snake("IPv6Address"), "ipv6_address");
        assert_eq!(snake("CreateCachediSCSIVolume"), "create_cached_iscsi_volume");
        assert_eq!(snake("ExecutePartiQLBatch"), "execute_partiql_batch");
        assert_eq!(snake("CreateOAuth2TokenWithIAM"), "create_oauth2_token_with_iam");
        assert_eq!(snake("DeleteWhatsAppMessageMedia"), "delete_whatsapp_message_media");
        assert_eq!(snake("GetOTelEnrichment"), "get_otel_enrichment");
        assert_eq!(snake("MemoryMiB"), "memory_mib");
        assert_eq!(snake("UpdateOAuthClientApplication"), "update_oauth_client_application");
        assert_eq!(snake("ChecksumCRC32C"), "checksum_crc32c");
        assert_eq!(snake("DefaultVCpus"), "default_vcpus");
        assert_eq!(snake("OnSourceDDoSProtectionConfig"), "on_source_ddos_protection_config");
    }

    #[test]
    fn keywords_are_raw_where_they_can_be() {
        assert_eq!(field("Type"), "r#type");
        assert_eq!(field("Self"), "self_");
        assert_eq!(field("match"), "r#match");
        assert_eq!(field("Default"), "default");
    }

    #[test]
    fn modules_do_not_hide_the_crates_own() {
        assert_eq!(module("acm-pca"), "acm_pca");
    }

    #[test]
    fn digits_do_not_start_a_name() {
        assert_eq!(snake("2Xx"), "_2_xx");
        assert_eq!(variant("2xx"), "V2xx");
    }

    #[test]
    fn types_keep_the_models_name() {
        assert_eq!(type_name("DBInstance"), "DBInstance");
        assert_eq!(type_name("policyType"), "PolicyType");
        assert_eq!(type_name("AbpV1_0_x"), "AbpV1_0X");
        assert_eq!(type_name("__EndpointTypesElement"), "EndpointTypesElement");
    }

    #[test]
    fn types_do_not_hide_what_is_used() {
        assert_eq!(shape_name("Document"), "DocumentShape");
        assert_eq!(shape_name("Error"), "Error");
        assert!(USED.is_sorted());
    }

    #[test]
    fn variants_are_words() {
        assert_eq!(variant("us-east-1"), "UsEast1");
        assert_eq!(variant("STANDARD_IA"), "StandardIa");
        assert_eq!(variant("InService"), "InService");
        assert_eq!(variant("2.0"), "V2_0");
        assert_eq!(variant("t2.micro"), "T2Micro");
        assert_eq!(variant("aws:kms"), "AwsKms");
        assert_eq!(variant("Unknown"), "UnknownValue");
        assert_eq!(variant("self"), "Self_");
    }

    #[test]
    fn symbols_have_names() {
        assert_eq!(variant(">="), "GreaterEquals");
        assert_eq!(variant(""), "Empty");
        assert_eq!(variant("*"), "Star");
    }

    #[test]
    fn collisions_are_numbered() {
        let mut scope = Scope::with(&["Unknown"]);
        assert_eq!(scope.claim("Gp".into()), "Gp");
        assert_eq!(scope.claim("Gp".into()), "Gp2");
        assert_eq!(scope.claim("Gp2".into()), "Gp2_2");
        assert_eq!(scope.claim("Unknown".into()), "Unknown2");
    }
}
