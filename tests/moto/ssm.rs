use botocore::ssm::error::ParameterNotFound;
use botocore::ssm::types::ParameterType;
use botocore::{Result, ssm};

use crate::support::{name, session};

#[test]
fn parameters() -> Result<()> {
    let client = ssm::Client::new(&session())?;
    let path = format!("/{}", name("path"));
    let parameter = format!("{path}/db/host");
    client.put_parameter(&*parameter, "db.example").r#type(ParameterType::String).send()?;
    let read = client.get_parameter(&*parameter).send()?.parameter.expect("the parameter");
    assert_eq!(read.value.as_deref(), Some("db.example"));
    let found = client.get_parameters_by_path(&*path).recursive(true).send()?;
    assert_eq!(found.parameters.len(), 1);
    client.delete_parameter(&*parameter).send()?;
    let error = client.get_parameter(&*parameter).send().unwrap_err();
    assert!(error.is::<ParameterNotFound>(), "{error}");
    Ok(())
}
