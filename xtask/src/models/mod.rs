//! Writes `models/` and the service features from botocore's data.

mod features;
mod layout;
mod source;
mod strip;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::source::Source;
use crate::{Result, workspace};

pub fn run(words: &[String]) -> Result<()> {
    let arguments = Arguments::parse(words)?;
    let mut source = Source::open(&arguments.source)?;
    if let Some(directory) = arguments.with_docs {
        if directory.exists() && fs::read_dir(&directory)?.next().is_some() {
            return Err(format!("{} is not empty.", directory.display()).into());
        }
        return write_tree(&mut source, &directory, Docs::Keep).map(|tree| tree.report(&directory));
    }
    let root = workspace::root();
    let directory = root.join("models");
    empty(&directory)?;
    let tree = write_tree(&mut source, &directory, Docs::Drop)?;
    fs::write(directory.join("README.md"), readme(&source, &tree))?;
    features::rewrite(&root.join("Cargo.toml"), &tree.services)?;
    tree.report(&directory);
    Ok(())
}

struct Arguments {
    source: PathBuf,
    with_docs: Option<PathBuf>,
}

impl Arguments {
    fn parse(words: &[String]) -> Result<Self> {
        let usage = "models takes a botocore wheel or its data directory, and --with-docs DIR.";
        let (mut source, mut with_docs) = (None, None);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--with-docs" => with_docs = Some(words.next().ok_or(usage)?.into()),
                word if word.starts_with('-') || source.is_some() => return Err(usage.into()),
                word => source = Some(word.into()),
            }
        }
        Ok(Self { source: source.ok_or(usage)?, with_docs })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Docs {
    Keep,
    Drop,
}

/// What was written.
#[derive(Default)]
struct Tree {
    services: features::Services,
    files: usize,
    bytes: usize,
}

impl Tree {
    fn report(&self, directory: &Path) {
        println!(
            "{}: {} services, {} files, {:.1} MB",
            directory.display(),
            self.services.len(),
            self.files,
            self.bytes as f64 / 1e6
        );
    }
}

fn write_tree(source: &mut Source, directory: &Path, docs: Docs) -> Result<Tree> {
    let mut tree = Tree::default();
    for name in source.names().to_vec() {
        let Some(layout) = layout::of_file(&name)? else {
            continue;
        };
        let mut value: Value =
            serde_json::from_slice(&source.read(&name)?).map_err(|error| format!("{name} is not JSON: {error}."))?;
        if docs == Docs::Drop {
            strip::documentation(&mut value);
        }
        let text = layout::text(&value, layout);
        let path = directory.join(&name);
        fs::create_dir_all(path.parent().unwrap_or(directory))?;
        fs::write(&path, &text)?;
        if let Some((service, _)) = name.split_once('/') {
            tree.services.entry(service.to_owned()).or_default().extend(features::needed(&value));
        }
        tree.files += 1;
        tree.bytes += text.len();
    }
    Ok(tree)
}

/// Removes what an earlier run wrote, so that a file dropped upstream is dropped here.
fn empty(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory)?;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn readme(source: &Source, tree: &Tree) -> String {
    format!(
        "\
# Service models

Taken from [botocore](https://github.com/boto/botocore) {version}, `botocore/data`: {services} services, {files} files.
Copyright Amazon.com, Inc. or its affiliates; licensed under the Apache License 2.0 (`LICENSE-APACHE`).

Changed on the way in: compressed files are unpacked, every `documentation` text and `examples-1.json` are left out,
and lines are broken so that a change of one operation, shape, rule or region is a change of one line. Names, values
and their order are upstream's.

Written by `cargo xtask models`; do not edit. To update:

    pip download --no-deps botocore==<version>
    cargo xtask models botocore-<version>-py3-none-any.whl

This also rewrites the service features in the root `Cargo.toml`. `cargo xtask models <wheel> --with-docs DIR` writes
the same tree with the documentation kept into DIR; build with `BOTOCORE_MODELS=DIR` to have it in the crate's docs.
",
        version = source.version(),
        services = tree.services.len(),
        files = tree.files,
    )
}

#[cfg(test)]
mod tests;
