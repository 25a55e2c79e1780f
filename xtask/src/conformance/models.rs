//! What has to be emitted: models of the suites' own shapes, and the operations of real services that cases call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Result;
use crate::workspace::root;

/// The suites of one operation and its shapes a case.
const PROTOCOLS: [&str; 4] =
    ["protocols/input", "protocols/output", "protocols/legacy/input", "protocols/legacy/output"];

/// What is to be built.
pub struct Plan {
    /// The directory of the suites' own models.
    pub models: PathBuf,
    /// The file with the Rust of a table of all services.
    pub table: PathBuf,
    services: BTreeMap<String, BTreeSet<String>>,
}

impl Plan {
    pub fn make(directory: &Path, work: &Path) -> Result<Plan> {
        let (models, table) = (work.join("models"), work.join("table.rs"));
        let mut writer = Writer { models: work.join("models.new"), names: Vec::new() };
        if writer.models.exists() {
            fs::remove_dir_all(&writer.models)?;
        }
        fs::create_dir_all(&writer.models)?;
        for place in PROTOCOLS {
            writer.suites(directory, place)?;
        }
        writer.smithy(directory)?;
        replace(&writer.models, &models)?;
        let services = real(directory)?;
        let mut names: Vec<String> = services.keys().cloned().collect();
        names.extend(writer.names);
        write(&table, &table_of(&names))?;
        Ok(Plan { models, table, services })
    }

    /// The features of the real services. Maps keep the order of the suites' own.
    pub fn features(&self) -> String {
        let names: Vec<_> = self.services.keys().map(String::as_str).collect();
        names.join(",") + ",gzip,serde_json/preserve_order"
    }

    /// The operations of the real services, for `BOTOCORE_OPERATIONS`.
    pub fn operations(&self) -> String {
        let mut text = String::new();
        for (service, operations) in &self.services {
            let operations: Vec<_> = operations.iter().map(String::as_str).collect();
            let _ = write!(text, "{service}={};", operations.join(","));
        }
        text
    }
}

fn table_of(names: &[String]) -> String {
    let mut text = "pub(super) const SERVICES: &[Emitted] = &[\n".to_owned();
    for name in names {
        let module = name.replace('-', "_");
        let _ = writeln!(
            text,
            "    Emitted {{ name: {name:?}, service: &crate::{module}::SERVICE, operation: crate::{module}::by_name::operation, \
             names: crate::{module}::by_name::NAMES }},"
        );
    }
    text + "];\n"
}

/// The operations that recorded calls and bodies of services name.
fn real(directory: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut services: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in ["requests/requests.json", "requests/customisations.json"] {
        for case in read(&directory.join(file))?["cases"].as_array().into_iter().flatten() {
            if let (Some(service), Some(operation)) = (case["service"].as_str(), case["operation"].as_str()) {
                services.entry(service.to_owned()).or_default().insert(operation.to_owned());
            }
        }
    }
    for case in read(&directory.join("s3/misc.json"))?.as_array().into_iter().flatten() {
        let wanted = case["operation"].as_str().unwrap_or_default().replace('_', "");
        let always = ["GetObject", "PutObject"];
        let is_wanted = |name: &String| name.eq_ignore_ascii_case(&wanted) || always.contains(&name.as_str());
        let known = operations_of("s3").into_iter().filter(is_wanted);
        services.entry("s3".to_owned()).or_default().extend(known);
    }
    for case in read(&directory.join("auth-scheme.json"))?.as_array().into_iter().flatten() {
        if let Some(wanted) = case["operation_name"].as_str().map(|name| name.replace('_', "")) {
            let known = operations_of("cognito-idp").into_iter().filter(|name| name.eq_ignore_ascii_case(&wanted));
            services.entry("cognito-idp".to_owned()).or_default().extend(known);
        }
    }
    // Names are looked up in services of which nothing else may be wanted.
    for case in read(&directory.join("service-names.json"))?.as_array().into_iter().flatten() {
        let service = case["client_name"].as_str().unwrap_or_default();
        if !services.contains_key(service) {
            services.insert(service.to_owned(), operations_of(service).into_iter().take(1).collect());
        }
    }
    for case in read(&directory.join("s3/s3control-redirects.json"))?.as_array().into_iter().flatten() {
        let operation = case["table"].as_str().unwrap_or_default().to_owned();
        services.entry("s3control".to_owned()).or_default().insert(operation);
    }
    for case in read(&directory.join("protocols-smithy/cases.json"))?["cases"].as_array().into_iter().flatten() {
        let file = case["file"].as_str().unwrap_or_default();
        let name = case["operation"].as_str().unwrap_or_default();
        if let Some((_, file)) = file.rsplit_once("/services/") {
            let service = file.trim_end_matches(".smithy").to_owned();
            // A case of an error names its shape, and any operation will do that models it.
            let operations = operations_with_error(&service, name).into_iter().take(1).chain([name.to_owned()]);
            services.entry(service.clone()).or_default().extend(operations);
        }
    }
    services.retain(|service, operations| {
        let known = operations_of(service);
        operations.retain(|operation| known.contains(operation));
        !operations.is_empty()
    });
    Ok(services)
}

/// The names of a service's operations; none when the project does not have the service.
fn operations_of(service: &str) -> BTreeSet<String> {
    model_of(service)["operations"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The operations that model that error.
fn operations_with_error(service: &str, error: &str) -> BTreeSet<String> {
    let model = model_of(service);
    let operations = model["operations"].as_object().into_iter().flatten();
    let models = |operation: &Value| {
        operation["errors"].as_array().into_iter().flatten().any(|reference| reference["shape"] == error)
    };
    operations.filter(|(_, operation)| models(operation)).map(|(name, _)| name.clone()).collect()
}

fn model_of(service: &str) -> Value {
    let folder = root().join("models").join(service);
    let mut versions: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    versions.sort();
    versions.iter().rev().find_map(|version| read(&version.join("service-2.json")).ok()).unwrap_or_default()
}

/// Writes models in botocore's layout.
struct Writer {
    models: PathBuf,
    names: Vec<String>,
}

impl Writer {
    /// A service of each suite of the files in `place`: `suite-input-rest-json-3`.
    fn suites(&mut self, directory: &Path, place: &str) -> Result<()> {
        let folder = directory.join(place);
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let file = path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
            let kind = place.replace("protocols/", "").replace('/', "-");
            for (index, suite) in read(&path)?.as_array().into_iter().flatten().enumerate() {
                let mut operations: Vec<BTreeMap<String, Value>> = Vec::new();
                for case in suite["cases"].as_array().into_iter().flatten() {
                    variant(&mut operations, &case["given"]);
                }
                for (variant, operations) in operations.iter().enumerate() {
                    let name = format!("suite-{kind}-{file}-{index}-{variant}");
                    self.service(&name, &suite["metadata"], &suite["shapes"], operations)?;
                }
            }
        }
        Ok(())
    }

    /// A service of each operation whose shapes the Smithy cases bring along: `suite-smithy-3`.
    fn smithy(&mut self, directory: &Path) -> Result<()> {
        let file = directory.join("protocols-smithy/cases.json");
        if !file.is_file() {
            return Ok(());
        }
        let suite = read(&file)?;
        let mut shapes: Vec<_> = suite["shapes"].as_object().into_iter().flatten().collect();
        shapes.sort_by_key(|(key, _)| key.as_str());
        for (index, (key, described)) in shapes.into_iter().enumerate() {
            let (file, operation) = key.rsplit_once(':').unwrap_or(("", key));
            let protocol = match file.split('/').next().unwrap_or_default() {
                "awsJson1_0" | "awsJson1_1" => "json",
                "rpcv2Cbor" => "smithy-rpc-v2-cbor",
                "restXml" | "restXmlWithNamespace" => "rest-xml",
                _ => "rest-json",
            };
            let version = if file.starts_with("awsJson1_0") { "1.0" } else { "1.1" };
            let target = if protocol == "json" { "JsonProtocol" } else { "RpcV2Protocol" };
            let metadata = json!({ "protocol": protocol, "jsonVersion": version, "targetPrefix": target });
            let given = json!({
                "name": operation,
                "http": described["http"],
                "input": { "shape": described["input"] },
                "output": { "shape": described["output"] },
            });
            let operations = BTreeMap::from([(operation.to_owned(), given)]);
            self.service(&format!("suite-smithy-{index}"), &metadata, &described["shapes"], &operations)?;
        }
        Ok(())
    }

    fn service(
        &mut self,
        name: &str,
        metadata: &Value,
        shapes: &Value,
        operations: &BTreeMap<String, Value>,
    ) -> Result<()> {
        let mut metadata = metadata.clone();
        for (key, value) in [
            ("apiVersion", "2020-01-01"),
            ("endpointPrefix", "test"),
            ("serviceId", "Suite"),
            ("signatureVersion", "v4"),
            ("uid", name),
        ] {
            if metadata[key].is_null() {
                metadata[key] = json!(value);
            }
        }
        let mut shapes = shapes.clone();
        for (_, shape) in shapes.as_object_mut().into_iter().flatten() {
            // Only old suites have the type; botocore reads it as a string.
            if shape["type"] == "character" {
                shape["type"] = json!("string");
            }
        }
        let mut operations = json!(operations);
        for (name, operation) in operations.as_object_mut().into_iter().flatten() {
            for (key, value) in [("method", "POST"), ("requestUri", "/")] {
                if operation["http"][key].is_null() {
                    operation["http"][key] = json!(value);
                }
            }
            for side in ["input", "output"] {
                if operation[side]["shape"].is_null() {
                    operation.as_object_mut().map(|operation| operation.remove(side));
                }
            }
            // The suites of `query` leave it out of the model, and expect it in the answer.
            if metadata["protocol"] == "query"
                && operation["output"].is_object()
                && operation["output"]["resultWrapper"].is_null()
            {
                operation["output"]["resultWrapper"] = json!(format!("{name}Result"));
            }
        }
        let model = json!({ "version": "2.0", "metadata": metadata, "operations": operations, "shapes": shapes });
        let folder = self.models.join(name).join("2020-01-01");
        write(&folder.join("service-2.json"), &model.to_string())?;
        write(&folder.join("endpoint-rule-set-1.json"), RULES)?;
        self.names.push(name.to_owned());
        Ok(())
    }
}

/// The endpoint is the client's.
const RULES: &str = r#"{"version":"1.0","parameters":{"Endpoint":{"builtIn":"SDK::Endpoint","required":false,"documentation":"","type":"String"}},"rules":[{"conditions":[{"fn":"isSet","argv":[{"ref":"Endpoint"}]}],"endpoint":{"url":{"ref":"Endpoint"},"properties":{},"headers":{}},"type":"endpoint"},{"conditions":[],"error":"no endpoint","type":"error"}]}"#;

/// The service of a suite that has this operation: a later one where operations of one name differ.
fn variant(services: &mut Vec<BTreeMap<String, Value>>, given: &Value) -> usize {
    let name = given["name"].as_str().unwrap_or_default();
    let fits = |operations: &BTreeMap<String, Value>| operations.get(name).is_none_or(|other| other == given);
    let index = services.iter().position(fits).unwrap_or_else(|| {
        services.push(BTreeMap::new());
        services.len() - 1
    });
    services[index].insert(name.to_owned(), given.clone());
    index
}

fn read(path: &Path) -> Result<Value> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        // Any part of the suites will do.
        Err(_) => return Ok(Value::Null),
    };
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}.", path.display()).into())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // What did not change is not touched, so that nothing is built anew.
    if fs::read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}

/// Puts `new` in the place of `old`, unless both are the same.
fn replace(new: &Path, old: &Path) -> Result<()> {
    if files(new)? == files(old)? {
        return Ok(fs::remove_dir_all(new)?);
    }
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    Ok(fs::rename(new, old)?)
}

/// The texts of a tree.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).into_iter().flatten() {
            let path = entry?.path();
            match path.is_dir() {
                true => open.push(path),
                false => drop(found.insert(path.strip_prefix(folder)?.to_owned(), fs::read(&path)?)),
            }
        }
    }
    Ok(found)
}
