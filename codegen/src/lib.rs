//! Turns service models into Rust modules.
