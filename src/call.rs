//! A call from typed input to typed output: the steps, in their order, and nothing that a single step could own.

use std::time::Duration;

use crate::client::Core;
use crate::endpoint::Endpoint;
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::http::{Request, Response, ResponseMetadata};
use crate::operation::{Input, Operation};
use crate::retry::{Outcome, Verdict};
use crate::shape::{Slot, Value};
use crate::{checksum, customize, endpoint, protocol, signing};

/// Sends `input` and waits for the answer.
#[inline]
pub(crate) fn send<I: Input>(core: &Core, input: &I) -> Result<I::Output> {
    let mut output = I::Output::default();
    run(core, I::operation(), input, &mut output)?;
    Ok(output)
}

/// The URL that does what `send` would do, for whoever has it, for so long.
#[inline]
pub(crate) fn presign<I: Input>(core: &Core, input: &I, expires: Duration) -> Result<String> {
    presigned(core, I::operation(), input, expires)
}
