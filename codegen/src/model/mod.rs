//! The models' files as they are: no decisions, no renaming.

mod ordered;
mod service;

pub use ordered::Ordered;
pub use service::{Extras, Operation, Reference, ServiceModel, Shape, XmlNamespace};
