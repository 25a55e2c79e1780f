//! Endpoint rules in the compact form that a client reads.
//!
//! The form is text of sections, each of lines, with an empty line after each section. Numbers refer to lines of a
//! section (from 0) or to slots. A line refers only to lines before it, and equal lines are written once: rules that
//! a model repeats are shared.
//!
//! ```text
//! endpoint-rules 1 SLOTS              how many slots values need: first the parameters, then what calls assign
//! NAME TYPE [required] [@BUILTIN] [=DEFAULT]
//!
//! https://s3.{0}.{5#dnsSuffix}        strings: {SLOT}, {SLOT#ATTRIBUTE}, {{ a brace, {n} a line feed, {} nothing at all
//!
//! [$SLOT=]FUNCTION OPERAND…           calls; an operand is $SLOT, sSTRING, cCALL, true, false or a number
//!
//! [header=sNAME:OPERAND,…] [auth=NAME,name=sN,region=sN,regions=sN+sN,plain] [other={JSON}]     or - for nothing
//!
//! CALL… > RULE…                       when all calls hold, the first of these rules that gives something
//! CALL… = OPERAND EXTRAS              an endpoint: its URL and a line of the section before
//! CALL… ! OPERAND                     an error
//!
//! ```
//!
//! The last rule is the one to begin with.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// How deep rules and calls may nest; the run time holds to the same limit.
const MAX_DEPTH: usize = 32;

/// The attributes of the values that rule functions give.
const ATTRIBUTES: [&str; 16] = [
    "name",
    "dnsSuffix",
    "dualStackDnsSuffix",
    "implicitGlobalRegion",
    "supportsFIPS",
    "supportsDualStack",
    "partition",
    "service",
    "region",
    "accountId",
    "resourceId",
    "scheme",
    "authority",
    "path",
    "normalizedPath",
    "isIp",
];

/// The functions and how many arguments they take.
const FUNCTIONS: [(&str, usize, usize); 15] = [
    ("isSet", 1, 1),
    ("not", 1, 1),
    ("getAttr", 2, 2),
    ("stringEquals", 2, 2),
    ("booleanEquals", 2, 2),
    ("uriEncode", 1, 1),
    ("parseURL", 1, 1),
    ("substring", 4, 4),
    ("isValidHostLabel", 2, 2),
    ("split", 3, 3),
    ("coalesce", 1, usize::MAX),
    ("ite", 3, 3),
    ("aws.partition", 1, 1),
    ("aws.parseArn", 1, 1),
    ("aws.isVirtualHostableS3Bucket", 2, 2),
];

/// The compact form of a service's `endpoint-rule-set-1.json`.
///
/// # Errors
/// Everything that is wrong with the rules, each with its place in the file.
pub fn compact(rule_set: &Value) -> Result<String, Vec<String>> {
    let mut compactor = Compactor::default();
    let parameters = compactor.parameters(&rule_set["parameters"]);
    compactor.tree(&[], &rule_set["rules"], "rules", 0);
    if compactor.problems.is_empty() { Ok(compactor.write(&parameters)) } else { Err(compactor.problems) }
}

#[derive(Default)]
struct Compactor {
    slots: HashMap<String, usize>,
    scope: Vec<String>,
    strings: Lines,
    calls: Lines,
    extras: Lines,
    rules: Lines,
    problems: Vec<String>,
}

/// Lines of a section, equal ones once.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Lines {
    fn add(&mut self, line: String) -> usize {
        let next = self.lines.len();
        *self.numbers.entry(line).or_insert_with_key(|line| {
            self.lines.push(line.clone());
            next
        })
    }
}

impl Compactor {
    fn write(&self, parameters: &[String]) -> String {
        let mut text = format!("endpoint-rules 1 {}\n", self.slots.len());
        for section in [parameters, &self.strings.lines, &self.calls.lines, &self.extras.lines, &self.rules.lines] {
            for line in section {
                text.push_str(line);
                text.push('\n');
            }
            text.push('\n');
        }
        text
    }

    fn problem(&mut self, path: &str, what: impl AsRef<str>) {
        self.problems.push(format!("{path}: {}", what.as_ref()));
    }

    fn parameters(&mut self, parameters: &Value) -> Vec<String> {
        let Some(parameters) = parameters.as_object() else {
            self.problem("parameters", "is not an object");
            return Vec::new();
        };
        parameters.iter().filter_map(|(name, parameter)| self.parameter(name, parameter)).collect()
    }

    fn parameter(&mut self, name: &str, parameter: &Value) -> Option<String> {
        let path = format!("parameters.{name}");
        if !is_word(name) {
            self.problem(&path, "the name is not a word");
            return None;
        }
        let kind = parameter["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        if !matches!(kind.as_str(), "string" | "boolean" | "stringarray") {
            self.problem(&path, format!("type `{kind}` is not string, boolean or stringArray"));
            return None;
        }
        self.slot(name);
        self.scope.push(name.to_owned());
        let mut line = format!("{name} {kind}");
        if parameter["required"] == true {
            line += " required";
        }
        if let Some(built_in) = parameter["builtIn"].as_str() {
            line += &format!(" @{built_in}");
        }
        match (&parameter["default"], kind.as_str()) {
            (Value::Null, _) => {}
            (Value::Bool(default), "boolean") => line += &format!(" ={default}"),
            (Value::String(default), "string") if !default.contains(['\n', ' ']) => line += &format!(" ={default}"),
            (Value::Array(items), "stringarray") if items.iter().all(is_element) => {
                line += &format!(" ={}", items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","));
            }
            (other, _) => self.problem(&path, format!("default {other} is not supported for type {kind}")),
        }
        Some(line)
    }

    fn slot(&mut self, name: &str) -> usize {
        let next = self.slots.len();
        *self.slots.entry(name.to_owned()).or_insert(next)
    }

    fn known(&mut self, name: &str, path: &str) -> usize {
        if !self.scope.iter().any(|other| other == name) {
            self.problem(path, format!("`{name}` has no value here"));
        }
        self.slot(name)
    }

    fn tree(&mut self, conditions: &[usize], rules: &Value, path: &str, depth: usize) -> usize {
        let Some(rules) = rules.as_array() else {
            self.problem(path, "is not a list of rules");
            return 0;
        };
        if depth > MAX_DEPTH {
            self.problem(path, format!("rules nest deeper than {MAX_DEPTH}"));
            return 0;
        }
        // Rules within rules hold when all their conditions do, so an only child needs no level of its own.
        if let [rule] = rules.as_slice() {
            return self.rule(conditions, rule, &format!("{path}[0]"), depth);
        }
        let numbers: Vec<usize> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| self.rule(&[], rule, &format!("{path}[{index}]"), depth + 1))
            .collect();
        self.rules.add(joined(conditions, '>', &words(&numbers)))
    }

    fn rule(&mut self, outer: &[usize], rule: &Value, path: &str, depth: usize) -> usize {
        let scope = self.scope.len();
        let mut conditions = outer.to_vec();
        for (index, condition) in rule["conditions"].as_array().into_iter().flatten().enumerate() {
            conditions.push(self.call(condition, &format!("{path}.conditions[{index}]"), 0));
        }
        let number = match rule["type"].as_str() {
            Some("tree") => self.tree(&conditions, &rule["rules"], &format!("{path}.rules"), depth),
            Some("endpoint") => {
                let url = self.operand(&rule["endpoint"]["url"], &format!("{path}.endpoint.url"), 0);
                let extras = self.extras(&rule["endpoint"], &format!("{path}.endpoint"));
                self.rules.add(joined(&conditions, '=', &format!("{url} {extras}")))
            }
            Some("error") => {
                let error = self.operand(&rule["error"], &format!("{path}.error"), 0);
                self.rules.add(joined(&conditions, '!', &error))
            }
            other => {
                self.problem(path, format!("type {other:?} is not tree, endpoint or error"));
                0
            }
        };
        self.scope.truncate(scope);
        number
    }

    fn call(&mut self, call: &Value, path: &str, depth: usize) -> usize {
        let Some((&(function, least, most), arguments)) = call["fn"]
            .as_str()
            .and_then(|name| FUNCTIONS.iter().find(|(function, ..)| *function == name))
            .zip(call["argv"].as_array())
        else {
            self.problem(path, format!("is not a call of a known function: {call}"));
            return 0;
        };
        if arguments.len() < least || arguments.len() > most {
            self.problem(path, format!("{function} does not take {} arguments", arguments.len()));
            return 0;
        }
        if depth > MAX_DEPTH {
            self.problem(path, format!("calls nest deeper than {MAX_DEPTH}"));
            return 0;
        }
        let line = match function {
            "getAttr" => self.attribute(arguments, path, depth),
            _ => arguments.iter().enumerate().fold(function.to_owned(), |line, (index, argument)| {
                line + " " + &self.operand(argument, &format!("{path}.argv[{index}]"), depth + 1)
            }),
        };
        match call["assign"].as_str() {
            None => self.calls.add(line),
            Some(name) => {
                if !is_word(name) || self.scope.iter().any(|other| other == name) {
                    self.problem(path, format!("`{name}` cannot be assigned: it is no word, or has a value already"));
                }
                let slot = self.slot(name);
                self.scope.push(name.to_owned());
                self.calls.add(format!("${slot}={line}"))
            }
        }
    }

    /// `getAttr` with a path of more than one part becomes a call in a call.
    fn attribute(&mut self, arguments: &[Value], path: &str, depth: usize) -> String {
        let mut value = self.operand(&arguments[0], &format!("{path}.argv[0]"), depth + 1);
        let attributes = arguments[1].as_str().unwrap_or_default();
        let mut parts = attributes.split('.').peekable();
        loop {
            let part = parts.next().unwrap_or_default();
            if !is_attribute(part) {
                self.problem(path, format!("no value has an attribute `{attributes}`"));
            }
            let line = format!("getAttr {value} {part}");
            if parts.peek().is_none() {
                return line;
            }
            value = format!("c{}", self.calls.add(line));
        }
    }

    fn operand(&mut self, value: &Value, path: &str, depth: usize) -> String {
        match value {
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => {
                if value.as_i64().is_none_or(|value| i32::try_from(value).is_err()) {
                    self.problem(path, format!("{value} is not a whole number of 32 bits"));
                }
                value.to_string()
            }
            Value::String(text) => self.string(text, path),
            Value::Object(object) if object.contains_key("fn") => format!("c{}", self.call(value, path, depth)),
            Value::Object(object) => match object.get("ref").and_then(Value::as_str) {
                Some(name) => format!("${}", self.known(name, path)),
                None => {
                    self.problem(path, format!("is neither a call nor a reference: {value}"));
                    String::new()
                }
            },
            Value::Null | Value::Array(_) => {
                self.problem(path, format!("is not a value that rules may have: {value}"));
                String::new()
            }
        }
    }

    fn string(&mut self, text: &str, path: &str) -> String {
        let template = self.template(text, path);
        let line = if template.is_empty() { "{}".to_owned() } else { template };
        format!("s{}", self.strings.add(line))
    }

    /// The text with slots for names. As in botocore a string is a template only if it has a name in braces.
    fn template(&mut self, text: &str, path: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let is_template = has_reference(text);
        while let Some(at) = rest.find(['{', '}', '\n']) {
            out += &rest[..at];
            let brace = &rest[at..];
            let length = if is_template && (brace.starts_with("{{") || brace.starts_with("}}")) {
                out += if brace.starts_with('{') { "{{" } else { "}" };
                2
            } else if brace.starts_with('\n') {
                out += "{n}";
                1
            } else if is_template && brace.starts_with('{') {
                let end = brace.find('}').unwrap_or(brace.len() - 1);
                out += &self.reference(&brace[1..end.max(1)], path);
                end + 1
            } else {
                out += if brace.starts_with('{') { "{{" } else { "}" };
                1
            };
            rest = &brace[length..];
        }
        out + rest
    }

    fn reference(&mut self, reference: &str, path: &str) -> String {
        let (name, attribute) = match reference.split_once('#') {
            Some((name, attribute)) => (name, Some(attribute)),
            None => (reference, None),
        };
        let slot = self.known(name, path);
        match attribute {
            None => format!("{{{slot}}}"),
            Some(attribute) => {
                if !is_attribute(attribute) {
                    self.problem(path, format!("no value has an attribute `{attribute}`"));
                }
                format!("{{{slot}#{attribute}}}")
            }
        }
    }

    fn extras(&mut self, endpoint: &Value, path: &str) -> usize {
        let mut words = Vec::new();
        for (name, values) in endpoint["headers"].as_object().into_iter().flatten() {
            let path = format!("{path}.headers.{name}");
            let name = self.string(&name.replace('{', "{{").replace('}', "}}"), &path);
            let values: Vec<String> =
                values.as_array().into_iter().flatten().map(|value| self.operand(value, &path, 0)).collect();
            words.push(format!("header={name}:{}", values.join(",")));
        }
        let mut others = Map::new();
        for (name, property) in endpoint["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.properties.{name}");
            if name == "authSchemes" {
                for (index, scheme) in property.as_array().into_iter().flatten().enumerate() {
                    words.push(self.auth_scheme(scheme, &format!("{path}[{index}]")));
                }
            } else {
                others.insert(name.clone(), self.property(property, &path, 0));
            }
        }
        if !others.is_empty() {
            words.push(format!("other={}", Value::Object(others)));
        }
        self.extras.add(if words.is_empty() { "-".to_owned() } else { words.join(" ") })
    }

    /// What a scheme may say beyond these members, no version of the rules' specification names.
    fn auth_scheme(&mut self, scheme: &Value, path: &str) -> String {
        let name = scheme["name"].as_str().unwrap_or_default();
        if name.is_empty() || name.contains([' ', ',', '\n']) {
            self.problem(path, "has no name, or one with spaces or commas");
        }
        let mut word = format!("auth={name}");
        for (member, key) in [("signingName", "name"), ("signingRegion", "region")] {
            if let Some(text) = scheme[member].as_str() {
                word += &format!(",{key}={}", self.string(text, path));
            }
        }
        let regions: Vec<String> = scheme["signingRegionSet"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|region| self.string(region, path))
            .collect();
        if !regions.is_empty() {
            word += &format!(",regions={}", regions.join("+"));
        }
        let plain = &scheme["disableDoubleEncoding"];
        if plain == true || plain.as_str().is_some_and(|plain| plain.eq_ignore_ascii_case("true")) {
            word += ",plain";
        }
        word
    }

    fn property(&mut self, property: &Value, path: &str, depth: usize) -> Value {
        if depth > MAX_DEPTH {
            self.problem(path, format!("properties nest deeper than {MAX_DEPTH}"));
            return Value::Null;
        }
        match property {
            Value::String(text) => Value::String(self.template(text, path)),
            Value::Array(items) => items.iter().map(|item| self.property(item, path, depth + 1)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (name.clone(), self.property(member, path, depth + 1)))
                .collect::<Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

fn joined(conditions: &[usize], mark: char, rest: &str) -> String {
    if conditions.is_empty() { format!("{mark} {rest}") } else { format!("{} {mark} {rest}", words(conditions)) }
}

fn words(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

/// Whether a default's element can stand between commas.
fn is_element(item: &Value) -> bool {
    item.as_str().is_some_and(|text| !text.is_empty() && !text.contains([',', ' ', '\n']))
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn has_reference(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        rest.split_once('}').is_some_and(|(name, _)| is_word(&name.replace('#', "_")) && !name.starts_with('#'))
    })
}

/// `service`, `resourceId[1]`, `[0]`
fn is_attribute(part: &str) -> bool {
    let (name, index) = match part.split_once('[') {
        None => (part, None),
        Some((name, index)) => (name, index.strip_suffix(']').map(|index| index.parse::<u16>().is_ok())),
    };
    match index {
        None => !part.contains('[') && ATTRIBUTES.contains(&name),
        Some(number) => number && (name.is_empty() || ATTRIBUTES.contains(&name)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(rules: Value) -> Value {
        json!({"version": "1.0", "parameters": {"Region": {"type": "String"}, "Dual": {"type": "boolean"}}, "rules": rules})
    }

    #[test]
    fn equal_rules_are_written_once() {
        let leaf = json!({"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{Region}.example"}});
        let set = |name: &str| json!([{"fn": "isSet", "argv": [{"ref": name}]}]);
        let text = compact(&rules(json!([
            {"type": "tree", "conditions": set("Region"), "rules": [leaf.clone(), {"type": "error", "conditions": [], "error": "no"}]},
            {"type": "tree", "conditions": set("Dual"), "rules": [leaf.clone()]},
            leaf,
        ])))
        .unwrap();
        assert_eq!(
            text,
            "endpoint-rules 1 2\nDual boolean\nRegion string\n\nhttps://{1}.example\nno\n\nisSet $1\nisSet $0\n\n-\n\n\
             = s0 0\n! s1\n0 > 0 1\n1 = s0 0\n> 2 3 0\n\n"
        );
    }

    #[test]
    fn problems_have_places() {
        let problems = compact(&rules(json!([
            {"type": "error", "conditions": [{"fn": "shout", "argv": []}], "error": "{Nobody}"},
            {"type": "endpoint", "conditions": [
                {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "p"},
                {"fn": "getAttr", "argv": [{"ref": "p"}, "colour"]},
                {"fn": "isSet", "argv": []},
            ], "endpoint": {"url": null}},
            {"type": "shrub", "conditions": []},
        ])))
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "rules[0].conditions[0]: is not a call of a known function: {\"argv\":[],\"fn\":\"shout\"}",
                "rules[0].error: `Nobody` has no value here",
                "rules[1].conditions[1]: no value has an attribute `colour`",
                "rules[1].conditions[2]: isSet does not take 0 arguments",
                "rules[1].endpoint.url: is not a value that rules may have: null",
                "rules[2]: type Some(\"shrub\") is not tree, endpoint or error",
            ]
        );
    }

    #[test]
    fn values_end_with_their_rule() {
        let assign = json!({"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "p"});
        let problems = compact(&rules(json!([
            {"type": "error", "conditions": [assign.clone(), assign], "error": "twice"},
            {"type": "error", "conditions": [], "error": "{p#name}"},
        ])))
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "rules[0].conditions[1]: `p` cannot be assigned: it is no word, or has a value already",
                "rules[1].error: `p` has no value here",
            ]
        );
    }

    #[test]
    fn braces_and_line_feeds() {
        let error = |error: &str| {
            let text = compact(&rules(json!([{"type": "error", "conditions": [], "error": error}]))).unwrap();
            text.lines().nth(4).unwrap().to_owned()
        };
        assert_eq!(error("plain {} and { alone"), "plain {{} and {{ alone");
        assert_eq!(error("{{x}} {Region}\n"), "{{x} {1}{n}");
        assert_eq!(error(""), "{}");
    }

    #[test]
    fn bottomless_rules_are_refused() {
        let mut rule = json!([{"type": "error", "conditions": [], "error": "x"}]);
        for _ in 0..40 {
            rule = json!([{"type": "tree", "conditions": [], "rules": rule}, {"type": "error", "conditions": [], "error": "y"}]);
        }
        assert!(compact(&rules(rule)).unwrap_err()[0].contains("nest deeper"));
    }
}
