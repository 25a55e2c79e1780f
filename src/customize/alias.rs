//! Other names of members, for calls by name: those under which Python programs know them.
//! Source: botocore `handlers._add_parameter_aliases`.

use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Operation, Service};
use crate::shape::Document;

/// Service, operation (`*`: every one), other name, the model's name.
const ALIASES: [(&str, &str, &str, &str); 3] = [
    ("cloudsearchdomain", "Search", "returnFields", "return"),
    ("ec2", "*", "Filters", "Filter"),
    ("logs", "CreateExportTask", "fromTime", "from"),
];

/// Parameters under the model's names, when one has another; `known`: whether the input has a member of that name.
///
/// # Errors
/// When a member is there under both names.
pub(super) fn rename(
    service: &Service,
    operation: &Operation,
    parameters: &Document,
    known: &dyn Fn(&str) -> bool,
) -> Result<Option<Document>> {
    let of_operation = |of: &str| of == "*" || of == operation.name;
    let mut aliases = ALIASES.iter().filter(|(of, name, ..)| *of == service.name && of_operation(name));
    let Some((_, _, alias, name)) =
        aliases.find(|(_, _, alias, name)| parameters.get(alias).is_some() && known(name) && !known(alias))
    else {
        return Ok(None);
    };
    if parameters.get(name).is_some() {
        let message = format!("{alias} is another name of {name}, and both are given");
        return Err(Error::new(ErrorKind::Serialize, message));
    }
    let members = parameters.as_object().into_iter().flatten();
    let renamed =
        members.map(|(key, value)| (if key == alias { (*name).to_owned() } else { key.clone() }, value.clone()));
    Ok(Some(Document::Object(renamed.collect())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operation::Protocol;

    const LOGS: Service = Service {
        name: "logs",
        id: "CloudWatch Logs",
        endpoint_prefix: "logs",
        signing_name: "logs",
        api_version: "2014-03-28",
        protocol: Protocol::Json,
        signature_version: "v4",
        auth: "",
        traits: "",
        endpoint_rules: "",
        error: |_| None,
    };
    const EXPORT: Operation = Operation { name: "CreateExportTask", method: "POST", uri: "/", traits: "" };

    #[test]
    fn one_of_two_names_is_taken() {
        let renamed = |parameters| rename(&LOGS, &EXPORT, &parameters, &|name| name == "from");
        assert_eq!(renamed(json!({ "fromTime": 1, "to": 2 })).unwrap(), Some(json!({ "from": 1, "to": 2 })));
        assert_eq!(renamed(json!({ "from": 1 })).unwrap(), None);
        assert!(renamed(json!({ "from": 1, "fromTime": 1 })).is_err());
        let other = Operation { name: "GetLogEvents", ..EXPORT };
        assert_eq!(rename(&LOGS, &other, &json!({ "fromTime": 1 }), &|_| true).unwrap(), None);
    }
}
