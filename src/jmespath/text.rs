use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::data::Data;

/// What stands between the parts of JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) comma: &'static str,
    pub(crate) colon: &'static str,
}

impl Style {
    /// Without spaces.
    pub(crate) const COMPACT: Style = Style { comma: ",", colon: ":" };
    /// As Python's `json.dumps` writes it, which resume tokens are made with.
    pub(crate) const SPACED: Style = Style { comma: ", ", colon: ": " };
}

/// Writes a value as JSON of ASCII characters alone, members in their order.
pub(crate) fn write(data: &Data, style: Style, out: &mut String) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Int(value) => push(out, format_args!("{value}")),
        Data::Float(value) if value.is_finite() => push(out, format_args!("{value:?}")),
        Data::Float(_) => out.push_str("null"),
        Data::Str(value) => write_str(value, out),
        Data::Blob(value) => write_str(&STANDARD.encode(value), out),
        Data::Timestamp(value) => write_str(&value.to_string(), out),
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { style.comma });
                write(item, style, out);
            }
            out.push(']');
        }
        Data::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { style.comma });
                write_str(key, out);
                out.push_str(style.colon);
                write(value, style, out);
            }
            out.push('}');
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = out.write_fmt(text);
}

fn write_str(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(char),
            other => other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| push(out, format_args!("\\u{unit:04x}"))),
        }
    }
    out.push('"');
}
