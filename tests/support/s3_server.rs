//! An S3 server within the process, over a temporary directory: s3s, which checks signatures and checksums by its own code.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io, net, thread};

use botocore::{Environment, Session};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;

pub const ACCESS_KEY: &str = "AKIDEXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A server on loopback; its objects go when it is dropped.
pub struct S3Server {
    url: String,
    root: PathBuf,
}

impl S3Server {
    pub fn start() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("botocore-s3-{}-{number}", std::process::id()));
        fs::create_dir_all(&root)?;
        let listener = net::TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let service = service(&root)?;
        thread::Builder::new().name("s3-server".to_owned()).spawn(move || serve(listener, service))?;
        Ok(S3Server { url, root })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What points a program at this server, and nowhere else.
    pub fn environment(&self) -> Environment {
        Environment::empty()
            .with("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .with("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .with("AWS_ENDPOINT_URL_S3", &*self.url)
            .with("AWS_EC2_METADATA_DISABLED", "true")
    }

    pub fn session(&self) -> Session {
        Session::builder().environment(self.environment()).build()
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn service(root: &Path) -> io::Result<S3Service> {
    let files = FileSystem::new(root).map_err(|cause| io::Error::other(format!("{cause:?}")))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    Ok(service.build())
}

/// Serves until the process ends.
fn serve(listener: net::TcpListener, service: S3Service) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(connection);
        }
    })
}
