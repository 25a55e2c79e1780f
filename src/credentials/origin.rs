//! Where the services are that give credentials, by the rules of their models.

use crate::endpoint::Partitions;
use crate::error::{Error, ErrorKind, Result};

/// A service that gives credentials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Service {
    Sts,
    Sso,
    SsoOidc,
    Signin,
}

/// Which endpoints are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Variant {
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
    /// `sts_regional_endpoints` is `legacy`.
    pub(crate) legacy: bool,
}

/// The regions that share one endpoint of STS with `sts_regional_endpoints = legacy`.
pub(crate) const LEGACY_STS_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The endpoints of sign-in, which has domains of its own: by partition, the plain ones and those with FIPS.
const SIGNIN: [(&str, &str); 8] = [
    ("aws", "signin.aws.amazon.com"),
    ("aws-cn", "signin.amazonaws.cn"),
    ("aws-us-gov", "signin.amazonaws-us-gov.com"),
    ("aws-iso", "signin.c2shome.ic.gov"),
    ("aws-iso-b", "signin.sc2shome.sgov.gov"),
    ("aws-iso-f", "signin.csphome.hci.ic.gov"),
    ("aws-iso-e", "signin.csphome.adc-e.uk"),
    ("aws-eusc", "signin.amazonaws-eusc.eu"),
];

impl Service {
    /// `serviceId` of the model.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Service::Sts => "STS",
            Service::Sso => "SSO",
            Service::SsoOidc => "SSO OIDC",
            Service::Signin => "Signin",
        }
    }

    fn host(self) -> &'static str {
        match self {
            Service::Sts => "sts",
            Service::Sso => "portal.sso",
            Service::SsoOidc => "oidc",
            Service::Signin => "signin",
        }
    }
}

/// Scheme and host of a service in a region, and the region of signatures.
///
/// # Errors
/// When the partition has no such endpoints.
pub(crate) fn origin(
    partitions: &Partitions,
    service: Service,
    region: &str,
    variant: Variant,
) -> Result<(String, String)> {
    let Variant { fips, dual_stack, legacy } = variant;
    let plain = !fips && !dual_stack;
    if service == Service::Sts && plain && (region == "aws-global" || legacy && LEGACY_STS_REGIONS.contains(&region)) {
        return Ok(("https://sts.amazonaws.com".to_owned(), "us-east-1".to_owned()));
    }
    let partition = partitions.for_region(region);
    let name = partition.name.as_str();
    let host = service.host();
    let regional = |host: String| Ok((format!("https://{host}"), region.to_owned()));
    if service == Service::Signin && !dual_stack {
        match SIGNIN.iter().find(|(partition, _)| *partition == name) {
            Some((_, domain)) if !fips => return regional(format!("{region}.{domain}")),
            Some(_) if region == "us-gov-west-1" => return regional("signin-fips.amazonaws-us-gov.com".to_owned()),
            Some(("aws-us-gov", _)) => return regional(format!("{region}.signin-fips.amazonaws-us-gov.com")),
            _ => {}
        }
    }
    let missing = |what: &str| {
        let message =
            format!("The partition {name} of the region {region} has no {what} endpoints of {}.", service.id());
        Error::new(ErrorKind::Endpoint, message)
    };
    let suffix = if dual_stack { &partition.dual_stack_dns_suffix } else { &partition.dns_suffix };
    match (fips, dual_stack) {
        (true, _) if !partition.supports_fips => Err(missing("FIPS")),
        (_, true) if !partition.supports_dual_stack => Err(missing("dual-stack")),
        // In the US government's regions the plain names are the FIPS ones.
        (true, false) if name == "aws-us-gov" && service != Service::Signin => {
            regional(format!("{host}.{region}.amazonaws.com"))
        }
        (true, _) => regional(format!("{host}-fips.{region}.{suffix}")),
        (false, _) => regional(format!("{host}.{region}.{suffix}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::PARTITIONS;
    use crate::suite::Suite;

    /// The cases of the services' own rules, by the table that stands for them here.
    #[test]
    fn endpoints_are_those_of_the_rules() {
        let partitions = Partitions::parse(PARTITIONS).unwrap();
        for (service, file) in
            [(Service::Sts, "sts"), (Service::Sso, "sso"), (Service::SsoOidc, "sso-oidc"), (Service::Signin, "signin")]
        {
            let Some((mut suite, vectors)) =
                Suite::read("credentials-endpoints", &format!("endpoint-tests/{file}.json"))
            else {
                return;
            };
            for case in vectors["testCases"].as_array().expect("a list of cases") {
                let params = &case["params"];
                let on = |name: &str| params[name].as_bool().unwrap_or(false);
                let Some(region) = params["Region"].as_str() else { continue };
                if params["Endpoint"].is_string() || on("IsControlPlane") || on("IsOAuthEndpoint") {
                    continue;
                }
                let variant =
                    Variant { fips: on("UseFIPS"), dual_stack: on("UseDualStack"), legacy: on("UseGlobalEndpoint") };
                let id = format!("{file} {}", case["documentation"].as_str().unwrap_or_default());
                suite.case(&id, || {
                    let got = origin(&partitions, service, region, variant);
                    let expected = &case["expect"]["endpoint"];
                    let signing = &expected["properties"]["authSchemes"][0]["signingRegion"];
                    match (got, expected["url"].as_str()) {
                        (Ok((url, by)), Some(expected))
                            if url == expected && by == signing.as_str().unwrap_or(region) =>
                        {
                            Ok(())
                        }
                        (Err(_), None) => Ok(()),
                        (got, expected) => Err(format!("expected {expected:?}, got {got:?}")),
                    }
                });
            }
            suite.finish();
        }
    }

    #[test]
    fn other_partitions_have_other_hosts() {
        let partitions = Partitions::parse(PARTITIONS).unwrap();
        let of = |service, region, variant| origin(&partitions, service, region, variant).unwrap();
        let plain = Variant::default();
        assert_eq!(of(Service::Sts, "cn-north-1", plain).0, "https://sts.cn-north-1.amazonaws.com.cn");
        let legacy = Variant { legacy: true, ..plain };
        assert_eq!(of(Service::Sts, "eu-west-1", legacy).1, "us-east-1");
        assert_eq!(of(Service::Sts, "eu-south-1", legacy).0, "https://sts.eu-south-1.amazonaws.com");
        let both = Variant { fips: true, dual_stack: true, ..plain };
        assert_eq!(of(Service::Sso, "us-gov-west-1", both).0, "https://portal.sso-fips.us-gov-west-1.api.aws");
        assert_eq!(of(Service::Signin, "eu-west-1", plain).0, "https://eu-west-1.signin.aws.amazon.com");
        let fips = Variant { fips: true, ..plain };
        assert_eq!(of(Service::SsoOidc, "us-gov-east-1", fips).0, "https://oidc.us-gov-east-1.amazonaws.com");
    }
}
