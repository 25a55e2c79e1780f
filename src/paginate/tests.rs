use std::cell::RefCell;

use serde_json::{Map, Value as Json, json};

use super::state::State;
use super::token;
use crate::error::{Error, ErrorKind, Result};
use crate::jmespath::Data;
use crate::shape::tree::{Shape, Tree};
use crate::suite::Suite;

/// What came of a walk.
struct Walk {
    requests: Vec<Json>,
    pages: Vec<Json>,
    result: Result<Json>,
    resume: Option<String>,
}

fn texts(json: &Json) -> Vec<String> {
    match json {
        Json::String(text) => vec![text.clone()],
        Json::Array(texts) => texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn descriptor(paginator: &Json) -> &'static str {
    let mut lines = String::new();
    for (input, output) in texts(&paginator["input_token"]).iter().zip(texts(&paginator["output_token"])) {
        lines += &format!("token {input} {output}\n");
    }
    for (word, key) in
        [("more", "more_results"), ("limit", "limit_key"), ("result", "result_key"), ("keep", "non_aggregate_keys")]
    {
        for text in texts(&paginator[key]) {
            lines += &format!("{word} {text}\n");
        }
    }
    lines.leak()
}

/// Walks through all pages. The input's shape follows from the requests that are expected.
fn walk(case: &Json, requests: &[Json]) -> Walk {
    let responses = case["responses"].as_array().unwrap();
    let page_shape = Shape::of(responses);
    let mut members: Vec<Json> = requests.to_vec();
    members.push(case["params"].clone());
    // The tokens that are never set are members too.
    let tokens: Map<_, _> =
        texts(&case["paginator"]["input_token"]).into_iter().map(|name| (name, Json::Null)).collect();
    members.push(Json::Object(tokens));
    let mut input = Tree::new(&Shape::of(&members), &case["params"]);

    let mut state = State::new(descriptor(&case["paginator"]));
    let number = |key: &str| {
        let value = &case["pagingConfig"][key];
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    };
    state.max_items = number("MaxItems").and_then(|count| usize::try_from(count).ok());
    state.page_size = number("PageSize");
    state.starting_token = case["pagingConfig"]["StartingToken"].as_str().map(str::to_owned);

    let sent = RefCell::new(Vec::new());
    let mut pages = Vec::new();
    let mut full = Tree::new(&page_shape, &json!({}));
    let result = loop {
        let next = state.next(&mut input, |input| {
            sent.borrow_mut().push(input.to_json());
            let place = sent.borrow().len() - 1;
            let response = responses.get(place).ok_or_else(|| Error::new(ErrorKind::Transport, "No more answers"))?;
            Ok(Tree::new(&page_shape, response))
        });
        match next {
            None => break Ok(full.to_json()),
            Some(Err(error)) => break Err(error),
            Some(Ok(page)) => {
                state.add(&page, &mut full, pages.is_empty()).unwrap();
                pages.push(page.to_json());
            }
        }
    };
    Walk { requests: sent.into_inner(), pages, result, resume: state.resume_token().map(str::to_owned) }
}

fn without_nulls(json: &Json) -> Json {
    match json {
        Json::Object(entries) => entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect(),
        Json::Array(items) => items.iter().map(without_nulls).collect(),
        json => json.clone(),
    }
}

fn check(case: &Json) -> std::result::Result<(), String> {
    let expect = &case["expect"];
    let requests = expect["requests"].as_array().unwrap();
    let got = walk(case, requests);
    let same = |what: &str, got: Json, expected: &Json| match got == without_nulls(expected) {
        true => Ok(()),
        false => Err(format!("{what}: expected {expected}, got {got}")),
    };
    same("requests", Json::from(got.requests), &expect["requests"])?;
    match (got.result, expect.get("error")) {
        (Err(_), Some(_)) => Ok(()),
        (Ok(mut full), None) => {
            same("pages", Json::from(got.pages), &expect["pages"])?;
            same("resume token", Json::from(got.resume.clone()), &expect["resumeToken"])?;
            if let Some(resume) = got.resume {
                full["NextToken"] = Json::from(resume);
            }
            same("full result", full, &expect["fullResult"])
        }
        (got, expected) => Err(format!("expected {expected:?}, got {got:?}")),
    }
}

#[test]
fn conformance() {
    let Some((mut suite, cases)) = Suite::cases("paginators", "paginators.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap(), || check(case));
    }
    suite.finish();
}

#[test]
fn conformance_of_tokens() {
    let Some((mut suite, cases)) = Suite::cases("pagination-tokens", "pagination-tokens.json") else { return };
    for case in &cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let Data::Object(entries) = data(&case["token_dict"]) else { panic!("{case}") };
            let members: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
            let values: Vec<Data> = entries.iter().map(|(_, value)| value.clone()).collect();
            let read = token::start(&members, &token::resume(&members, &values, None)).unwrap();
            assert_eq!((read.tokens, read.skip), (values, 0));
            Ok(())
        });
    }
    suite.finish();
}

fn data(json: &Json) -> Data {
    use base64::Engine;
    match json {
        Json::Object(entries) => match entries.get("$bytes").and_then(Json::as_str) {
            Some(text) => Data::Blob(base64::engine::general_purpose::STANDARD.decode(text).unwrap()),
            None => Data::Object(entries.iter().map(|(key, value)| (key.clone(), data(value))).collect()),
        },
        Json::Array(items) => Data::List(items.iter().map(data).collect()),
        json => Data::from_json(json),
    }
}

fn case(paginator: Json, responses: Json, config: Json) -> Json {
    json!({"paginator": paginator, "responses": responses, "params": {}, "pagingConfig": config})
}

#[test]
fn a_repeated_token_ends_in_an_error() {
    let page = json!({"Items": [1], "Next": "t"});
    let case = case(
        json!({"input_token": "M", "output_token": "Next", "result_key": "Items"}),
        json!([page, page, page]),
        json!({}),
    );
    let got = walk(&case, &[json!({"M": "t"})]);
    assert_eq!((got.requests.len(), got.pages.len()), (2, 2));
    assert_eq!(got.result.unwrap_err().to_string(), "The service sent the same token for the next page twice");
}

#[test]
fn a_token_that_is_gone_is_not_sent_again() {
    let case = case(
        json!({"input_token": ["M1", "M2"], "output_token": ["N1", "N2"], "result_key": "Items"}),
        json!([{"Items": [1], "N1": "a", "N2": "b"}, {"Items": [2], "N1": "c"}, {"Items": []}]),
        json!({}),
    );
    let got = walk(&case, &[json!({"M1": "t", "M2": "t"})]);
    assert_eq!(got.requests, [json!({}), json!({"M1": "a", "M2": "b"}), json!({"M1": "c"})]);
}

#[test]
fn tokens_by_expression() {
    let case = case(
        json!({"input_token": "M", "output_token": "NextMarker || Contents[-1].Key", "more_results": "More",
            "result_key": ["Contents", "List.Prefixes"], "non_aggregate_keys": ["Name", "List.Id"]}),
        json!([
            {"Contents": [{"Key": "a"}, {"Key": "b"}], "List": {"Prefixes": ["p"], "Id": 1}, "Name": "n", "More": true},
            {"Contents": [{"Key": "c"}], "NextMarker": "d", "Name": "other", "More": true},
            {"Contents": [], "List": {"Prefixes": ["q"]}, "More": false, "NextMarker": "e"},
        ]),
        json!({}),
    );
    let got = walk(&case, &[json!({"M": "t"})]);
    assert_eq!(got.requests, [json!({}), json!({"M": "b"}), json!({"M": "d"})]);
    let full = json!({"Contents": [{"Key": "a"}, {"Key": "b"}, {"Key": "c"}], "Name": "n",
        "List": {"Prefixes": ["p", "q"], "Id": 1}});
    assert_eq!(got.result.unwrap(), full);
}

/// A walk that ends in the middle of a page goes on there, and gives every item once.
#[test]
fn resumed_walks_give_every_item_once() {
    let paginator = json!({"input_token": "M", "output_token": "Next", "result_key": "Items"});
    let answers = |token: &Json| match token.as_str() {
        None => json!({"Items": [1, 2, 3, 4, 5], "Next": "t1"}),
        Some("t1") => json!({"Items": [6, 7], "Next": "t2"}),
        _ => json!({"Items": [8]}),
    };
    let shape = Shape::of(&[answers(&Json::Null)]);
    let input_shape = Shape::of(&[json!({"M": "t"})]);
    for size in 1..9 {
        let (mut got, mut token) = (Vec::new(), None);
        loop {
            let mut input = Tree::new(&input_shape, &json!({}));
            let mut state = State::new(descriptor(&paginator));
            (state.max_items, state.starting_token) = (Some(size), token);
            while let Some(page) =
                state.next(&mut input, |input| Ok(Tree::new(&shape, &answers(&input.to_json()["M"]))))
            {
                let page = page.unwrap().to_json();
                got.extend(page["Items"].as_array().unwrap().iter().map(|item| item.as_i64().unwrap()));
            }
            token = state.resume_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        assert_eq!(got, [1, 2, 3, 4, 5, 6, 7, 8], "{size} at a time");
    }
}

#[test]
fn after_an_error_there_is_nothing() {
    let mut input = Tree::new(&Shape::of(&[json!({"M": "t"})]), &json!({}));
    let mut state = State::new("token M N\nresult Items\n");
    let fail = |_: &Tree| Err::<Tree, _>(Error::new(ErrorKind::Transport, "gone"));
    assert!(state.next(&mut input, fail).is_some_and(|page| page.is_err()));
    assert!(state.next(&mut input, fail).is_none());
}
