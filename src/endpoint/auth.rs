use super::{AuthScheme, Endpoint};
use crate::config::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Operation, Service, word};

/// How a request is to be signed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scheme {
    /// Not at all.
    Unsigned,
    SigV4 {
        name: String,
        region: String,
        double_encode: bool,
    },
    Bearer,
}

impl Scheme {
    /// The scheme of a call: what the settings say, else the operation, else the endpoint's rules, else the service.
    /// Source: botocore's `resolve_auth_type`, `auth_schemes_to_signing_ctx` and the handlers of `choose-signer`.
    ///
    /// # Errors
    /// When no region to sign for is known, or only schemes are offered that this client does not have.
    pub(crate) fn choose(
        service: &Service,
        operation: &'static Operation,
        endpoint: &Endpoint,
        settings: &Settings,
    ) -> Result<Scheme> {
        if settings.is_unsigned() || is_anonymous(operation) {
            return Ok(Scheme::Unsigned);
        }
        let modeled = word(operation.traits, "auth=").unwrap_or(service.auth);
        if !endpoint.auth_schemes.is_empty() {
            return of_endpoint(service, &endpoint.auth_schemes, settings);
        }
        let mut modeled = modeled.split([' ', ',']).filter(|scheme| !scheme.is_empty()).peekable();
        if modeled.peek().is_none() {
            return match service.signature_version {
                "bearer" => Ok(Scheme::Bearer),
                "none" => Ok(Scheme::Unsigned),
                _ => sigv4(service, None, settings),
            };
        }
        let mut offered = Vec::new();
        for scheme in modeled {
            match scheme {
                "aws.auth#sigv4" => return sigv4(service, None, settings),
                "smithy.api#httpBearerAuth" => return Ok(Scheme::Bearer),
                "smithy.api#noAuth" => return Ok(Scheme::Unsigned),
                other => offered.push(other),
            }
        }
        Err(unsupported(&offered))
    }
}

fn is_anonymous(operation: &'static Operation) -> bool {
    match word(operation.traits, "auth=") {
        Some(schemes) => schemes.split(',').next().is_some_and(|first| matches!(first, "none" | "smithy.api#noAuth")),
        None => word(operation.traits, "authtype=") == Some("none"),
    }
}

fn of_endpoint(service: &Service, schemes: &[AuthScheme], settings: &Settings) -> Result<Scheme> {
    match schemes.iter().find(|scheme| matches!(scheme.name, "sigv4" | "none")) {
        Some(scheme) if scheme.name == "none" => Ok(Scheme::Unsigned),
        Some(scheme) => sigv4(service, Some(scheme), settings),
        None => Err(unsupported(&schemes.iter().map(|scheme| scheme.name).collect::<Vec<_>>())),
    }
}

fn sigv4(service: &Service, scheme: Option<&AuthScheme>, settings: &Settings) -> Result<Scheme> {
    let name = scheme.and_then(|scheme| scheme.signing_name.as_deref()).unwrap_or(service.signing_name);
    let region = match scheme.and_then(|scheme| scheme.signing_region.as_deref()) {
        Some(region) => region,
        None => settings.require_region()?,
    };
    Ok(Scheme::SigV4 {
        name: name.to_owned(),
        region: region.to_owned(),
        double_encode: !matches!(name, "s3" | "s3express" | "s3-object-lambda" | "s3-outposts")
            && !scheme.is_some_and(|scheme| scheme.disable_double_encoding),
    })
}

fn unsupported(offered: &[&str]) -> Error {
    Error::new(
        ErrorKind::Sign,
        format!("The endpoint wants to be signed for by {}, which this client does not have", offered.join(" or ")),
    )
}
