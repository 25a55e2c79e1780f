//! Clients of services that are known by name only when the program runs.

use std::fmt;
use std::time::Duration;

use super::{ClientBuilder, Session};
use crate::by_name::{self, ByName};
use crate::client::{ClientMeta, Core};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Service;
use crate::shape::Document;

include!(concat!(env!("OUT_DIR"), "/clients.rs"));

/// A service, its operations by name, and their names.
type Found = (&'static Service, fn(&str) -> Option<ByName>, &'static str);

/// A client of whichever service was named. Cheap to clone; clones share connections and settings.
///
/// [`Session::create_client_by_name`] makes one.
#[derive(Clone)]
pub struct AnyClient {
    core: Core,
    operation: fn(&str) -> Option<ByName>,
    names: &'static str,
}

impl AnyClient {
    /// Calls the operation of that name with its members as JSON, and gives the answer's as JSON; in all as the method
    /// `call` of the service's own client.
    ///
    /// # Errors
    /// When there is no such operation, when members are missing, not known or of another type, and as the operation
    /// itself.
    pub fn call(&self, operation: &str, parameters: Document) -> Result<Document> {
        by_name::call(&self.core, operation, (self.operation)(operation), self.names, &parameters)
    }

    /// The URL that does what the operation of that name would do, for whoever has it, for so long: 1 second to 7 days.
    /// Source: botocore's `generate_presigned_url`.
    ///
    /// # Errors
    /// As [`call`](Self::call), and where the operation cannot be presigned.
    pub fn presign(&self, operation: &str, parameters: Document, expires: Duration) -> Result<String> {
        match (self.operation)(operation) {
            Some(found) => by_name::presign(&self.core, found, &parameters, None, expires),
            None => Err(by_name::unknown(self.core.service().name, operation, self.names)),
        }
    }

    /// The names of the operations that were compiled in, in the model's order.
    pub fn operation_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.split(' ').filter(|name| !name.is_empty())
    }

    /// Service, region and endpoint.
    pub fn meta(&self) -> &ClientMeta {
        self.core.meta()
    }
}

impl fmt::Debug for AnyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyClient").field("meta", self.meta()).finish()
    }
}

impl Session {
    /// Begins a client of the service of that name, botocore's directory and the cargo feature: its operations are
    /// called by name, with JSON.
    ///
    /// A program that uses this holds all operations of all services that are compiled in.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the service is not compiled in; the text names those that are.
    ///
    /// ```no_run
    /// # fn main() -> botocore::Result<()> {
    /// let session = botocore::Session::new();
    /// let s3 = session.create_client_by_name("s3")?.region_name("eu-west-1").build()?;
    /// let answer = s3.call("ListBuckets", serde_json::json!({}))?;
    /// println!("{}", answer["Buckets"]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn create_client_by_name(&self, service_name: &str) -> Result<ClientBuilder<'_, AnyClient>> {
        match service(alias(service_name)) {
            Some(found) => Ok(builder(self, found)),
            None => Err(unknown(service_name)),
        }
    }
}

fn builder(session: &Session, (service, operation, names): Found) -> ClientBuilder<'_, AnyClient> {
    ClientBuilder::new(session, service, move |core| AnyClient { core, operation, names })
}

/// The name of a service that goes by another one too. Source: botocore's `SERVICE_NAME_ALIASES`.
fn alias(name: &str) -> &str {
    match name {
        "runtime.sagemaker" => "sagemaker-runtime",
        other => other,
    }
}

fn unknown(name: &str) -> Error {
    let there = match NAMES.len() {
        0 => "none".to_owned(),
        _ => NAMES.join(", "),
    };
    let message = format!(
        "There is no client of a service {name}: its cargo feature is not on, or no service is called so. Compiled in: {there}."
    );
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_name_of_a_service_is_known() {
        assert_eq!(alias("runtime.sagemaker"), "sagemaker-runtime");
        assert_eq!(alias("sagemaker-runtime"), "sagemaker-runtime");
        assert_eq!(alias("s3"), "s3");
    }
}
