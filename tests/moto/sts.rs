use botocore::{Result, sts};

use crate::support::session;

#[test]
fn who_am_i() -> Result<()> {
    let client = sts::Client::new(&session())?;
    let identity = client.get_caller_identity().send()?;
    assert_eq!(identity.account.as_deref(), Some("123456789012"));
    assert!(identity.arn.is_some_and(|arn| arn.starts_with("arn:aws:")));
    assert!(identity.response_metadata.request_id().is_some());
    assert_eq!((identity.response_metadata.status(), identity.response_metadata.attempts()), (200, 1));
    Ok(())
}

#[test]
fn a_role_gives_credentials_that_end() -> Result<()> {
    let client = sts::Client::new(&session())?;
    let role = client.assume_role("arn:aws:iam::123456789012:role/story", "story").duration_seconds(900).send()?;
    let credentials = role.credentials.expect("an assumed role has credentials");
    assert!(credentials.access_key_id.starts_with("ASIA"));
    assert!(credentials.expiration > botocore::Timestamp::now());
    assert!(!format!("{credentials:?}").contains(&credentials.secret_access_key), "Debug hides secrets");
    Ok(())
}
