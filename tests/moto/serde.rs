use botocore::dynamodb::types::{AttributeDefinition, KeySchemaElement, KeyType, ScalarAttributeType};
use botocore::{Map, Result, dynamodb, ec2, iam};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{name, session};

/// What was answered, as JSON: without what differs from call to call.
fn written<T: Serialize + DeserializeOwned>(output: &T) -> Value {
    let mut value = serde_json::to_value(output).unwrap();
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    value.as_object_mut().unwrap().remove("ResponseMetadata");
    value
}

fn by_name(answer: Result<Value>) -> Value {
    let mut value = answer.unwrap();
    value.as_object_mut().unwrap().remove("ResponseMetadata");
    value
}

#[test]
fn answers_are_the_same_typed_and_by_name() -> Result<()> {
    let client = ec2::Client::new(&session())?;
    let vpc = client.create_vpc().cidr_block("10.7.0.0/16").send()?.vpc.unwrap().vpc_id.unwrap();
    let output = client.describe_vpcs().vpc_ids([&*vpc]).send()?;
    let expected = by_name(client.call("DescribeVpcs", json!({ "VpcIds": [vpc] })));
    assert_eq!(written(&output), expected);
    assert_eq!(expected["Vpcs"][0]["CidrBlock"], "10.7.0.0/16");

    let client = iam::Client::new(&session())?;
    let user = name("user");
    client.create_user(&*user).send()?;
    let output = client.get_user().user_name(&*user).send()?;
    assert_eq!(written(&output), by_name(client.call("GetUser", json!({ "UserName": user }))));
    client.delete_user(&*user).send()?;
    Ok(())
}

/// An input from a file, an item from a file: what configuration and fixtures are for.
#[test]
fn inputs_come_from_json() -> Result<()> {
    let client = dynamodb::Client::new(&session())?;
    let table = name("table");
    let input = client
        .create_table(&*table)
        .attribute_definitions([AttributeDefinition::new("pk", ScalarAttributeType::S)])
        .key_schema([KeySchemaElement::new("pk", KeyType::Hash)])
        .input()
        .clone();
    let mut text = serde_json::to_value(&input).unwrap();
    text["BillingMode"] = json!("PAY_PER_REQUEST");
    client.send(serde_json::from_value::<dynamodb::operation::CreateTableInput>(text).unwrap())?;

    let item =
        json!({ "pk": { "S": "a" }, "n": { "N": "1.50" }, "raw": { "B": "AAEC" }, "l": { "L": [{ "NULL": true }] } });
    let read: Map<String, dynamodb::types::AttributeValue> = serde_json::from_value(item.clone()).unwrap();
    client.put_item(&*table, read).send()?;
    let output = client.get_item(&*table, [("pk", dynamodb::types::AttributeValue::S("a".into()))]).send()?;
    assert_eq!(serde_json::to_value(&output.item).unwrap(), item);
    assert_eq!(written(&output)["Item"], item);
    client.delete_table(&*table).send()?;
    Ok(())
}
