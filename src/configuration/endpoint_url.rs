use super::{Properties, file};
use crate::Session;
use crate::error::{Error, ErrorKind, Result};

/// The endpoint that the environment or the profile names for a service, and where it does so, in words. `service_id` is the
/// model's, `DynamoDB Streams`.
///
/// # Errors
/// When the profile names a `services` section that is not there.
pub(crate) fn configured(session: &Session, service_id: &str) -> Result<Option<(String, String)>> {
    let key = service_id.replace([' ', '-'], "_");
    for name in [&*format!("AWS_ENDPOINT_URL_{}", key.to_ascii_uppercase()), "AWS_ENDPOINT_URL"] {
        if let Some(url) = session.environment().filled(name) {
            return Ok(Some((url, format!("the environment variable {name}"))));
        }
    }
    let Some(profile) = session.scoped_properties()? else { return Ok(None) };
    let filled = |url: &String| !url.is_empty();
    let name = session.profile_name();
    match of_services(session, &profile, &key.to_ascii_lowercase())? {
        Some(url) => Ok(Some((url, format!("the services section of the profile {name}")))),
        None => {
            let url = profile.get("endpoint_url").cloned().filter(filled);
            Ok(url.map(|url| (url, format!("the property endpoint_url of the profile {name}"))))
        }
    }
}

/// Refuses what is not the URL of a host. `place` says who has set it. Source: botocore's `is_valid_endpoint_url`.
pub(crate) fn validate(url: &str, place: &str) -> Result<()> {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let host = host.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if !host.is_empty() && !host.contains(['@', ' ', '\r', '\n']) && has_whole_port(host) {
        return Ok(());
    }
    // What stands before an `@` is a password.
    let place = super::from_place(place);
    let shown = url.rsplit_once('@').map_or_else(|| url.to_owned(), |(_, host)| format!("…@{host}"));
    Err(Error::new(
        ErrorKind::Config,
        format!(
            "The endpoint {shown:?}{place} is not the URL of a host, as http://localhost:4566 or https://example.com is."
        ),
    ))
}

/// Whether what follows the host's name, or its address in brackets, is nothing or a port.
fn has_whole_port(host: &str) -> bool {
    let after = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(_, after)| after),
        None => Some(host.find(':').map_or("", |colon| &host[colon..])),
    };
    match after.map(|after| after.strip_prefix(':').ok_or(after)) {
        Some(Ok(port)) => port.is_empty() || port.parse::<u16>().is_ok(),
        Some(Err(after)) => after.is_empty(),
        None => false,
    }
}

fn of_services(session: &Session, profile: &Properties, key: &str) -> Result<Option<String>> {
    let Some(name) = profile.get("services") else { return Ok(None) };
    let profiles = session.profiles()?;
    let section = profiles.services.get(name).filter(|section| !section.is_empty()).ok_or_else(|| {
        let (profile, path) = (session.profile_name(), profiles.config_path.display());
        Error::new(
            ErrorKind::Config,
            format!("The profile {profile} names the services section {name}, which is not in {path}."),
        )
    })?;
    let url = section.get(key).and_then(|block| file::nested(block).remove("endpoint_url"));
    Ok(url.filter(|url| !url.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::validate;

    #[test]
    fn urls_of_hosts() {
        for url in ["http://localhost", "https://h:8443/path", "http://[::1]", "http://[::1]:9000/", "http://h:"] {
            assert!(validate(url, "").is_ok(), "{url}");
        }
        for url in ["http://[::1", "http://h:port", "http://h:99999", "http://[::1]x", "http://::1", "localhost:80"] {
            assert!(validate(url, "").is_err(), "{url}");
        }
    }
}
