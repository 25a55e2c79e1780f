//! What each thread does, and what it must find.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Read};

use botocore::s3::error::NoSuchKey;
use botocore::{Body, Error, ErrorKind, Result, s3};

use crate::figures::{Ending, Figures};

/// A thread's own keys, as it knows them.
#[derive(Default)]
struct Known {
    /// Written, and the answer came.
    live: BTreeMap<String, Vec<u8>>,
    /// Written or deleted with an error: the store may have done it or not.
    uncertain: HashSet<String>,
    deleted: Vec<String>,
    next: usize,
}

pub fn run(thread: usize, calls: usize, client: &s3::Client, figures: &Figures) {
    let mut random = fastrand::Rng::with_seed(thread as u64);
    let mut known = Known::default();
    for _ in 0..calls {
        let choice = match known.live.len() {
            0..3 => 0,
            20.. => 80,
            _ => random.usize(..100),
        };
        let ending = match choice {
            0..40 => put(thread, client, &mut known, &mut random),
            40..75 => get(client, &known, &mut random),
            75..95 => delete(client, &mut known, &mut random),
            _ => list(thread, client, &known),
        };
        figures.count(ending);
    }
    figures.keep(known.live, known.uncertain, known.deleted);
}

/// Bytes of the key's own, so that one object is never taken for another.
fn content(key: &str, random: &mut fastrand::Rng) -> Vec<u8> {
    let length = match random.usize(..20) {
        0 => 0,
        1 => 400_000,
        _ => random.usize(..24_000),
    };
    key.bytes().cycle().take(length).enumerate().map(|(at, byte)| byte ^ (at / key.len()) as u8).collect()
}

/// The four kinds of bodies in turn.
fn body(bytes: &[u8], number: usize) -> Body {
    let reader = Cursor::new(bytes.to_vec());
    match number % 4 {
        0 => Body::from(bytes.to_vec()),
        1 => Body::from_seekable(reader).unwrap(),
        2 => Body::from_sized_reader(Plain(reader), bytes.len() as u64),
        _ => Body::from_reader(Plain(reader)),
    }
}

struct Plain(Cursor<Vec<u8>>);

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

fn put(thread: usize, client: &s3::Client, known: &mut Known, random: &mut fastrand::Rng) -> Ending {
    known.next += 1;
    let key = format!("{thread}/{:06}", known.next);
    let bytes = content(&key, random);
    match client.put_object("bucket", &*key).body(body(&bytes, known.next)).send() {
        Ok(answer) => {
            known.live.insert(key, bytes);
            Ending::right(answer.response_metadata.attempts())
        }
        Err(error) => {
            known.uncertain.insert(key);
            failed(&error)
        }
    }
}

fn get(client: &s3::Client, known: &Known, random: &mut fastrand::Rng) -> Ending {
    if let Some(key) = random.choice(&known.deleted).filter(|_| random.usize(..10) == 0) {
        return match client.get_object("bucket", key).send() {
            Err(error) if error.is::<NoSuchKey>() => Ending::right(error.attempts()),
            Err(error) => failed(&error),
            Ok(_) => Ending::Wrong(format!("{key} was deleted and is still there")),
        };
    }
    let Some((key, bytes)) = random.choice(&known.live) else {
        return Ending::right(1);
    };
    let object = match client.get_object("bucket", key).send() {
        Ok(object) => object,
        Err(error) => return failed(&error),
    };
    let attempts = object.response_metadata.attempts();
    // Some callers want only the beginning.
    if random.usize(..20) == 0 {
        drop(object);
        return Ending::right(attempts);
    }
    match object.body.into_bytes() {
        Ok(got) if got == *bytes => Ending::right(attempts),
        Ok(got) => {
            Ending::Wrong(format!("{key}: {} bytes of {} that are not what was written", got.len(), bytes.len()))
        }
        Err(error) => failed(&error),
    }
}

fn delete(client: &s3::Client, known: &mut Known, random: &mut fastrand::Rng) -> Ending {
    let Some(key) = random.choice(known.live.keys()).cloned() else {
        return Ending::right(1);
    };
    known.live.remove(&key);
    match client.delete_object("bucket", &*key).send() {
        Ok(answer) => {
            known.deleted.push(key);
            Ending::right(answer.response_metadata.attempts())
        }
        Err(error) => {
            known.uncertain.insert(key);
            failed(&error)
        }
    }
}

fn list(thread: usize, client: &s3::Client, known: &Known) -> Ending {
    let prefix = format!("{thread}/");
    let listed = client.list_objects_v2("bucket").prefix(prefix).items().map(|object| object.map(|object| object.key));
    let listed = match listed.collect::<Result<Vec<String>>>() {
        Ok(listed) => listed,
        Err(error) => return failed(&error),
    };
    let once: HashSet<&String> = listed.iter().collect();
    if once.len() != listed.len() {
        return Ending::Wrong(format!("a list of {} keys names some twice", listed.len()));
    }
    if let Some(lost) = known.live.keys().find(|key| !once.contains(key)) {
        return Ending::Wrong(format!("{lost} was written and is not listed"));
    }
    match once.iter().find(|key| !known.live.contains_key(**key) && !known.uncertain.contains(**key)) {
        Some(more) => Ending::Wrong(format!("{more} is listed and was never written, or was deleted")),
        None => Ending::right(1),
    }
}

/// An error is clear when it names the operation, and says what happened and where.
fn failed(error: &Error) -> Ending {
    let text = error.to_string();
    let is_clear = text.starts_with("s3 ")
        && match error.kind() {
            ErrorKind::Transport => text.contains("127.0.0.1:"),
            ErrorKind::Service => error.code().is_some_and(|code| !code.is_empty()) && text.contains("(HTTP "),
            ErrorKind::Body => text.contains("is not what was sent"),
            _ => false,
        };
    if is_clear { Ending::Failed(error.kind()) } else { Ending::Wrong(format!("an error that is not clear: {text}")) }
}
