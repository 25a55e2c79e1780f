#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("json"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::json(bytes)));
