//! Requests that are presigned beside a call's own: copies' sources, tokens, forms.

use std::time::Duration;

use super::{Call, join};
use crate::client::Core;
use crate::clock::Clock as _;
use crate::configuration::{AddressingStyle, RegionalEndpoints};
use crate::customize;
use crate::endpoint::{Scheme, Signature, is_s3};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Request;
use crate::operation::Operation;
use crate::shape::Typed;
use crate::signing::{self, Payload, PostFields};

/// How long a copy's source can be asked for it.
const COPY: Duration = Duration::from_secs(3600);

/// Stands where a signature is of no operation.
static NONE: Operation = Operation { name: "", method: "GET", uri: "/", traits: "" };

impl Call<'_> {
    /// Completes a copy from another region by a URL with which that region is asked for it.
    pub(super) fn add_copy_url(&self, request: &mut Request, scheme: &Scheme) -> Result<()> {
        let Some(copy) = customize::copy(self.core.service(), self.operation) else { return Ok(()) };
        let Scheme::Signature(here) = scheme else { return Ok(()) };
        let Some((source, mut asked)) = copy.begin(request, &here.region) else { return Ok(()) };
        let there = Signature { region: source, ..here.clone() };
        self.presign_by(&mut asked, &there, COPY)?;
        copy.finish(request, &here.region, &asked.url());
        Ok(())
    }

    /// Whether a URL is to have S3's host without a region: as botocore has it, but with the older signature only, which
    /// names no region either. Source: botocore's `_should_use_global_endpoint`.
    pub(super) fn presigns_globally(&self) -> bool {
        let settings = self.core.settings();
        let region = settings.region.as_deref().unwrap_or("us-east-1");
        settings.signature_version.as_deref() == Some("s3")
            && self.core.partitions().for_region(region).name == "aws"
            && !settings.use_dualstack
            && settings.s3.addressing_style != Some(AddressingStyle::Virtual)
            && (region != "us-east-1" || settings.s3.us_east_1_regional_endpoint != Some(RegionalEndpoints::Regional))
    }

    fn presign_by(&self, request: &mut Request, signature: &Signature, expires: Duration) -> Result<()> {
        let credentials = self.credentials()?;
        signing::presign(request, &self.signing(&credentials, signature, Payload::Body), expires)
    }
}

/// Presigns a request that is no operation's, for a service of that signing name. Without a region: the client's.
pub(crate) fn presign_request(
    core: &Core,
    request: &mut Request,
    name: &str,
    region: Option<&str>,
    expires: Duration,
) -> Result<()> {
    let region = region.map_or_else(|| core.settings().require_region(), Ok)?;
    let signature =
        Signature { asymmetric: false, name: name.to_owned(), region: region.to_owned(), double_encode: true };
    Call::new(core, &NONE).presign_by(request, &signature, expires)
}

/// Where a form for the input goes, and its fields with the signature of a policy of these conditions.
pub(crate) fn sign_post(core: &Core, input: &dyn Typed, policy: &signing::Policy) -> Result<(String, PostFields)> {
    let call = Call::new(core, &NONE);
    if !is_s3(core.service()) {
        let message = format!("Forms are signed for S3, and this is a client of {}", core.service().name);
        return Err(Error::new(ErrorKind::Sign, message));
    }
    call.global_host.set(call.presigns_globally());
    let endpoint = call.endpoint(input)?;
    let mut request = Request { path: "/".to_owned(), ..Request::default() };
    join(&mut request, &endpoint, None)?;
    let scheme = call.scheme(&endpoint)?;
    call.note_bucket(&scheme, input);
    match scheme {
        Scheme::Signature(signature) if !signature.asymmetric => {
            let credentials = call.credentials()?;
            let fields = signing::sign_post(&call.signing(&credentials, &signature, Payload::Body), policy);
            Ok((request.url(), fields))
        }
        Scheme::S3Version2 => {
            let fields = signing::sign_post_s3_v2(&call.credentials()?, core.time().now(), policy);
            Ok((request.url(), fields))
        }
        Scheme::Session(signature) => {
            let credentials = call.session_credentials()?;
            let params = call.signing_in_session(&credentials, &signature, Payload::Body);
            Ok((request.url(), signing::sign_post(&params, policy)))
        }
        _ => Err(Error::new(
            ErrorKind::Sign,
            "A form is signed by the Signature Versions 4 and 2 only, and the bucket wants another",
        )),
    }
}
