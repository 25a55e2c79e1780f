//! A server on loopback that goes wrong by a script: each connection serves one request, and ends as the script says.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

/// What the server does with one connection.
#[derive(Clone, Debug)]
pub struct Script {
    pub reads: Reads,
    pub says: Vec<Say>,
    pub ends: End,
}

/// How much of the request is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reads {
    Nothing,
    Line,
    Head,
    /// The head and so many bytes of the body, or all of it.
    Body(usize),
    All,
}

#[derive(Clone, Debug)]
pub enum Say {
    Bytes(Vec<u8>),
    Pause(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    Close,
    /// A packet that ends the connection at once, and what was under way with it.
    Reset,
    /// The client closes.
    Wait,
}

impl Script {
    /// Reads the whole request, says this and closes.
    pub fn says(bytes: impl Into<Vec<u8>>) -> Self {
        Script { reads: Reads::All, says: vec![Say::Bytes(bytes.into())], ends: End::Close }
    }

    pub fn ends(self, ends: End) -> Self {
        Script { ends, ..self }
    }

    pub fn reads(self, reads: Reads) -> Self {
        Script { reads, ..self }
    }

    pub fn pauses(mut self, time: Duration) -> Self {
        self.says.push(Say::Pause(time));
        self
    }

    pub fn then(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.says.push(Say::Bytes(bytes.into()));
        self
    }
}

/// A request as it came, or the part of it that was read.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub head: String,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

type Plan = dyn Fn(usize) -> Script + Send + Sync;

pub struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    open: Arc<AtomicUsize>,
}

impl Server {
    /// Does with each connection, numbered from 0, what `plan` says.
    pub fn new(plan: impl Fn(usize) -> Script + Send + Sync + 'static) -> Self {
        Server::start(Arc::new(plan), None)
    }

    /// The same by TLS, under the name `localhost`.
    pub fn by_tls(config: Arc<ServerConfig>, plan: impl Fn(usize) -> Script + Send + Sync + 'static) -> Self {
        Server::start(Arc::new(plan), Some(config))
    }

    fn start(plan: Arc<Plan>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = match tls {
            Some(_) => format!("https://localhost:{port}"),
            None => format!("http://127.0.0.1:{port}"),
        };
        let server = Server { url, asked: Arc::default(), open: Arc::default() };
        let (asked, open) = (server.asked.clone(), server.open.clone());
        thread::spawn(move || {
            for (number, socket) in listener.incoming().enumerate() {
                let Ok(socket) = socket else { continue };
                let (plan, tls, asked, open) = (plan.clone(), tls.clone(), asked.clone(), open.clone());
                open.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // What the client thinks of it is for the test to look at.
                    let _ = serve(&plan(number), socket, tls, &asked);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn authority(&self) -> &str {
        self.url.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// What was asked so far, of each connection.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits until no connection is open; gives how many still are after five seconds.
    pub fn left_open(&self) -> usize {
        let end = Instant::now() + Duration::from_secs(5);
        while self.open.load(Ordering::SeqCst) > 0 && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        self.open.load(Ordering::SeqCst)
    }
}

fn serve(
    script: &Script,
    socket: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    asked: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    let raw = socket.try_clone()?;
    let stream: Box<dyn Stream> = match tls {
        Some(config) => Box::new(StreamOwned::new(ServerConnection::new(config).map_err(io::Error::other)?, socket)),
        None => Box::new(socket),
    };
    let mut stream = BufReader::new(stream);
    let mut request = Asked::default();
    let read = receive(&mut stream, script.reads, &mut request);
    asked.lock().unwrap().push(request);
    read?;
    for say in &script.says {
        match say {
            Say::Bytes(bytes) => {
                stream.get_mut().write_all(bytes)?;
                stream.get_mut().flush()?;
            }
            Say::Pause(time) => thread::sleep(*time),
        }
    }
    match script.ends {
        End::Close => raw.shutdown(Shutdown::Both),
        End::Reset => {
            SockRef::from(&raw).set_linger(Some(Duration::ZERO))?;
            // What was said is on its way before the reset overtakes it.
            thread::sleep(Duration::from_millis(20));
            Ok(())
        }
        End::Wait => io::copy(&mut stream, &mut io::sink()).map(drop),
    }
}

fn receive(stream: &mut BufReader<Box<dyn Stream>>, reads: Reads, asked: &mut Asked) -> io::Result<()> {
    if reads == Reads::Nothing {
        return Ok(());
    }
    while !asked.head.ends_with("\r\n\r\n") && (reads != Reads::Line || asked.head.is_empty()) {
        if stream.read_line(&mut asked.head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let most = match reads {
        Reads::Body(most) => most,
        Reads::All => usize::MAX,
        _ => return Ok(()),
    };
    if asked.header("expect").is_some() {
        stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    if let Some(length) = asked.header("content-length").and_then(|length| length.parse().ok()) {
        asked.body = vec![0; most.min(length)];
        stream.read_exact(&mut asked.body)?;
    } else if asked.header("transfer-encoding").is_some() {
        while !asked.body.ends_with(b"0\r\n\r\n") && asked.body.len() < most {
            if stream.read_until(b'\n', &mut asked.body)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
    Ok(())
}
