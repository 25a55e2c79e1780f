//! Pages and waiters against a server: more than one page of everything, tokens of every kind, states that come and go.

use std::time::Duration;

use botocore::dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest, ScalarAttributeType,
    WriteRequest,
};
use botocore::ec2::types::{Filter, InstanceStateName};
use botocore::s3::types::CreateBucketConfiguration;
use botocore::{Blob, ErrorKind, Map, Result, dynamodb, ec2, iam, s3};

use crate::support::{name, session};

#[test]
fn ten_thousand_keys_come_a_thousand_at_a_time() -> Result<()> {
    const KEYS: usize = 10_000;
    let client = s3::Client::new(&session())?;
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    client.wait_until_bucket_exists(&*bucket).wait()?;
    let put = |part: usize| -> Result<()> {
        (part..KEYS)
            .step_by(4)
            .try_for_each(|index| client.put_object(&*bucket, format!("key {index:05}+%")).send().map(drop))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|part| scope.spawn(move || put(part))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("the thread does not panic"))
    })?;

    let mut pages = client.list_objects_v2(&*bucket).pages();
    let sizes: Vec<usize> = pages.by_ref().map(|page| page.map(|page| page.contents.len())).collect::<Result<_>>()?;
    assert_eq!(sizes, [1000; 10]);

    let mut keys = client.list_objects_v2(&*bucket).items().max_items(2500);
    let first: Vec<String> = keys.by_ref().map(|object| object.map(|object| object.key)).collect::<Result<_>>()?;
    let token = keys.resume_token().expect("there is more").to_owned();
    let rest = client.list_objects_v2(&*bucket).items().starting_token(token);
    let rest: Vec<String> = rest.map(|object| object.map(|object| object.key)).collect::<Result<_>>()?;
    let expected: Vec<String> = (0..KEYS).map(|index| format!("key {index:05}+%")).collect();
    assert_eq!([first, rest].concat(), expected);
    Ok(())
}

#[test]
fn users_by_marker() -> Result<()> {
    let client = iam::Client::new(&session())?;
    let path = format!("/{}/", name("path"));
    let mut expected: Vec<String> = (0..12).map(|index| format!("{}{index}", name("user"))).collect();
    for user in &expected {
        client.create_user(user.as_str()).path(&*path).send()?;
    }
    let users = client.list_users().path_prefix(&*path).items().page_size(5);
    let mut users: Vec<String> = users.map(|user| user.map(|user| user.user_name)).collect::<Result<_>>()?;
    users.sort();
    expected.sort();
    assert_eq!(users, expected);
    Ok(())
}

#[test]
fn a_scan_goes_on_from_keys_of_bytes_and_numbers() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let table = name("table");
    client
        .create_table(&*table)
        .attribute_definitions([
            AttributeDefinition::new("id", ScalarAttributeType::B),
            AttributeDefinition::new("place", ScalarAttributeType::N),
        ])
        .key_schema([KeySchemaElement::new("id", KeyType::Hash), KeySchemaElement::new("place", KeyType::Range)])
        .billing_mode(BillingMode::PayPerRequest)
        .send()?;
    client.wait_until_table_exists(&*table).wait()?;
    let writes: Vec<WriteRequest> = (0..20u8)
        .map(|index| {
            let item: Map<String, AttributeValue> = [
                ("id", AttributeValue::B(Blob::from(vec![index, 0, 255]))),
                ("place", AttributeValue::N(format!("{index}.5"))),
            ]
            .into();
            WriteRequest { put_request: Some(PutRequest::new(item)), ..WriteRequest::default() }
        })
        .collect();
    client.batch_write_item([(&*table, writes)]).send()?;

    let mut pages = client.scan(&*table).limit(6).pages();
    let first = pages.next().expect("a first page")?;
    assert_eq!(first.items.len(), 6);
    let token = pages.resume_token().map(str::to_owned);
    let rest: usize = pages.map(|page| page.map(|page| page.items.len())).sum::<Result<usize>>()?;
    assert_eq!(rest, 14);
    if let Some(token) = token {
        let again = client.scan(&*table).limit(6).items().starting_token(token).count();
        assert_eq!(again, 14);
    }

    client.delete_table(&*table).send()?;
    client.wait_until_table_not_exists(&*table).wait()?;
    Ok(())
}

#[test]
fn instances_run_and_end() -> Result<()> {
    let client = ec2::Client::new(&session())?;
    let started = client.run_instances(15, 15).image_id("ami-12c6146b").send()?;
    let ids: Vec<String> = started.instances.iter().filter_map(|instance| instance.instance_id.clone()).collect();
    let mine = || [Filter { name: Some("instance-id".into()), values: Some(ids.clone()) }];

    client
        .describe_instances()
        .filters(mine())
        .wait_until_instance_running()
        .delay(Duration::from_millis(50))
        .wait()?;
    let reservations = client.describe_instances().filters(mine()).items().page_size(5);
    let found: usize = reservations
        .map(|reservation| reservation.map(|reservation| reservation.instances.len()))
        .sum::<Result<_>>()?;
    assert_eq!(found, 15);

    client.terminate_instances(ids.clone()).send()?;
    let ended = client
        .describe_instances()
        .instance_ids(ids.clone())
        .wait_until_instance_terminated()
        .delay(Duration::from_millis(50))
        .wait()?;
    let answer = ended.answer?;
    let instance = &answer.reservations[0].instances[0];
    let state = instance.state.as_ref().and_then(|state| state.name.clone());
    assert_eq!(state, Some(InstanceStateName::Terminated));

    // What has ended never runs: the waiter says so instead of waiting on.
    let error = client.describe_instances().instance_ids(ids).wait_until_instance_running().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait, "{error}");
    assert!(error.to_string().contains("terminated"), "{error}");
    Ok(())
}

#[test]
fn what_never_comes_is_waited_for_no_longer_than_said() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let error = client
        .wait_until_bucket_exists("never-made-by-anyone")
        .delay(Duration::from_millis(10))
        .max_attempts(3)
        .wait()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait, "{error}");
    assert!(error.to_string().contains('3'), "{error}");
    Ok(())
}

/// Prints the keys of a bucket from a token on, at most so many, then botocore's own token for the rest.
const PYTHON: &str = r#"
import sys, boto3
bucket, token, most = sys.argv[1:]
pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(
    Bucket=bucket, PaginationConfig={"StartingToken": token or None, "MaxItems": int(most), "PageSize": 4})
result = pages.build_full_result()
print(" ".join(entry["Key"] for entry in result["Contents"]))
print(result.get("NextToken", ""))
"#;

/// What botocore itself finds in the bucket: keys, and where to go on.
fn python(bucket: &str, token: &str, most: &str) -> (Vec<String>, String) {
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("`cargo xtask test` sets {name}"));
    let output = std::process::Command::new(variable("BOTOCORE_TEST_PYTHON"))
        .args(["-c", PYTHON, bucket, token, most])
        .env("AWS_ENDPOINT_URL", variable("BOTOCORE_TEST_MOTO"))
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .output()
        .expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("keys are text");
    let (keys, token) = text.split_once('\n').expect("there are two lines");
    (keys.split(' ').map(str::to_owned).collect(), token.trim_end().to_owned())
}

#[test]
fn tokens_go_to_python_and_back() -> Result<()> {
    let client = s3::Client::new(&session())?;
    let bucket = name("bucket");
    let configuration =
        CreateBucketConfiguration { location_constraint: Some("eu-west-1".into()), ..Default::default() };
    client.create_bucket(&*bucket).create_bucket_configuration(configuration).send()?;
    let expected: Vec<String> = (0..20).map(|index| format!("key{index:02}")).collect();
    for key in &expected {
        client.put_object(&*bucket, &**key).send()?;
    }

    let (first, token) = python(&bucket, "", "6");
    let mut items = client.list_objects_v2(&*bucket).items().starting_token(token).max_items(7).page_size(4);
    let second: Vec<String> = items.by_ref().map(|object| object.map(|object| object.key)).collect::<Result<_>>()?;
    let token = items.resume_token().expect("there is more").to_owned();
    let (third, end) = python(&bucket, &token, "100");
    assert_eq!((first.len(), second.len(), third.len(), end.as_str()), (6, 7, 7, ""));
    assert_eq!([first, second, third].concat(), expected);
    Ok(())
}
