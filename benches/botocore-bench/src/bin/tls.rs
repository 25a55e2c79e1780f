//! Streaming over TLS on loopback: `tls get|put [MiB] [rounds]`. In turn, a bare copy by rustls over TCP and this crate's S3
//! client do the same with one server in this process; only the calling thread's CPU time counts. Prints a line for each
//! round and one with medians and their ratio.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use botocore::{AddressingStyle, Config, Environment, S3Config, Session, s3};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

const PIECE: usize = 256 * 1024;

/// User and system seconds of this thread.
fn cpu() -> f64 {
    // SAFETY: an all-zero rusage is a valid one, and getrusage only writes to it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_THREAD, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

struct Head {
    get: bool,
    waits: bool,
    length: Option<u64>,
}

fn head(stream: &mut impl BufRead) -> io::Result<Option<Head>> {
    let (mut head, mut line) = (Head { get: false, waits: false, length: None }, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let text = line.trim_end().to_ascii_lowercase();
        head.get |= text.starts_with("get ");
        head.waits |= text == "expect: 100-continue";
        if let Some(length) = text.strip_prefix("content-length: ") {
            head.length = length.parse().ok();
        }
        if text.is_empty() {
            return Ok(Some(head));
        }
    }
}

/// Takes or gives `length` bytes a request. What is sent in chunks ends with the last one.
fn serve(config: Arc<ServerConfig>, stream: TcpStream, length: u64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = BufReader::with_capacity(PIECE, StreamOwned::new(connection, stream));
    let piece = vec![b'x'; PIECE];
    while let Some(head) = head(&mut stream)? {
        if head.get {
            let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nETag: \"e\"\r\n\r\n").into_bytes();
            answer.reserve(PIECE);
            stream.get_mut().write_all(&answer)?;
            let mut left = length;
            while left > 0 {
                let count = left.min(PIECE as u64) as usize;
                stream.get_mut().write_all(&piece[..count])?;
                left -= count as u64;
            }
            stream.get_mut().flush()?;
            continue;
        }
        if head.waits {
            stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            stream.get_mut().flush()?;
        }
        match head.length {
            Some(length) => {
                io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
            }
            None => chunks(&mut stream)?,
        }
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \"e\"\r\n\r\n")?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// A body in HTTP's chunks.
fn chunks(stream: &mut impl BufRead) -> io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim_end(), 16).map_err(io::Error::other)?;
        io::copy(&mut (&mut *stream).take(length), &mut io::sink())?;
        line.clear();
        stream.read_line(&mut line)?;
        if length == 0 {
            return Ok(());
        }
    }
}

/// rustls over a socket, and nothing else.
struct Bare(StreamOwned<ClientConnection, TcpStream>);

impl Bare {
    fn new(port: u16, certificate: &CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a certificate of ours");
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let connection = ClientConnection::new(Arc::new(config), name).expect("a configuration of ours");
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server is there");
        stream.set_nodelay(true).expect("a socket");
        Bare(StreamOwned::new(connection, stream))
    }

    fn head(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut have = 0;
        loop {
            have += self.0.read(&mut buffer[have..])?;
            if let Some(end) = buffer[..have].windows(4).position(|end| end == b"\r\n\r\n") {
                return Ok(have - end - 4);
            }
        }
    }

    fn get(&mut self, length: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.write_all(b"GET /bucket/key HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        let mut have = self.head(buffer)? as u64;
        while have < length {
            have += self.0.read(buffer)? as u64;
            black_box(&buffer);
        }
        Ok(())
    }

    fn put(&mut self, file: &Path, length: u64, buffer: &mut [u8]) -> io::Result<()> {
        write!(self.0, "PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")?;
        let mut file = File::open(file)?;
        loop {
            match file.read(buffer)? {
                0 => break,
                count => self.0.write_all(&buffer[..count])?,
            }
        }
        self.0.flush()?;
        self.head(buffer).map(drop)
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |place: usize, default: u64| arguments.get(place).map_or(Ok(default), |text| text.parse());
    let put = arguments.get(1).is_some_and(|what| what == "put");
    let (mebibytes, rounds) = (number(2, 1024)?, number(3, 5)?);
    let length = mebibytes * 1024 * 1024;

    let directory = std::env::temp_dir().join(format!("botocore-bench-tls-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (authorities, object) = (directory.join("ca.pem"), directory.join("object"));
    std::fs::write(&authorities, issued.cert.pem())?;
    if put {
        io::copy(&mut io::repeat(b'x').take(length), &mut File::create(&object)?)?;
    }
    let certificate = issued.cert.der().clone();
    let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der())?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key)?;
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0")?);
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            std::thread::spawn(move || serve(config, stream, length));
        }
    });

    let environment = Environment::empty()
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing")
        .with("AWS_DEFAULT_REGION", "us-east-1")
        .with("AWS_CA_BUNDLE", authorities.display().to_string());
    let session = Session::builder().environment(environment).build();
    let settings = Config::new().s3(S3Config::new().addressing_style(AddressingStyle::Path));
    let builder = session.create_client::<s3::Client>().endpoint_url(format!("https://localhost:{port}"));
    let client = builder.config(settings).build()?;
    let mut bare = Bare::new(port, &certificate);
    let mut buffer = vec![0; PIECE];

    let mut figures: [Vec<f64>; 4] = Default::default();
    for round in 0..=rounds {
        for ours in [false, true] {
            let (start, before) = (Instant::now(), cpu());
            match (ours, put) {
                (false, false) => bare.get(length, &mut buffer)?,
                (false, true) => bare.put(&object, length, &mut buffer)?,
                (true, true) => drop(client.put_object("bucket", "key").body(File::open(&object)?).send()?),
                (true, false) => {
                    let mut body = client.get_object("bucket", "key").send()?.body;
                    while body.read(&mut buffer)? > 0 {
                        black_box(&buffer);
                    }
                }
            }
            let gib = length as f64 / f64::from(1 << 30);
            let (cpu, wall) = ((cpu() - before) / gib, start.elapsed().as_secs_f64() / gib);
            println!(
                "{{\"round\":{round},\"client\":\"{}\",\"cpu_s_per_gib\":{cpu:.3},\"wall_s_per_gib\":{wall:.3}}}",
                if ours { "botocore" } else { "rustls" }
            );
            // The first is for warming up.
            if round > 0 {
                figures[usize::from(ours)].push(cpu);
                figures[2 + usize::from(ours)].push(wall);
            }
        }
    }
    let [bare_cpu, cpu, bare_wall, wall] = figures.map(|mut values| median(&mut values));
    println!(
        "{{\"cpu_s_per_gib\":[{bare_cpu:.3},{cpu:.3}],\"cpu_ratio\":{:.2},\"wall_s_per_gib\":[{bare_wall:.3},{wall:.3}],\"wall_ratio\":{:.2}}}",
        cpu / bare_cpu,
        wall / bare_wall
    );
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}
