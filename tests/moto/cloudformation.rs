use botocore::{Result, cloudformation};

use crate::support::{name, session};

const TEMPLATE: &str =
    r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Name": {"Value": "a & b"}}}"#;

#[test]
fn stacks() -> Result<()> {
    let client = cloudformation::Client::new(&session())?;
    let stack = name("stack");
    client.create_stack(&*stack).template_body(TEMPLATE).capabilities(["CAPABILITY_IAM"]).send()?;
    let read = client.describe_stacks().stack_name(&*stack).send()?;
    assert_eq!(read.stacks[0].stack_name, *stack);
    assert_eq!(read.stacks[0].outputs[0].output_value.as_deref(), Some("a & b"));
    assert!(client.list_stacks().send()?.stack_summaries.iter().any(|other| other.stack_name == *stack));
    let template =
        client.get_template().stack_name(&*stack).send()?.template_body_json().expect("the template is JSON");
    assert_eq!(template["Outputs"]["Name"]["Value"], "a & b");
    client.delete_stack(&*stack).send()?;
    let error = client.describe_stacks().stack_name("no-such-stack").send().unwrap_err();
    assert_eq!(error.code(), Some("ValidationError"));
    Ok(())
}
