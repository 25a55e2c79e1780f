//! Members in headers and status.

use serde_json::json;

use super::hostile_heads::read;

#[test]
fn names_have_no_case_and_the_first_value_counts() {
    let got = read(206, &[("X-TEXT", "one"), ("x-text", "two"), ("X-Flag", "true"), ("x-cOUNT", "-7")]).unwrap();
    assert_eq!((&got["Text"], &got["Flag"], &got["Count"]), (&json!("one"), &json!(true), &json!(-7)));
    assert_eq!(got["Status"], json!(206));
    assert!(got.get("Long").is_none_or(serde_json::Value::is_null), "{got}");
}

#[test]
fn a_header_that_came_empty_is_an_empty_text() {
    let got = read(200, &[("x-text", "")]).unwrap();
    assert_eq!(got["Text"], json!(""));
}

#[test]
fn lists_are_of_all_headers_of_that_name() {
    let got = read(200, &[("x-texts", r#"a, "b,c" ,d\"#), ("X-Texts", r#""e \"f\"""#)]).unwrap();
    assert_eq!(got["Texts"], json!(["a", "b,c", r"d\", r#"e "f""#]));
    let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT";
    let got = read(200, &[("x-whens", dates)]).unwrap();
    assert_eq!(got["Whens"].as_array().map(Vec::len), Some(2), "{got}");
    let got = read(200, &[("x-texts", "Mon, Tue,Wed")]).unwrap();
    assert_eq!(got["Texts"], json!(["Mon", "Tue", "Wed"]));
}

#[test]
fn headers_of_a_prefix_are_a_map() {
    let got = read(200, &[("x-tag-One", "1"), ("X-TAG-two", "2"), ("x-tags", "no"), ("x-tag", "no"), ("x-tag-", "3")])
        .unwrap();
    assert_eq!(got["Tags"], json!({ "One": "1", "two": "2", "": "3" }));
}

#[test]
fn what_is_no_number_is_an_error_that_names_the_member() {
    for (name, value, member) in [("x-count", "many", "Count"), ("x-real", "1,5", "Real"), ("x-when", "soon", "When")] {
        let error = read(200, &[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(member), "{error}");
    }
}
