use crate::http::Request;

/// Who opens the URL has no body, and so no type of one.
/// Source: botocore `handlers.remove_content_type_header_for_presigning`.
pub(super) fn drop_content_type(request: &mut Request) {
    request.headers.remove("Content-Type");
}
