//! A server on this machine that answers as it is told, or not at all.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What comes back.
pub(super) enum Reply {
    /// Status and body.
    Answer(u16, String),
    /// Nothing, while the connection stays open.
    Silence,
    /// Bytes that are no HTTP.
    Garbage,
    /// The connection is closed.
    Nothing,
}

/// A request: its first line, and all of it.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) line: String,
    pub(super) text: String,
}

pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// A server whose answers `reply` gives, by the number of the request, from 0, and the request.
    pub(super) fn start(reply: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (reply, record) = (Arc::new(reply), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (reply, record) = (reply.clone(), record.clone());
                thread::spawn(move || serve(stream, &*reply, &record));
            }
        });
        Server { url, asked }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, reply: &dyn Fn(usize, &Asked) -> Reply, record: &Mutex<Vec<Asked>>) -> Option<()> {
    let text = request(&mut stream)?;
    let asked = Asked { line: text.lines().next()?.to_owned(), text };
    let number = {
        let mut record = record.lock().unwrap();
        record.push(asked.clone());
        record.len() - 1
    };
    match reply(number, &asked) {
        Reply::Answer(status, body) => {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all(format!("{head}{body}").as_bytes()).ok()
        }
        Reply::Silence => {
            thread::sleep(Duration::from_secs(20));
            None
        }
        Reply::Garbage => stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").ok(),
        Reply::Nothing => None,
    }
}

/// Head and body of a request.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text.into_owned());
        }
    }
}
