use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const SERVICE: &str = r#"{
  "documentation": "<p>gone</p>",
  "version": "2.0",
  "metadata": {"apiVersion": "2020-01-01", "float": 1.0},
  "shapes": {"Z": {"type": "string"}, "A": {"type": "structure",
    "members": {"documentation": {"shape": "Z", "documentation": "gone"}}}}
}"#;

const WRITTEN: &str = r#"{
"version":"2.0",
"metadata":{"apiVersion":"2020-01-01","float":1.0},
"shapes":{
"Z":{"type":"string"},
"A":{"type":"structure","members":{"documentation":{"shape":"Z"}}}
}
}
"#;

/// A directory of this test's own below the target directory.
fn scratch(name: &str) -> PathBuf {
    let path = workspace::target().join("xtask-tests").join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn data() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("__init__.py", b"__version__ = '9.8.7'\n".to_vec()),
        ("data/zoo/2020-01-01/service-2.json.gz", gzip(SERVICE)),
        ("data/zoo/2020-01-01/examples-1.json", b"{\"examples\":{}}".to_vec()),
        ("data/ant/2019-01-01/service-2.json", SERVICE.as_bytes().to_vec()),
        ("data/_retry.json", b"{\"definitions\": {}}".to_vec()),
    ]
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn directory(scratch: &Path) -> PathBuf {
    for (name, bytes) in data() {
        let path = scratch.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    scratch.join("data")
}

fn wheel(scratch: &Path) -> PathBuf {
    let path = scratch.join("some.whl");
    let mut archive = ZipWriter::new(File::create(&path).unwrap());
    for (name, bytes) in data() {
        archive.start_file(format!("botocore/{name}"), SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap();
    path
}

fn import(source: &Path, into: &Path, docs: Docs) -> BTreeMap<String, String> {
    let mut source = Source::open(source).unwrap();
    assert_eq!(source.version(), "9.8.7");
    let tree = write_tree(&mut source, into, docs).unwrap();
    assert_eq!(tree.services, ["ant", "zoo"].map(|name| (name.to_owned(), Vec::new())).into());
    let mut written = BTreeMap::new();
    for name in Source::names(&source) {
        if let Ok(text) = fs::read_to_string(into.join(name)) {
            written.insert(name.clone(), text);
        }
    }
    assert_eq!(written.len(), tree.files);
    written
}

#[test]
fn wheel_and_directory_give_the_same_bytes_each_time() {
    let scratch = scratch("same");
    let (directory, wheel) = (directory(&scratch), wheel(&scratch));
    let first = import(&directory, &scratch.join("a"), Docs::Drop);
    assert_eq!(first, import(&directory, &scratch.join("b"), Docs::Drop));
    assert_eq!(first, import(&wheel, &scratch.join("c"), Docs::Drop));
    assert_eq!(first["zoo/2020-01-01/service-2.json"], WRITTEN);
    assert_eq!(first["ant/2019-01-01/service-2.json"], WRITTEN);
    assert_eq!(first["_retry.json"], "{\n\"definitions\":{}\n}\n");
    assert!(!first.contains_key("zoo/2020-01-01/examples-1.json"));
    fs::remove_dir_all(scratch).unwrap();
}

#[test]
fn documentation_is_kept_on_request() {
    let scratch = scratch("docs");
    let written = import(&directory(&scratch), &scratch.join("a"), Docs::Keep);
    let text = &written["zoo/2020-01-01/service-2.json"];
    assert!(text.contains("\"documentation\":\"<p>gone</p>\""), "{text}");
    let kept: Value = serde_json::from_str(text).unwrap();
    assert_eq!(kept, serde_json::from_str::<Value>(SERVICE).unwrap());
    fs::remove_dir_all(scratch).unwrap();
}

#[test]
fn an_earlier_import_is_emptied_but_for_other_files() {
    let scratch = scratch("empty");
    fs::create_dir_all(scratch.join("old/2020-01-01")).unwrap();
    fs::write(scratch.join("old.json"), "{}").unwrap();
    fs::write(scratch.join("README.md"), "kept").unwrap();
    empty(&scratch).unwrap();
    let left: Vec<_> = fs::read_dir(&scratch).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["README.md"]);
    fs::remove_dir_all(scratch).unwrap();
}

/// What `models/` holds is what the importer would write from it: nobody edited it, no documentation slipped in, and
/// each service has its feature.
#[test]
fn the_tree_is_as_the_importer_left_it() {
    let root = workspace::root();
    let mut services = features::Services::new();
    for path in files(&root.join("models")) {
        let name = path.strip_prefix(root.join("models")).unwrap().to_str();
        let name = name.unwrap().replace('\\', "/");
        if name == "README.md" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        strip::documentation(&mut value);
        let layout = layout::of_file(&name).unwrap().unwrap();
        assert!(layout::text(&value, layout) == text, "{name} was edited");
        if let Some((service, _)) = name.split_once('/') {
            services.entry(service.to_owned()).or_default().extend(features::needed(&value));
        }
    }
    let manifest = root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    assert_eq!(features::between_markers(&text, &services).unwrap(), text);
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}
