use botocore::ecr::error::{RepositoryAlreadyExistsException, RepositoryNotFoundException};
use botocore::{Result, ecr};

use crate::support::{name, session};

#[test]
fn repositories() -> Result<()> {
    let client = ecr::Client::new(&session())?;
    let repository = name("repository");
    let made = client.create_repository(&*repository).send()?.repository.expect("the new repository");
    assert!(made.repository_uri.is_some());
    let error = client.create_repository(&*repository).send().unwrap_err();
    assert!(error.is::<RepositoryAlreadyExistsException>(), "{error}");
    let read = client.describe_repositories().repository_names([&*repository]).send()?;
    assert_eq!(read.repositories.len(), 1);
    assert!(client.list_images(&*repository).send()?.image_ids.is_empty());
    client.delete_repository(&*repository).send()?;
    let error = client.list_images(&*repository).send().unwrap_err();
    assert!(error.is::<RepositoryNotFoundException>(), "{error}");
    Ok(())
}
