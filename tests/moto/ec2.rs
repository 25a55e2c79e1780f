use botocore::ec2::types::{Filter, InstanceStateName, InstanceType, Tag};
use botocore::{Result, ec2};

use crate::support::session;

#[test]
fn instances() -> Result<()> {
    let client = ec2::Client::new(&session())?;
    let started = client.run_instances(2, 2).image_id("ami-12c6146b").instance_type(InstanceType::T2Micro).send()?;
    let ids: Vec<String> = started.instances.iter().filter_map(|instance| instance.instance_id.clone()).collect();
    assert_eq!(ids.len(), 2);

    client.create_tags(ids.clone(), [Tag { key: Some("Name".into()), value: Some("a <b> & c".into()) }]).send()?;
    let found = client
        .describe_instances()
        .filters([Filter { name: Some("instance-id".into()), values: Some(ids.clone()) }])
        .send()?;
    let instances: Vec<_> = found.reservations.iter().flat_map(|reservation| &reservation.instances).collect();
    assert_eq!(instances.len(), 2);
    for instance in instances {
        assert_eq!(instance.instance_type, Some(InstanceType::T2Micro));
        assert_eq!(instance.tags[0].value.as_deref(), Some("a <b> & c"));
        assert!(instance.launch_time.is_some());
    }

    let ended = client.terminate_instances(ids).send()?;
    for change in &ended.terminating_instances {
        let state = change.current_state.as_ref().and_then(|state| state.name.clone());
        assert!(matches!(state, Some(InstanceStateName::ShuttingDown | InstanceStateName::Terminated)), "{state:?}");
    }
    Ok(())
}

#[test]
fn networks_and_errors() -> Result<()> {
    let client = ec2::Client::new(&session())?;
    let vpc = client.create_vpc().cidr_block("10.7.0.0/16").send()?.vpc.expect("the new network");
    let id = vpc.vpc_id.expect("a network has an id");
    let found = client.describe_vpcs().vpc_ids([&*id]).send()?;
    assert_eq!(found.vpcs[0].cidr_block.as_deref(), Some("10.7.0.0/16"));
    client.delete_vpc(&*id).send()?;

    let error = client.describe_vpcs().vpc_ids([&*id]).send().unwrap_err();
    assert_eq!(error.code(), Some("InvalidVpcID.NotFound"));
    assert!(error.request_id().is_some());
    Ok(())
}
