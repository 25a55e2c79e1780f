use botocore::iam::error::{EntityAlreadyExistsException, NoSuchEntityException};
use botocore::iam::types::Tag;
use botocore::{Result, iam};

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
