//! Processes that end in the middle: by Ctrl-C, by an error, by a thread that goes away.
#![cfg(unix)]

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use botocore::{Body, s3};

use crate::operations::Operation;
use crate::server::{End, Reads, Script, Server};
use crate::{Directory, environment, of};

/// What this program does when it is its own child.
const ROLE: &str = "BOTOCORE_TEST_CHILD";

/// Does nothing unless the parent asks: then it downloads or uploads until it is stopped.
#[test]
fn as_a_child() {
    let Ok(role) = env::var(ROLE) else { return };
    let mut words = role.split(' ');
    let (Some(role), Some(url), Some(file)) = (words.next(), words.next(), words.next()) else { return };
    let client = s3::Client::new(&of(environment(url))).unwrap();
    match role {
        "download" => _ = client.get_object("bucket", "key").send().unwrap().body.save_to(file).unwrap(),
        _ => _ = client.put_object("bucket", "key").body(Body::from_path(file).unwrap()).send().unwrap(),
    }
}

fn child(role: &str, url: &str, file: &str, directory: &Directory) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "interrupted::as_a_child"])
        .env(ROLE, format!("{role} {url} {file}"))
        .env("TMPDIR", &directory.0)
        .current_dir(&directory.0)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Stops the child as Ctrl-C does.
fn interrupt(child: &mut Child) -> ExitStatus {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > end {
            let _ = child.kill();
            panic!("the child hangs after SIGINT");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A server that sends half of a long body and no more.
fn half() -> Server {
    let answer = Operation::GetLong.answer();
    let half = [answer.head(answer.body.len()), answer.body[..answer.body.len() / 2].to_vec()].concat();
    Server::new(move |_| Script::says(half.clone()).ends(End::Wait))
}

#[test]
fn ctrl_c_in_a_download() {
    for before in [None, Some("what was there")] {
        let (server, directory) = (half(), Directory::new());
        let file = directory.file("film");
        if let Some(text) = before {
            std::fs::write(&file, text).unwrap();
        }
        let mut child = child("download", server.url(), file.to_str().unwrap(), &directory);
        wait_until("the request comes", || server.asked().len() == 1);
        thread::sleep(Duration::from_millis(200));
        assert_eq!(interrupt(&mut child).signal(), Some(2));
        assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), before);
        assert_eq!(directory.names().len(), usize::from(before.is_some()), "{:?}", directory.names());
        assert_eq!(server.left_open(), 0);
    }
}

#[test]
fn ctrl_c_in_an_upload() {
    let directory = Directory::new();
    let file = directory.file("film");
    std::fs::write(&file, Operation::PutFile.content()).unwrap();
    let server = Server::new(|_| Script::says("").reads(Reads::Body(1000)).ends(End::Wait));
    let mut child = child("upload", server.url(), file.to_str().unwrap(), &directory);
    wait_until("the request comes", || server.asked().len() == 1);
    assert_eq!(interrupt(&mut child).signal(), Some(2));
    assert_eq!(directory.names(), ["film"]);
    assert!(std::fs::read(&file).unwrap() == Operation::PutFile.content());
    assert_eq!(server.left_open(), 0);
    assert_eq!(server.asked().len(), 1, "nothing is sent again by anyone");
}

/// A reader of the caller's own that gives up half-way ends the call, the connection and what was written.
#[test]
fn a_transfer_that_the_program_stops() {
    struct Stopped<R>(R, u64);
    impl<R: std::io::Read> std::io::Read for Stopped<R> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1 = self.1.checked_sub(count as u64).ok_or_else(|| std::io::Error::other("stopped"))?;
            Ok(count)
        }
    }
    let (server, directory) = (half(), Directory::new());
    let client = s3::Client::new(&of(environment(server.url()))).unwrap();
    let body = client.get_object("bucket", "key").send().unwrap().body;
    let error = Body::from_reader(Stopped(body, 200_000)).save_to(directory.file("film")).unwrap_err();
    assert!(error.to_string().contains("stopped"), "{error}");
    assert_eq!(directory.names(), [""; 0]);
    assert_eq!(server.left_open(), 0);
}
