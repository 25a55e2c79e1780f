// paginator.rs
use crate::paginate::{Items, Paged, Pages};
use std::mem;
use super::{operation, types};
impl Paged for operation::ListThingsInput {
    type Item = types::Thing;
    #[inline]
    fn paginator() -> &'static str {
        "token Marker NextMarker || Things.Items[-1].Name\n\
            more IsTruncated\n\
            limit Size\n\
            result Things.Items\n\
            keep Things.Owner\n"
    }
    #[inline]
    fn items(page: &mut operation::ListThingsOutput) -> Vec<Self::Item> {
        page.things.as_mut().map(|at| mem::take(&mut at.items)).unwrap_or_default()
    }
}
impl<'a> operation::ListThings<'a> {
    /// The answer page by page; each is fetched when it is asked for.
    #[inline]
    pub fn pages(self) -> Pages<'a, operation::ListThingsInput> {
        Pages::of_call(self.core, self.input)
    }
    /// The `Things.Items` of all pages, one by one; pages are fetched when they are needed.
    #[inline]
    pub fn items(self) -> Items<'a, operation::ListThingsInput> {
        Items::new(self.pages())
    }
}
impl Paged for operation::GetUsageInput {
    type Item = (String, i32);
    #[inline]
    fn paginator() -> &'static str {
        "token Marker Next\n\
            result Days\n"
    }
    #[inline]
    fn items(page: &mut operation::GetUsageOutput) -> Vec<Self::Item> {
        mem::take(&mut page.days).into_iter().collect()
    }
}
impl<'a> operation::GetUsage<'a> {
    /// The answer page by page; each is fetched when it is asked for.
    #[inline]
    pub fn pages(self) -> Pages<'a, operation::GetUsageInput> {
        Pages::of_call(self.core, self.input)
    }
    /// The `Days` of all pages, one by one; pages are fetched when they are needed.
    #[inline]
    pub fn items(self) -> Items<'a, operation::GetUsageInput> {
        Items::new(self.pages())
    }
}
impl Paged for operation::ReadLogInput {
    type Item = String;
    #[inline]
    fn paginator() -> &'static str {
        "token Marker Next\n\
            result Data\n"
    }
    #[inline]
    fn items(page: &mut operation::ReadLogOutput) -> Vec<Self::Item> {
        page.data.take().into_iter().collect()
    }
}
impl<'a> operation::ReadLog<'a> {
    /// The answer page by page; each is fetched when it is asked for.
    #[inline]
    pub fn pages(self) -> Pages<'a, operation::ReadLogInput> {
        Pages::of_call(self.core, self.input)
    }
    /// The `Data` of all pages, one by one; pages are fetched when they are needed.
    #[inline]
    pub fn items(self) -> Items<'a, operation::ReadLogInput> {
        Items::new(self.pages())
    }
}
