//! A store of objects that speaks enough of S3 to be written to, read, listed and emptied, and goes wrong now and then.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use socket2::SockRef;

use crate::PATIENCE;
use crate::figures::Process;

/// The ways in which a request goes wrong.
pub const FAULTS: [&str; 13] = [
    "closed before the request is read",
    "reset before the request is read",
    "closed after the request's head",
    "done, but closed without an answer",
    "done, but reset without an answer",
    "done, but the answer's head is cut",
    "the answer's body is cut",
    "the answer's body is reset",
    "the answer's body is not what was stored",
    "500",
    "503",
    "bytes of no meaning",
    "silence",
];

pub struct Store {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    objects: Mutex<Objects>,
    open: AtomicUsize,
    connections: AtomicUsize,
    requests: AtomicUsize,
    faults: [AtomicUsize; FAULTS.len()],
}

#[derive(Default)]
pub struct Objects {
    pub live: BTreeMap<String, Vec<u8>>,
    /// The calls, by `amz-sdk-invocation-id`, that wrote each key. Keys are written once.
    writers: BTreeMap<String, String>,
    /// What the store noticed that must not be.
    pub wrongs: Vec<String>,
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl Store {
    pub fn start(faults: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let accepting = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = accepting.clone();
                shared.open.fetch_add(1, Ordering::SeqCst);
                shared.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let _ = shared.serve(stream, faults);
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Store { url, shared }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connections that stay open: those that were just closed are waited for until there are no more than `most`.
    pub fn kept(&self, most: usize) -> usize {
        let end = Instant::now() + Duration::from_secs(3);
        while self.open() > most && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        self.open()
    }

    /// Connections that are open now.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }

    pub fn faults(&self) -> [usize; FAULTS.len()] {
        self.shared.faults.each_ref().map(|count| count.load(Ordering::SeqCst))
    }

    pub fn objects(&self) -> MutexGuard<'_, Objects> {
        self.shared.objects.lock().unwrap()
    }

    /// Waits until the last connection is closed and its thread gone; gives what the process then holds.
    pub fn settled(&self, before: &Process) -> Process {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let now = Process::now();
            // The listener and the thread that waits on it are the store's own.
            let is_settled = self.open() == 0 && now.threads <= before.threads + 1 && now.files <= before.files + 1;
            if is_settled || Instant::now() > end {
                return now;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream, percent: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        while !reader.fill_buf()?.is_empty() {
            self.requests.fetch_add(1, Ordering::SeqCst);
            let fault = (fastrand::usize(..100) < percent).then(|| fastrand::usize(..FAULTS.len()));
            if let Some(fault) = fault {
                self.faults[fault].fetch_add(1, Ordering::SeqCst);
                return self.go_wrong(fault, &mut reader, &stream);
            }
            let request = receive(&mut reader, &stream)?;
            (&stream).write_all(&self.answer(&request))?;
        }
        Ok(())
    }

    fn go_wrong(&self, fault: usize, reader: &mut BufReader<TcpStream>, stream: &TcpStream) -> io::Result<()> {
        let reset = || SockRef::from(stream).set_linger(Some(Duration::ZERO));
        let say = |text: &[u8]| { stream }.write_all(text);
        match FAULTS[fault] {
            "closed before the request is read" => return Ok(()),
            "reset before the request is read" => return reset(),
            "closed after the request's head" => return read_head(reader).map(drop),
            _ => {}
        }
        let request = receive(reader, stream)?;
        let answer = match FAULTS[fault] {
            "500" => return say(&refusal("500 Internal Server Error", "InternalError")),
            "503" => return say(&refusal("503 Slow Down", "SlowDown")),
            "bytes of no meaning" => return say(b"\0\xff no answer at all\r\n\r\n"),
            "silence" => {
                thread::sleep(PATIENCE * 2);
                return Ok(());
            }
            _ => self.answer(&request),
        };
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
        let half = head + (answer.len() - head) / 2;
        match FAULTS[fault] {
            "done, but reset without an answer" => reset(),
            "done, but the answer's head is cut" => say(&answer[..head / 2]),
            // Without a body it is the head that is cut.
            "the answer's body is cut" => say(&answer[..half.min(answer.len() - 1)]),
            "the answer's body is reset" => {
                say(&answer[..half.min(answer.len() - 1)])?;
                thread::sleep(Duration::from_millis(5));
                reset()
            }
            "the answer's body is not what was stored" => {
                let mut answer = answer;
                match request.method == "GET" && request.query.is_empty() && answer.len() > head {
                    true => answer[half] ^= 1,
                    false => answer.truncate(head / 2),
                }
                say(&answer)
            }
            _ => Ok(()),
        }
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        let mut objects = self.objects.lock().unwrap();
        let key = request.path.strip_prefix("/bucket/").unwrap_or_default().to_owned();
        match request.method.as_str() {
            "PUT" => objects.put(key, request),
            "DELETE" => {
                objects.live.remove(&key);
                answer("204 No Content", "", b"")
            }
            "GET" if key.is_empty() => objects.list(&request.query),
            "GET" => match objects.live.get(&key) {
                Some(bytes) => answer("200 OK", &format!("x-amz-checksum-crc32: {}\r\n", checksum(bytes)), bytes),
                None => refusal("404 Not Found", "NoSuchKey"),
            },
            _ => refusal("405 Method Not Allowed", "MethodNotAllowed"),
        }
    }
}

impl Objects {
    fn put(&mut self, key: String, request: &Request) -> Vec<u8> {
        let call = request.header("amz-sdk-invocation-id").unwrap_or_default().to_owned();
        let (bytes, sum) = match request.header("x-amz-trailer") {
            Some(_) => unpack(&request.body),
            None => (request.body.clone(), request.header("x-amz-checksum-crc32").unwrap_or_default().to_owned()),
        };
        if sum != checksum(&bytes) {
            self.wrongs
                .push(format!("{key} came with the sum {sum:?}, which is not that of its {} bytes", bytes.len()));
            return refusal("400 Bad Request", "BadDigest");
        }
        match self.writers.insert(key.clone(), call.clone()) {
            Some(before) if before != call => {
                self.wrongs.push(format!("{key} was written by two calls: {before}, {call}"));
            }
            Some(_) if self.live.get(&key).is_some_and(|stored| *stored != bytes) => {
                self.wrongs.push(format!("{key} was written again with other content"));
            }
            _ => {}
        }
        self.live.insert(key, bytes);
        answer("200 OK", &format!("ETag: \"{sum}\"\r\n"), b"")
    }

    /// Five keys at a time, of one prefix.
    fn list(&self, query: &str) -> Vec<u8> {
        let get = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
        };
        let prefix = get("prefix").unwrap_or_default().replace("%2F", "/");
        let after = get("continuation-token").unwrap_or_default().replace("%2F", "/");
        let keys: Vec<_> = self.live.keys().filter(|key| key.starts_with(&prefix) && **key > after).take(6).collect();
        let mut xml = format!("<ListBucketResult><Name>bucket</Name><IsTruncated>{}</IsTruncated>", keys.len() > 5);
        if keys.len() > 5 {
            xml += &format!("<NextContinuationToken>{}</NextContinuationToken>", keys[4]);
        }
        for key in keys.iter().take(5) {
            xml += &format!("<Contents><Key>{key}</Key><Size>{}</Size></Contents>", self.live[*key].len());
        }
        answer("200 OK", "", (xml + "</ListBucketResult>").as_bytes())
    }

    /// Keys that are there and that nobody was told of: whose writers met an error.
    pub fn beyond(&self, known: &HashSet<String>) -> usize {
        self.live.keys().filter(|key| !known.contains(*key)).count()
    }
}

pub fn checksum(bytes: &[u8]) -> String {
    STANDARD.encode(crc32fast::hash(bytes).to_be_bytes())
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = if status.starts_with("204") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    [format!("HTTP/1.1 {status}\r\nx-amz-request-id: R\r\n{headers}{length}\r\n").as_bytes(), body].concat()
}

fn refusal(status: &str, code: &str) -> Vec<u8> {
    answer(status, "", format!("<Error><Code>{code}</Code><Message>Not now.</Message></Error>").as_bytes())
}

fn read_head(reader: &mut BufReader<TcpStream>) -> io::Result<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(": "));
    Ok(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
        body: Vec::new(),
    })
}

fn receive(reader: &mut BufReader<TcpStream>, stream: &TcpStream) -> io::Result<Request> {
    let mut request = read_head(reader)?;
    if request.header("expect").is_some() {
        (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    if let Some(length) = request.header("content-length").and_then(|length| length.parse().ok()) {
        request.body = vec![0; length];
        reader.read_exact(&mut request.body)?;
    } else if request.header("transfer-encoding").is_some() {
        while chunk(reader, &mut request.body)? > 0 {}
    }
    Ok(request)
}

/// Reads a chunk of HTTP's and gives its size; 0 is the last.
fn chunk(reader: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<usize> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let size = usize::from_str_radix(line.trim(), 16).map_err(|_| io::ErrorKind::InvalidData)?;
    let before = body.len();
    body.resize(before + size, 0);
    reader.read_exact(&mut body[before..])?;
    reader.read_exact(&mut [0; 2])?;
    Ok(size)
}

/// The content of an `aws-chunked` body and the sum behind it.
fn unpack(body: &[u8]) -> (Vec<u8>, String) {
    let (mut rest, mut content, mut line) = (body, Vec::new(), String::new());
    loop {
        line.clear();
        let size = rest.read_line(&mut line).ok().and_then(|_| usize::from_str_radix(line.trim(), 16).ok());
        match size {
            Some(0) | None => break,
            Some(size) => {
                content.extend_from_slice(&rest[..size.min(rest.len())]);
                rest = rest.get(size + 2..).unwrap_or_default();
            }
        }
    }
    let trailer = String::from_utf8_lossy(rest);
    let sum = trailer.trim().strip_prefix("x-amz-checksum-crc32:").unwrap_or_default();
    (content, sum.to_owned())
}
