use super::error::{Error, ErrorKind};
use super::functions::Function;
use super::lexer::{Token, syntax, tokens};
use super::syntax::{Node, Slice};

/// How deep an expression may nest, and how many steps may wait for one another: both cost stack.
const MAX_DEPTH: usize = 250;
/// How long an expression's text may be, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// How tightly what follows a projection binds; below [`END_OF_PROJECTION`] it takes the whole list.
const STAR: u8 = 20;
const FLATTEN: u8 = 9;
const FILTER: u8 = 21;
const DOT: u8 = 40;
const NOT: u8 = 45;
const END_OF_PROJECTION: u8 = 10;

/// Source: the JMESPath specification, read by operator precedence.
pub(super) fn parse(text: &str) -> Result<Node, Error> {
    if text.len() > MAX_TEXT {
        return Err(Error::new(ErrorKind::Limit, MAX_TEXT, format!("The expression is longer than {MAX_TEXT} bytes")));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The depth of this call, and of what has been read in it.
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _)| token)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |(_, position)| *position)
    }

    fn next(&mut self) -> Token {
        let token = self.tokens.get_mut(self.at).map(|(token, _)| std::mem::replace(token, Token::End));
        self.at += 1;
        token.unwrap_or(Token::End)
    }

    fn take(&mut self, token: Token) -> bool {
        let found = *self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: Token) -> Result<(), Error> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn unexpected(&self) -> Error {
        let message = match self.peek() {
            Token::End => "The expression ends too early".to_owned(),
            token => format!("{} does not belong here", describe(token)),
        };
        syntax(self.position(), message)
    }

    /// One more step that waits for others. The count is of the whole chain of steps, for each takes stack.
    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => {
                let message = format!("The expression has more than {MAX_DEPTH} steps that wait for one another");
                Err(Error::new(ErrorKind::Limit, self.position(), message))
            }
            false => Ok(()),
        }
    }

    fn expression(&mut self, power: u8) -> Result<Node, Error> {
        self.deeper()?;
        let mut left = self.prefix()?;
        while power < binding_power(self.peek()) {
            self.deeper()?;
            left = self.infix(left)?;
        }
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Node, Error> {
        match self.peek() {
            Token::Name(_) | Token::Quoted(_) => self.name(),
            Token::Literal(_) => match self.next() {
                Token::Literal(value) => Ok(Node::Literal(value)),
                _ => Err(self.unexpected()),
            },
            Token::Current => self.then(|_| Ok(Node::Current)),
            Token::Star => self.then(|parser| parser.project_values(Node::Current, STAR)),
            Token::Filter => self.then(|parser| parser.filter(Node::Current)),
            Token::Flatten => self.then(|parser| parser.flatten(Node::Current)),
            Token::OpenBrace => self.then(Self::object),
            Token::Not => self.then(|parser| Ok(Node::Not(Box::new(parser.expression(NOT)?)))),
            Token::OpenParen => self.then(|parser| {
                let inner = parser.expression(0)?;
                parser.expect(Token::CloseParen)?;
                Ok(inner)
            }),
            Token::OpenBracket => self.then(|parser| match parser.peek() {
                Token::Number(_) | Token::Colon => parser.index(Node::Current),
                Token::Star if *parser.peek_at(1) == Token::CloseBracket => parser.project_all(Node::Current),
                _ => parser.list(),
            }),
            _ => Err(self.unexpected()),
        }
    }

    fn infix(&mut self, left: Node) -> Result<Node, Error> {
        match self.peek() {
            Token::Dot => self.then(|parser| match parser.take(Token::Star) {
                true => parser.project_values(left, DOT),
                false => Ok(chain(left, parser.after_dot(DOT)?)),
            }),
            Token::Pipe => self.then(|parser| Ok(chain(left, parser.expression(1)?))),
            Token::Or => self.then(|parser| Ok(Node::Or(Box::new(left), Box::new(parser.expression(2)?)))),
            Token::And => self.then(|parser| Ok(Node::And(Box::new(left), Box::new(parser.expression(3)?)))),
            Token::Compare(comparison) => {
                let comparison = *comparison;
                self.then(|parser| Ok(Node::Compare(comparison, Box::new(left), Box::new(parser.expression(5)?))))
            }
            Token::Flatten => self.then(|parser| parser.flatten(left)),
            Token::Filter => self.then(|parser| parser.filter(left)),
            Token::OpenBracket => self.then(|parser| match parser.peek() {
                Token::Number(_) | Token::Colon => parser.index(left),
                _ => parser.project_all(left),
            }),
            _ => Err(self.unexpected()),
        }
    }

    fn then(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, Error>) -> Result<Node, Error> {
        self.at += 1;
        read(self)
    }

    fn name(&mut self) -> Result<Node, Error> {
        let position = self.position();
        let token = self.next();
        let call = *self.peek() == Token::OpenParen;
        match token {
            Token::Name(name) if call => self.call(&name, position),
            Token::Quoted(_) if call => Err(syntax(position, "A function's name cannot be quoted")),
            Token::Name(name) | Token::Quoted(name) => Ok(Node::Field(name.into())),
            _ => Err(self.unexpected()),
        }
    }

    fn call(&mut self, name: &str, position: usize) -> Result<Node, Error> {
        self.at += 1;
        let mut arguments = Vec::new();
        let mut expressions = Vec::new();
        while !self.take(Token::CloseParen) {
            if !arguments.is_empty() {
                self.expect(Token::Comma)?;
            }
            expressions.push(self.take(Token::Expression));
            arguments.push(self.expression(0)?);
        }
        let function =
            Function::find(name, &expressions).map_err(|(kind, message)| Error::new(kind, position, message))?;
        Ok(Node::Call(function, arguments, position))
    }

    /// `[0]`, `[1:5:2]`, from behind the bracket.
    fn index(&mut self, left: Node) -> Result<Node, Error> {
        if let (Token::Number(index), Token::CloseBracket) = (self.peek(), self.peek_at(1)) {
            let index = Node::Index(*index);
            self.at += 2;
            return Ok(chain(left, index));
        }
        let slice = Node::Slice(self.slice()?);
        let right = self.after_projection(STAR)?;
        Ok(Node::Project(Box::new(chain(left, slice)), Box::new(right)))
    }

    fn slice(&mut self) -> Result<Slice, Error> {
        let mut parts = [None; 3];
        for part in 0..3 {
            if let Token::Number(number) = *self.peek() {
                let position = self.position();
                if part == 2 && number == 0 {
                    return Err(Error::new(ErrorKind::Value, position, "A slice's step cannot be 0"));
                }
                parts[part] = Some(number);
                self.at += 1;
            }
            if self.take(Token::CloseBracket) {
                let [start, stop, step] = parts;
                return Ok(Slice { start, stop, step: step.unwrap_or(1) });
            }
            if part < 2 {
                self.expect(Token::Colon)?;
            }
        }
        Err(self.unexpected())
    }

    /// `[*]`, from behind the bracket.
    fn project_all(&mut self, left: Node) -> Result<Node, Error> {
        self.expect(Token::Star)?;
        self.expect(Token::CloseBracket)?;
        Ok(Node::Project(Box::new(left), Box::new(self.after_projection(STAR)?)))
    }

    fn project_values(&mut self, left: Node, power: u8) -> Result<Node, Error> {
        Ok(Node::ProjectValues(Box::new(left), Box::new(self.after_projection(power)?)))
    }

    fn flatten(&mut self, left: Node) -> Result<Node, Error> {
        let flat = Node::Flatten(Box::new(left));
        Ok(Node::Project(Box::new(flat), Box::new(self.after_projection(FLATTEN)?)))
    }

    fn filter(&mut self, left: Node) -> Result<Node, Error> {
        let condition = self.expression(0)?;
        self.expect(Token::CloseBracket)?;
        let right = match self.peek() {
            Token::Flatten => Node::Current,
            _ => self.after_projection(FILTER)?,
        };
        Ok(Node::Filter(Box::new(left), Box::new(right), Box::new(condition)))
    }

    /// What is done with each element.
    fn after_projection(&mut self, power: u8) -> Result<Node, Error> {
        match self.peek() {
            token if binding_power(token) < END_OF_PROJECTION => Ok(Node::Current),
            Token::OpenBracket | Token::Filter => self.expression(power),
            Token::Dot => self.then(|parser| parser.after_dot(power)),
            _ => Err(self.unexpected()),
        }
    }

    fn after_dot(&mut self, power: u8) -> Result<Node, Error> {
        match self.peek() {
            Token::Name(_) | Token::Quoted(_) | Token::Star => self.expression(power),
            Token::OpenBracket => self.then(Self::list),
            Token::OpenBrace => self.then(Self::object),
            _ => Err(self.unexpected()),
        }
    }

    /// `[a, b]`, from behind the bracket.
    fn list(&mut self) -> Result<Node, Error> {
        let depth = self.depth;
        let mut deepest = depth;
        let mut nodes = Vec::new();
        loop {
            self.depth = depth;
            nodes.push(self.expression(0)?);
            deepest = deepest.max(self.depth);
            if self.take(Token::CloseBracket) {
                self.depth = deepest;
                return Ok(Node::List(nodes));
            }
            self.expect(Token::Comma)?;
        }
    }

    /// `{a: b, c: d}`, from behind the brace.
    fn object(&mut self) -> Result<Node, Error> {
        let depth = self.depth;
        let mut deepest = depth;
        let mut nodes: Vec<(String, Node)> = Vec::new();
        loop {
            let (Token::Name(_) | Token::Quoted(_)) = self.peek() else { return Err(self.unexpected()) };
            let (Token::Name(key) | Token::Quoted(key)) = self.next() else { return Err(self.unexpected()) };
            self.expect(Token::Colon)?;
            self.depth = depth;
            let node = self.expression(0)?;
            deepest = deepest.max(self.depth);
            match nodes.iter_mut().find(|(other, _)| *other == key) {
                Some((_, earlier)) => *earlier = node,
                None => nodes.push((key, node)),
            }
            if self.take(Token::CloseBrace) {
                self.depth = deepest;
                return Ok(Node::Object(nodes));
            }
            self.expect(Token::Comma)?;
        }
    }
}

fn chain(left: Node, right: Node) -> Node {
    match left {
        Node::Current => right,
        left => Node::Chain(Box::new(left), Box::new(right)),
    }
}

fn binding_power(token: &Token) -> u8 {
    match token {
        Token::Pipe => 1,
        Token::Or => 2,
        Token::And => 3,
        Token::Compare(_) => 5,
        Token::Flatten => FLATTEN,
        Token::Star => STAR,
        Token::Filter => FILTER,
        Token::Dot => DOT,
        Token::Not => NOT,
        Token::OpenBrace => 50,
        Token::OpenBracket => 55,
        Token::OpenParen => 60,
        _ => 0,
    }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Name(name) | Token::Quoted(name) => format!("The name {name:?}"),
        Token::Number(number) => format!("The number {number}"),
        Token::Literal(_) => "A literal".to_owned(),
        token => format!("The sign {:?}", sign(token)),
    }
}

fn sign(token: &Token) -> &'static str {
    match token {
        Token::Dot => ".",
        Token::Star => "*",
        Token::Comma => ",",
        Token::Colon => ":",
        Token::Current => "@",
        Token::Or => "||",
        Token::And => "&&",
        Token::Not => "!",
        Token::Pipe => "|",
        Token::Expression => "&",
        Token::Flatten => "[]",
        Token::Filter => "[?",
        Token::OpenBracket => "[",
        Token::CloseBracket => "]",
        Token::OpenParen => "(",
        Token::CloseParen => ")",
        Token::OpenBrace => "{",
        Token::CloseBrace => "}",
        Token::Compare(comparison) => comparison.sign(),
        Token::Name(_) | Token::Quoted(_) | Token::Number(_) | Token::Literal(_) | Token::End => "",
    }
}
