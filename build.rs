//! Turns the models of the services whose features are on into Rust modules.

use std::env;
use std::path::{Path, PathBuf};
use std::process::exit;

use botocore_codegen::{Request, generate};

fn main() {
    let models = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("models");
    let request = Request {
        services: services(&models),
        models,
        overrides: env::var_os("BOTOCORE_MODELS").filter(|path| !path.is_empty()).map(PathBuf::from),
        operations: env::var("BOTOCORE_OPERATIONS").ok(),
        serde: env::var_os("CARGO_FEATURE_SERDE").is_some(),
        out: PathBuf::from(variable("OUT_DIR")),
    };
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(without_services, conformance, fuzzing, costs, transfers, role_keys)");
    if request.services.is_empty() {
        println!("cargo::rustc-cfg=without_services");
    }
    println!("cargo::rerun-if-env-changed=BOTOCORE_MODELS");
    println!("cargo::rerun-if-env-changed=BOTOCORE_OPERATIONS");
    println!("cargo::rerun-if-env-changed=BOTOCORE_CONFORMANCE");
    println!("cargo::rustc-check-cfg=cfg(conformance)");
    // `cargo xtask conformance` names the table of what it had emitted.
    if env::var_os("BOTOCORE_CONFORMANCE").is_some() {
        println!("cargo::rustc-cfg=conformance");
    }
    println!("cargo::rustc-check-cfg=cfg(attribute_values, values(\"dynamodb\", \"dynamodbstreams\"))");
    match generate(&request) {
        Ok(outcome) => {
            outcome.read.iter().for_each(|path| println!("cargo::rerun-if-changed={}", path.display()));
            if outcome.transfers {
                println!("cargo::rustc-cfg=transfers");
            }
            if outcome.role_keys {
                println!("cargo::rustc-cfg=role_keys");
            }
            for module in &outcome.attribute_values {
                println!("cargo::rustc-cfg=attribute_values=\"{module}\"");
            }
        }
        Err(report) => {
            report.problems().iter().for_each(|problem| println!("cargo::error={problem}"));
            exit(1);
        }
    }
}

/// The directories of `models` whose feature is on.
fn services(models: &Path) -> Vec<String> {
    let entries = models.read_dir().into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| env::var_os(format!("CARGO_FEATURE_{}", name.to_uppercase().replace('-', "_"))).is_some())
        .collect()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts"))
}
