use std::fmt;

use serde_json::Value as Json;

use crate::error::{Error, ErrorKind, Result};
use crate::jmespath::{self, Expression, Item};
use crate::protocol;
use crate::shape::Value;

/// A line of a waiter's description: `STATE MATCHER EXPECTED ARGUMENT`, with EXPECTED as JSON, and ARGUMENT, a JMESPath
/// expression, only after the matchers `path`, `pathAll` and `pathAny`.
#[derive(Debug)]
pub(super) struct Acceptor {
    pub(super) state: Verdict,
    matcher: Matcher,
    expected: Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Success,
    Failure,
    Retry,
}

#[derive(Debug)]
enum Matcher {
    Path(Expression),
    PathAll(Expression),
    PathAny(Expression),
    Status,
    Error,
}

impl Acceptor {
    pub(super) fn parse(line: &'static str) -> Result<Self> {
        Self::parts(line)
            .unwrap_or_else(|| Err(Error::new(ErrorKind::Wait, format!("{line:?} is no acceptor of a waiter"))))
    }

    fn parts(line: &'static str) -> Option<Result<Self>> {
        let (state, rest) = line.split_once(' ')?;
        let state = match state {
            "success" => Verdict::Success,
            "failure" => Verdict::Failure,
            "retry" => Verdict::Retry,
            _ => return None,
        };
        let (matcher, rest) = rest.split_once(' ')?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
        let expected = values.next()?.ok()?;
        let expression = || Expression::parse(rest[values.byte_offset()..].trim()).map_err(Error::from);
        let matcher = match matcher {
            "path" => expression().map(Matcher::Path),
            "pathAll" => expression().map(Matcher::PathAll),
            "pathAny" => expression().map(Matcher::PathAny),
            "status" => Ok(Matcher::Status),
            "error" => Ok(Matcher::Error),
            _ => return None,
        };
        Some(matcher.map(|matcher| Acceptor { state, matcher, expected }))
    }

    /// Whether the answer is what the acceptor is for. Source: botocore's `AcceptorConfig`.
    pub(super) fn accepts(&self, answer: std::result::Result<&dyn Value, &Error>) -> Result<bool> {
        match (&self.matcher, answer) {
            (Matcher::Status, Ok(output)) => Ok(self.expects(Json::from(protocol::status(output)))),
            (Matcher::Status, Err(error)) => Ok(self.expects(Json::from(error.status()))),
            (Matcher::Error, answer) => Ok(match (&self.expected, answer) {
                (Json::Bool(expected), answer) => *expected == answer.is_err(),
                (Json::String(code), Err(error)) => error.code() == Some(code),
                _ => false,
            }),
            (_, Err(_)) => Ok(false),
            (Matcher::Path(path), Ok(output)) => self.finds(path, output, |found, expected| found.equals(expected)),
            (Matcher::PathAll(path), Ok(output)) => self.finds(path, output, all),
            (Matcher::PathAny(path), Ok(output)) => self.finds(path, output, any),
        }
    }

    fn expects(&self, status: Json) -> bool {
        self.expected == status
    }

    /// A value that a function of the expression does not take is no match: it may be there next time.
    fn finds(
        &self,
        path: &Expression,
        output: &dyn Value,
        fits: fn(Item<'_>, Item<'_>) -> std::result::Result<bool, jmespath::Error>,
    ) -> Result<bool> {
        let mut found = false;
        let result = path.find(output, &mut |item| {
            found = fits(item, Item::of_json(&self.expected))?;
            Ok(())
        });
        match result {
            Err(error) if error.kind() != jmespath::ErrorKind::Type => Err(error.into()),
            _ => Ok(found),
        }
    }
}

/// Whether it is a list, not empty, of nothing else.
fn all(found: Item<'_>, expected: Item<'_>) -> std::result::Result<bool, jmespath::Error> {
    let Item::List(list) = found else { return Ok(false) };
    let mut fits = list.len() > 0;
    list.each(&mut |item| {
        fits = fits && item.equals(expected)?;
        Ok(())
    })?;
    Ok(fits)
}

/// Whether it is a list in which it occurs.
fn any(found: Item<'_>, expected: Item<'_>) -> std::result::Result<bool, jmespath::Error> {
    let Item::List(list) = found else { return Ok(false) };
    let mut fits = false;
    list.each(&mut |item| {
        fits = fits || item.equals(expected)?;
        Ok(())
    })?;
    Ok(fits)
}

/// What was found, as the end of a sentence.
impl fmt::Display for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = &self.expected;
        match (&self.matcher, expected) {
            (Matcher::Path(path), _) => write!(f, "`{path}` is {expected}"),
            (Matcher::PathAll(path), _) => write!(f, "all of `{path}` are {expected}"),
            (Matcher::PathAny(path), _) => write!(f, "one of `{path}` is {expected}"),
            (Matcher::Status, _) => write!(f, "the HTTP status is {expected}"),
            (Matcher::Error, Json::Bool(true)) => f.write_str("the service answered with an error"),
            (Matcher::Error, Json::Bool(false)) => f.write_str("the service answered without an error"),
            (Matcher::Error, code) => write!(f, "the service answered with the error {code}"),
        }
    }
}
