//! Answers that come in pages. Source: botocore's `paginate.py`.
//!
//! [`Pages`] fetches one page after the other, [`Items`] hands out what is in them; both ask the service only when the
//! next one is wanted.

mod assign;
mod descriptor;
mod state;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::vec;

use crate::call;
use crate::client::Core;
use crate::error::Result;
use crate::jmespath::{self, Expression};
use crate::operation::Input;
use crate::shape::Document;
use crate::user_agent::{self, Feature};
use state::State;

/// An operation whose answers come in pages, as generated code says.
#[diagnostic::on_unimplemented(
    message = "the operation of `{Self}` has no pages",
    note = "its answer comes whole: `send()` gives it"
)]
pub trait Paged: Input {
    /// What the pages are lists of.
    type Item;

    /// The facts of the pages: see `descriptor`.
    const PAGINATOR: &'static str;

    /// Takes the items out of a page.
    fn items(page: &mut Self::Output) -> Vec<Self::Item>;
}

/// The pages of an answer, fetched as they are asked for. After an error there are no more.
///
/// ```no_run
/// # #[cfg(feature = "s3")] {
/// # use botocore::{Session, s3};
/// # let s3 = s3::Client::new(&Session::new())?;
/// for page in s3.list_objects_v2("bucket").pages().page_size(100) {
///     println!("{} keys", page?.contents.len());
/// }
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
#[must_use = "nothing is fetched before the first page is asked for"]
pub struct Pages<'a, I: Input> {
    input: I,
    send: Send<'a, I>,
    state: State,
}

type Send<'a, I> = Box<dyn Fn(&I) -> Result<<I as Input>::Output> + std::marker::Send + Sync + 'a>;

impl<'a, I: Input> Pages<'a, I> {
    #[inline]
    pub(crate) fn new(
        input: I,
        paginator: &'static str,
        send: impl Fn(&I) -> Result<I::Output> + std::marker::Send + Sync + 'a,
    ) -> Self {
        Pages { input, send: Box::new(send), state: State::new(paginator) }
    }

    /// The pages of a call.
    #[allow(dead_code, reason = "there are services without paginators")]
    #[inline]
    pub(crate) fn of_call(core: &'a Core, input: I) -> Self
    where
        I: Paged,
    {
        Pages::new(input, I::PAGINATOR, move |input| user_agent::noting(Feature::Paginator, || call::send(core, input)))
    }

    /// Ends after that many items; [`resume_token`](Self::resume_token) then tells how to go on. Default: no end.
    #[inline]
    pub fn max_items(mut self, count: usize) -> Self {
        self.state.max_items = Some(count);
        self
    }

    /// Asks the service for pages of that size, within the limits it sets. Default: the service's own, or what the
    /// input says.
    ///
    /// An operation without a member for it makes the first page an error.
    #[inline]
    pub fn page_size(mut self, size: i64) -> Self {
        self.state.page_size = Some(size);
        self
    }

    /// Begins where an earlier walk ended: with its [`resume_token`](Self::resume_token) (boto3's are the same), or
    /// with a token of the service.
    ///
    /// Results other than the one that is counted are left out of the first page: they came with the earlier walk.
    #[inline]
    pub fn starting_token(mut self, token: impl Into<String>) -> Self {
        self.state.starting_token = Some(token.into());
        self
    }

    /// How to go on after [`max_items`](Self::max_items), once these have come; `None` when there are no more.
    pub fn resume_token(&self) -> Option<&str> {
        self.state.resume_token()
    }

    /// Fetches all pages and puts them together: lists one after the other, numbers summed, and those members that are
    /// the same in all pages.
    ///
    /// # Errors
    /// Those of each call.
    pub fn full_result(&mut self) -> Result<I::Output> {
        let mut full = I::Output::default();
        let mut first = true;
        while let Some(page) = self.next() {
            self.state.add(&page?, &mut full, first)?;
            first = false;
        }
        Ok(full)
    }

    /// What a JMESPath expression finds in each page, over the model's member names: the elements when that is a list,
    /// else the value itself. Timestamps come as RFC 3339 text, blobs as base64.
    ///
    /// # Errors
    /// When the text is not an expression.
    pub fn search(self, expression: &str) -> Result<Found<'a, I>> {
        Ok(Found { pages: self, expression: Expression::parse(expression)?, page: Vec::new().into_iter() })
    }
}

impl<I: Input> Iterator for Pages<'_, I> {
    type Item = Result<I::Output>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.state.next(&mut self.input, &self.send)
    }
}

impl<I: Input> fmt::Debug for Pages<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({})", I::OPERATION.name)
    }
}

/// The items of all pages, fetched page by page as they are asked for. After an error there are no more.
///
/// ```no_run
/// # #[cfg(feature = "s3")] {
/// # use botocore::{Session, s3};
/// # let s3 = s3::Client::new(&Session::new())?;
/// for object in s3.list_objects_v2("bucket").prefix("logs/").items().max_items(5000) {
///     println!("{}", object?.key);
/// }
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
#[must_use = "nothing is fetched before the first item is asked for"]
pub struct Items<'a, I: Paged> {
    pages: Pages<'a, I>,
    page: vec::IntoIter<I::Item>,
}

impl<'a, I: Paged> Items<'a, I> {
    #[allow(dead_code, reason = "there are services without paginators")]
    #[inline]
    pub(crate) fn new(pages: Pages<'a, I>) -> Self {
        Items { pages, page: Vec::new().into_iter() }
    }

    /// As [`Pages::max_items`].
    #[inline]
    pub fn max_items(mut self, count: usize) -> Self {
        self.pages = self.pages.max_items(count);
        self
    }

    /// As [`Pages::page_size`].
    #[inline]
    pub fn page_size(mut self, size: i64) -> Self {
        self.pages = self.pages.page_size(size);
        self
    }

    /// As [`Pages::starting_token`].
    #[inline]
    pub fn starting_token(mut self, token: impl Into<String>) -> Self {
        self.pages = self.pages.starting_token(token);
        self
    }

    /// As [`Pages::resume_token`]: it is there when the last item has come.
    pub fn resume_token(&self) -> Option<&str> {
        self.pages.resume_token()
    }
}

impl<I: Paged> Iterator for Items<'_, I> {
    type Item = Result<I::Item>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(mut page) => self.page = I::items(&mut page).into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<I: Paged> fmt::Debug for Items<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Items({})", I::OPERATION.name)
    }
}

/// What an expression finds in the pages: see [`Pages::search`].
#[must_use = "nothing is fetched before the first value is asked for"]
pub struct Found<'a, I: Input> {
    pages: Pages<'a, I>,
    expression: Expression,
    page: vec::IntoIter<jmespath::Data>,
}

impl<I: Input> Iterator for Found<'_, I> {
    type Item = Result<Document>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.page.next() {
                return Some(Ok(found.into_json()));
            }
            let found = self.pages.next()?.and_then(|page| Ok(self.expression.select(&page)?));
            self.page = match found {
                Ok(jmespath::Data::List(found)) => found.into_iter(),
                Ok(found) => vec![found].into_iter(),
                Err(error) => return Some(Err(error)),
            };
        }
    }
}

impl<I: Input> fmt::Debug for Found<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({} in {})", self.expression, I::OPERATION.name)
    }
}
