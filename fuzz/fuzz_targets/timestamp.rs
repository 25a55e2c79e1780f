#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("timestamp"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::timestamp(bytes)));
