//! Typed calls to S3: make a bucket, write, list, read, stream 64 MiB up and down, and meet a modelled error.
//!
//!     cargo run --example quickstart --features s3
//!     cargo run --example quickstart --features s3 -- --aws
//!
//! The first talks to an S3 server that runs within this program, the second to the AWS account that is configured: there
//! it makes a bucket with a random name and removes it at the end.

#[path = "../tests/support/s3_server.rs"]
mod s3_server;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use botocore::s3::types::CreateBucketConfiguration;
use botocore::{Body, Result, Session, s3};
use s3_server::S3Server;

const MIB: u64 = 1024 * 1024;
const LARGE: u64 = 64 * MIB;

fn main() -> Result<()> {
    let aws = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--aws") => true,
        Some(other) => {
            eprintln!("`{other}` is not known: quickstart [--aws]");
            std::process::exit(2);
        }
    };
    let server = if aws { None } else { Some(S3Server::start()?) };
    let session = match &server {
        Some(server) => server.session(),
        None => Session::new(),
    };
    match &server {
        Some(server) => println!("An S3 server runs at {}, over a temporary directory.", server.url()),
        None => println!("The AWS account that is configured is used."),
    }
    let client = s3::Client::new(&session)?;
    let bucket = format!("botocore-quickstart-{:08x}", random());
    create_bucket(&client, &session, &bucket)?;
    client.wait_until_bucket_exists(&*bucket).wait()?;
    println!("Created the bucket {bucket}.");
    let shown = show(&client, &bucket);
    let removed = remove(&client, &bucket);
    shown.and(removed)?;
    println!("Removed the bucket and all in it.");
    Ok(())
}

fn create_bucket(client: &s3::Client, session: &Session, bucket: &str) -> Result<()> {
    let call = client.create_bucket(bucket);
    match session.region()?.filter(|region| region != "us-east-1") {
        None => call.send()?,
        Some(region) => {
            let place =
                CreateBucketConfiguration { location_constraint: Some(region.as_str().into()), ..Default::default() };
            call.create_bucket_configuration(place).send()?
        }
    };
    Ok(())
}

fn show(client: &s3::Client, bucket: &str) -> Result<()> {
    for (key, text) in [("greetings/english", "Hello!"), ("greetings/ελληνικά", "Γειά σου!"), ("notes", "none")]
    {
        client.put_object(bucket, key).body(text).content_type("text/plain; charset=utf-8").send()?;
    }
    println!("Put three objects.");

    for object in client.list_objects_v2(bucket).prefix("greetings/").items() {
        let object = object?;
        println!("  {} has {} bytes", object.key, object.size);
    }

    let object = client.get_object(bucket, "greetings/ελληνικά").send()?;
    println!("Got {:?}.", object.body.read_to_string()?);
    let part = client.get_object(bucket, "greetings/english").range("bytes=0-3").send()?;
    println!("Got {:?}, the first four bytes of another.", part.body.read_to_string()?);

    stream(client, bucket)?;

    match client.get_object(bucket, "absent").send() {
        Err(error) if error.is::<s3::error::NoSuchKey>() => {
            println!("What is not there is an error with a type:\n  {error}")
        }
        other => println!("What is not there was found: {:?}", other?.content_length),
    }

    let url = client.get_object(bucket, "notes").presign(Duration::from_secs(300))?;
    println!("For five minutes, anyone can read an object by\n  {url}");
    Ok(())
}

/// 64 MiB from a file and back, a piece at a time.
fn stream(client: &s3::Client, bucket: &str) -> Result<()> {
    let file = LargeFile::new()?;
    let bar = Bar::new("Up  ");
    client.put_object(bucket, "large").body(Body::from_path(&file.0)?.with_progress(bar.report())).send()?;
    bar.end();

    let bar = Bar::new("Down");
    let object = client.get_object(bucket, "large").send()?;
    let bytes = object.body.with_progress(bar.report()).copy_to(&mut io::sink())?;
    bar.end();
    assert_eq!(bytes, LARGE);
    Ok(())
}

fn remove(client: &s3::Client, bucket: &str) -> Result<()> {
    for object in client.list_objects_v2(bucket).items() {
        client.delete_object(bucket, object?.key).send()?;
    }
    client.delete_bucket(bucket).send()?;
    Ok(())
}

/// A file of 64 MiB that goes when it is dropped.
struct LargeFile(PathBuf);

impl LargeFile {
    fn new() -> io::Result<Self> {
        let file = LargeFile(std::env::temp_dir().join(format!("botocore-quickstart-{:08x}", random())));
        let mut writer = BufWriter::new(File::create(&file.0)?);
        for number in 0..LARGE / 8 {
            writer.write_all(&number.to_le_bytes())?;
        }
        writer.flush()?;
        Ok(file)
    }
}

impl Drop for LargeFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A bar on a terminal; elsewhere nothing but the last line.
struct Bar {
    name: &'static str,
    start: Instant,
}

impl Bar {
    fn new(name: &'static str) -> Self {
        Bar { name, start: Instant::now() }
    }

    fn report(&self) -> impl FnMut(u64, Option<u64>) + Send + 'static {
        let (name, terminal, mut shown) = (self.name, io::stdout().is_terminal(), None);
        move |done, length| {
            let percent = length.map_or(0, |length| done * 100 / length.max(1));
            if terminal && shown != Some(percent) {
                shown = Some(percent);
                let width = (percent / 4) as usize;
                print!("\r{name} [{:<25}] {percent:3} %", "#".repeat(width));
                let _ = io::stdout().flush();
            }
        }
    }

    fn end(self) {
        let seconds = self.start.elapsed().as_secs_f64();
        let (name, mib, rate) = (self.name, LARGE / MIB, (LARGE / MIB) as f64 / seconds);
        let line = format!("{name} {mib} MiB in {seconds:.2} s, {rate:.0} MiB/s, a piece at a time.");
        match io::stdout().is_terminal() {
            true => println!("\r{line:60}"),
            false => println!("{line}"),
        }
    }
}

/// A number that nobody else has, for names.
fn random() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() as u32
}
