use botocore::s3::error::{NoSuchBucket, NoSuchKey};
use botocore::s3::types::{
    CompletedMultipartUpload, CompletedPart, CreateBucketConfiguration, Delete, ObjectIdentifier,
    VersioningConfiguration,
};
use botocore::{Body, CopySource, Result, s3};

use crate::support::{name, session};

#[test]
fn objects() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    assert!(client.list_buckets().send()?.buckets.iter().any(|other| other.name == bucket));

    let key = "logs/ä b+c%25&=.txt";
    let put = client
        .put_object(&*bucket, key)
        .body("some text")
        .content_type("text/plain")
        .metadata([("owner", "ops")])
        .send()?;
    assert!(put.e_tag.is_some());
    client.put_object(&*bucket, "other").body(Body::from_reader(std::io::Cursor::new(vec![7; 100_000]))).send()?;

    let object = client.get_object(&*bucket, key).range("bytes=5-8").send()?;
    assert_eq!(object.content_type.as_deref(), Some("text/plain"));
    assert_eq!(object.metadata.get("owner").map(String::as_str), Some("ops"));
    assert_eq!(object.body.read_to_string()?, "text");
    assert_eq!(client.get_object(&*bucket, "other").send()?.body.into_bytes()?, vec![7; 100_000]);

    let listed = client.list_objects_v2(&*bucket).prefix("logs/").send()?;
    assert_eq!(listed.contents.iter().map(|object| &*object.key).collect::<Vec<_>>(), [key]);

    let gone = client
        .delete_objects(&*bucket, Delete::new([ObjectIdentifier::new(key), ObjectIdentifier::new("other")]))
        .send()?;
    assert_eq!(gone.deleted.len(), 2);
    client.delete_bucket(&*bucket).send()?;
    Ok(())
}

#[test]
fn a_version_is_copied() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    let place = client.get_bucket_location(&*bucket).send()?.location_constraint;
    assert_eq!(place.as_ref().map(AsRef::as_ref), Some("eu-west-1"));
    let versioning = VersioningConfiguration { status: Some("Enabled".into()), ..Default::default() };
    client.put_bucket_versioning(&*bucket, versioning).send()?;

    let key = "a b+%c?";
    let first = client.put_object(&*bucket, key).body("first").send()?.version_id.expect("a version");
    client.put_object(&*bucket, key).body("second").send()?;
    let present = CopySource::new(&*bucket, key);
    for (source, text) in [(present.clone(), "second"), (present.version_id(first), "first")] {
        client.copy_object(&*bucket, source, "copy").send()?;
        assert_eq!(client.get_object(&*bucket, "copy").send()?.body.read_to_string()?, text);
    }
    Ok(())
}

#[test]
fn parts_make_an_object() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    let upload = client.create_multipart_upload(&*bucket, "large").send()?.upload_id.expect("an upload has an id");
    let mut parts = Vec::new();
    for (number, size) in [(1, 5 << 20), (2, 1000)] {
        let part = client.upload_part(&*bucket, "large", number, &*upload).body(vec![number as u8; size]).send()?;
        parts.push(CompletedPart { part_number: Some(number), e_tag: part.e_tag, ..Default::default() });
    }
    let parts = CompletedMultipartUpload { parts: Some(parts) };
    client.complete_multipart_upload(&*bucket, "large", &*upload).multipart_upload(parts).send()?;
    let head = client.head_object(&*bucket, "large").send()?;
    assert_eq!(head.content_length, Some((5 << 20) + 1000));
    Ok(())
}

#[test]
fn what_is_missing_has_a_type() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let error = client.list_objects_v2("no-such-bucket-anywhere").send().unwrap_err();
    assert!(error.is::<NoSuchBucket>(), "{error}");
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    let error = client.get_object(&*bucket, "absent").send().unwrap_err();
    assert!(error.is::<NoSuchKey>(), "{error}");
    assert!(error.to_string().starts_with("s3 GetObject: NoSuchKey: "), "{error}");
    let error = client.head_object(&*bucket, "absent").send().unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(404), Some("404")));
    Ok(())
}
