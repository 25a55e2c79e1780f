//! Turns service models into Rust modules.

pub mod lower;
