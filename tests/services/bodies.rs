//! Bodies that are not signed, or stand alone: Lex, IoT data, MediaStore data.

use botocore::lex_runtime::operation::PostContentInput;
use botocore::{Body, Replay, iot_data, lex_runtime, mediastore_data};
use serde_json::json;

use crate::{answer, at, check, client};

#[test]
fn lex_takes_speech_without_reading_it_twice() {
    let headers = [
        ("Content-Type", "audio/mpeg"),
        ("x-amz-lex-session-attributes", "eyJrIjoidiJ9"),
        ("x-amz-lex-intent-name", "i"),
    ];
    let replay = Replay::new().answer(200, headers, "audio");
    let output = client::<lex_runtime::Client>(&replay)
        .post_content(PostContentInput {
            bot_name: "b".to_owned(),
            bot_alias: "a".to_owned(),
            user_id: "u/1".to_owned(),
            content_type: "text/plain; charset=utf-8".to_owned(),
            accept: Some("text/plain; charset=utf-8".to_owned()),
            session_attributes: Some(json!({ "k": "v" })),
            request_attributes: Some(json!("{\"r\": 1}")),
            input_stream: Body::from_sized_reader(&b"hi"[..], 2),
            ..PostContentInput::default()
        })
        .send()
        .unwrap();
    check(
        &replay,
        "POST https://runtime.lex.eu-west-1.amazonaws.com/bot/b/alias/a/user/u%2F1/content
         accept: text/plain; charset=utf-8
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/lex/aws4_request, \
         SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-lex-request-attributes;\
         x-amz-lex-session-attributes
         content-type: text/plain; charset=utf-8
         x-amz-content-sha256: UNSIGNED-PAYLOAD
         x-amz-date: 20231114T221320Z
         x-amz-lex-request-attributes: IntcInJcIjogMX0i
         x-amz-lex-session-attributes: eyJrIjoidiJ9
         hi",
    );
    assert_eq!(output.content_type.as_deref(), Some("audio/mpeg"));
    assert_eq!(output.intent_name.as_deref(), Some("i"));
    assert_eq!(output.session_attributes, Some(json!({ "k": "v" })));
    assert_eq!(output.audio_stream.read_to_string().unwrap(), "audio");
}

#[test]
fn iot_publishes_bytes() {
    let replay = answer("");
    client::<iot_data::Client>(&replay)
        .publish("a/b c")
        .qos(1)
        .payload(b"\x00\xfe")
        .user_properties(json!("[{\"k\":\"v\"}]"))
        .send()
        .unwrap();
    check(
        &replay,
        "POST https://data-ats.iot.eu-west-1.amazonaws.com/topics/a%2Fb%20c?qos=1
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/iotdata/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-mqtt5-user-properties
         x-amz-date: 20231114T221320Z
         x-amz-mqtt5-user-properties: Ilt7XCJrXCI6XCJ2XCJ9XSI=
         \0\u{fffd}",
    );
    assert_eq!(replay.requests()[0].body, b"\x00\xfe");

    let replay = answer("{\"a\":1}");
    let output = client::<iot_data::Client>(&replay).get_thing_shadow("t").shadow_name("n").send().unwrap();
    check(
        &replay,
        "GET https://data-ats.iot.eu-west-1.amazonaws.com/things/t/shadow?name=n
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/iotdata/aws4_request, \
         SignedHeaders=host;x-amz-date
         x-amz-date: 20231114T221320Z",
    );
    assert_eq!(output.payload.as_deref(), Some(&b"{\"a\":1}"[..]));
}

#[test]
fn mediastore_takes_streams() {
    let replay = answer("{\"ETag\":\"e\"}");
    const ENDPOINT: &str = "https://x.data.mediastore.eu-west-1.amazonaws.com";
    let body = Body::from_sized_reader(&b"hello"[..], 5);
    let output = at::<mediastore_data::Client>(&replay, ENDPOINT)
        .put_object(body, "/a b/c.ts")
        .content_type("video/MP2T")
        .upload_availability("STREAMING")
        .send()
        .unwrap();
    assert_eq!(output.e_tag.as_deref(), Some("e"));
    check(
        &replay,
        "PUT https://x.data.mediastore.eu-west-1.amazonaws.com//a%20b/c.ts
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/mediastore/aws4_request, \
         SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-upload-availability
         content-type: video/MP2T
         x-amz-content-sha256: UNSIGNED-PAYLOAD
         x-amz-date: 20231114T221320Z
         x-amz-upload-availability: STREAMING
         hello",
    );

    let replay = answer("{\"Items\":[]}");
    at::<mediastore_data::Client>(&replay, ENDPOINT).list_items().path("a").send().unwrap();
    check(
        &replay,
        "GET https://x.data.mediastore.eu-west-1.amazonaws.com/?Path=a
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/mediastore/aws4_request, \
         SignedHeaders=host;x-amz-date
         x-amz-date: 20231114T221320Z",
    );
}
