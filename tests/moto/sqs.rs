use botocore::sqs::error::QueueDoesNotExist;
use botocore::sqs::types::{MessageAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry};
use botocore::{Result, sqs};

use crate::support::{name, session};

#[test]
fn messages_go_in_and_come_out() -> Result<()> {
    let client = sqs::Client::new(&session())?;
    let queue = name("queue");
    let url = client
        .create_queue(&*queue)
        .attributes([(QueueAttributeName::VisibilityTimeout, "7")])
        .send()?
        .queue_url
        .expect("a new queue has a URL");
    assert_eq!(client.get_queue_url(&*queue).send()?.queue_url.as_deref(), Some(&*url));

    client
        .send_message(&*url, "Grüße & <tags>")
        .message_attributes([(
            "colour",
            MessageAttributeValue { string_value: Some("blue".into()), ..MessageAttributeValue::new("String") },
        )])
        .send()?;
    let sent = client
        .send_message_batch(
            &*url,
            [SendMessageBatchRequestEntry::new("1", "one"), SendMessageBatchRequestEntry::new("2", "two")],
        )
        .send()?;
    assert_eq!(sent.successful.len(), 2);

    let attributes = client.get_queue_attributes(&*url).attribute_names([QueueAttributeName::All]).send()?;
    let attributes = attributes.attributes;
    assert_eq!(attributes.get("VisibilityTimeout").map(String::as_str), Some("7"));
    assert_eq!(attributes.get("ApproximateNumberOfMessages").map(String::as_str), Some("3"));

    let messages = client.receive_message(&*url).max_number_of_messages(10).message_attribute_names(["All"]).send()?;
    let bodies: Vec<_> = messages.messages.iter().flat_map(|message| message.body.as_deref()).collect();
    assert_eq!(bodies, ["Grüße & <tags>", "one", "two"]);
    let first = &messages.messages[0];
    client.delete_message(&*url, first.receipt_handle.as_deref().expect("a message has a handle")).send()?;
    assert!(client.list_queues().queue_name_prefix(&*queue).send()?.queue_urls.contains(&url));
    client.delete_queue(&*url).send()?;
    Ok(())
}

#[test]
fn errors_keep_the_codes_of_the_query_protocol() -> Result<()> {
    let client = sqs::Client::new(&session())?;
    let error = client.get_queue_url("no-such-queue").send().unwrap_err();
    assert!(error.is::<QueueDoesNotExist>(), "{error}");
    assert_eq!(error.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
    Ok(())
}
