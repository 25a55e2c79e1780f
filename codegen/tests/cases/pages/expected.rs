// paginator.rs
use crate::paginate::Paged;
use std::mem;
use super::{operation, types};
impl Paged for operation::ListThingsInput {
    /// The items are `Things.Items`.
    type Item = types::Thing;
    const PAGINATOR: &'static str = "token Marker NextMarker || Things.Items[-1].Name\n\
        more IsTruncated\n\
        limit Size\n\
        result Things.Items\n\
        keep Things.Owner\n";
    #[inline]
    fn items(page: &mut operation::ListThingsOutput) -> Vec<Self::Item> {
        page.things.as_mut().map(|at| mem::take(&mut at.items)).unwrap_or_default()
    }
}
impl Paged for operation::GetUsageInput {
    /// The items are `Days`.
    type Item = (String, i32);
    const PAGINATOR: &'static str = "token Marker Next\n\
        result Days\n";
    #[inline]
    fn items(page: &mut operation::GetUsageOutput) -> Vec<Self::Item> {
        mem::take(&mut page.days).into_iter().collect()
    }
}
impl Paged for operation::ReadLogInput {
    /// The items are `Data`.
    type Item = String;
    const PAGINATOR: &'static str = "token Marker Next\n\
        result Data\n";
    #[inline]
    fn items(page: &mut operation::ReadLogOutput) -> Vec<Self::Item> {
        page.data.take().into_iter().collect()
    }
}
