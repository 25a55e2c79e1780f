use std::collections::BTreeSet;

use botocore::dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use botocore::dynamodb::{self, Number, from_item, from_items, to_attribute_value, to_item};
use botocore::{Map, Result};
use serde::{Deserialize, Serialize};

use crate::support::{name, session};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Event {
    pk: String,
    sk: u64,
    price: Number,
    ratio: f64,
    #[serde(with = "dynamodb::string_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    tags: BTreeSet<String>,
    #[serde(with = "dynamodb::bytes")]
    raw: Vec<u8>,
    what: What,
    next: Option<u64>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum What {
    Begin,
    Step { number: i64 },
}

fn event(sk: u64) -> Event {
    Event {
        pk: "pk".into(),
        sk,
        price: Number::new(format!("{sk}.12345678901234567890")).unwrap(),
        ratio: sk as f64 / 3.0,
        tags: (0..sk % 3).map(|tag| format!("tag {tag}")).collect(),
        raw: vec![0, sk as u8, 255],
        what: if sk == 0 { What::Begin } else { What::Step { number: sk as i64 * 1_000_000_007 } },
        next: sk.is_multiple_of(2).then_some(sk + 1),
    }
}

#[test]
fn structures_go_and_come_back() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let table = name("table");
    client
        .create_table(&*table)
        .attribute_definitions([
            AttributeDefinition::new("pk", ScalarAttributeType::S),
            AttributeDefinition::new("sk", ScalarAttributeType::N),
        ])
        .key_schema([KeySchemaElement::new("pk", KeyType::Hash), KeySchemaElement::new("sk", KeyType::Range)])
        .billing_mode(BillingMode::PayPerRequest)
        .send()?;

    let events: Vec<Event> = (0..25).map(event).collect();
    for event in &events {
        client.put_item(&*table, to_item(event)?).send()?;
    }
    let key: Map<String, AttributeValue> = [("pk", to_attribute_value("pk")?), ("sk", to_attribute_value(&7)?)].into();
    let got = client.get_item(&*table, key).consistent_read(true).send()?.item;
    assert_eq!(from_item::<Event>(&got)?, events[7]);

    let query = || {
        client
            .query(&*table)
            .key_condition_expression("pk = :pk AND sk >= :from")
            .expression_attribute_values([(":pk", "pk".into()), (":from", AttributeValue::from(3))])
            .limit(10)
    };
    let read: Vec<Event> = query().items().map(|item| from_item(item?)).collect::<Result<_>>()?;
    assert_eq!(read, events[3..]);
    let mut pages = 0;
    let mut read = Vec::new();
    for page in query().pages() {
        read.extend(from_items::<Event>(page?.items)?);
        pages += 1;
    }
    assert_eq!((read, pages), (events[3..].to_vec(), 3));
    client.delete_table(&*table).send()?;
    Ok(())
}
