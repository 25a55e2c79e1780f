use botocore::secretsmanager::error::ResourceNotFoundException;
use botocore::{Result, secretsmanager};

use crate::support::{name, session};

#[test]
fn secrets() -> Result<()> {
    let client = secretsmanager::Client::new(&session())?;
    let secret = name("secret");
    client.create_secret(&*secret).secret_string("pässword").send()?;
    let read = client.get_secret_value(&*secret).send()?;
    assert_eq!(read.secret_string.as_deref(), Some("pässword"));
    assert!(!format!("{read:?}").contains("pässword"), "Debug hides secrets");
    let listed = client.list_secrets().send()?;
    assert!(listed.secret_list.iter().any(|other| other.name.as_deref() == Some(&*secret)));
    client.delete_secret(&*secret).force_delete_without_recovery(true).send()?;
    let error = client.get_secret_value(&*secret).send().unwrap_err();
    assert!(error.is::<ResourceNotFoundException>(), "{error}");
    Ok(())
}
