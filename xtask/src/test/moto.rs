//! A moto server that lives as long as its value.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Result;

pub struct Moto {
    address: String,
    process: Child,
}

impl Moto {
    pub fn start(python: &Path) -> Result<Self> {
        // Its standard input is a pipe that closes with us, however we end: so the server never outlives us.
        let mut process = Command::new(python)
            .args(["-c", include_str!("moto.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        let moto = Self { address: address.trim().to_owned(), process };
        if moto.address.is_empty() {
            return Err("moto did not start; its message stands above.".into());
        }
        Ok(moto)
    }

    /// `http://127.0.0.1:<port>`
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
