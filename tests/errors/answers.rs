//! Answers that are not what the model says.

use botocore::{ErrorKind, dynamodb, s3, sqs, sts};

use crate::server::{Server, answer};
use crate::{check, error, session};

const PAGE: &str = "<html><head><title>Sign in</title></head><body>to the hotel's network</body></html>";

#[test]
fn a_page_of_a_proxy_for_an_answer() {
    let server = Server::always(answer(200, &["Content-Type: text/html"], PAGE));
    let session = session(&server.url());
    let scan = dynamodb::Client::new(&session).unwrap().scan("table").send();
    check(
        &error(scan),
        ErrorKind::Parse,
        1,
        "dynamodb Scan: The body is not JSON: its 83 bytes begin with \"<html><head><title>Sign in</title></head>\
         <body>to the hotel's network</body></html>\" (HTTP 200)",
    );
    let list = s3::Client::new(&session).unwrap().list_objects_v2("bucket").send();
    check(
        &error(list),
        ErrorKind::Parse,
        1,
        "s3 ListObjectsV2: The body is not XML of the service: its 83 bytes begin with \"<html><head><title>Sign in\
         </title></head><body>to the hotel's network</body></html>\" (HTTP 200)",
    );
}

#[test]
fn a_page_of_a_proxy_for_an_error() {
    let server = Server::always(answer(502, &["Content-Type: text/html"], PAGE));
    let session = session(&server.url());
    let scan = dynamodb::Client::new(&session).unwrap().scan("table").send();
    check(
        &error(scan),
        ErrorKind::Service,
        4,
        &format!("dynamodb Scan: 502: Bad Gateway (HTTP 502, 4 attempts): the answer begins with {PAGE:?}"),
    );
    let list = s3::Client::new(&session).unwrap().list_buckets().send();
    check(
        &error(list),
        ErrorKind::Service,
        3,
        &format!("s3 ListBuckets: 502: Bad Gateway (HTTP 502, 3 attempts): the answer begins with {PAGE:?}"),
    );
}

#[test]
fn a_page_of_a_proxy_that_forbids() {
    let server = Server::always(answer(403, &["Content-Type: text/html"], PAGE));
    let session = session(&server.url());
    check(
        &error(dynamodb::Client::new(&session).unwrap().scan("table").send()),
        ErrorKind::Service,
        1,
        &format!("dynamodb Scan: 403: {PAGE} (HTTP 403)"),
    );
    check(
        &error(s3::Client::new(&session).unwrap().list_buckets().send()),
        ErrorKind::Service,
        1,
        &format!("s3 ListBuckets: 403: Forbidden (HTTP 403): the answer begins with {PAGE:?}"),
    );
    check(
        &error(sts::Client::new(&session).unwrap().get_caller_identity().send()),
        ErrorKind::Service,
        1,
        &format!("sts GetCallerIdentity: 403: Forbidden (HTTP 403): the answer begins with {PAGE:?}"),
    );
}

#[test]
fn json_of_another_type() {
    let body = r#"{"Items": [{"id": {"S": "one"}}, {"id": {"L": 2}}], "Count": 2}"#;
    let server = Server::always(answer(200, &[], body));
    let client = dynamodb::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.scan("table").send()),
        ErrorKind::Parse,
        1,
        "dynamodb Scan: ScanOutput: member Items[1][\"id\"].L: Expected an array at byte 46, found '2' (HTTP 200)",
    );
}

#[test]
fn json_cut_short_by_its_writer() {
    let server = Server::always(answer(200, &[], r#"{"QueueUrl": "https://queue.exam"#));
    let client = sqs::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.get_queue_url("queue").send()),
        ErrorKind::Parse,
        1,
        "sqs GetQueueUrl: GetQueueUrlResult: member QueueUrl: Expected the end of a string at byte 32, found the end \
         (HTTP 200)",
    );
}

#[test]
fn xml_of_another_type() {
    let body = "<ListBucketResult><Contents><Key>a</Key><Size>12</Size></Contents><Contents><Key>b</Key>\
                <Size>twelve</Size></Contents></ListBucketResult>";
    let server = Server::always(answer(200, &[], body));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.list_objects_v2("bucket").send()),
        ErrorKind::Parse,
        1,
        "s3 ListObjectsV2: ListObjectsV2Output: member Contents[1].Size: \"twelve\" is not an integer of 64 bits before \
         byte 107 (HTTP 200)",
    );
}

#[test]
fn a_header_of_another_type() {
    let server = Server::always(answer(200, &["x-amz-mp-parts-count: some"], "body"));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.get_object("bucket", "key").send()),
        ErrorKind::Parse,
        1,
        "s3 GetObject: member PartsCount: \"some\" is not an integer of 32 bits (HTTP 200)",
    );
}

#[test]
fn broken_xml_from_s3_is_asked_for_again() {
    let server = Server::always(answer(200, &[], "<ListBucketResult><Contents>"));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.list_objects_v2("bucket").send()),
        ErrorKind::Transport,
        3,
        "s3 ListObjectsV2: The answer broke off: its XML ends inside of the element ListBucketResult (3 attempts)",
    );
    assert_eq!(server.asked().len(), 3);
}

/// S3 begins to answer before it knows how it ends.
#[test]
fn an_error_in_a_success() {
    let body = "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>We failed.</Message>\
                <RequestId>R1</RequestId></Error>";
    let server = Server::always(answer(200, &[], body));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    check(
        &error(client.copy_object("bucket", "other/key", "key").send()),
        ErrorKind::Service,
        3,
        "s3 CopyObject: InternalError: We failed. (HTTP 500, request id R1, 3 attempts)",
    );
    check(
        &error(client.complete_multipart_upload("bucket", "key", "upload").send()),
        ErrorKind::Service,
        3,
        "s3 CompleteMultipartUpload: InternalError: We failed. (HTTP 500, request id R1, 3 attempts)",
    );
    assert_eq!(server.asked().len(), 6);
    let object = client.get_object("bucket", "key").send().unwrap();
    assert_eq!(object.body.read_to_string().unwrap(), body, "an object may hold whatever it likes");
}

#[test]
fn errors_without_a_body() {
    let server = Server::always(answer(400, &["x-amz-request-id: R2"], ""));
    let session = session(&server.url());
    check(
        &error(s3::Client::new(&session).unwrap().list_buckets().send()),
        ErrorKind::Service,
        1,
        "s3 ListBuckets: 400: Bad Request (HTTP 400, request id R2)",
    );
    check(
        &error(sqs::Client::new(&session).unwrap().get_queue_url("queue").send()),
        ErrorKind::Service,
        1,
        "sqs GetQueueUrl: 400: Bad Request (HTTP 400, request id R2)",
    );
    check(
        &error(sts::Client::new(&session).unwrap().get_caller_identity().send()),
        ErrorKind::Service,
        1,
        "sts GetCallerIdentity: 400: Bad Request (HTTP 400, request id R2)",
    );
}

#[test]
fn errors_of_head_have_no_body() {
    for (status, said) in [(404, "404: Not Found (HTTP 404)"), (403, "403: Forbidden (HTTP 403)")] {
        let server = Server::always(answer(status, &["Content-Length: 300"], ""));
        let client = s3::Client::new(&session(&server.url())).unwrap();
        let failed = error(client.head_object("bucket", "key").send());
        check(&failed, ErrorKind::Service, 1, &format!("s3 HeadObject: {said}"));
        assert_eq!((failed.code(), failed.status()), (Some(&said[..3]), Some(status)));
    }
}

#[test]
fn an_answer_that_nothing_changed() {
    let server = Server::always(answer(304, &["ETag: \"e\""], ""));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.get_object("bucket", "key").if_none_match("\"e\"").send());
    check(&failed, ErrorKind::Service, 1, "s3 GetObject: 304: Not Modified (HTTP 304)");
    assert_eq!(failed.response_metadata().unwrap().header("etag"), Some("\"e\""));
}

#[test]
fn a_modelled_error_is_found_by_its_type() {
    let body = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>\
                <RequestId>4442587FB7D0A2F9</RequestId></Error>";
    let server = Server::always(answer(404, &[], body));
    let client = s3::Client::new(&session(&server.url())).unwrap();
    let failed = error(client.get_object("bucket", "nope").send());
    check(
        &failed,
        ErrorKind::Service,
        1,
        "s3 GetObject: NoSuchKey: The specified key does not exist. (HTTP 404, request id 4442587FB7D0A2F9)",
    );
    assert!(failed.is::<s3::error::NoSuchKey>() && !failed.is_throttling());
    assert_eq!(failed.operation(), Some(("s3", "GetObject")));
    assert_eq!(format!("{failed:?}"), failed.to_string());
}

#[cfg(feature = "eventbridgev2")]
#[test]
fn cbor_of_another_type() {
    use botocore::{Replay, Session, eventbridgev2};

    let headers = [("smithy-protocol", "rpc-v2-cbor")];
    let list = b"\xa1\x6aEventBuses\x81\xa1\x64Name\x07";
    let replay = Replay::new().answer(200, headers, list).answer(200, headers, PAGE);
    let session = Session::builder().environment(crate::environment()).transport(replay).build();
    let client = eventbridgev2::Client::new(&session).unwrap();
    check(
        &error(client.list_event_buses().send()),
        ErrorKind::Parse,
        1,
        "eventbridgev2 ListEventBuses: ListEventBusesResponse: member EventBuses[0].Name: Expected a string, found CBOR u8 \
         at byte 19 (HTTP 200)",
    );
    check(
        &error(client.list_event_buses().send()),
        ErrorKind::Parse,
        1,
        "eventbridgev2 ListEventBuses: The body is not a CBOR map: its 83 bytes begin with \"<html><head><title>Sign in\
         </title></head><body>to the hotel's network</body></html>\" (HTTP 200)",
    );
}

/// Half of a thread's stack is enough for the deepest values there are: to read, copy, show and drop them.
#[test]
fn values_in_values() {
    let nested = |levels: usize| {
        let value = format!("{}{{\"NULL\": true}}{}", "{\"L\": [".repeat(levels), "]}".repeat(levels));
        format!("{{\"Items\": [{{\"a\": {value}}}]}}")
    };
    let scan = move |levels: usize| {
        let server = Server::always(answer(200, &["Content-Type: application/x-amz-json-1.0"], &nested(levels)));
        dynamodb::Client::new(&session(&server.url())).unwrap().scan("table").send()
    };
    let run = move || {
        let page = scan(62).unwrap();
        assert!(format!("{:?}", page.items.clone()).len() > 62);
        check(
            &error(scan(63)),
            ErrorKind::Parse,
            1,
            &format!(
                "dynamodb Scan: ScanOutput: member Items[0][\"a\"]{}.L: Values lie more than 128 deep in each other (HTTP 200)",
                ".L[0]".repeat(62)
            ),
        );
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}
