//! Members of requests whose body is a form, by name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::http::{Body, Request};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The text of a member of the form.
pub(super) fn get(request: &Request, name: &str) -> Option<String> {
    request.body.with_bytes(|bytes| {
        let form = std::str::from_utf8(bytes?).ok()?;
        let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
    })
}

/// Sets a member of the form: in its place, or at the end.
pub(super) fn set(request: &mut Request, name: &str, value: &str) {
    let pair = format!("{name}={}", utf8_percent_encode(value, KEPT).to_string().replace("%20", "+"));
    change(request, name, Some(pair));
}

/// Takes a member out of the form.
pub(super) fn remove(request: &mut Request, name: &str) {
    change(request, name, None);
}

fn change(request: &mut Request, name: &str, pair: Option<String>) {
    let is_it = |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
    let changed = request.body.with_bytes(|bytes| {
        let form = std::str::from_utf8(bytes?).ok()?;
        let mut pairs: Vec<&str> = form.split('&').filter(|pair| !pair.is_empty()).collect();
        match (pairs.iter().position(|other| is_it(other)), &pair) {
            (Some(at), Some(pair)) => pairs[at] = pair,
            (Some(at), None) => drop(pairs.remove(at)),
            (None, Some(pair)) => pairs.push(pair),
            (None, None) => {}
        }
        Some(pairs.join("&"))
    });
    if let Some(changed) = changed {
        request.body = Body::from(changed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_set_and_removed() {
        let mut request = Request { body: "Action=Do&Name=a+b%26&NameTwo=c".into(), ..Request::default() };
        assert_eq!(get(&request, "Name").as_deref(), Some("a b&"));
        assert_eq!(get(&request, "Nam"), None);
        set(&mut request, "Name", "ü 1");
        set(&mut request, "New", "x/y");
        remove(&mut request, "Action");
        remove(&mut request, "None");
        assert_eq!(request.body.read_to_string().unwrap(), "Name=%C3%BC+1&NameTwo=c&New=x%2Fy");
    }
}
