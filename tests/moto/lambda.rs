use botocore::lambda::error::ResourceNotFoundException;
use botocore::lambda::types::{FunctionCode, Runtime};
use botocore::{Result, iam, lambda};

use crate::support::{name, session};

/// An empty archive: the end record alone.
const ZIP: [u8; 22] = [b'P', b'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

#[test]
fn functions() -> Result<()> {
    let session = session();
    let role = name("role");
    let role = iam::Client::new(&session)?.create_role(&*role, "{}").send()?.role.arn;
    let client = lambda::Client::new(&session)?;
    let function = name("function");
    let code = FunctionCode { zip_file: Some(ZIP.to_vec().into()), ..FunctionCode::default() };
    client.create_function(&*function, &*role, code).runtime(Runtime::Python3_12).handler("main.handler").send()?;

    let read = client.get_function(&*function).send()?.configuration.expect("a function has a configuration");
    assert_eq!(read.handler.as_deref(), Some("main.handler"));
    assert_eq!(read.runtime, Some(Runtime::Python3_12));
    let listed = client.list_functions().send()?;
    assert!(listed.functions.iter().any(|other| other.function_name.as_deref() == Some(&*function)));
    client.delete_function(&*function).send()?;
    let error = client.get_function(&*function).send().unwrap_err();
    assert!(error.is::<ResourceNotFoundException>(), "{error}");
    Ok(())
}
