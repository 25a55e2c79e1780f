use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{form, member};
use crate::error::Result;
use crate::http::Request;
use crate::operation::Operation;
use crate::shape::Value;

/// What an instance runs when it starts travels in base64, which the model does not say.
/// Source: botocore `handlers.base64_encode_user_data`.
pub(super) fn encode(_: &Operation, request: &mut Request) -> Result<()> {
    if let Some(text) = form::get(request, "UserData") {
        form::set(request, "UserData", &BASE64_STANDARD.encode(text));
    }
    Ok(())
}

/// So does what an instance has written to its console. Source: botocore `handlers.decode_console_output`.
pub(super) fn decode(_: &dyn Value, output: &mut dyn Value) -> Result<()> {
    member::change(output, &["Output"], &|text| match BASE64_STANDARD.decode(text) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customize::member::tests::Given;

    #[test]
    fn both_ways() {
        let operation = Operation { name: "RunInstances", method: "POST", uri: "/", traits: "" };
        let mut request = Request { body: "UserData=echo+%C3%BC&X=1".into(), ..Request::default() };
        encode(&operation, &mut request).unwrap();
        assert_eq!(request.body.read_to_string().unwrap(), "UserData=ZWNobyDDvA%3D%3D&X=1");
        for (sent, read) in [("ZWNobyDDvA==", "echo ü"), ("not base64", "not base64")] {
            let mut output = Given::new("Out\nOutput\n", &[sent]);
            decode(&Given::new("In\n", &[]), &mut output).unwrap();
            assert_eq!(member::text(&output, "Output").as_deref(), Some(read));
        }
    }
}
