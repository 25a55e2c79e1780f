//! What services can do, as their models say: operations, shapes, waiters, paginators. Source: botocore's `model.py`.
//!
//! [`Session::get_service_model`](crate::Session::get_service_model) gives the model of a service that is compiled in, or
//! whose files lie in `~/.aws/models` or in the directories of `data_path`.
//!
//! ```
//! # #[cfg(feature = "s3")] {
//! let session = botocore::Session::new();
//! let s3 = session.get_service_model("s3", None)?;
//! let get_object = s3.operation_model("GetObject")?;
//! let input = get_object.input_shape().expect("GetObject takes an input");
//! assert_eq!(input.required_members(), ["Bucket", "Key"]);
//! assert_eq!(input.member_named("Key").map(|shape| shape.type_name()), Some("string"));
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! The models that are compiled in have no documentation; those that are read from files have what is there.

mod built_in;
mod file;
mod json;
mod loader;
mod names;
mod operation;
mod paginator;
mod service;
mod shape;
mod waiter;

#[cfg(test)]
mod tests;

pub use loader::Loader;
pub(crate) use names::method_name;
pub use operation::{ContextParameter, OperationModel, StaticContextParameter};
pub use paginator::{Paginator, PaginatorModel};
pub use service::{ClientContextParameter, ServiceModel};
pub use shape::Shape;
pub use waiter::{Acceptor, WaiterDescription, WaiterModel};

use crate::Map;
use crate::shape::Document;

/// The members of `from` that are called so, in the order of the names.
fn members<'a>(names: &[&str], from: impl Fn(&str) -> Option<&'a json::Json>) -> Map<String, Document> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), from(name)?.document()))).collect()
}
