use botocore::dynamodb::error::{ConditionalCheckFailedException, ResourceNotFoundException};
use botocore::dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest, ScalarAttributeType,
    TableStatus, WriteRequest,
};
use botocore::dynamodb::{self};
use botocore::{Blob, Map, Result};

use crate::support::{name, session};

fn table(client: &dynamodb::Client) -> Result<String> {
    let table = name("table");
    client
        .create_table(&*table)
        .attribute_definitions([AttributeDefinition::new("pk", ScalarAttributeType::S)])
        .key_schema([KeySchemaElement::new("pk", KeyType::Hash)])
        .billing_mode(BillingMode::PayPerRequest)
        .send()?;
    Ok(table)
}

fn key(text: &str) -> Map<String, AttributeValue> {
    [("pk", AttributeValue::S(text.to_owned()))].into()
}

#[test]
fn items_of_every_kind_come_back_as_they_were() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let table = table(&client)?;
    assert_eq!(client.describe_table(&*table).send()?.table.unwrap().table_status, Some(TableStatus::Active));

    let mut item = key("ünïcode \u{1F600} \"quoted\"\n");
    item.extend([
        ("number", AttributeValue::N("12345678901234567890.123".into())),
        ("binary", AttributeValue::B(Blob::from(vec![0, 1, 254, 255]))),
        ("yes", AttributeValue::Bool(true)),
        ("nothing", AttributeValue::Null(true)),
        ("strings", AttributeValue::Ss(vec!["a".into(), "b".into()])),
        ("list", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::S(String::new())])),
        ("map", AttributeValue::M([("inner", AttributeValue::L(vec![]))].into())),
    ]);
    client.put_item(&*table, item.clone()).send()?;

    let read = client.get_item(&*table, key("ünïcode \u{1F600} \"quoted\"\n")).consistent_read(true).send()?;
    let read = read.item;
    assert_eq!(read.len(), item.len());
    for (name, value) in &item {
        assert_eq!(format!("{:?}", read[name.as_str()]), format!("{value:?}"), "{name}");
    }

    let absent = client.get_item(&*table, key("absent")).send()?;
    assert!(absent.item.is_empty());
    client.delete_table(&*table).send()?;
    Ok(())
}

#[test]
fn queries_scans_and_batches() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let table = table(&client)?;
    let writes: Vec<WriteRequest> = (0..20)
        .map(|index| WriteRequest {
            put_request: Some(PutRequest::new(key(&format!("item {index}")))),
            ..WriteRequest::default()
        })
        .collect();
    let left = client.batch_write_item([(&*table, writes)]).send()?;
    assert!(left.unprocessed_items.is_empty());

    let page = client.scan(&*table).limit(7).send()?;
    assert_eq!(page.items.len(), 7);
    assert!(!page.last_evaluated_key.is_empty());

    let found = client
        .query(&*table)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values([(":pk", AttributeValue::S("item 3".into()))])
        .send()?;
    assert_eq!(found.count, Some(1));
    client.delete_table(&*table).send()?;
    Ok(())
}

#[test]
fn modelled_errors_have_their_type() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let error = client.describe_table("no-such-table").send().unwrap_err();
    assert!(error.is::<ResourceNotFoundException>(), "{error}");
    assert!(!error.is::<ConditionalCheckFailedException>());
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    assert!(error.to_string().starts_with("dynamodb DescribeTable: ResourceNotFoundException: "), "{error}");

    let table = table(&client)?;
    client.put_item(&*table, key("once")).send()?;
    let error =
        client.put_item(&*table, key("once")).condition_expression("attribute_not_exists(pk)").send().unwrap_err();
    assert!(error.is::<ConditionalCheckFailedException>(), "{error}");
    client.delete_table(&*table).send()?;
    Ok(())
}
