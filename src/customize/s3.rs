use percent_encoding::percent_decode_str;

use super::member::{self, text};
use crate::error::{Error, Result};
use crate::http::{Body, Request, Response, TransportFailure};
use crate::operation::Operation;
use crate::shape::schema::Schema;
use crate::shape::{Slot, Value};

/// The server may refuse an object before it is sent. Source: botocore `handlers.add_expect_header`.
pub(super) fn expect_continue(operation: &Operation, request: &mut Request) -> Result<()> {
    let expects = match (operation.method, operation.name) {
        (_, "PutObject" | "UploadPart") => request.body.is_given(),
        ("PUT" | "POST", _) => request.body.with_bytes(|bytes| bytes.is_none()),
        _ => false,
    };
    if expects {
        request.headers.set("Expect", "100-continue");
    }
    Ok(())
}

/// XML cannot hold every character that a key can, so lists are asked for with keys percent-encoded, unless the caller
/// chose. Source: botocore `handlers.set_list_objects_encoding_type_url`.
pub(super) fn ask_for_encoded_keys(_: &Operation, request: &mut Request) -> Result<()> {
    if !request.query.split('&').any(|pair| pair.starts_with("encoding-type=")) {
        if !request.query.is_empty() {
            request.query.push('&');
        }
        request.query.push_str("encoding-type=url");
    }
    Ok(())
}

/// Undoes what [`ask_for_encoded_keys`] asked for. Source: botocore `handlers.decode_list_object`.
pub(super) fn decode_keys(input: &dyn Value, output: &mut dyn Value) -> Result<()> {
    if text(input, "EncodingType").is_some() || text(output, "EncodingType").as_deref() != Some("url") {
        return Ok(());
    }
    decode_members(
        output,
        &["Delimiter", "Marker", "NextMarker", "Prefix", "StartAfter", "KeyMarker", "NextKeyMarker"],
    )?;
    let lists = ["Contents", "Versions", "DeleteMarkers", "CommonPrefixes"];
    output.fill(&mut |slot| {
        let Slot::Structure(schema, values) = slot else { return Ok(()) };
        for (member, value) in Schema::new(schema).members().zip(values) {
            if lists.contains(&member.name()) {
                value.fill(&mut |slot| match slot {
                    Slot::List(items) => items.each(&mut |item| decode_members(item, &["Key", "Prefix"])),
                    _ => Ok(()),
                })?;
            }
        }
        Ok(())
    })
}

fn decode_members(value: &mut dyn Value, names: &[&str]) -> Result<()> {
    member::change(value, names, &|text| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned())
}

/// Whoever reads XML takes a break of lines for another one, so that keys with breaks would name other objects; carriage
/// returns are written as references in all XML. Source: botocore `handlers.escape_xml_payload`.
pub(super) fn refer_to_breaks(_: &Operation, request: &mut Request) -> Result<()> {
    let referring = request.body.with_bytes(|bytes| {
        let body = std::str::from_utf8(bytes?).ok()?;
        body.contains('\n').then(|| body.replace('\n', "&#xA;"))
    });
    if let Some(referring) = referring {
        request.body = Body::from(referring);
    }
    Ok(())
}

/// S3 can say 200 and then fail, or break off; such an answer is a server's error, and tried again.
/// Source: botocore `handlers._handle_200_error`.
pub(super) fn error_in_success(_: &Operation, response: &mut Response) -> Result<()> {
    if response.status != 200 {
        return Ok(());
    }
    if let Some(element) = response.body.with_bytes(|bytes| bytes.and_then(open_root)) {
        let message = format!("The answer broke off: its XML ends inside of the element {element}");
        return Err(Error::transport(TransportFailure::Body, message));
    }
    if response.body.with_bytes(|bytes| bytes.is_some_and(is_error)) {
        response.status = 500;
    }
    Ok(())
}

/// The name of a document's root element, when the document does not end with its end.
fn open_root(body: &[u8]) -> Option<String> {
    let root = root(body)?.trim_ascii_end();
    let name = root[1..].split(|byte| b" />\r\n\t".contains(byte)).next().unwrap_or_default();
    let ends = root.ends_with(b"/>")
        || root.strip_suffix(b">").is_some_and(|rest| rest.trim_ascii_end().ends_with(&[b"</", name].concat()))
        || root.ends_with(b"-->");
    (!ends).then(|| String::from_utf8_lossy(name).into_owned())
}

fn is_error(body: &[u8]) -> bool {
    root(body).is_some_and(|root| {
        root.strip_prefix(b"<Error").is_some_and(|rest| rest.first().is_some_and(|end| b" />\r\n\t".contains(end)))
    })
}

/// The document from its root element on.
fn root(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body.trim_ascii_start();
    if rest.starts_with(b"<?xml") {
        let end = rest.windows(2).position(|pair| pair == b"?>")?;
        rest = rest[end + 2..].trim_ascii_start();
    }
    rest.starts_with(b"<").then_some(rest)
}

/// The answer's root element is what the model takes for a member. Source: botocore `handlers.parse_get_bucket_location`.
pub(super) fn wrap_location(_: &Operation, response: &mut Response) -> Result<()> {
    if response.status != 200 {
        return Ok(());
    }
    let wrapped = response.body.with_bytes(|bytes| {
        let root = root(bytes?)?;
        let empty = root.ends_with(b"/>") || root.windows(3).any(|triple| triple == b"></");
        let inner: &[u8] = if empty { b"" } else { root };
        Some([b"<GetBucketLocationOutput>", inner, b"</GetBucketLocationOutput>"].concat())
    });
    if let Some(wrapped) = wrapped {
        response.body = Body::from(wrapped);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation { name: "CopyObject", method: "PUT", uri: "/", traits: "" };

    #[test]
    fn breaks_of_lines_are_references() {
        for (written, sent) in [("<Key>a\nb&#xD;</Key>", "<Key>a&#xA;b&#xD;</Key>"), ("<Key>a</Key>", "<Key>a</Key>")] {
            let mut request = Request { body: written.into(), ..Request::default() };
            refer_to_breaks(&OPERATION, &mut request).unwrap();
            assert_eq!(request.body.read_to_string().unwrap(), sent);
        }
    }

    #[test]
    fn an_error_in_a_success_is_a_failure() {
        for (body, status) in [
            ("<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>", 500),
            ("<Error/>", 500),
            ("<Error ></Error >\n", 500),
            ("<ErrorReport/>", 200),
            ("<CopyObjectResult/>", 200),
            ("", 200),
        ] {
            let mut response = Response { status: 200, body: body.into(), ..Response::default() };
            error_in_success(&OPERATION, &mut response).unwrap();
            assert_eq!(response.status, status, "{body}");
        }
    }

    #[test]
    fn a_success_that_breaks_off_is_a_failure() {
        for (body, element) in [
            ("<?xml version=\"1.0\"?>\n<Result><Key>a</Key>", Some("Result")),
            ("<Result xmlns=\"u\"", Some("Result")),
            ("<Result><Error/>\n</Result>\n<!-- end -->", None),
            ("<Result/>", None),
            ("{}", None),
            ("<", Some("")),
        ] {
            let mut response = Response { status: 200, body: body.into(), ..Response::default() };
            let result = error_in_success(&OPERATION, &mut response);
            let expected =
                element.map(|element| format!("The answer broke off: its XML ends inside of the element {element}"));
            assert_eq!(result.err().map(|error| error.to_string()), expected, "{body}");
        }
    }

    #[test]
    fn locations_are_wrapped() {
        for (body, wrapped) in [
            (
                "<?xml version=\"1.0\"?><LocationConstraint>EU</LocationConstraint>",
                "<GetBucketLocationOutput><LocationConstraint>EU</LocationConstraint></GetBucketLocationOutput>",
            ),
            ("<LocationConstraint/>", "<GetBucketLocationOutput></GetBucketLocationOutput>"),
            ("<LocationConstraint></LocationConstraint>", "<GetBucketLocationOutput></GetBucketLocationOutput>"),
        ] {
            let mut response = Response { status: 200, body: body.into(), ..Response::default() };
            wrap_location(&OPERATION, &mut response).unwrap();
            assert_eq!(response.body.read_to_string().unwrap(), wrapped);
        }
    }
}
