//! A way through a proxy: it is asked to connect to a host, and from then on hands every byte on.

use ureq::Error;
use ureq::unversioned::transport::Transport as _;

use super::connect::Wait;
use super::socket::Socket;

/// Most bytes of a proxy's answer.
const LONGEST: usize = 64 * 1024;

/// Asks for a way to `target`, a host with its port. One that is slow to answer gets no more than `wait`, however it goes
/// about it.
pub(super) fn ask(socket: &mut Socket, target: &str, authorization: Option<String>, wait: Wait) -> Result<(), Error> {
    let authorization = authorization.map_or_else(String::new, |value| format!("Proxy-Authorization: {value}\r\n"));
    let question = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n");
    for piece in question.as_bytes().chunks(socket.buffers().output().len().max(1)) {
        socket.buffers().output()[..piece.len()].copy_from_slice(piece);
        socket.transmit_output(piece.len(), wait.left()?)?;
    }
    loop {
        if !socket.await_input(wait.left()?)? {
            return Err(Error::ConnectProxyFailed("proxy server did not respond".to_owned()));
        }
        let input = socket.buffers().input();
        let Some(end) = input.windows(4).position(|end| end == b"\r\n\r\n") else {
            if input.len() >= LONGEST {
                return Err(Error::ConnectProxyFailed("proxy server did not end its answer".to_owned()));
            }
            continue;
        };
        let refusal = match status(&input[..end]) {
            Some("200") if input.len() > end + 4 => Some("proxy server said more than its answer".to_owned()),
            Some("200") => None,
            Some(status) => Some(format!("proxy server responded {status}")),
            None => Some("proxy server answered with something that is not HTTP".to_owned()),
        };
        socket.buffers().input_consume(end + 4);
        return refusal.map_or(Ok(()), |reason| Err(Error::ConnectProxyFailed(reason)));
    }
}

/// The status of an answer.
fn status(head: &[u8]) -> Option<&str> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let rest = line.strip_prefix(b"HTTP/1.1 ").or(line.strip_prefix(b"HTTP/1.0 "))?;
    let status = std::str::from_utf8(rest.get(..3)?).ok()?;
    (status.bytes().all(|byte| byte.is_ascii_digit()) && matches!(rest.get(3), None | Some(b' '))).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn the_first_line_has_the_status() {
        assert_eq!(status(b"HTTP/1.0 200 Connection established\r\nVia: x"), Some("200"));
        assert_eq!(status(b"HTTP/1.1 407"), Some("407"));
        for nonsense in ["", "HTTP/1.1", "HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 2x0 OK", "SSH-2.0"] {
            assert_eq!(status(nonsense.as_bytes()), None, "{nonsense}");
        }
    }
}
