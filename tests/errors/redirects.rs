//! Answers that send the caller elsewhere.

use botocore::{ErrorKind, dynamodb};

use crate::server::{Server, answer};
use crate::{check, error, session};

/// Credentials are not handed to whoever a `Location` names.
#[test]
fn redirects_are_not_followed() {
    for (status, said) in [
        (301, "301: Moved Permanently"),
        (302, "302: Found"),
        (303, "303: See Other"),
        (307, "307: Temporary Redirect"),
        (308, "308: Permanent Redirect"),
    ] {
        let elsewhere = Server::always(answer(200, &[], "{}"));
        let location = format!("Location: {}/", elsewhere.url());
        let server = Server::always(answer(status, &[&location], ""));
        let client = dynamodb::Client::new(&session(&server.url())).unwrap();
        check(
            &error(client.scan("table").send()),
            ErrorKind::Service,
            1,
            &format!("dynamodb Scan: {said} (HTTP {status})"),
        );
        assert_eq!((server.asked().len(), elsewhere.asked().len()), (1, 0));
    }
}
