//! The operations that meet the faults, each with the answer that it should get and what it must then come to.

use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use botocore::dynamodb::types::AttributeValue;
use botocore::s3::operation::SelectObjectContentInput;
use botocore::s3::types::SelectObjectContentEventStream;
use botocore::{Body, Result, Session, dynamodb, s3};

use crate::content;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operation {
    /// An object of some bytes, into memory.
    Get,
    /// A long one, which goes another way through the transport.
    GetLong,
    GetFile,
    PutBytes,
    PutFile,
    /// From a reader that cannot go back, with its length.
    PutReader,
    /// The same without a length.
    PutUnsized,
    Item,
    Events,
}

pub const ALL: [Operation; 9] = [
    Operation::Get,
    Operation::GetLong,
    Operation::GetFile,
    Operation::PutBytes,
    Operation::PutFile,
    Operation::PutReader,
    Operation::PutUnsized,
    Operation::Item,
    Operation::Events,
];

/// An answer, to be spoilt.
#[derive(Clone, Debug)]
pub struct Answer {
    pub headers: Vec<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The head, as if the body had that length.
    pub fn head(&self, length: usize) -> Vec<u8> {
        self.head_with(&format!("Content-Length: {length}"))
    }

    pub fn head_with(&self, line: &str) -> Vec<u8> {
        let lines: String = self.headers.iter().map(|header| format!("{header}\r\n")).collect();
        format!("HTTP/1.1 200 OK\r\n{lines}{line}\r\n\r\n").into_bytes()
    }

    pub fn whole(&self) -> Vec<u8> {
        [self.head(self.body.len()), self.body.clone()].concat()
    }
}

impl Operation {
    /// Whether the caller reads the answer's body, after `send` is done.
    pub fn streams(self) -> bool {
        matches!(self, Operation::Get | Operation::GetLong | Operation::GetFile | Operation::Events)
    }

    /// Whether the request is from a reader that cannot go back.
    pub fn reads_once(self) -> bool {
        matches!(self, Operation::PutReader | Operation::PutUnsized)
    }

    pub fn attempts(self) -> u32 {
        if self == Operation::Item { 4 } else { 3 }
    }

    /// As errors begin.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Get | Operation::GetLong | Operation::GetFile => "s3 GetObject: ",
            Operation::PutBytes | Operation::PutFile | Operation::PutReader | Operation::PutUnsized => "s3 PutObject: ",
            Operation::Item => "dynamodb GetItem: ",
            Operation::Events => "s3 SelectObjectContent: ",
        }
    }

    /// What is sent or received.
    pub fn content(self) -> Vec<u8> {
        match self {
            Operation::Get | Operation::GetFile => content(10_000),
            Operation::GetLong | Operation::PutBytes | Operation::PutFile => content(700_000),
            Operation::PutReader | Operation::PutUnsized => content(500_000),
            Operation::Item | Operation::Events => content(5_000),
        }
    }

    pub fn answer(self) -> Answer {
        let content = self.content();
        let (headers, body) = match self {
            Operation::Get | Operation::GetLong | Operation::GetFile => {
                (vec![format!("x-amz-checksum-crc32: {}", checksum(&content))], content)
            }
            Operation::Item => {
                let text = String::from_utf8(content).unwrap();
                (vec![], format!(r#"{{"Item":{{"text":{{"S":"{text}"}}}}}}"#).into_bytes())
            }
            Operation::Events => (vec![], events(&content)),
            _ => (vec!["ETag: \"right\"".to_owned()], vec![]),
        };
        Answer { headers, body }
    }

    /// Gives what was received, and the number of attempts; for what is sent, what the answer says.
    pub fn call(self, session: &Session, directory: &Path) -> Result<(Vec<u8>, u32)> {
        let s3 = || s3::Client::new(session);
        match self {
            Operation::Get | Operation::GetLong => {
                let object = s3()?.get_object("bucket", "key").send()?;
                Ok((object.body.into_bytes()?, object.response_metadata.attempts()))
            }
            Operation::GetFile => {
                let file = directory.join("received");
                let object = s3()?.get_object("bucket", "key").send()?;
                object.body.save_to(&file)?;
                Ok((std::fs::read(file)?, object.response_metadata.attempts()))
            }
            Operation::Item => {
                let key = [("key", AttributeValue::S("x".to_owned()))];
                let answer = dynamodb::Client::new(session)?.get_item("table", key).send()?;
                let Some(AttributeValue::S(text)) = answer.item.get("text") else { return Ok((vec![], 0)) };
                Ok((text.clone().into_bytes(), answer.response_metadata.attempts()))
            }
            Operation::Events => select(&s3()?),
            _ => {
                let put = s3()?.put_object("bucket", "key").body(self.body(directory)?).send()?;
                Ok((put.e_tag.unwrap_or_default().into_bytes(), put.response_metadata.attempts()))
            }
        }
    }

    /// What a right call gives.
    pub fn right(self) -> Vec<u8> {
        match self {
            Operation::PutBytes | Operation::PutFile | Operation::PutReader | Operation::PutUnsized => {
                b"\"right\"".to_vec()
            }
            _ => self.content(),
        }
    }

    fn body(self, directory: &Path) -> Result<Body> {
        let content = self.content();
        Ok(match self {
            Operation::PutFile => {
                let file = directory.join("sent");
                std::fs::write(&file, content)?;
                Body::from_path(file)?
            }
            Operation::PutReader => {
                let length = content.len() as u64;
                Body::from_sized_reader(Once(io::Cursor::new(content)), length)
            }
            Operation::PutUnsized => Body::from_reader(Once(io::Cursor::new(content))),
            _ => Body::from(content),
        })
    }
}

/// A reader and no more.
struct Once(io::Cursor<Vec<u8>>);

impl Read for Once {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

pub fn checksum(bytes: &[u8]) -> String {
    STANDARD.encode(crc32fast::hash(bytes).to_be_bytes())
}

pub fn selection() -> SelectObjectContentInput {
    SelectObjectContentInput { bucket: "bucket".into(), key: "key".into(), ..Default::default() }
}

fn select(client: &s3::Client) -> Result<(Vec<u8>, u32)> {
    let answer = client.select_object_content(selection()).send()?;
    let attempts = answer.response_metadata.attempts();
    let (mut records, mut ended) = (Vec::new(), false);
    for event in answer.payload {
        match event? {
            SelectObjectContentEventStream::Records(event) => {
                records.extend(event.payload.unwrap_or_default().to_vec())
            }
            SelectObjectContentEventStream::End(_) => ended = true,
            _ => {}
        }
    }
    assert!(ended, "a stream that was cut came to its end");
    Ok((records, attempts))
}

/// The content in events of 1,000 bytes, and the last event.
fn events(content: &[u8]) -> Vec<u8> {
    let records = content.chunks(1000).flat_map(|chunk| frame("Records", chunk));
    records.chain(frame("End", b"")).collect()
}

fn frame(kind: &str, payload: &[u8]) -> Vec<u8> {
    let headers = [header(":message-type", "event"), header(":event-type", kind)].concat();
    let mut frame = ((16 + headers.len() + payload.len()) as u32).to_be_bytes().to_vec();
    frame.extend((headers.len() as u32).to_be_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend([&headers, payload].concat());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}

fn header(name: &str, value: &str) -> Vec<u8> {
    let length = (value.len() as u16).to_be_bytes();
    [&[name.len() as u8], name.as_bytes(), &[7], &length, value.as_bytes()].concat()
}
