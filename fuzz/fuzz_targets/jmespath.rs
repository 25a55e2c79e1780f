#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("jmespath"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::jmespath(bytes)));
