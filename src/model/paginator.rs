use std::sync::Arc;

use super::json::{Json, Object};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Document;

/// Which operations of a service answer page by page. Cheap to clone. Source: botocore's `PaginatorModel`.
#[derive(Clone, Debug)]
pub struct PaginatorModel {
    json: Arc<Json>,
    service_name: Arc<str>,
}

/// How one operation's pages are asked for. Where there are several, tokens of input and output belong together in
/// their order.
#[derive(Clone, Copy, Debug)]
pub struct Paginator<'a>(&'a Json);

impl PaginatorModel {
    pub(super) fn new(json: Arc<Json>, service_name: &str) -> Self {
        PaginatorModel { json, service_name: service_name.into() }
    }

    /// The operations that answer page by page, in the model's order.
    pub fn operation_names(&self) -> Vec<&str> {
        self.paginators().into_iter().flat_map(|paginators| paginators.keys()).map(|name| &**name).collect()
    }

    /// How the pages of that operation are asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] when it does not answer page by page.
    pub fn get_paginator(&self, operation_name: &str) -> Result<Paginator<'_>> {
        let found = self.paginators().and_then(|paginators| paginators.get(operation_name));
        found.map(Paginator).ok_or_else(|| {
            let message = format!("The operation {operation_name} of {} has no paginator.", self.service_name);
            Error::new(ErrorKind::Data, message)
        })
    }

    fn paginators(&self) -> Option<&Object> {
        self.json.get("pagination")?.as_object()
    }
}

impl<'a> Paginator<'a> {
    /// The members of the input that say where a page begins.
    pub fn input_token(&self) -> Vec<&'a str> {
        self.texts("input_token")
    }

    /// The JMESPath expressions that find, in the output, where the next page begins.
    pub fn output_token(&self) -> Vec<&'a str> {
        self.texts("output_token")
    }

    /// The expressions that find a page's items. The first is the one that counts.
    pub fn result_key(&self) -> Vec<&'a str> {
        self.texts("result_key")
    }

    /// The member of the input that says how long a page is.
    pub fn limit_key(&self) -> Option<&'a str> {
        self.0.text("limit_key")
    }

    /// The expression that says whether there are more pages.
    pub fn more_results(&self) -> Option<&'a str> {
        self.0.text("more_results")
    }

    /// The expressions of what is the same on all pages.
    pub fn non_aggregate_keys(&self) -> Vec<&'a str> {
        self.texts("non_aggregate_keys")
    }

    /// All that the model says of it, as JSON.
    pub fn description(&self) -> Document {
        self.0.document()
    }

    fn texts(&self, name: &str) -> Vec<&'a str> {
        self.0.get(name).map(Json::texts).unwrap_or_default()
    }
}
