//! Answers that come in pages, and waiting, through emitted clients and whole requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use botocore::dynamodb::types::AttributeValue;
use botocore::{Clock, Credentials, Environment, ErrorKind, Replay, Result, Session, Timestamp, dynamodb, route53, s3};

/// A clock that does not wait, but for what is asked of it.
#[derive(Clone, Debug, Default)]
struct Counter(Arc<Mutex<Vec<Duration>>>);

impl Clock for Counter {
    fn now(&self) -> Timestamp {
        Timestamp::new(1_700_000_000, 0)
    }

    fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

fn session(replay: &Replay, clock: &Counter) -> Session {
    Session::builder()
        .environment(Environment::default())
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .transport(replay.clone())
        .clock(clock.clone())
        .build()
}

fn listing(keys: &[&str], next: &str) -> String {
    let contents: String =
        keys.iter().map(|key| format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>")).collect();
    let next = match next {
        "" => "<IsTruncated>false</IsTruncated>".to_owned(),
        next => format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"),
    };
    format!("<ListBucketResult><Name>bucket</Name>{contents}{next}</ListBucketResult>")
}

fn three_pages() -> Replay {
    Replay::new().answer(200, [], listing(&["a", "b"], "t1")).answer(200, [], listing(&[], "t2")).answer(
        200,
        [],
        listing(&["c"], ""),
    )
}

#[test]
fn items_are_fetched_as_they_are_asked_for() -> Result<()> {
    let replay = three_pages();
    let client = s3::Client::new(&session(&replay, &Counter::default()))?;
    let mut items = client.list_objects_v2("bucket").prefix("p/").items().page_size(2);
    assert_eq!(replay.requests().len(), 0);
    assert_eq!(items.next().unwrap()?.key, "a");
    assert_eq!(items.next().unwrap()?.key, "b");
    assert_eq!(replay.requests().len(), 1);
    assert_eq!(items.next().unwrap()?.key, "c");
    assert!(items.next().is_none() && items.next().is_none());
    let queries: Vec<_> = replay.requests().into_iter().map(|request| request.query).collect();
    assert!(queries.iter().all(|query| query.contains("max-keys=2") && query.contains("prefix=p%2F")), "{queries:?}");
    assert!(!queries[0].contains("continuation-token"));
    assert!(queries[1].contains("continuation-token=t1") && queries[2].contains("continuation-token=t2"));
    Ok(())
}

#[test]
fn a_walk_is_taken_up_again() -> Result<()> {
    let replay = three_pages();
    let client = s3::Client::new(&session(&replay, &Counter::default()))?;
    let mut items = client.list_objects_v2("bucket").items().max_items(1);
    let first: Vec<_> = items.by_ref().map(|object| object.map(|object| object.key)).collect::<Result<_>>()?;
    assert_eq!(first, ["a"]);
    let token = items.resume_token().unwrap().to_owned();

    let replay = three_pages();
    let client = s3::Client::new(&session(&replay, &Counter::default()))?;
    let rest = client.list_objects_v2("bucket").items().starting_token(token);
    let rest: Vec<_> = rest.map(|object| object.map(|object| object.key)).collect::<Result<_>>()?;
    assert_eq!(rest, ["b", "c"]);
    Ok(())
}

#[test]
fn expressions_and_full_results() -> Result<()> {
    let client = s3::Client::new(&session(&three_pages(), &Counter::default()))?;
    let keys: Vec<_> = client.list_objects_v2("bucket").pages().search("Contents[].Key")?.collect::<Result<_>>()?;
    assert_eq!(keys, ["a", "b", "c"]);
    assert!(client.list_objects_v2("bucket").pages().search("Contents[").is_err());

    let client = s3::Client::new(&session(&three_pages(), &Counter::default()))?;
    let full = client.list_objects_v2("bucket").pages().full_result()?;
    let keys: Vec<_> = full.contents.iter().map(|object| (object.key.as_str(), object.size)).collect();
    assert_eq!(keys, [("a", 1), ("b", 1), ("c", 1)]);
    Ok(())
}

#[test]
fn an_error_ends_the_items() -> Result<()> {
    let replay = Replay::new().answer(200, [], listing(&["a"], "t1")).answer(
        403,
        [],
        "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
    );
    let client = s3::Client::new(&session(&replay, &Counter::default()))?;
    let mut items = client.list_objects_v2("bucket").items();
    assert!(items.next().unwrap().is_ok());
    assert_eq!(items.next().unwrap().unwrap_err().code(), Some("AccessDenied"));
    assert!(items.next().is_none());
    Ok(())
}

/// A token that is a map, with bytes in it: what goes back is what came.
#[test]
fn keys_of_a_table_are_tokens() -> Result<()> {
    let pages = || {
        Replay::new()
            .answer(200, [], r#"{"Items":[{"id":{"S":"1"}},{"id":{"S":"2"}}],"Count":2,"LastEvaluatedKey":{"id":{"B":"/w=="},"n":{"N":"7"}}}"#)
            .answer(200, [], r#"{"Items":[{"id":{"S":"3"}}],"Count":1}"#)
    };
    let replay = pages();
    let client = dynamodb::Client::new(&session(&replay, &Counter::default()))?;
    let mut items = client.scan("table").items().max_items(2);
    assert_eq!(items.by_ref().count(), 2);
    let token = items.resume_token().unwrap().to_owned();

    let replay = Replay::new().answer(200, [], r#"{"Items":[{"id":{"S":"3"}}],"Count":1}"#);
    let client = dynamodb::Client::new(&session(&replay, &Counter::default()))?;
    let rest: Vec<_> = client.scan("table").items().starting_token(token).collect::<Result<_>>()?;
    assert!(matches!(&rest[0]["id"], AttributeValue::S(id) if id == "3"));
    let body: serde_json::Value = serde_json::from_slice(&replay.requests()[0].body).unwrap();
    assert_eq!(body["ExclusiveStartKey"], serde_json::json!({"id": {"B": "/w=="}, "n": {"N": "7"}}));

    let client = dynamodb::Client::new(&session(&pages(), &Counter::default()))?;
    let full = client.scan("table").pages().full_result()?;
    assert_eq!((full.items.len(), full.count), (3, Some(3)));
    Ok(())
}

/// Of three tokens one may be gone on the next page, and must not be sent again.
#[test]
fn a_token_that_is_gone_is_not_sent_again() -> Result<()> {
    let page = |tokens: &str| {
        let more = !tokens.is_empty();
        format!("<R><ResourceRecordSets/><IsTruncated>{more}</IsTruncated>{tokens}<MaxItems>1</MaxItems></R>")
    };
    let tokens = |name: &str, more: &str| {
        page(&format!("<NextRecordName>{name}</NextRecordName><NextRecordType>A</NextRecordType>{more}"))
    };
    let replay = Replay::new()
        .answer(200, [], tokens("a.", "<NextRecordIdentifier>blue</NextRecordIdentifier>"))
        .answer(200, [], tokens("b.", ""))
        .answer(200, [], page(""));
    let client = route53::Client::new(&session(&replay, &Counter::default()))?;
    let call = client.list_resource_record_sets("Z1");
    assert_eq!(call.items().count(), 0);
    let queries: Vec<_> = replay.requests().into_iter().map(|request| request.query).collect();
    assert_eq!(queries, ["", "name=a.&type=A&identifier=blue", "name=b.&type=A"]);
    Ok(())
}

#[test]
fn waits_for_an_object() -> Result<()> {
    let (clock, replay) =
        (Counter::default(), Replay::new().answer(404, [], "").answer(404, [], "").answer(200, [], ""));
    let client = s3::Client::new(&session(&replay, &clock))?;
    let waited = client.wait_until_object_exists("bucket", "key").delay(Duration::from_secs(2)).wait()?;
    assert_eq!((waited.attempts, waited.reason.as_str()), (3, "the HTTP status is 200"));
    assert_eq!(*clock.0.lock().unwrap(), [Duration::from_secs(2); 2]);

    let client = s3::Client::new(&session(&Replay::new().answer(404, [], ""), &clock))?;
    let gone = client.head_object("bucket", "key").version_id("v").wait_until_object_not_exists().wait()?;
    assert_eq!(gone.answer.unwrap_err().status(), Some(404));

    let client = s3::Client::new(&session(&Replay::new().answer(403, [], ""), &clock))?;
    let error = client.wait_until_object_exists("bucket", "key").wait().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Wait, 1));
    Ok(())
}

#[test]
fn waits_for_a_state() -> Result<()> {
    let status = |status: &str| format!(r#"{{"Table":{{"TableStatus":"{status}"}}}}"#);
    let missing = r#"{"__type":"ResourceNotFoundException","message":"no"}"#;
    let replay =
        Replay::new().answer(400, [], missing).answer(200, [], status("CREATING")).answer(200, [], status("ACTIVE"));
    let clock = Counter::default();
    let client = dynamodb::Client::new(&session(&replay, &clock))?;
    let mut seen = Vec::new();
    let waited =
        client.wait_until_table_exists("table").on_attempt(|attempt| seen.push(attempt.answer.is_ok())).wait()?;
    assert_eq!(waited.reason, "`Table.TableStatus` is \"ACTIVE\"");
    assert_eq!(seen, [false, true, true]);
    assert_eq!(*clock.0.lock().unwrap(), [Duration::from_secs(20); 2]);

    let replay = Replay::new().answer(200, [], status("CREATING")).answer(200, [], status("CREATING"));
    let client = dynamodb::Client::new(&session(&replay, &clock))?;
    let error = client.wait_until_table_exists("table").max_attempts(2).wait().unwrap_err();
    let last = error.downcast_ref::<dynamodb::operation::DescribeTableOutput>().unwrap();
    assert_eq!(last.table.as_ref().unwrap().table_status.as_ref().unwrap().as_str(), "CREATING");
    Ok(())
}
