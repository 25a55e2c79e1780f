use super::{AuthScheme, Endpoint};
use crate::configuration::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Operation, Service, word};

/// How a request is to be signed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scheme {
    /// Not at all.
    Unsigned,
    /// By Signature Version 4 or 4a.
    Signature(Signature),
    /// By Signature Version 4, with the keys of a session with the directory bucket.
    Session(Signature),
    /// By Signature Version 2, in the form that is the body.
    Version2,
    /// By S3's own Signature Version 2.
    S3Version2,
    /// With a token in place of a signature.
    Bearer,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Signature {
    /// Version 4a, whose signatures are good in several regions.
    pub(crate) asymmetric: bool,
    /// The signing name, `s3`.
    pub(crate) name: String,
    /// For version 4a a set, `us-east-1,eu-*`.
    pub(crate) region: String,
    /// Whether the path is percent-encoded once more.
    pub(crate) double_encode: bool,
}

/// What a client brings to the choice.
pub(crate) struct Signer<'a> {
    pub(crate) settings: &'a Settings,
    /// The region that is signed for where the endpoint does not say; `None`: the client's.
    pub(crate) region: Option<&'a str>,
    /// Whether the environment has a bearer token for the service.
    pub(crate) has_token: bool,
}

impl Signer<'_> {
    fn region(&self) -> Result<String> {
        match self.region {
            Some(region) => Ok(region.to_owned()),
            None => self.settings.require_region().map(str::to_owned),
        }
    }
}

impl Scheme {
    /// The scheme of a call: what the settings say, else the endpoint's rules, else the operation, else the service.
    /// Source: botocore's `resolve_auth_type`, `auth_schemes_to_signing_ctx` and the handlers of `choose-signer`.
    ///
    /// # Errors
    /// When no region to sign for is known, or only schemes are offered that this client does not have.
    pub(crate) fn choose(
        service: &Service,
        operation: &'static Operation,
        endpoint: &Endpoint,
        signer: &Signer<'_>,
    ) -> Result<Scheme> {
        let settings = signer.settings;
        let of_operation = word(operation.traits, "auth=");
        let modeled = of_operation.unwrap_or(service.auth);
        let mut modeled = modeled.split([' ', ',']).filter(|scheme| !scheme.is_empty()).peekable();
        if settings.is_unsigned() || is_anonymous(operation) {
            return Ok(Scheme::Unsigned);
        }
        // A token in the environment goes before signatures, unless the code says how to authenticate.
        if signer.has_token
            && !settings.auth_set_in_code
            && modeled.clone().any(|scheme| scheme.ends_with("#httpBearerAuth"))
        {
            return Ok(Scheme::Bearer);
        }
        if let (Some(requested), None) = (requested(settings, service)?, of_operation)
            && let Some(scheme) = named_by(requested, service, &endpoint.auth_schemes, signer)
        {
            return scheme;
        }
        if !endpoint.auth_schemes.is_empty() {
            let mut schemes: Vec<&AuthScheme> = endpoint.auth_schemes.iter().collect();
            schemes.sort_by_key(|scheme| preference(scheme.name, settings));
            let names: Vec<&str> = schemes.iter().map(|scheme| scheme.name).collect();
            return schemes
                .iter()
                .find_map(|scheme| named(scheme.name, service, Some(scheme), signer))
                .unwrap_or_else(|| Err(unsupported(&names)));
        }
        if modeled.peek().is_none() {
            let name = match service.signature_version {
                version @ ("bearer" | "none" | "v2" | "v4a") => version,
                _ => "sigv4",
            };
            return named(name, service, None, signer).unwrap_or(Ok(Scheme::Unsigned));
        }
        let mut names: Vec<&str> = modeled.map(|scheme| scheme.rsplit('#').next().unwrap_or(scheme)).collect();
        names.sort_by_key(|name| preference(name, settings));
        let mut schemes = names.iter();
        schemes.find_map(|name| named(name, service, None, signer)).unwrap_or_else(|| Err(unsupported(&names)))
    }
}

/// The scheme of the setting `signature_version`, where code gives that.
///
/// # Errors
/// For a version that this client does not have.
fn requested(settings: &Settings, service: &Service) -> Result<Option<&'static str>> {
    Ok(Some(match settings.signature_version.as_deref() {
        None => return Ok(None),
        Some("v4" | "s3v4") => "sigv4",
        Some("v4a" | "s3v4a") => "sigv4a",
        Some("bearer") => "bearer",
        Some("v2") => "v2",
        Some("s3") if is_s3(service) => "s3",
        Some(other) => {
            let message = format!(
                "There is no signature_version {other} here: the versions are v4 and s3v4, v4a and s3v4a, v2, bearer and \
                 none, for S3 also s3"
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
    }))
}

/// The scheme that was asked for, with what the endpoint says of it where it offers that one.
fn named_by(requested: &str, service: &Service, offered: &[AuthScheme], signer: &Signer<'_>) -> Option<Result<Scheme>> {
    let same = |scheme: &&AuthScheme| match scheme.name {
        // The keys of sessions sign by Version 4, too.
        "sigv4-s3express" => requested == "sigv4",
        name => name == requested,
    };
    match offered.iter().find(same) {
        Some(scheme) => named(scheme.name, service, Some(scheme), signer),
        None => named(requested, service, None, signer),
    }
}

/// The place of a scheme in the setting `auth_scheme_preference`; those that it does not name come last, in their order.
/// Source: botocore's `resolve_auth_scheme_preference`.
fn preference(name: &str, settings: &Settings) -> usize {
    let preferred = &settings.auth_scheme_preference;
    preferred.iter().position(|other| other == name).unwrap_or(preferred.len())
}

fn is_anonymous(operation: &'static Operation) -> bool {
    match word(operation.traits, "auth=") {
        Some(schemes) => schemes.split(',').next().is_some_and(|first| matches!(first, "none" | "smithy.api#noAuth")),
        None => word(operation.traits, "authtype=") == Some("none"),
    }
}

/// The scheme of a name as models and rules have it; `None` for one that this client does not have.
fn named(name: &str, service: &Service, scheme: Option<&AuthScheme>, signer: &Signer<'_>) -> Option<Result<Scheme>> {
    match name {
        "sigv4" => {
            Some(region(scheme, signer).map(|region| Scheme::Signature(signature(false, service, scheme, region))))
        }
        "sigv4-s3express" => {
            Some(region(scheme, signer).map(|region| Scheme::Session(signature(false, service, scheme, region))))
        }
        "sigv4a" | "v4a" => {
            Some(regions(scheme, signer).map(|regions| Scheme::Signature(signature(true, service, scheme, regions))))
        }
        "v2" => Some(Ok(Scheme::Version2)),
        "s3" => Some(Ok(Scheme::S3Version2)),
        "httpBearerAuth" | "bearer" => Some(Ok(Scheme::Bearer)),
        "noAuth" | "none" => Some(Ok(Scheme::Unsigned)),
        _ => None,
    }
}

fn signature(asymmetric: bool, service: &Service, scheme: Option<&AuthScheme>, region: String) -> Signature {
    let name = scheme.and_then(|scheme| scheme.signing_name.as_deref()).unwrap_or(service.signing_name);
    let verbatim = is_s3(service) || scheme.is_some_and(|scheme| scheme.disable_double_encoding);
    Signature { asymmetric, name: name.to_owned(), region, double_encode: !verbatim }
}

fn region(scheme: Option<&AuthScheme>, signer: &Signer<'_>) -> Result<String> {
    match scheme.and_then(|scheme| scheme.signing_region.as_deref()) {
        Some(region) => Ok(region.to_owned()),
        None => signer.region(),
    }
}

/// The settings' regions, else the endpoint's, else the client's own. Source: botocore's `_set_sigv4a_signing_context`.
fn regions(scheme: Option<&AuthScheme>, signer: &Signer<'_>) -> Result<String> {
    let set = scheme.map(|scheme| &scheme.signing_region_set).filter(|set| !set.is_empty());
    match (&signer.settings.sigv4a_signing_region_set, set) {
        (Some(set), _) | (None, Some(set)) => Ok(set.join(",")),
        (None, None) => Ok(signer.region().unwrap_or_else(|_| "*".to_owned())),
    }
}

/// Whether paths and bodies are signed by S3's rules. The model says so: the management service of Outposts, signed for
/// under the same name as buckets there, follows the general ones.
pub(crate) fn is_s3(service: &Service) -> bool {
    matches!(service.signature_version, "s3" | "s3v4")
}

fn unsupported(offered: &[&str]) -> Error {
    Error::new(
        ErrorKind::Sign,
        format!("The endpoint wants to be signed for by {}, which this client does not have", offered.join(" or ")),
    )
}
