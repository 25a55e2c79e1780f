//! Requests refused because this machine's clock is wrong: the server's Date tells by how much. Botocore has nothing like it;
//! the other SDKs of AWS have.

use super::Call;
use super::attempt::Attempted;
use crate::endpoint::Scheme;

impl Call<'_> {
    /// Whether the clock was why the request was refused; then the client's time is set right, for later calls too.
    pub(super) fn correct_clock(&self, scheme: &Scheme, attempted: &Attempted) -> bool {
        let (false, Attempted::Refused(failure)) = (matches!(scheme, Scheme::Unsigned | Scheme::Bearer), attempted)
        else {
            return false;
        };
        let Some(off) = self.core.time().correct(&failure.code, failure.headers.get("Date")) else { return false };
        log::warn!(
            "{} {}: refused with {}, and the server's clock is {off} s ahead of what was signed with: signing by the \
             server's from here on",
            self.core.service().name,
            self.operation.name,
            failure.code
        );
        true
    }
}
