//! Frames of event streams, as a service writes them. Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>

pub enum Header<'a> {
    Text(&'a str, &'a str),
    Number(&'a str, i32),
    Moment(&'a str, i64),
}

impl Header<'_> {
    fn bytes(&self) -> Vec<u8> {
        let with_name =
            |name: &str, kind: u8, value: &[u8]| [&[name.len() as u8], name.as_bytes(), &[kind], value].concat();
        match self {
            Header::Text(name, text) => {
                let length = (text.len() as u16).to_be_bytes();
                with_name(name, 7, &[&length, text.as_bytes()].concat())
            }
            Header::Number(name, number) => with_name(name, 4, &number.to_be_bytes()),
            Header::Moment(name, millis) => with_name(name, 8, &millis.to_be_bytes()),
        }
    }
}

pub fn frame(headers: &[Header], payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let headers: Vec<u8> = headers.iter().flat_map(Header::bytes).collect();
    let mut frame = ((16 + headers.len() + payload.len()) as u32).to_be_bytes().to_vec();
    frame.extend((headers.len() as u32).to_be_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend([&headers, payload].concat());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}

pub fn event(kind: &str, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let headers = [
        Header::Text(":message-type", "event"),
        Header::Text(":event-type", kind),
        Header::Text(":content-type", "application/json"),
    ];
    frame(&headers, payload)
}

pub fn exception(kind: &str, payload: &str) -> Vec<u8> {
    frame(&[Header::Text(":message-type", "exception"), Header::Text(":exception-type", kind)], payload)
}

pub fn error(code: &str, message: &str) -> Vec<u8> {
    let headers = [
        Header::Text(":message-type", "error"),
        Header::Text(":error-code", code),
        Header::Text(":error-message", message),
    ];
    frame(&headers, "")
}
