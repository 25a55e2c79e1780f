//! Bodies that are not what was sent, bodies that are let go, and who is told how far they are.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex};

use botocore::{Body, ErrorKind, s3};

use crate::operations::{Operation, checksum, selection};
use crate::server::{End, Script, Server};
use crate::{Directory, SHORT, content, patient, promptly, session};

fn client(server: &Server) -> s3::Client {
    s3::Client::new(&session(server.url())).unwrap()
}

fn answers(head: &str, body: &[u8]) -> Server {
    let bytes = [format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n").as_bytes(), body].concat();
    Server::new(move |_| Script::says(bytes.clone()))
}

#[test]
fn sums_that_do_not_match() {
    let long = content(600_000);
    for (header, value, body) in [
        ("x-amz-checksum-crc32", "AAAAAA==", &b"hello"[..]),
        ("x-amz-checksum-crc32", "no base64", b"hello"),
        ("x-amz-checksum-crc32", "", b"hello"),
        ("x-amz-checksum-crc32c", "AAAAAA==", b"hello"),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", b"hello"),
        ("x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", b"hello"),
        ("x-amz-checksum-sha256", "AAAA", b"hello"),
        ("x-amz-checksum-crc32", "AAAAAA==", &long),
    ] {
        for framing in [format!("Content-Length: {}\r\n", body.len()), String::new()] {
            let server = answers(&format!("{framing}{header}: {value}\r\n"), body);
            let directory = Directory::new();
            let get = || client(&server).get_object("bucket", "key").send().unwrap().body;
            let mut copy = Vec::new();
            let errors = [
                get().into_bytes().map(drop),
                get().copy_to(&mut copy).map(drop),
                get().save_to(directory.file("file")).map(drop),
                get().chunks(3).try_for_each(|chunk| chunk.map(drop)),
                get().lines().try_for_each(|line| line.map(drop)),
            ];
            for error in errors {
                let error = error.expect_err(header);
                let text = error.to_string();
                assert_eq!(error.kind(), ErrorKind::Body, "{text}");
                assert!(text.starts_with("s3 GetObject: The answer's body is not what was sent: its "), "{text}");
                assert!(text.contains(&format!("the header {header} says {value}")), "{text}");
            }
            assert_eq!(directory.names(), [""; 0]);
        }
    }
}

/// The header's length counts: what follows is not the body's, and its connection is not used again.
#[test]
fn a_body_longer_than_its_length() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more";
    let server = Server::new(move |_| Script::says(&bytes[..]).ends(End::Wait));
    let client = client(&server);
    for _ in 0..3 {
        let object = client.get_object("bucket", "key").send().unwrap();
        assert_eq!(object.body.read_to_string().unwrap(), "hello");
    }
    assert_eq!(server.asked().len(), 3);
    // With a sum, a length that is too short shows.
    let sum = checksum(b"hello and more");
    let server = answers(&format!("Content-Length: 5\r\nx-amz-checksum-crc32: {sum}\r\n"), b"hello and more");
    let error = self::client(&server).get_object("bucket", "key").send().unwrap().body.into_bytes().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body, "{error}");
}

/// JSON has an end of its own: half of it is no answer, though HTTP says that this was all.
#[test]
fn an_answer_shorter_than_it_was() {
    let answer = Operation::Item.answer();
    let server = answers("Content-Length: 20\r\n", &answer.body);
    let client = botocore::dynamodb::Client::new(&session(server.url())).unwrap();
    let key = [("key", botocore::dynamodb::types::AttributeValue::S("x".to_owned()))];
    let error = client.get_item("table", key).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse, "{error}");
    assert!(error.to_string().starts_with("dynamodb GetItem: "), "{error}");
}

#[test]
fn two_lengths() {
    let server = answers("Content-Length: 5\r\nContent-Length: 3\r\n", b"hello");
    let got = promptly("two lengths", {
        let client = client(&server);
        move || client.get_object("bucket", "key").send().and_then(|object| object.body.into_bytes())
    });
    // Either is an answer to a strange question, as long as no part is passed off as another's.
    assert!(matches!(&got, Ok(bytes) if bytes == b"hello" || bytes == b"hel") || got.is_err(), "{got:?}");
}

#[test]
fn a_file_stays_as_it_was_when_the_connection_is_lost() {
    let directory = Directory::new();
    let file = directory.file("file");
    std::fs::write(&file, "what was there").unwrap();
    let server = answers("Content-Length: 600000\r\n", &content(400_000));
    let error = client(&server).get_object("bucket", "key").send().unwrap().body.save_to(&file).unwrap_err();
    assert!(error.to_string().contains("after 400000 of 600000 bytes of the body"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), b"what was there");
    assert_eq!(directory.names(), ["file"]);
}

/// Neither the rest of a body nor its connection is kept for a caller who went away.
#[test]
fn a_body_that_is_dropped_closes_its_connection() {
    for operation in [Operation::Get, Operation::GetLong, Operation::Events] {
        let answer = operation.answer();
        let half = [answer.head(answer.body.len()), answer.body[..answer.body.len() / 2].to_vec()].concat();
        let server = Server::new(move |_| Script::says(half.clone()).ends(End::Wait));
        let client = client(&server);
        match operation {
            Operation::Events => {
                let mut events = client.select_object_content(selection()).send().unwrap().payload;
                assert!(events.next().unwrap().is_ok());
            }
            _ => {
                let mut object = client.get_object("bucket", "key").send().unwrap();
                object.body.read_exact(&mut [0; 100]).unwrap();
                drop(object);
                // One that was never read, too.
                drop(client.get_object("bucket", "key").send().unwrap());
            }
        }
        assert_eq!(server.left_open(), 0, "{operation:?}");
    }
}

/// What is wrong with the caller's own reader is said, and the call ends.
#[test]
fn a_reader_that_fails_or_ends_too_early() {
    struct Breaks(usize);
    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("the disk is gone"));
            }
            let count = self.0.min(buffer.len());
            self.0 -= count;
            buffer[..count].fill(b'x');
            Ok(count)
        }
    }
    let good = Script::says(Operation::PutBytes.answer().whole());
    let server = Server::new(move |_| good.clone());
    let client = client(&server);
    let bodies = [
        (Body::from_sized_reader(Breaks(300_000), 600_000), "the disk is gone"),
        (Body::from_reader(Breaks(300_000)), "the disk is gone"),
        (Body::from_sized_reader(io::repeat(b'x').take(300_000), 600_000), "after 300000 of 600000 bytes"),
    ];
    for (body, said) in bodies {
        let client = client.clone();
        let error = promptly(said, move || client.put_object("bucket", "key").body(body).send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body, "{error}");
        let text = error.to_string();
        assert!(text.starts_with("s3 PutObject: ") && text.contains(said), "{text}");
    }
    assert_eq!(server.left_open(), 0);
}

#[test]
fn progress_of_both_directions() {
    let seen = Arc::new(Mutex::new(Vec::<(u64, Option<u64>)>::new()));
    let tell = || {
        let seen = seen.clone();
        move |done, length| seen.lock().unwrap().push((done, length))
    };
    let content = Operation::GetLong.content();
    let length = content.len() as u64;
    let (refused, stored) =
        ("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", Operation::PutBytes.answer().whole());
    let server = Server::new(move |number| match number {
        0 => Script::says(refused),
        _ => Script::says(stored.clone()),
    });
    let body = Body::from_seekable(Cursor::new(content.clone())).unwrap().with_progress(tell());
    client(&server).put_object("bucket", "key").body(body).send().unwrap();
    let told = std::mem::take(&mut *seen.lock().unwrap());
    let ends = told.iter().filter(|told| **told == (length, Some(length))).count();
    assert_eq!(ends, 2, "sent twice, told twice");
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0 || pair[0].0 == length), "{told:?}");

    let answer = Operation::GetLong.answer().whole();
    let server = Server::new(move |_| Script::says(answer.clone()));
    let object = client(&server).get_object("bucket", "key").send().unwrap();
    let mut copy = Vec::new();
    object.body.with_progress(tell()).copy_to(&mut copy).unwrap();
    assert!(copy == content);
    let told = std::mem::take(&mut *seen.lock().unwrap());
    assert!(told.len() > 1 && told.is_sorted() && told.last() == Some(&(length, Some(length))), "{told:?}");
}

/// Slow is not silent: what counts is the time between two bytes.
#[test]
fn a_server_that_dribbles() {
    let answer = Operation::Get.answer();
    let (pause, half) = (SHORT / 3, answer.body.len() / 2);
    let head = answer.head(answer.body.len());
    let script = Script::says(head[..20].to_vec()).pauses(pause).then(head[20..].to_vec()).pauses(pause);
    let script = script.then(answer.body[..half].to_vec()).pauses(pause).then(answer.body[half..half + 1].to_vec());
    let script = script.pauses(pause).then(answer.body[half + 1..].to_vec());
    let server = Server::new(move |_| script.clone());
    let client = s3::Client::new(&patient(session(server.url()), SHORT)).unwrap();
    let object = client.get_object("bucket", "key").send().unwrap();
    assert!(object.body.into_bytes().unwrap() == Operation::Get.content());
    assert_eq!(server.asked().len(), 1);
}

/// Who reads slowly is not overrun, and slowness of the caller is no fault of the server.
#[test]
fn a_caller_who_reads_slowly() {
    let answer = Operation::GetLong.answer().whole();
    let server = Server::new(move |_| Script::says(answer.clone()));
    let client = s3::Client::new(&patient(session(server.url()), SHORT)).unwrap();
    let object = client.get_object("bucket", "key").send().unwrap();
    std::thread::sleep(SHORT * 3 / 2);
    let mut got = Vec::new();
    for chunk in object.body.chunks(400_000) {
        got.extend(chunk.unwrap());
        std::thread::sleep(SHORT * 3 / 2);
    }
    assert!(got == Operation::GetLong.content());
}
