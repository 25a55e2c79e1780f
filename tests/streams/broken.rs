//! Streams that break off, are damaged, hold what nobody knows, or that nobody reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use botocore::s3::types::SelectObjectContentEventStream as Event;
use botocore::{Error, ErrorKind, Result, s3};

use crate::frames::{Header, event, frame};
use crate::server::{End, Script, Server};
use crate::services::selection;
use crate::{chunks, head, serves, session};

fn stream(server: &Server) -> botocore::EventStream<Event> {
    s3::Client::new(&session(server.url())).unwrap().select_object_content(selection()).send().unwrap().payload
}

/// How many events came, and the error after them; after it there is nothing more.
fn read(server: &Server) -> (usize, Option<Error>) {
    let mut stream = stream(server);
    let (mut events, mut error) = (0, None);
    for event in stream.by_ref() {
        match event {
            Ok(_) => events += 1,
            Err(failed) => error = Some(failed),
        }
    }
    assert!(stream.next().is_none());
    (events, error)
}

fn records() -> Vec<u8> {
    event("Records", [b'x'; 300])
}

/// Every place at which a connection can be lost: at the ends of frames too, as HTTP's own end is missing then.
#[test]
fn a_connection_that_is_lost() {
    let whole = [records(), records()].concat();
    for (length, ends) in (0..=whole.len()).step_by(37).flat_map(|length| [(length, End::Close), (length, End::Reset)])
    {
        for promised in [whole.len() + 1, 0] {
            let framing = match promised {
                0 => "Transfer-Encoding: chunked\r\n\r\n".to_owned(),
                length => format!("Content-Length: {length}\r\n\r\n"),
            };
            let body = if promised == 0 && length > 0 {
                chunks(&[whole[..length].to_vec()])
            } else {
                whole[..length].to_vec()
            };
            let bytes = [format!("HTTP/1.1 200 OK\r\n{framing}").as_bytes(), &body].concat();
            let server = Server::new(move |_| Script::says(bytes.clone()).ends(ends));
            let (events, error) = read(&server);
            let error = error.unwrap_or_else(|| panic!("{length} bytes: the end of the stream is believed"));
            assert_eq!(
                events,
                if length < whole.len() / 2 { 0 } else { length * 2 / whole.len() },
                "{length} {ends:?}"
            );
            assert_eq!(error.kind(), ErrorKind::Transport, "{length}: {error}");
            let text = error.to_string();
            assert!(text.starts_with("s3 SelectObjectContent: ") && text.contains(server.authority()), "{text}");
        }
    }
}

/// An HTTP body that is whole with a frame that is not.
#[test]
fn a_frame_that_is_cut() {
    for length in [1, 4, 11, 12, 15, 40, 200] {
        let (events, error) = read(&serves("", &[records(), records()[..length].to_vec()]));
        let error = error.unwrap();
        assert_eq!((events, error.kind()), (1, ErrorKind::Transport), "{error}");
        assert!(error.to_string().contains("The connection ended inside an event"), "{error}");
    }
}

#[test]
fn sums_that_are_wrong() {
    let damaged = |place: usize| {
        let mut frame = records();
        frame[place] ^= 1;
        frame
    };
    let last = records().len() - 1;
    for (place, part) in
        [(0, "prelude"), (5, "prelude"), (9, "prelude"), (14, "message"), (100, "message"), (last, "message")]
    {
        let (events, error) = read(&serves("", &[records(), damaged(place), records()]));
        let error = error.unwrap();
        assert_eq!((events, error.kind()), (1, ErrorKind::Parse), "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("s3 SelectObjectContent: ") && text.contains(&format!("the {part}'s checksum")),
            "{text}"
        );
    }
}

/// What a later model may bring: such events come by their name, and the stream goes on.
#[test]
fn events_that_nobody_knows() -> Result<()> {
    let odd = [
        Header::Text(":message-type", "event"),
        Header::Text(":event-type", "Weather"),
        Header::Number("degrees", 21),
        Header::Moment("at", 1_440_938_160_000),
    ];
    let initial = event("initial-response", "{}");
    let server = serves("", &[initial, records(), frame(&odd, "<Rain/>"), event("End", "")]);
    let events = stream(&server).collect::<Result<Vec<_>>>()?;
    let [Event::Records(_), Event::Unknown(name), Event::End(_)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(name, "Weather");
    Ok(())
}

#[test]
fn messages_that_are_none() {
    for (headers, said) in [
        (vec![], "message type \"\""),
        (vec![Header::Text(":message-type", "gossip")], "message type \"gossip\""),
        (vec![Header::Text(":message-type", "event")], "no type"),
    ] {
        let (_, error) = read(&serves("", &[frame(&headers, "")]));
        let error = error.unwrap();
        assert!(error.kind() == ErrorKind::Parse && error.to_string().contains(said), "{error}");
    }
    let bad = event("Stats", "<Stats><BytesScanned>ten</BytesScanned></Stats>");
    let (_, error) = read(&serves("", &[bad]));
    let text = error.unwrap().to_string();
    assert!(text.starts_with("s3 SelectObjectContent: event Stats: "), "{text}");
}

/// A service that says nothing more is not waited for without end.
#[test]
fn silence() {
    let bytes = [head(""), chunks(&[records()])].concat();
    let server = Server::new(move |_| Script::says(bytes.clone()).ends(End::Wait));
    let (events, error) = read(&server);
    let text = error.unwrap().to_string();
    assert_eq!(events, 1);
    assert!(text.contains("sent nothing for 1.5 s"), "{text}");
    assert_eq!(server.left_open(), 0);
}

/// An event is there when it came, not when the next one does.
#[test]
fn events_come_at_once() {
    let bytes = [head(""), chunks(&[records()])].concat();
    let server = Server::new(move |_| {
        let rest = [chunks(&[event("End", "")]), b"0\r\n\r\n".to_vec()].concat();
        Script::says(bytes.clone()).pauses(Duration::from_secs(1)).then(rest)
    });
    let mut stream = stream(&server);
    let began = Instant::now();
    assert!(matches!(stream.next(), Some(Ok(Event::Records(_)))));
    assert!(began.elapsed() < Duration::from_millis(900));
    assert!(matches!(stream.next(), Some(Ok(Event::End(_)))));
    assert!(stream.next().is_none());
}

#[test]
fn a_stream_that_is_dropped_closes_its_connection() {
    let frames: Vec<_> = (0..50).map(|_| records()).collect();
    let bytes = [head(""), chunks(&frames)].concat();
    let server = Server::new(move |_| Script::says(bytes.clone()).ends(End::Wait));
    let mut stream = stream(&server);
    assert!(stream.next().unwrap().is_ok());
    drop(stream);
    drop(self::stream(&server));
    assert_eq!(server.left_open(), 0);
}

/// A service may say more than fits anywhere: what the caller does not ask for stays with it.
#[test]
fn nothing_is_read_ahead() {
    let written = Arc::new(AtomicUsize::new(0));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (count, frame) = (written.clone(), chunks(&[event("Records", vec![b'x'; 64 * 1024])]));
    thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 16 * 1024]);
        let _ = stream.write_all(&head(""));
        for _ in 0..4096 {
            if stream.write_all(&frame).is_err() {
                return;
            }
            count.fetch_add(frame.len(), Ordering::SeqCst);
        }
    });
    let client = s3::Client::new(&session(&url)).unwrap();
    let mut stream = client.select_object_content(selection()).send().unwrap().payload;
    assert!(stream.next().unwrap().is_ok());
    thread::sleep(Duration::from_millis(300));
    let before = written.load(Ordering::SeqCst);
    // What the system's own buffers take on loopback, of 256 MiB.
    assert!(before < 32 * 1024 * 1024, "{before} bytes were taken of a caller who asked for one event");
    for _ in 0..1000 {
        assert!(stream.next().unwrap().is_ok());
    }
    assert!(written.load(Ordering::SeqCst) > before);
}
