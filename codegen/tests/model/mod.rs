use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use botocore_codegen::Request;

/// The entries of a directory of test data, sorted.
pub fn data(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let entries = folder.read_dir().expect("test data lies beside the tests");
    let mut entries: Vec<_> = entries.map(|entry| entry.expect("test data can be listed").path()).collect();
    entries.sort();
    entries
}

/// Generates the one service `name` from a model: the text of `file`, or the report.
pub fn generate(name: &str, model: &[u8], file: Option<&str>) -> Result<String, String> {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = format!("botocore-codegen-{}-{}", process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    let root = env::temp_dir().join(run);
    let version = root.join("models").join(name).join("2020-01-01");
    fs::create_dir_all(&version).expect("the temporary directory can be written");
    fs::create_dir_all(root.join("out")).expect("the temporary directory can be written");
    fs::write(version.join("service-2.json"), model).expect("the temporary directory can be written");
    write_parts(&version, model);
    let request = Request {
        models: Path::new(env!("CARGO_MANIFEST_DIR")).join("../models"),
        overrides: Some(root.join("models")),
        out: root.join("out"),
        ..Request::default()
    };
    let result = match botocore_codegen::generate(&request) {
        Ok(_) => Ok(file.map_or_else(String::new, |file| {
            fs::read_to_string(request.out.join(name).join(file)).expect("the file was emitted")
        })),
        Err(report) => Err(report.to_string().replace(&format!("{}/", root.join("models").display()), "")),
    };
    fs::remove_dir_all(&root).expect("the temporary directory can be removed");
    result
}

/// Paginators and waiters stand in the model of a case, and in files of their own everywhere else.
fn write_parts(version: &Path, model: &[u8]) {
    let Ok(model) = serde_json::from_slice::<serde_json::Value>(model) else { return };
    for (key, file) in [("pagination", "paginators-1.json"), ("waiters", "waiters-2.json")] {
        if let Some(part) = model.get(key) {
            let number = model.get("version").cloned().unwrap_or_else(|| 2.into());
            let text = serde_json::json!({ "version": number, key: part }).to_string();
            fs::write(version.join(file), text).expect("the temporary directory can be written");
        }
    }
}

/// Compares with the text of `path`, or rewrites it when `UPDATE_EXPECTED` is set.
pub fn expect(path: &Path, actual: &str, failures: &mut Vec<String>) {
    if env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(path, actual).expect("the expected text can be written");
    } else if fs::read_to_string(path).unwrap_or_default() != actual {
        failures.push(format!("{}: expected other text than\n{actual}", path.display()));
    }
}
