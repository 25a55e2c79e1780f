use crate::error::Result;
use crate::jmespath::Expression;

/// What a model says of an operation's pages, a line each:
///
/// | line | meaning |
/// | --- | --- |
/// | `token MEMBER EXPRESSION` | the input's member that takes what the expression finds in the page before; several in order |
/// | `more EXPRESSION` | there is a next page only when this holds |
/// | `limit MEMBER` | the input's member that sets the size of pages |
/// | `result EXPRESSION` | what the pages are pages of; the first is the one that is counted |
/// | `keep EXPRESSION` | what is the same in all pages and belongs to a full result |
pub(super) struct Descriptor {
    pub(super) inputs: Vec<&'static str>,
    pub(super) outputs: Vec<Expression>,
    pub(super) more: Option<Expression>,
    pub(super) limit: Option<&'static str>,
    pub(super) results: Vec<Expression>,
    pub(super) keep: Vec<Expression>,
}

impl Descriptor {
    pub(super) fn parse(text: &'static str) -> Result<Self> {
        let mut descriptor = Descriptor {
            inputs: Vec::new(),
            outputs: Vec::new(),
            more: None,
            limit: None,
            results: Vec::new(),
            keep: Vec::new(),
        };
        for line in text.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "token" => {
                    let (member, expression) = rest.split_once(' ').unwrap_or((rest, rest));
                    descriptor.inputs.push(member);
                    descriptor.outputs.push(Expression::parse(expression)?);
                }
                "more" => descriptor.more = Some(Expression::parse(rest)?),
                "limit" => descriptor.limit = Some(rest),
                "result" => descriptor.results.push(Expression::parse(rest)?),
                _ => descriptor.keep.push(Expression::parse(rest)?),
            }
        }
        Ok(descriptor)
    }
}
