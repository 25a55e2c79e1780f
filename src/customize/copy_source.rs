//! What an object of S3 is copied from.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::s3_input;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Request;
use crate::operation::Operation;
use crate::shape::Document;

const HEADER: &str = "x-amz-copy-source";
const VERSION: &str = "?versionId=";
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// What `CopyObject` and `UploadPartCopy` of S3 copy: an object, or one of its versions.
///
/// Both operations take a text too, `bucket/key` or `bucket/key?versionId=id`, which this becomes: a key is any text,
/// and is percent-encoded when the call is sent. By name (`Client::call`) it is an object of `Bucket`, `Key` and, if
/// there is one, `VersionId`.
///
/// ```
/// use botocore::CopySource;
///
/// let source = CopySource::new("bucket", "a key").version_id("v1");
/// assert_eq!(String::from(source), "bucket/a key?versionId=v1");
/// ```
///
/// ```no_run
/// # #[cfg(feature = "s3")] {
/// # let s3 = botocore::s3::Client::new(&botocore::Session::new())?;
/// use botocore::CopySource;
///
/// s3.copy_object("to", CopySource::new("from", "key").version_id("v1"), "key").send()?;
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// Source: botocore `handlers.handle_copy_source_param`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CopySource {
    /// A bucket's name, or the ARN of an access point.
    pub bucket: String,
    /// The object's key, as it is.
    pub key: String,
    /// `None`: the present version.
    pub version_id: Option<String>,
}

impl CopySource {
    /// The present version of an object.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        CopySource { bucket: bucket.into(), key: key.into(), version_id: None }
    }

    /// That version of the object.
    pub fn version_id(self, version_id: impl Into<String>) -> Self {
        CopySource { version_id: Some(version_id.into()), ..self }
    }
}

/// `bucket/key`, or `bucket/key?versionId=id`. A key that itself ends so is followed by an empty version.
impl fmt::Display for CopySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = if s3_input::is_arn(&self.bucket) { "/object/" } else { "/" };
        write!(f, "{}{between}{}", self.bucket, self.key)?;
        match &self.version_id {
            Some(version) => write!(f, "{VERSION}{version}"),
            None if self.key.contains(VERSION) => f.write_str(VERSION),
            None => Ok(()),
        }
    }
}

impl From<CopySource> for String {
    fn from(source: CopySource) -> Self {
        source.to_string()
    }
}

/// A copy's source is a path in a header: its key is percent-encoded, a version id behind it is kept.
/// Source: botocore `handlers.handle_copy_source_param`.
pub(super) fn quote(_: &Operation, request: &mut Request) -> Result<()> {
    if let Some(source) = request.headers.get(HEADER) {
        let (path, version) = split(source);
        let quoted = format!("{}{version}", utf8_percent_encode(path, KEPT));
        request.headers.set(HEADER, quoted);
    }
    Ok(())
}

/// Path and version. A version id has no blanks, and an empty one is none.
fn split(source: &str) -> (&str, &str) {
    match source.rfind(VERSION).map(|place| source.split_at(place)) {
        Some((path, VERSION)) => (path, ""),
        Some((path, version)) if !version.contains(char::is_whitespace) => (path, version),
        _ => (source, ""),
    }
}

/// The parameters of a call by name with a source of three members as text; `None` when there is none such.
pub(super) fn flatten(parameters: &Document) -> Result<Option<Document>> {
    const MEMBER: &str = "CopySource";
    let Some(source) = parameters.get(MEMBER).and_then(Document::as_object) else { return Ok(None) };
    let text = |name: &str| match source.get(name) {
        Some(Document::String(text)) => Ok(Some(text.clone())),
        None | Some(Document::Null) => Ok(None),
        Some(_) => Err(problem(&format!("the member {name} must be a text"))),
    };
    if let Some(other) = source.keys().find(|name| !matches!(name.as_str(), "Bucket" | "Key" | "VersionId")) {
        return Err(problem(&format!("{other} is not known (the members are Bucket, Key, VersionId)")));
    }
    let required =
        |name: &str| text(name)?.ok_or_else(|| problem(&format!("the member {name} is required, and missing")));
    let source = CopySource { bucket: required("Bucket")?, key: required("Key")?, version_id: text("VersionId")? };
    let mut flat = parameters.clone();
    flat[MEMBER] = source.to_string().into();
    Ok(Some(flat))
}

fn problem(what: &str) -> Error {
    Error::new(ErrorKind::Serialize, format!("member CopySource: {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quoted(source: impl Into<String>) -> String {
        let operation = Operation { name: "CopyObject", method: "PUT", uri: "/", traits: "" };
        let mut request = Request::default();
        request.headers.set(HEADER, source.into());
        quote(&operation, &mut request).unwrap();
        request.headers.get(HEADER).unwrap().to_owned()
    }

    /// The headers are those that botocore 1.44.5 sends.
    #[test]
    fn texts_are_quoted_but_for_the_version() {
        for (source, sent) in [
            ("bucket/a b+ü?versionId=x.y", "bucket/a%20b%2B%C3%BC?versionId=x.y"),
            ("src/a b?versionId=x y", "src/a%20b%3FversionId%3Dx%20y"),
            ("src/a b?versionId=x", "src/a%20b?versionId=x"),
            ("/src/a~b", "/src/a~b"),
        ] {
            assert_eq!(quoted(source), sent);
        }
    }

    /// The headers are those that botocore 1.44.5 sends.
    #[test]
    fn sources_of_three_members_are_quoted() {
        let access_point = "arn:aws:s3:us-west-2:123456789012:accesspoint/ap";
        for (source, sent) in [
            (
                CopySource::new("src", "a b+ü?versionId=x").version_id("v1"),
                "src/a%20b%2B%C3%BC%3FversionId%3Dx?versionId=v1",
            ),
            (CopySource::new("src", "a?versionId=x"), "src/a%3FversionId%3Dx"),
            (CopySource::new("src", "a/../b c"), "src/a/../b%20c"),
            (CopySource::new(access_point, "k"), "arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/ap/object/k"),
        ] {
            assert_eq!(quoted(source), sent);
        }
    }

    #[test]
    fn by_name_it_is_an_object() {
        let flat = flatten(&json!({ "Key": "k", "CopySource": { "Bucket": "b", "Key": "a b", "VersionId": "v" } }));
        assert_eq!(flat.unwrap(), Some(json!({ "Key": "k", "CopySource": "b/a b?versionId=v" })));
        assert_eq!(flatten(&json!({ "CopySource": "b/k" })).unwrap(), None);
        for (source, complaint) in [
            (json!({ "Bucket": "b" }), "member CopySource: the member Key is required, and missing"),
            (json!({ "Bucket": "b", "Key": 1 }), "member CopySource: the member Key must be a text"),
            (
                json!({ "Buckets": "b" }),
                "member CopySource: Buckets is not known (the members are Bucket, Key, VersionId)",
            ),
        ] {
            let error = flatten(&json!({ "CopySource": source })).unwrap_err();
            assert_eq!(error.message(), complaint);
        }
    }
}
