use crate::error::{Error, ErrorKind, Result};

/// Refuses what cannot be part of a host's name. `place` says who has set it. Source: botocore's `validate_region_name`.
pub(crate) fn validate(region: &str, place: impl FnOnce() -> String) -> Result<()> {
    let valid = (1..=63).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|byte| byte.is_ascii_digit());
    match valid {
        true => Ok(()),
        false => Err(Error::new(
            ErrorKind::Config,
            format!(
                "The region name {region:?}{} is not valid: it must be letters, digits and hyphens, as in eu-west-1.",
                super::from_place(&place())
            ),
        )),
    }
}

/// The region of an old FIPS region's name (`fips-us-gov-west-1`, `us-east-1-fips`), and whether it was one.
pub(crate) fn without_fips(region: String) -> (String, bool) {
    let plain = region.replace("fips-", "").replace("-fips", "");
    let fips = plain != region;
    if fips {
        log::warn!("The region {region} means {plain} with FIPS endpoints: set use_fips_endpoint instead.");
    }
    (plain, fips)
}

/// What is said where an endpoint needs a region and none is set.
pub(crate) fn missing(is_for_others: bool) -> Error {
    let hint = if is_for_others { " AWS_REGION is set, but not read: it is other SDKs'." } else { "" };
    Error::new(
        ErrorKind::Config,
        format!(
            "No region is set: name one with region_name, the environment variable AWS_DEFAULT_REGION, or region in the \
             profile.{hint}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_host_labels() {
        for region in ["eu-west-1", "a", "my-Region-2x", &"a".repeat(63)] {
            assert!(validate(region, String::new).is_ok(), "{region}");
        }
        for region in ["", "-eu", "eu-", "123", "eu west", "evil.example/", "eu.west", &"a".repeat(64)] {
            assert!(validate(region, String::new).is_err(), "{region}");
        }
    }

    #[test]
    fn fips_regions_are_regions_with_fips() {
        for (name, expected) in [
            ("fips-us-gov-west-1", ("us-gov-west-1", true)),
            ("us-east-1-fips", ("us-east-1", true)),
            ("eu-west-1", ("eu-west-1", false)),
        ] {
            let (region, fips) = without_fips(name.to_owned());
            assert_eq!((region.as_str(), fips), expected);
        }
    }
}
