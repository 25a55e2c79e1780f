//! S3's own: uploads, copies, breaks of lines.

use botocore::s3::types::{BucketLifecycleConfiguration, Delete, LifecycleRule, ObjectIdentifier, Tag, Tagging};
use botocore::{Body, Config, CopySource, Replay, Timestamp, s3};
use serde_json::json;

use crate::{answer, check, client, configured};

#[test]
fn uploads_wait_for_a_word_before_the_body() {
    let replay = answer("");
    client::<s3::Client>(&replay).put_object("b", "k").body("hello").send().unwrap();
    let request = &replay.requests()[0];
    assert_eq!(request.headers.get("Expect"), Some("100-continue"));
    let signed = request.headers.get("Authorization").unwrap();
    assert!(
        signed.contains(
            "SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
             x-amz-sdk-checksum-algorithm;x-amz-trailer,"
        ),
        "{signed}"
    );

    let replay = answer("").answer(200, [], "");
    let client: s3::Client = client(&replay);
    client.upload_part("b", "k", 1, "u").body("hello").send().unwrap();
    client.put_bucket_policy("b", "{}").send().unwrap();
    assert_eq!(expected(&replay), [true, false]);
}

/// Whether each request waits.
fn expected(replay: &Replay) -> Vec<bool> {
    replay.requests().iter().map(|request| request.headers.get("Expect") == Some("100-continue")).collect()
}

/// What botocore 1.44.5 sends: the header goes with a body that is a file to it, also an empty one, and of PutObject and
/// UploadPart each body that was given is.
#[test]
fn empty_bodies_wait_when_they_were_given() {
    let replay = (1..13).fold(answer(""), |replay, _| replay.answer(200, [], ""));
    let client: s3::Client = client(&replay);
    let file = || Body::from_seekable(std::io::Cursor::new("")).unwrap();
    client.put_object("b", "k").send().unwrap();
    client.put_object("b", "k").body("").send().unwrap();
    client.put_object("b", "k").body(Vec::new()).send().unwrap();
    client.put_object("b", "k").body(file()).send().unwrap();
    client.upload_part("b", "k", 1, "u").send().unwrap();
    client.upload_part("b", "k", 1, "u").body("").send().unwrap();
    client.call("PutObject", json!({ "Bucket": "b", "Key": "k" })).unwrap();
    client.call("PutObject", json!({ "Bucket": "b", "Key": "k", "Body": "" })).unwrap();
    assert_eq!(expected(&replay), [false, true, true, true, false, true, false, true]);
    for body in [Body::empty(), "".into(), "x".into(), file()] {
        client.write_get_object_response("r", "t").body(body).send().unwrap();
    }
    assert_eq!(expected(&replay)[8..], [false, false, false, true]);
}

#[test]
fn copies_name_their_source() {
    let replay = answer("<CopyObjectResult/>");
    let source = CopySource::new("src", "a b+ü?versionId=x").version_id("v1");
    client::<s3::Client>(&replay).copy_object("b", source, "k").send().unwrap();
    check(
        &replay,
        "PUT https://s3.eu-west-1.amazonaws.com/b/k
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-copy-source;x-amz-date
         x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
         x-amz-copy-source: src/a%20b%2B%C3%BC%3FversionId%3Dx?versionId=v1
         x-amz-date: 20231114T221320Z",
    );
}

#[test]
fn by_name_a_source_may_have_members() {
    let replay = answer("<CopyPartResult/>").answer(200, [], "<CopyPartResult/>");
    let client: s3::Client = client(&replay);
    for source in [json!({ "Bucket": "src", "Key": "a b", "VersionId": "v" }), json!("src/a b?versionId=v")] {
        let parameters = json!({ "Bucket": "b", "Key": "k", "CopySource": source, "UploadId": "u", "PartNumber": 1 });
        client.call("UploadPartCopy", parameters).unwrap();
    }
    for request in replay.requests() {
        assert_eq!(request.headers.get("x-amz-copy-source"), Some("src/a%20b?versionId=v"));
    }
    let error =
        client.call("CopyObject", json!({ "Bucket": "b", "Key": "k", "CopySource": { "Bucket": "x" } })).unwrap_err();
    assert!(error.to_string().contains("member CopySource: the member Key is required"), "{error}");
}

#[test]
fn breaks_of_lines_in_keys_arrive() {
    let replay = answer("<DeleteResult/>");
    let delete = Delete::new([ObjectIdentifier::new("a\r\nb&<>\"\tc")]);
    client::<s3::Client>(&replay).delete_objects("b", delete).send().unwrap();
    check(
        &replay,
        "POST https://s3.eu-west-1.amazonaws.com/b?delete
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date;x-amz-sdk-checksum-algorithm
         x-amz-checksum-crc32: cFSeRg==
         x-amz-content-sha256: f8e8396a40107d25575c298a3654f99eb8a3f4652988927a85cb79a2eb2cfeb4
         x-amz-date: 20231114T221320Z
         x-amz-sdk-checksum-algorithm: CRC32
         <Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&#xD;&#xA;b&amp;&lt;&gt;\"\tc</Key>\
         </Object></Delete>",
    );

    let replay = answer("");
    let mut rule = LifecycleRule::new("Enabled");
    rule.prefix = Some("a\r\nb".to_owned());
    let rules = BucketLifecycleConfiguration::new([rule]);
    client::<s3::Client>(&replay)
        .put_bucket_lifecycle_configuration("b")
        .lifecycle_configuration(rules)
        .send()
        .unwrap();
    check(
        &replay,
        "PUT https://s3.eu-west-1.amazonaws.com/b?lifecycle
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date;x-amz-sdk-checksum-algorithm
         x-amz-checksum-crc32: IvdXvw==
         x-amz-content-sha256: 5c7c644276a37c48ea8e05a03112877f57b48f1c8e356bcc1a57cdd01e4f3325
         x-amz-date: 20231114T221320Z
         x-amz-sdk-checksum-algorithm: CRC32
         <LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><Prefix>a&#xD;&#xA;b</Prefix>\
         <Status>Enabled</Status></Rule></LifecycleConfiguration>",
    );
}

/// botocore leaves the carriage return as it is, which readers take for a line feed.
#[test]
fn carriage_returns_arrive_everywhere() {
    let replay = answer("");
    let tagging = Tagging::new([Tag::new("a\r\nb", "\t\"")]);
    client::<s3::Client>(&replay).put_object_tagging("b", "k", tagging).send().unwrap();
    let body = replay.requests()[0].text();
    assert!(body.contains("<Tag><Key>a&#xD;\nb</Key><Value>\t\"</Value></Tag>"), "{body}");
}

#[test]
fn a_sum_by_md5_is_made_by_the_body() {
    let replay = answer("");
    let mut body = Body::from("hello");
    let md5 = body.content_md5().unwrap();
    let config = Config::new().request_checksum_calculation(botocore::ChecksumMode::WhenRequired);
    configured::<s3::Client>(&replay, config).put_object("b", "k").content_md5(md5).body(body).send().unwrap();
    let request = &replay.requests()[0];
    assert_eq!(request.headers.get("Content-MD5"), Some("XUFAKrxLKna5cZ2REBfFkg=="));
    assert_eq!(request.text(), "hello");
}

#[test]
fn the_location_of_a_bucket_is_the_whole_answer() {
    let located = |body: &str| {
        let output = client::<s3::Client>(&answer(body)).get_bucket_location("b").send().unwrap();
        output.location_constraint.map(|place| place.to_string())
    };
    let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    let place = format!("<?xml version=\"1.0\"?>\n<LocationConstraint {xmlns}>eu-west-1</LocationConstraint>");
    assert_eq!(located(&place).as_deref(), Some("eu-west-1"));
    assert_eq!(located(&format!("<LocationConstraint {xmlns}/>")), None);
    assert_eq!(located(&format!("<LocationConstraint {xmlns}></LocationConstraint>")), None);
}

#[test]
fn an_error_in_a_success_is_asked_for_again() {
    let refused = "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>no</Message></Error>";
    let replay =
        Replay::new().answer(200, [], refused).answer(200, [], "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>");
    let output = client::<s3::Client>(&replay).copy_object("b", "src/k", "k").send().unwrap();
    assert_eq!(output.copy_object_result.unwrap().e_tag.as_deref(), Some("e"));
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn what_expires_is_kept_as_text() {
    let replay = Replay::new().answer(200, [("Expires", "10/21/2018")], "").answer(200, [("Expires", "never")], "");
    let client: s3::Client = client(&replay);
    let dated = client.head_object("b", "k").send().unwrap();
    assert_eq!(dated.expires, Some(Timestamp::from_secs(1_540_080_000)));
    assert_eq!(dated.expires_string.as_deref(), Some("10/21/2018"));
    let undated = client.head_object("b", "k").send().unwrap();
    assert_eq!((undated.expires, undated.expires_string.as_deref()), (None, Some("never")));
}
