//! How long rules take; `cargo test --release --lib endpoint::conformance::speed -- --nocapture` prints it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;

use super::calls::call;
use super::{compact, directory, models, params, parsed, partitions, service_rules};
use crate::endpoint::{BuiltIns, RuleSet, parameters};

/// The median of many turns; unoptimised code is only run, for a few turns.
fn median(mut run: impl FnMut()) -> Duration {
    let (samples, turns) = if cfg!(debug_assertions) { (3, 3) } else { (51, 2000) };
    let mut times: Vec<Duration> = (0..samples)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..turns {
                run();
            }
            start.elapsed() / turns
        })
        .collect();
    times.sort();
    times[samples / 2]
}

#[test]
fn a_call_takes_microseconds() {
    let Some(directory) = directory() else { return };
    if !models().join("s3").is_dir() {
        return;
    }
    let partitions = partitions(&directory);
    let text: &'static str = compact(&service_rules("s3")).unwrap().leak();
    let parse = median(|| drop(black_box(RuleSet::parse(black_box(text)).unwrap())));
    let rules = RuleSet::parse(text).unwrap();
    let given = json!({"Region": "eu-west-1", "Bucket": "my-bucket", "UseFIPS": false, "UseDualStack": false,
        "Accelerate": false, "ForcePathStyle": false, "UseGlobalEndpoint": false, "UseArnRegion": true});
    let params = params(&rules, &given);
    let resolve = median(|| drop(black_box(rules.resolve(black_box(&params), &partitions).unwrap())));
    let (operation, input) =
        call(&super::calls::service_model("s3"), "GetObject", &json!({"Bucket": "my-bucket", "Key": "k"}));
    let built_ins = BuiltIns { region: Some("eu-west-1".into()), ..BuiltIns::default() };
    let gather = median(|| drop(black_box(parameters(&rules, &operation, black_box(&input), &built_ins).unwrap())));
    let sts = parsed(&service_rules("sts"));
    let given = json!({"Region": "eu-west-1"});
    let sts_params = super::params(&sts, &given);
    let sts_resolve = median(|| drop(black_box(sts.resolve(black_box(&sts_params), &partitions).unwrap())));
    eprintln!("s3: parse {parse:?}, parameters {gather:?}, resolve {resolve:?}; sts: resolve {sts_resolve:?}");
    if !cfg!(debug_assertions) {
        // Several times what an idle machine takes, so that a busy one passes.
        assert!(parse < Duration::from_micros(400), "{parse:?}");
        assert!(gather + resolve < Duration::from_micros(8), "{gather:?} {resolve:?}");
    }
}
