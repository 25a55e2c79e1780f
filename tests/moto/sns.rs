use botocore::sns::types::MessageAttributeValue;
use botocore::{Result, sns};

use crate::support::{name, session};

#[test]
fn topics() -> Result<()> {
    let client = sns::Client::new(&session())?;
    let topic = client.create_topic(name("topic")).send()?.topic_arn.expect("a topic has an ARN");
    let subscription = client.subscribe(&*topic, "email").endpoint("someone@example.com").send()?;
    assert!(subscription.subscription_arn.is_some());
    let sent = client
        .publish("Grüße & <tags>")
        .topic_arn(&*topic)
        .message_attributes([
            ("one", MessageAttributeValue { string_value: Some("1".into()), ..MessageAttributeValue::new("String") }),
            ("two", MessageAttributeValue { string_value: Some("2".into()), ..MessageAttributeValue::new("String") }),
        ])
        .send()?;
    assert!(sent.message_id.is_some());
    let topics = client.list_topics().send()?.topics;
    assert!(topics.iter().any(|other| other.topic_arn.as_deref() == Some(&*topic)));
    client.delete_topic(&*topic).send()?;
    let error = client.publish("text").topic_arn(&*topic).send().unwrap_err();
    assert!(error.is::<sns::error::NotFoundException>(), "{error}");
    Ok(())
}
