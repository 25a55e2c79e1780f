use std::sync::atomic::{AtomicU32, Ordering};

use botocore::{Environment, Session};

/// A session that knows nothing but the test server.
pub fn session() -> Session {
    let server = std::env::var("BOTOCORE_TEST_MOTO").expect(
        "BOTOCORE_TEST_MOTO names no server: run `cargo xtask test`, or start `moto_server -p 5000` and set it to \
         http://127.0.0.1:5000",
    );
    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing")
        .with("AWS_DEFAULT_REGION", "eu-west-1")
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ENDPOINT_URL", server);
    Session::builder().environment(environment).build()
}

/// A name that no other test of this run uses.
pub fn name(kind: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{kind}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
