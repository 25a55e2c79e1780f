#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("profile_file"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::profile_file(bytes)));
