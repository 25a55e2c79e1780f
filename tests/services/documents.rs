//! Texts that are JSON: templates of CloudFormation, policies of IAM.

use botocore::{Replay, cloudformation, iam};
use serde_json::json;

use crate::{answer, client};

fn template(text: &str) -> String {
    format!(
        "<GetTemplateResponse><GetTemplateResult><TemplateBody>{text}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
    )
}

#[test]
fn templates_are_text_and_json() {
    let text = r#"{"Resources": {"b": 1, "a": 2}}"#;
    let client_of = |text: &str| client::<cloudformation::Client>(&answer(&template(text)));
    let output = client_of(text).get_template().stack_name("s").send().unwrap();
    assert_eq!(output.template_body.as_deref(), Some(text));
    assert_eq!(output.template_body_json(), Some(json!({ "Resources": { "b": 1, "a": 2 } })));
    let output = client_of("Resources: {}").get_template().stack_name("s").send().unwrap();
    assert_eq!(output.template_body.as_deref(), Some("Resources: {}"));
    assert_eq!(output.template_body_json(), None);
}

/// As botocore gives them.
#[test]
fn by_name_templates_are_json() {
    for (text, read) in
        [("{\"Resources\": {\"a\": 2}}", json!({ "Resources": { "a": 2 } })), ("Resources: {}", json!("Resources: {}"))]
    {
        let client: cloudformation::Client = client(&answer(&template(text)));
        assert_eq!(client.call("GetTemplate", json!({ "StackName": "s" })).unwrap()["TemplateBody"], read);
    }
}

const ROLE: &str = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><AssumeRolePolicyDocument>\
                    %7B%22a%22%3A%20%22%2B%22%7D</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>";

#[test]
fn policies_are_text_and_json() {
    let role = client::<iam::Client>(&answer(ROLE)).get_role("r").send().unwrap().role;
    assert_eq!(role.assume_role_policy_document.as_deref(), Some(r#"{"a": "+"}"#));
    assert_eq!(role.assume_role_policy_document_json(), Some(json!({ "a": "+" })));
}

/// As botocore gives them.
#[test]
fn by_name_policies_are_json() {
    let client: iam::Client = client(&answer(ROLE));
    let output = client.call("GetRole", json!({ "RoleName": "r" })).unwrap();
    assert_eq!(output["Role"]["AssumeRolePolicyDocument"], json!({ "a": "+" }));
}

#[test]
fn policies_are_json() {
    let role = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><AssumeRolePolicyDocument>\
                %7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument><PermissionsBoundary>\
                <PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType></PermissionsBoundary>\
                </Role></GetRoleResult></GetRoleResponse>";
    let replay = Replay::new().answer(200, [], role);
    let client: iam::Client = client(&replay);
    let role = client.get_role("r").send().unwrap().role;
    assert_eq!(role.assume_role_policy_document.as_deref(), Some(r#"{"Version":"2012-10-17"}"#));
    let boundary = role.permissions_boundary.unwrap().permissions_boundary_type.unwrap();
    assert_eq!(boundary.as_str(), "PermissionsBoundaryPolicy");
}
