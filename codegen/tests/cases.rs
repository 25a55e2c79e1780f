//! Small models and one file of what is made of each; the first line of `expected.rs` names that file.

mod model;

use std::fs;

use model::{data, expect, generate};

#[test]
fn models_become_what_is_expected() {
    let mut failures = Vec::new();
    let mut count = 0;
    for case in data("cases") {
        count += 1;
        let bytes = fs::read(case.join("model.json")).expect("a case has a model");
        let expected = case.join("expected.rs");
        let first = fs::read_to_string(&expected).unwrap_or_default().lines().next().map(str::to_owned);
        let file = first.as_deref().and_then(|line| line.strip_prefix("// ")).unwrap_or("types.rs").to_owned();
        match generate("case", &bytes, Some(&file)) {
            Ok(text) => {
                let parsed = syn::parse_file(&text).expect("what is emitted is Rust");
                expect(&expected, &format!("// {file}\n{}", prettyplease::unparse(&parsed)), &mut failures);
            }
            Err(report) => failures.push(format!("{}: {report}", case.display())),
        }
    }
    assert!(count > 0, "there are no cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
