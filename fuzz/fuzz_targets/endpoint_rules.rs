#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("endpoint_rules"), |text: &str| {
    // SAFETY: nothing of the text is kept when the call returns.
    let text: &'static str = unsafe { std::mem::transmute::<&str, &'static str>(text) };
    bounded(text.as_bytes(), || botocore::fuzzing::endpoint_rules(text));
});
