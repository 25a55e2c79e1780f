use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server on loopback that follows a script: each connection serves one request, and is closed after the answer.
pub struct Server {
    authority: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub head: String,
    pub body: Vec<u8>,
}

impl Asked {
    /// Method and target: `GET /bucket?list-type=2`.
    pub fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.strip_suffix(" HTTP/1.1").unwrap_or(line)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Server {
    /// Answers with what `serve` makes of the request and its number, from 0, byte by byte.
    pub fn new(serve: impl Fn(usize, &Asked) -> String + Send + 'static) -> Self {
        Server::of_streams(move |number, asked, stream| {
            let _ = stream.write_all(serve(number, asked).as_bytes());
        })
    }

    /// Gives the same answer to every request.
    pub fn always(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Server::new(move |_, _| answer.clone())
    }

    /// Reads each request, waits, and closes the connection.
    pub fn silent(pause: Duration) -> Self {
        Server::of_streams(move |_, _, _| thread::sleep(pause))
    }

    pub fn of_streams(serve: impl Fn(usize, &Asked, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = receive(&stream) else { continue };
                let number = record.lock().unwrap().len();
                record.lock().unwrap().push(request.clone());
                serve(number, &request, &mut stream);
            }
        });
        Server { authority, asked }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Methods and targets of what was asked so far.
    pub fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|asked| asked.line().to_owned()).collect()
    }
}

/// An answer that ends the connection. `headers` are whole lines.
pub fn answer(status: u16, headers: &[&str], body: &str) -> String {
    let mut text = format!("HTTP/1.1 {status} Status\r\nConnection: close\r\n");
    for header in headers {
        text += &format!("{header}\r\n");
    }
    if !headers.iter().any(|header| header.to_ascii_lowercase().starts_with("content-length:")) {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    text + "\r\n" + body
}

/// Nothing, when the client went away.
fn receive(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut asked = Asked { head, body: Vec::new() };
    if asked.header("expect").is_some() {
        (&mut &*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    if let Some(length) = asked.header("content-length").and_then(|length| length.parse().ok()) {
        asked.body = vec![0; length];
        reader.read_exact(&mut asked.body).ok()?;
    } else if asked.header("transfer-encoding").is_some() {
        while !asked.body.ends_with(b"0\r\n\r\n") {
            reader.read_until(b'\n', &mut asked.body).ok().filter(|&count| count > 0)?;
        }
    }
    Some(asked)
}
