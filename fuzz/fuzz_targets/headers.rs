#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("headers"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::headers(bytes)));
