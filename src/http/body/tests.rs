use std::fs;
use std::io::Write;
use std::sync::{Arc, Mutex};

use super::*;

/// A file with these bytes that ends with the test.
struct Temporary(std::path::PathBuf);

impl Temporary {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("botocore-body-{}-{name}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        Temporary(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_file_starts_where_it_stands() {
    let file = Temporary::new("place", b"0123456789");
    let mut open = File::open(&file.0).unwrap();
    open.read_exact(&mut [0; 4]).unwrap();
    let mut body = Body::from(open);
    assert_eq!(body.len(), Some(6));
    let mut two = [0; 2];
    body.read_exact(&mut two).unwrap();
    assert_eq!(&two, b"45");
    body.rewind().unwrap();
    assert_eq!(body.into_bytes().unwrap(), b"456789");
}

#[test]
fn a_file_that_shrinks_is_an_error_and_one_that_grows_is_not() {
    let file = Temporary::new("length", b"0123456789");
    let shrinks = Body::from_path(&file.0).unwrap();
    fs::write(&file.0, b"0123").unwrap();
    let error = shrinks.into_bytes().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body);
    assert!(error.to_string().contains("after 4 of 10 bytes"), "{error}");

    let grows = Body::from_path(&file.0).unwrap();
    fs::OpenOptions::new().append(true).open(&file.0).unwrap().write_all(b"more").unwrap();
    assert_eq!(grows.into_bytes().unwrap(), b"0123");
}

#[test]
fn directories_and_missing_files() {
    let error = Body::from_path(std::env::temp_dir()).unwrap_err();
    assert!(error.to_string().contains("is a directory"), "{error}");
    let error = Body::from(File::open(std::env::temp_dir()).unwrap()).into_bytes().unwrap_err();
    assert!(error.to_string().contains("is a directory"), "{error}");
    let error = Body::from_path("/no/such/file").unwrap_err();
    assert!(error.to_string().contains("`/no/such/file` could not be opened"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_device_has_no_length() {
    let body = Body::from(File::open("/dev/zero").unwrap());
    assert_eq!(body.len(), None);
    assert!(!body.is_replayable());
    assert_eq!(body.chunks(3).next().unwrap().unwrap(), [0, 0, 0]);
}

#[test]
fn a_reader_goes_once_unless_nothing_was_read() {
    let mut body = Body::from_reader(&b"abc"[..]);
    body.rewind().unwrap();
    body.read_exact(&mut [0]).unwrap();
    assert!(body.rewind().is_err());
}

#[test]
fn a_sized_reader_gives_as_much_as_it_says() {
    assert_eq!(Body::from_sized_reader(&b"abcdef"[..], 3).into_bytes().unwrap(), b"abc");
    assert!(Body::from_sized_reader(&b"abc"[..], 4).into_bytes().is_err());
    // A length that nobody could hold sets no memory aside.
    assert!(Body::from_sized_reader(&b"abc"[..], u64::MAX).into_bytes().is_err());
    assert!(Body::from_sized_reader(&b"abc"[..], 4).copy_to(&mut Vec::new()).is_err());
}

#[test]
fn lines_and_chunks() {
    let lines = |text: &'static str| Body::from(text).lines().map(|line| line.unwrap()).collect::<Vec<_>>();
    assert_eq!(lines("a\nb\r\n\nc"), ["a", "b", "", "c"]);
    assert_eq!(lines("a\n"), ["a"]);
    assert_eq!(lines(""), [""; 0]);
    let mut bad = Body::from(b"a\n\xff\nb\n").lines();
    assert_eq!(bad.next().unwrap().unwrap(), "a");
    assert!(bad.next().unwrap().is_err());
    assert!(bad.next().is_none());

    let chunks = |size| Body::from("abcde").chunks(size).map(|chunk| chunk.unwrap()).collect::<Vec<_>>();
    assert_eq!(chunks(2), [&b"ab"[..], b"cd", b"e"]);
    assert_eq!(chunks(5), [b"abcde"]);
    assert_eq!(chunks(0).len(), 5);
}

#[test]
fn copies_and_texts() {
    let mut copy = Vec::new();
    let bytes = vec![7; 3 * COPY + 1];
    assert_eq!(Body::from(bytes.clone()).copy_to(&mut copy).unwrap(), bytes.len() as u64);
    assert_eq!(copy, bytes);
    assert_eq!(Body::from("text").read_to_string().unwrap(), "text");
    assert!(Body::from(b"\xff").read_to_string().is_err());
    let mut begun = Body::from(b"abc".to_vec());
    begun.read_exact(&mut [0]).unwrap();
    assert_eq!(begun.into_bytes().unwrap(), b"bc");
}

#[test]
fn progress_counts_and_starts_again() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut body = Body::from("abcde").with_progress({
        let seen = Arc::clone(&seen);
        move |sent, length| seen.lock().unwrap().push((sent, length))
    });
    body.look_through(|_| ()).unwrap();
    body.read_exact(&mut [0; 2]).unwrap();
    body.rewind().unwrap();
    assert_eq!(body.into_bytes().unwrap(), b"abcde");
    assert_eq!(*seen.lock().unwrap(), [(2, Some(5)), (5, Some(5))]);
}

/// A directory that ends with the test, and what is in it.
struct Directory(std::path::PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("botocore-save-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_saved_whole_or_not_at_all() {
    let directory = Directory::new("whole");
    let path = directory.0.join("file");
    assert_eq!(Body::from("first").save_to(&path).unwrap(), 5);
    assert_eq!(fs::read(&path).unwrap(), b"first");
    let error = Body::from_sized_reader(&b"sec"[..], 6).save_to(&path).unwrap_err();
    assert!(error.to_string().contains("after 3 of 6 bytes"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"first");
    let error = Body::from_sized_reader(&b"sec"[..], 6).save_to(directory.0.join("other")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body);
    assert_eq!(directory.names(), ["file"]);
    assert_eq!(Body::from(vec![7; 2 * COPY + 1]).save_to(&path).unwrap(), 2 * COPY as u64 + 1);
    assert_eq!(fs::read(&path).unwrap(), vec![7; 2 * COPY + 1]);
    assert_eq!(Body::empty().save_to(directory.0.join("empty")).unwrap(), 0);
    assert_eq!(directory.names(), ["empty", "file"]);
}

#[test]
fn what_cannot_be_saved() {
    let directory = Directory::new("nowhere");
    let error = Body::from("x").save_to(&directory.0).unwrap_err();
    assert!(error.to_string().ends_with("could not be written: it is a directory"), "{error}");
    let error = Body::from("x").save_to(directory.0.join("no/file")).unwrap_err();
    assert!(error.to_string().contains("no/file` could not be written: "), "{error}");
    assert!(Body::from("x").save_to("/").is_err());
    assert!(Body::from("x").save_to("").is_err());
}

#[cfg(unix)]
#[test]
fn links_devices_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = Directory::new("links");
    let (file, link) = (directory.0.join("file"), directory.0.join("link"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    Body::from("new").save_to(&link).unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(Body::from("gone").save_to("/dev/null").unwrap(), 4);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    if fs::exists("/dev/full").unwrap() {
        let error = Body::from("no room").save_to("/dev/full").unwrap_err();
        assert!(error.to_string().starts_with("The file `/dev/full` could not be written: "), "{error}");
    }
}

#[test]
fn a_panic_leaves_nothing_beside_the_file() {
    struct Panics;
    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("a reader of the caller's own")
        }
    }
    let directory = Directory::new("panic");
    let path = directory.0.join("file");
    let saved = std::panic::catch_unwind(|| Body::from_reader(Panics).save_to(path));
    assert!(saved.is_err());
    assert_eq!(directory.names(), [""; 0]);
}
