//! Source files to text: byte order marks, PEP 263 encoding declarations, line ends.

use crate::error::{ErrorKind, SyntaxError};
use std::borrow::Cow;

/// Every line end as `\n`; with `exec`, one after the last line as well.
pub(crate) fn normalize(source: &str, exec: bool) -> Cow<'_, str> {
    let unended = exec && !source.is_empty() && !source.ends_with(['\n', '\r']);
    if !unended && !source.contains('\r') {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.len() + 1);
    let mut rest = source;
    while let Some(at) = rest.find('\r') {
        text.push_str(&rest[..at]);
        text.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    text.push_str(rest);
    if unended {
        text.push('\n');
    }
    Cow::Owned(text)
}

/// What became of the bytes of a source file.
#[derive(Debug, PartialEq)]
pub enum Decoded<'b> {
    /// The text, and the encoding's name as `tokenize.detect_encoding` gives it.
    Text(Cow<'b, str>, String),
    /// The declared encoding is none that is decoded here: the name, and the bytes after any byte order mark.
    UnknownEncoding(String, &'b [u8]),
}

/// The encoding that a PEP 263 declaration in a line names, as it is written.
fn declared(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().position(|c| !matches!(c, b' ' | b'\t' | b'\x0c'))?;
    if line[start] != b'#' {
        return None;
    }
    let mut rest = &line[start..];
    loop {
        let at = rest.windows(6).position(|w| w == b"coding")?;
        rest = &rest[at + 6..];
        let Some(b':' | b'=') = rest.first() else { continue };
        let mut name = &rest[1..];
        while let [b' ' | b'\t', more @ ..] = name {
            name = more;
        }
        let end = name
            .iter()
            .position(|c| !(c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.')))
            .unwrap_or(name.len());
        if end > 0 {
            return Some(&name[..end]);
        }
    }
}

/// Whether a line holds nothing but blanks and a comment.
fn is_blank(line: &[u8]) -> bool {
    line.iter()
        .find(|c| !matches!(c, b' ' | b'\t' | b'\x0c'))
        .is_none_or(|c| matches!(c, b'#' | b'\n' | b'\r'))
}

/// The common spelling of an encoding's name, for those that have many.
fn normal_name(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).into_owned();
    let plain: String = name
        .chars()
        .take(12)
        .map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() })
        .collect();
    if plain == "utf-8" || plain.starts_with("utf-8-") {
        return "utf-8".into();
    }
    let latin = ["latin-1", "iso-8859-1", "iso-latin-1"];
    if latin
        .iter()
        .any(|l| plain == *l || plain.strip_prefix(l).is_some_and(|rest| rest.starts_with('-')))
    {
        return "iso-8859-1".into();
    }
    name
}

/// Decodes the bytes of a source file.
///
/// # Errors
/// Bytes that are not valid in the encoding, a declaration that contradicts the byte order mark, null bytes.
pub fn decode<'b>(bytes: &'b [u8], filename: &str) -> Result<Decoded<'b>, SyntaxError> {
    let fail = |msg: String, lineno: u32| {
        let mut error = SyntaxError::new(ErrorKind::SyntaxError, msg);
        error.lineno = lineno;
        error
    };
    let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let mut lines = body.split(|c| matches!(c, b'\n' | b'\r'));
    let first = lines.next().unwrap_or(b"");
    let mut second = lines.next().unwrap_or(b"");
    if body.get(first.len()) == Some(&b'\r') && body.get(first.len() + 1) == Some(&b'\n') {
        second = lines.next().unwrap_or(b"");
    }
    let name = declared(first).or_else(|| if is_blank(first) { declared(second) } else { None });
    let encoding = name.map_or_else(|| "utf-8".to_owned(), normal_name);
    if bom && encoding != "utf-8" {
        let shown = String::from_utf8_lossy(name.unwrap_or(b"")).into_owned();
        return Err(fail(format!("encoding problem: {shown} with BOM"), 0));
    }
    if body.contains(&0) {
        return Err(fail("source code cannot contain null bytes".into(), 0));
    }
    let lower = encoding.to_ascii_lowercase().replace('_', "-");
    match lower.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" | "utf-8-sig" => {
            match std::str::from_utf8(body) {
                Ok(text) => Ok(Decoded::Text(Cow::Borrowed(text), encoding)),
                Err(error) => {
                    let at = error.valid_up_to();
                    let lineno = body[..at].iter().filter(|&&c| c == b'\n').count() as u32 + 1;
                    Err(fail(
                        format!(
                            "Non-UTF-8 code starting with '\\x{:02x}' on line {lineno}, but no encoding declared; \
                             see https://peps.python.org/pep-0263/ for details",
                            body[at]
                        ),
                        lineno,
                    ))
                }
            }
        }
        "iso-8859-1" | "latin-1" | "latin1" | "latin" | "l1" | "iso8859-1" | "iso8859" | "cp819" | "8859" => {
            Ok(Decoded::Text(body.iter().map(|&c| c as char).collect(), encoding))
        }
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" if body.is_ascii() => {
            Ok(Decoded::Text(String::from_utf8_lossy(body), encoding))
        }
        _ => {
            let _ = filename;
            Ok(Decoded::UnknownEncoding(encoding, body))
        }
    }
}
