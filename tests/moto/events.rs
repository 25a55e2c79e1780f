use botocore::events::error::ResourceNotFoundException;
use botocore::events::types::{PutEventsRequestEntry, Target};
use botocore::{Result, events};

use crate::support::{name, session};

#[test]
fn rules_and_targets() -> Result<()> {
    let client = events::Client::new(&session())?;
    let rule = name("rule");
    client.put_rule(&*rule).schedule_expression("rate(5 minutes)").send()?;
    let listed = client.list_rules().name_prefix(&*rule).send()?;
    assert_eq!(listed.rules[0].schedule_expression.as_deref(), Some("rate(5 minutes)"));
    let sent = client
        .put_events([PutEventsRequestEntry {
            source: Some("story".into()),
            detail_type: Some("kind".into()),
            detail: Some(r#"{"a": 1}"#.into()),
            ..PutEventsRequestEntry::default()
        }])
        .send()?;
    assert_eq!((sent.failed_entry_count, sent.entries.len()), (Some(0), 1));
    client.put_targets(&*rule, [Target::new("1", "arn:aws:sqs:eu-west-1:123456789012:queue")]).send()?;
    client.remove_targets(&*rule, ["1"]).send()?;
    client.delete_rule(&*rule).send()?;
    let error = client.describe_rule(&*rule).send().unwrap_err();
    assert!(error.is::<ResourceNotFoundException>(), "{error}");
    Ok(())
}
