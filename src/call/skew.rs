//! Requests refused because this machine's clock is wrong: the server's Date tells by how much. Botocore has nothing like it;
//! the other SDKs of AWS have.

use super::Call;
use super::attempt::Attempted;
use crate::Timestamp;
use crate::protocol::ServiceFailure;

/// Error codes that mean a wrong clock, or can: a signature of another time is a wrong one, too. An answer to HEAD has no
/// body, and its status for a code.
const CODES: [&str; 8] = [
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "AuthFailure",
    "403",
];

/// Seconds that clocks may differ and the signature not be why: services allow five minutes or more.
const ALLOWED: i64 = 4 * 60;

impl Call<'_> {
    /// Whether the clock was why the request was refused; then the client's time is set right, for later calls too.
    pub(super) fn correct_clock(&self, attempted: &Attempted) -> bool {
        let Attempted::Refused(failure) = attempted else { return false };
        let Some(theirs) = server_time(failure) else { return false };
        let off = theirs.seconds().saturating_sub(self.core.time().seconds());
        if off.abs() <= ALLOWED {
            return false;
        }
        log::warn!(
            "{} {}: refused with {}, and the server's clock is {off} s ahead of what was signed with: signing by the \
             server's from here on",
            self.core.service().name,
            self.operation.name,
            failure.code
        );
        self.core.set_time(theirs);
        true
    }
}

fn server_time(failure: &ServiceFailure) -> Option<Timestamp> {
    if !CODES.contains(&failure.code.as_str()) {
        return None;
    }
    Timestamp::parse(failure.headers.get("Date")?)
}
