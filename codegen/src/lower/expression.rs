//! Checks JMESPath expressions of models against the shapes they are applied to.

use crate::model::{Reference, ServiceModel};

/// What an expression finds.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// A value of the shape.
    Shape(&'a str),
    List(Box<Found<'a>>),
    Object(Vec<(String, Found<'a>)>),
    Text,
    Number,
    Bool,
    /// A document, or what only the answer tells.
    Any,
}

/// What `text` finds in a value of the shape `shape`.
///
/// # Errors
/// When it is not an expression, or names a member that is not there.
pub fn check<'a>(model: &'a ServiceModel, shape: &'a str, text: &str) -> Result<Found<'a>, String> {
    let mut check = Check { model, tokens: tokens(text)?, at: 0 };
    let found = check.expression(0, &Found::Shape(shape))?;
    match check.peek() {
        Token::End => Ok(found),
        token => Err(format!("{token:?} does not belong there")),
    }
}

impl Found<'_> {
    /// What it is for certain, in the model's words; `None` when only the answer tells.
    pub fn kind<'m>(&self, model: &'m ServiceModel) -> Option<&'m str> {
        Some(match self {
            Found::Shape(name) => model.shapes.get(name)?.kind.as_deref()?,
            Found::List(_) => "list",
            Found::Object(_) => "structure",
            Found::Text => "string",
            Found::Number => "double",
            Found::Bool => "boolean",
            Found::Any => return None,
        })
    }

    /// What the elements of a list are.
    pub fn element<'m>(&self, model: &'m ServiceModel) -> Option<&'m str> {
        match self {
            Found::List(element) => element.kind(model),
            Found::Shape(name) => {
                let element = model.shapes.get(name)?.member.as_ref()?.shape.as_deref()?;
                model.shapes.get(element)?.kind.as_deref()
            }
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Number,
    Text,
    Json(char),
    Sign(&'static str),
    End,
}

/// Longer ones before those that they begin with.
const SIGNS: [&str; 23] = [
    "||", "&&", "==", "!=", "<=", ">=", "[]", "[?", "[", "]", "(", ")", "{", "}", ".", "*", ",", ":", "@", "|", "&",
    "!", "<",
];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                tokens.push(Token::Name(rest[..length].to_owned()));
                length
            }
            '0'..='9' | '-' => {
                tokens.push(Token::Number);
                1 + rest[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - 1)
            }
            '\'' | '`' | '"' => {
                let inner = &rest[1..];
                let length = inner.find(first).ok_or_else(|| format!("a {first} is not closed"))?;
                tokens.push(match first {
                    '\'' => Token::Text,
                    '"' => Token::Name(inner[..length].to_owned()),
                    _ => Token::Json(inner.trim_start().chars().next().unwrap_or(' ')),
                });
                length + 2
            }
            '>' if !rest.starts_with(">=") => {
                tokens.push(Token::Sign("<"));
                1
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| format!("{first:?} means nothing"))?;
                tokens.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    tokens.push(Token::End);
    Ok(tokens)
}

struct Check<'a> {
    model: &'a ServiceModel,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Check<'a> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(other) if *other == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("{sign:?} is missing before {:?}", self.peek())) }
    }

    fn expression(&mut self, power: u8, scope: &Found<'a>) -> Result<Found<'a>, String> {
        let mut left = self.prefix(scope)?;
        while power < binding_power(self.peek()) {
            left = self.infix(left, scope)?;
        }
        Ok(left)
    }

    fn prefix(&mut self, scope: &Found<'a>) -> Result<Found<'a>, String> {
        match self.next() {
            Token::Name(name) if self.take("(") => self.call(&name, scope),
            Token::Name(name) => self.member(scope, &name),
            Token::Number | Token::Text => Ok(Found::Text),
            Token::Json(first) => Ok(of_json(first)),
            Token::Sign("@") => Ok(scope.clone()),
            Token::Sign("!") => self.expression(45, scope).map(|_| Found::Bool),
            Token::Sign("&") => self.expression(0, &Found::Any),
            Token::Sign("(") => {
                let found = self.expression(0, scope)?;
                self.expect(")")?;
                Ok(found)
            }
            Token::Sign("[") if !matches!(self.peek(), Token::Number | Token::Sign(":" | "*")) => self.list(scope),
            Token::Sign("{") => self.object(scope),
            Token::Sign("[" | "[]" | "[?" | "*") => {
                self.at -= 1;
                self.infix(scope.clone(), scope)
            }
            token => Err(format!("{token:?} does not belong there")),
        }
    }

    fn infix(&mut self, left: Found<'a>, scope: &Found<'a>) -> Result<Found<'a>, String> {
        match self.next() {
            Token::Sign(".") if self.take("*") => self.values(&left, 40),
            Token::Sign("*") => self.values(&left, 20),
            Token::Sign(".") => self.after_dot(40, &left),
            Token::Sign("|") => self.expression(1, &left),
            Token::Sign("||") => {
                let right = self.expression(2, scope)?;
                Ok(if left == right { left } else { Found::Any })
            }
            Token::Sign("&&") => self.expression(3, scope),
            Token::Sign("==" | "!=" | "<=" | ">=" | "<") => self.expression(5, scope).map(|_| Found::Bool),
            Token::Sign("[]") => {
                let element = self.element(&left)?;
                let element = if self.is_list(&element) { self.element(&element)? } else { element };
                self.project(&element, 9)
            }
            Token::Sign("[?") => {
                let element = self.element(&left)?;
                self.expression(0, &element)?;
                self.expect("]")?;
                self.project(&element, 21)
            }
            Token::Sign("[") => self.bracket(&left),
            token => Err(format!("{token:?} does not belong there")),
        }
    }

    /// `[*]`, `[0]` or a slice, from behind the bracket.
    fn bracket(&mut self, left: &Found<'a>) -> Result<Found<'a>, String> {
        let element = self.element(left)?;
        let mut projects = self.take("*");
        while !projects && matches!(self.peek(), Token::Number | Token::Sign(":")) {
            projects = self.next() == Token::Sign(":");
        }
        while projects && matches!(self.peek(), Token::Number | Token::Sign(":")) {
            self.at += 1;
        }
        self.expect("]")?;
        if projects { self.project(&element, 20) } else { Ok(element) }
    }

    fn values(&mut self, left: &Found<'a>, power: u8) -> Result<Found<'a>, String> {
        let value = match left {
            Found::Shape(name) => self.shape(name).value.as_ref().and_then(target).map_or(Found::Any, Found::Shape),
            _ => Found::Any,
        };
        self.project(&value, power)
    }

    fn project(&mut self, element: &Found<'a>, power: u8) -> Result<Found<'a>, String> {
        let found = match self.peek() {
            token if binding_power(token) < 10 => element.clone(),
            Token::Sign("[" | "[?") => {
                let mut left = self.infix(element.clone(), element)?;
                while power < binding_power(self.peek()) {
                    left = self.infix(left, element)?;
                }
                left
            }
            Token::Sign(".") => {
                self.at += 1;
                self.after_dot(power, element)?
            }
            token => return Err(format!("{token:?} does not belong there")),
        };
        Ok(Found::List(Box::new(found)))
    }

    fn after_dot(&mut self, power: u8, scope: &Found<'a>) -> Result<Found<'a>, String> {
        match self.peek() {
            Token::Name(_) | Token::Sign("*") => self.expression(power, scope),
            Token::Sign("[") => {
                self.at += 1;
                self.list(scope)
            }
            Token::Sign("{") => {
                self.at += 1;
                self.object(scope)
            }
            token => Err(format!("{token:?} does not belong behind a dot")),
        }
    }

    fn list(&mut self, scope: &Found<'a>) -> Result<Found<'a>, String> {
        let mut element = self.expression(0, scope)?;
        while self.take(",") {
            if self.expression(0, scope)? != element {
                element = Found::Any;
            }
        }
        self.expect("]")?;
        Ok(Found::List(Box::new(element)))
    }

    fn object(&mut self, scope: &Found<'a>) -> Result<Found<'a>, String> {
        let mut entries = Vec::new();
        loop {
            let Token::Name(name) = self.next() else { return Err("a name is missing behind {".to_owned()) };
            self.expect(":")?;
            entries.push((name, self.expression(0, scope)?));
            if !self.take(",") {
                self.expect("}")?;
                return Ok(Found::Object(entries));
            }
        }
    }

    fn call(&mut self, name: &str, scope: &Found<'a>) -> Result<Found<'a>, String> {
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.expression(0, scope)?);
        }
        match (name, arguments.first()) {
            ("length", Some(argument)) if self.has_length(argument) => Ok(Found::Number),
            ("length", _) => Err("length() takes a list, a text or an object".to_owned()),
            ("contains" | "starts_with" | "ends_with", _) => Ok(Found::Bool),
            ("abs" | "avg" | "ceil" | "floor" | "sum" | "to_number", _) => Ok(Found::Number),
            ("join" | "to_string" | "type", _) => Ok(Found::Text),
            ("keys", _) => Ok(Found::List(Box::new(Found::Text))),
            ("map" | "to_array" | "values", _) => Ok(Found::List(Box::new(Found::Any))),
            ("reverse" | "sort" | "sort_by", Some(list)) => Ok(list.clone()),
            ("max" | "max_by" | "merge" | "min" | "min_by" | "not_null", _) => Ok(Found::Any),
            _ => Err(format!("there is no function {name}()")),
        }
    }

    fn member(&self, found: &Found<'a>, name: &str) -> Result<Found<'a>, String> {
        match found {
            Found::Any => Ok(Found::Any),
            Found::Object(entries) => {
                let entry = entries.iter().find(|(other, _)| other == name);
                entry.map(|(_, found)| found.clone()).ok_or_else(|| format!("there is no {name}"))
            }
            Found::Shape(shape) => self.member_of_shape(shape, name),
            _ => Err(format!("{name} is looked up in a value that has no members")),
        }
    }

    fn member_of_shape(&self, shape_name: &'a str, name: &str) -> Result<Found<'a>, String> {
        let shape = self.shape(shape_name);
        match shape.kind.as_deref() {
            Some("structure") if shape.document => Ok(Found::Any),
            Some("structure") => match shape.members.get(name).and_then(target) {
                Some(target) => Ok(Found::Shape(target)),
                None => Err(format!("{shape_name} has no member {name}")),
            },
            Some("map") => Ok(shape.value.as_ref().and_then(target).map_or(Found::Any, Found::Shape)),
            kind => Err(format!("{name} is looked up in {shape_name}, which is a {}", kind.unwrap_or("value"))),
        }
    }

    fn element(&self, found: &Found<'a>) -> Result<Found<'a>, String> {
        match found {
            Found::Any => Ok(Found::Any),
            Found::List(element) => Ok((**element).clone()),
            Found::Shape(name) if self.is_list(found) => {
                Ok(self.shape(name).member.as_ref().and_then(target).map_or(Found::Any, Found::Shape))
            }
            Found::Shape(name) => Err(format!("{name} is not a list")),
            _ => Err("what comes before the bracket is not a list".to_owned()),
        }
    }

    /// Whether it is one for certain.
    pub fn is_list(&self, found: &Found<'a>) -> bool {
        match found {
            Found::List(_) => true,
            Found::Shape(name) => self.shape(name).kind.as_deref() == Some("list"),
            _ => false,
        }
    }

    fn has_length(&self, found: &Found<'a>) -> bool {
        match found {
            Found::Shape(name) => {
                matches!(self.shape(name).kind.as_deref(), Some("list" | "string" | "blob" | "map" | "structure"))
            }
            Found::Number | Found::Bool => false,
            _ => true,
        }
    }

    fn shape(&self, name: &str) -> &'a crate::model::Shape {
        self.model.shapes.get(name).expect("the checks have seen every reference's shape")
    }
}

fn target(reference: &Reference) -> Option<&str> {
    reference.shape.as_deref()
}

fn of_json<'a>(first: char) -> Found<'a> {
    match first {
        '0'..='9' | '-' => Found::Number,
        't' | 'f' => Found::Bool,
        '"' => Found::Text,
        _ => Found::Any,
    }
}

fn binding_power(token: &Token) -> u8 {
    let Token::Sign(sign) = token else { return 0 };
    match *sign {
        "|" => 1,
        "||" => 2,
        "&&" => 3,
        "==" | "!=" | "<=" | ">=" | "<" => 5,
        "[]" => 9,
        "*" => 20,
        "[?" => 21,
        "." => 40,
        "[" => 55,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<String, String> {
        let model: ServiceModel = serde_json::from_str(
            r#"{"shapes": {
                "Out": {"type": "structure", "members": {"Items": {"shape": "Items"}, "Name": {"shape": "Text"},
                    "Tags": {"shape": "Tags"}, "Extra": {"shape": "Doc"}}},
                "Items": {"type": "list", "member": {"shape": "Item"}},
                "Item": {"type": "structure", "members": {"State": {"shape": "Text"}, "Parts": {"shape": "Items"}}},
                "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Item"}},
                "Doc": {"type": "structure", "document": true},
                "Text": {"type": "string"}
            }}"#,
        )
        .unwrap();
        check(&model, "Out", text).map(|found| format!("{found:?}"))
    }

    #[test]
    fn types_follow_the_shapes() {
        for (text, expected) in [
            ("Name", r#"Shape("Text")"#),
            ("Items[]", r#"List(Shape("Item"))"#),
            ("Items[].Parts[].State", r#"List(Shape("Text"))"#),
            ("Items[*].Parts", r#"List(Shape("Items"))"#),
            ("Items[-1].State", r#"Shape("Text")"#),
            ("Items[0:2].State", r#"List(Shape("Text"))"#),
            ("Name || Items[-1].State", r#"Shape("Text")"#),
            ("Items[?State == 'a' && !Parts].Parts[].State | [0]", r#"Shape("Text")"#),
            ("Tags.*.State", r#"List(Shape("Text"))"#),
            ("length(Items) > `0` && length(Items[?State == 'a' || State == 'b']) == length(Items)", "Bool"),
            ("Items[].[State, Parts[0].State] | [].contains(@, 'x')", "List(Bool)"),
            ("{a: Items[].State, b: Name}.a", r#"List(Shape("Text"))"#),
            ("Extra.whatever[].it", "List(Any)"),
        ] {
            assert_eq!(found(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (text, expected) in [
            ("Nope", "Out has no member Nope"),
            ("Items[].Nope", "Item has no member Nope"),
            ("Items.State", "State is looked up in Items, which is a list"),
            ("Name[]", "Text is not a list"),
            ("nope(Name)", "there is no function nope()"),
            ("Items[?State == Nope]", "Item has no member Nope"),
            ("Items[", "\"]\" is missing before End"),
            ("Name Name", "Name(\"Name\") does not belong there"),
            ("Name == 'a", "a ' is not closed"),
        ] {
            assert_eq!(found(text), Err(expected.to_owned()), "{text}");
        }
    }
}
