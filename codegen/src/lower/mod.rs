//! Decisions about models.

pub mod endpoint_rules;
pub mod partitions;
pub mod regions;
