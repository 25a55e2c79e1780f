//! The six operations that answer with events.

use botocore::bedrock_runtime::types::{ContentBlockDelta, ConverseStreamOutput, ResponseStream};
use botocore::kinesis::types::{ShardIteratorType, StartingPosition, SubscribeToShardEventStream};
use botocore::lambda::types::InvokeWithResponseStreamResponseEvent;
use botocore::logs::types::StartLiveTailResponseStream;
use botocore::s3::operation::SelectObjectContentInput;
use botocore::s3::types::SelectObjectContentEventStream;
use botocore::{ErrorKind, Result, bedrock_runtime, kinesis, lambda, logs, s3};

use crate::frames::{error, event, exception};
use crate::{serves, session};

pub fn selection() -> SelectObjectContentInput {
    SelectObjectContentInput { bucket: "bucket".into(), key: "key".into(), ..Default::default() }
}

#[test]
fn select_object_content() -> Result<()> {
    let stats = "<Stats><BytesScanned>10</BytesScanned><BytesReturned>4</BytesReturned></Stats>";
    let progress = "<Progress><BytesScanned>7</BytesScanned></Progress>";
    let frames = [
        event("Records", "a,b\n\0\u{ff}"),
        event("Cont", ""),
        event("Progress", progress),
        event("Stats", stats),
        event("End", ""),
    ];
    let server = serves("", &frames);
    let answer = s3::Client::new(&session(server.url()))?.select_object_content(selection()).send()?;
    let events = answer.payload.collect::<Result<Vec<_>>>()?;
    use SelectObjectContentEventStream::{Cont, End, Progress, Records, Stats};
    let [Records(records), Cont(_), Progress(progress), Stats(stats), End(_)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(records.payload.as_deref(), Some("a,b\n\0\u{ff}".as_bytes()));
    assert_eq!(progress.details.as_ref().unwrap().bytes_scanned, Some(7));
    assert_eq!(stats.details.as_ref().unwrap().bytes_returned, Some(4));
    let server = serves("", &[event("Cont", ""), error("OverMaxRecordSize", "The length of a record is too long.")]);
    let answer = s3::Client::new(&session(server.url()))?.select_object_content(selection()).send()?;
    let failed = answer.payload.collect::<Result<Vec<_>>>().unwrap_err();
    let text =
        "s3 SelectObjectContent: OverMaxRecordSize: The length of a record is too long. (HTTP 200, request id R1)";
    assert_eq!((failed.to_string().as_str(), failed.kind()), (text, ErrorKind::Service));
    assert_eq!((failed.code(), failed.request_id()), (Some("OverMaxRecordSize"), Some("R1")));
    Ok(())
}

#[test]
fn subscribe_to_shard() -> Result<()> {
    let update = r#"{"Records":[{"SequenceNumber":"1","Data":"aGVsbG8=","PartitionKey":"p",
        "ApproximateArrivalTimestamp":1440938160.5}],"ContinuationSequenceNumber":"2","MillisBehindLatest":0}"#;
    let subscribe = |frames: &[Vec<u8>]| {
        let server = serves("", frames);
        let client = kinesis::Client::new(&session(server.url())).unwrap();
        let start = StartingPosition { r#type: ShardIteratorType::Latest, ..Default::default() };
        client.subscribe_to_shard("arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1", "shard", start).send()
    };
    let initial = || event("initial-response", "{}");
    let answer = subscribe(&[initial(), event("SubscribeToShardEvent", update)])?;
    let events = answer.event_stream.collect::<Result<Vec<_>>>()?;
    let [SubscribeToShardEventStream::SubscribeToShardEvent(update)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(update.records[0].data.as_ref(), b"hello");
    assert_eq!(update.continuation_sequence_number, "2");

    // An exception within the stream, by its type.
    let gone = exception("ResourceNotFoundException", r#"{"message":"The consumer is gone."}"#);
    let mut stream = subscribe(&[initial(), gone.clone()])?.event_stream;
    let failed = stream.next().unwrap().unwrap_err();
    assert!(failed.is::<kinesis::error::ResourceNotFoundException>(), "{failed}");
    let text = "kinesis SubscribeToShard: ResourceNotFoundException: The consumer is gone. (HTTP 200, request id R1)";
    assert_eq!(failed.to_string(), text);
    assert!(stream.next().is_none());

    // In the place of the initial response it is the call that fails.
    let failed = subscribe(&[gone]).unwrap_err();
    assert!(failed.is::<kinesis::error::ResourceNotFoundException>(), "{failed}");
    assert_eq!(failed.to_string(), text);
    let failed = subscribe(&[error("InternalFailure", "Try later.")]).unwrap_err();
    assert_eq!(failed.code(), Some("InternalFailure"));
    let failed = subscribe(&[event("SubscribeToShardEvent", "{}")]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Parse);
    assert!(failed.to_string().contains("should be the initial response"), "{failed}");
    let failed = subscribe(&[]).unwrap_err();
    assert!(failed.to_string().contains("ended before the initial response"), "{failed}");
    Ok(())
}

#[test]
fn converse_stream() -> Result<()> {
    let converse = |frames: &[Vec<u8>]| {
        let server = serves("", frames);
        bedrock_runtime::Client::new(&session(server.url())).unwrap().converse_stream("model").send()
    };
    let frames = [
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", r#"{"delta":{"text":"Guten Tag ü"},"contentBlockIndex":0}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abc"}"#),
        event("messageStop", r#"{"stopReason":"end_turn"}"#),
        event("metadata", r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":9}}"#),
    ];
    let mut text = String::new();
    let mut tokens = 0;
    let mut kinds = 0;
    for event in converse(&frames)?.stream {
        kinds += 1;
        match event? {
            ConverseStreamOutput::ContentBlockDelta(event) => match event.delta {
                ContentBlockDelta::Text(piece) => text += &piece,
                other => panic!("{other:?}"),
            },
            ConverseStreamOutput::Metadata(event) => tokens = event.usage.total_tokens,
            _ => {}
        }
    }
    assert_eq!((text.as_str(), tokens, kinds), ("Guten Tag ü", 3, 5));

    // Members of exceptions begin small, their shapes do not.
    let slow = exception("throttlingException", r#"{"message":"Too many tokens."}"#);
    let failed = converse(&[frames[0].clone(), slow])?.stream.find_map(Result::err).unwrap();
    assert!(failed.is::<bedrock_runtime::error::ThrottlingException>(), "{failed}");
    assert!(failed.is_throttling());
    let text = "bedrock-runtime ConverseStream: throttlingException: Too many tokens. (HTTP 200, request id R1)";
    assert_eq!(failed.to_string(), text);
    let broken = r#"{"message":"The model broke.","originalStatusCode":424,"originalMessage":"why"}"#;
    let failed = converse(&[exception("modelStreamErrorException", broken)])?.stream.find_map(Result::err).unwrap();
    let modeled = failed.downcast_ref::<bedrock_runtime::error::ModelStreamErrorException>().unwrap();
    assert_eq!(modeled.original_status_code, Some(424));
    Ok(())
}

#[test]
fn invoke_model_with_response_stream() -> Result<()> {
    let frames = [event("chunk", r#"{"bytes":"eyJhIjo="}"#), event("chunk", r#"{"bytes":"MX0="}"#)];
    let server = serves("X-Amzn-Bedrock-Content-Type: application/json\r\n", &frames);
    let client = bedrock_runtime::Client::new(&session(server.url()))?;
    let answer = client.invoke_model_with_response_stream("model").body(r#"{"prompt":"x"}"#).send()?;
    assert_eq!(answer.content_type, "application/json");
    let mut bytes = Vec::new();
    for event in answer.body {
        match event? {
            ResponseStream::Chunk(chunk) => bytes.extend(chunk.bytes.unwrap_or_default().to_vec()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bytes, br#"{"a":1}"#);
    assert_eq!(server.asked()[0].body, br#"{"prompt":"x"}"#);
    Ok(())
}

#[test]
fn invoke_with_response_stream() -> Result<()> {
    let frames = [
        event("PayloadChunk", b"first \xff"),
        event("PayloadChunk", b""),
        event("InvokeComplete", r#"{"ErrorCode":"Runtime.Error","ErrorDetails":"It stopped.","LogResult":"TE9H"}"#),
    ];
    let server = serves("X-Amz-Executed-Version: 7\r\n", &frames);
    let answer = lambda::Client::new(&session(server.url()))?.invoke_with_response_stream("function").send()?;
    assert_eq!(answer.status_code, Some(200));
    assert_eq!(answer.executed_version.as_deref(), Some("7"));
    let events = answer.event_stream.collect::<Result<Vec<_>>>()?;
    use InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
    let [PayloadChunk(first), PayloadChunk(second), InvokeComplete(end)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(first.payload.as_deref(), Some(&b"first \xff"[..]));
    assert!(second.payload.as_deref().is_none_or(<[u8]>::is_empty));
    assert_eq!(end.error_code.as_deref(), Some("Runtime.Error"));
    Ok(())
}

#[test]
fn start_live_tail() -> Result<()> {
    let update = r#"{"sessionMetadata":{"sampled":false},"sessionResults":[{"message":"a line","timestamp":1}]}"#;
    let frames = [
        event("initial-response", "{}"),
        event("sessionStart", r#"{"sessionId":"s","logGroupIdentifiers":["arn"]}"#),
        event("sessionUpdate", update),
        exception("SessionTimeoutException", r#"{"message":"Three hours have passed."}"#),
    ];
    let server = serves("", &frames);
    let client = logs::Client::new(&session(server.url()))?;
    let mut stream =
        client.start_live_tail(["arn:aws:logs:eu-west-1:123456789012:log-group:g"]).send()?.response_stream;
    let Some(Ok(StartLiveTailResponseStream::SessionStart(start))) = stream.next() else { panic!() };
    assert_eq!(start.session_id.as_deref(), Some("s"));
    let Some(Ok(StartLiveTailResponseStream::SessionUpdate(update))) = stream.next() else { panic!() };
    assert_eq!(update.session_results[0].message.as_deref(), Some("a line"));
    let failed = stream.next().unwrap().unwrap_err();
    assert!(failed.is::<logs::error::SessionTimeoutException>(), "{failed}");
    assert!(stream.next().is_none());
    Ok(())
}
