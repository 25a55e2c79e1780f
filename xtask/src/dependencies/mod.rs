//! Checks what a user of the crates takes on with them: licences, duplicates, sources, and how many there are.

mod licence;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::workspace::{self, cargo};
use crate::{Error, Result};

/// The most crates, the two of this workspace included, that a build with default features may take on Linux
/// (`DESIGN.md`, section 3).
const CRATES: usize = 50;

pub fn run() -> Result<()> {
    let path = workspace::root().join("deny.toml");
    let policy = Policy::parse(&fs::read_to_string(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let everywhere = tree(&["--target", "all", "--all-features"])?;
    let linux = tree(&["--target", "x86_64-unknown-linux-gnu"])?;
    let mut problems = policy.problems(&everywhere);
    if linux.len() > CRATES {
        problems.push(format!("{} crates are needed on Linux, {CRATES} at most should be.", linux.len()));
    }
    println!(
        "{} crates, {} of them needed on Linux with default features: {} problems",
        everywhere.len(),
        linux.len(),
        problems.len()
    );
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("\n").into()),
    }
}

/// The crates that the published ones need, to build or to run, themselves included.
fn tree(arguments: &[&str]) -> Result<BTreeSet<Package>> {
    let mut command = cargo();
    // Not from `cargo metadata`, which gives crates the features that all of the workspace wants, xtask too.
    command
        .args(["tree", "--quiet", "-p", "botocore", "--edges", "normal,build"])
        .args(["--no-dedupe", "--prefix", "none", "--format", "{p}|{l}"])
        .args(arguments);
    workspace::text(&mut command)?
        .lines()
        .map(|line| Package::read(line).ok_or_else(|| Error::from(format!("cargo tree printed `{line}`."))))
        .collect()
}

/// A crate in the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    /// Empty when it names none.
    licence: String,
    /// A path or an address; none for a crate of the default registry.
    source: Option<String>,
}

impl Package {
    /// Reads `name v1.0.0 (proc-macro) (source)|licence`.
    fn read(line: &str) -> Option<Self> {
        let (package, licence) = line.split_once('|')?;
        let (name, rest) = package.split_once(" v")?;
        let (version, notes) = rest.split_once(' ').unwrap_or((rest, ""));
        let source = notes.trim_start_matches("(proc-macro)").trim_matches([' ', '(', ')']);
        Some(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.to_owned(),
            source: (!source.is_empty()).then(|| source.to_owned()),
        })
    }
}

/// What `deny.toml` says.
struct Policy {
    licences: Vec<String>,
    skips: Vec<String>,
}

impl Policy {
    fn parse(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        let array = |section: &str, key: &str| {
            let value = table.get(section).and_then(|section| section.get(key));
            value.and_then(|v| v.as_array()).cloned().unwrap_or_default()
        };
        let licences = array("licenses", "allow");
        let mut skips = Vec::new();
        for skip in array("bans", "skip") {
            let text = |key: &str| skip.get(key).and_then(|value| value.as_str());
            let name = text("crate").ok_or("A skip names no crate.")?;
            text("reason")
                .filter(|reason| !reason.is_empty())
                .ok_or_else(|| Error::from(format!("The skip of {name} gives no reason.")))?;
            skips.push(name.to_owned());
        }
        Ok(Self {
            licences: licences.iter().filter_map(|licence| licence.as_str().map(str::to_owned)).collect(),
            skips,
        })
    }

    fn problems(&self, packages: &BTreeSet<Package>) -> Vec<String> {
        let mut problems = Vec::new();
        let mut unused: BTreeSet<&str> = self.skips.iter().map(String::as_str).collect();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            problems.extend(self.licence(package));
            problems.extend(source(package));
            match self.skip(package) {
                Some(skip) => drop(unused.remove(skip)),
                None => versions.entry(&package.name).or_default().push(&package.version),
            }
        }
        for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
            problems.push(format!("{name} is there as {}.", versions.join(" and ")));
        }
        for skip in unused {
            problems.push(format!("deny.toml skips {skip}, which is not there."));
        }
        problems
    }

    fn licence(&self, package: &Package) -> Option<String> {
        let Package { name, version, .. } = package;
        match licence::allowed(&package.licence, &self.licences) {
            Ok(true) => None,
            Ok(false) => Some(format!("{name} {version} is licensed under {}.", package.licence)),
            Err(error) => Some(format!("{name} {version}: {error}")),
        }
    }

    /// The skip a crate falls under: `name@version`.
    fn skip(&self, package: &Package) -> Option<&str> {
        let name = format!("{}@{}", package.name, package.version);
        let skips = self.skips.iter().map(String::as_str);
        skips.into_iter().find(|skip| *skip == name)
    }
}

fn source(package: &Package) -> Option<String> {
    let Package { name, version, source, .. } = package;
    let source = source.as_ref()?;
    let ours = ["botocore", "botocore-codegen"].contains(&name.as_str());
    (!ours).then(|| format!("{name} {version} comes from {source}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        Package { name: name.to_owned(), version: version.to_owned(), licence: licence.to_owned(), source: None }
    }

    fn policy(skips: &str) -> Policy {
        Policy::parse(&format!("[licenses]\nallow = ['MIT']\n[bans]\nskip = [{skips}]")).unwrap()
    }

    #[test]
    fn licences_and_sources_are_checked() {
        let mut other = package("b", "1.0.0", "MIT");
        other.source = Some("git+https://example.com/b".to_owned());
        let packages = [package("a", "1.0.0", "GPL-3.0"), other].into();
        assert_eq!(
            policy("").problems(&packages),
            ["a 1.0.0 is licensed under GPL-3.0.", "b 1.0.0 comes from git+https://example.com/b."]
        );
    }

    #[test]
    fn a_second_version_needs_a_skip_and_a_skip_a_second_version() {
        let packages = [package("a", "0.52.0", "MIT"), package("a", "0.6.1", "MIT")].into();
        assert_eq!(policy("").problems(&packages), ["a is there as 0.52.0 and 0.6.1."]);
        let skip = policy("{crate = 'a@0.52.0', reason = 'r'}");
        assert!(skip.problems(&packages).is_empty());
        let wrong = policy("{crate = 'a@0.52', reason = 'r'}");
        assert_eq!(wrong.problems(&packages).len(), 2);
        assert!(Policy::parse("[bans]\nskip = [{crate = 'a'}]").is_err());
    }

    #[test]
    fn lines_of_the_tree_are_read() {
        let read = |line| Package::read(line).unwrap();
        assert_eq!(read("a v1.0.0|MIT"), package("a", "1.0.0", "MIT"));
        assert_eq!(read("a v1.0.0+b (proc-macro)|"), package("a", "1.0.0+b", ""));
        let git = read("a-v v1.0.0 (proc-macro) (https://example.com/b#1)|MIT");
        assert_eq!(git.source.as_deref(), Some("https://example.com/b#1"));
        assert_eq!(read("a v1.0.0 (/x/a b)|MIT").source.as_deref(), Some("/x/a b"));
        assert!(Package::read("nonsense").is_none());
    }

    #[test]
    fn xtask_does_not_reach_users() {
        let tree = tree(&["--target", "all"]).unwrap();
        assert!(tree.iter().any(|package| package.name == "botocore-codegen"));
        assert!(!tree.iter().any(|package| package.name == "zip"));
    }
}
