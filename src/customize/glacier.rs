use ring::digest::{Context, SHA256};

use crate::checksum::TreeHash;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Request;
use crate::operation::Operation;

/// The service wants its version told. Source: botocore `handlers.add_glacier_version`.
pub(super) fn name_version(_: &Operation, request: &mut Request) -> Result<()> {
    request.headers.set("x-amz-glacier-version", "2012-06-01");
    Ok(())
}

/// The hash that the signature covers, and the tree hash unless the caller gave one.
/// Source: botocore `handlers.add_glacier_checksums`.
pub(super) fn add_hashes(_: &Operation, request: &mut Request) -> Result<()> {
    let (mut whole, mut tree) = (Context::new(&SHA256), TreeHash::new());
    let mut update = |piece: &[u8]| {
        whole.update(piece);
        tree.update(piece);
    };
    let in_memory = request.body.with_bytes(|bytes| bytes.map(&mut update).is_some());
    if !in_memory {
        if !request.body.is_replayable() {
            return Err(Error::new(
                ErrorKind::Serialize,
                "The body comes from a reader that is read once, and its hashes go before it. Pass a file, bytes or \
                 Body::from_seekable",
            ));
        }
        let failed = |cause| Error::body("The body could not be read for its hashes", cause);
        request.body.look_through(&mut update).map_err(failed)?;
    }
    let hash = whole.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    request.headers.set("x-amz-content-sha256", hash);
    if request.headers.get("x-amz-sha256-tree-hash").is_none() {
        request.headers.set("x-amz-sha256-tree-hash", tree.finish());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::http::Body;

    const OPERATION: Operation = Operation { name: "UploadArchive", method: "POST", uri: "/", traits: "" };
    const HELLO: &str = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

    #[test]
    fn a_small_body_has_its_hash_twice() {
        let file = Body::from_seekable(Cursor::new(b"hello world".to_vec())).unwrap();
        for body in [Body::from("hello world"), file] {
            let mut request = Request { body, ..Request::default() };
            add_hashes(&OPERATION, &mut request).unwrap();
            assert_eq!(request.headers.get("x-amz-content-sha256"), Some(HELLO));
            assert_eq!(request.headers.get("x-amz-sha256-tree-hash"), Some(HELLO));
            assert_eq!(request.body.read_to_string().unwrap(), "hello world");
        }
    }

    #[test]
    fn the_callers_tree_hash_stays() {
        let mut request = Request { body: "hello world".into(), ..Request::default() };
        request.headers.set("x-amz-sha256-tree-hash", "given");
        add_hashes(&OPERATION, &mut request).unwrap();
        assert_eq!(request.headers.get("x-amz-sha256-tree-hash"), Some("given"));
    }

    #[test]
    fn a_body_that_is_read_once_is_refused() {
        let body = Body::from_reader(Cursor::new(b"hello world".to_vec()));
        let error = add_hashes(&OPERATION, &mut Request { body, ..Request::default() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Serialize);
    }
}
