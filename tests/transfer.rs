//! Files to S3 and back, in parts, against a server within the process that nobody here wrote.

#[allow(dead_code, reason = "sessions are made here with a transport of their own")]
#[path = "support/s3_server.rs"]
mod s3_server;

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use botocore::hooks::{BeforeParse, BeforeSend};
use botocore::s3::operation::{GetObjectInput, PutObjectInput};
use botocore::s3::transfer::Transfer;
use botocore::{Body, ErrorKind, HttpTransport, Request, Response, Result, Session, Transport, TransportOptions, s3};
use s3_server::S3Server;

const MIB: usize = 1024 * 1024;

/// A directory that goes when it is dropped.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("botocore-transfer-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Place(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Bytes of which no part is like another.
fn bytes(length: usize) -> Vec<u8> {
    (0..length.div_ceil(8) as u64)
        .flat_map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes())
        .take(length)
        .collect()
}

/// What went over the wire, method and query.
type Sent = Arc<Mutex<Vec<String>>>;

/// Passes requests on and may break answers.
struct Line {
    inner: HttpTransport,
    sent: Sent,
    /// Requests of objects whose answers end too early.
    breaks: AtomicU64,
    most_at_once: Arc<Mutex<(u32, u32)>>,
}

/// A body that ends with an error.
struct Broken(Body, usize);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line is dead"));
        }
        let most = buffer.len().min(self.1);
        let count = self.0.read(&mut buffer[..most])?;
        self.1 -= count;
        Ok(count)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Transport for Line {
    fn send(&self, request: &mut Request) -> Result<Response> {
        {
            let mut at_once = self.most_at_once.lock().unwrap();
            at_once.0 += 1;
            at_once.1 = at_once.1.max(at_once.0);
        }
        self.sent.lock().unwrap().push(format!("{} {}", request.method, request.query));
        let answer = self.inner.send(request);
        self.most_at_once.lock().unwrap().0 -= 1;
        let mut answer = answer?;
        let object = request.method == "GET" && request.path.ends_with("/key");
        if object && self.breaks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            answer.body = Body::from_reader(Broken(answer.body, 100_000));
        }
        Ok(answer)
    }
}

struct Story {
    place: Place,
    client: s3::Client,
    sent: Sent,
    most_at_once: Arc<Mutex<(u32, u32)>>,
    _server: S3Server,
}

fn story(breaks: u64) -> Story {
    let server = S3Server::start().unwrap();
    let (sent, most_at_once) = (Sent::default(), Arc::default());
    let line = Line {
        inner: HttpTransport::new(TransportOptions::default()),
        sent: Sent::clone(&sent),
        breaks: breaks.into(),
        most_at_once: Arc::clone(&most_at_once),
    };
    let session = Session::builder().environment(server.environment()).transport(line).build();
    let client = s3::Client::new(&session).unwrap();
    client.create_bucket("bucket").send().unwrap();
    Story { place: Place::new(), client, sent, most_at_once, _server: server }
}

impl Story {
    /// Requests of that method with that in their query.
    fn count(&self, method: &str, part: &str) -> usize {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|sent| sent.starts_with(method) && sent.contains(part)).count()
    }

    fn object(&self, key: &str) -> Result<Vec<u8>> {
        self.client.get_object("bucket", key).send()?.body.into_bytes()
    }
}

/// Bytes done and in all, as they were told.
type Told = Arc<Mutex<Vec<(u64, Option<u64>)>>>;

fn progress() -> (Told, impl Fn(u64, Option<u64>) + Send + Sync + 'static) {
    let seen = Told::default();
    let told = seen.clone();
    (seen, move |done, total| told.lock().unwrap().push((done, total)))
}

#[test]
fn files_go_in_parts_and_come_back() -> Result<()> {
    let story = story(0);
    let content = bytes(23 * MIB + 17);
    let path = story.place.file("file", &content);
    let (seen, tell) = progress();
    let transfer = Transfer::new(&story.client).threads(3).part_size(5 * MIB as u64).on_progress(tell);
    let uploaded = transfer.upload_file(&path, "bucket", "key")?;
    assert_eq!((uploaded.bytes, uploaded.parts), (content.len() as u64, 5));
    assert!(uploaded.e_tag.is_some());
    assert_eq!((story.count("PUT", "partNumber="), story.count("DELETE", "")), (5, 0));
    assert!((2..=3).contains(&story.most_at_once.lock().unwrap().1));
    assert!(story.object("key")? == content);
    {
        let seen = seen.lock().unwrap();
        let total = Some(content.len() as u64);
        assert_eq!(seen.last(), Some(&(content.len() as u64, total)));
        assert!(seen.windows(2).all(|two| two[0].0 <= two[1].0 && two[0].1 == total), "it went back");
    }
    seen.lock().unwrap().clear();

    let copy = story.place.file("copy", b"what was there");
    let downloaded = transfer.download_file("bucket", "key", &copy)?;
    assert_eq!((downloaded.bytes, downloaded.parts), (content.len() as u64, 5));
    assert!(fs::read(&copy).unwrap() == content);
    assert_eq!(seen.lock().unwrap().last(), Some(&(content.len() as u64, Some(content.len() as u64))));
    let mut names = story.place.names();
    names.sort();
    assert_eq!(names, ["copy", "file"]);
    Ok(())
}

#[test]
fn small_files_go_in_one_request() -> Result<()> {
    let story = story(0);
    let transfer = Transfer::new(&story.client);
    for length in [0, 1, 8 * MIB - 1] {
        let content = bytes(length);
        let path = story.place.file("file", &content);
        let uploaded = transfer.upload_file(&path, "bucket", "key")?;
        assert_eq!((uploaded.bytes, uploaded.parts), (length as u64, 0));
        let downloaded = transfer.download_file("bucket", "key", &path)?;
        assert_eq!((downloaded.bytes, downloaded.parts), (length as u64, 0));
        assert!(fs::read(&path).unwrap() == content);
    }
    assert_eq!(story.count("POST", "uploads"), 0);
    Ok(())
}

#[test]
fn members_go_where_they_belong() -> Result<()> {
    let story = story(0);
    let path = story.place.file("file", &bytes(6 * MIB));
    let object = story.client.put_object("bucket", "key").content_type("text/html").metadata([("owner", "ops")]);
    let transfer = Transfer::new(&story.client).part_size(1).multipart_threshold(MIB as u64);
    assert_eq!(transfer.upload_file_as(&path, object.input())?.parts, 2);
    let head = story.client.head_object("bucket", "key").send()?;
    assert_eq!(head.content_type.as_deref(), Some("text/html"));
    assert_eq!(head.metadata.get("owner").map(String::as_str), Some("ops"));

    let mut object = PutObjectInput::new("bucket", "key");
    object.checksum_sha256 = Some("x".into());
    let error = transfer.upload_file_as(&path, &object).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The input has ChecksumSHA256, and an object that is sent in parts cannot be summed as a whole"
    );
    let mut object = GetObjectInput::new("bucket", "key");
    object.range = Some("bytes=0-1".into());
    assert_eq!(transfer.download_file_as(&object, &path).unwrap_err().kind(), ErrorKind::Serialize);
    Ok(())
}

/// Numbers without end, but for a length; only what is asked for is made.
struct Numbers {
    left: usize,
    fails_at: usize,
}

impl Read for Numbers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left <= self.fails_at {
            return Err(io::Error::other("the tape broke"));
        }
        let most = buffer.len().min(self.left).min(self.left - self.fails_at);
        buffer[..most].fill(7);
        self.left -= most;
        Ok(most)
    }
}

#[test]
fn readers_are_read_to_their_end() -> Result<()> {
    let story = story(0);
    let transfer = Transfer::new(&story.client).threads(2).part_size(5 * MIB as u64);
    let (object, content) = (PutObjectInput::new("bucket", "key"), bytes(12 * MIB));
    let uploaded = transfer.upload(&content[..], &object)?;
    assert_eq!((uploaded.bytes, uploaded.parts), (12 * MIB as u64, 3));
    assert!(story.object("key")? == content);
    assert_eq!(transfer.upload(&content[..10], &object)?.parts, 0);
    assert_eq!(story.object("key")?, &content[..10]);
    assert_eq!(transfer.upload(&content[..10 * MIB], &object)?.parts, 2);
    Ok(())
}

#[test]
fn what_fails_leaves_nothing() -> Result<()> {
    let story = story(0);
    let transfer = Transfer::new(&story.client).threads(2).part_size(5 * MIB as u64);
    let object = PutObjectInput::new("bucket", "key");
    let error = transfer.upload(Numbers { left: 30 * MIB, fails_at: 12 * MIB }, &object).unwrap_err();
    assert_eq!(error.to_string(), "The bytes to upload could not be read: the tape broke");
    assert_eq!((story.count("DELETE", "uploadId="), story.count("PUT", "partNumber=")), (1, 3));
    assert!(story.object("key").is_err());

    // The service refuses a part.
    story.client.meta().events().register("before-send.s3.UploadPart", |event: &mut BeforeSend| {
        if event.request.query.contains("partNumber=3") {
            event.request.headers.set("x-amz-content-sha256", "0".repeat(64));
        }
        Ok(())
    })?;
    let path = story.place.file("file", &bytes(30 * MIB));
    let error = transfer.upload_file(&path, "bucket", "key").unwrap_err();
    assert_eq!(error.operation(), Some(("s3", "UploadPart")), "{error}");
    assert_eq!(story.count("DELETE", "uploadId="), 2);
    assert!(story.count("PUT", "partNumber=") < 3 + 6, "the others went on");

    // A caller's own function panics.
    let panics = transfer.clone().on_progress(|done, _| assert!(done < 6 * MIB as u64, "enough"));
    let caught = catch_unwind(AssertUnwindSafe(|| panics.upload_file(&path, "bucket", "key")));
    assert!(caught.is_err());
    assert_eq!(story.count("DELETE", "uploadId="), 3);
    assert!(story.object("key").is_err());
    Ok(())
}

#[test]
fn broken_lines_are_taken_up_again() -> Result<()> {
    let story = story(4);
    let content = bytes(21 * MIB);
    let path = story.place.file("file", &content);
    let (seen, tell) = progress();
    let transfer = Transfer::new(&story.client).threads(2).part_size(8 * MIB as u64).on_progress(tell);
    transfer.upload_file(&path, "bucket", "key")?;
    transfer.download_file("bucket", "key", &path)?;
    assert!(fs::read(&path).unwrap() == content);
    assert_eq!(seen.lock().unwrap().last(), Some(&(21 * MIB as u64, Some(21 * MIB as u64))));
    // Three parts, and four that broke.
    assert_eq!(story.count("GET", ""), 7);
    Ok(())
}

#[test]
fn a_download_that_fails_leaves_what_was_there() -> Result<()> {
    let story = story(1000);
    let transfer = Transfer::new(&story.client);
    let there = |path: &Path| fs::read(path).unwrap() == b"what was there";
    let path = story.place.file("file", b"what was there");
    for length in [1_000_000, 20 * MIB] {
        let source = story.place.file("source", &bytes(length));
        transfer.upload_file(&source, "bucket", "key")?;
        let error = transfer.download_file("bucket", "key", &path).unwrap_err();
        assert_eq!(error.to_string(), "s3 GetObject: The body could not be read: the line is dead");
        assert!(there(&path));
    }
    assert!(transfer.download_file("bucket", "none", &path).is_err());
    assert!(there(&path));
    let error = transfer.download_file("bucket", "key", story.place.0.join("no/where")).unwrap_err();
    assert!(error.to_string().contains("could not be created"), "{error}");
    assert_eq!(story.place.names().len(), 2);
    Ok(())
}

#[test]
fn an_object_that_changes_is_not_mixed() -> Result<()> {
    let story = story(0);
    let path = story.place.file("file", &bytes(20 * MIB));
    let transfer = Transfer::new(&story.client).threads(1);
    transfer.upload_file(&path, "bucket", "key")?;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = asked.clone();
    story.client.meta().events().register("before-send.s3.GetObject", move |event: &mut BeforeSend| {
        let conditions = event.request.headers.get("If-Match").map(str::to_owned);
        noted.lock().unwrap().push((conditions, event.request.headers.get("Range").map(str::to_owned)));
        Ok(())
    })?;
    // The server tells no tag.
    story.client.meta().events().register("before-parse.s3.HeadObject", |event: &mut BeforeParse| {
        event.response.headers.set("ETag", "\"tag\"");
        Ok(())
    })?;
    let downloaded = transfer.download_file("bucket", "key", &path)?;
    let e_tag = downloaded.e_tag.unwrap();
    let mib = MIB as u64;
    let expected = [(0, 8 * mib - 1), (8 * mib, 16 * mib - 1), (16 * mib, 20 * mib - 1)]
        .map(|(start, end)| (Some(e_tag.clone()), Some(format!("bytes={start}-{end}"))));
    assert_eq!(*asked.lock().unwrap(), expected);
    Ok(())
}

#[test]
fn older_stores_get_no_checksums() -> Result<()> {
    let server = S3Server::start().unwrap();
    let environment = server.environment().with("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required");
    let session = Session::builder().environment(environment).build();
    let client = s3::Client::new(&session)?;
    client.create_bucket("bucket").send()?;
    let seen = Arc::new(AtomicU32::new(0));
    let noted = seen.clone();
    client.meta().events().register("before-send", move |event: &mut BeforeSend| {
        let sums = event.request.headers.iter().filter(|(name, _)| name.to_lowercase().contains("checksum")).count();
        noted.fetch_add(sums as u32, Ordering::Relaxed);
        Ok(())
    })?;
    let place = Place::new();
    let path = place.file("file", &bytes(9 * MIB));
    assert_eq!(Transfer::new(&client).upload_file(&path, "bucket", "key")?.parts, 2);
    assert_eq!(seen.load(Ordering::Relaxed), 0);
    Ok(())
}
