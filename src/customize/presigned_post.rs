use std::time::Duration;

use crate::call;
use crate::client::{Core, ServiceClient};
use crate::error::Result;
use crate::shape::{Document, Slot, Value, View};
use crate::signing::Policy;

/// A form with which a browser stores an object in a bucket, without credentials of its own.
///
/// The form's fields are those that [`sign`](Self::sign) gives and a last one, `file`. What the policy does not speak of
/// cannot be in the form, so each [`field`](Self::field) needs a [`condition`](Self::condition) that allows it.
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>, botocore's
/// `generate_presigned_post`; the URL names the region's host and the signature is
/// Version 4, unless the client's `signature_version` is `s3`.
///
/// ```
/// # #[cfg(feature = "s3")] {
/// use std::time::Duration;
/// use botocore::{Config, Credentials, PresignedPost, Session, s3};
///
/// let session = Session::new();
/// let client: s3::Client = session
///     .create_client()
///     .region_name("eu-west-1")
///     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
///     .build()?;
/// let form = PresignedPost::new(&client, "bucket", "uploads/${filename}")
///     .field("acl", "private")
///     .condition(serde_json::json!({ "acl": "private" }))
///     .condition(serde_json::json!(["content-length-range", 1, 1_000_000]))
///     .expires_in(Duration::from_secs(600))
///     .sign()?;
/// assert_eq!(form.url, "https://bucket.s3.eu-west-1.amazonaws.com/");
/// assert!(form.fields.iter().any(|(name, _)| name == "x-amz-signature"));
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
pub struct PresignedPost<'a> {
    core: &'a Core,
    bucket: String,
    key: String,
    fields: Vec<(String, String)>,
    conditions: Vec<Document>,
    expires: Duration,
}

/// What a page needs to send a form.
#[derive(Clone, PartialEq, Eq)]
pub struct PostForm {
    /// Where the form goes.
    pub url: String,
    /// Names and values of its fields, to which the page adds `file`.
    pub fields: Vec<(String, String)>,
}

impl<'a> PresignedPost<'a> {
    /// A form for that key of that bucket. A key that ends in `${filename}` takes the file's name there.
    pub fn new(client: &'a impl ServiceClient, bucket: impl Into<String>, key: impl Into<String>) -> Self {
        PresignedPost::of(client.core(), bucket.into(), key.into())
    }

    pub(crate) fn of(core: &'a Core, bucket: String, key: String) -> Self {
        let expires = Duration::from_secs(3600);
        PresignedPost { core, bucket, key, fields: Vec::new(), conditions: Vec::new(), expires }
    }

    /// Adds a field, `acl` or `x-amz-meta-…`.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds a condition: an object of one field and its value, or a list such as `["starts-with", "$key", "a/"]`.
    pub fn condition(mut self, condition: impl Into<Document>) -> Self {
        self.conditions.push(condition.into());
        self
    }

    /// Sets how long the form is good. Default: an hour.
    pub fn expires_in(mut self, expires: Duration) -> Self {
        self.expires = expires;
        self
    }

    /// The signed form.
    ///
    /// # Errors
    /// When the client is not one of S3, the bucket has no endpoint, or there are no credentials.
    pub fn sign(self) -> Result<PostForm> {
        let mut conditions = self.conditions;
        conditions.push(serde_json::json!({ "bucket": self.bucket }));
        conditions.push(match self.key.strip_suffix("${filename}") {
            Some(start) => serde_json::json!(["starts-with", "$key", start]),
            None => serde_json::json!({ "key": self.key }),
        });
        let bucket = Bucket(self.bucket);
        let (url, signed) = call::sign_post(self.core, &bucket, &Policy { conditions, expires: self.expires })?;
        let mut fields = self.fields;
        fields.push(("key".to_owned(), self.key));
        fields.extend(signed.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Ok(PostForm { url, fields })
    }
}

/// Without the fields: who has them can upload.
impl std::fmt::Debug for PostForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostForm").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The input that endpoint rules see.
#[derive(Default)]
struct Bucket(String);

const BUCKET: &str = "PostObjectRequest\nBucket at=uri required context=Bucket\n";

impl Value for Bucket {
    fn view(&self, see: &mut dyn FnMut(View<'_>)) {
        see(View::Structure(BUCKET, &[&self.0]));
    }

    fn fill(&mut self, fill: &mut dyn FnMut(Slot<'_>) -> Result<()>) -> Result<()> {
        fill(Slot::Structure(BUCKET, &mut [&mut self.0]))
    }
}
