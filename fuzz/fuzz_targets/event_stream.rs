#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("event_stream"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::event_stream(bytes)));
