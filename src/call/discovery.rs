//! Requests to endpoints that the service tells.

use std::time::Duration;

use super::{Call, join};
use crate::endpoint::{Endpoint, Told};
use crate::error::Result;
use crate::http::Request;
use crate::operation::{Operation, has_word};
use crate::protocol::ServiceFailure;
use crate::shape::{Slot, Value, View};

/// The operation that tells them. It is written here because it is needed where a selection of operations leaves it out.
static DESCRIBE: Operation =
    Operation { name: "DescribeEndpoints", method: "POST", uri: "/", traits: "discovery-operation" };

impl Call<'_> {
    /// Turns the request to the endpoint that the service tells, where the operation asks for that.
    pub(super) fn discover(&self, request: &mut Request) -> Result<()> {
        if has_word(self.operation.traits, "discovery-operation") {
            request.headers.set("x-amz-api-version", self.core.service().api_version);
        }
        let discovery = self.core.discovery();
        let Some(address) = discovery.address(self.operation, self.core.now(), self.end(), &|| self.describe())? else {
            return Ok(());
        };
        let url = if address.contains("://") { address } else { format!("https://{address}") };
        let endpoint = Endpoint { url, headers: Vec::new(), auth_schemes: Vec::new(), properties: Vec::new() };
        join(request, &endpoint, None)
    }

    /// Whether the endpoint was a wrong one; then it is known no more.
    pub(super) fn forget_endpoint(&self, failure: &ServiceFailure) -> bool {
        let wrong = failure.status == 421 || failure.code == "InvalidEndpointException";
        let discovery = self.core.discovery();
        let concerned = wrong && discovery.concerns(self.operation);
        if concerned {
            discovery.forget();
        }
        concerned
    }

    fn describe(&self) -> Result<Vec<Told>> {
        let mut output = Answer::default();
        super::run_within(self.core, &DESCRIBE, &Question, &mut output, self.limit)?;
        let now = self.core.now();
        let expires = |minutes: i64| now + Duration::from_secs(60 * u64::try_from(minutes).unwrap_or(0));
        let told = output.endpoints.into_iter().map(|it| Told { expires: expires(it.minutes), address: it.address });
        Ok(told.filter(|told| !told.address.is_empty()).collect())
    }
}

#[derive(Default)]
struct Question;

impl Value for Question {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure("DescribeEndpointsRequest\n", &[]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure("DescribeEndpointsRequest\n", &mut []))
    }
}

#[derive(Default)]
struct Answer {
    endpoints: Vec<Described>,
}

const ANSWER: &str = "DescribeEndpointsResponse\nEndpoints required\n";

impl Value for Answer {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(ANSWER, &[&self.endpoints]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(ANSWER, &mut [&mut self.endpoints]))
    }
}

#[derive(Default)]
struct Described {
    address: String,
    minutes: i64,
}

const DESCRIBED: &str = "Endpoint\nAddress required\nCachePeriodInMinutes required\n";

impl Value for Described {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(DESCRIBED, &[&self.address, &self.minutes]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(DESCRIBED, &mut [&mut self.address, &mut self.minutes]))
    }
}
