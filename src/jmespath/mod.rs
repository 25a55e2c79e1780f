//! JMESPath, the query language of AWS' models and command line: parsed once, applied to JSON.
//!
//! ```
//! use botocore::jmespath::Expression;
//! use serde_json::json;
//!
//! let names = Expression::parse("Instances[?State == 'running'].Name")?;
//! let answer = json!({"Instances": [{"Name": "a", "State": "running"}, {"Name": "b", "State": "stopped"}]});
//! assert_eq!(names.search(&answer)?, json!(["a"]));
//! # Ok::<(), botocore::jmespath::Error>(())
//! ```
//!
//! The whole language of the [specification](https://jmespath.org/specification.html) is here, with the two additions
//! that botocore's reader has: texts have an order (`a < 'b'`), and a literal that is not JSON is a string.

mod data;
mod error;
mod eval;
mod functions;
mod lexer;
mod parser;
mod syntax;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use error::{Error, ErrorKind};

pub(crate) use data::{Data, Item, List, Next, Object, see};
pub(crate) use text::{Style, write};

use crate::shape::Value;
use syntax::Node;

/// An expression that was read. Cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Expression(Arc<Parsed>);

struct Parsed {
    text: Box<str>,
    root: Node,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// When the text is not an expression, calls a function that is not there or with too few or too many arguments, is
    /// longer than 64 KiB, or has more steps after one another than the stack should bear.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Expression(Arc::new(Parsed { root: parser::parse(text)?, text: text.into() })))
    }

    /// Applies the expression; null where nothing is found.
    ///
    /// # Errors
    /// When a function gets a value of a type that it does not take, or the result is beyond any sensible size.
    pub fn search(&self, value: &serde_json::Value) -> Result<serde_json::Value, Error> {
        let mut result = Data::Null;
        self.see(Item::of_json(value), &mut |item, search| {
            result = search.own(item)?;
            Ok(())
        })?;
        Ok(result.into_json())
    }

    /// Applies the expression to an output, or to any structure of a service; its members have the model's names.
    ///
    /// ```
    /// # #[cfg(feature = "ec2")] {
    /// use botocore::ec2::types::Tag;
    /// use botocore::jmespath::Expression;
    ///
    /// let tag = Tag { key: Some("Name".into()), value: Some("web".into()) };
    /// assert_eq!(Expression::parse("join('=', [Key, Value])")?.search_in(&tag)?, "Name=web");
    /// # }
    /// # Ok::<(), botocore::jmespath::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn search_in(&self, value: &impl Value) -> Result<serde_json::Value, Error> {
        self.select(value).map(Data::into_json)
    }

    /// The expression's text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Applies the expression to a shape's value, in which members have the model's names.
    pub(crate) fn select(&self, value: &dyn Value) -> Result<Data, Error> {
        let mut result = Data::Null;
        see(value, &mut |item| {
            self.see(item, &mut |item, search| {
                result = search.own(item)?;
                Ok(())
            })
        })?;
        Ok(result)
    }

    /// Applies the expression to a shape's value and hands what it finds to `next` where it lies.
    pub(crate) fn find(&self, value: &dyn Value, next: Next<'_>) -> Result<(), Error> {
        see(value, &mut |item| self.see(item, &mut |item, _| next(item)))
    }

    fn see(
        &self,
        item: Item<'_>,
        next: &mut dyn FnMut(Item<'_>, &eval::Search) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let search = eval::Search::new();
        search.eval(&self.0.root, item, &mut |item| next(item, &search))
    }
}

/// A value of its own.
///
/// # Errors
/// When it is beyond any sensible size.
pub(crate) fn own(item: Item<'_>) -> Result<Data, Error> {
    eval::Search::new().own(item)
}

impl FromStr for Expression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Expression::parse(text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.0.text)
    }
}
