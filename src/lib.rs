//! AWS without an async runtime.
