//! From parameters to an endpoint.

use std::borrow::Cow;
use std::ops::Range;

use super::functions;
use super::partitions::Partitions;
use super::rules::{
    AuthScheme as SchemeRule, Call, Default, Extras, Function, Operand, Outcome, ParameterKind, Piece, RuleSet, pieces,
};
use super::url;
use super::value::Value;
use super::{AuthScheme, Endpoint, Param, Params};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

impl RuleSet {
    /// The endpoint for these parameters.
    ///
    /// # Errors
    /// [`ErrorKind::Endpoint`] with the rules' own message, or with what is wrong with the parameters.
    pub(crate) fn resolve(&self, params: &Params<'_>, partitions: &Partitions) -> Result<Endpoint> {
        let mut scope = Scope { rules: self, partitions, slots: Vec::with_capacity(self.slots) };
        scope.fill(params)?;
        match scope.find(self.rules.len() - 1)? {
            Some(Outcome::Endpoint(url, extras)) => scope.endpoint(*url, &self.extras[*extras as usize]),
            Some(Outcome::Error(message)) => Err(error(scope.text(*message)?)),
            _ => Err(error(format!("No endpoint rule applies to these parameters: {}.", self.list(params)))),
        }
    }

    fn list(&self, params: &Params<'_>) -> String {
        let set = self.parameters().iter().zip(&params.0).filter_map(|(parameter, value)| match value.as_ref()? {
            Param::Bool(value) => Some(format!("{} {value}", parameter.name)),
            Param::Str(value) => Some(format!("{} `{value}`", parameter.name)),
            Param::List(values) => Some(format!("{} {values:?}", parameter.name)),
        });
        set.collect::<Vec<_>>().join(", ")
    }
}

/// One evaluation: what each name stands for.
///
/// A rule that does not apply leaves the values it assigned behind. The generator has checked that a rule refers to
/// nothing but parameters and what is assigned before it on its own path, so nobody sees them.
struct Scope<'a> {
    rules: &'a RuleSet,
    partitions: &'a Partitions,
    slots: Vec<Value<'a>>,
}

impl<'a> Scope<'a> {
    fn fill(&mut self, params: &'a Params<'_>) -> Result<()> {
        for (index, parameter) in self.rules.parameters().iter().enumerate() {
            let value = match (params.0.get(index).and_then(Option::as_ref), parameter.kind) {
                (Some(Param::Bool(value)), ParameterKind::Boolean) => Value::Bool(*value),
                (Some(Param::Str(value)), ParameterKind::String) => Value::Str(Cow::Borrowed(value)),
                (Some(Param::List(values)), ParameterKind::StringArray) => Value::List(Cow::Borrowed(values)),
                (Some(_), kind) => {
                    return Err(error(format!("The endpoint parameter {} is not of type {kind:?}.", parameter.name)));
                }
                (None, _) => match parameter.default {
                    Some(Default::Str(value)) => Value::Str(Cow::Borrowed(value)),
                    Some(Default::Bool(value)) => Value::Bool(value),
                    Some(Default::List(items)) => {
                        Value::List(items.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect())
                    }
                    None if parameter.required => {
                        return Err(error(format!(
                            "The endpoint parameter {} is required and not set.",
                            parameter.name
                        )));
                    }
                    None => Value::Absent,
                },
            };
            self.slots.push(value);
        }
        self.slots.resize(self.rules.slots, Value::Absent);
        Ok(())
    }

    /// The endpoint or error that applies under this rule. Recursion is bounded: [`RuleSet::parse`] has checked the depth.
    fn find(&mut self, rule: usize) -> Result<Option<&'a Outcome>> {
        let rules = self.rules;
        let rule = &rules.rules[rule];
        for call in &rules.numbers[indexes(&rule.conditions)] {
            if !self.holds(&rules.calls[*call as usize])? {
                return Ok(None);
            }
        }
        let Outcome::Rules(inner) = &rule.outcome else {
            return Ok(Some(&rule.outcome));
        };
        for rule in &rules.numbers[indexes(inner)] {
            if let Some(found) = self.find(*rule as usize)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether a condition holds. Nine in ten are of the two forms that are answered here at once.
    fn holds(&mut self, call: &'a Call) -> Result<bool> {
        match (call.function, &self.rules.operands[indexes(&call.arguments)]) {
            (Function::IsSet, [Operand::Slot(slot)]) if call.assign.is_none() => {
                return Ok(!matches!(self.slots[*slot as usize], Value::Absent));
            }
            (Function::BooleanEquals, [Operand::Slot(slot), Operand::Bool(right)]) if call.assign.is_none() => {
                if let Value::Bool(left) = self.slots[*slot as usize] {
                    return Ok(left == *right);
                }
            }
            _ => {}
        }
        Ok(!matches!(self.call(call)?, Value::Absent | Value::Bool(false)))
    }

    fn call(&mut self, call: &'a Call) -> Result<Value<'a>> {
        let arguments = &self.rules.operands[indexes(&call.arguments)];
        let value = self.apply(call.function, arguments)?;
        if let Some(slot) = call.assign {
            self.slots[slot as usize] = value.clone();
        }
        Ok(value)
    }

    fn apply(&mut self, function: Function, arguments: &'a [Operand]) -> Result<Value<'a>> {
        match (function, arguments) {
            (Function::IsSet, [value]) => Ok(Value::Bool(!matches!(self.value(*value)?, Value::Absent))),
            (Function::Not, [value]) => {
                Ok(Value::Bool(matches!(self.value(*value)?, Value::Absent | Value::Bool(false))))
            }
            (Function::GetAttr(attribute), [value]) => Ok(match *value {
                Operand::Slot(slot) => self.slots[slot as usize].attribute(attribute),
                other => self.value(other)?.attribute(attribute),
            }),
            (Function::BooleanEquals, [left, right]) => match (self.value(*left)?, self.value(*right)?) {
                (Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(left == right)),
                _ => Err(error("An endpoint rule compares as booleans what are none.")),
            },
            (Function::StringEquals, [left, right]) => match (self.value(*left)?, self.value(*right)?) {
                (Value::Str(left), Value::Str(right)) => Ok(Value::Bool(left == right)),
                _ => Err(error("An endpoint rule compares as strings what are none.")),
            },
            (Function::Ite, [condition, yes, no]) => {
                let holds = !matches!(self.value(*condition)?, Value::Absent | Value::Bool(false));
                self.value(if holds { *yes } else { *no })
            }
            (Function::Coalesce, values) => {
                for value in values {
                    match self.value(*value)? {
                        Value::Absent => {}
                        value => return Ok(value),
                    }
                }
                Ok(Value::Absent)
            }
            (function, arguments) => self.apply_to_text(function, arguments),
        }
    }

    /// The functions whose first argument is text: absent text gives the same as bad text.
    fn apply_to_text(&mut self, function: Function, arguments: &'a [Operand]) -> Result<Value<'a>> {
        let Some((first, others)) = arguments.split_first() else {
            return Ok(Value::Absent);
        };
        let text = match self.value(*first)? {
            Value::Str(text) => Some(text),
            Value::Absent => None,
            _ => return Err(error("An endpoint rule takes for a string what is none.")),
        };
        Ok(match (function, others, text) {
            (Function::Partition, [], text) => {
                Value::Partition(self.partitions.for_region(text.as_deref().unwrap_or_default()))
            }
            (Function::IsValidHostLabel, [dots], text) => {
                let dots = self.flag(*dots)?;
                Value::Bool(text.is_some_and(|text| functions::is_host_label(&text, dots)))
            }
            (Function::IsVirtualHostableBucket, [dots], text) => {
                let dots = self.flag(*dots)?;
                Value::Bool(text.is_some_and(|text| functions::is_virtual_hostable_bucket(&text, dots)))
            }
            (Function::ParseArn, [], Some(text)) if functions::is_arn(&text) => Value::Arn(text),
            (Function::ParseUrl, [], Some(text)) if url::is_url(&text) => Value::Url(text),
            (Function::UriEncode, [], Some(text)) => Value::Str(functions::uri_encode(text)),
            (Function::Substring, [start, stop, reverse], Some(text)) => {
                let (start, stop, reverse) = (self.int(*start)?, self.int(*stop)?, self.flag(*reverse)?);
                match (functions::substring(&text, start, stop, reverse), text) {
                    (None, _) => Value::Absent,
                    (Some(range), Cow::Borrowed(text)) => Value::Str(Cow::Borrowed(&text[range])),
                    (Some(range), Cow::Owned(text)) => Value::Str(Cow::Owned(text[range].to_owned())),
                }
            }
            (Function::Substring, _, None) => {
                return Err(error("An endpoint rule takes a part of a string that is not set."));
            }
            (Function::Split, [delimiter, limit], Some(text)) => {
                let (delimiter, limit) = (self.text(*delimiter)?, self.int(*limit)?);
                Value::List(functions::split(&text, &delimiter, limit).into())
            }
            _ => Value::Absent,
        })
    }

    fn value(&mut self, operand: Operand) -> Result<Value<'a>> {
        Ok(match operand {
            Operand::Slot(slot) => self.slots[slot as usize].clone(),
            Operand::Str(string) => Value::Str(self.string(string)?),
            Operand::Call(call) => self.call(&self.rules.calls[call as usize])?,
            Operand::Bool(value) => Value::Bool(value),
            Operand::Int(value) => Value::Int(value),
        })
    }

    fn text(&mut self, operand: Operand) -> Result<Cow<'a, str>> {
        match self.value(operand)? {
            Value::Str(text) => Ok(text),
            _ => Err(error("An endpoint rule takes for a string what is none.")),
        }
    }

    fn flag(&mut self, operand: Operand) -> Result<bool> {
        match self.value(operand)? {
            Value::Bool(flag) => Ok(flag),
            _ => Err(error("An endpoint rule takes for a boolean what is none.")),
        }
    }

    fn int(&mut self, operand: Operand) -> Result<i32> {
        match self.value(operand)? {
            Value::Int(int) => Ok(int),
            _ => Err(error("An endpoint rule takes for a number what is none.")),
        }
    }

    fn string(&self, string: u32) -> Result<Cow<'a, str>> {
        match &self.rules.pieces[indexes(&self.rules.strings[string as usize])] {
            [] => Ok(Cow::Borrowed("")),
            [Piece::Text(text)] => Ok(Cow::Borrowed(text)),
            pieces => {
                let mut out = String::with_capacity(64);
                for piece in pieces {
                    self.put(piece, &mut out)?;
                }
                Ok(Cow::Owned(out))
            }
        }
    }

    fn put(&self, piece: &Piece<'_>, out: &mut String) -> Result<()> {
        let (slot, attribute) = match piece {
            Piece::Text(text) => {
                out.push_str(text);
                return Ok(());
            }
            Piece::Slot(slot) => (&self.slots[*slot], None),
            Piece::Attribute(slot, attribute) => (&self.slots[*slot], Some(self.slots[*slot].attribute(*attribute))),
        };
        match attribute.as_ref().unwrap_or(slot) {
            Value::Str(text) => out.push_str(text),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => out.push_str(&value.to_string()),
            _ => return Err(error("An endpoint rule puts into a string what is not set.")),
        }
        Ok(())
    }

    fn endpoint(&mut self, url: Operand, extras: &'a Extras) -> Result<Endpoint> {
        let mut headers = Vec::with_capacity(extras.headers.len());
        for (name, values) in &extras.headers {
            let name = self.string(*name)?.into_owned();
            let values = values.iter().map(|value| Ok(self.text(*value)?.into_owned()));
            headers.push((name, values.collect::<Result<_>>()?));
        }
        let auth_schemes = extras.auth_schemes.iter().map(|scheme| self.auth_scheme(scheme));
        let auth_schemes = auth_schemes.collect::<Result<_>>()?;
        let properties = extras.properties.iter().map(|(name, value)| Ok((name.clone(), self.property(value)?)));
        let properties = properties.collect::<Result<_>>()?;
        Ok(Endpoint { url: self.text(url)?.into_owned(), headers, auth_schemes, properties })
    }

    fn auth_scheme(&self, scheme: &SchemeRule) -> Result<AuthScheme> {
        let text = |string: &u32| Ok(self.string(*string)?.into_owned());
        Ok(AuthScheme {
            name: scheme.name,
            signing_name: scheme.signing_name.as_ref().map(text).transpose()?,
            signing_region: scheme.signing_region.as_ref().map(text).transpose()?,
            signing_region_set: scheme.signing_regions.iter().map(text).collect::<Result<_>>()?,
            disable_double_encoding: scheme.disable_double_encoding,
        })
    }

    /// The depth of properties is the JSON reader's limit at most.
    fn property(&self, value: &Document) -> Result<Document> {
        Ok(match value {
            Document::String(text) if text.contains('{') => {
                let mut out = String::new();
                let mut result = Ok(());
                let read = pieces(text, self.rules.slots, |piece| {
                    if result.is_ok() {
                        result = self.put(&piece, &mut out);
                    }
                });
                result?;
                Document::String(if read.is_some() { out } else { text.clone() })
            }
            Document::Array(items) => items.iter().map(|item| self.property(item)).collect::<Result<_>>()?,
            Document::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), self.property(member)?)))
                .collect::<Result<_>>()?,
            other => other.clone(),
        })
    }
}

fn indexes(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Endpoint, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTITIONS: &str = "aws a.com b.com us-east-1 fips ^us\\-\\w+\\-\\d+$ aws-global\n";

    /// What an error rule says when these conditions hold; the second rule says `none`.
    fn said(calls: &[&str], condition: &str, text: &str) -> Result<String> {
        let text = if text.is_empty() { "{}" } else { text };
        let calls: String = calls.iter().map(|call| format!("{call}\n")).collect();
        let rules = format!(
            "endpoint-rules 1 6\nText string\nFlag boolean =true\nList stringarray =x,y\nUnset string\n\n\
             {text}\nnone\nus-west-2\nb-c-d\n-\n\n{calls}\n\n{condition} ! s0\n! s1\n> 0 1\n\n"
        );
        let rules = RuleSet::parse(rules.leak()).expect("the rules are well-formed");
        let params = Params(vec![Some(Param::Str("a%é".into()))]);
        let error = rules.resolve(&params, &Partitions::parse(PARTITIONS).unwrap()).unwrap_err();
        match error.message() {
            message if message.starts_with("An endpoint rule") => Err(error),
            message => Ok(message.to_owned()),
        }
    }

    #[test]
    fn functions_in_rules() {
        for (calls, text, expected) in [
            (&["$4=uriEncode $0"][..], "{4}", "a%25%C3%A9"),
            (
                &["$4=aws.partition s2"],
                "{4#name} {4#dnsSuffix} {4#supportsFIPS} {4#supportsDualStack}",
                "aws a.com true false",
            ),
            (&["$4=aws.partition $3"], "{4#implicitGlobalRegion}", "us-east-1"),
            (&["$4=coalesce $3 $0"], "{4}", "a%é"),
            (&["$4=coalesce $3 $3"], "{4}", "none"),
            (&["$4=ite $1 s2 $0"], "{4}", "us-west-2"),
            (&["$4=ite false s2 $0"], "{4}", "a%é"),
            (&["split s3 s4 0", "$4=getAttr c0 [2]"], "{4}", "d"),
            (&["split s3 s4 2", "$4=getAttr c0 [1]"], "{4}", "c-d"),
            (&["split s3 s4 2", "$4=getAttr c0 [2]"], "{4}", "none"),
            (&["$4=getAttr $2 [1]"], "{4}", "y"),
            (&["$4=substring s3 0 1 true"], "{4}", "d"),
            (&["$4=substring $0 0 1 true"], "{4}", "none"),
            (&["not $3"], "{{}{n}", "{}\n"),
            (&["not $1"], "", "none"),
            (&["$4=parseURL $0"], "{4#path}", "none"),
            (&["$4=aws.parseArn $3"], "{4#region}", "none"),
            (&["isValidHostLabel $3 true"], "", "none"),
            (&["isSet $3", "not c0"], "unset", "unset"),
        ] {
            let call = (calls.len() - 1).to_string();
            assert_eq!(said(calls, &call, text).unwrap(), expected, "{calls:?} {text}");
        }
    }

    #[test]
    fn mistaken_kinds_are_errors() {
        for (call, text) in [
            ("stringEquals $3 s2", ""),
            ("stringEquals $1 s2", ""),
            ("booleanEquals $0 true", ""),
            ("booleanEquals $3 true", ""),
            ("substring $3 0 1 false", ""),
            ("isValidHostLabel $0 $0", ""),
            ("uriEncode $2", ""),
            ("isSet $0", "{3}"),
            ("isSet $0", "{2}"),
        ] {
            let error = said(&[call], "0", text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Endpoint, "{call}");
        }
    }

    #[test]
    fn parameters_are_checked() {
        let rules =
            RuleSet::parse("endpoint-rules 1 2\nA string required\nB boolean\n\nx\n\nisSet $1\n\n-\n\n0 = s0 0\n\n")
                .unwrap();
        let partitions = Partitions::parse(PARTITIONS).unwrap();
        let message = |params| rules.resolve(&Params(params), &partitions).unwrap_err().message().to_owned();
        assert_eq!(message(vec![]), "The endpoint parameter A is required and not set.");
        assert_eq!(message(vec![Some(Param::Bool(true))]), "The endpoint parameter A is not of type String.");
        assert_eq!(
            message(vec![Some(Param::Str("v".into())), None]),
            "No endpoint rule applies to these parameters: A `v`."
        );
        let params = Params(vec![Some(Param::Str("v".into())), Some(Param::Bool(false))]);
        assert_eq!(rules.resolve(&params, &partitions).unwrap().url, "x");
    }
}
