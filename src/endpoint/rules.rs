//! Rules read from their compact form, whose description is in the generator's `lower/endpoint_rules.rs`.

use std::ops::Range;

use super::value::Attribute;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

/// How deep rules and calls may nest, so that evaluation needs little stack.
const MAX_DEPTH: u8 = 34;

/// The endpoint rules of a service.
#[derive(Debug, std::default::Default)]
pub(crate) struct RuleSet {
    parameters: Vec<Parameter>,
    pub(super) slots: usize,
    /// For each string where its pieces are.
    pub(super) strings: Vec<Range<u32>>,
    pub(super) pieces: Vec<Piece<'static>>,
    pub(super) calls: Vec<Call>,
    pub(super) operands: Vec<Operand>,
    pub(super) extras: Vec<Extras>,
    pub(super) rules: Vec<Rule>,
    /// Numbers of calls and rules, to which rules refer.
    pub(super) numbers: Vec<u32>,
}

/// A parameter that rules ask for.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) required: bool,
    /// Whether any rule asks for its value.
    pub(crate) read: bool,
    /// The built-in that gives its value: `AWS::Region`.
    pub(crate) built_in: Option<&'static str>,
    pub(crate) default: Option<Default>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    String,
    Boolean,
    StringArray,
}

/// The value of a parameter that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Default {
    Str(&'static str),
    Bool(bool),
    /// Elements with commas between them.
    List(&'static str),
}

/// A piece of a string: text, or a value to be put in.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Slot(usize),
    Attribute(usize, Attribute),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Operand {
    Slot(u32),
    Str(u32),
    Call(u32),
    Bool(bool),
    Int(i32),
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) function: Function,
    pub(super) arguments: Range<u32>,
    /// The slot that takes the result.
    pub(super) assign: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    IsSet,
    Not,
    GetAttr(Attribute),
    StringEquals,
    BooleanEquals,
    UriEncode,
    ParseUrl,
    Substring,
    IsValidHostLabel,
    Split,
    Coalesce,
    Ite,
    Partition,
    ParseArn,
    IsVirtualHostableBucket,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) conditions: Range<u32>,
    pub(super) outcome: Outcome,
}

#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Rules(Range<u32>),
    Endpoint(Operand, u32),
    Error(Operand),
}

/// What an endpoint has besides its URL.
#[derive(Debug, std::default::Default)]
pub(super) struct Extras {
    pub(super) headers: Vec<(u32, Vec<Operand>)>,
    pub(super) auth_schemes: Vec<AuthScheme>,
    pub(super) properties: Vec<(String, Document)>,
}

#[derive(Debug)]
pub(super) struct AuthScheme {
    pub(super) name: &'static str,
    pub(super) signing_name: Option<u32>,
    pub(super) signing_region: Option<u32>,
    pub(super) signing_regions: Vec<u32>,
    pub(super) disable_double_encoding: bool,
}

impl RuleSet {
    /// Reads the compact form.
    ///
    /// # Errors
    /// [`ErrorKind::Endpoint`], when the text is not what the generator writes.
    pub(crate) fn parse(text: &'static str) -> Result<RuleSet> {
        let mut reader = Reader { rules: RuleSet::default(), rule_depths: Vec::new(), call_depths: Vec::new() };
        match reader.read(text) {
            Some(()) => Ok(reader.rules.with_parameters_read()),
            None => Err(Error::new(ErrorKind::Endpoint, "The endpoint rules of this service cannot be read.")),
        }
    }

    /// The parameters, in the order of [`Params`](super::Params).
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Notes which parameters an endpoint depends on: S3 is given keys and prefixes that none of its rules looks at.
    fn with_parameters_read(mut self) -> RuleSet {
        let mut read = vec![false; self.slots];
        let outcomes = self.rules.iter().filter_map(|rule| match rule.outcome {
            Outcome::Endpoint(operand, _) | Outcome::Error(operand) => Some(operand),
            Outcome::Rules(_) => None,
        });
        let headers = self.extras.iter().flat_map(|extras| &extras.headers).flat_map(|(_, values)| values).copied();
        for operand in self.operands.iter().copied().chain(outcomes).chain(headers) {
            if let Operand::Slot(slot) = operand {
                read[slot as usize] = true;
            }
        }
        let mut note = |piece: &Piece<'_>| {
            if let Piece::Slot(slot) | Piece::Attribute(slot, _) = piece {
                read[*slot] = true;
            }
        };
        self.pieces.iter().for_each(&mut note);
        for (_, property) in self.extras.iter().flat_map(|extras| &extras.properties) {
            each_piece(property, self.slots, &mut note);
        }
        for (parameter, read) in self.parameters.iter_mut().zip(read) {
            parameter.read = read || parameter.required;
        }
        self
    }
}

/// The pieces of the texts in a property.
fn each_piece(property: &Document, slots: usize, see: &mut impl FnMut(&Piece<'_>)) {
    match property {
        Document::String(text) => {
            // What is no template is taken as it stands.
            let _ = pieces(text, slots, |piece| see(&piece));
        }
        Document::Array(items) => items.iter().for_each(|item| each_piece(item, slots, see)),
        Document::Object(members) => members.values().for_each(|member| each_piece(member, slots, see)),
        _ => {}
    }
}

struct Reader {
    rules: RuleSet,
    rule_depths: Vec<u8>,
    call_depths: Vec<u8>,
}

/// Each step gives `None` when the text is damaged.
impl Reader {
    fn read(&mut self, text: &'static str) -> Option<()> {
        let (head, mut text) = text.split_once('\n')?;
        // Each slot is a parameter or the result of a call, which have lines of their own.
        self.rules.slots = head.strip_prefix("endpoint-rules 1 ")?.parse().ok().filter(|slots| *slots <= text.len())?;
        let sections: [fn(&mut Self, &'static str) -> Option<()>; 5] =
            [Self::parameter, Self::string, Self::call, Self::extras, Self::rule];
        for section in sections {
            loop {
                let (line, rest) = text.split_once('\n')?;
                text = rest;
                if line.is_empty() {
                    break;
                }
                section(self, line)?;
            }
        }
        (!self.rules.rules.is_empty() && self.rules.parameters.len() <= self.rules.slots).then_some(())
    }

    fn parameter(&mut self, line: &'static str) -> Option<()> {
        let mut words = line.split(' ');
        let name = words.next()?;
        let kind = match words.next()? {
            "string" => ParameterKind::String,
            "boolean" => ParameterKind::Boolean,
            "stringarray" => ParameterKind::StringArray,
            _ => return None,
        };
        let mut parameter = Parameter { name, kind, required: false, read: false, built_in: None, default: None };
        for word in words {
            match (word.split_at_checked(1)?, kind) {
                (("@", name), _) => parameter.built_in = Some(name),
                (("=", text), ParameterKind::String) => parameter.default = Some(Default::Str(text)),
                (("=", text), ParameterKind::Boolean) => parameter.default = Some(Default::Bool(text == "true")),
                (("=", text), ParameterKind::StringArray) => parameter.default = Some(Default::List(text)),
                _ => parameter.required = word == "required",
            }
        }
        self.rules.parameters.push(parameter);
        Some(())
    }

    fn string(&mut self, line: &'static str) -> Option<()> {
        let start = self.rules.pieces.len();
        pieces(line, self.rules.slots, |piece| self.rules.pieces.push(piece))?;
        self.rules.strings.push(range(start, self.rules.pieces.len())?);
        Some(())
    }

    fn call(&mut self, line: &'static str) -> Option<()> {
        let (assign, line) = match line.strip_prefix('$') {
            Some(rest) => rest.split_once('=').map(|(slot, line)| (Some(slot), line))?,
            None => (None, line),
        };
        let assign = match assign {
            Some(slot) => Some(self.slot(slot)?),
            None => None,
        };
        let mut words = line.split(' ');
        let name = words.next()?;
        let start = self.rules.operands.len();
        let mut depth = 0;
        let mut attribute = None;
        for (index, word) in words.enumerate() {
            if name == "getAttr" && index == 1 {
                attribute = Some(Attribute::parse(word)?);
                continue;
            }
            let operand = self.operand(word)?;
            if let Operand::Call(call) = operand {
                depth = depth.max(self.call_depths[call as usize] + 1);
            }
            self.rules.operands.push(operand);
        }
        let arguments = range(start, self.rules.operands.len())?;
        let (function, count) = Function::named(name, attribute)?;
        if depth > MAX_DEPTH
            || (count != arguments.len() && !(function == Function::Coalesce && count < arguments.len()))
        {
            return None;
        }
        self.rules.calls.push(Call { function, arguments, assign });
        self.call_depths.push(depth);
        Some(())
    }

    fn extras(&mut self, line: &'static str) -> Option<()> {
        let (words, other) = match line.split_once("other=") {
            Some((words, other)) => (words, Some(other)),
            None => (line, None),
        };
        let mut extras = Extras::default();
        for word in words.split(' ').filter(|word| !matches!(*word, "" | "-")) {
            if let Some(header) = word.strip_prefix("header=") {
                let (name, values) = header.split_once(':')?;
                let values = values.split(',').filter(|value| !value.is_empty()).map(|value| self.operand(value));
                extras.headers.push((self.string_number(name)?, values.collect::<Option<_>>()?));
            } else {
                extras.auth_schemes.push(self.auth_scheme(word.strip_prefix("auth=")?)?);
            }
        }
        if let Some(other) = other {
            let properties: serde_json::Map<String, Document> = serde_json::from_str(other).ok()?;
            extras.properties = properties.into_iter().collect();
        }
        self.rules.extras.push(extras);
        Some(())
    }

    fn auth_scheme(&self, text: &'static str) -> Option<AuthScheme> {
        let mut words = text.split(',');
        let mut scheme = AuthScheme {
            name: words.next()?,
            signing_name: None,
            signing_region: None,
            signing_regions: Vec::new(),
            disable_double_encoding: false,
        };
        for word in words {
            match word.split_once('=') {
                Some(("name", string)) => scheme.signing_name = Some(self.string_number(string)?),
                Some(("region", string)) => scheme.signing_region = Some(self.string_number(string)?),
                Some(("regions", strings)) => {
                    let strings = strings.split('+').map(|string| self.string_number(string));
                    scheme.signing_regions = strings.collect::<Option<_>>()?;
                }
                _ => scheme.disable_double_encoding = word == "plain",
            }
        }
        Some(scheme)
    }

    fn rule(&mut self, line: &'static str) -> Option<()> {
        let mut words = line.split(' ');
        let start = self.rules.numbers.len();
        let mark = loop {
            let word = words.next()?;
            if matches!(word, ">" | "=" | "!") {
                break word;
            }
            let call = number(word, self.rules.calls.len())?;
            self.rules.numbers.push(call);
        };
        let conditions = range(start, self.rules.numbers.len())?;
        let mut depth = 0;
        let outcome = match mark {
            ">" => {
                let start = self.rules.numbers.len();
                for word in words {
                    // A rule has only rules before it, so there is an end to them.
                    let rule = number(word, self.rules.rules.len())?;
                    depth = depth.max(self.rule_depths[rule as usize] + 1);
                    self.rules.numbers.push(rule);
                }
                Outcome::Rules(range(start, self.rules.numbers.len())?)
            }
            "=" => Outcome::Endpoint(self.operand(words.next()?)?, number(words.next()?, self.rules.extras.len())?),
            _ => Outcome::Error(self.operand(words.next()?)?),
        };
        if depth > MAX_DEPTH {
            return None;
        }
        self.rules.rules.push(Rule { conditions, outcome });
        self.rule_depths.push(depth);
        Some(())
    }

    fn operand(&self, word: &'static str) -> Option<Operand> {
        match word.split_at_checked(1)? {
            ("$", slot) => Some(Operand::Slot(self.slot(slot)?)),
            ("s", _) => Some(Operand::Str(self.string_number(word)?)),
            ("c", call) => Some(Operand::Call(number(call, self.rules.calls.len())?)),
            ("t" | "f", _) => Some(Operand::Bool(word.parse().ok()?)),
            _ => Some(Operand::Int(word.parse().ok()?)),
        }
    }

    fn slot(&self, text: &str) -> Option<u32> {
        number(text, self.rules.slots)
    }

    fn string_number(&self, word: &str) -> Option<u32> {
        number(word.strip_prefix('s')?, self.rules.strings.len())
    }
}

impl Function {
    /// The function of that name, and how many operands it has besides an attribute.
    fn named(name: &str, attribute: Option<Attribute>) -> Option<(Function, usize)> {
        Some(match name {
            "isSet" => (Function::IsSet, 1),
            "not" => (Function::Not, 1),
            "getAttr" => (Function::GetAttr(attribute?), 1),
            "stringEquals" => (Function::StringEquals, 2),
            "booleanEquals" => (Function::BooleanEquals, 2),
            "uriEncode" => (Function::UriEncode, 1),
            "parseURL" => (Function::ParseUrl, 1),
            "substring" => (Function::Substring, 4),
            "isValidHostLabel" => (Function::IsValidHostLabel, 2),
            "split" => (Function::Split, 3),
            "coalesce" => (Function::Coalesce, 1),
            "ite" => (Function::Ite, 3),
            "aws.partition" => (Function::Partition, 1),
            "aws.parseArn" => (Function::ParseArn, 1),
            "aws.isVirtualHostableS3Bucket" => (Function::IsVirtualHostableBucket, 2),
            _ => return None,
        })
    }
}

/// The pieces of a string in the order they come.
pub(super) fn pieces<'a>(text: &'a str, slots: usize, mut see: impl FnMut(Piece<'a>)) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, brace) = rest.split_at(at);
        if !before.is_empty() {
            see(Piece::Text(before));
        }
        if let Some(after) = brace.strip_prefix("{{") {
            see(Piece::Text("{"));
            rest = after;
            continue;
        }
        let (inside, after) = brace[1..].split_once('}')?;
        match (inside, inside.split_once('#')) {
            ("", _) => {}
            ("n", _) => see(Piece::Text("\n")),
            (_, Some((slot, attribute))) => {
                see(Piece::Attribute(number(slot, slots)? as usize, Attribute::parse(attribute)?));
            }
            (slot, None) => see(Piece::Slot(number(slot, slots)? as usize)),
        }
        rest = after;
    }
    if !rest.is_empty() {
        see(Piece::Text(rest));
    }
    Some(())
}

/// A number below `end`.
fn number(text: &str, end: usize) -> Option<u32> {
    text.parse().ok().filter(|number| (*number as usize) < end)
}

fn range(start: usize, end: usize) -> Option<Range<u32>> {
    Some(u32::try_from(start).ok()?..u32::try_from(end).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "endpoint-rules 1 3\n\
        Region string required @AWS::Region =eu\n\
        Dual boolean =false\n\
        \n\
        https://{0}.{2#dnsSuffix}\n\
        \n\
        $2=aws.partition $0\n\
        \n\
        auth=sigv4,name=s0,plain other={\"a\":1}\n\
        \n\
        0 = s0 0\n\
        > 0\n\
        \n";

    #[test]
    fn reads_parameters() {
        let rules = RuleSet::parse(TEXT).unwrap();
        let [region, dual] = rules.parameters() else { panic!("two parameters") };
        assert_eq!((region.name, region.kind, region.required), ("Region", ParameterKind::String, true));
        assert_eq!((region.built_in, region.default), (Some("AWS::Region"), Some(Default::Str("eu"))));
        assert_eq!((dual.required, dual.default), (false, Some(Default::Bool(false))));
    }

    #[test]
    fn damaged_rules_are_an_error() {
        for length in 0..TEXT.len() {
            assert!(RuleSet::parse(&TEXT[..length]).is_err(), "{length}");
        }
        for (from, to) in [
            ("$0", "$3"),
            ("0 = s0", "1 = s0"),
            ("> 0", "> 1"),
            ("s0 0", "s1 0"),
            ("s0 0", "s0 1"),
            ("{0}", "{9}"),
            ("{0}", "{0"),
            ("dnsSuffix", "colour"),
            ("partition", "departure"),
            ("$0\n", "$0 $0\n"),
            ("string", "text"),
            ("rules 1", "rules 2"),
            ("rules 1 3", "rules 1 18446744073709551615"),
            ("1}", "1"),
        ] {
            assert!(RuleSet::parse(TEXT.replacen(from, to, 1).leak()).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let rules = |depth| {
            let deep: String = (0..depth).map(|rule| format!("> {rule}\n")).collect();
            RuleSet::parse(format!("endpoint-rules 1 0\n\nx\n\n\n\n! s0\n{deep}\n").leak())
        };
        assert!(rules(34).is_ok());
        assert!(rules(35).is_err());
    }

    #[test]
    fn parameters_that_rules_read_are_known() {
        let rules = RuleSet::parse(
            "endpoint-rules 1 8\nCalled string\nSaid string\nHeaded string\nPlaced string\nTold string\n\
             Wanted string required\nLeft string\n\n\
             https://{1}.{3#name}\n\n\
             $7=aws.partition $0\n\n\
             header=s0:$2 other={\"a\":[{\"b\":\"{4}\"}]}\n\n0 = s0 0\n\n",
        );
        let rules = rules.unwrap();
        let unread = rules.parameters().iter().filter(|parameter| !parameter.read);
        assert_eq!(unread.map(|parameter| parameter.name).collect::<Vec<_>>(), ["Left"]);
    }
}
