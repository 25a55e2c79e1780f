use botocore::logs::error::ResourceNotFoundException;
use botocore::logs::types::InputLogEvent;
use botocore::{Result, Timestamp, logs};

use crate::support::{name, session};

#[test]
fn events_in_a_stream() -> Result<()> {
    let client = logs::Client::new(&session())?;
    let group = name("group");
    client.create_log_group(&*group).send()?;
    client.create_log_stream(&*group, "stream").send()?;
    let now = Timestamp::now().seconds() * 1000;
    client
        .put_log_events(
            &*group,
            "stream",
            [InputLogEvent::new(now, "first"), InputLogEvent::new(now + 1, "zweitens ü")],
        )
        .send()?;
    let read = client.get_log_events("stream").log_group_name(&*group).start_from_head(true).send()?;
    let messages: Vec<_> = read.events.iter().filter_map(|event| event.message.as_deref()).collect();
    assert_eq!(messages, ["first", "zweitens ü"]);
    let listed = client.describe_log_groups().log_group_name_prefix(&*group).send()?;
    assert_eq!(listed.log_groups.len(), 1);
    client.delete_log_group(&*group).send()?;
    let error = client.create_log_stream(&*group, "stream").send().unwrap_err();
    assert!(error.is::<ResourceNotFoundException>(), "{error}");
    Ok(())
}
