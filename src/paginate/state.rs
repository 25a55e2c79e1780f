use super::assign::{assign, at_path, extend, visit};
use super::descriptor::Descriptor;
use super::token::{self, Start};
use crate::error::{Error, ErrorKind, Result};
use crate::jmespath::{Data, Expression, Item, List};
use crate::shape::{Slot, Value};

/// Where a walk through pages stands. Source: botocore's `PageIterator`.
#[derive(Default)]
pub(super) struct State {
    descriptor_text: &'static str,
    descriptor: Option<Descriptor>,
    pub(super) max_items: Option<usize>,
    pub(super) page_size: Option<i64>,
    pub(super) starting_token: Option<String>,
    /// The tokens that lead to the present page; before the first page those of the starting token.
    tokens: Vec<Data>,
    previous: Option<Vec<Data>>,
    /// Items to pass over in the first page.
    skip: usize,
    seen: usize,
    begun: bool,
    ended: bool,
    /// What comes instead of the next page.
    failure: Option<Error>,
    resume: Option<String>,
}

impl State {
    pub(super) fn new(descriptor_text: &'static str) -> Self {
        State { descriptor_text, ..State::default() }
    }

    /// The next page: `send` is called with the input when there is one.
    pub(super) fn next<I: Value, O: Value>(
        &mut self,
        input: &mut I,
        send: impl FnOnce(&I) -> Result<O>,
    ) -> Option<Result<O>> {
        let page = self.before(input).and_then(|goes_on| match goes_on {
            false => Ok(None),
            true => {
                let mut page = send(input)?;
                self.after(&mut page)?;
                Ok(Some(page))
            }
        });
        self.ended |= page.is_err();
        page.transpose()
    }

    pub(super) fn resume_token(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// Makes the input lead to the next page; `false` after the last.
    fn before(&mut self, input: &mut dyn Value) -> Result<bool> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.ended {
            return Ok(false);
        }
        if !self.begun {
            return self.begin(input).map(|()| true);
        }
        self.set_tokens(input).map(|()| true)
    }

    fn begin(&mut self, input: &mut dyn Value) -> Result<()> {
        let descriptor = Descriptor::parse(self.descriptor_text)?;
        if let Some(size) = self.page_size {
            let Some(limit) = descriptor.limit else {
                let message = "The operation has no member that sets the size of pages";
                return Err(Error::new(ErrorKind::Serialize, message));
            };
            at_path(input, limit, &mut |place| assign(place, Item::Int(i128::from(size))))?;
        }
        self.tokens = vec![Data::Null; descriptor.inputs.len()];
        let start = self.starting_token.as_ref().map(|text| token::start(&descriptor.inputs, text)).transpose()?;
        self.descriptor = Some(descriptor);
        if let Some(Start { tokens, skip }) = start {
            (self.tokens, self.skip) = (tokens, skip);
            self.set_tokens(input)?;
        }
        Ok(())
    }

    fn set_tokens(&self, input: &mut dyn Value) -> Result<()> {
        for (member, token) in self.inputs().iter().zip(&self.tokens) {
            let token = match token {
                Data::Str(text) if text == "None" => Item::Null,
                token => Item::of(token),
            };
            at_path(input, member, &mut |place| assign(place, token))?;
        }
        Ok(())
    }

    fn inputs(&self) -> &[&'static str] {
        self.descriptor.as_ref().map_or(&[], |descriptor| &descriptor.inputs)
    }

    /// Cuts the page where it must be, and finds out what follows it.
    fn after(&mut self, page: &mut dyn Value) -> Result<()> {
        let Some(descriptor) = self.descriptor.take() else { return Ok(()) };
        let result = self.take_in(&descriptor, page);
        self.descriptor = Some(descriptor);
        result
    }

    fn take_in(&mut self, descriptor: &Descriptor, page: &mut dyn Value) -> Result<()> {
        let first = !std::mem::replace(&mut self.begun, true);
        let skip = if first { self.skip } else { 0 };
        if first && self.starting_token.is_some() {
            cut_start(descriptor, page, skip)?;
        }
        let Some(primary) = descriptor.results.first() else { return self.find_next(descriptor, page) };
        let count = count(primary, page)?;
        let left = self.max_items.map_or(usize::MAX, |most| most.saturating_sub(self.seen));
        if count > left {
            at_path(page, primary.as_str(), &mut |place| cut(place, 0, left))?;
            self.resume = Some(token::resume(&descriptor.inputs, &self.tokens, Some(left + skip)));
            self.ended = true;
            return Ok(());
        }
        self.seen += count;
        self.find_next(descriptor, page)
    }

    fn find_next(&mut self, descriptor: &Descriptor, page: &dyn Value) -> Result<()> {
        let tokens = next_tokens(descriptor, page)?;
        if tokens.iter().all(|token| *token == Data::Null) {
            self.ended = true;
        } else if self.max_items == Some(self.seen) {
            self.resume = Some(token::resume(&descriptor.inputs, &tokens, None));
            self.ended = true;
        } else if self.previous.as_ref() == Some(&tokens) {
            let message = "The service sent the same token for the next page twice";
            self.failure = Some(Error::new(ErrorKind::Parse, message));
        } else {
            self.previous = Some(tokens.clone());
            self.tokens = tokens;
        }
        Ok(())
    }

    /// Adds what belongs to a full result. The first page gives what is the same in all.
    pub(super) fn add(&self, page: &dyn Value, full: &mut dyn Value, first: bool) -> Result<()> {
        let Some(descriptor) = &self.descriptor else { return Ok(()) };
        for result in &descriptor.results {
            visit(|next| result.find(page, next), |item| append(full, result, item))?;
        }
        for keep in descriptor.keep.iter().filter(|_| first) {
            visit(
                |next| keep.find(page, next),
                |item| match item {
                    Item::Null => Ok(()),
                    item => at_path(full, keep.as_str(), &mut |place| assign(place, item)),
                },
            )?;
        }
        Ok(())
    }
}

/// All null when there is no next page.
fn next_tokens(descriptor: &Descriptor, page: &dyn Value) -> Result<Vec<Data>> {
    if let Some(more) = &descriptor.more
        && is_nothing(&more.select(page)?)
    {
        return Ok(Vec::new());
    }
    let mut tokens = Vec::with_capacity(descriptor.outputs.len());
    for output in &descriptor.outputs {
        let token = output.select(page)?;
        tokens.push(if is_nothing(&token) { Data::Null } else { token });
    }
    Ok(tokens)
}

/// What Python takes for false: services end their pages with empty texts, false and 0 too.
fn is_nothing(token: &Data) -> bool {
    match token {
        Data::Null | Data::Bool(false) | Data::Int(0) => true,
        Data::Float(value) => *value == 0.0,
        Data::Str(text) => text.is_empty(),
        Data::Blob(bytes) => bytes.is_empty(),
        Data::List(items) => items.is_empty(),
        Data::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

fn count(primary: &Expression, page: &dyn Value) -> Result<usize> {
    let mut count = Some(0);
    visit(
        |next| primary.find(page, next),
        |item| {
            count = match item {
                Item::Null => Some(0),
                Item::List(list) => Some(list.len()),
                Item::Str(text) => Some(text.chars().count()),
                Item::Object(object) => Some(object.len()?),
                _ => None,
            };
            Ok(())
        },
    )?;
    count.ok_or_else(|| {
        let message = format!("The pages' {primary} is no list, and cannot be counted");
        Error::new(ErrorKind::Parse, message)
    })
}

/// Cuts off what an earlier walk handed out, and what it handed out with that: the other results.
///
/// Source: botocore's `_handle_first_request`.
fn cut_start(descriptor: &Descriptor, page: &mut dyn Value, skip: usize) -> Result<()> {
    for (index, result) in descriptor.results.iter().enumerate() {
        let found = result.select(page)?;
        match found {
            Data::Null => {}
            Data::Int(_) | Data::Float(_) if index > 0 => {}
            Data::List(_) | Data::Str(_) => {
                let (start, count) = if index == 0 { (skip, usize::MAX) } else { (0, 0) };
                at_path(page, result.as_str(), &mut |place| cut(place, start, count))?;
            }
            _ => at_path(page, result.as_str(), &mut |place| {
                place.clear();
                Ok(())
            })?,
        }
    }
    Ok(())
}

/// Keeps `count` elements of a list, or characters of a text, from `start` on.
fn cut(place: &mut dyn Value, start: usize, count: usize) -> Result<()> {
    place.fill(&mut |slot| match slot {
        Slot::List(list) => {
            list.keep(start, count);
            Ok(())
        }
        Slot::Str(text) => {
            *text = text.chars().skip(start).take(count).collect();
            Ok(())
        }
        _ => {
            let message = "The pages hold no list: max_items cannot end in the middle of one";
            Err(Error::new(ErrorKind::Serialize, message))
        }
    })
}

/// Lists grow, numbers are summed, texts joined; of all else the first page's value stays.
fn append(full: &mut dyn Value, result: &Expression, item: Item<'_>) -> Result<()> {
    if item.is_null() {
        return Ok(());
    }
    let before = result.select(full)?;
    at_path(full, result.as_str(), &mut |place| match (&before, item) {
        (Data::Null, item) => assign(place, item),
        (Data::List(_), Item::List(list)) => append_list(place, list),
        (Data::Int(sum), Item::Int(more)) => assign(place, Item::Int(sum.saturating_add(more))),
        (Data::Float(sum), item) => assign(place, Item::Float(sum + item.number().unwrap_or_default())),
        (Data::Str(text), Item::Str(more)) => assign(place, Item::Str(&format!("{text}{more}"))),
        _ => Ok(()),
    })
}

fn append_list(place: &mut dyn Value, list: List<'_>) -> Result<()> {
    place.fill(&mut |slot| match slot {
        Slot::List(place) => extend(place, list),
        _ => Ok(()),
    })
}
