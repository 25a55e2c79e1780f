//! Generates the enabled services.
fn main() {}
