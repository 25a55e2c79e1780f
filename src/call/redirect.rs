//! Requests that belong to another region.

use super::attempt::Attempted;
use super::{Call, Prepared, join};
use crate::configuration::validate_region;
use crate::customize;
use crate::endpoint::Scheme;
use crate::error::Result;
use crate::http::Request;
use crate::shape::Value;
use crate::signing::Payload;

impl Call<'_> {
    /// Whether the request belongs to another region: then it is for that one from now on, and so are later ones of the
    /// same bucket.
    pub(super) fn redirect(&self, input: &dyn Value, prepared: &mut Prepared, attempted: &Attempted) -> Result<bool> {
        let Attempted::Refused(failure) = attempted else { return Ok(false) };
        let (service, operation) = (self.core.service(), self.operation);
        let Some(elsewhere) = customize::elsewhere(service, operation, input, failure) else { return Ok(false) };
        let Some(region) = elsewhere.region.or_else(|| self.ask_region(input, prepared)) else { return Ok(false) };
        if matches!(&prepared.scheme, Scheme::Signature(signature) if signature.region == region) {
            return Ok(false);
        }
        log::debug!(
            "{} {}: the bucket {} is in the region {region}; a client of that region saves a request",
            service.name,
            operation.name,
            elsewhere.bucket
        );
        self.core.remember_region(elsewhere.bucket, region);
        let endpoint = self.endpoint(input)?;
        let mut moved = Request::default();
        join(&mut moved, &endpoint, None)?;
        prepared.request.origin = moved.origin;
        prepared.scheme = self.scheme(&endpoint)?;
        Ok(true)
    }

    /// Asks the bucket for its region: an answer names it whatever its status.
    fn ask_region(&self, input: &dyn Value, prepared: &Prepared) -> Option<String> {
        let mut request = Request { method: "HEAD", path: "/".to_owned(), ..Request::default() };
        join(&mut request, &self.endpoint(input).ok()?, None).ok()?;
        request.headers.set("User-Agent", &*self.core.user_agent());
        self.sign(&mut request, &prepared.scheme, &Payload::Body).ok()?;
        let response = self.core.transport().send(&mut request).ok()?;
        let region = response.headers.get("x-amz-bucket-region")?.to_owned();
        validate_region(&region).is_ok().then_some(region)
    }
}
