//! Partitions: the groups of regions, `aws`, `aws-cn` …, with their DNS suffixes.

use super::pattern::Pattern;
use crate::error::{Error, ErrorKind, Result};

/// The partitions that AWS has.
#[derive(Debug, PartialEq)]
pub(crate) struct Partitions(Vec<Partition>);

/// A group of regions.
#[derive(Debug, PartialEq)]
pub(crate) struct Partition {
    pub(crate) name: String,
    pub(crate) dns_suffix: String,
    pub(crate) dual_stack_dns_suffix: String,
    /// The region that signs for services without regions.
    pub(crate) implicit_global_region: String,
    pub(crate) supports_fips: bool,
    pub(crate) supports_dual_stack: bool,
    pattern: Pattern,
    regions: Vec<String>,
}

impl Partitions {
    /// Reads the compact form, a line for each: `NAME SUFFIX DUAL-SUFFIX GLOBAL-REGION fips+dual PATTERN REGION…`
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when the text is not what the generator writes.
    pub(crate) fn parse(text: &str) -> Result<Partitions> {
        let partitions = text.lines().map(Partition::parse).collect::<Option<Vec<_>>>();
        Partitions::new(partitions)
            .ok_or_else(|| Error::new(ErrorKind::Config, "The list of partitions cannot be read."))
    }

    fn new(partitions: Option<Vec<Partition>>) -> Option<Partitions> {
        partitions.filter(|partitions| !partitions.is_empty()).map(Partitions)
    }

    /// The partition with that region or that would have it by its name; the first, `aws`, when there is none.
    pub(crate) fn for_region(&self, region: &str) -> &Partition {
        self.0.iter().find(|partition| partition.has(region)).unwrap_or(&self.0[0])
    }
}

impl Partition {
    fn has(&self, region: &str) -> bool {
        self.pattern.matches(region) || self.regions.iter().any(|other| other == region)
    }

    fn parse(line: &str) -> Option<Partition> {
        let mut words = line.split(' ');
        let mut word = || words.next().filter(|word| !word.is_empty());
        let (name, dns_suffix, dual_stack_dns_suffix, global) = (word()?, word()?, word()?, word()?);
        let (support, pattern) = (word()?, word()?);
        Some(Partition {
            name: name.to_owned(),
            dns_suffix: dns_suffix.to_owned(),
            dual_stack_dns_suffix: dual_stack_dns_suffix.to_owned(),
            implicit_global_region: global.to_owned(),
            supports_fips: support.split('+').any(|word| word == "fips"),
            supports_dual_stack: support.split('+').any(|word| word == "dual"),
            pattern: Pattern::parse(pattern)?,
            regions: words.map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPACT: &str = "aws amazonaws.com api.aws us-east-1 fips+dual ^(us|eu)\\-\\w+\\-\\d+$ aws-global\n\
        aws-x x.com x.net x-1 - ^x\\-\\d+$ x-global\n";

    #[test]
    fn regions_have_partitions() {
        let partitions = Partitions::parse(COMPACT).unwrap();
        for (region, name) in [
            ("eu-west-1", "aws"),
            ("x-9", "aws-x"),
            ("x-global", "aws-x"),
            ("aws-global", "aws"),
            ("mars", "aws"),
            ("", "aws"),
        ] {
            assert_eq!(partitions.for_region(region).name, name, "{region}");
        }
    }

    #[test]
    fn damaged_lists_are_errors() {
        for text in ["", "aws", "\n", "aws a b c fips [x]"] {
            assert!(Partitions::parse(text).is_err(), "{text:?}");
        }
    }
}
