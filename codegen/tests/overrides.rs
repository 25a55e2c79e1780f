//! A second directory of models, in botocore's layout: what it adds, replaces, and may look like.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use botocore_codegen::{Request, generate};

/// Directories of models, and where what is made of them goes.
struct Models {
    root: PathBuf,
}

impl Models {
    fn new(name: &str) -> Self {
        let root = env::temp_dir().join(format!("botocore-codegen-overrides-{}-{name}", process::id()));
        let models = Models { root };
        fs::create_dir_all(models.root.join("out")).expect("the temporary directory can be written");
        for directory in ["models", "mine"] {
            fs::create_dir_all(models.root.join(directory)).expect("the temporary directory can be written");
        }
        for name in ["partitions.json", "endpoints.json"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name);
            fs::copy(from, models.root.join("models").join(name)).expect("the project's facts can be copied");
        }
        models
    }

    fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().expect("files lie in directories")).expect("it can be written");
        fs::write(file, content).expect("it can be written");
        self
    }

    /// The emitted file, or the report without the directories' place.
    fn made(&self, services: &[&str], file: &str) -> Result<String, String> {
        let request = Request {
            services: services.iter().map(|name| (*name).to_owned()).collect(),
            models: self.root.join("models"),
            overrides: Some(self.root.join("mine")),
            out: self.root.join("out"),
            ..Request::default()
        };
        match generate(&request) {
            Ok(_) => Ok(fs::read_to_string(self.root.join("out").join(file)).unwrap_or_default()),
            Err(report) => Err(report.to_string().replace(&format!("{}/", self.root.display()), "")),
        }
    }
}

impl Drop for Models {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A service whose one operation takes a member of that name.
fn service(member: &str) -> String {
    serde_json::json!({
        "metadata": { "apiVersion": "2020-01-01", "endpointPrefix": "thing", "protocol": "json", "jsonVersion": "1.1",
            "serviceId": "Thing", "signatureVersion": "v4", "targetPrefix": "Thing" },
        "operations": { "List": { "name": "List", "http": { "method": "POST", "requestUri": "/" },
            "input": { "shape": "In" }, "output": { "shape": "Out" } } },
        "shapes": {
            "In": { "type": "structure", "members": { member: { "shape": "Text" }, "Marker": { "shape": "Text" } } },
            "Out": { "type": "structure", "members": { "Items": { "shape": "Items" }, "Next": { "shape": "Text" } } },
            "Items": { "type": "list", "member": { "shape": "Text" } },
            "Text": { "type": "string" }
        }
    })
    .to_string()
}

const PAGES: &str =
    r#"{"pagination": {"List": {"input_token": "Marker", "output_token": "Next", "result_key": "Items"}}}"#;

/// Gzip with one stored block, as the format's standard has it.
fn packed(text: &str) -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    let length = u16::try_from(text.len()).expect("the text is short");
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(text.as_bytes());
    let sum = !text.bytes().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    });
    bytes.extend(sum.to_le_bytes());
    bytes.extend(u32::from(length).to_le_bytes());
    bytes
}

#[test]
fn services_are_added() {
    let models = Models::new("added").with("mine/thing/2020-01-01/service-2.json", service("Mine"));
    assert!(models.made(&[], "thing/operation.rs").unwrap().contains("pub mine: Option<String>"));
    assert!(models.made(&[], "services.rs").unwrap().contains("pub mod thing;"));
}

#[test]
fn services_are_replaced_whatever_their_version() {
    let models = Models::new("replaced")
        .with("models/thing/2020-01-01/service-2.json", service("Theirs"))
        .with("mine/thing/2019-01-01/service-2.json", service("Mine"));
    assert!(models.made(&["thing"], "thing/operation.rs").unwrap().contains("pub mine: Option<String>"));
    assert!(!models.made(&["thing"], "thing/operation.rs").unwrap().contains("theirs"));
}

#[test]
fn partitions_are_replaced() {
    let outputs = serde_json::json!({ "dnsSuffix": "mine.example", "dualStackDnsSuffix": "dual.mine.example",
        "implicitGlobalRegion": "mine-1", "supportsFIPS": false, "supportsDualStack": true });
    let partitions = serde_json::json!({ "partitions": [
        { "id": "mine", "outputs": outputs, "regionRegex": "^mine-\\d+$", "regions": { "mine-1": {} } }] });
    let models = Models::new("partitions").with("mine/partitions.json", partitions.to_string());
    let compact = "mine mine.example dual.mine.example mine-1 dual ^mine-\\d+$ mine-1\n";
    assert_eq!(models.made(&[], "partitions.txt").unwrap(), compact);
    let models = models.with("mine/partitions.json", "{}");
    assert!(models.made(&[], "partitions.txt").unwrap_err().starts_with("mine/partitions.json: "));
}

#[test]
fn the_newest_version_counts() {
    let models = Models::new("newest")
        .with("models/thing/2020-01-01/service-2.json", service("New"))
        .with("models/thing/2019-12-31/service-2.json", service("Old"))
        .with("models/thing/2021-01-01/examples-1.json", "{}");
    assert!(models.made(&["thing"], "thing/operation.rs").unwrap().contains("pub new: Option<String>"));
}

#[test]
fn files_may_be_packed() {
    let models = Models::new("packed")
        .with("mine/thing/2020-01-01/service-2.json.gz", packed(&service("Mine")))
        .with("mine/thing/2020-01-01/paginators-1.json.gz", packed(PAGES));
    assert!(models.made(&[], "thing/operation.rs").unwrap().contains("pub mine: Option<String>"));
    assert!(models.made(&[], "thing/paginator.rs").unwrap().contains("type Item = String"));
}

#[test]
fn packed_files_that_are_broken_are_named() {
    let mut cut = packed(&service("Mine"));
    cut.truncate(100);
    let models = Models::new("cut").with("mine/thing/2020-01-01/service-2.json.gz", cut);
    let problem = "mine/thing/2020-01-01/service-2.json.gz: it cannot be unpacked: it ends too early";
    assert_eq!(models.made(&[], "services.rs").unwrap_err(), problem);
    let models = models.with("mine/thing/2020-01-01/service-2.json.gz", "{}");
    let problem = "mine/thing/2020-01-01/service-2.json.gz: it cannot be unpacked: it does not begin as a gzip file";
    assert_eq!(models.made(&[], "services.rs").unwrap_err(), problem);
}

#[test]
fn extras_are_laid_over() {
    let extras = r#"{"version": 1.0, "merge": {"metadata": {"serviceId": "Other"}, "shapes": {
        "In": {"members": {"More": {"shape": "Text"}}}, "Text": {"type": "timestamp"}}}}"#;
    let pages = r#"{"merge": {"pagination": {"List": {"non_aggregate_keys": ["Next"]}}}}"#;
    let models = Models::new("extras")
        .with("mine/thing/2020-01-01/service-2.json", service("Mine"))
        .with("mine/thing/2020-01-01/service-2.sdk-extras.json", extras)
        .with("mine/thing/2020-01-01/paginators-1.json", PAGES)
        .with("mine/thing/2020-01-01/paginators-1.sdk-extras.json", pages);
    let emitted = models.made(&[], "thing/operation.rs").unwrap();
    assert!(emitted.contains("pub more: Option<Timestamp>"), "{emitted}");
    assert!(models.made(&[], "thing/mod.rs").unwrap().contains("\"Other\""));
    assert!(models.made(&[], "thing/paginator.rs").unwrap().contains("keep Next"));
}

/// As botocore finds each file of a version by itself.
#[test]
fn what_is_not_replaced_stays() {
    let gone = r#"{"pagination": {
        "Gone": {"input_token": "Marker", "output_token": "Next", "result_key": "Items"},
        "List": {"input_token": "Marker", "output_token": "Next", "result_key": "Items"}}}"#;
    let models = Models::new("stays")
        .with("models/thing/2020-01-01/service-2.json", service("Theirs"))
        .with("models/thing/2020-01-01/paginators-1.json", gone)
        .with("mine/thing/2020-01-01/service-2.json", service("Mine"));
    assert!(models.made(&["thing"], "thing/operation.rs").unwrap().contains("pub mine: Option<String>"));
    assert!(models.made(&["thing"], "thing/paginator.rs").unwrap().contains("type Item = String"));
    let models = models.with("mine/thing/2020-01-01/paginators-1.json", r#"{"pagination": {}}"#);
    assert!(!models.made(&["thing"], "thing/mod.rs").unwrap().contains("mod paginator"));
}

#[test]
fn pages_alone_may_be_replaced() {
    let models = Models::new("pages")
        .with("models/thing/2020-01-01/service-2.json", service("Theirs"))
        .with("mine/thing/2020-01-01/paginators-1.json", PAGES);
    assert!(models.made(&["thing"], "thing/paginator.rs").unwrap().contains("type Item = String"));
}
