//! Bad models and the whole of what is said about them.

mod model;

use std::fs;

use model::{data, expect, generate};

#[test]
fn every_problem_is_named() {
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in data("rejects") {
        if entry.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        count += 1;
        let bytes = fs::read(&entry).expect("a case can be read");
        let said = match generate("reject", &bytes, None) {
            Ok(_) => "nothing is wrong\n".to_owned(),
            Err(report) => report + "\n",
        };
        expect(&entry.with_extension("txt"), &said, &mut failures);
    }
    assert!(count > 0, "there are no cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
