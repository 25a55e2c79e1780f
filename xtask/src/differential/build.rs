//! The program that calls ours: a crate of its own, with the services of one batch.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::workspace::{cargo, root, succeed, target};

const MANIFEST: &str = r#"
[package]
name = "caller"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
# Documents keep their order, and the numbers of the cases come in as they are written.
serde_json = { version = "1", features = ["float_roundtrip", "preserve_order"] }

[profile.dev]
debug = 0
incremental = false
"#;

/// Builds the program with these services.
pub fn build(services: &[String]) -> Result<PathBuf> {
    let directory = target().join("differential/caller");
    fs::create_dir_all(directory.join("src"))?;
    fs::write(directory.join("Cargo.toml"), manifest(services))?;
    fs::write(directory.join("src/main.rs"), include_str!("caller/main.rs"))?;
    fs::write(directory.join("src/services.rs"), table(services))?;
    // The same versions as ours.
    if !directory.join("Cargo.lock").exists() {
        fs::copy(root().join("Cargo.lock"), directory.join("Cargo.lock"))?;
    }
    let built = target().join("differential/target");
    clean(&built)?;
    let mut command = cargo();
    command.args(["build", "--quiet", "--manifest-path"]).arg(directory.join("Cargo.toml"));
    command.arg("--target-dir").arg(&built);
    succeed(&mut command)?;
    Ok(built.join("debug").join(format!("caller{}", std::env::consts::EXE_SUFFIX)))
}

/// Removes what the batch before left of our crate: a gigabyte and more.
fn clean(built: &std::path::Path) -> Result<()> {
    for folder in ["debug/deps", "debug/build"] {
        let Ok(entries) = fs::read_dir(built.join(folder)) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = name.strip_prefix("lib").unwrap_or(&name);
            if name.starts_with("botocore-") && !name.starts_with("botocore-codegen") || name.starts_with("caller-") {
                if path.is_dir() {
                    // The generator's own program stays: only what it wrote is large.
                    let written = fs::remove_dir_all(path.join("out")).is_ok();
                    // Without this cargo takes what is gone for up to date.
                    if let (true, Some(same)) = (written, path.file_name()) {
                        let _ = fs::remove_dir_all(built.join("debug/.fingerprint").join(same));
                    }
                } else {
                    fs::remove_file(path)?;
                }
            }
        }
    }
    Ok(())
}

fn manifest(services: &[String]) -> String {
    let features: Vec<String> = services.iter().map(|service| format!("{service:?}")).collect();
    let path = root().display().to_string();
    format!("{MANIFEST}\n[dependencies.botocore]\npath = {path:?}\nfeatures = [{}]\n", features.join(", "))
}

fn table(services: &[String]) -> String {
    let mut text = String::from(
        "use botocore::Session;\n\n\
         pub fn client(name: &str, session: &Session) -> botocore::Result<super::Call> {\n    Ok(match name {\n",
    );
    for service in services {
        let module = service.replace(['-', '.'], "_");
        let _ = writeln!(
            text,
            "        {service:?} => {{\n            let client = botocore::{module}::Client::new(session)?;\n            \
             Box::new(move |operation, parameters| client.call(operation, parameters))\n        }}"
        );
    }
    text + "        _ => unreachable!(\"the case is of another batch\"),\n    })\n}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_features_and_modules() {
        let services = ["lex-models".to_owned(), "s3".to_owned()];
        assert!(manifest(&services).contains(r#"features = ["lex-models", "s3"]"#));
        let table = table(&services);
        assert!(table.contains(r#""lex-models" => {"#) && table.contains("botocore::lex_models::Client"), "{table}");
    }
}
