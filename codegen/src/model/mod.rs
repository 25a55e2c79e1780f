//! The models' files as they are: no decisions, no renaming.

mod ordered;
mod paginators;
mod service;
mod waiters;

pub use ordered::Ordered;
pub use paginators::{Paginator, PaginatorExtras, Paginators};
pub use service::{Extras, Operation, Reference, ServiceModel, Shape, XmlNamespace};
pub use waiters::{Acceptor, Waiter, Waiters};
