use std::fmt;
use std::time::Duration;

use crate::call;
use crate::client::{Core, ServiceClient};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Input, Operation};
use crate::shape::Typed;

/// A presigned URL for another HTTP method than the operation's; for the operation's own every call has `presign`.
///
/// Source: botocore's `generate_presigned_url` with `HttpMethod`.
///
/// ```
/// # #[cfg(feature = "s3")] {
/// use botocore::{Credentials, PresignedUrl, Session, s3};
///
/// let session = Session::new();
/// let client: s3::Client = session
///     .create_client()
///     .region_name("eu-west-1")
///     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
///     .build()?;
/// let input = s3::operation::GetObjectInput { bucket: "bucket".into(), key: "key".into(), ..Default::default() };
/// let url = PresignedUrl::new(&client, &input).http_method("HEAD").sign()?;
/// assert!(url.starts_with("https://bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
pub struct PresignedUrl<'a> {
    core: &'a Core,
    operation: &'static Operation,
    input: &'a dyn Typed,
    method: Option<String>,
    expires: Duration,
}

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl<'a> PresignedUrl<'a> {
    /// A URL of the operation whose input it is.
    pub fn new<I: Input>(client: &'a I::Client, input: &'a I) -> Self
    where
        I::Client: ServiceClient,
    {
        let expires = Duration::from_secs(3600);
        PresignedUrl { core: client.core(), operation: I::OPERATION, input, method: None, expires }
    }

    /// Sets the method with which the URL will be opened. Default: the operation's.
    pub fn http_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Sets how long the URL is good, from 1 second to 7 days. Default: an hour.
    pub fn expires_in(mut self, expires: Duration) -> Self {
        self.expires = expires;
        self
    }

    /// The signed URL.
    ///
    /// # Errors
    /// When credentials or the endpoint are not found, the input breaks the model's limits, and for a method that HTTP does
    /// not have.
    pub fn sign(self) -> Result<String> {
        let method = self.method.as_deref().map(method).transpose()?;
        call::presigned(self.core, self.operation, self.input, method, self.expires)
    }
}

/// The method of that name.
pub(crate) fn method(name: &str) -> Result<&'static str> {
    METHODS.into_iter().find(|known| *known == name).ok_or_else(|| {
        let message = format!("There is no HTTP method {name}: the methods are {}", METHODS.join(", "));
        Error::new(ErrorKind::Sign, message)
    })
}

impl fmt::Debug for PresignedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUrl")
            .field("operation", &self.operation.name)
            .field("method", &self.method)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
