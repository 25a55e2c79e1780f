//! Partitions: the groups of regions, `aws`, `aws-cn` …, with their DNS suffixes.

use super::pattern::Pattern;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

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

    /// Reads a `partitions.json` as botocore's data have it.
    ///
    /// # Errors
    /// [`ErrorKind::Data`], for the first thing that is missing or does not fit.
    pub(crate) fn of_json(json: &Document) -> Result<Partitions> {
        let damaged = |problem: String| Error::new(ErrorKind::Data, format!("The file partitions.json: {problem}."));
        let list = json["partitions"].as_array().filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| damaged("it has no list `partitions`".to_owned()))?;
        let partitions = list.iter().enumerate().map(|(index, partition)| {
            Partition::of_json(partition)
                .map_err(|name| damaged(format!("partitions[{index}].{name} is missing or unfit")))
        });
        partitions.collect::<Result<_>>().map(Partitions)
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

    /// The error is the name of what is missing.
    fn of_json(json: &Document) -> std::result::Result<Partition, &'static str> {
        let text =
            |value: &Document, name| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or(name);
        let outputs = &json["outputs"];
        let pattern = text(&json["regionRegex"], "regionRegex")?;
        Ok(Partition {
            name: text(&json["id"], "id")?,
            dns_suffix: text(&outputs["dnsSuffix"], "outputs.dnsSuffix")?,
            dual_stack_dns_suffix: text(&outputs["dualStackDnsSuffix"], "outputs.dualStackDnsSuffix")?,
            implicit_global_region: text(&outputs["implicitGlobalRegion"], "outputs.implicitGlobalRegion")?,
            supports_fips: outputs["supportsFIPS"] == true,
            supports_dual_stack: outputs["supportsDualStack"] == true,
            pattern: Pattern::parse(&pattern).ok_or("regionRegex")?,
            regions: json["regions"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect(),
        })
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
    fn the_json_of_botocores_data_says_the_same() {
        let json = serde_json::from_str(include_str!("../../models/partitions.json")).unwrap();
        assert_eq!(Partitions::of_json(&json).unwrap(), Partitions::parse(crate::endpoint::PARTITIONS).unwrap());
    }

    #[test]
    fn damaged_json_is_an_error_that_names_the_place() {
        let whole = serde_json::json!({ "partitions": [{ "id": "x", "regionRegex": "^x$", "regions": {}, "outputs": {
            "dnsSuffix": "a", "dualStackDnsSuffix": "b", "implicitGlobalRegion": "c" } }] });
        assert!(Partitions::of_json(&whole).is_ok());
        let message = |path: &str, value: Document| {
            let mut json = whole.clone();
            *json.pointer_mut(path).unwrap() = value;
            Partitions::of_json(&json).unwrap_err().to_string()
        };
        assert!(message("/partitions", serde_json::json!([])).contains("no list `partitions`"));
        for (path, name) in
            [("/id", "id"), ("/regionRegex", "regionRegex"), ("/outputs/dnsSuffix", "outputs.dnsSuffix")]
        {
            let text = message(&format!("/partitions/0{path}"), Document::Null);
            assert_eq!(text, format!("The file partitions.json: partitions[0].{name} is missing or unfit."));
        }
        assert!(message("/partitions/0/regionRegex", "[x]".into()).contains("partitions[0].regionRegex"));
    }

    #[test]
    fn damaged_lists_are_errors() {
        for text in ["", "aws", "\n", "aws a b c fips [x]"] {
            assert!(Partitions::parse(text).is_err(), "{text:?}");
        }
    }
}
