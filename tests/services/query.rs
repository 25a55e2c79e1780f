//! Services of the query protocol: SimpleDB, Import/Export, Auto Scaling, DocumentDB, EC2.

use botocore::sdb::error::NoSuchDomain;
use botocore::sdb::types::{ReplaceableAttribute, UpdateCondition};
use botocore::{Replay, autoscaling, docdb, ec2, importexport, sdb};

use crate::{answer, check, client};

/// The body up to what signs it, which other tests check.
fn unsigned(replay: &Replay) -> String {
    let body = replay.requests()[0].text();
    let (members, signature) = body.split_once("&AWSAccessKeyId=AKIDEXAMPLE&").expect("SimpleDB signs in the form");
    assert!(
        signature
            .starts_with("SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2023-11-14T22%3A13%3A20Z&Signature="),
        "{signature}"
    );
    members.to_owned()
}

#[test]
fn simpledb_writes_and_selects() {
    let replay = answer(
        "<PutAttributesResponse><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PutAttributesResponse>",
    );
    let mut attribute = ReplaceableAttribute::new("n", "v ~*ü");
    attribute.replace = Some(true);
    let expected = UpdateCondition { name: Some("n".to_owned()), exists: Some(false), ..UpdateCondition::default() };
    client::<sdb::Client>(&replay).put_attributes("d", "i", [attribute]).expected(expected).send().unwrap();
    let request = &replay.requests()[0];
    assert_eq!((request.method, request.origin.as_str()), ("POST", "https://sdb.eu-west-1.amazonaws.com"));
    assert_eq!(request.headers.get("Content-Type"), Some("application/x-www-form-urlencoded; charset=utf-8"));
    assert_eq!(
        unsigned(&replay),
        "Action=PutAttributes&Version=2009-04-15&DomainName=d&ItemName=i&Attribute.1.Name=n\
         &Attribute.1.Value=v+~%2A%C3%BC&Attribute.1.Replace=true&Expected.Name=n&Expected.Exists=false"
    );

    let replay = answer(
        "<SelectResponse xmlns=\"http://sdb.amazonaws.com/doc/2009-04-15/\"><SelectResult><Item><Name>i</Name><Attribute>\
         <Name>a</Name><Value>1</Value></Attribute><Attribute><Name>b</Name><Value>2</Value></Attribute></Item>\
         <NextToken>n</NextToken></SelectResult><ResponseMetadata><RequestId>r</RequestId><BoxUsage>0.1</BoxUsage>\
         </ResponseMetadata></SelectResponse>",
    );
    let output =
        client::<sdb::Client>(&replay).select("select * from d where a = 'b c'").consistent_read(true).send().unwrap();
    assert_eq!(
        unsigned(&replay),
        "Action=Select&Version=2009-04-15&SelectExpression=select+%2A+from+d+where+a+%3D+%27b+c%27&ConsistentRead=true"
    );
    let attributes: Vec<(&str, &str)> = output.items[0]
        .attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.value.as_str()))
        .collect();
    assert_eq!((output.items[0].name.as_str(), attributes), ("i", vec![("a", "1"), ("b", "2")]));
    assert_eq!(output.next_token.as_deref(), Some("n"));
}

#[test]
fn simpledb_spells_its_errors_in_a_way_of_its_own() {
    let refusal = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>NoSuchDomain</Code><Message>The specified domain \
                   does not exist.</Message><BoxUsage>0.0000071759</BoxUsage></Error></Errors><RequestID>r1</RequestID>\
                   </Response>";
    let replay = Replay::new().answer(400, [], refusal);
    let error = client::<sdb::Client>(&replay).delete_domain("d").send().unwrap_err();
    assert_eq!(error.code(), Some("NoSuchDomain"));
    assert_eq!(error.request_id(), Some("r1"));
    assert!(error.is::<NoSuchDomain>());
    assert!(error.to_string().contains("The specified domain does not exist."), "{error}");
}

/// Its model says Version 2, and its endpoint's rules name the service that signs.
#[test]
fn import_and_export_sign_by_version_4() {
    let replay = answer(
        "<CreateJobResponse xmlns=\"http://importexport.amazonaws.com/doc/2010-06-01/\"><CreateJobResult><JobId>j</JobId>\
         <JobType>Import</JobType><Signature>s</Signature></CreateJobResult></CreateJobResponse>",
    );
    let output = client::<importexport::Client>(&replay).create_job("Import", "a: b\n", true).send().unwrap();
    assert_eq!((output.job_id.as_deref(), output.signature.as_deref()), (Some("j"), Some("s")));
    check(
        &replay,
        "POST https://importexport.amazonaws.com/
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/IngestionService/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date
         content-type: application/x-www-form-urlencoded; charset=utf-8
         x-amz-date: 20231114T221320Z
         Action=CreateJob&Version=2010-06-01&JobType=Import&Manifest=a%3A+b%0A&ValidateOnly=true",
    );

    let replay = answer(
        "<ListJobsResponse><ListJobsResult><Jobs><member><JobId>j</JobId><CreationDate>2023-01-02T03:04:05Z</CreationDate>\
         <IsCanceled>false</IsCanceled><JobType>Import</JobType></member></Jobs><IsTruncated>false</IsTruncated>\
         </ListJobsResult></ListJobsResponse>",
    );
    let output = client::<importexport::Client>(&replay).list_jobs().max_jobs(5).marker("m").send().unwrap();
    let sent = replay.requests()[0].text();
    assert_eq!(sent, "Action=ListJobs&Version=2010-06-01&MaxJobs=5&Marker=m");
    assert_eq!(output.jobs[0].creation_date.map(|moment| moment.seconds()), Some(1_672_628_645));
    assert_eq!(output.is_truncated, Some(false));
}

#[test]
fn user_data_of_launch_configurations_goes_in_base64() {
    let replay = answer("<CreateLaunchConfigurationResponse/>");
    client::<autoscaling::Client>(&replay).create_launch_configuration("l").user_data("echo ü").send().unwrap();
    check(
        &replay,
        "POST https://autoscaling.eu-west-1.amazonaws.com/
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/autoscaling/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date
         content-type: application/x-www-form-urlencoded; charset=utf-8
         x-amz-date: 20231114T221320Z
         Action=CreateLaunchConfiguration&Version=2011-01-01&LaunchConfigurationName=l&UserData=ZWNobyDDvA%3D%3D",
    );
}

/// To the last byte, the signature in the URL among them.
#[test]
fn copies_of_snapshots_are_asked_for_where_they_are() {
    let replay =
        answer("<CopyDBClusterSnapshotResponse><CopyDBClusterSnapshotResult/></CopyDBClusterSnapshotResponse>");
    client::<docdb::Client>(&replay)
        .copy_db_cluster_snapshot("arn:aws:rds:us-east-1:1:cluster-snapshot:s", "t")
        .source_region("us-east-1")
        .send()
        .unwrap();
    check(
        &replay,
        "POST https://rds.eu-west-1.amazonaws.com/
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/rds/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date
         content-type: application/x-www-form-urlencoded; charset=utf-8
         x-amz-date: 20231114T221320Z
         Action=CopyDBClusterSnapshot&Version=2014-10-31\
         &SourceDBClusterSnapshotIdentifier=arn%3Aaws%3Ards%3Aus-east-1%3A1%3Acluster-snapshot%3As\
         &TargetDBClusterSnapshotIdentifier=t\
         &PreSignedUrl=https%3A%2F%2Frds.us-east-1.amazonaws.com%2F%3FAction%3DCopyDBClusterSnapshot\
         %26Version%3D2014-10-31\
         %26SourceDBClusterSnapshotIdentifier%3Darn%253Aaws%253Ards%253Aus-east-1%253A1%253Acluster-snapshot%253As\
         %26TargetDBClusterSnapshotIdentifier%3Dt%26DestinationRegion%3Deu-west-1\
         %26X-Amz-Algorithm%3DAWS4-HMAC-SHA256\
         %26X-Amz-Credential%3DAKIDEXAMPLE%252F20231114%252Fus-east-1%252Frds%252Faws4_request\
         %26X-Amz-Date%3D20231114T221320Z%26X-Amz-Expires%3D3600%26X-Amz-SignedHeaders%3Dhost\
         %26X-Amz-Signature%3D7572bd261a09beb397ba5be89533a4b6c88a4c2092397355f74eef95fde75664",
    );
}

/// To the last byte, as the other copies.
#[test]
fn snapshots_of_another_region_are_asked_for_there() {
    let replay = answer("<CopySnapshotResponse><snapshotId>t</snapshotId></CopySnapshotResponse>");
    let output = client::<ec2::Client>(&replay).copy_snapshot("us-east-1", "s").send().unwrap();
    assert_eq!(output.snapshot_id.as_deref(), Some("t"));
    check(
        &replay,
        "POST https://ec2.eu-west-1.amazonaws.com/
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/ec2/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date
         content-type: application/x-www-form-urlencoded; charset=utf-8
         x-amz-date: 20231114T221320Z
         Action=CopySnapshot&Version=2016-11-15&SourceRegion=us-east-1&SourceSnapshotId=s\
         &PresignedUrl=https%3A%2F%2Fec2.us-east-1.amazonaws.com%2F%3FAction%3DCopySnapshot%26Version%3D2016-11-15\
         %26SourceRegion%3Dus-east-1%26SourceSnapshotId%3Ds%26DestinationRegion%3Deu-west-1\
         %26X-Amz-Algorithm%3DAWS4-HMAC-SHA256\
         %26X-Amz-Credential%3DAKIDEXAMPLE%252F20231114%252Fus-east-1%252Fec2%252Faws4_request\
         %26X-Amz-Date%3D20231114T221320Z%26X-Amz-Expires%3D3600%26X-Amz-SignedHeaders%3Dhost\
         %26X-Amz-Signature%3Dd3f8d0b63cf9073980b1be57f5ece6d391de5710ad3a56e4b24428b67eb036e0\
         &DestinationRegion=eu-west-1",
    );
}

#[test]
fn user_data_and_console_output_are_text() {
    let output = "<GetConsoleOutputResponse><output>aGVsbG8=</output></GetConsoleOutputResponse>";
    let replay = Replay::new().answer(200, [], "<RunInstancesResponse/>").answer(200, [], output);
    let client: ec2::Client = client(&replay);
    client.run_instances(1, 1).user_data("echo hello").send().unwrap();
    assert!(replay.requests()[0].text().contains("UserData=ZWNobyBoZWxsbw%3D%3D"), "{}", replay.requests()[0].text());
    assert_eq!(client.get_console_output("i-1").send().unwrap().output.as_deref(), Some("hello"));
}
