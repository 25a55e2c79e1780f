use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::configuration::Environment;
use crate::http::Headers;

/// What stays as it is beside letters and digits: the trace's own marks, and what is never quoted.
const QUOTED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'!')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'|');

/// Hands on the trace of the Lambda function that we run in, so that functions that call one another without end are
/// found. Source: botocore `handlers.add_recursion_detection_header`.
pub(crate) fn hand_on_trace(environment: &Environment, headers: &mut Headers) {
    const HEADER: &str = "X-Amzn-Trace-Id";
    if let (Some(_), Some(trace), None) =
        (environment.get("AWS_LAMBDA_FUNCTION_NAME"), environment.filled("_X_AMZN_TRACE_ID"), headers.get(HEADER))
    {
        headers.set(HEADER, utf8_percent_encode(&trace, QUOTED).to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::suite::Suite;

    fn texts(map: &Json) -> impl Iterator<Item = (&str, &str)> {
        map.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
    }

    fn check(environment: &Json, before: &[(&str, &str)], mut after: Vec<(String, String)>) -> Result<(), String> {
        let environment: Environment = texts(environment).collect();
        let mut headers = Headers::default();
        before.iter().for_each(|(name, value)| headers.append((*name).to_owned(), *value));
        hand_on_trace(&environment, &mut headers);
        let mut got: Vec<_> =
            headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        after.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
        got.sort();
        after.sort();
        if got == after { Ok(()) } else { Err(format!("expected {after:?}, got {got:?}")) }
    }

    #[test]
    fn traces() {
        let Some((mut suite, cases)) = Suite::cases("recursion-detection", "recursion-detection.json") else { return };
        for case in &cases {
            let before: Vec<_> = texts(&case["header_before"]).collect();
            let after = texts(&case["header_after"]).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            suite.case(case["id"].as_str().unwrap_or_default(), || check(&case["environ"], &before, after));
        }
        suite.finish();
    }

    #[test]
    fn traces_of_the_specification() {
        let Some((mut suite, cases)) = Suite::cases("recursion-detection-sep", "recursion-detection-sep.json") else {
            return;
        };
        let lines = |lines: &Json| -> Vec<(String, String)> {
            let lines = lines.as_array().into_iter().flatten().filter_map(Json::as_str);
            lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        for (index, case) in cases.iter().enumerate() {
            let before = lines(&case["requestHeadersBefore"]);
            let before: Vec<_> = before.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let id = index.to_string();
            suite.case(&id, || check(&case["env"], &before, lines(&case["requestHeadersAfter"])));
        }
        suite.finish();
    }
}
