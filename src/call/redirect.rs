//! Requests that belong to another region.

use super::attempt::Attempted;
use super::{Call, Prepared, join};
use crate::configuration::validate_region;
use crate::customize;
use crate::endpoint::Scheme;
use crate::error::Result;
use crate::http::Request;
use crate::shape::Typed;
use crate::signing::Payload;

/// Where a request belongs that came to the wrong place.
pub(super) enum Elsewhere {
    /// The bucket is in another region.
    Region { bucket: String, region: String },
    /// The endpoint that the service told is none any more.
    Told,
}

impl Call<'_> {
    /// Whether the request belongs to another endpoint than was asked.
    pub(super) fn elsewhere(&self, input: &dyn Typed, prepared: &Prepared, attempted: &Attempted) -> Option<Elsewhere> {
        let Attempted::Refused(failure) = attempted else { return None };
        if self.forget_endpoint(failure) {
            return Some(Elsewhere::Told);
        }
        let elsewhere = customize::elsewhere(self.core.service(), self.operation, input, failure)?;
        let region = elsewhere.region.or_else(|| self.ask_region(input, prepared))?;
        let known = matches!(&prepared.scheme, Scheme::Signature(signature) if signature.region == region);
        (!known).then_some(Elsewhere::Region { bucket: elsewhere.bucket, region })
    }

    /// Directs the request there. A bucket's region is remembered for later requests of the same bucket.
    pub(super) fn follow(&self, elsewhere: Elsewhere, input: &dyn Typed, prepared: &mut Prepared) -> Result<()> {
        let Elsewhere::Region { bucket, region } = elsewhere else { return self.discover(&mut prepared.request) };
        log::debug!(
            target: "botocore::endpoint",
            "{} {}: the bucket {bucket} is in the region {region}; a client of that region saves a request",
            self.core.service().name,
            self.operation.name,
        );
        self.core.remember_region(bucket, region);
        let endpoint = self.endpoint(input)?;
        let mut moved = Request::default();
        join(&mut moved, &endpoint, None)?;
        prepared.request.origin = moved.origin;
        prepared.scheme = self.scheme(&endpoint)?;
        Ok(())
    }

    /// Asks the bucket for its region: an answer names it whatever its status.
    fn ask_region(&self, input: &dyn Typed, prepared: &Prepared) -> Option<String> {
        let mut request = Request { method: "HEAD", path: "/".to_owned(), ..Request::default() };
        join(&mut request, &*self.endpoint(input).ok()?, None).ok()?;
        request.headers.set("User-Agent", &*self.core.user_agent());
        self.set_limits(&mut request);
        self.sign(&mut request, &prepared.scheme, &Payload::Body).ok()?;
        let response = self.core.transport().send(&mut request).ok()?;
        let region = response.headers.get("x-amz-bucket-region")?.to_owned();
        validate_region(&region, String::new).is_ok().then_some(region)
    }
}
