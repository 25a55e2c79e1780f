//! What was compiled in: the files of the enabled services' models, and those of no service. Only a program that asks for
//! them holds them.

include!(concat!(env!("OUT_DIR"), "/data.rs"));

static SHARED: [(&str, &str); 4] = [
    ("_retry", include_str!("../../models/_retry.json")),
    ("endpoints", include_str!("../../models/endpoints.json")),
    ("partitions", include_str!("../../models/partitions.json")),
    ("sdk-default-configuration", include_str!("../../models/sdk-default-configuration.json")),
];

/// The text of the file of that name, `s3/2006-03-01/service-2`.
pub(super) fn text(name: &str) -> Option<&'static str> {
    let of_services = SERVICES.iter().flat_map(|files| files.iter());
    SHARED.iter().chain(of_services).find(|(other, _)| *other == name).map(|(_, text)| *text)
}

/// The services that have a file of that type, with its version.
pub(super) fn services(type_name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES.iter().flat_map(|files| files.iter()).filter_map(move |(name, _)| {
        let (service, rest) = name.split_once('/')?;
        let (version, kind) = rest.split_once('/')?;
        (kind == type_name).then_some((service, version))
    })
}
