use super::data::Data;
use super::error::{Error, ErrorKind};
use super::syntax::Comparison;

/// A word of the language. Source: the grammar of the JMESPath specification.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Quoted(String),
    Number(i64),
    Literal(Data),
    Compare(Comparison),
    Dot,
    Star,
    Comma,
    Colon,
    Current,
    Or,
    And,
    Not,
    Pipe,
    Expression,
    /// `[]`
    Flatten,
    /// `[?`
    Filter,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    OpenBrace,
    CloseBrace,
    End,
}

/// The words of `text` with their places; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Error> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len().min(64));
    loop {
        lexer.skip_space();
        let start = lexer.at;
        let token = lexer.token()?;
        let end = token == Token::End;
        tokens.push((token, start));
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn skip_space(&mut self) {
        self.at += self.text[self.at..].bytes().take_while(|byte| b" \t\n\r".contains(byte)).count();
    }

    fn token(&mut self) -> Result<Token, Error> {
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        let second = rest[first.len_utf8()..].bytes().next();
        self.at += first.len_utf8();
        Ok(match first {
            '.' => Token::Dot,
            '*' => Token::Star,
            ',' => Token::Comma,
            ':' => Token::Colon,
            '@' => Token::Current,
            ']' => Token::CloseBracket,
            '(' => Token::OpenParen,
            ')' => Token::CloseParen,
            '{' => Token::OpenBrace,
            '}' => Token::CloseBrace,
            '[' => match second {
                Some(b']') => self.two(Token::Flatten),
                Some(b'?') => self.two(Token::Filter),
                _ => Token::OpenBracket,
            },
            '|' => self.either(second, b'|', Token::Or, Token::Pipe),
            '&' => self.either(second, b'&', Token::And, Token::Expression),
            '!' => self.either(second, b'=', Token::Compare(Comparison::NotEqual), Token::Not),
            '<' => self.either(second, b'=', Token::Compare(Comparison::LessOrEqual), Token::Compare(Comparison::Less)),
            '>' => self.either(
                second,
                b'=',
                Token::Compare(Comparison::GreaterOrEqual),
                Token::Compare(Comparison::Greater),
            ),
            '=' if second == Some(b'=') => self.two(Token::Compare(Comparison::Equal)),
            'a'..='z' | 'A'..='Z' | '_' => self.name(start),
            '0'..='9' => self.number(start),
            '-' if second.is_some_and(|byte| byte.is_ascii_digit()) => self.number(start),
            '"' => self.quoted(start)?,
            '\'' => Token::Literal(Data::Str(self.delimited('\'')?.replace("\\'", "'"))),
            '`' => self.literal(start)?,
            other => return Err(syntax(start, format!("{other:?} means nothing here"))),
        })
    }

    fn two(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn either(&mut self, second: Option<u8>, expected: u8, both: Token, one: Token) -> Token {
        match second == Some(expected) {
            true => self.two(both),
            false => one,
        }
    }

    fn name(&mut self, start: usize) -> Token {
        let more = self.text[self.at..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        self.at += more.count();
        Token::Name(self.text[start..self.at].to_owned())
    }

    /// A number beyond 64 bits stops at their end: no list is that long.
    fn number(&mut self, start: usize) -> Token {
        self.at += self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let digits = &self.text[start..self.at];
        let end = if digits.starts_with('-') { i64::MIN } else { i64::MAX };
        Token::Number(digits.parse().unwrap_or(end))
    }

    fn quoted(&mut self, start: usize) -> Result<Token, Error> {
        self.delimited('"')?;
        serde_json::from_str(&self.text[start..self.at])
            .map(Token::Quoted)
            .map_err(|_| syntax(start, "The quoted name is not a JSON string"))
    }

    /// JSON between backticks. What is not JSON is a string without its quotes, as the language's first version had it.
    fn literal(&mut self, start: usize) -> Result<Token, Error> {
        let text = self.delimited('`')?.replace("\\`", "`");
        let value = serde_json::from_str(&text)
            .or_else(|_| serde_json::from_str(&format!("\"{}\"", text.trim_start())))
            .map_err(|_| syntax(start, "The literal is not JSON"))?;
        Ok(Token::Literal(Data::from_json(&value)))
    }

    /// The text up to the delimiter, which a backslash can guard; goes behind the delimiter.
    fn delimited(&mut self, delimiter: char) -> Result<&str, Error> {
        let start = self.at;
        let mut guarded = false;
        for (offset, char) in self.text[start..].char_indices() {
            if guarded {
                guarded = false;
            } else if char == delimiter {
                self.at = start + offset + 1;
                return Ok(&self.text[start..start + offset]);
            } else {
                guarded = char == '\\';
            }
        }
        Err(syntax(start - 1, format!("The {delimiter} that opens here is never closed")))
    }
}

pub(super) fn syntax(position: usize, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Syntax, position, message)
}
