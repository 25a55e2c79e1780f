use botocore::iam::error::{EntityAlreadyExistsException, NoSuchEntityException};
use botocore::iam::types::Tag;
use botocore::{Result, iam};
use serde_json::json;

use crate::support::{name, session};

#[test]
fn users() -> Result<()> {
    let client = iam::Client::new(&session())?;
    let user = name("user");
    let made = client.create_user(&*user).path("/stories/").tags([Tag::new("team", "blue & green")]).send()?;
    assert_eq!(made.user.expect("the new user").user_name, *user);

    let read = client.get_user().user_name(&*user).send()?.user;
    assert_eq!(read.path, "/stories/");
    assert!(read.create_date.seconds() > 1_600_000_000);
    assert_eq!(read.tags[0].value, "blue & green");

    let listed = client.list_users().path_prefix("/stories/").send()?;
    assert!(listed.users.iter().any(|other| other.user_name == *user));

    let error = client.create_user(&*user).send().unwrap_err();
    assert!(error.is::<EntityAlreadyExistsException>(), "{error}");
    client.delete_user(&*user).send()?;
    let error = client.get_user().user_name(&*user).send().unwrap_err();
    assert!(error.is::<NoSuchEntityException>(), "{error}");
    assert_eq!(error.status(), Some(404));
    Ok(())
}

#[test]
fn policies_come_back_as_they_were_given() -> Result<()> {
    let client = iam::Client::new(&session())?;
    let role = name("role");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    client.create_role(&*role, policy.to_string()).send()?;
    let read = client.get_role(&*role).send()?.role;
    assert_eq!(read.assume_role_policy_document_json(), Some(policy.clone()));
    let by_name = client.call("GetRole", json!({ "RoleName": role }))?;
    assert_eq!(by_name["Role"]["AssumeRolePolicyDocument"], policy);
    client.delete_role(&*role).send()?;
    Ok(())
}
