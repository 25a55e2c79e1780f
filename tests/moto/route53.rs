use botocore::route53::error::NoSuchHostedZone;
use botocore::route53::types::{Change, ChangeAction, ChangeBatch, RRType, ResourceRecord, ResourceRecordSet};
use botocore::{Result, route53};

use crate::support::{name, session};

#[test]
fn zones_and_records() -> Result<()> {
    let client = route53::Client::new(&session())?;
    let domain = format!("{}.example.", name("zone"));
    let zone = client.create_hosted_zone(&*domain, &*domain).send()?.hosted_zone;
    assert_eq!(zone.name, domain);

    let record = ResourceRecordSet {
        ttl: Some(60),
        resource_records: Some(vec![ResourceRecord::new("192.0.2.1"), ResourceRecord::new("192.0.2.2")]),
        ..ResourceRecordSet::new(format!("www.{domain}"), RRType::A)
    };
    // A zone's id as the answer gives it, `/hostedzone/Z…`, serves as an argument too.
    client
        .change_resource_record_sets(&*zone.id, ChangeBatch::new([Change::new(ChangeAction::Create, record)]))
        .send()?;
    let records = client.list_resource_record_sets(&*zone.id).send()?.resource_record_sets;
    let record = records.iter().find(|record| record.r#type == RRType::A).expect("the record");
    assert_eq!((record.ttl, record.resource_records.as_ref().map(Vec::len)), (Some(60), Some(2)));

    assert!(client.list_hosted_zones().send()?.hosted_zones.iter().any(|other| other.id == zone.id));
    let error = client.get_hosted_zone("Z000").send().unwrap_err();
    assert!(error.is::<NoSuchHostedZone>(), "{error}");
    Ok(())
}
