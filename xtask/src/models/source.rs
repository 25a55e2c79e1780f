//! botocore's data, in a wheel or in a directory.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use zip::ZipArchive;

use crate::Result;

/// Data files by their path below `data`, always without `.gz`.
pub struct Source {
    version: String,
    names: Vec<String>,
    place: Place,
}

enum Place {
    Wheel(Box<ZipArchive<File>>),
    Directory(PathBuf),
}

impl Source {
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() { Self::directory(path) } else { Self::wheel(path) }
    }

    fn wheel(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| format!("{}: {error}.", path.display()))?;
        let mut archive =
            ZipArchive::new(file).map_err(|error| format!("{} is not a wheel: {error}.", path.display()))?;
        let mut init = String::new();
        archive
            .by_name("botocore/__init__.py")
            .map_err(|error| format!("{} is not botocore's wheel: {error}.", path.display()))?
            .read_to_string(&mut init)?;
        let names =
            archive.file_names().filter_map(|name| name.strip_prefix("botocore/data/")).map(str::to_owned).collect();
        Self::new(&init, names, Place::Wheel(Box::new(archive)))
    }

    fn directory(path: &Path) -> Result<Self> {
        let init = path.join("../__init__.py");
        let init = fs::read_to_string(&init)
            .map_err(|error| format!("{} should name botocore's version, but: {error}.", init.display()))?;
        let mut names = Vec::new();
        list(path, "", &mut names)?;
        Self::new(&init, names, Place::Directory(path.to_owned()))
    }

    fn new(init: &str, names: Vec<String>, place: Place) -> Result<Self> {
        let version = init
            .lines()
            .find_map(|line| line.strip_prefix("__version__ = "))
            .ok_or("botocore/__init__.py does not name its version.")?
            .trim_matches(['\'', '"'])
            .to_owned();
        let mut names: Vec<String> = names
            .iter()
            .filter(|name| !name.ends_with('/'))
            .map(|name| name.strip_suffix(".gz").unwrap_or(name).to_owned())
            .collect();
        names.sort();
        if let Some(name) = names.iter().find(|name| name.split('/').any(|part| part == "..")) {
            return Err(format!("{name} leads out of the data directory.").into());
        }
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("{} is there twice, with and without .gz.", pair[0]).into());
        }
        Ok(Self { version, names, place })
    }

    /// botocore's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every data file, sorted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        let bytes = match &mut self.place {
            Place::Wheel(archive) => {
                let packed = format!("botocore/data/{name}.gz");
                let stored = match archive.index_for_name(&packed) {
                    Some(_) => packed,
                    None => format!("botocore/data/{name}"),
                };
                let mut bytes = Vec::new();
                archive.by_name(&stored)?.read_to_end(&mut bytes)?;
                bytes
            }
            Place::Directory(directory) => {
                let packed = directory.join(format!("{name}.gz"));
                if packed.exists() { fs::read(packed)? } else { fs::read(directory.join(name))? }
            }
        };
        unpack(bytes)
    }
}

fn unpack(bytes: Vec<u8>) -> Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
    Ok(plain)
}

fn list(directory: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}
