#![no_main]

use botocore_fuzz::{bounded, seed};

libfuzzer_sys::fuzz_target!(init: seed("cbor"), |bytes: &[u8]| bounded(bytes, || botocore::fuzzing::cbor(bytes)));
