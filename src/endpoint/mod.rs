//! Endpoints: from the rules of a service and the parameters of a call to a URL, headers and auth schemes.

mod auth;
mod cache;
mod discovery;
mod evaluate;
mod expression;
mod functions;
mod parameters;
mod partitions;
mod pattern;
mod regions;
mod rules;
mod url;
mod value;

#[cfg(test)]
mod conformance;

use std::borrow::Cow;

pub(crate) use auth::{Scheme, Signature, Signer, is_s3};
pub(crate) use cache::Cache;
pub(crate) use discovery::{Discovery, Told};
pub(crate) use functions::is_host_label;
pub(crate) use parameters::{BuiltIns, parameters};
pub(crate) use partitions::Partitions;
pub(crate) use regions::Regions;
#[cfg(fuzzing)]
pub(crate) use rules::ParameterKind;
pub(crate) use rules::RuleSet;

use crate::shape::Document;

/// The partitions of `partitions.json`.
pub(crate) const PARTITIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/partitions.txt"));
/// The regions of `endpoints.json`.
pub(crate) const REGIONS: Regions = Regions::new(include_str!(concat!(env!("OUT_DIR"), "/regions.txt")));

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Param<'a> {
    Bool(bool),
    Str(Cow<'a, str>),
    List(Vec<String>),
}

/// The parameters' values in the order of [`RuleSet::parameters`]; one that is not set is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Params<'a>(pub(crate) Vec<Option<Param<'a>>>);

/// Where a request goes, as rules say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint {
    /// Scheme, authority and a path if there is one, mostly without a slash at the end.
    pub(crate) url: String,
    /// Headers to add. botocore sends the first value of each.
    pub(crate) headers: Vec<(String, Vec<String>)>,
    /// Best first. Empty: the service's and operation's own.
    pub(crate) auth_schemes: Vec<AuthScheme>,
    /// What else rules say: `backend`, `metricValues`.
    pub(crate) properties: Vec<(String, Document)>,
}

/// How requests to an endpoint are signed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AuthScheme {
    /// `sigv4`, `sigv4a`, `sigv4-s3express`
    pub(crate) name: &'static str,
    pub(crate) signing_name: Option<String>,
    pub(crate) signing_region: Option<String>,
    /// The regions of `sigv4a`.
    pub(crate) signing_region_set: Vec<String>,
    /// Whether the path is signed as it is sent.
    pub(crate) disable_double_encoding: bool,
}

impl Endpoint {
    /// The same without TLS, for a client that wants none and whose endpoint is not the user's own.
    pub(crate) fn without_tls(mut self) -> Endpoint {
        if let Some(rest) = self.url.strip_prefix("https://") {
            self.url = format!("http://{rest}");
        }
        self
    }
}
