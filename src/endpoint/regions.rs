//! Where services are, as botocore's `endpoints.json` has it. Its hosts are not used: rules give those.

use super::pattern::Pattern;
use crate::error::{Error, ErrorKind, Result};

/// The compact form of the list; each question reads it anew, for such questions are rare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Regions(&'static str);

impl Regions {
    /// The list in its compact form, whose description is in the generator's `lower/regions.rs`.
    pub(crate) const fn new(text: &'static str) -> Regions {
        Regions(text)
    }

    /// The partitions' names: `aws` first.
    pub(crate) fn available_partitions(self) -> Vec<&'static str> {
        self.partitions().map(|(head, _)| head.split(' ').next().unwrap_or(head)).collect()
    }

    /// The regions of a partition in which a service is, in alphabetical order; nothing for names that are not known.
    ///
    /// The service is named by its endpoint prefix. With `allow_non_regional` its endpoints that are no regions are
    /// among the answer: `s3-external-1`, `aws-global`, `fips-us-gov-west-1`.
    pub(crate) fn available_regions(
        self,
        endpoint_prefix: &str,
        partition: &str,
        allow_non_regional: bool,
    ) -> Vec<&'static str> {
        let found = self.partitions().find_map(|(head, services)| {
            let mut words = head.split(' ');
            (words.next() == Some(partition)).then_some((words.skip(1), services))
        });
        let Some((regions, services)) = found else {
            return Vec::new();
        };
        let service = services.lines().find_map(|line| line.strip_prefix(endpoint_prefix)?.strip_prefix(' '));
        let mut words = service.unwrap_or("0").split(' ');
        let mask = words.next().and_then(|mask| u128::from_str_radix(mask, 16).ok()).unwrap_or(0);
        let mut names: Vec<&str> =
            regions.take(128).enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, name)| name).collect();
        if allow_non_regional {
            let endpoints = words.map(|word| word.split('=').next().unwrap_or(word));
            names.extend(endpoints.filter(|name| *name != "*"));
            names.sort_unstable();
        }
        names
    }

    /// The region to sign for in a region, where it is another one: of services that are in one place, and of names like
    /// `aws-global`. Source: `credentialScope` of the list, botocore's `ClientEndpointBridge`.
    pub(crate) fn signing_region(self, endpoint_prefix: &str, region: &str) -> Option<&'static str> {
        let known = self.partition_for_region(region).unwrap_or("aws");
        let (_, services) = self.partitions().find(|(head, _)| head.split(' ').next() == Some(known))?;
        let line = services.lines().find_map(|line| line.strip_prefix(endpoint_prefix)?.strip_prefix(' '))?;
        let named = |name: &str| {
            let scopes = line.split(' ').filter_map(|word| word.split_once('='));
            scopes.filter(|(of, _)| *of == name).map(|(_, scope)| scope).next()
        };
        named(region).or_else(|| named("*")).filter(|scope| *scope != region)
    }

    /// The partition that has the region, or would have it by its name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when no partition has it.
    pub(crate) fn partition_for_region(self, region: &str) -> Result<&'static str> {
        self.partitions()
            .find_map(|(head, _)| {
                let mut words = head.split(' ');
                let (name, pattern) = (words.next()?, words.next()?);
                let known = words.any(|other| other == region)
                    || Pattern::parse(pattern).is_some_and(|pattern| pattern.matches(region));
                known.then_some(name)
            })
            .ok_or_else(|| Error::new(ErrorKind::Config, format!("No partition has a region `{region}`.")))
    }

    /// The first line of each partition, and the lines of its services.
    fn partitions(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.split("\n\n").filter_map(|partition| {
            let (head, services) = partition.split_once('\n').unwrap_or((partition, ""));
            (!head.is_empty()).then_some((head, services))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGIONS: Regions = Regions::new(
        "aws ^(us|eu)\\-\\w+\\-\\d+$ eu-west-1 us-east-1\ns3 3 aws-global=us-east-1\ns3-control 1\niam 0 aws-global=us-east-1 *=us-east-1\n\ncn ^cn\\-\\w+$ cn-x\ns3 1\n\n",
    );

    #[test]
    fn regions_of_a_service() {
        assert_eq!(REGIONS.available_partitions(), ["aws", "cn"]);
        assert_eq!(REGIONS.available_regions("s3", "aws", false), ["eu-west-1", "us-east-1"]);
        assert_eq!(REGIONS.available_regions("s3", "aws", true), ["aws-global", "eu-west-1", "us-east-1"]);
        assert_eq!(REGIONS.available_regions("s3-control", "aws", true), ["eu-west-1"]);
        assert_eq!(REGIONS.available_regions("s3", "cn", false), ["cn-x"]);
        assert_eq!(REGIONS.available_regions("iam", "aws", false), [""; 0]);
        for (service, partition) in [("s", "aws"), ("", "aws"), ("s3", "aws-cn"), ("s3", ""), ("s3 3", "aws")] {
            assert_eq!(REGIONS.available_regions(service, partition, true), [""; 0], "{service} {partition}");
        }
    }

    #[test]
    fn global_services_are_signed_for_in_one_region() {
        for (service, region, expected) in [
            ("iam", "eu-west-1", Some("us-east-1")),
            ("iam", "us-east-1", None),
            ("iam", "us-new-7", Some("us-east-1")),
            ("iam", "mars", Some("us-east-1")),
            ("iam", "cn-x", None),
            ("s3", "aws-global", Some("us-east-1")),
            ("s3", "eu-west-1", None),
            ("ia", "eu-west-1", None),
        ] {
            assert_eq!(REGIONS.signing_region(service, region), expected, "{service} {region}");
        }
    }

    #[test]
    fn partition_of_a_region() {
        assert_eq!(REGIONS.partition_for_region("eu-west-1").unwrap(), "aws");
        assert_eq!(REGIONS.partition_for_region("us-new-7").unwrap(), "aws");
        assert_eq!(REGIONS.partition_for_region("cn-y").unwrap(), "cn");
        for unknown in ["", "mars-1", "^cn\\-\\w+$"] {
            assert!(REGIONS.partition_for_region(unknown).is_err(), "{unknown}");
        }
    }
}
