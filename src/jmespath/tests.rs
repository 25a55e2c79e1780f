use serde_json::{Value as Json, json};

use super::{ErrorKind, Expression};
use crate::suite::{Suite, entries, json as read};

fn search(expression: &str, given: &Json) -> Result<Json, super::Error> {
    Expression::parse(expression)?.search(given)
}

/// The suites of `jmespath/jmespath.test`.
#[test]
fn conformance() {
    let Some((mut suite, folder)) = Suite::open("jmespath", "jmespath") else { return };
    for path in entries(&folder) {
        for part in read(&path).as_array().unwrap() {
            for case in part["cases"].as_array().unwrap() {
                let id = format!("{}: {}", path.display(), case["expression"]);
                suite.case(&id, || check(&part["given"], case));
            }
        }
    }
    suite.finish();
}

fn check(given: &Json, case: &Json) -> Result<(), String> {
    let got = search(case["expression"].as_str().unwrap(), given);
    match (got, case.get("result"), case.get("error").and_then(Json::as_str)) {
        (Ok(got), Some(expected), _) if same(&got, expected) => Ok(()),
        (Err(error), None, Some(kind)) if fits(error.kind(), kind) => Ok(()),
        (got, expected, kind) => Err(format!("expected {expected:?} {kind:?}, got {got:?}")),
    }
}

fn fits(kind: ErrorKind, name: &str) -> bool {
    match name {
        "syntax" => kind == ErrorKind::Syntax,
        "unknown-function" => kind == ErrorKind::UnknownFunction,
        "invalid-arity" => kind == ErrorKind::Arity,
        "invalid-type" => kind == ErrorKind::Type,
        "invalid-value" => kind == ErrorKind::Value,
        _ => name == "runtime",
    }
}

/// Numbers by value: 3 is 3.0.
fn same(one: &Json, two: &Json) -> bool {
    match (one, two) {
        (Json::Number(one), Json::Number(two)) => one.as_f64() == two.as_f64(),
        (Json::Array(one), Json::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Json::Object(one), Json::Object(two)) => {
            one.len() == two.len() && one.iter().all(|(key, one)| two.get(key).is_some_and(|two| same(one, two)))
        }
        _ => one == two,
    }
}

#[test]
fn errors_name_the_place() {
    for (text, kind, position) in [
        ("", ErrorKind::Syntax, 0),
        ("a.", ErrorKind::Syntax, 2),
        ("a.b c", ErrorKind::Syntax, 4),
        ("a[?b == 'c'", ErrorKind::Syntax, 11),
        ("a == 'b", ErrorKind::Syntax, 5),
        ("é", ErrorKind::Syntax, 0),
        ("a.nope(@)", ErrorKind::UnknownFunction, 2),
        ("length()", ErrorKind::Arity, 0),
        ("sort_by(a, b)", ErrorKind::Type, 0),
        ("abs(&a)", ErrorKind::Type, 0),
        ("a[::0]", ErrorKind::Value, 4),
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!((error.kind(), error.position()), (kind, position), "{text}: {error}");
    }
    let error = search("a.length(b)", &json!({"a": {"b": 1}})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "length() takes a string, array or object, and not number (at byte 2 of the expression)"
    );
}

#[test]
fn limits_hold() {
    for text in [
        "(".repeat(100_000),
        "(".repeat(60_000),
        "!".repeat(60_000),
        "[".repeat(60_000),
        "a.".repeat(30_000) + "a",
        "a||".repeat(20_000) + "a",
        "a[]".repeat(20_000),
        "{a:".repeat(20_000),
        "abs(".repeat(15_000),
        "[?".repeat(30_000),
        "*.".repeat(30_000) + "*",
    ] {
        let error = Expression::parse(&text).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Syntax), "{error}");
    }
    let doubling = vec!["[@, @]"; 40].join(" | ");
    assert_eq!(search(&doubling, &json!(1)).unwrap_err().kind(), ErrorKind::Limit);
}

/// The longest chains that are read must not exhaust the stack of a thread (2 MiB here).
#[test]
fn longest_chains_run() {
    for (first, more) in [("a", ".a"), ("@", "|@"), ("a", "||b"), ("a", "[]"), ("a", "==a"), ("a", "[0]"), ("@", "&&@")]
    {
        let expression = (1..2000)
            .map(|count| format!("{first}{}", more.repeat(count)))
            .map_while(|text| Expression::parse(&text).ok())
            .last()
            .unwrap();
        assert!(expression.as_str().len() > 100, "{expression}");
        let mut given = json!(1);
        for _ in 0..100 {
            given = json!({"a": [given]});
        }
        expression.search(&given).unwrap();
    }
    let nested = |count: usize| format!("{}@{}", "not_null(".repeat(count), ")".repeat(count));
    let deepest = (1..2000).map(nested).map_while(|text| Expression::parse(&text).ok()).last().unwrap();
    assert_eq!(deepest.search(&json!(1)).unwrap(), json!(1));
}

/// A flattened list is a projection even where nothing follows: it has no nulls.
#[test]
fn flattening_leaves_nulls_out() {
    assert_eq!(search("[]", &json!([1, null, [2, null]])).unwrap(), json!([1, 2]));
    assert_eq!(search("[a, b][]", &json!({"a": 1})).unwrap(), json!([1]));
    assert_eq!(search("length([a, b][])", &json!({"a": 1})).unwrap(), json!(1));
}

#[test]
fn slices_of_any_size() {
    let given = json!([0, 1, 2, 3]);
    for (text, expected) in [
        ("[::-1]", json!([3, 2, 1, 0])),
        ("[-9223372036854775808:9223372036854775807]", json!([0, 1, 2, 3])),
        ("[9223372036854775807::-9223372036854775808]", json!([3])),
        ("[99999999999999999999999:]", json!([])),
        ("[-9223372036854775808]", json!(null)),
        ("[1:][0]", json!([])),
    ] {
        assert_eq!(search(text, &given).unwrap(), expected, "{text}");
    }
}

#[test]
fn numbers_and_texts() {
    assert_eq!(
        search("to_string(@)", &json!({"a": "é", "b": [1, 2.5]})).unwrap(),
        json!(r#"{"a":"\u00e9","b":[1,2.5]}"#)
    );
    assert_eq!(search("sum(@)", &json!([u64::MAX, 1])).unwrap(), json!(18_446_744_073_709_551_616.0));
    assert_eq!(search("@ == `18446744073709551615`", &json!(u64::MAX)).unwrap(), json!(true));
    assert_eq!(search("max(@)", &json!([])).unwrap(), json!(null));
    assert_eq!(search("a < 'b'", &json!({"a": "a"})).unwrap(), json!(true));
    assert_eq!(search("a < `1`", &json!({"a": "a"})).unwrap(), json!(null));
}

/// Expressions changed at random end in a result or an error, and say where what is wrong.
#[test]
fn changed_expressions() {
    const SEEDS: [&str; 4] = [
        "sort_by(a[?b > `1`], &b)[*].{c: b, d: join('-', e || `[]`)} | [0:5:-2]",
        "!a[].b && \"x\\u00e9\" != 'it\\'s' || @.* | [a, b.c[1], {d: e}]",
        "map(&[], a[*].[b, `{\"c\": [null, 1.5e3]}`]) | reverse(@)[:-1] | max_by(@, &length(to_string(@)))",
        "a[?contains(keys(@), 'b')] | [?type(b) == 'string' && !starts_with(b, 'x')].merge(@, `{}`)",
    ];
    let signs: Vec<char> = "[]{}()`'\"\\.,:*&|!@?<>=-0aé \0".chars().collect();
    let given = json!({ "a": [{ "b": 1 }, { "b": "c" }, [[]], null, 2.5], "b": { "c": [1, 2] }, "e": null });
    for number in 0..6000 {
        let mut rng = fastrand::Rng::with_seed(number);
        let mut text: Vec<char> = SEEDS[rng.usize(..SEEDS.len())].chars().collect();
        for _ in 0..rng.u8(1..4) {
            let at = rng.usize(..text.len());
            match rng.u8(..4) {
                0 => text[at] = signs[rng.usize(..signs.len())],
                1 => text.insert(at, signs[rng.usize(..signs.len())]),
                2 => text.truncate(at + 1),
                _ => drop(text.drain(at..(at + 1 + rng.usize(..8)).min(text.len() - 1).max(at))),
            }
        }
        let text: String = text.into_iter().collect();
        match search(&text, &given) {
            Ok(found) => assert!(serde_json::to_string(&found).is_ok(), "{text}"),
            Err(error) => assert!(error.to_string().len() < 1000, "{text}: {error}"),
        }
    }
}
