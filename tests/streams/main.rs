//! Streams of events, of every operation of AWS that people know: what is in them, how they end, and how they break.

mod broken;
mod frames;
#[path = "../faults/server.rs"]
#[allow(dead_code, reason = "what only the other tests need")]
mod server;
mod services;

use std::time::Duration;

use botocore::{Config, Environment, Session};

use server::{End, Script, Server};

fn session(url: &str) -> Session {
    let environment = Environment::empty()
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_CONFIG_FILE", "/nonexistent/config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "secret")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_ENDPOINT_URL", url);
    let session = Session::builder().environment(environment).build();
    // The host that a model names would be none on loopback.
    let config = Config::new().read_timeout(Duration::from_millis(1500)).inject_host_prefix(false);
    session.set_default_client_config(config);
    session
}

fn head(lines: &str) -> Vec<u8> {
    let fixed = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nx-amzn-RequestId: R1\r\n";
    format!("{fixed}{lines}Transfer-Encoding: chunked\r\n\r\n").into_bytes()
}

/// The frames, each in a chunk of its own.
fn chunks(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.extend(format!("{:x}\r\n", frame.len()).bytes());
        bytes.extend(frame);
        bytes.extend(b"\r\n");
    }
    bytes
}

/// Answers with these frames and the end of the body.
fn serves(lines: &str, frames: &[Vec<u8>]) -> Server {
    let bytes = [head(lines), chunks(frames), b"0\r\n\r\n".to_vec()].concat();
    Server::new(move |_| Script::says(bytes.clone()).ends(End::Wait))
}
